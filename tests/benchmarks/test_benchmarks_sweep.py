"""The benchmark of a sweep runs as a command, small, and writes what it says; what it adds up, and its table."""

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "sweep.py"


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
    spec = importlib.util.spec_from_file_location("benchmark_of_a_sweep", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_wall_time_is_held_against_the_share_of_each_place(benchmark):
    assert benchmark.against_half(80.0, 44.0, 2) == {"sum_s": 80.0, "wall_s": 44.0, "wall_to_half_the_sum": 1.1}
    assert benchmark.against_half(80.0, 20.0, 4)["wall_to_half_the_sum"] == 1.0


def test_the_time_left_is_judged_from_a_third_to_nine_tenths_of_the_way(benchmark):
    looks = [(10.0, 500.0), (29.9, None), (30.0, 75.0), (45.0, 45.0), (60.0, 24.0), (70.0, None), (81.5, 0.0)]
    found = benchmark.judged(looks, wall=90.0)
    assert found["largest_error_of_time_left"] == pytest.approx(0.25)  # 75 where 60 were left
    assert found["median_error_of_time_left"] == pytest.approx(0.2)  # 24 where 30 were left
    assert (found["looks"], found["looks_without_a_time"]) == (4, 1)
    assert found["time_left"][1] == [29.9, None]
    assert math.isnan(benchmark.judged([], wall=90.0)["largest_error_of_time_left"])


def test_a_sweep_with_a_run_that_fails_is_not_measured(benchmark, monkeypatch):
    monkeypatch.setattr(benchmark, "run_sweep", lambda sweep, jobs: [Mock(error=""), Mock(error="a sentence")])
    with pytest.raises(SystemExit, match="a sentence"):
        benchmark.watched(Mock(out=Path("nowhere")), 2)


@pytest.mark.thorough
@pytest.mark.slow
def test_it_times_the_runs_alone_and_two_at_a_time(tmp_path, monkeypatch):
    words = [
        "--seeds",
        "1",
        "--cycles",
        "0",
        "--dataset",
        "digits",
        "--device",
        "cpu",
        "--json",
        tmp_path / "sweep.json",
    ]
    done = subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "sweep.json").read_text())
    assert results["benchmark"] == "sweep"
    assert len(results["single_s"]) == results["single"]["runs"] == 4
    assert results["sum_s"] == pytest.approx(sum(results["single_s"].values()))
    assert results["wall_to_half_the_sum"] == pytest.approx(results["wall_s"] / (results["sum_s"] / 2))
    assert results["settings"]["jobs"] == 2
    assert results["looks"] >= results["looks_without_a_time"]
    monkeypatch.syspath_prepend(SCRIPT.parent)
    table = importlib.import_module("show_sweeps").sweep([results])
    assert "| 4 runs, 2 at a time |" in table
    assert f"| `wall_to_half_the_sum` | **{results['wall_to_half_the_sum']:.2f}** |" in table
