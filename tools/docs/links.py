"""Texts of the repository as the site shows them: links to files lead to pages of the site, or are names only."""

from __future__ import annotations

import posixpath
import re

PAGE_OF = {
    "README.md": "/index.md",
    "CONTRIBUTING.md": "/explanation/contributing.md",
    "SECURITY.md": "/explanation/security.md",
    "CHANGELOG.md": "/reference/changelog.md",
    "benchmarks/README.md": "/explanation/performance.md",
    "docs/FIDELITY.md": "/explanation/fidelity.md",
    "docs/comparison.md": "/explanation/comparison.md",
    "docs/comparison-pretrained.md": "/explanation/comparison-pretrained.md",
    "docs/installing.md": "/start/installing.md",
    "docs/teaching.md": "/explanation/teaching.md",
}
"""The page of the site that shows a file of the repository."""

_LINK = re.compile(r"\[([^\]\[]*)\]\(([^)\s]+)\)")


def for_site(text: str, name: str) -> str:
    """The text of a Markdown file of the repository with the links of the site.

    Args:
        text: of the file.
        name: its path from the root of the repository, from which relative links are followed.
    """

    def replaced(match: re.Match[str]) -> str:
        words, target = match.groups()
        if "://" in target or target.startswith("#"):
            return match.group()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), target.partition("#")[0]))
        if path not in PAGE_OF:
            return f"`{words}`"
        # A link whose words are the name of the file gets the title of the page.
        return f"[{'' if words.endswith('.md') else words}]({PAGE_OF[path]})"

    return _LINK.sub(replaced, text)
