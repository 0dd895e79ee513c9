"""Closed sets of values that records, settings and journals store as text. The stored texts never change."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The seven stages of a cycle, in order. Cycle 0, the start, runs only the stages in `START_STAGES`."""

    SUBSAMPLE = "subsample"
    SCORE = "score"
    LOOK_AHEAD = "look_ahead"
    SELECT = "select"
    QUERY = "query"
    TRAIN = "train"
    EVALUATE = "evaluate"


START_STAGES = (Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE)
"""Stages of cycle 0: select the initial images, label them, train on them and evaluate."""


def stages_of(cycle: int) -> tuple[Stage, ...]:
    """Stages of a cycle, in order: four in the start (cycle 0), seven in every later cycle."""
    return START_STAGES if cycle == 0 else tuple(Stage)


ENTROPY_UNIT = "bits"
"""Unit of the acquisitions whose scores are entropies of predictions; records keep the unit, not the acquisition."""

DRAW_UNIT = "uniform draw"
"""Unit of scores that are drawn at random and say nothing of the images."""


class Policy(StrEnum):
    """How tau is chosen.

    NONE: there is no tau, because the method has no augmentation. LEARNED: by the policy network (for an STN, by its
    localisation network) during LOOK_AHEAD. FIXED: `policy.fixed_tau` for every pair (for an STN, the transforms as
    training left them). EXACT: the best tau of each pair, read off its own profile without a network (ours).
    LEARNED_AFTER: by networks that are trained together with the classifier (AdaMixup).
    """

    NONE = "none"
    LEARNED = "learned"
    FIXED = "fixed"
    EXACT = "exact"
    LEARNED_AFTER = "learned_after"


class Curve(StrEnum):
    """How outputs are interpolated between the nodes of a mixing path: by MONOTONE cubics, or by a cubic SPLINE."""

    MONOTONE = "monotone"
    SPLINE = "spline"


class ValueUse(StrEnum):
    """What the values of virtual instances are for.

    COUNTED: they are a term of the score by which SELECT chooses. RECORDED: they are only recorded, because the method
    chooses pairs without looking ahead.
    """

    COUNTED = "counted"
    RECORDED = "recorded"


class Estimator(StrEnum):
    """How V(tau) and its gradient are estimated.

    QUADRATURE (ours) or PATHWISE (the paper's, supplement section C). NONE occurs only in records of cycles that looked
    ahead without pairs, or not at all.
    """

    QUADRATURE = "quadrature"
    PATHWISE = "pathwise"
    NONE = "none"


class SelectRule(StrEnum):
    """How SELECT chose the query.

    INITIAL: the images of the start (cycle 0). PAIRS: the pairs with the highest scores. SINGLES: the images with the
    highest scores. SET: images that the acquisition chose together. PAIR_SET: pairs that it chose together.
    """

    INITIAL = "initial"
    PAIRS = "pairs"
    SINGLES = "singles"
    SET = "set"
    PAIR_SET = "pair_set"

    @property
    def of_pairs(self) -> bool:
        """Whether pairs were chosen."""
        return self in (SelectRule.PAIRS, SelectRule.PAIR_SET)

    @property
    def together(self) -> bool:
        """Whether the acquisition chose all of them together, whatever their own scores are."""
        return self in (SelectRule.SET, SelectRule.PAIR_SET)


class OracleName(StrEnum):
    """Oracles whose name says everything about them: the true classes of the data set, or a person.

    The name of an oracle is the default annotator of its answers. A noisy oracle has its numbers in its name, and an
    oracle of one's own has any name.
    """

    GROUND_TRUTH = "ground-truth"
    PERSON = "person"


class EvaluatedOn(StrEnum):
    """Which images a classifier was evaluated on: the test set, or labelled images that were held out from training."""

    TEST_SET = "test set"
    HELD_OUT_ANSWERS = "held-out answers"


class JournalAction(StrEnum):
    """Actions in the journal of answers.

    LABEL: answer an image. SKIP: set an image aside. UNSKIP: allow a skipped image to be drawn again. FLAG and UNFLAG:
    mark an image, or remove the mark. ADJUDICATE: decide an image whose answers differ. RELABEL: change a label that a
    closed query has given; the next training uses the new one. CONFIRM: say that such a label is right, which changes
    nothing. CLASS_ABSENT: the pool has no more images of a class. ENOUGH: train on what the start has found. ADD_CLASS:
    add a class. SET_RULE: choose the `AnswerRule`. UNDO: take an action back.
    """

    LABEL = "label"
    SKIP = "skip"
    UNSKIP = "unskip"
    FLAG = "flag"
    UNFLAG = "unflag"
    ADJUDICATE = "settle"
    RELABEL = "relabel"
    CONFIRM = "confirm"
    CLASS_ABSENT = "no-more"
    ENOUGH = "enough"
    ADD_CLASS = "class"
    SET_RULE = "rule"
    UNDO = "undo"
