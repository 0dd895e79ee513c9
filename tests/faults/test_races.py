"""Two processes that want the same run or the same folder: one gets it, the other is told so, and nothing is mixed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from faults.race import place_of
from helpers.fuzz import ROUNDS

from lada_explore.store import open_run

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent


def race(what: str, folder: Path, rounds: int) -> list[tuple[int, str]]:
    """For each round who got it, 0 or 1, and what the other was told."""
    script = [sys.executable, str(HERE / "race.py"), what, str(folder), str(rounds)]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert len(told) == rounds
    assert [sorted(map(bool, both)) for both in told] == [[False, True]] * rounds, told
    return [(both.index(""), max(both)) for both in told]


def assert_nothing_else_is_there(folder: Path, rounds: int) -> None:
    there = {place for place in folder.rglob("*") if len(place.name) == 3 or place.name.startswith(".")}
    assert there - {folder / "new"} == {place_of(folder, number) for number in range(rounds)}


@pytest.mark.parametrize(("what", "rounds"), [("make", 200), ("create", 20)])
def test_of_two_that_make_one_run_one_gets_it_with_its_own_settings(quick_folder, what, rounds):
    folder, rounds = quick_folder / what, rounds * ROUNDS
    folder.mkdir()
    ended = race(what, folder, rounds)
    for number, (winner, told) in enumerate(ended):
        place = place_of(folder, number)
        run = open_run(place)
        assert (run.config.seed, run.answers(), len(run.history)) == (winner, [], 1)
        assert told == (
            f"{place} exists already and is left as it is; go on with `lada-explore resume {place}` or choose another "
            "folder with --out"
        )
    assert 0 < sum(winner for winner, _ in ended) < rounds
    assert_nothing_else_is_there(folder, rounds)


def test_of_two_that_go_on_with_one_run_one_gets_it(quick_folder):
    (quick_folder / "resumed").mkdir()
    for _, told in race("resume", quick_folder / "resumed", 20 * ROUNDS):
        assert "is in use by another process or session; close it there first" in told


def test_of_two_that_export_to_one_folder_one_gets_it_with_its_own_labels(quick_folder):
    folder, rounds = quick_folder / "exported", 60 * ROUNDS
    folder.mkdir()
    for number, (winner, told) in enumerate(race("export", folder, rounds)):
        place = place_of(folder, number)
        assert sorted(path.name for path in place.iterdir()) == ["classes.json", "labels.csv", f"of {winner}"]
        assert told == f"{place} exists already and is left as it is; choose another folder with --out"
    assert_nothing_else_is_there(folder, rounds)
