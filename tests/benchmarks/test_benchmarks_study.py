"""The study of what looking ahead alone is worth: what it compares, and its tables from what is committed of it."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import pytest

from lada_explore.config import METHODS
from lada_explore.config.presets import configure

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "study.py"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("benchmark_of_the_study", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["demo", "demo-pretrained"])
def preset(request):
    """The preset of each study that is committed."""
    return request.param


def differing(method, against):
    """The parts in which two methods differ."""
    one, other = METHODS[method], METHODS[against]
    names = [field.name for field in fields(one) if field.name != "name"]
    return {name for name in names if getattr(one, name) != getattr(other, name)}


def test_each_step_changes_one_thing(study):
    assert differing("random-then-mixup", "random") == {"augmentation", "policy"}  # A policy goes with a mixup.
    assert differing("random-pairs-mixup", "random-then-mixup") == {"pairs"}
    assert differing("pairs-then-mixup", "random-pairs-mixup") == {"acquisition"}
    # `pairs` says that a method chooses pairs without looking ahead.
    assert differing("lada-entmix-fixed", "pairs-then-mixup") == {"look_ahead", "pairs"}
    assert differing("lada-entmix", "lada-entmix-fixed") == {"policy"}
    assert differing("lada-entmix-exact", "lada-entmix") == {"policy"}
    assert differing("max-entropy", "random") == {"acquisition"}
    assert {method for pair in study.COMPARISONS for method in pair} == set(study.METHODS)


def committed(folder, study, accuracies):
    """Two cycles of 4 test images for each method and seed, right as often as `accuracies` says."""
    lines, right = ["method,seed,cycle,labels,accuracy,seconds"], {}
    for method in study.METHODS:
        for seed in (0, 1):
            n = accuracies.get(method, 2) + seed
            right[f"{method} {seed}"] = np.array([2] * (n // 2) + [n % 2] + [0] * (3 - n // 2), np.uint8)[:4]
            for cycle in range(3):
                lines.append(f"{method},{seed},{cycle},{20 + 10 * cycle},{n / 8},1.5")
    folder.mkdir()
    (folder / "runs.csv").write_text("\n".join(lines) + "\n")
    np.savez_compressed(folder / "right.npz", **right)
    about = {"benchmark": "study", "preset": "demo", "conditions": "Tiny runs.", "seeds": 2, "core_hours": 0.02}
    (folder / "study.json").write_text(json.dumps(about))


def test_the_tables_are_made_of_what_is_kept_and_other_seeds_leave_the_committed_ones_alone(study, tmp_path):
    results, page = study.committed("demo")
    before = page.read_bytes(), (results / "study.json").read_bytes()
    committed(tmp_path / "results", study, {"lada-entmix-fixed": 4})
    study.main(["--tables", "--seeds", "2", "--runs", str(tmp_path)])
    assert (page.read_bytes(), (results / "study.json").read_bytes()) == before
    found = {
        (row["method"], row["against"]): row
        for row in json.loads((tmp_path / "results" / "study.json").read_text())["comparisons"]
    }
    assert list(found) == list(study.COMPARISONS)
    # 4 and 5 of 8 right, against 2 and 3.
    assert found["lada-entmix-fixed", "pairs-then-mixup"]["difference"] == pytest.approx(0.25)
    assert found["lada-entmix", "random"]["difference"] == 0
    assert all(row["p_holm"] >= row["p"] for row in found.values())
    page = (tmp_path / "comparison.md").read_text()
    assert "| looking ahead: adding the value of the virtual instances to the score | lada-entmix-fixed | pairs" in page
    assert "| mean | 31.25 |" in page
    assert "| best (deviation) | 31.25 (8.84) |" in page


def test_every_run_of_the_study_is_committed_whole(study, preset):
    kept = study.load(study.committed(preset)[0])
    results, about = kept.results, kept.about
    assert (about["preset"], about["seeds"]) == (preset, 20)
    assert f"Preset {preset} on fashion-mini" in about["conditions"]
    assert {(result.run.method, result.run.seed) for result in results} == {
        (method, seed) for method in study.METHODS for seed in range(20)
    }
    schedule, n_classes = configure(preset, "random").schedule, 10
    labels = [schedule.initial_per_class * n_classes + schedule.budget * cycle for cycle in range(schedule.cycles + 1)]
    for result in results:
        assert [entry.labels for entry in result.cycles] == labels
        right = kept.right[result.run.method][result.run.seed]
        assert right.shape == (2000,)
        # Two records of the same predictions: shares by cycle, and counts by image.
        accuracies = [entry.accuracy for entry in result.cycles[1:]]
        assert np.mean(accuracies) == pytest.approx(right.mean() / schedule.cycles, abs=1e-9)
    hours = sum(entry.seconds for result in results for entry in result.cycles) / 3600
    assert about["core_hours"] == pytest.approx(hours, abs=0.01)


@pytest.mark.slow
def test_the_committed_page_is_that_of_the_committed_results(study, preset):
    folder, page = study.committed(preset)
    kept = study.load(folder)
    found = kept.differences()
    for one, written in zip(found, kept.about["comparisons"], strict=True):
        assert written == pytest.approx(asdict(one), abs=1e-12)
    assert page.read_text(encoding="utf-8") == study.page(kept.results, found, kept.about)


def test_a_difference_of_the_study_by_hand(study, preset):
    kept = study.load(study.committed(preset)[0])
    results, about = kept.results, kept.about
    of = {
        method: np.mean([[e.accuracy for e in r.cycles[1:]] for r in results if r.run.method == method])
        for method in ("lada-entmix-fixed", "pairs-then-mixup")
    }
    (written,) = [c for c in about["comparisons"] if (c["method"], c["against"]) == tuple(of)]
    assert written["difference"] == pytest.approx(of["lada-entmix-fixed"] - of["pairs-then-mixup"], abs=1e-9)
    assert written["lower"] < written["difference"] < written["upper"]
