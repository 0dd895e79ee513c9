"""A failure that nobody expected: one sentence, the traceback in a file, exit code 3."""

import re
import stat

import pytest

from lada_explore.cli import last_resort, presets
from lada_explore.config import paths


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """Lets `lada-explore presets` fail as if by a mistake of ours; logs go to the folder `logs`."""

    def fail(error):
        def table(*columns):
            raise error

        monkeypatch.setattr(presets, "Table", table)

    monkeypatch.setenv("LADA_CACHE", str(tmp_path))
    return fail


def test_a_failure_of_ours_is_one_sentence_and_a_file_with_the_traceback(broken, call, tmp_path):
    broken(KeyError("two\nlines"))
    code, out, said = call("presets")
    assert (code, out) == (3, "")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    (log,) = (tmp_path / "logs").iterdir()
    assert said.startswith("lada-explore: this command ended by a failure it does not know (KeyError: ")
    assert said.rstrip().endswith(f"the details are in {log}")
    text = log.read_text()
    assert "Traceback (most recent call last)" in text
    assert "raise error" in text
    assert re.match(r"lada-explore \d", text)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_memory_that_does_not_suffice_has_its_own_remedy(broken, call):
    broken(MemoryError())
    code, _, said = call("presets")
    assert code == 3
    assert "the memory of this machine does not suffice" in said
    assert "choose a smaller schedule.subset_size" in said


def test_without_a_place_for_the_log_there_is_a_sentence_all_the_same(broken, call, monkeypatch):
    def refuse(*words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths.tempfile, "mkstemp", refuse)
    broken(ZeroDivisionError("division by zero"))
    code, _, said = call("presets")
    assert code == 3
    assert "(ZeroDivisionError: division by zero)" in said
    assert "the details could not be written (No space left on device)" in said


def test_only_the_newest_logs_are_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path))
    written = [last_resort.write_log(ValueError(str(i))) for i in range(paths.MAX_LOGS + 3)]
    kept = set((tmp_path / "logs").iterdir())
    assert len(kept) == paths.MAX_LOGS
    assert written[-1] in kept
