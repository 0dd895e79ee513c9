"""The benchmarks of a GPU run as commands, small and on the CPU, and the paper's run goes on where a piece ended."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
import torch

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def call(script, *words, expected=0):
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, BENCHMARKS / script, "--device", "cpu", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == expected, done.stderr


SMALL = {"width": "demo", "labels": 20, "epochs": 1, "candidates": 40, "policy-epochs": 1, "rounds": 1}


def test_each_part_writes_what_it_measured(tmp_path):
    small = [f"--{name}={value}" for name, value in SMALL.items()]
    parts = {"training": "ms_per_step", "scoring": "images_per_s"}
    call("gpu.py", *parts, "--folder", tmp_path, *small, "--no-compile")
    for part, key in parts.items():
        found = json.loads((tmp_path / f"{part}.json").read_text())
        assert found["benchmark"] == f"gpu-{part}"
        assert {name.partition(" ")[0] for name in found[key]} == {"exact", "fast"}
        assert {"torch", "python"} <= set(found["conditions"]["versions"])


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
@pytest.mark.parametrize("words", [["gpu.py", "--check"], ["gpu.py"], ["gpu_paper.py"]])
def test_without_a_gpu_it_ends_with_a_sentence(words, tmp_path):
    command = [sys.executable, BENCHMARKS / words[0], *words[1:], "--folder", tmp_path / "run"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("`make gpu` needs a machine with an NVIDIA GPU: device 'cuda' cannot be used (")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_papers_run_goes_on_where_a_piece_ended(tmp_path):
    settings = ["classifier.width=4", "schedule.subset_size=20", "training.epochs=1", "look_ahead.precision=float32"]
    words = [part for setting in settings for part in ("--set", setting)]
    words += ["--dataset", "fashion-mini", "--cycles", "1", "--folder", tmp_path / "run", "--json", tmp_path / "p.json"]
    call("gpu_paper.py", "--minutes", "0", *words, expected=3)
    assert json.loads((tmp_path / "p.json").read_text())["complete"] is False
    call("gpu_paper.py", *words)
    found = json.loads((tmp_path / "p.json").read_text())
    assert (found["minutes"], found["complete"], found["cycles"], found["labels"]) == (8, True, 1, [20, 30])
    assert len(found["pieces"]) == 2
    assert sum(found["seconds_by_stage"].values()) + found["storing_s"] < 60 * found["wall_minutes"]


def test_a_piece_of_the_papers_run_ends_before_a_stage_that_may_be_too_long(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import gpu_paper

    now, stages = [0.0], [100, 30, 100, 100, 100]  # seconds

    class Stages:
        history, folder = (), None

        @property
        def next_stage(self):
            return stages[0] if stages else None

        def step(self):
            now[0] += stages.pop(0)

        def close(self):
            pass

    monkeypatch.setattr(gpu_paper, "time", Namespace(monotonic=lambda: now[0]))
    piece = gpu_paper.Piece.__new__(gpu_paper.Piece)
    piece.began, piece.session, piece.storing = 0.0, Stages(), {}
    piece.options, piece.pieces_file = Namespace(minutes=5), tmp_path / "pieces.json"
    assert piece.run() is False
    assert (now[0], stages) == (230.0, [100, 100])
