"""Which weights a session holds, and which it keeps on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from helpers.sessions import at, resume, resume_copy, same_weights, weights_of
from helpers.small_runs import (
    copied,
    cut_before,
    record_bytes,
)

from lada_explore.records import Stage

CHECKPOINT = "checkpoint.safetensors"


class TestWeights:
    def test_weights_carry_over_and_reinitialise_starts_each_cycle_afresh(self, tmp_path):
        losses = {}
        for reinitialise in (False, True):
            for spoiled in (False, True):
                out = tmp_path / f"{reinitialise}-{spoiled}"
                session = at(out, 1, Stage.TRAIN, training__reinitialise=reinitialise)
                if spoiled:
                    with torch.no_grad():
                        for parameter in session.classifier.parameters():
                            parameter.mul_(1.5)
                losses[reinitialise, spoiled] = session.step().train_loss.tolist()
                session.close()
        assert losses[True, False] == losses[True, True]
        assert losses[False, False] != losses[False, True]
        assert losses[True, False] != losses[False, False]

    def test_reinitialised_cycles_start_from_different_weights(self, tmp_path):
        session = at(tmp_path / "run", 1, Stage.TRAIN, training__reinitialise=True)
        first = session._runner.networks.new_classifier(0).state_dict()
        second = session._runner.networks.new_classifier(1).state_dict()
        assert not torch.equal(first["head.weight"], second["head.weight"])
        session.close()

    def test_a_resumed_session_has_the_weights_of_the_last_training(self, finished, tmp_path):
        for cycle, stage in ((0, Stage.EVALUATE), (1, Stage.SCORE), (2, Stage.TRAIN)):
            out = copied(finished, tmp_path / f"{cycle}-{stage}")
            cut_before(out, cycle, stage)
            resumed = resume(out)
            straight = at(tmp_path / f"straight-{cycle}-{stage}", cycle, stage)
            assert same_weights(weights_of(resumed), weights_of(straight))
            resumed.close()
            straight.close()

    def checkpoints(self, out: Path) -> list[str]:
        return sorted(path.parent.parent.name for path in out.glob("cycles/*/train/checkpoint.safetensors"))

    def test_all_checkpoints_are_kept_or_the_last_one_only(self, finished, tmp_path):
        assert self.checkpoints(finished) == ["000", "001", "002"]
        session = at(tmp_path / "run", 2, Stage.TRAIN, checkpoints="last")
        assert self.checkpoints(tmp_path / "run") == ["001"]
        session.close()
        session = resume(tmp_path / "run")
        session.run()
        session.close()
        assert self.checkpoints(tmp_path / "run") == ["002"]
        kept = {name: content for name, content in record_bytes(finished).items()}
        for cycle in ("000", "001"):
            del kept[f"cycles/{cycle}/train/checkpoint.safetensors"]
        assert record_bytes(tmp_path / "run") == kept

    def test_an_old_checkpoint_that_a_kill_left_is_dropped_on_resuming(self, finished, tmp_path):
        session = at(tmp_path / "run", 2, Stage.EVALUATE, checkpoints="last")
        session.close()
        old = tmp_path / "run" / "cycles" / "001" / "train" / "checkpoint.safetensors"
        old.write_bytes((finished / "cycles" / "001" / "train" / "checkpoint.safetensors").read_bytes())
        assert self.checkpoints(tmp_path / "run") == ["001", "002"]
        session = resume(tmp_path / "run")
        assert self.checkpoints(tmp_path / "run") == ["002"]
        assert same_weights(weights_of(session), weights_of(resume_copy(finished, tmp_path)))
        session.close()

    def test_an_old_checkpoint_that_cannot_be_dropped_stops_nothing(self, tmp_path, monkeypatch):
        session = at(tmp_path / "run", 1, Stage.TRAIN, checkpoints="last")

        def refuse(self, missing_ok=False):
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(Path, "unlink", refuse)
        assert session.step().stage is Stage.TRAIN
        assert session.next_stage is Stage.EVALUATE
        session.close()


@pytest.mark.parametrize(
    "setting",
    [
        {"training__pairs_in_one_pass": False},
        {"training__clear_gradient": False},
        {"training__virtual_images": "crop_flip"},
        {"training__virtual_images": "unnormalised"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_what_is_set_for_the_virtual_batch_changes_the_training_that_has_one_and_no_other(finished, tmp_path, setting):
    session = at(tmp_path / "run", 2, Stage.SUBSAMPLE, **setting)
    session.close()
    plain, other = record_bytes(finished), record_bytes(tmp_path / "run")
    same = {cycle: plain[name] == other[name] for cycle in (0, 1) if (name := f"cycles/{cycle:03d}/train/{CHECKPOINT}")}
    assert same == {0: True, 1: False}
    assert plain["cycles/001/query/record.json"] == other["cycles/001/query/record.json"]
