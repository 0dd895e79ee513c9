"""Many runs and the table of their differences."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession
from helpers.small_runs import cut_before, record_bytes

from lada_explore.cli.options import methods_of_parts
from lada_explore.errors import ConfigError
from lada_explore.experiments.sweep import Sweep, compare, conditions, paired_interval, to_markdown
from lada_explore.records import Stage
from lada_explore.store import RunFolder, open_run

# Accuracy at 20, 30 and 40 labels. The differences at 30 are 0.01, 0.03 and 0.02: mean 0.02, s 0.01.
CURVES = {
    "random": {0: {20: 0.5, 30: 0.60, 40: 0.70}, 1: {20: 0.4, 30: 0.55, 40: 0.70}, 2: {20: 0.6, 30: 0.65, 40: 0.70}},
    "mine": {0: {20: 0.5, 30: 0.61, 40: 0.72}, 1: {20: 0.4, 30: 0.58, 40: 0.70}, 2: {20: 0.6, 30: 0.67}},
}
SETTINGS = ["classifier.width=4", "classifier.blocks=1,1", "schedule.subset_size=20", "schedule.budget=4"]
# Each process would find out by itself what its processor gains from bfloat16.
SETTINGS += ["look_ahead.precision=float32"]


def sweep_words(out, *more):
    settings = [part for setting in [*SETTINGS, "training.epochs=1"] for part in ("--set", setting)]
    methods = ["--methods", "random", "max-entropy", "--seeds", "2", "--cycles", "1"]
    return ["sweep", *methods, "--dataset", "digits", "--device", "cpu", *settings, "--out", out, *more]


class TestIntervals:
    def test_three_differences_with_a_standard_deviation_of_a_point(self):
        # t of 2 degrees of freedom at 97.5 % is 4.302653: half the width is 4.302653 * 0.01 / sqrt(3).
        lower, upper = paired_interval(np.array([0.01, 0.03, 0.02]))
        assert lower == pytest.approx(0.02 - 0.0248414, abs=1e-7)
        assert upper == pytest.approx(0.02 + 0.0248414, abs=1e-7)

    def test_two_differences_use_the_widest_t(self):
        # One degree of freedom: 12.706205; s = 0.02 / sqrt(2), so half the width is 12.706205 * 0.01.
        lower, upper = paired_interval(np.array([0.0, 0.02]))
        assert (lower, upper) == (pytest.approx(0.01 - 0.12706205), pytest.approx(0.01 + 0.12706205))

    def test_one_difference_has_none(self):
        assert paired_interval(np.array([0.02])) is None

    def test_equal_differences_leave_no_doubt(self):
        assert paired_interval(np.array([0.25, 0.25, 0.25])) == (0.25, 0.25)


class TestTable:
    def test_a_method_is_compared_by_seed_at_each_number_of_labels(self):
        rows = {(row.labels, row.method): row for row in compare(CURVES, "random")}
        at_30 = rows[30, "mine"]
        assert (at_30.seeds, at_30.accuracy, at_30.difference) == (3, pytest.approx(0.62), pytest.approx(0.02))
        assert (at_30.lower, at_30.upper) == (pytest.approx(-0.0048414, abs=1e-7), pytest.approx(0.0448414, abs=1e-7))
        assert (rows[20, "mine"].difference, rows[20, "mine"].lower) == (0.0, 0.0)

    def test_a_seed_that_only_one_method_has_reached_is_left_out_of_the_difference(self):
        at_40 = {row.method: row for row in compare(CURVES, "random") if row.labels == 40}
        assert (at_40["random"].seeds, at_40["mine"].seeds) == (3, 2)
        # 0.02 and 0.00 of the seeds 0 and 1.
        assert at_40["mine"].difference == pytest.approx(0.01)
        assert at_40["mine"].upper == pytest.approx(0.01 + 0.12706205)

    def test_the_last_rows_are_means_over_the_cycles_after_the_start_of_complete_curves(self):
        mean = {row.method: row for row in compare(CURVES, "random") if row.labels is None}
        # random: (0.65, 0.625, 0.675); mine: (0.665, 0.64) of two seeds; differences 0.015 and 0.015.
        assert (mean["random"].seeds, mean["random"].accuracy) == (3, pytest.approx(0.65))
        assert (mean["mine"].seeds, mean["mine"].accuracy) == (2, pytest.approx(0.6525))
        assert mean["mine"].lower == pytest.approx(0.015)

    def test_the_baseline_has_no_difference_to_itself(self):
        for row in compare(CURVES, "mine"):
            if row.method == "mine":
                assert (row.difference, row.lower, row.upper) == (None, None, None)

    def test_an_unknown_baseline_is_named(self):
        with pytest.raises(ConfigError, match="baseline 'best' is not in the sweep; choose one of random, mine"):
            compare(CURVES, "best")

    def test_a_person_reads_per_cent_and_points(self):
        lines = to_markdown(compare(CURVES, "random"), ["random", "mine"], "random", "Tiny runs.").splitlines()
        assert lines[0].startswith("Tiny runs. Test accuracy in per cent")
        assert lines[2:4] == ["| labels | random | mine |", "|---:|---:|---:|"]
        assert lines[5] == "| 30 | 60.00 | 62.00<br>+2.00 (-0.48 to +4.48) |"
        assert lines[-1].startswith("| mean | 65.00 | 65.25<br>+1.50 (+1.50 to +1.50) |")


def test_the_table_names_every_device_and_precision_that_its_runs_were_made_with(tmp_path):
    sweep = Sweep(methods=("random", "max-entropy"), seeds=1, out=tmp_path, cycles=0, device="cpu")
    info = replace(info_of(FakeSession(cycles=0)), device="cpu (1 thread)", versions={"torch": "2.14.1"})
    for run, precision in zip(sweep.runs(), ("float32", "bfloat16"), strict=True):
        RunFolder.create(run.path, replace(info, config=sweep.config(run.method, run.seed), precision=precision))
    here = "cpu (1 thread), torch 2.14.1"
    assert conditions(sweep).endswith(f"; {here}, float32 or {here}, bfloat16.")


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"methods": ()}, "methods are none; name at least one"),
            ({"methods": ("random", "random")}, "methods are random random; name at least one, and each once"),
            ({"methods": ("randm",)}, "method 'randm' is unknown; did you mean random"),
            ({"seeds": 0}, "seeds is 0; a sweep needs at least 1, and 2 for an interval"),
            ({"settings": {"schedule.budget": 0}}, "schedule.budget is 0; it must be at least 1"),
        ],
    )
    def test_is_refused_before_anything_runs(self, tmp_path, change, sentence):
        with pytest.raises(ConfigError, match=sentence):
            Sweep(**({"methods": ("random",), "seeds": 1, "out": tmp_path / "out"} | change))
        assert list(tmp_path.iterdir()) == []

    def test_no_process_and_an_unknown_baseline_are_one_sentence(self, call, tmp_path):
        for words, sentence in (
            ("--jobs 0", "jobs is 0; run at least 1 process"),
            ("--baseline x", "baseline 'x' is"),
            ("--seeds 100000000", "seeds is 100,000,000; it must be at most 100,000"),
        ):
            code, _, error = call(*sweep_words(tmp_path / "out", *words.split()))
            assert (code, sentence in error, error.count("\n")) == (2, True, 1)
        assert list(tmp_path.iterdir()) == []


class TestMethodsByTheirParts:
    @pytest.mark.parametrize(
        ("parts", "names"),
        [
            ([["margin", "bald"], [], []], ("margin", "bald")),
            (
                [["margin"], ["manifold_mixup"], ["learned", "exact"]],
                ("lada-marginmix", "lada-margin-manifold_mixup-exact"),
            ),
            ([[], ["input_mixup"], ["fixed"]], ("lada-entinmix-fixed",)),
            ([[], [], []], ()),
        ],
    )
    def test_every_combination_is_a_method(self, parts, names):
        assert methods_of_parts(*parts, look_ahead=None) == names

    def test_look_ahead_holds_for_all_of_them(self):
        names = methods_of_parts(["margin", "bald"], ["input_mixup"], [], look_ahead=False)
        assert names == ("margin-then-input_mixup", "bald-then-input_mixup")

    @pytest.mark.slow
    def test_are_run_and_compared_with_the_methods_that_are_named(self, call, tmp_path):
        out = tmp_path / "out"
        parts = ["--acquisition", "margin", "--augmentation", "input_mixup", "--policy", "exact", "--policy", "fixed"]
        words = sweep_words(out, "--seeds", "1", "--cycles", "0", *parts)
        words[words.index("max-entropy")] = "var-ratio"
        code, said, error = call(*words)
        assert (code, error) == (0, "")
        methods = ["random", "var-ratio", "lada-margin-input_mixup-exact", "lada-margin-input_mixup-fixed"]
        assert f"| labels | {' | '.join(methods)} |" in said
        assert sorted(path.name for path in out.iterdir() if path.is_dir()) == sorted(methods)
        assert open_run(out / methods[3] / "seed-0").config.method.policy == "fixed"

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ([], "no method is named; name some with --methods, or by parts with --acquisition"),
            (["--acquisition", "margin", "bald"], "'bald' stands without an option; name methods after --methods"),
            (["--acquisition", "margins"], "acquisition 'margins' is unknown; the known ones are random"),
            (["--acquisition", "coreset", "--augmentation", "stn", "--look-ahead"], "cannot look ahead with 'coreset'"),
            (["--augmentation", "adamixup", "--look-ahead"], "; give --no-look-ahead, or choose augmentation"),
            (["--methods", "random", "lada-margin-adamixup-exact"], "; give --methods margin-then-adamixup, or choose"),
            (
                ["--methods", "lada-entmix", "--set", "method.augmentation=adamixup"],
                "; give --set method.look_ahead=fal",
            ),
        ],
    )
    def test_that_cannot_work_are_refused_before_anything_runs(self, call, tmp_path, words, sentence):
        code, _, error = call("sweep", "--out", tmp_path / "out", *words)
        assert (code, sentence in error, error.count("\n")) == (2, True, 1)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_sweep_resumes_what_was_interrupted_and_leaves_alone_what_is_complete(call, tmp_path):
    out = tmp_path / "compare"
    code, said, error = call(*sweep_words(out, "--jobs", "2"))
    assert (code, error) == (0, "")
    assert sum(line.endswith(": complete") for line in said.splitlines()) == 4
    runs = {path.parent.name + path.name: path for path in sorted(out.glob("*/seed-*"))}
    assert list(runs) == ["max-entropyseed-0", "max-entropyseed-1", "randomseed-0", "randomseed-1"]
    # What one command alone would have made, on as many threads as each process of a sweep has.
    settings = [part for setting in [*SETTINGS, "training.epochs=1"] for part in ("--set", setting)]
    alone = ["run", "--method", "random", "--seed", "1", "--cycles", "1", "--dataset", "digits", "--device", "cpu"]
    alone += ["--threads", "1"]
    assert call(*alone, *settings, "--out", tmp_path / "alone")[0] == 0
    assert record_bytes(tmp_path / "alone") == record_bytes(runs["randomseed-1"])

    table, before = (out / "accuracy.csv").read_bytes(), {name: record_bytes(path) for name, path in runs.items()}
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    assert [(row["labels"], row["method"]) for row in rows] == [
        *[(labels, method) for labels in ("20", "24") for method in ("random", "max-entropy")],
        ("", "random"),
        ("", "max-entropy"),
    ]
    assert list(rows[0]) == [
        *("labels", "method", "seeds", "accuracy_percent", "difference_points", "lower_points", "upper_points")
    ]
    first = [open_run(runs[f"randomseed-{seed}"]).history[0].evaluate.accuracy for seed in (0, 1)]
    assert float(rows[0]["accuracy_percent"]) == pytest.approx(100 * np.mean(first))
    # The start is the same for every method with the same seed.
    assert (float(rows[1]["difference_points"]), rows[1]["seeds"]) == (0, "2")
    untouched = (runs["randomseed-0"] / "cycles/001/train/record.json").stat().st_mtime_ns
    cut_before(runs["max-entropyseed-1"], 1, Stage.LOOK_AHEAD)
    code, said, error = call(*sweep_words(out))
    assert (code, error) == (0, "")
    assert {name: record_bytes(path) for name, path in runs.items()} == before
    assert (out / "accuracy.csv").read_bytes() == table
    assert (runs["randomseed-0"] / "cycles/001/train/record.json").stat().st_mtime_ns == untouched
    assert said.splitlines()[-1] == (out / "accuracy.md").read_text().splitlines()[-1]

    # Another setting is another sweep: nothing is mixed, and the other runs are told apart from the failed ones.
    code, _, error = call(*sweep_words(out, "--set", "schedule.budget=6"))
    assert code == 2
    assert "4 of 4 runs failed" in error
    assert "holds a run with schedule.budget = 4, not 6" in error
    assert {name: record_bytes(path) for name, path in runs.items()} == before
    assert (out / "accuracy.csv").read_bytes() == table
