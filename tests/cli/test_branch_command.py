"""`lada-explore branch`."""

from __future__ import annotations

import pytest
from helpers import command_line
from helpers.small_runs import SET_OPTIONS, copied, record_bytes

from lada_explore.store import open_run

pytestmark = pytest.mark.slow

RUN = ("run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS, "--threads", "1", "--cycles", "2")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "run"
    assert command_line.call(*RUN, "--out", out)[0] == 0
    return out


def test_a_branch_with_nothing_changed_repeats_the_run_and_shows_where_it_came_from(call, run, tmp_path):
    code, said, error = call("branch", run, "--at", 1, "--out", tmp_path / "twin")
    assert (code, error) == (0, "")
    assert "shared with" in said
    assert "nothing is changed" in said
    assert "cycle   2, 28 labels, accuracy" in said
    assert "cycle   1," not in said
    assert record_bytes(tmp_path / "twin") == record_bytes(run)
    told = " ".join(call("show", tmp_path / "twin")[1].split())
    assert "note: cycles 0 to 1 are shared with " in told
    assert "complete after 2 cycles" in told


def test_method_seed_settings_oracle_and_labels_are_given_as_for_run(call, run, tmp_path):
    image = int(open_run(run).history[0].query.ids[0])
    labels = tmp_path / "labels.csv"
    labels.write_text(f"id,class\n{image},7\n")
    changes = ("--method", "random", "--seed", 3, "--cycles", 3, "--oracle", "noisy:0.2", "--labels", labels)
    code, _, error = call("branch", run, "--at", 1, "--out", tmp_path / "other", *changes, "--set", "training.epochs=3")
    assert (code, error) == (0, "")
    changed = open_run(tmp_path / "other").info.parent.changed
    assert [line.partition(":")[0] for line in changed] == [
        *("method", "seed", "schedule.cycles", "training.epochs"),
        *("answers by", "labels"),
    ]


def test_without_at_the_branch_that_is_there_goes_on_though_the_run_has_more_cycles(call, run, tmp_path):
    parent, out = copied(run, tmp_path / "run"), tmp_path / "branch"
    assert call("branch", parent, "--at", 1, "--out", out)[0] == 0
    code, told, error = call("branch", parent, "--out", out)
    assert (code, error) == (0, "")
    assert "complete" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--at", 7), "at is 7, and the complete cycles of"),
        (("--at", 1, "--set", "classifier.width=8"), "classifier.width is 4 in the cycles"),
        (("--at", 1, "--method", "no-such"), "method 'no-such' is unknown"),
        (("--at", 1, "--labels", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_code_2(call, run, tmp_path, words, sentence):
    code, _, error = call("branch", run, "--out", tmp_path / "new", *words)
    assert code == 2
    assert sentence in " ".join(error.split())
    assert not (tmp_path / "new").exists()
