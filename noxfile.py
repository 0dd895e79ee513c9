"""`make lab`, `make test` and `make quick` for cmd and PowerShell, where there is no make.

    python -m pip install nox
    nox -s lab
    nox -s test

Each makes one environment in .nox/, on the first call.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox

NOTEBOOK = "notebooks/01_step_an_acquisition.ipynb"
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")

nox.options.sessions = ["lab"]
nox.options.reuse_existing_virtualenvs = True


def _install(session: nox.Session) -> None:
    session.install("--constraint", "constraints.txt", "--editable", ".[dev]")


@nox.session
def lab(session: nox.Session) -> None:
    """Open JupyterLab on the first notebook; more arguments follow `--`."""
    _install(session)
    places = [str(Path("tools", "jupyter").resolve()), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    session.env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, places))
    begins = f"--LabApp.default_url=/lab/tree/{NOTEBOOK}"
    session.run("python", "-m", "jupyterlab", "--ServerApp.root_dir=.", begins, *session.posargs)


@nox.session
def test(session: nox.Session) -> None:
    """Check style, types and import rules, and run the tests, those in a browser where one is installed."""
    _install(session)
    session.run("python", "-m", "ruff", "check", ".")
    session.run("python", "-m", "ruff", "format", "--check", ".")
    session.run("python", "-m", "mypy")
    session.run("lint-imports")
    for part in (("--ignore=tests/browser", "tests"), ("tests/browser",)):
        session.run("python", "-m", "pytest", *part, "-m", "not thorough", "--numprocesses", "2", *BY_FILE)


@nox.session
def quick(session: nox.Session) -> None:
    """Run the tests that take no browser and no long time, and those of other systems."""
    _install(session)
    pytest = ("python", "-m", "pytest", "--ignore=tests/browser", "--numprocesses", "3", "--dist", "loadfile")
    session.run(*pytest, "-m", "not slow")
    session.run(*pytest, "-m", "wheel")
