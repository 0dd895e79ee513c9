"""What docs/FIDELITY.md says of VAAL and LL4AL is what the committed measurements hold, and these can be made again."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lada_explore.config import Ll4alTraining, VaalWeighting
from lada_explore.config.presets import configure
from lada_explore.experiments.statistics import paired_interval

ROOT = Path(__file__).resolve().parents[2]
FIDELITY = (ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8")


def committed(name):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("training", [training.value for training in Ll4alTraining])
def test_a_training_without_a_measurement_is_said_to_have_none(training):
    measured = training in committed("loss_ranking")["by_training"]
    words = f"`{training}` is not in the table below: it has not been measured by the command"
    assert (words in " ".join(FIDELITY.split())) is not measured


@pytest.mark.parametrize("training", list(committed("loss_ranking")["by_training"]))
def test_the_ranking_of_losses_is_quoted_as_measured(training):
    results = committed("loss_ranking")
    assert (results["sizes"]["seeds"], results["sizes"]["labels"]) == ([0, 1, 2], [50, 90])
    for n in ("50", "90"):
        of_seeds = [results["by_training"][training][seed][n] for seed in ("0", "1", "2")]
        mean = {what: statistics.fmean(ranks[what] for ranks in of_seeds) for what in of_seeds[0]}
        each = ", ".join(f"{ranks['module']:.2f}" for ranks in of_seeds)
        row = f"| `{training}` | {n} | {each} | {mean['module']:.2f} | {mean['unseen']:.2f} | {mean['entropy']:.2f} |"
        assert row in FIDELITY


@pytest.mark.parametrize("weighting", [weighting.value for weighting in VaalWeighting])
def test_the_weightings_of_vaal_are_quoted_as_measured(weighting):
    results = committed("vaal")["auc_of_missing_classes"]
    found = [f"{statistics.fmean(results[weighting][n]):.2f}" for n in ("20", "100")]
    assert f"| `{weighting}` | {' | '.join(found)} |" in FIDELITY
    for n in ("20", "100"):
        assert len(results["image"][n]) == 4
        assert all(image > release for image, release in zip(results["image"][n], results["release"][n], strict=True))


def test_the_accuracy_of_vaal_by_weighting_is_quoted_as_measured():
    results = committed("vaal")
    assert (results["sizes"]["seeds"], results["sizes"]["cycles"]) == (3, 10)
    of = {name: 100 * np.array(runs)[:, 1:].mean(1) for name, runs in results["accuracy_by_seed_and_cycle"].items()}
    means = [f"{of[name].mean():.1f} with `{name}`" for name in ("image", "release", "pooled")]
    by_seed = of["image"] - of["release"]
    low, high = paired_interval(by_seed)
    first, second, third = (f"{points:+.1f}" for points in by_seed)
    words = " ".join(FIDELITY.split())
    assert f"it is on average {means[0]}, {means[1]}, and {means[2]}." in words
    assert f"By seed `image` stands {first}, {second}, and {third} points above `release`" in words
    assert f"on average {by_seed.mean():+.1f} ({low:+.1f} to {high:+.1f}, Student's t over three seeds)" in words
    assert low < 0 < high


def test_the_demo_takes_what_was_measured_best():
    config = configure("demo", "ll4al")
    aucs, ranks = committed("vaal")["mean_auc"], committed("loss_ranking")["mean"]
    assert config.vaal.weighting == max(aucs, key=lambda name: sum(aucs[name].values()))
    assert config.ll4al.training == max(ranks, key=lambda name: sum(of["module"] for of in ranks[name].values()))


def measured(name, tmp_path, *words):
    out = tmp_path / f"{name}.json"
    command = [sys.executable, ROOT / "benchmarks" / f"{name}.py", "--device", "cpu", "--json", out, *words]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())


@pytest.mark.thorough
@pytest.mark.slow
def test_the_weightings_of_vaal_are_measured(tmp_path):
    results = measured("vaal", tmp_path, "--draws", "1", "--labels", "20", "--seeds", "1", "--cycles", "1")
    assert set(results["mean_auc"]) == set(results["mean_accuracy"]) == {w.value for w in VaalWeighting}
    for name, runs in results["accuracy_by_seed_and_cycle"].items():
        assert results["last_accuracy"][name] == pytest.approx(runs[0][-1])
        assert 0 <= results["mean_auc"][name]["20"] <= 1


@pytest.mark.thorough
@pytest.mark.slow
def test_the_ranking_of_losses_is_measured_and_gone_on_with(tmp_path):
    words = ["--seeds", "0", "--labels", "20", "--runs", tmp_path / "runs", "--set"]
    small = ["ll4al.virtual=60", "ll4al.steps=20", "ll4al.fold_steps=4", "ll4al.folds=2", "schedule.subset_size=40"]
    first = measured("loss_ranking", tmp_path, *words, *small)
    assert set(first["mean"]) == {training.value for training in Ll4alTraining}
    for training, of_seeds in first["by_training"].items():
        ranks = of_seeds["0"]["20"]
        assert -1 <= ranks["module"] <= 1
        assert first["mean"][training]["20"] == ranks
    again = measured("loss_ranking", tmp_path, *words, *small)
    assert again["by_training"] == first["by_training"]
