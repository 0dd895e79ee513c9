"""Who answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lada_explore.errors import OracleError
from lada_explore.labelling.oracles import GroundTruth, NoisyOracle, Person


def test_the_ground_truth_answers_every_id_with_its_target_as_plain_integers():
    answers = GroundTruth(torch.tensor([2, 0, 1, 2])).answer(np.array([3, 1], np.int64), 0)
    assert answers == {3: 2, 1: 0}
    assert {type(value) for pair in answers.items() for value in pair} == {int}


def test_images_without_targets_have_no_ground_truth():
    with pytest.raises(OracleError, match="no labels of their own; answer by yourself with --oracle person"):
        GroundTruth(None)


def test_a_person_answers_nothing_at_once():
    assert Person().answer(np.array([3, 1], np.int64), 0) == {}


def test_their_names_are_those_of_the_command_line():
    assert (GroundTruth.name, Person.name) == ("ground-truth", "person")


TARGETS = torch.arange(4000) % 4


def noisy(name, seed=0):
    return NoisyOracle.named(name, TARGETS, seed, n_classes=4)


def test_a_noisy_oracle_errs_at_its_rate_and_uniformly_over_the_other_classes():
    answers = noisy("noisy:0.25").answer(np.arange(4000), 1)
    shift = np.array([(answers[i] - i) % 4 for i in range(4000)])
    counts = np.bincount(shift, minlength=4)
    # 1,000 wrong ones expected, 333 of each kind; the standard deviations are 27 and 17.
    assert abs(counts[1:].sum() - 1000) < 4 * 27
    assert all(abs(count - 333) < 4 * 17 for count in counts[1:])


def test_which_answers_are_wrong_depends_on_seed_and_id_only():
    ids = np.arange(300)
    whole = noisy("noisy:0.3").answer(ids, 1)
    alone = {i: noisy("noisy:0.3").answer(np.array([i]), 7)[i] for i in reversed(range(300))}
    assert whole == alone
    assert noisy("noisy:0.3", seed=1).answer(ids, 1) != whole


def test_a_noisy_oracle_may_err_in_some_cycles_only():
    oracle, ids = noisy("noisy:1@3-5"), np.arange(4)
    right = [oracle.answer(ids, cycle) == {i: i for i in range(4)} for cycle in range(8)]
    assert right == [True, True, True, False, False, False, True, True]
    assert noisy("noisy:1@2").answer(ids, 2)[0] != 0


@pytest.mark.parametrize("name", ["noisy:0.1", "noisy:0.1@3-5", "noisy:1e-05", "noisy:1@2-2"])
def test_the_name_makes_the_same_oracle_again(name):
    assert noisy(name).name == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("noisy:", "cannot be read; write noisy:0.1"),
        ("noisy:x", "cannot be read"),
        ("noisy:0.1@5-3", "no cycle lies from 5 to 3; write the first cycle first"),
        ("noisy:1.5", "the rate of wrong answers is 1.5; it must be from 0 to 1"),
    ],
)
def test_a_name_or_rate_that_cannot_be_is_a_sentence(name, words):
    with pytest.raises(OracleError, match=words):
        noisy(name)
