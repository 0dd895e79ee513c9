"""A run that is damaged, in use or not to be written is one sentence that names it, and stays as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers import command_line
from helpers.command_line import assert_refused, call_obeying_permissions
from helpers.reseal import reseal
from helpers.rights import shut
from helpers.small_runs import SET_OPTIONS, all_bytes, copied, record_bytes, small_session
from PIL import Image

from lada_explore.store import RunFolder
from lada_explore.store.checkpoint import read_checkpoint, write_checkpoint

RUN = ["run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS]


@pytest.fixture(scope="module")
def finished(tmp_path_factory, run_words):
    """A finished run of one cycle on a person's own images."""
    out = tmp_path_factory.mktemp("bad-runs") / "run"
    code, _, said = command_line.call(*run_words, out)
    assert (code, said) == (0, "")
    return out


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES = {
    "run.json cut": (lambda run: cut(run / "run.json"), ("run.json is damaged", "restore it from a copy")),
    "arrays cut": (
        lambda run: cut(run / "cycles/001/look_ahead/arrays.npz"),
        ("look_ahead/arrays.npz is damaged", "lada-explore repair"),
    ),
    "arrays gone": (lambda run: (run / "cycles/000/query/arrays.npz").unlink(), ("arrays.npz is missing", "restore")),
    "a record that is a list": (
        lambda run: (run / "cycles/001/train/record.json").write_text("[]"),
        ("train/record.json is damaged", "lada-explore repair"),
    ),
    "a stage gone from the middle": (
        lambda run: shutil.rmtree(run / "cycles/001/select"),
        ("select is missing although the later", "restore it from a copy, or let `lada-explore repair"),
    ),
    "a cycle gone from the middle": (
        lambda run: shutil.rmtree(run / "cycles/000"),
        ("000/select is missing although the later", "restore it"),
    ),
}


@pytest.mark.parametrize("command", ["show", "export", "resume"])
@pytest.mark.parametrize("case", DAMAGES)
def test_a_damaged_run_is_named_by_every_command_and_left_as_it_is(call, finished, tmp_path, case, command):
    run = copied(finished, tmp_path / "run")
    harm, words = DAMAGES[case]
    harm(run)
    before = all_bytes(run)
    assert_refused(call(command, run), *words)
    assert all_bytes(run) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda images: [Image.fromarray(np.zeros((12, 12), np.uint8)).save(file) for file in images.rglob("*.png")],
            (
                "has 0 of the ",
                "with another picture under the same name",
                "give the folder that holds them, with --data",
            ),
        ),
        (
            lambda images: (images / "dog").rename(images / "wolf"),
            ("the class folders of ", "are cat, wolf, and the classes of the run cat, dog; restore the same class"),
        ),
    ],
    ids=["pixels", "another class"],
)
def test_images_that_changed_are_refused_on_resuming(call, finished, images, tmp_path, change, words):
    mine, run = tmp_path / "mine", copied(finished, tmp_path / "run")
    shutil.copytree(images, mine)
    assert call("resume", run, "--data", mine)[0] == 0
    before = all_bytes(run)
    change(mine)
    assert_refused(call("resume", run), *words)
    assert all_bytes(run) == before


def test_a_checkpoint_of_another_network_is_refused(call, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    other = small_session(tmp_path / "other", cycles=0, classifier__width=8)
    other.run()
    other.close()
    name = "train/checkpoint.safetensors"
    shutil.copy(tmp_path / "other/cycles/000" / name, run / "cycles/001" / name)
    reseal(run)
    before = all_bytes(run)
    assert_refused(call("resume", run), "does not fit the classifier", "lada-explore repair")
    assert all_bytes(run) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda weights: weights.pop("head.bias"), "it lacks the weights 'head.bias'"),
        (lambda weights: weights.update(more=torch.ones(1)), "it has the additional weights 'more'"),
    ],
)
def test_a_checkpoint_with_other_names_is_kept_for_the_version_that_wrote_it(call, finished, tmp_path, change, words):
    run = copied(finished, tmp_path / "run")
    folder = run / "cycles/001/train"
    weights = read_checkpoint(folder)
    change(weights)
    write_checkpoint(folder, weights)
    reseal(run)
    before = all_bytes(run)
    _, _, err = refused = call("resume", run)
    assert_refused(refused, f"checkpoint.safetensors does not fit the classifier: {words}", "another version")
    assert "delete" not in err
    assert all_bytes(run) == before


def test_a_run_in_use_is_refused_and_still_shown(call, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    holder = RunFolder(run)
    holder.lock()
    before = all_bytes(run)
    assert_refused(call("resume", run), "is in use by another process or session", "lada-explore show")
    assert call("show", run)[0] == 0
    assert all_bytes(run) == before
    holder.unlock()


def test_an_oracle_or_device_unknown_on_resuming_leaves_the_run_as_it_is(call, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    before = all_bytes(run)
    assert_refused(call("resume", run, "--oracle", "me"), "oracle 'me' is unknown", "ground-truth, person or noisy:0.1")
    assert_refused(call("resume", run, "--device", "gpu"), "device 'gpu' cannot be used", "'cpu'")
    assert all_bytes(run) == before


def test_a_disk_that_turns_read_only_is_one_sentence(call, finished, tmp_path, monkeypatch):
    run = copied(finished, tmp_path / "run")
    shutil.rmtree(run / "cycles/001/evaluate")
    before, mkdir = record_bytes(run), os.mkdir

    def refuse(path, *args, **kwargs):
        if str(path).startswith(str(run)):
            raise OSError(30, "Read-only file system", str(path))
        mkdir(path, *args, **kwargs)

    monkeypatch.setattr(os, "mkdir", refuse)
    assert_refused(call("resume", run), "evaluate cannot be written (Read-only file system)", "--out")
    assert record_bytes(run) == before


@pytest.mark.slow
def test_a_folder_without_the_right_to_write_is_one_sentence(finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    shutil.rmtree(run / "cycles/001/evaluate")
    (tmp_path / "shut").mkdir()
    before = record_bytes(run)
    with shut(tmp_path / "shut", run / "cycles/001"):
        new, old, shown = call_obeying_permissions(
            (*RUN, "--out", tmp_path / "shut" / "run"), ("resume", run), ("show", run)
        )
    assert_refused(new, "run cannot be written (Permission denied)", "--out")
    assert_refused(old, "evaluate cannot be written (Permission denied)", "--out")
    assert shown[0] == 0
    assert record_bytes(run) == before
