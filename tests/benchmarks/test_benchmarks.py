"""The benchmarks run as commands, small, and write what they say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def results_of(name, tmp_path, *words):
    out = tmp_path / "results" / f"{name}.json"
    command = [sys.executable, BENCHMARKS / f"{name}.py", "--device", "cpu", "--json", out, *words]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads(out.read_text())
    assert json.loads(done.stdout) == results
    assert results["benchmark"] == name
    assert results["conditions"]["threads"] == 1
    assert set(results["conditions"]["versions"]) >= {"torch", "python", "lada-explore"}
    return results


@pytest.mark.thorough
def test_look_ahead_is_compared_on_the_same_pairs(tmp_path):
    words = [
        "--pairs",
        "6",
        "--draws",
        "3",
        "--epochs",
        "1",
        "--labels",
        "20",
        "--training-epochs",
        "2",
        "--rate-rounds",
        "1",
    ]
    results = results_of("lookahead", tmp_path, *words)
    seconds = {name: runs["median_s"] for name, runs in results["seconds"].items()}
    assert results["speedup_quadrature"] == pytest.approx(seconds["plain"] / seconds["quadrature"])
    assert results["speedup_pathwise"] == pytest.approx(seconds["plain"] / seconds["pathwise"])
    assert 0 < results["rms_error_bits"] <= results["largest_error_bits"] < 0.05
    assert results["rms_error_bits_by_nodes"]["17"] < results["rms_error_bits_by_nodes"]["4"]
    assert results["evaluations_per_pair"] >= results["n_nodes"] - 2
    assert results["rank_correlation"] > 0.9
    # With one round, the median of the ratios is the ratio of the medians.
    rates = results["profile_flop_per_s"], results["convolutions_flop_per_s"]
    assert results["fraction_of_peak"] == pytest.approx(rates[0] / rates[1])
    assert results["profile_flop_per_s"] / results["matmul_flop_per_s"] == pytest.approx(results["fraction_of_matmul"])
    # One policy network to start from, and hardly a step: tau is the same by all three.
    taus = list(results["mean_tau"].values())
    assert max(taus) - min(taus) < 1e-3
    assert 0.3 < taus[0] < 0.7


@pytest.mark.thorough
def test_training_is_compared_from_the_same_weights(tmp_path):
    results = results_of("training", tmp_path, *["--labels", "20", "--epochs", "2", "--rounds", "1"])
    seconds = {name: runs["median_s"] for name, runs in results["seconds"].items()}
    assert results["ratio_to_bare_loop"] == pytest.approx(seconds["ours"] / seconds["bare"])
    assert results["ratio_to_loader"] == pytest.approx(seconds["ours"] / seconds["loader"])
    assert results["ms_per_step"]["ours"] == pytest.approx(1e3 * seconds["ours"] / 4)
    assert max(results["final_loss"].values()) < 2 * min(results["final_loss"].values())


@pytest.mark.thorough
def test_the_stems_are_compared_on_pictures_of_one_size(tmp_path):
    words = ["--sides", "72", "--batch-size", "5", "--candidates", "5", "--rounds", "1"]
    of = results_of("stem", tmp_path, *words)["by_side"]["72"]
    assert of["speedup_step"] == pytest.approx(of["ms_per_step"]["3x3"] / of["ms_per_step"]["7x7s4"])
    assert of["speedup_score"] == pytest.approx(of["ms_per_score"]["3x3"] / of["ms_per_score"]["7x7s4"])


@pytest.mark.thorough
def test_fine_tuning_is_compared_with_loops_over_the_same_network(tmp_path):
    words = ["--kinds", "torchvision:resnet18", "--side", "32", "--labels", "6", "--batch-size", "3", "--rounds", "1"]
    of = results_of("fine_tuning", tmp_path, *words)["by_kind"]["torchvision:resnet18"]
    ms = of["ms_per_step"]
    assert of["ratio_to_bare_loop"] == pytest.approx(ms["ours"] / ms["bare"])
    assert of["ratio_to_channels_last_loop"] == pytest.approx(ms["ours"] / ms["channels_last"])


def test_cycles_are_timed_stage_by_stage(tmp_path):
    words = [
        "--cycles",
        "1",
        "--test-images",
        "50",
        "--methods",
        "random",
        "lada-entmix-fixed",
        "--subsets",
        "40",
        "--labels",
        "--widths",
    ]
    results = results_of("cycle", tmp_path, *words, "--method", "lada-entmix-fixed")
    assert list(results["seconds_by_method"]) == ["random", "lada-entmix-fixed"]
    measured = results["seconds_by_method"]["lada-entmix-fixed"]
    assert sum(measured["median_s"].values()) == pytest.approx(measured["cycles_s"][0])
    assert results["slowest_cycle_s"]["lada-entmix-fixed"] == max(measured["cycles_s"])
    assert set(measured["longest_wait_s"]) >= {"score", "look_ahead", "train", "evaluate"}
    assert 0 < measured["longest_wait_s"]["train"] < results["longest_wait_s"] + 1e-9
    assert list(results["seconds_by_growth"]["subset_size"]) == ["40"]


@pytest.mark.thorough
def test_a_cycle_is_timed_alone_and_beside_busy_processes(tmp_path):
    words = ["--cycles", "1", "--rounds", "1", "--subset", "40", "--test-images", "50", "--method", "random"]
    results = results_of("neighbours", tmp_path, *words)
    seconds = {name: runs["fastest_s"] for name, runs in results["seconds"].items()}
    assert results["beside_to_alone"] == pytest.approx(seconds["beside"] / seconds["alone"])
    assert results["alone_to_before"] == pytest.approx(seconds["alone"] / seconds["before_alone"])
    assert (results["busy_processes"], results["threads"]) == (1, [[1, 1], [1, 1]])
