"""Two or more annotators of a run: how far they agree, how good each is, and which image should be looked at next."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.annotators import (
    MIN_SHARED,
    agreement_with_others,
    counted,
    fleiss_kappa,
    pairwise_kappa,
)
from lada_explore.analysis.predictions import softmax
from lada_explore.records import CycleRecords, IntArray, class_name
from lada_explore.store.journal_entry import JournalEntry
from lada_explore.store.label_state import LabelState

NEXT = 10
"""Images that are listed to look at next."""

NOT_PREDICTED = (
    f"No quality is told: it needs {MIN_SHARED} shared images that the classifier had predicted, and those of the "
    "start have no prediction."
)
NO_CLEANLAB = "No quality is told without cleanlab; run pip install 'lada-explore[check]'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """One annotator.

    Attributes:
        name: name in the journal.
        n_answers: number of images that the annotator answered.
        n_shared: number of those that somebody else answered too.
        agreement: share of the others' answers to these that equal the annotator's; NaN without any.
        quality: estimated share of right answers by CROWDLAB, which weighs annotators and classifier; NaN where it
            could not be estimated, see `Annotators.note`.
    """

    name: str
    n_answers: int
    n_shared: int
    agreement: float
    quality: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookNext:
    """An image that another answer would help.

    Attributes:
        id: id of the image.
        answers: class by annotator.
        annotator: the best of those who have not answered it; empty if all have.
        asked: True if no query that asked for it is closed, so that an answer still counts.
    """

    id: int
    answers: Mapping[str, int]
    annotator: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annotators:
    """Agreement of the annotators of a run; a notebook shows it as tables.

    Attributes:
        annotators: one for each name, most answers first.
        n_shared: number of images that two or more of them answered.
        measure: "Cohen's kappa" of two annotators, "Fleiss' kappa" of more; empty with `reason`.
        kappa: its value; NaN where it is undefined, and with `reason`.
        pairwise: (A, A) Cohen's kappa of each two, in the order of `annotators`; NaN where they share too few images.
        look_next: images to look at next, those first that another answer would help most.
        class_names: names of the classes by label.
        reason: a sentence on why agreement is not told; empty if it is.
        note: a sentence on why no quality is told; empty if it is.
    """

    annotators: tuple[Annotator, ...]
    n_shared: int
    measure: str
    kappa: float
    pairwise: NDArray[np.float64]
    look_next: tuple[LookNext, ...]
    class_names: tuple[str, ...]
    reason: str
    note: str

    @property
    def sentence(self) -> str:
        """Agreement in one sentence, or why it is not told."""
        if self.reason:
            return self.reason
        value = "is undefined, for all answers are of one class" if math.isnan(self.kappa) else f"is {self.kappa:.2f}"
        who = f"{len(self.annotators)} annotators on {self.n_shared:,} images that two or more answered"
        return f"{self.measure} of {who} {value}."

    def __repr__(self) -> str:
        rows = [f"{who.name}: {' '.join(self._cells(who)[1:])}" for who in self.annotators]
        return "\n".join([self.sentence, *rows, *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        people = html_table(
            ("annotator", "answers", "shared", "agreement with others", "quality"),
            [self._cells(a) for a in self.annotators],
        )
        images = html_table(
            ("look next", "answers", "by", "asked now"),
            [
                (
                    str(one.id),
                    ", ".join(f"{who}: {class_name(label, self.class_names)}" for who, label in one.answers.items()),
                    one.annotator or "everybody has answered",
                    "yes" if one.asked else "no",
                )
                for one in self.look_next
            ],
        )
        said = "".join(f"<p>{html.escape(words)}</p>" for words in (self.sentence, self.note) if words)
        return f"{said}{people}{images if self.look_next else ''}"

    def _cells(self, who: Annotator) -> tuple[str, ...]:
        return who.name, f"{who.n_answers:,}", f"{who.n_shared:,}", _share(who.agreement), _share(who.quality)


def annotators(run: Any, *, quality: bool = True) -> Annotators:
    """Agreement, quality and what to look at next, from the journal of a run.

    Counts the last valid answer of each annotator to each image, so that a repeated answer counts once; decisions of
    disputes do not count. The classifier's predictions are those from before it was trained on an image.

    Args:
        run: a session or a recorded run.
        quality: False leaves out what cleanlab estimates, which takes seconds to load.

    Raises:
        StoreError: the journal cannot be read.

    Source: Cohen (1960), Fleiss (1971); the quality by CROWDLAB (Goh, Tkachenko and Mueller, 2022) and the images by
    ActiveLab (Goh and Mueller, 2023), both as cleanlab has them.
    """
    lines: Sequence[JournalEntry] = getattr(run, "labelling", run).answers()
    names, ids, answers = answers_by_annotator(LabelState(lines))
    n_classes, shared = len(run.class_names), (answers >= 0).sum(axis=1) >= 2
    n_shared, reason = int(shared.sum()), ""
    if len(names) < 2:
        reason = f"Agreement needs two annotators, and this run has {len(names)}."
    elif n_shared < MIN_SHARED:
        reason = f"Agreement needs {MIN_SHARED} images that two annotators answered, and this run has {n_shared}."
    qualities, scores, note = np.full(len(names), np.nan), np.full(len(ids), np.nan), ""
    if quality and not reason:
        qualities, scores, note = _by_cleanlab(answers, _predicted_before(run.history, ids))
    pairwise = pairwise_kappa(answers)
    two = len(names) == 2
    kappa = math.nan
    if not reason:
        kappa = float(pairwise[0, 1]) if two else fleiss_kappa(counted(answers, n_classes))
    agreement = agreement_with_others(answers)
    closed = {i for records in run.history if records.query is not None for i in records.query.ids.tolist()}
    given = answers >= 0
    return Annotators(
        annotators=tuple(
            Annotator(
                name=name,
                n_answers=int(given[:, at].sum()),
                n_shared=int((given[:, at] & shared).sum()),
                agreement=float(agreement[at]),
                quality=float(qualities[at]),
            )
            for at, name in enumerate(names)
        ),
        n_shared=n_shared,
        measure="" if reason else "Cohen's kappa" if two else "Fleiss' kappa",
        kappa=kappa,
        pairwise=pairwise,
        look_next=() if reason else _look_next(names, ids, answers, scores, _best_first(qualities, agreement), closed),
        class_names=tuple(run.class_names),
        reason=reason,
        note=note,
    )


def answers_by_annotator(state: LabelState) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """Names (A,), ids (N,) and last answers (N, A) of each annotator, -1 for none; most answers first."""
    last: dict[int, dict[str, int]] = {}
    for image_id, lines in state.answers.items():
        last[image_id] = {line.annotator: line.label for line in lines}
    numbers: dict[str, int] = {}
    for votes in last.values():
        for who in votes:
            numbers[who] = numbers.get(who, 0) + 1
    names = tuple(sorted(numbers, key=lambda who: (-numbers[who], who)))
    answers = np.array([[votes.get(who, -1) for who in names] for votes in last.values()], np.int64)
    return names, np.array(list(last), np.int64), answers.reshape(len(last), len(names))


def _predicted_before(history: Sequence[CycleRecords], ids: IntArray) -> NDArray[np.float64]:
    """(N, C) last class probabilities of images before a training used them; rows of NaN for those that have none."""
    places, rows = {int(i): place for place, i in enumerate(ids)}, {}
    for records in history:
        if records.subsample is not None and records.score is not None:
            probabilities, _ = softmax(records.score.logits)
            for image_id, row in zip(records.subsample.subset_ids.tolist(), probabilities, strict=True):
                if image_id in places:
                    rows[places[image_id]] = row
    n_classes = max((len(row) for row in rows.values()), default=0)
    found = np.full((len(ids), n_classes), np.nan)
    for place, row in rows.items():
        found[place] = row
    return found


def _by_cleanlab(
    answers: IntArray, predicted: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Quality (A,), score of each image (N,), the lower the more another answer helps, and why there are none."""
    qualities, scores = np.full(answers.shape[1], np.nan), np.full(len(answers), np.nan)
    known = np.isfinite(predicted).all(axis=1) if predicted.size else np.zeros(len(answers), bool)
    if ((answers[known] >= 0).sum(axis=1) >= 2).sum() < MIN_SHARED:
        return qualities, scores, NOT_PREDICTED
    try:
        from cleanlab.multiannotator import get_active_learning_scores, get_label_quality_multiannotator
    except ImportError:
        return qualities, scores, NO_CLEANLAB
    present = (answers[known] >= 0).any(axis=0)
    table = np.where(answers >= 0, answers, np.nan)[known][:, present]
    stats = get_label_quality_multiannotator(table, predicted[known], verbose=False)["annotator_stats"]
    qualities[np.flatnonzero(present)] = stats["annotator_quality"].sort_index().to_numpy()
    scores[known] = get_active_learning_scores(table, predicted[known])[0]
    return qualities, scores, ""


def _best_first(qualities: NDArray[np.float64], agreement: NDArray[np.float64]) -> IntArray:
    """(A,) places of the annotators, best first: by quality where it is told, else by agreement."""
    merit = np.where(np.isfinite(qualities), qualities, agreement) if np.isfinite(qualities).any() else agreement
    return np.argsort(-np.nan_to_num(merit, nan=-1.0), kind="stable")


def _look_next(
    names: Sequence[str],
    ids: IntArray,
    answers: IntArray,
    scores: NDArray[np.float64],
    best: IntArray,
    closed: set[int],
) -> tuple[LookNext, ...]:
    """The images that another answer would help most: by score where there is one, else those in dispute."""
    in_dispute = np.array([len({*row[row >= 0].tolist()}) > 1 for row in answers])
    asked = np.array([int(i) not in closed for i in ids])
    wanted = np.flatnonzero(in_dispute | (asked & np.isfinite(scores)))
    # Those that are asked now come first; then by score, without one last.
    order = sorted(wanted.tolist(), key=lambda at: (not asked[at], np.nan_to_num(scores[at], nan=np.inf), int(ids[at])))
    found = []
    for at in order[:NEXT]:
        others = [names[who] for who in best.tolist() if answers[at, who] < 0]
        votes = {names[who]: int(label) for who, label in enumerate(answers[at].tolist()) if label >= 0}
        found.append(LookNext(id=int(ids[at]), answers=votes, annotator=next(iter(others), ""), asked=bool(asked[at])))
    return tuple(found)


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{100 * value:.0f} %"


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table with all cells to the left; JupyterLab would put them to the right, as numbers."""
    lines = [_line("th", head), *(_line("td", row) for row in rows)]
    return f"<table>{''.join(lines)}</table>"


def _line(tag: str, cells: Sequence[str]) -> str:
    found = (f"<{tag} style='text-align:left'>{html.escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{''.join(found)}</tr>"
