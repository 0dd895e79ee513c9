"""Texts that run folders hold: a run of any version must stay readable."""

from enum import StrEnum

import pytest

from lada_explore.config import Checkpoints, ClassifierKind, Keep, Precision
from lada_explore.records import Estimator, EvaluatedOn, JournalAction, Policy, SelectRule, Stage
from lada_explore.store.journal_entry import AnswerRule

STORED: dict[type[StrEnum], list[str]] = {
    Stage: ["subsample", "score", "look_ahead", "select", "query", "train", "evaluate"],
    Policy: ["none", "learned", "fixed", "exact", "learned_after"],
    Estimator: ["quadrature", "pathwise", "none"],
    SelectRule: ["initial", "pairs", "singles", "set", "pair_set"],
    EvaluatedOn: ["test set", "held-out answers"],
    JournalAction: [
        "label",
        "skip",
        "unskip",
        "flag",
        "unflag",
        "settle",
        "relabel",
        "confirm",
        "no-more",
        "enough",
        "class",
        "rule",
        "undo",
    ],
    AnswerRule: ["last", "majority", "adjudicate"],
    Checkpoints: ["all", "last"],
    ClassifierKind: ["resnet", "mlp"],
    Keep: ["candidates", "queried"],
    Precision: ["auto", "float32", "bfloat16"],
}


@pytest.mark.parametrize("enum", STORED)
def test_the_stored_texts_are_those_of_the_first_version(enum):
    assert [member.value for member in enum] == STORED[enum]
