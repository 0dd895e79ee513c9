"""The tree of runs is what their run.json says, wherever they lie, and a damaged one is listed too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers.fake_branches import fake_branch
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.experiments import run_tree
from lada_explore.experiments.run_tree import read_tree
from lada_explore.store.run_summary import SummaryReader

DEMO = Path(__file__).parents[2] / "data" / "runs" / "demo"


@pytest.fixture
def runs(tmp_path):
    session = FakeSession(cycles=3)
    session.run(2)
    record(session, tmp_path / "runs" / "first")
    return tmp_path / "runs"


def lines(folder):
    """Name, level, name of the parent and what is said of its begin."""
    nodes = read_tree(folder, SummaryReader()).nodes
    return [(node.name, node.level, node.parent, node.begun) for node in nodes]


def test_a_branch_stands_below_its_parent_with_what_run_json_says(runs):
    fake_branch(runs / "first", runs / "b", 1, "method: lada-entmix → random", "seed: 0 → 3")
    fake_branch(runs / "b", runs / "a", 0)
    said = json.loads((runs / "b" / "run.json").read_text())["parent"]
    assert lines(runs) == [
        ("first", 1, "", ""),
        ("b", 2, "first", f"after cycle {said['at']}; {'; '.join(said['changed'])}"),
        ("a", 3, "b", "after the start; nothing is changed"),
    ]


def test_runs_are_sorted_by_name_and_numbers_in_it_and_found_at_any_depth(runs):
    for name in ("sweep/random/seed-10", "sweep/random/seed-2", "Alpha"):
        shutil.copytree(runs / "first", runs / name)
    assert [line[0] for line in lines(runs)] == ["Alpha", "first", "sweep/random/seed-2", "sweep/random/seed-10"]


def test_links_and_hidden_folders_are_not_looked_into(runs, tmp_path):
    shutil.copytree(runs / "first", runs / ".old")
    (runs / "link").symlink_to(runs / "first")
    (runs / "loop").symlink_to(runs)
    assert [line[0] for line in lines(runs)] == ["first"]


def test_a_parent_that_was_moved_within_the_folder_is_found(runs):
    fake_branch(runs / "first", runs / "branch", 1)
    shutil.move(runs / "first", runs / "kept" / "renamed")
    assert lines(runs)[1][:3] == ("branch", 2, "kept/renamed")


def test_of_a_parent_and_its_copy_the_one_that_was_branched_is_taken(runs):
    fake_branch(runs / "first", runs / "branch", 1)
    shutil.copytree(runs / "first", runs / "a-copy")
    assert [line for line in lines(runs) if line[2]] == [("branch", 2, "first", "after cycle 1; nothing is changed")]


def test_a_branch_without_its_parent_says_so(runs, tmp_path):
    fake_branch(runs / "first", runs / "branch", 1)
    shutil.move(runs / "first", tmp_path / "away")
    begun = "after cycle 1 of ../first, which is not there any more; nothing is changed"
    assert lines(runs) == [("branch", 1, "", begun)]


def test_a_parent_outside_of_the_folder_is_said_to_be_there(runs):
    fake_branch(runs / "first", runs / "in" / "branch", 1)
    begun = "after cycle 1 of ../../first, which is outside of this folder; nothing is changed"
    assert lines(runs / "in") == [("branch", 1, "", begun)]


def test_another_run_in_the_parents_place_is_not_its_parent(runs):
    fake_branch(runs / "first", runs / "branch", 1)
    shutil.rmtree(runs / "first")
    other = FakeSession(cycles=3)
    other.run(2)
    record(other, runs / "first")
    assert {line[:3] for line in lines(runs)} == {("branch", 1, ""), ("first", 1, "")}


def test_a_damaged_run_is_listed_with_one_sentence(runs):
    (runs / "torn").mkdir()
    (runs / "torn" / "run.json").write_text("{")
    (node,) = (node for node in read_tree(runs, SummaryReader()).nodes if node.name == "torn")
    assert "run.json is damaged" in node.summary.fault


def test_runs_of_format_1_are_known_by_their_place(tmp_path):
    """They have neither id nor digest, by which a run is known elsewhere."""
    for name in ("a", "first"):
        shutil.copytree(DEMO, tmp_path / name)
    fake_branch(tmp_path / "first", tmp_path / "branch", 1)
    assert lines(tmp_path)[1:] == [("first", 1, "", ""), ("branch", 2, "first", "after cycle 1; nothing is changed")]


def test_a_folder_that_is_a_run_is_its_own_tree(runs):
    assert [line[0] for line in lines(runs / "first")] == ["first"]


def test_no_more_folders_are_looked_into_than_the_limit_and_that_is_said(runs, monkeypatch):
    for number in range(5):
        shutil.copytree(runs / "first", runs / f"more-{number}")
    monkeypatch.setattr(run_tree, "MAX_FOLDERS", 4)
    tree = read_tree(runs, SummaryReader())
    assert len(tree.nodes) == 3
    assert tree.note == "Only the first 4 folders were looked into; choose a folder nearer to the runs."


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="is no folder; give one with runs in it"):
        read_tree(tmp_path / "none", SummaryReader())
