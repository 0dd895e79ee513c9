"""The scripts of this folder as processes of their own, each of which prints what it found as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.fuzz import ROUNDS

HERE = Path(__file__).parent

LIMIT_S = 600 if ROUNDS == 1 else 3600
"""Seconds that a script may take."""

MOUNTING = ("unshare", "--map-root-user", "--mount")
"""Before a command that mounts disks of its own."""


def said_by(script: str, *words: object, before: Sequence[str] = ()) -> dict[str, Any]:
    """What a script says; `before` stands before its command."""
    command = [*before, sys.executable, str(HERE / script), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)
