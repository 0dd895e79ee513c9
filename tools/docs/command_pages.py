"""The page on the command line, from the program itself."""

from __future__ import annotations

from typing import Any

import typer
from docstrings import escaped

from lada_explore.cli.main import app

HEAD = """\
# Command line

Written from the program itself; `lada-explore COMMAND --help` says the same. If the script is not on the path,
`python -m lada_explore` is the same command. A wrong input is answered with one sentence and exit code 2, an error of
the program itself with exit code 3.
"""


def commands_page() -> str:
    """Markdown of every command, its arguments and its options."""
    group: Any = typer.main.get_command(app)
    return "\n".join([HEAD, *(_command(name, command) for name, command in group.commands.items())])


def _command(name: str, command: Any) -> str:
    context: Any = command.make_context(name, [], resilient_parsing=True)
    shown = [parameter for parameter in command.params if not parameter.hidden]
    given = [parameter for parameter in shown if parameter.param_type_name == "argument"]
    usage = " ".join([*map(_argument, given), "[OPTIONS]"])
    lines = [f"(command-{name})=\n## {name}\n", _paragraphs(command.help or "")]
    lines.append(f"```text\nlada-explore {name} {usage}\n```\n")
    for parameter in shown:
        form, words = (" ".join(str(part).split()) for part in parameter.get_help_record(context))
        lines.append(f"`{_argument(parameter) if parameter in given else form}`\n: {escaped(words)}\n")
    return "\n".join(lines)


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    return name if parameter.nargs == 1 or name.endswith("...") else f"{name}..."


def _paragraphs(text: str) -> str:
    parts = [" ".join(part.split()) for part in text.replace("\b", "").split("\n\n")]
    return "\n\n".join(escaped(part) for part in parts if part) + "\n"
