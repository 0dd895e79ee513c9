"""Docstrings as they are written here: code in single backquotes, and no markup but the sections of Google's style.

An asterisk, an underscore or a bar of plain words would be markup for Sphinx, so they are escaped.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_CODE = re.compile(r"(``.+?``|`[^`]+`)")
_OTHERS = re.compile(r"^( *)Args \(the others (.*)\):$", re.MULTILINE)
_BEFORE_NAPOLEON = 400


def plain(line: str) -> str:
    """A line of a docstring in reStructuredText."""
    parts = _CODE.split(line)
    for index, part in enumerate(parts):
        if index % 2:
            # Markup ends before white space or punctuation only: an escaped space ends it before a letter.
            after = parts[index + 1][:1]
            parts[index] = f"``{part.strip('`')}``" + ("\\ " if after.isalnum() else "")
        else:
            parts[index] = re.sub(r"(\*|\||(?<=\w)_(?!\w))", r"\\\1", part)
    return "".join(parts)


def escape(app: Sphinx, what: str, name: str, documented: object, options: Any, lines: list[str]) -> None:
    """Escape the lines of a docstring in place."""
    del app, what, name, documented, options
    # Code may be broken over two lines: it is taken for one text, whose lines stay.
    text = _OTHERS.sub(r"\1Arguments that are not named here are \2.\n\n\1Args:", "\n".join(lines))
    lines[:] = plain(text).split("\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Escape docstrings before their sections are read."""
    app.connect("autodoc-process-docstring", escape, priority=_BEFORE_NAPOLEON)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
