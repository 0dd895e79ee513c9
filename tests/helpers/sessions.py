"""Sessions of small runs, stepped to where a test begins, and two custom acquisitions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from helpers.small_runs import (
    copied,
    small_data,
    small_session,
)

from lada_explore.records import Stage
from lada_explore.session.session import Session


def resume(out: Path, **options) -> Session:
    return Session.resume(out, data=small_data(), **options)


def weights_of(session: Session) -> dict[str, np.ndarray]:
    return {name: tensor.numpy().copy() for name, tensor in session.classifier.state_dict().items()}


def same_weights(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], two[name]) for name in one)


def step_to(session: Session, cycle: int, stage: Stage) -> Session:
    """Step until this stage is the next one."""
    while (session.cycle, session.next_stage) != (cycle, stage):
        session.step()
    return session


def at(out: Path, cycle: int, stage: Stage, method: str = "lada-entmix", **settings) -> Session:
    return step_to(small_session(out, method, **settings), cycle, stage)


def truth(ids: np.ndarray) -> dict[int, int]:
    return {int(i): int(i) % 3 for i in ids}


def resume_copy(finished: Path, tmp_path: Path) -> Session:
    session = resume(copied(finished, tmp_path / "copy"))
    session.close()
    return session


class LeastConfidence:
    """A custom acquisition."""

    unit = "probability"

    def prepare(self, context):
        pass

    def outputs(self, classifier, hidden, mix_layer):
        return classifier.from_layer(hidden, mix_layer)

    def score(self, outputs):
        return 1 - outputs.softmax(dim=-1).amax(dim=-1)


class NoisyConfidence(LeastConfidence):
    """A custom acquisition that draws at random."""

    def prepare(self, context):
        self.generator = torch.Generator().manual_seed(context.seed)

    def outputs(self, classifier, hidden, mix_layer):
        noise = torch.rand(len(hidden), 1, generator=self.generator)
        return super().outputs(classifier, hidden, mix_layer) + noise * torch.eye(classifier.n_classes)[0]
