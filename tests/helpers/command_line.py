"""The command line, called in this process or in one of its own, and what it answers to input that cannot work."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lada_explore.cli import main as cli

MAIN = "from lada_explore.cli.main import main; main()"
"""The command line as a program of `in_process`."""


OBEYING = f"""
import json, sys
sys.path.insert(0, {str(Path(__file__).resolve().parents[1])!r})
from helpers.command_line import call
from helpers.rights import obey_permissions
obey_permissions()
print(json.dumps([call(*words) for words in json.loads(sys.argv[1])]))
"""


def call(*words: object) -> tuple[int, str, str]:
    """Call the command line here; returns exit code, standard output and standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", ["lada-explore", *map(str, words)])
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def in_process(program: str, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, on one thread like the tests: another number gives other last digits."""
    command = [sys.executable, "-c", program, *map(str, words)]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=one_thread, **options)


def call_obeying_permissions(*calls: Sequence[object]) -> list[tuple[int, str, str]]:
    """What `call` returns for each of these lists of words, in one process that permissions of files bind, also root's.

    Nothing that it starts may write either where it may not.
    """
    words = json.dumps([[str(word) for word in given] for given in calls])
    done = in_process(OBEYING, words)
    assert done.returncode == 0, done.stderr
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


def assert_refused(answer: tuple[int, str, str], *words: str) -> None:
    """Exit code 2 and one line on standard error that holds each of the words."""
    code, out, err = answer
    assert (code, err.count("\n")) == (2, 1), err
    assert err.startswith("lada-explore: ")
    assert "Traceback" not in out + err
    assert [word for word in words if word not in err] == [], err
