"""Questions about one run, to be answered before looking: every number in them is read from its records.

A question that the run cannot answer (no pairs, no test set, one cycle) is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from lada_explore.analysis import (
    MapPoints,
    accuracy_by_labels,
    acquired_pairs,
    best_first,
    counts_values,
    map_points,
    pair_terms,
    predicted_of,
)
from lada_explore.apps.lesson.question import CLEAR, LessonQuestion
from lada_explore.apps.lesson.questions_of_tau import (
    are_pairs_told_apart,
    does_tau_rise,
    where_does_tau_jump,
    which_tau,
)
from lada_explore.records import DRAW_UNIT, ENTROPY_UNIT, CycleRecords, SelectRecord, SelectRule
from lada_explore.views.base.text import class_name

LETTERS = "ABCD"


def questions_of(
    history: Sequence[CycleRecords], class_names: Sequence[str], cycles: Collection[int] | None = None
) -> list[LessonQuestion]:
    """The questions that these records answer.

    Args:
        history: records of a run.
        class_names: by label.
        cycles: cycles whose pairs and images the page shows; all when None.
    """
    shown = [records for records in history if cycles is None or records.cycle in cycles]
    paired = [records for records in shown if _has_pairs(records)]
    singles = [records for records in shown if records.select is not None and records.select.rule is SelectRule.SINGLES]
    asked = [
        *([_which_pair(_middle(paired), class_names), _which_virtual(history, paired[-1])] if paired else []),
        *([_which_image(_middle(singles), class_names)] if singles else []),
        *(
            [
                which_tau(_middle(paired)),
                does_tau_rise(paired),
                where_does_tau_jump(paired),
                are_pairs_told_apart(paired[-1]),
            ]
            if paired and counts_values(paired[-1]) and not _draws(paired[-1])
            else []
        ),
        _does_accuracy_rise(history),
    ]
    return [question for question in asked if question is not None]


def _has_pairs(records: CycleRecords) -> bool:
    ahead, select = records.look_ahead, records.select
    return select is not None and len(select.score_terms) > 0 and ahead is not None and len(ahead.tau) > 0


def _middle(found: Sequence[CycleRecords]) -> CycleRecords:
    return found[len(found) // 2]


def _name_of(records: CycleRecords, image_id: int, class_names: Sequence[str]) -> str:
    label = predicted_of(records, [image_id])[0]
    return class_name(label, class_names) if label >= 0 else "unknown"


def _which_pair(records: CycleRecords, class_names: Sequence[str]) -> LessonQuestion | None:
    """A queried pair among others: of the most uncertain images, of the largest look-ahead value, of middle rank.

    None where the scores are draws, which tell nothing of the images.
    """
    if records.subsample is None or records.look_ahead is None or _draws(records):
        return None
    terms = pair_terms(records).astype(np.float64)
    scores, queried = terms.sum(axis=1), acquired_pairs(records)
    order = best_first(pair_terms(records).sum(axis=1))
    chosen, others = order[queried[order]], order[~queried[order]]
    if len(chosen) == 0 or len(others) < 3:
        return None
    row, end = int(chosen[len(chosen) // 2]), float(scores[chosen].min())
    if scores[others].max() > end:
        return None  # A person's skips were replaced, so the highest scores alone do not say what was asked.
    # Pairs with a lower sum of the rounded terms, so that a student who adds them up finds the answer.
    others = others[scores[others] < round(scores[row], 2) - CLEAR]
    if len(others) < 3:
        return None
    own, ahead = terms[others, 0] + terms[others, 1], terms[others, 2]
    wanted = [int(others[own.argmax()]), *others[np.argsort(-ahead, kind="stable")].tolist(), *others.tolist()]
    wrong = list(dict.fromkeys([wanted[0], wanted[1], int(others[len(others) // 2]), *wanted]))[:3]
    unit, pairs = records.look_ahead.unit, records.subsample.pair_ids
    rows = sorted([row, *wrong], key=lambda place: int(pairs[place, 0]))
    counted = counts_values(records)
    formula = "A(1) + A(0) + V(τ*)" if counted else "A(1) + A(0)"
    said = {
        place: f"{letter}: A(1) = {terms[place, 0]:.2f}, A(0) = {terms[place, 1]:.2f}"
        + (f", V(τ*) = {terms[place, 2]:.2f} {unit}" if counted else f" {unit}")
        for letter, place in zip(LETTERS, rows, strict=True)
    }
    return LessonQuestion(
        text=f"One of these four pairs was asked about in cycle {records.cycle}. Which one?",
        choices=tuple(said[place] for place in rows),
        answer=said[row],
        why=f"A pair's score is {formula}, here {scores[row]:.2f} {unit} (rounded). The {len(chosen):,} pairs with the "
        f"highest scores were asked, down to {end:.2f} {unit}.",
        hints={
            said[place]: f"Its terms add up to {scores[place]:.2f} {unit} before they are rounded, and the pairs that "
            f"were asked have at least {end:.2f}."
            for place in wrong
        },
        figures=tuple(
            (
                f"{letter}, guess: {' + '.join(_name_of(records, i, class_names) for i in pairs[place].tolist())}",
                tuple(pairs[place].tolist()),
            )
            for letter, place in zip(LETTERS, rows, strict=True)
        ),
        cycle=records.cycle,
        pair=(int(pairs[row, 0]), int(pairs[row, 1])),
        view="queries",
    )


def _which_virtual(history: Sequence[CycleRecords], records: CycleRecords) -> LessonQuestion | None:
    """The most uncertain virtual instance of a queried pair: of the pair in which it stands out the most."""
    points = map_points(history, records.cycle)
    virtual = points.virtual
    if len(virtual.pair_ids) == 0 or virtual.lam.shape[1] < 2:
        return None
    ranked = np.sort(virtual.entropy_bits.astype(np.float64), axis=1)
    row = int((ranked[:, -1] - ranked[:, -2]).argmax())
    if f"{ranked[row, -1]:.2f}" == f"{ranked[row, -2]:.2f}":
        return None  # Two instances are the most uncertain as they are written, with two decimals.
    first, second = virtual.pair_ids[row].tolist()
    bits = virtual.entropy_bits[row].tolist()
    best = int(virtual.entropy_bits[row].argmax())
    said = [
        f"λ = {lam:.2f}: {100 * lam:.0f} % of image {first}, {100 * (1 - lam):.0f} % of image {second}"
        for lam in virtual.lam[row].tolist()
    ]
    if len(set(said)) < len(said):
        return None  # At a small tau, several instances are the same as they are written.
    reason, advice = _why_uncertain(points, row)
    return LessonQuestion(
        text=f"In cycle {records.cycle} this pair was asked about. Which of its virtual instances does the classifier "
        "find the most uncertain?",
        choices=tuple(said),
        answer=said[best],
        why=f"Its entropy is {bits[best]:.2f} bits. The instances have {', '.join(f'{value:.2f}' for value in bits)} "
        f"bits from λ = {virtual.lam[row, 0]:.2f} to {virtual.lam[row, -1]:.2f}: {reason}",
        hints={
            text: f"It has {value:.2f} bits, and another has {bits[best]:.2f}. {advice}"
            for place, (text, value) in enumerate(zip(said, bits, strict=True))
            if place != best
        },
        figures=((f"λ = 0: image {second}", (second,)), (f"λ = 1: image {first}", (first,))),
        cycle=records.cycle,
        pair=(first, second),
        view="map",
    )


def _why_uncertain(points: MapPoints, pair: int) -> tuple[str, str]:
    """Why one virtual instance of a pair is its most uncertain, as far as the records tell, and what to think of."""
    virtual, row_of = points.virtual, {image_id: row for row, image_id in enumerate(points.ids.tolist())}
    first, second = virtual.pair_ids[pair].tolist()
    best = int(virtual.entropy_bits[pair].argmax())
    last = virtual.lam.shape[1] - 1
    # The guesses from lam = 0 to lam = 1, ends included.
    guesses = [points.predicted[row_of[second]], *virtual.top_classes[pair, :, 0], points.predicted[row_of[first]]]
    if len(set(guesses[best : best + 3])) > 1:
        return (
            "the most uncertain mixture lies where the classifier changes its mind, which need not be in the middle.",
            "Think of where along the path the classifier changes its mind.",
        )
    near, far = (second, first) if best == 0 else (first, second)
    if best in (0, last) and points.entropy_bits[row_of[near]] > points.entropy_bits[row_of[far]]:
        return (
            f"the classifier does not change its mind there; it is the one nearest to image {near}, the more uncertain "
            "of the two images.",
            "Think of which of the two images the classifier is less sure of.",
        )
    return (
        "the classifier does not change its mind there, so the guess beside it is the same and only less uncertain.",
        "Think of how sure the classifier is along the path, not only of what it guesses.",
    )


def _draws(records: CycleRecords) -> bool:
    return records.look_ahead is not None and records.look_ahead.unit == DRAW_UNIT


def _which_image(records: CycleRecords, class_names: Sequence[str]) -> LessonQuestion | None:
    """Which of four images was queried, for a method that scores single images by their entropy.

    With look-ahead, an image's score is its own entropy and that of its transform.
    """
    score, subset, select = records.score, records.subsample, records.select
    if score is None or subset is None or select is None or score.unit != ENTROPY_UNIT:
        return None
    ahead = len(select.score_terms) > 0
    scores = select.scores if ahead else score.scores
    order = best_first(scores)
    queried = np.isin(subset.subset_ids[order], select.query_ids)
    chosen, others = order[queried], order[~queried]
    if len(chosen) == 0 or len(others) < 3:
        return None
    row, end = int(chosen[0]), float(scores[chosen].min())
    if scores[others].max() > end:
        return None  # The method chose a set, or a person's skips were replaced.
    wrong = [int(others[place]) for place in (len(others) // 3, len(others) // 2, len(others) - 1)]
    rows = sorted({row, *wrong}, key=lambda place: int(subset.subset_ids[place]))
    if len(rows) < 4 or float(scores[wrong].max()) > scores[row] - CLEAR:
        return None
    worth = {
        place: _worth_of_image(select, place) if ahead else f"Its entropy is {scores[place]:.2f} bits" for place in rows
    }
    ranked = "candidates with the highest scores" if ahead else "most uncertain candidates"
    rule = "The method asks about the images that the classifier is least sure of"
    rule += ", as they are and transformed: it adds the two entropies." if ahead else "."
    said = {
        place: f"{letter}, guess: {class_name(int(score.predicted[place]), class_names)}, "
        f"{100 * score.confidence[place]:.0f} % sure"
        for letter, place in zip(LETTERS, rows, strict=True)
    }
    return LessonQuestion(
        text=f"One of these four images was asked about in cycle {records.cycle}; the classifier's guess stands beside "
        "each. Which one?",
        choices=tuple(said[place] for place in rows),
        answer=said[row],
        why=f"{worth[row]}. The {len(chosen):,} {ranked} were asked, down to {end:.2f} bits.",
        hints={
            said[place]: f"{worth[place]}, and those that were asked have at least {end:.2f}. {rule}" for place in wrong
        },
        figures=tuple((letter, (int(subset.subset_ids[place]),)) for letter, place in zip(LETTERS, rows, strict=True)),
        cycle=records.cycle,
        view="queries",
    )


def _worth_of_image(select: SelectRecord, row: int) -> str:
    """The score of an image in words, as the sum of its own entropy and that of its transform."""
    own, transformed = select.score_terms[row]
    parts = f"{own:.2f} of the image and {transformed:.2f} of its transform, all rounded"
    return f"Its score is {select.scores[row]:.2f} bits, {parts}"


def _does_accuracy_rise(history: Sequence[CycleRecords]) -> LessonQuestion | None:
    measured = accuracy_by_labels(history)
    if len(measured.cycles) < 2:
        return None
    percent = 100 * measured.accuracy
    worse = np.flatnonzero(np.diff(percent) < 0)
    choices = ("Yes, every time.", "No, it falls at least once.")
    answer = choices[1 if len(worse) else 0]
    told = f"It goes from {percent[0]:.1f} % after {measured.n_labelled[0]:,} labels to {percent[-1]:.1f} % after "
    told += f"{measured.n_labelled[-1]:,}"
    at = int(measured.cycles[-1])
    if len(worse):
        place = int(worse[np.diff(percent)[worse].argmin()])
        at = int(measured.cycles[place + 1])
        told += f", but from {percent[place]:.1f} to {percent[place + 1]:.1f} % in cycle {at}"
    margin = 50 * float((measured.upper - measured.lower).mean())
    return LessonQuestion(
        text="Labels are added in every cycle of this run. Is the classifier more accurate after each one than before?",
        choices=choices,
        answer=answer,
        why=f"{told}. More labels do not make the classifier better every time, and with {measured.n_test:,} test "
        f"images an accuracy is known only to about {margin:.1f} points either way.",
        hints={choice: f"{told}." for choice in choices if choice != answer},
        cycle=at,
        view="accuracy",
    )
