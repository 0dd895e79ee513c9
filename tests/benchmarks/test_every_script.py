"""Every script of benchmarks/ begins: it loads all it uses, and says what it measures and takes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
HELP = """
import contextlib, io, json, runpy, sys
said = {}
for script in sys.argv[1:]:
    sys.argv = [script, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        runpy.run_path(script, run_name="__main__")
    said[script] = out.getvalue()
print(json.dumps(said))
"""
SCRIPTS = [path for path in sorted(FOLDER.glob("*.py")) if "parse_args" in path.read_text()]


@pytest.mark.slow
def test_every_script_says_what_it_measures_and_what_it_takes(tmp_path, monkeypatch):
    assert len(SCRIPTS) > 20
    monkeypatch.setenv("PYTHONPATH", str(FOLDER), prepend=os.pathsep)
    done = subprocess.run([sys.executable, "-c", HELP, *SCRIPTS], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for script, said in json.loads(done.stdout).items():
        assert said.startswith("usage: "), script
        assert len(said.splitlines()) > 4, script
    assert list(tmp_path.iterdir()) == []
