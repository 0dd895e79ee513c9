"""What has to agree before a version is published; run by `make release-check`.

The version of pyproject.toml, of the package and of CITATION.cff, a heading in CHANGELOG.md with a date and lines below
it, and the tag if one is given.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def faults(root: Path, tag: str = "") -> list[str]:
    """Sentences on what does not agree; none if the version may be published.

    Args:
        root: the checkout.
        tag: as git has it, v1.2.3; empty if there is none yet.
    """
    version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    said = {
        "lada_explore/__init__.py": r'^__version__ = "(.+)"$',
        "CITATION.cff": r"^version: \"?([^\"\n]+)\"?$",
    }
    found = []
    for name, pattern in said.items():
        there = re.findall(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)
        if there != [version]:
            found.append(f"{name} has {', '.join(there) or 'no version'}, and pyproject.toml {version}")
    if tag and tag != f"v{version}":
        found.append(f"the tag is {tag}, and pyproject.toml has {version}")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    of_version = re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n(.*?)(^## |\Z)", changes, re.M | re.S)
    if of_version is None:
        found.append(f"CHANGELOG.md has no heading '## [{version}] - YEAR-MONTH-DAY'")
    elif "\n- " not in of_version[1]:
        found.append(f"CHANGELOG.md says nothing of {version}")
    return found


if __name__ == "__main__":
    wrong = faults(ROOT, *sys.argv[1:2])
    print("\n".join(wrong) or "version, citation and changelog agree")
    sys.exit(bool(wrong))
