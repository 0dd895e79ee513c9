"""What an answer would change: the last layer refitted for each class that a queried image could have.

The question is that of expected error reduction (Roy and McCallum, ICML 2001), which chooses by it; here it is asked of
the images that a run has chosen, and nothing is chosen by it.

Axes: M candidates, L labelled images, F penultimate features, C classes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from lada_explore.analysis.predictions import Doubles, entropy_bits, softmax
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, IntArray, ScoreRecord

PENALTY = 1.0
"""Weight of the penalty beside the sum of the losses: scikit-learn's default, not tuned."""

MAX_ANSWERS = 10
"""Most answers that are refitted, the most probable ones; each costs a fit."""

_BLAS_OF_NUMPY = "libscipy_openblas"
"""File name of the BLAS that the wheels of numpy and scipy bring; torch has one of its own, whose threads stay."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerChange:
    """What one answer would change.

    Attributes:
        label: the answer.
        probability: that the classifier of the cycle gives it.
        changed_ids: candidates that the refitted layer takes for another class than without the answer.
        entropy_fall: mean predictive entropy of the candidates without the answer minus that with it, in bits; below 0
            where it rises.
    """

    label: int
    probability: float
    changed_ids: IntArray
    entropy_fall: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerChanges:
    """What each answer for an image would change among the other candidates of its cycle.

    Attributes:
        cycle: the cycle, whose classifier the answers are probable by.
        image_id: the image.
        n_candidates: M - 1.
        n_labelled: L, images that the layer is fitted to, without the answer.
        n_features: F.
        entropy: mean predictive entropy of the candidates without the answer, in bits.
        agreement: share of the candidates that the layer, refitted without the answer, takes for the class that the
            classifier of the cycle takes them for, in [0, 1].
        answers: the most probable answers, most probable first.
        left_out: probability of all other answers together.
        seconds: what the fits took.
    """

    cycle: int
    image_id: int
    n_candidates: int
    n_labelled: int
    n_features: int
    entropy: float
    agreement: float
    answers: tuple[AnswerChange, ...]
    left_out: float
    seconds: float

    @property
    def expected_change(self) -> float:
        """Number of candidates that change class, on average over the answers by their probabilities."""
        return float(sum(one.probability * len(one.changed_ids) for one in self.answers))


def why_no_refit(history: Sequence[CycleRecords], cycle: int, image_id: int) -> str:
    """A sentence on why the layer cannot be refitted for an image of a cycle; empty if it can.

    Args:
        history: records of a run, from the start on.
        cycle: the cycle that asked about the image.
        image_id: index in the data set.
    """
    records = next((one for one in history if one.cycle == cycle), None)
    if cycle == 0:
        return "The start (cycle 0) asks before there is a classifier, so there is nothing to refit; go to cycle 1."
    if records is None:
        return f"This run has no cycle {cycle} so far."
    if records.subsample is None or records.score is None:
        return f"Cycle {cycle} has not scored its candidates yet."
    if image_id not in records.subsample.subset_ids:
        return f"Image {image_id} is no candidate of cycle {cycle}; choose one that it asked about."
    ids, _, _ = _labelled(history, cycle)
    if len(records.score.features) != len(records.subsample.subset_ids):
        return (
            "This run kept no features of its candidates, and a refit needs them: it was made with `keep=queried`; "
            "start a run with `keep=candidates`."
        )
    if len(records.score.labelled_features) != len(ids):
        return "The records of this run hold no features of the labelled images, and a refit needs them."
    return ""


def answer_changes(
    history: Sequence[CycleRecords],
    cycle: int,
    image_id: int,
    *,
    wanted: Callable[[], bool] = lambda: True,
) -> AnswerChanges:
    """Refit the last layer for each answer that an image could get, and compare its predictions of the candidates.

    The layer is fitted, see `fit_layer`, to the recorded penultimate features of the images labelled before the cycle
    and trained on, and then once more for each answer, to these and the image with that answer. A linear head on frozen
    features is the whole of what is trained there; of other classifiers the layers below the last one stay as they are.
    Virtual instances and class weights do not count. It costs at most `MAX_ANSWERS` + 1 fits of (F + 1) C numbers to
    L + 1 images.

    Args:
        history: records of a run, from the start on.
        cycle: the cycle that asked about the image.
        image_id: a candidate of the cycle.
        wanted: asked before each fit; the rest is left out once it returns False.

    Raises:
        ConfigError: the records do not hold what is needed, see `why_no_refit`.
    """
    reason = why_no_refit(history, cycle, image_id)
    records = next((one for one in history if one.cycle == cycle), None)
    if reason or records is None or records.subsample is None or records.score is None:
        raise ConfigError(reason)
    began = time.perf_counter()
    score, ids = records.score, records.subsample.subset_ids
    _, labels, trained = _labelled(history, cycle)
    candidates, labelled = scaled_features(score)
    labelled, labels = labelled[trained], labels[trained]
    row = int(np.flatnonzero(ids == image_id)[0])
    others = np.flatnonzero(ids != image_id)
    n_classes = score.logits.shape[1]
    before = fit_layer(labelled, labels, n_classes)
    logits = apply_layer(before, candidates[others])
    predicted, entropy = logits.argmax(axis=1), float(entropy_bits(logits).mean())
    probabilities = softmax(score.logits[row])[0]
    found = []
    for label in np.argsort(-probabilities, kind="stable")[:MAX_ANSWERS].tolist():
        if not wanted():
            break
        with_answer = np.vstack([labelled, candidates[row]]), np.append(labels, label)
        after = apply_layer(fit_layer(*with_answer, n_classes, start=before), candidates[others])
        found.append(
            AnswerChange(
                label=label,
                probability=float(probabilities[label]),
                changed_ids=ids[others][after.argmax(axis=1) != predicted],
                entropy_fall=entropy - float(entropy_bits(after).mean()),
            )
        )
    return AnswerChanges(
        cycle=cycle,
        image_id=image_id,
        n_candidates=len(others),
        n_labelled=len(labels),
        n_features=candidates.shape[1],
        entropy=entropy,
        agreement=float((predicted == score.predicted[others]).mean()),
        answers=tuple(found),
        left_out=max(0.0, 1 - sum(one.probability for one in found)),
        seconds=time.perf_counter() - began,
    )


def scaled_features(score: ScoreRecord) -> tuple[Doubles, Doubles]:
    """(M, F) features of the candidates and (L, F) of the labelled images, as a layer is fitted to them.

    Each feature less its mean over the candidates, divided by its standard deviation there; by 1 where that is 0.
    """
    candidates = score.features.astype(np.float64)
    mean, std = candidates.mean(axis=0), candidates.std(axis=0)
    std = np.where(std > 0, std, 1.0)
    return (candidates - mean) / std, (score.labelled_features.astype(np.float64) - mean) / std


def fit_layer(
    features: Doubles, labels: IntArray, n_classes: int, *, start: Doubles | None = None, penalty: float = PENALTY
) -> Doubles:
    """Weights and, in the last row, biases (F + 1, C) of least loss.

    The loss is the sum over the images of the cross-entropy in nats, plus penalty / 2 times the sum of the squares of
    all weights and biases. It is strictly convex, so there is one minimum, from whatever start; scipy's L-BFGS goes to
    it.

    Args:
        features: (L, F).
        labels: (L,) classes, below C.
        n_classes: C.
        start: (F + 1, C) to begin at; None for zeros.
        penalty: above 0.

    Raises:
        ConfigError: the penalty is not above 0, or a feature is not finite.
    """
    if not penalty > 0:
        raise ConfigError(f"the penalty is {penalty:g}; it must be above 0, try 1")
    if not np.isfinite(features).all():
        raise ConfigError("a recorded feature is not finite, so no layer can be fitted; the classifier has diverged")
    from scipy.optimize import minimize  # Loaded when it is needed.

    inputs = np.column_stack([features, np.ones(len(features))])
    truth = np.eye(n_classes)[labels]
    shape = inputs.shape[1], n_classes

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(shape)
        probabilities, log_probabilities = softmax(inputs @ weights)
        slope = inputs.T @ (probabilities - truth) + penalty * weights
        return float(-(truth * log_probabilities).sum() + penalty / 2 * (flat @ flat)), slope.ravel()

    at = np.zeros(shape) if start is None else start
    # On matrices this small the threads of numpy's own BLAS wait for each other, ten times as long as one computes.
    with ThreadpoolController().select(prefix=_BLAS_OF_NUMPY).limit(limits=1, user_api="blas"):
        found = minimize(
            loss, at.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 2000, "gtol": 1e-5, "ftol": 0.0}
        )
    weights: Doubles = found.x.reshape(shape)
    return weights


def apply_layer(weights: Doubles, features: Doubles) -> Doubles:
    """(M, C) logits of features (M, F)."""
    logits: Doubles = features @ weights[:-1] + weights[-1]
    return logits


def _labelled(history: Sequence[CycleRecords], cycle: int) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
    """(L,) ids, labels, and whether each is trained on, of the images labelled before a cycle, in that order."""
    queries = [one.query for one in history if one.cycle < cycle and one.query is not None]
    none = np.empty(0, np.int64)
    ids = np.concatenate([none, *(query.ids for query in queries)])
    labels = np.concatenate([none, *(query.labels for query in queries)])
    held_out = np.concatenate([none, *(query.held_out_ids for query in queries)])
    return ids, labels, ~np.isin(ids, held_out)
