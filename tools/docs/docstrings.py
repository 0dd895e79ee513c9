"""What docstrings say, in pieces."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"^(Args|Arguments|Attributes|Returns|Raises|Yields|Examples?|Notes?):\s*$", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+(?:, \w+)*): (.*(?:\n(?:        .*|\s*$))*)", re.MULTILINE)


def summary_of(documented: object) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())


def attributes_of(documented: object) -> dict[str, str]:
    """What the section "Attributes" of a docstring says of each name, on one line."""
    text = inspect.getdoc(documented) or ""
    parts = _SECTION.split(text)
    said: dict[str, str] = {}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        if title == "Attributes":
            for names, words in _ENTRY.findall(body):
                said |= {name: " ".join(words.split()) for name in names.split(", ")}
    return said


def escaped(text: str) -> str:
    """Plain words of a docstring as Markdown: only what stands in backquotes is markup."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if index % 2 else re.sub(r"([*_<>|$\[\]])", r"\\\1", part) for index, part in enumerate(parts))
