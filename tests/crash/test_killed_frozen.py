"""A run of a head on features that was killed goes on with the same features, to the same records."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.small_runs import record_bytes, small_data
from kill_frozen import HIDDEN, config_of

from lada_explore.session.session import Session

pytestmark = pytest.mark.slow


def test_killed_in_its_long_stages_it_has_the_records_of_one_that_was_not(tmp_path):
    script = [sys.executable, str(Path(__file__).with_name("kill_frozen.py")), str(tmp_path / "killed")]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=300, env=dict(os.environ))
    assert ended.returncode == 0, ended.stderr
    stages = ["score of cycle 1", "look_ahead of cycle 2", "train of cycle 3"]
    assert json.loads(ended.stdout.splitlines()[-1]) == {str(hidden): stages for hidden in HIDDEN}
    for hidden in HIDDEN:
        session = Session.create(config_of(hidden), tmp_path / f"whole-{hidden}", data=small_data())
        session.run()
        session.close()
        assert record_bytes(tmp_path / "killed" / str(hidden)) == record_bytes(tmp_path / f"whole-{hidden}")
