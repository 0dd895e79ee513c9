"""What the row of stages says of each stage, for every method, whoever answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fakes import FakeSession
from helpers.method_table import METHOD_TABLE

from lada_explore.config import METHODS
from lada_explore.config.presets import configure
from lada_explore.records import Stage
from lada_explore.store import open_run
from lada_explore.views import Stepper
from lada_explore.views.stepper.stage_help import stage_help
from lada_explore.views.stepper.state import recorded_state

DRAW, PAIR = (
    "Draw candidates from the unlabelled pool",
    "Draw candidates from the unlabelled pool and pair them at random",
)
OWN = "Score every candidate by itself"
TRAINED = "Score every candidate by itself, with networks that are trained for it"
NOTHING = "Nothing to do: this method does not look ahead"
LEARN = "Learn τ* of each pair, and value its virtual instances"
FIND = "Find τ* of each pair, and value its virtual instances"
AT_2, AT_0_2 = (f"Value the virtual instances of each pair at τ = {tau}" for tau in ("2", "0.2"))
NOT_COUNTED = f"{AT_2}; this method does not count the value"
LEARN_MOVES = "Learn how to transform the candidates, and score their transforms"
MOVE = "Transform the candidates as training learned to, and score their transforms"
IMAGES, PAIRS = (
    "Choose the images with the highest scores to ask about",
    "Choose the pairs with the highest scores to ask about",
)
TOGETHER = "Choose the images to ask about together, as a set"
SUMS = "Choose the images with the highest sums of their own score and that of their transform"
LABELS = "Train the classifier on all labels"
MIXED = "Train the classifier on all labels and on virtual instances of random pairs of the new images"
OF_PAIRS = "Train the classifier on all labels and on virtual instances of the new pairs"
MOVED = "Train the classifier on all labels and on transforms of the new images"

TABLE = {
    "random": (DRAW, OWN, NOTHING, IMAGES, LABELS),
    "max-entropy": (DRAW, OWN, NOTHING, IMAGES, LABELS),
    "random-then-mixup": (DRAW, OWN, NOTHING, IMAGES, MIXED),
    "random-pairs-mixup": (PAIR, OWN, NOT_COUNTED, PAIRS, OF_PAIRS),
    "pairs-then-mixup": (PAIR, OWN, NOT_COUNTED, PAIRS, OF_PAIRS),
    "ent-then-mixup": (DRAW, OWN, NOTHING, IMAGES, MIXED),
    "ent-then-adamixup": (DRAW, OWN, NOTHING, IMAGES, MIXED),
    "ent-then-stn": (DRAW, OWN, NOTHING, IMAGES, MOVED),
    "lada-entstn": (DRAW, OWN, LEARN_MOVES, SUMS, MOVED),
    "lada-entstn-fixed": (DRAW, OWN, MOVE, SUMS, MOVED),
    "lada-entmix": (PAIR, OWN, LEARN, PAIRS, OF_PAIRS),
    "lada-entmix-fixed": (PAIR, OWN, AT_2, PAIRS, OF_PAIRS),
    "lada-entmix-exact": (PAIR, OWN, FIND, PAIRS, OF_PAIRS),
    "lada-entinmix": (PAIR, OWN, LEARN, PAIRS, OF_PAIRS),
    "lada-entinmix-fixed": (PAIR, OWN, AT_0_2, PAIRS, OF_PAIRS),
    "var-ratio": (DRAW, OWN, NOTHING, IMAGES, LABELS),
    "lada-varratiomix": (PAIR, OWN, LEARN, PAIRS, OF_PAIRS),
    "margin": (DRAW, OWN, NOTHING, IMAGES, LABELS),
    "lada-marginmix": (PAIR, OWN, LEARN, PAIRS, OF_PAIRS),
    "bald": (DRAW, OWN, NOTHING, IMAGES, LABELS),
    "lada-baldmix": (PAIR, OWN, LEARN, PAIRS, OF_PAIRS),
    "coreset": (DRAW, OWN, NOTHING, TOGETHER, LABELS),
    "badge": (DRAW, OWN, NOTHING, TOGETHER, LABELS),
    "vaal": (DRAW, TRAINED, NOTHING, IMAGES, LABELS),
    "lada-vaalmix": (PAIR, TRAINED, LEARN, PAIRS, OF_PAIRS),
    "lada-vaalmix-fixed": (PAIR, TRAINED, AT_0_2, PAIRS, OF_PAIRS),
    "ll4al": (DRAW, TRAINED, NOTHING, IMAGES, LABELS),
    "lada-ll4almix": (PAIR, TRAINED, LEARN, PAIRS, OF_PAIRS),
    "lada-ll4almix-fixed": (PAIR, TRAINED, AT_0_2, PAIRS, OF_PAIRS),
}
DEPENDENT = (Stage.SUBSAMPLE, Stage.SCORE, Stage.LOOK_AHEAD, Stage.SELECT, Stage.TRAIN)


@pytest.mark.parametrize("name", METHOD_TABLE)
def test_each_stage_says_what_it_does_in_this_method(name):
    config = configure("demo", name)
    assert tuple(stage_help(stage, config, 1, asks=False) for stage in DEPENDENT) == TABLE[name]


def test_at_the_start_images_are_chosen_and_nothing_virtual_is_learned_from():
    config = configure("demo", "lada-entmix")
    assert stage_help(Stage.SELECT, config, 0, asks=False) == "Choose the images to start from"
    assert stage_help(Stage.TRAIN, config, 0, asks=False) == LABELS


def test_a_person_is_asked_where_a_person_answers():
    titles = [Stepper(FakeSession(person=person)).state["stages"][4]["title"] for person in (True, False)]
    assert titles == [
        "Ask a person to answer the chosen images (to come)",
        "Get the labels of the chosen images (to come)",
    ]


def test_the_accuracy_is_measured_on_held_out_answers_where_answers_are_held_out():
    told = [
        stage_help(Stage.EVALUATE, configure("demo", "random", settings={"data.holdout": share}), 1, asks=False)
        for share in (0.0, 0.2)
    ]
    assert told == [
        "Measure the accuracy on the test set, if there is one",
        "Measure the accuracy on images held out for testing",
    ]


def test_an_acquisition_of_ones_own_may_choose_in_any_way():
    config = configure("demo", "max-entropy")
    own = replace(config, method=replace(METHODS["max-entropy"], name="mine", acquisition="mine"))
    assert stage_help(Stage.SELECT, own, 1, asks=False) == "Choose the images to ask about"


def test_a_recorded_run_says_it_too():
    stages = recorded_state(open_run("data/runs/demo"), 1)["stages"]
    assert stages[2]["title"] == f"{LEARN} (done)"
