"""What the folder of a sweep holds before it runs: what its tables cover, and what would be lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.by_hand import by_hand
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession
from helpers.image_folders import images_without_a_test_set

from lada_explore.errors import ConfigError, StoreError
from lada_explore.experiments.found import require_accuracy, with_all_there
from lada_explore.experiments.results import results_of
from lada_explore.experiments.sweep import Sweep
from lada_explore.experiments.tables import conditions, write_tables
from lada_explore.records import EvaluateRecord
from lada_explore.store import RunFolder

SETTINGS = {"schedule.budget": 4}


def sweep_of(out, *methods, seeds=1, **settings):
    return Sweep(methods=methods, seeds=seeds, out=out, cycles=0, settings=SETTINGS | settings, device="cpu")


def make(sweep, *, last=None):
    """The folders of the runs of a sweep, without records, as a sweep that was killed at once leaves them."""
    for run in list(sweep.runs())[:last]:
        info = replace(info_of(FakeSession(cycles=0)), config=sweep.config(run.method, run.seed))
        RunFolder.create(run.path, info)


class TestWhatIsThere:
    def test_is_every_method_and_seed_with_the_same_settings(self, tmp_path):
        make(sweep_of(tmp_path, "random", "lada-margin-input_mixup-exact", seeds=3))
        wanted = sweep_of(tmp_path, "max-entropy")
        every = with_all_there(wanted)
        assert every == replace(wanted, methods=("max-entropy", "lada-margin-input_mixup-exact", "random"), seeds=3)
        assert conditions(every).startswith("Preset demo on fashion-mini")
        assert " of 4 labels, 0 to 3 seeds by method; fake" in conditions(every)

    def test_is_nothing_that_no_sweep_made(self, tmp_path):
        wanted = sweep_of(tmp_path, "random")
        assert with_all_there(wanted) == wanted
        make(wanted)
        (tmp_path / "random" / "seed-0").rename(tmp_path / "random" / "seed-old")
        for name in ("notes/seed-0", "random/seed-1", "random/seed-01", "max-entropy/seed-100000"):
            (tmp_path / name).mkdir(parents=True)
        make(sweep_of(tmp_path / "by the way", "random"))
        assert with_all_there(wanted) == wanted

    @pytest.mark.parametrize(
        ("there", "asked", "sentence"),
        [
            (
                ("max-entropy", {}),
                {"schedule.budget": 6},
                "holds a run with schedule.budget = 4, not 6, and the tables",
            ),
            (("random", {}), {"training.epochs": 3}, r"random.seed-0 holds a run with training.epochs = \d+, not 3, "),
            (
                ("lada-entmix", {}),
                {"schedule.budget": 5},
                r"lada-entmix.seed-0 holds a run with other settings \(budget 5 is odd\), and the tables of a folder ",
            ),
        ],
    )
    def test_with_other_settings_is_refused(self, tmp_path, there, asked, sentence):
        method, settings = there
        make(sweep_of(tmp_path, method, **settings))
        with pytest.raises(ConfigError, match=sentence) as refused:
            with_all_there(sweep_of(tmp_path, "random", **asked))
        assert str(refused.value).endswith("; give the same settings, or choose another folder with --out")

    def test_that_cannot_be_read_is_named(self, tmp_path):
        make(sweep_of(tmp_path, "max-entropy"))
        place = tmp_path / "max-entropy" / "seed-0" / "run.json"
        place.write_text("{")
        with pytest.raises(StoreError, match="run.json is damaged"):
            with_all_there(sweep_of(tmp_path, "random"))


class TestTablesThere:
    def test_of_a_run_that_is_gone_are_not_replaced(self, tmp_path):
        make(sweep_of(tmp_path, "random"))
        lines = "method,seed,cycle,labels,accuracy,seconds\nrandom,0,0,20,0.5,1.0\nbald,2,0,20,0.5,1.0\n"
        (tmp_path / "runs.csv").write_text(lines)
        for act in (with_all_there, lambda sweep: write_tables(sweep, "random")):
            with pytest.raises(ConfigError, match="runs.csv has lines of bald with seed 2, whose run is no longer in"):
                act(sweep_of(tmp_path, "random"))
        assert (tmp_path / "runs.csv").read_text() == lines
        assert not (tmp_path / "accuracy.csv").exists()

    def test_that_no_sweep_can_have_written_are_refused(self, tmp_path):
        (tmp_path / "runs.csv").write_text("method,seed,cycle,labels,accuracy,seconds\nrandom,first,0,20,0.5,1.0\n")
        with pytest.raises(ConfigError, match="runs.csv is no table of a sweep and would be replaced"):
            with_all_there(sweep_of(tmp_path, "random"))


class TestAccuracy:
    def test_needs_a_labelled_test_set_or_answers_that_are_held_out(self, tmp_path):
        without = replace(sweep_of(tmp_path, "random"), dataset=images_without_a_test_set(tmp_path / "images"))
        with pytest.raises(ConfigError, match="has no labelled test set, so a sweep has no accuracy to compare; add "):
            require_accuracy(without)
        require_accuracy(replace(without, settings={"data.holdout": 0.2}))
        require_accuracy(replace(without, dataset="digits"))

    def test_of_a_cycle_before_any_answer_is_held_out_is_left_out(self, tmp_path, monkeypatch):
        sweep = replace(sweep_of(tmp_path, "random", **{"data.holdout": 0.1}), cycles=1)
        (run,) = sweep.runs()
        records = [
            by_hand(EvaluateRecord, cycle=0, n_labelled=20, accuracy=None),
            by_hand(EvaluateRecord, cycle=1, n_labelled=24, accuracy=0.25),
        ]
        made = FakeRun(sweep.config("random", 0), records)
        monkeypatch.setattr("lada_explore.experiments.results.runs_there", lambda sweep: [(run, made)])
        (found,) = results_of(sweep)
        assert [(entry.cycle, entry.labels, entry.accuracy) for entry in found.cycles] == [(1, 24, 0.25)]
        assert not found.complete
        made.config = sweep_of(tmp_path, "random").config("random", 0)
        with pytest.raises(ConfigError, match="has no labelled test set"):
            results_of(sweep)


class FakeRun:
    """A recorded run with evaluations alone."""

    def __init__(self, config, evaluated):
        self.config = config
        self.history = [FakeCycle(record) for record in evaluated]


class FakeCycle:
    def __init__(self, record):
        self.cycle, self.evaluate, self.seconds = record.cycle, record, {"evaluate": 1.0}
