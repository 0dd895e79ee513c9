"""Write constraints.txt: the versions that pip resolves for this project with dev, mutants and peers, on this Python.

Run it as `make lock`, with the lowest Python that pyproject.toml allows, so that each version exists for the later
ones too. Nothing is installed, and what the environment already holds plays no part.

Left out are the project itself, the installers, and what torch brings along for CUDA: a torch wheel names those exact
versions itself, and they differ from one build of torch to the next, so pinning them here would only forbid the
CPU and older-CUDA builds. Local labels such as "+cpu" are dropped for the same reason.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = re.compile(r"lada-explore|pip|setuptools|triton|(nvidia|cuda)-.+")
HEADER = """\
# The versions that are tested, one for each package: written by `make lock`, not by hand.
# They bind only what gets installed; pyproject.toml holds the ranges that should work.
"""


def resolve() -> dict[str, str]:
    """Name (normalised) to public version of everything that pip would install into an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "-qq", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), ".[dev,mutants,peers]"], cwd=ROOT, check=True)
        installs = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {}
    for item in installs:
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        versions[name] = item["metadata"]["version"].split("+")[0]
    return versions


def main() -> None:
    """Rewrite constraints.txt and say what it holds."""
    pins = [f"{name}=={version}" for name, version in sorted(resolve().items()) if not LEFT_OUT.fullmatch(name)]
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    print(f"constraints.txt: {len(pins)} packages, for Python {sys.version_info.major}.{sys.version_info.minor} and up")


if __name__ == "__main__":
    main()
