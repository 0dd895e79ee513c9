"""A command that is named to go on with can be copied, whatever the path."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest

import lada_explore
from lada_explore.cli.progress import finish
from lada_explore.config.paths import command


@pytest.mark.parametrize(("path", "shown"), [("my run", "'my run'"), ("run", "run")])
def test_a_path_with_a_space_is_quoted(capsys, path, shown):
    session = MagicMock(cycle=0, open_query=(), **{"folder.path": Path(path), "config.schedule.cycles": 1})
    finish(session)
    assert f"complete; look at it with `lada-explore show {shown}`" in capsys.readouterr().out
    session.run.side_effect = KeyboardInterrupt
    with pytest.raises(SystemExit):
        finish(session)
    assert f"stopped; go on with `lada-explore resume {shown}`" in capsys.readouterr().err


def test_no_sentence_names_a_command_with_a_path_of_its_own_making():
    assert command("repair", "my run") == "`lada-explore repair 'my run'`"
    unquoted = re.compile(r"`lada-explore [a-z-]+ \{(?!shlex)")
    sources = Path(lada_explore.__file__).parent.rglob("*.py")
    assert [str(file) for file in sources if unquoted.search(file.read_text(encoding="utf-8"))] == []
