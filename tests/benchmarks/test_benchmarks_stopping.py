"""Where the hint would have stopped: computed from a run's records as it says."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from lada_explore import open_run
from lada_explore.analysis import accuracy_by_labels, stopping

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
BUNDLED = BENCHMARKS.parent / "data" / "runs" / "demo"


@pytest.fixture
def benchmark_module(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("benchmark_of_stopping", BENCHMARKS / "stopping.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # Its dataclass looks for its module there.
    spec.loader.exec_module(module)
    return module


def test_the_bundled_run_gives_what_is_recorded_of_it(benchmark_module):
    recorded = json.loads((BENCHMARKS / "results" / "stopping.json").read_text(encoding="utf-8"))
    found = {"chosen": False} | benchmark_module.outcome(BUNDLED)
    wanted = recorded["runs"]["bundled"]
    assert found["end_accuracy"] == pytest.approx(wanted.pop("end_accuracy"))
    assert found["largest_mean_kappa"] == pytest.approx(wanted.pop("largest_mean_kappa"))
    assert {name: found[name] for name in wanted} == wanted
    assert not found["on_stop_set"]
    # The end is the mean of the last five cycles, and the plateau begins within a point of it.
    measured = accuracy_by_labels(open_run(BUNDLED).history)
    assert found["end_accuracy"] == pytest.approx(measured.accuracy[-5:].mean())
    smooth = np.convolve(measured.accuracy, np.ones(3) / 3, "valid")
    first = np.flatnonzero(smooth >= found["end_accuracy"] - 0.01)[0] + 2
    assert found["plateau_labels"] == measured.n_labelled[first]


def test_a_rule_stops_where_it_first_says_so(benchmark_module, monkeypatch):
    threshold = float(np.nanmin(stopping(open_run(BUNDLED).history).mean_kappa))
    monkeypatch.setattr(sys.modules["lada_explore.analysis.stopping"], "KAPPA_TO_STOP", threshold)
    found = stopping(open_run(BUNDLED).history)
    outcome = benchmark_module.outcome(BUNDLED)
    stopped = outcome["kappa_rule"]
    assert stopped["labels"] == found.n_labelled[2]
    assert stopped["after_plateau"] == stopped["labels"] - outcome["plateau_labels"]
    measured = accuracy_by_labels(open_run(BUNDLED).history)
    at = measured.n_labelled.tolist().index(stopped["labels"])
    assert stopped["still_to_gain"] == pytest.approx(
        outcome["end_accuracy"] - measured.accuracy[at - 2 : at + 1].mean()
    )
