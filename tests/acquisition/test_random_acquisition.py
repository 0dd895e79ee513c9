from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
import torch
from helpers.method_table import SETS, SINGLES

from lada_explore.acquisition import ACQUISITIONS, MaxEntropy, Random, acquisition_of
from lada_explore.config import METHODS, Method
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError


def draws(seed, *sizes):
    acquisition = Random()
    acquisition.prepare(SimpleNamespace(seed=seed))
    return np.concatenate(
        [acquisition.score(acquisition.outputs(None, torch.empty(n, 1, 1, 1), 0)).numpy() for n in sizes]
    )


def test_the_seed_decides_the_draws():
    assert draws(3, 50).tolist() == draws(3, 50).tolist()
    assert draws(3, 50).tolist() != draws(4, 50).tolist()


def test_the_draws_are_uniform_on_0_to_1():
    assert scipy.stats.kstest(draws(0, 4000), "uniform").pvalue > 0.05


def test_the_global_generator_is_not_touched():
    state = torch.get_rng_state()
    draws(0, 10)
    assert torch.equal(torch.get_rng_state(), state)


def test_acquisitions_are_chosen_by_name():
    assert {method.acquisition for method in METHODS.values()} == set(SINGLES + SETS) <= set(ACQUISITIONS)
    assert isinstance(acquisition_of(configure(method="max-entropy")), MaxEntropy)
    assert isinstance(acquisition_of(configure(method="random")), Random)
    config = configure(method="random")
    unknown = replace(config, method=Method(name="mine", acquisition="max-entropy"))
    with pytest.raises(ConfigError, match=r"acquisition 'max-entropy' is unknown.*did you mean 'max_entropy'"):
        acquisition_of(unknown)
