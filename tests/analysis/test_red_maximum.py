"""How often the red maximum of a recorded run is a real image's own entropy, as docs/FIDELITY.md counts it."""

from pathlib import Path

import numpy as np
import pytest

from lada_explore import open_run
from lada_explore.analysis.pairs import max_instance

ROOT = Path(__file__).resolve().parents[2]
WORDS = " ".join((ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8").split())
OF_30 = ("digits", "fashion", "fashion-wrong", "noisy-tops", "noisy-tops-again", "random-labels")
NOISY = ("noisy-tops", "noisy-tops-again")


def queried(name):
    """Of each queried pair of a run: maximum of the whole path, that of the instances, and (2,) both images' own."""
    found = []
    for records in open_run(ROOT / "data" / "runs" / name).history[1:]:
        if records.query is not None:
            ahead, asked = records.look_ahead, records.select.pair_ids.tolist()
            rows = [records.subsample.pair_ids.tolist().index(pair) for pair in asked]
            own = ahead.profile[rows][:, [0, -1]]
            found += list(zip(ahead.max_virtual[rows], max_instance(ahead)[rows], own, strict=True))
    return found


def count_own(pairs, which, written=float):
    """How many pairs have one of their images' own entropies as their maximum, in digits as written."""
    return sum(written(pair[which]) in [written(own) for own in pair[2]] for pair in pairs)


def two_decimals(value):
    return f"{value:.2f}"


def test_the_bundled_run_is_counted():
    pairs = queried("demo")
    path, instances = count_own(pairs, 0), count_own(pairs, 1)
    share = round(100 * path / len(pairs))
    assert f"{path} of the {len(pairs)} queried pairs of the bundled `data/runs/demo` ({share} %)" in WORDS
    assert f"Now it is that of the instances: {instances} of {len(pairs)}, and" in WORDS
    rounded = [count_own(pairs, which, two_decimals) for which in (1, 0)]
    assert f"Rounded to two decimals, {rounded[0]} of the {len(pairs)} agree ({rounded[1]} before)" in WORDS


def test_the_runs_of_the_lessons_are_counted():
    pairs = {name: queried(f"tau/{name}") for name in OF_30}
    assert {len(of_run) for of_run in pairs.values()} == {30}
    path = [count_own(of_run, 0) for of_run in pairs.values()]
    low, high = min(path), max(path)
    shares = f"({100 * low / 30:.0f} to {100 * high / 30:.0f} %)"
    assert f"and {low} to {high} of 30 in those runs of `data/runs/tau` that have 30 {shares}" in WORDS
    assert "and 0 of 30 but for 7 and 4 in the two runs `noisy-tops`" in WORDS
    assert [count_own(pairs[name], 1) for name in NOISY] == [7, 4]
    assert not any(count_own(pairs[name], 1) for name in OF_30 if name not in NOISY)


@pytest.mark.parametrize("name", NOISY)
def test_tau_of_the_noisy_runs_is_small_where_the_maximum_is_an_images_own(name):
    assert "in the two runs `noisy-tops`, where tau\\* is 0.04 or less" in WORDS
    taus = []
    for records in open_run(ROOT / "data" / "runs" / "tau" / name).history[1:]:
        if records.query is not None:
            rows = [records.subsample.pair_ids.tolist().index(pair) for pair in records.select.pair_ids.tolist()]
            own = records.look_ahead.profile[rows][:, [0, -1]]
            equal = (max_instance(records.look_ahead)[rows][:, None] == own).any(axis=1)
            taus += records.look_ahead.tau[rows][equal].tolist()
    assert taus
    assert np.max(taus) <= 0.045
