"""Many runs: how they are started, resumed and refused."""

from __future__ import annotations

import csv
import io
from unittest.mock import ANY

import numpy as np
import pytest
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession
from helpers.image_folders import images_without_a_test_set
from helpers.small_runs import all_bytes, cut_before, record_bytes

from lada_explore.cli.options import methods_of_parts
from lada_explore.config.method import method_named
from lada_explore.errors import ConfigError
from lada_explore.experiments.compare import _methods
from lada_explore.experiments.sweep import Sweep
from lada_explore.records import Stage
from lada_explore.store import RunFolder, open_run

SETTINGS = ["classifier.width=4", "classifier.blocks=1,1", "schedule.subset_size=20", "schedule.budget=4"]
# Each process would find out by itself what its processor gains from bfloat16.
SETTINGS += ["look_ahead.precision=float32"]


METHODS = ("random", "max-entropy")


def sweep_words(out, *more):
    settings = [part for setting in [*SETTINGS, "training.epochs=1"] for part in ("--set", setting)]
    methods = ["--methods", "random", "max-entropy", "--seeds", "2", "--cycles", "1"]
    return ["sweep", *methods, "--dataset", "digits", "--device", "cpu", *settings, "--out", out, *more]


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
        parts = ["--acquisition", "margin", "--augmentation", "input_mixup", "--policy", "exact,fixed"]
        words = sweep_words(out, "--seeds", "1", "--cycles", "0", *parts)
        words[words.index("--methods") + 1 : words.index("max-entropy") + 1] = ["random, var-ratio"]
        code, said, error = call(*words)
        assert (code, error) == (0, "")
        methods = ["random", "var-ratio", "lada-margin-input_mixup-exact", "lada-margin-input_mixup-fixed"]
        assert f"| labels | {' | '.join(methods)} |" in said
        assert sorted(path.name for path in out.iterdir() if path.is_dir()) == sorted([*methods, "sweep"])
        assert open_run(out / methods[3] / "seed-0").config.method.policy == "fixed"

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ([], "no method is named; name some with --methods, or by parts with --acquisition"),
            (
                ["--methods", "random@schedule.budget=3"],
                "'random@schedule.budget=3' has settings in its name; name random after --methods, and give "
                "schedule.budget with --grid, or with --set for all runs",
            ),
            (["--methods", "random,,max-entropee"], "method 'max-entropee' is unknown; did you mean max-entropy?"),
            (["--methods", ", "], "no method is named; name some with --methods"),
            (["--acquisition", "margin", "bald"], "'bald' stands without an option; name methods after --methods"),
            (["--acquisition", "margins"], "acquisition 'margins' is unknown; the known ones are random"),
            (["--acquisition", "coreset", "--augmentation", "stn", "--look-ahead"], "cannot look ahead with 'coreset'"),
            (["--augmentation", "adamixup", "--look-ahead"], "; give --no-look-ahead, or choose augmentation"),
            (["--methods", "random", "lada-margin-adamixup-exact"], "; give --methods margin-then-adamixup, or choose"),
            (
                ["--methods", "lada-entmix", "--set", "method.augmentation=adamixup"],
                "; give --set method.look_ahead=fal",
            ),
            (
                ["--methods", "lada-entmix", "--set", "method.pairs=true"],
                "method 'lada-entmix' with method.pairs=true looks ahead and has pairs=True, which leaves looking "
                "ahead out of the score; leave pairs out, or give --set method.look_ahead=false",
            ),
        ],
    )
    def test_that_cannot_work_are_refused_before_anything_runs(self, call, tmp_path, words, sentence):
        code, _, error = call("sweep", "--out", tmp_path / "out", *words)
        assert (code, sentence in error, error.count("\n")) == (2, True, 1)
        assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_run_is_no_place_for_a_sweep_and_is_compared_as_that_run(call, tmp_path):
    run = RunFolder.create(tmp_path / "mine", info_of(FakeSession(cycles=1)))
    kept = all_bytes(run.path)
    code, _, error = call("sweep", "--methods", "margin", "--out", run.path)
    assert (code, all_bytes(run.path)) == (2, kept)
    assert f"{run.path} is the folder of a run, which a sweep would hide; choose another folder with --out" in error
    # As a version before this one wrote into it.
    RunFolder.create(run.path / "margin" / "seed-0", info_of(FakeSession(cycles=1)))
    assert _methods(run.path) == []


@pytest.mark.parametrize("command", ["sweep", "run"])
def test_the_help_says_how_a_name_is_made_of_parts_and_each_of_its_examples_is_a_method(call, command):
    said = "".join(call(command, "--help")[1].split())
    forms = (
        "lada-ACQUISITION-AUGMENTATION-POLICY",
        "ACQUISITION-then-AUGMENTATION",
        "ACQUISITION-pairs-then-AUGMENTATION",
    )
    examples = ("lada-margin-input_mixup-exact", "margin-then-input_mixup", "margin-pairs-then-input_mixup")
    for text in (*forms, *examples):
        assert text in said
    assert [method_named(name).name for name in examples] == list(examples)


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
    assert [(row["labels"], row["summary"], row["method"]) for row in rows] == [
        (*at, method) for at in (("20", ""), ("24", ""), ("", "mean"), ("", "best")) for method in METHODS
    ]
    assert list(rows[0]) == [
        *("labels", "summary", "method", "seeds", "accuracy_percent", "deviation_points"),
        *("difference_points", "lower_points", "upper_points"),
    ]
    first = [open_run(runs[f"randomseed-{seed}"]).history[0].evaluate.accuracy for seed in (0, 1)]
    assert float(rows[0]["accuracy_percent"]) == pytest.approx(100 * np.mean(first))
    every = list(csv.DictReader(io.StringIO((out / "runs.csv").read_text())))
    assert [(row["method"], row["seed"], row["cycle"], row["labels"]) for row in every] == [
        (method, seed, cycle, labels)
        for seed in "01"
        for method in METHODS
        for cycle, labels in (("0", "20"), ("1", "24"))
    ]
    assert [float(row["accuracy"]) for row in every if (row["method"], row["cycle"]) == ("random", "0")] == first
    assert all(0 < float(row["seconds"]) < 600 for row in every)
    (outcome,) = csv.DictReader(io.StringIO((out / "differences.csv").read_text()))
    assert (outcome["method"], outcome["against"], outcome["seeds"]) == ("max-entropy", "random", "2")
    (mean,) = [row for row in rows if (row["summary"], row["method"]) == ("mean", "max-entropy")]
    assert float(outcome["difference_points"]) == pytest.approx(float(mean["difference_points"]))
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
    again = list(csv.DictReader(io.StringIO((out / "runs.csv").read_text())))
    assert again == [*every[:-1], {**every[-1], "seconds": ANY}]

    # Another setting is another sweep: nothing is mixed, and nothing is run for tables that could not be written.
    code, said, error = call(*sweep_words(out, "--set", "schedule.budget=6"))
    assert (code, said, error.count("\n")) == (2, "", 1)
    assert "max-entropy/seed-0 holds a run with schedule.budget = 4, not 6" in error
    assert {name: record_bytes(path) for name, path in runs.items()} == before
    assert (out / "accuracy.csv").read_bytes() == table


@pytest.mark.slow
def test_a_sweep_of_other_methods_into_a_folder_covers_the_runs_that_are_there(call, tmp_path):
    out = tmp_path / "out"
    alone = ["--cycles", "0", "--seeds", "1"]
    assert call(*sweep_words(out, *alone))[0] == 0
    before = list(csv.DictReader(io.StringIO((out / "runs.csv").read_text())))
    words = sweep_words(out, *alone, "--baseline", "random")
    words[words.index("random") : words.index("max-entropy") + 1] = ["margin"]
    code, said, error = call(*words)
    assert (code, error) == (0, "")
    first, *_, last = said.splitlines()
    assert first == f"the tables cover the runs in {out} too, of max-entropy, random; --baseline can name one of them"
    assert sum(line.endswith(": complete") for line in said.splitlines()) == 1
    assert "| labels | margin | max-entropy | random |" in said
    assert last == "No two methods have 2 seeds in common whose predictions of one test set are recorded."
    after = list(csv.DictReader(io.StringIO((out / "runs.csv").read_text())))
    assert [row["method"] for row in after] == ["margin", "max-entropy", "random"]
    assert [row for row in after if row["method"] != "margin"] == sorted(before, key=lambda row: row["method"])


@pytest.mark.slow
def test_a_method_that_fails_does_not_stop_the_others_and_is_said_to_be_missing(call, tmp_path):
    out = tmp_path / "out"
    words = ["sweep", "--methods", "random", "vaal", "--seeds", "1", "--cycles", "0", "--device", "cpu", "--out", out]
    code, said, error = call(*words, "--preset", "plane")
    assert (code, error.count("\n")) == (2, 1)
    assert "1 of 2 runs failed and are not in the table; the first, in" in error
    assert "method 'vaal' scores by 'vaal', whose networks need feature maps" in error
    assert "| random |" in said.replace("| labels ", "")
    assert not (out / "vaal").exists()


def test_a_sweep_without_a_labelled_test_set_is_refused_before_its_first_run(call, tmp_path):
    images, out = images_without_a_test_set(tmp_path / "images"), tmp_path / "out"
    code, said, error = call("sweep", "--methods", "random", "--dataset", images, "--out", out)
    assert (code, said, error.count("\n")) == (2, "", 1)
    assert "has no labelled test set, so a sweep has no accuracy to compare; add one, or hold a share" in error
    assert "--set data.holdout=0.2" in error
    assert not out.exists()
