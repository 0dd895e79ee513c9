"""A disk that fills up in the middle of a run, which goes on once there is space."""

from __future__ import annotations

import pytest
from helpers.command_line import MAIN, assert_refused, in_process
from helpers.small_runs import copied, cut_before, record_bytes

from lada_explore.records import Stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finished(tmp_path_factory, run_words):
    """A finished run of one cycle, made where nothing else has run: libraries loaded by other tests change digits."""
    out = tmp_path_factory.mktemp("full-disk") / "run"
    done = in_process(MAIN, *run_words, out)
    assert (done.returncode, done.stderr) == (0, "")
    return out


FULL_DISK = """
import resource, signal, sys
from lada_explore.session.stepping import Stepping
from lada_explore.cli.main import main
step, first, size = Stepping.step, sys.argv.pop(1), int(sys.argv.pop(1))
def step_with_little_space(self, cycle, stage, gate):
    if stage == first:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    return step(self, cycle, stage, gate)
Stepping.step = step_with_little_space
main()
"""


@pytest.mark.parametrize(
    ("stage", "size", "words"),
    [
        ("train", 2000, "train cannot be written (File too large); free some space"),
        ("query", 100, "4 answers could not be written to"),
    ],
    ids=["a checkpoint", "the journal"],
)
def test_a_disk_that_fills_up_is_one_sentence_and_the_run_goes_on_later(finished, tmp_path, stage, size, words):
    run = copied(finished, tmp_path / "run")
    cut_before(run, 1, Stage.SUBSAMPLE)
    done = in_process(FULL_DISK, stage, size, "resume", run)
    assert_refused((done.returncode, done.stdout, done.stderr), words)
    there = sorted(path.name for path in (run / "cycles/001").iterdir())
    assert there == sorted(list(Stage)[: list(Stage).index(stage)])
    kept = record_bytes(run)
    assert kept == {name: content for name, content in record_bytes(finished).items() if name in kept}
    done = in_process(MAIN, "resume", run)
    assert (done.returncode, done.stderr) == (0, "")
    assert record_bytes(run) == record_bytes(finished)
