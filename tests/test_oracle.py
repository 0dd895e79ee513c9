"""Who answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lada_explore.errors import OracleError
from lada_explore.oracle import GroundTruth, Person


def test_the_ground_truth_answers_every_id_with_its_target_as_plain_integers():
    answers = GroundTruth(torch.tensor([2, 0, 1, 2])).answer(np.array([3, 1], np.int64))
    assert answers == {3: 2, 1: 0}
    assert {type(value) for pair in answers.items() for value in pair} == {int}


def test_images_without_targets_have_no_ground_truth():
    with pytest.raises(OracleError, match="no labels of their own; answer by yourself with --oracle person"):
        GroundTruth(None)


def test_a_person_answers_nothing_at_once():
    assert Person().answer(np.array([3, 1], np.int64)) == {}


def test_their_names_are_those_of_the_command_line():
    assert (GroundTruth.name, Person.name) == ("ground-truth", "person")
