"""What docs/FIDELITY.md says of nodes that are chosen is what was measured; the command runs, small."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lada_explore.config import TOLERANCE

ROOT = Path(__file__).resolve().parents[2]
FIDELITY = " ".join((ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8").split())
COMMITTED, FULL = (
    json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("adaptive_nodes", "adaptive_nodes-full")
)


def cases(*layers):
    entropies = [case for case in COMMITTED["cases"] if case["acquisition"] == "max_entropy"]
    return [case for case in entropies if case["mix_layer"] in layers]


def rms(values):
    values = list(values)
    return math.sqrt(sum(value**2 for value in values) / len(values))


def fixed(nodes, *layers):
    return rms(case["fixed"]["monotone"][str(nodes)] for case in cases(*layers))


def test_of_hidden_states_it_is_said_what_was_measured():
    found = COMMITTED["mean"]["hidden states"]
    largest = max(case["rms_error"] for case in cases(1, 2))
    assert {case["labels"] for case in cases(1, 2)} == {20, 100, 220}
    assert COMMITTED["sizes"]["tolerance"] == TOLERANCE
    assert found["rms_error"] == pytest.approx(rms(case["rms_error"] for case in cases(1, 2)))
    assert found["evaluations"] <= 5
    assert largest < 0.01
    assert (
        f"{found['evaluations']:.1f} evaluations in the mean, with an rms error of {found['rms_error']:.4f} bits, "
        f"{largest:.4f} in the worst case, and the worst of {COMMITTED['sizes']['pairs']['demo']} pairs is wrong by "
        f"{found['worst_pair']:.3f} bits"
    ) in FIDELITY
    assert f"Eight nodes have {fixed(8, 1, 2):.4f} there" in FIDELITY
    worst = max(case["rms_error_of_the_worst_trial"] for case in cases(1, 2))
    assert f"the worst of them left {worst:.4f} bits" in FIDELITY


def test_of_images_it_is_said_why_their_nodes_are_not_chosen():
    found = COMMITTED["mean"]["images"]
    assert (
        f"the trial leaves {found['rms_error']:.4f} bits with {found['evaluations']:.1f} evaluations at demo width, "
        f"while 11 nodes leave {fixed(11, 0):.4f} with 9"
    ) in FIDELITY


def test_at_full_width_it_is_said_what_was_measured():
    found = FULL["mean"]["hidden states"]
    assert {case["labels"] for case in FULL["cases"]} == {20, 100}
    assert (
        f"a pair takes {found['evaluations']:.1f} evaluations in the mean, with an rms error of "
        f"{found['rms_error']:.4f} bits over {FULL['sizes']['pairs']['full']} pairs, and the worst is wrong by "
        f"{found['worst_pair']:.3f} bits"
    ) in FIDELITY


def test_in_one_case_the_estimates_of_a_pairs_own_error_need_clearly_fewer_evaluations():
    ranks, fewer, compared = [], [], COMMITTED["per_pair"] + FULL["per_pair"]
    for case in compared:
        found = case["by_estimate"].values()
        ranks += [rank for one in found for rank in one["rank_correlation"].values()]
        best = min(one["evaluations"] for one in found)
        if best < 0.95 * case["equally_many"]:
            fewer.append((case["width"], case["labels"], case["mix_layer"]))
            numbers = f"{best:.1f} in place of {case['equally_many']:.1f}"
    assert fewer == [("full", 100, 0)]
    assert f"in one of {len(compared)} cases (images at full width after 100 labels, {numbers})" in FIDELITY
    assert f"with the error of the pair is between {min(ranks):.2f} and {max(ranks):.2f}" in FIDELITY


@pytest.mark.thorough
@pytest.mark.slow
def test_the_command_chooses_and_compares(tmp_path):
    words = ["--labels", "20", "--layers", "1", "--demo-pairs", "16", "--demo-epochs", "2"]
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "adaptive_nodes.py", "--json", tmp_path / "found.json", *words],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert [case["acquisition"] for case in found["cases"]] == ["max_entropy", "margin", "var_ratio"]
    for case in found["cases"]:
        assert case["rms_error"] < 2 * case["tolerance"]
        assert case["fixed"]["spline"]["13"] < case["fixed"]["spline"]["3"]
    assert set(found["per_pair"][0]["by_estimate"]) == set(COMMITTED["per_pair"][0]["by_estimate"])
