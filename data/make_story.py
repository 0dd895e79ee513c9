"""Make lada_explore/views/story/records.json, the numbers of recorded runs that the story of tau* shows.

    python data/make_story.py

Run it from the top of the repository, after data/make_demo_run.py and data/make_tau_runs.py.
tests/views/story/test_story.py compares each number with the runs.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lada_explore.analysis import best_first, pair_path, pair_terms
from lada_explore.analysis.tau_dynamics import bulge, policy_path, tau_dynamics
from lada_explore.records import CycleRecords, LookAheadRecord
from lada_explore.store import RecordedRun, open_run

RUNS, TO = Path("data/runs"), Path("lada_explore/views/story/records.json")
PAIR = ("demo", 4, 200)
"""Run, cycle, and rank of the pair by score: each image is taken for its own class, and no third one is likelier."""
FLIP = ("tau/noisy-tops", (2, 3))
"""A run and two cycles between which the slope of V changes its sign."""
CAPS = (("tau/fashion", 3), ("tau/fashion-tau-max-4", 3))
"""Runs that differ in policy.tau_max alone, and a cycle of each."""


def _rounded(values: ArrayLike) -> Any:
    return np.asarray(values, np.float64).round(5).tolist()


def _looked_ahead(run: RecordedRun, cycle: int) -> tuple[CycleRecords, LookAheadRecord]:
    records = run.history[cycle]
    assert records.look_ahead is not None
    return records, records.look_ahead


def _gain(run: RecordedRun, cycle: int) -> Any:
    """What learning gained in a cycle, in bits a pair: V(tau*) less V at the tau before learning."""
    found = tau_dynamics(run.history)
    return _rounded(found.gain[found.cycles.tolist().index(cycle)])


def pair() -> dict[str, Any]:
    """One pair: its two images, A and the class probabilities along the path, and tau by the policy's epochs."""
    name, cycle, rank = PAIR
    run = open_run(RUNS / name)
    records, ahead = _looked_ahead(run, cycle)
    row = int(best_first(pair_terms(records).sum(axis=1))[rank - 1])
    assert records.subsample is not None
    path = pair_path(records, records.subsample.pair_ids[row].tolist())
    assert path is not None
    own, other = path.images
    assert own is not None
    assert other is not None
    grid, taus = path.grid, ahead.tau_by_epoch[:, row]
    values = [float(np.interp(tau, path.table.tau[:-2], path.table.value[:-2])) for tau in taus]
    chance = dict(zip(path.classes.classes, path.classes.probabilities, strict=True))
    between = [chance[path.predicted[0]], chance[path.predicted[1]]]
    return {
        "run": name,
        "cycle": cycle,
        "rank": rank,
        "n_pairs": path.n_pairs,
        "ids": list(path.pair_ids),
        "known": [run.class_names[label] for label in path.known],
        "guesses": [run.class_names[label] for label in path.predicted],
        "size": list(own.shape),
        "pixels": [base64.b64encode(image.tobytes()).decode() for image in (own, other)],
        "grid": _rounded(grid),
        "profile": _rounded(path.profile),
        "nodes": _rounded(path.nodes),
        "chance": _rounded(between),
        "boundary": round(float(np.interp(0, between[0] - between[1], grid)), 5),
        "taus": _rounded(taus),
        "values": _rounded(values),
    }


def flip() -> dict[str, Any]:
    """Two cycles: A along the path less the line between its ends, as a mean over the pairs, and what follows."""
    name, cycles = FLIP
    run, shown = open_run(RUNS / name), []
    for cycle in cycles:
        _, ahead = _looked_ahead(run, cycle)
        grid, profile = ahead.grid.astype(np.float64), ahead.profile.astype(np.float64)
        line = profile[:, :1] * (1 - grid) + profile[:, -1:] * grid
        extra = (profile - line).mean(axis=0)
        added, tau = _rounded(bulge(ahead).mean()), _rounded(ahead.tau.mean())
        shown.append({"cycle": cycle, "extra": _rounded(extra), "added": added, "tau": tau, "gain": _gain(run, cycle)})
    return {"run": name, "grid": _rounded(grid), "cycles": shown}


def caps() -> list[dict[str, Any]]:
    """Two runs: the mean tau by the steps of the policy's optimiser, under two ends of its range."""
    shown = []
    for name, cycle in CAPS:
        run = open_run(RUNS / name)
        found = policy_path(_looked_ahead(run, cycle)[1], run.config.policy)
        limit = run.config.policy.tau_max
        learned = {"step": found.steps.tolist(), "taus": _rounded(found.mean), "gain": _gain(run, cycle)}
        shown.append({"run": name, "cycle": cycle, "limit": limit, **learned})
    return shown


def story() -> dict[str, Any]:
    """What is written."""
    return {"pair": pair(), "flip": flip(), "caps": caps()}


if __name__ == "__main__":
    TO.write_text(json.dumps(story(), separators=(",", ":")) + "\n")
    print(f"{TO}: {TO.stat().st_size / 1024:.0f} kB")
