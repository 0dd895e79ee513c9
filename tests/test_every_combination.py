"""Every acquisition with every augmentation, policy and estimator, on images and on points: a cycle, or a sentence."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from helpers.own_augmentations import Halves, Lighter
from helpers.small_runs import SETTINGS, small_data

from lada_explore.config import (
    ACQUISITIONS,
    AUGMENTATIONS,
    ESTIMATORS,
    AugmentationCapabilities,
    DataConfig,
    Entry,
    Method,
    Mixes,
    Needs,
    Policy,
)
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.errors import ConfigError
from lada_explore.session.session import Session
from lada_explore.store import open_run

PRESETS = {"images": "demo", "points": "plane"}
ON_POINTS = {"classifier.width": 8, "training.epochs": 4}

PAIRS = {"mixes": Mixes.PAIRS, "linear": False, "fixed_tau": 1.0}
IMAGES = {"mixes": Mixes.IMAGES}
OWN = {
    "halves": (Halves, PAIRS | {"looks_ahead": True}),
    "halves_points": (Halves, PAIRS | {"looks_ahead": True, "on_points": True, "differentiable": False}),
    "halves_later": (Halves, PAIRS),
    "lighter": (Lighter, IMAGES | {"looks_ahead": True}),
    "lighter_later": (Lighter, IMAGES | {"on_points": True}),
}
"""Augmentations that are not in the package, and what they declare: of every kind that can be declared."""


def data_of(kind):
    return small_data() if kind == "images" else load(DataConfig(name="points:moons"))


def ran_or_refused(acquisition, augmentations, kind, folder):
    """How many combinations ran a cycle, and the sentences that refused the others before anything was made."""
    data, refusals, runs = data_of(kind), [], 0
    hows = ({}, {"look_ahead": True}, {"pairs": True})
    for number, (augmentation, policy, how, estimator) in enumerate(product(augmentations, Policy, hows, ESTIMATORS)):
        out = folder / str(number)
        settings = SETTINGS | (ON_POINTS if kind == "points" else {}) | {"look_ahead.estimator": estimator}
        try:
            method = Method(acquisition=acquisition, augmentation=augmentation, policy=policy, **how)
            if not method.uses_pairs and estimator is not next(iter(ESTIMATORS)):
                continue  # Nothing but look-ahead with pairs reads the estimator.
            config = configure(PRESETS[kind], method, cycles=1, settings=settings)
            session = Session.create(config, out, data=data, threads=1)
        except ConfigError as refused:
            refusals.append(str(refused))
            assert not out.exists()
            continue
        session.run()
        session.close()
        records = open_run(out).history[1]
        assert len(records.query.ids) == 4, method.name
        assert np.isfinite(records.train.train_loss).all(), method.name
        assert np.isfinite(records.look_ahead.value).all(), method.name
        runs += 1
    return runs, refusals


@pytest.mark.slow
@pytest.mark.parametrize("kind", PRESETS)
@pytest.mark.parametrize("acquisition", ACQUISITIONS)
def test_every_combination_runs_a_cycle_or_is_refused_before_anything_is_made(acquisition, kind, tmp_path):
    runs, refusals = ran_or_refused(acquisition, AUGMENTATIONS, kind, tmp_path)
    assert (runs > 0) is (kind == "images" or ACQUISITIONS[acquisition].capabilities.needs is Needs.STATES)
    assert [sentence for sentence in refusals if "\n" in sentence or "; " not in sentence] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", PRESETS)
@pytest.mark.parametrize("acquisition", ACQUISITIONS)
def test_so_does_every_combination_with_an_augmentation_of_ones_own(acquisition, kind, tmp_path, monkeypatch):
    for name, (own, declared) in OWN.items():
        line = Entry(f"{own.__module__}:{own.__name__}", AugmentationCapabilities(title=name, **declared))
        monkeypatch.setitem(AUGMENTATIONS, name, line)
    runs, refusals = ran_or_refused(acquisition, OWN, kind, tmp_path)
    assert (runs > 0) is (kind == "images" or ACQUISITIONS[acquisition].capabilities.needs is Needs.STATES)
    assert [sentence for sentence in refusals if "\n" in sentence or "; " not in sentence] == []
