"""The server of the browser tests, if it ends before they do."""

from __future__ import annotations

import pytest
from lab_server import new_lab, shut_down


def test_a_server_that_was_killed_says_so_once_and_then_answers_again(tmp_path):
    lab = new_lab(tmp_path)
    try:
        lab.start()
        lab.must_run()
        lab.process.kill()
        lab.process.wait()
        with pytest.raises(RuntimeError, match=r"exit code -9:[\s\S]*is running at"):
            lab.must_run()
        lab.must_run()
        assert lab.api("GET", "/api/kernels") == []
    finally:
        shut_down(lab)
    assert lab.process.poll() is not None
