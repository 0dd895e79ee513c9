"""What the last digits depend on: how two machines differ in it, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession

from lada_explore.records import Stage
from lada_explore.store import RunFolder, open_run
from lada_explore.store.made_with import Difference, differences, made_at_start, words

CPU = {"device": "cpu", "processor": "A (AVX2)", "precision": "float32", "threads": "2", "torch": "2.14.1+cpu"}
GPU = {"device": "GPU 100", "processor": "", "precision": "float32", "threads": "", "torch": "2.14.1+cpu"}


@pytest.mark.parametrize(
    ("then", "now", "names"),
    [
        (CPU, CPU, []),
        (CPU, CPU | {"threads": "1"}, ["threads"]),
        (CPU, CPU | {"torch": "2.15.0+cpu", "processor": "B (AVX2)"}, ["processor", "torch"]),
        (CPU, CPU | {"precision": "bfloat16"}, ["precision"]),
        (CPU, GPU, ["device"]),
        (GPU, CPU, ["device"]),
        ({name: CPU[name] for name in ("device", "threads")}, CPU | {"threads": "4"}, ["threads"]),
        (CPU | {"torch": "2.14.1"}, CPU, []),
        (CPU | {"torch": "2.14.1"}, CPU | {"torch": "2.14.2+cpu"}, ["torch"]),
        (CPU, CPU | {"torch": "2.14.1+cu130"}, ["torch"]),
        ({}, CPU, []),
    ],
)
def test_what_is_known_of_both_and_differs_is_found(then, now, names):
    assert [one.name for one in differences(then, now)] == names


def test_a_difference_has_both_values():
    assert differences(CPU, CPU | {"threads": "1"}) == [Difference("threads", "2", "1")]


@pytest.mark.parametrize(
    ("device", "passes", "name", "threads"),
    [
        ("cpu (1 threads)", 0, "cpu", "2"),
        ("cpu (2 threads, 4 in passes)", 4, "cpu", "2 (4 in passes)"),  # as older runs wrote it
        ("cpu (2 threads for training, 4 for prediction)", 4, "cpu", "2 (4 in passes)"),
        ("cuda:0 (NVIDIA H100 (80 GB))", 2, "NVIDIA H100 (80 GB)", ""),
    ],
)
def test_run_json_tells_what_a_run_began_with(device, passes, name, threads):
    info = replace(info_of(FakeSession()), device=device, threads=2, pass_threads=passes, versions={"torch": "2.1"})
    assert made_at_start(info) == {"device": name, "precision": "float32", "threads": threads, "torch": "2.1"}


def test_its_values_are_words_of_a_sentence():
    said = [("threads", "1"), ("threads", "1 (2 in passes)"), ("threads", "2"), ("torch", "2.1"), ("device", "cpu")]
    assert [words(*one) for one in said] == ["1 thread", "1 thread (2 for prediction)", "2 threads", "torch 2.1", "cpu"]


def committed(path, made):
    """A run folder whose first stages were computed with these, in order."""
    session = FakeSession(cycles=0)
    session.run()
    info = replace(info_of(session), device="cpu (2 threads)", threads=2, versions={"torch": "2.14.1"})
    folder = RunFolder.create(path, info)
    for stage, made_with in zip((Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE), made, strict=False):
        folder.commit(session.history[0].get(stage), 0.5, made_with=made_with)
    return folder


def test_each_change_is_told_with_the_stage_from_which_on_it_holds(tmp_path):
    other = CPU | {"threads": "1", "torch": "2.15.0"}
    folder = committed(tmp_path / "run", [CPU, other, other, CPU])
    told = (
        "from Query of the start on: 1 thread instead of 2 threads, torch 2.15.0 instead of torch 2.14.1+cpu; last "
        "digits differ by that",
        "from Evaluate of the start on: 2 threads instead of 1 thread, torch 2.14.1 instead of torch 2.15.0; last "
        "digits differ by that",
    )
    assert folder.changes() == open_run(tmp_path / "run").notes == told
    assert folder.made_with == CPU


def test_the_first_stage_may_differ_from_what_run_json_says_and_the_next_from_the_last(tmp_path):
    folder = committed(tmp_path / "run", [CPU | {"threads": "1"}])
    start = "from Select of the start on: 1 thread instead of 2 threads; last digits differ by that"
    after = "from Query of the start on: 2 threads instead of 1 thread; last digits differ by that"
    assert folder.changes() == (start,)
    assert folder.changes(CPU, (0, Stage.QUERY)) == (start, after)
    assert folder.changes(CPU, None) == (start,)


def test_a_stage_that_is_taken_back_changes_nothing(tmp_path):
    folder = committed(tmp_path / "run", [CPU, CPU | {"threads": "1"}])
    folder.retract(0, Stage.QUERY)
    assert (folder.changes(), folder.made_with) == ((), CPU)
    assert open_run(tmp_path / "run").notes == ()
