"""Why an image was asked about in a cycle, or why it was not: where it stood, what it scored and what it lacked.

Axes: M subset, P candidate pairs, B budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from lada_explore.analysis.pairs import best_first
from lada_explore.errors import ConfigError
from lada_explore.records import Asked, CycleRecords, FloatArray, IntArray, SelectRule


class Outcome(StrEnum):
    """What became of an image in a cycle."""

    NOT_THERE = "not there"
    LABELLED = "labelled"
    START = "start"
    SET_ASIDE = "set aside"
    NOT_DRAWN = "not drawn"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"
    PARTNER_SKIPPED = "partner skipped"
    NOT_CHOSEN = "not chosen"
    CHOSEN = "chosen"
    AHEAD = "ahead"
    GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How an image stood in one cycle. What does not apply, or is not decided yet, is None.

    Attributes:
        cycle: the cycle.
        image: its id.
        outcome: what became of the image.
        since: of LABELLED and SET_ASIDE, the cycle of the label or of the skip; of NOT_THERE, the first cycle that
            draws from it.
        n_drawn: M, number of candidates; 0 before SUBSAMPLE and in the start, which draws none.
        drawn: whether the image was one of them.
        unit: unit of all scores here; empty before SCORE.
        score: acquisition score of the image by itself.
        rule: how the cycle chose; None before SELECT.
        partner: id of the other image of its pair.
        is_first: whether it is x_i of its pair, whose score by itself is A(1).
        terms: (3,) A(1), A(0) and V of its pair, which add up to the score that ranked it, see
            `SelectRecord.score_terms`; (2,) of a single image and its transform; None for a score of one term.
        total: the score that ranked it; under SET it did not decide.
        rank: from 1, by that score, among the candidates; under SET None, because they are chosen together.
        n_ranked: number of candidates ranked, P pairs or M images; 0 without a rank.
        lacked: score of the last chosen candidate minus `total`, in `unit`; 0 in a tie, which the order of the draw
            decided. Only of NOT_CHOSEN with a rank, where something was asked.
        place: from 1, of CHOSEN: among the pairs or images asked about, best first.
    """

    cycle: int
    image: int
    outcome: Outcome
    since: int | None = None
    n_drawn: int = 0
    drawn: bool = False
    unit: str = ""
    score: float | None = None
    rule: SelectRule | None = None
    partner: int | None = None
    is_first: bool = True
    terms: tuple[float, ...] | None = None
    total: float | None = None
    rank: int | None = None
    n_ranked: int = 0
    lacked: float | None = None
    place: int | None = None


def why_not(
    history: Sequence[CycleRecords], image_id: int, *, pool_size: int | None = None, there_from: int = 0
) -> tuple[Place, ...]:
    """How an image stood in every cycle so far, from the records alone; no classifier runs.

    Args:
        history: records of a run, from the start on.
        image_id: index in the data set.
        pool_size: N, number of images to be labelled; None where it is not known.
        there_from: first cycle that draws from the image; above 0 for one that was added to the run later.

    Raises:
        ConfigError: the id is below 0, or not below the number of images.
    """
    if image_id < 0 or (pool_size is not None and image_id >= pool_size):
        end = "upwards" if pool_size is None else f"to {pool_size - 1:,}"
        raise ConfigError(f"there is no image {image_id}; ids run from 0 {end}")
    return tuple(
        _place(records, image_id, [before for before in history if before.cycle < records.cycle], there_from)
        for records in history
    )


def _place(records: CycleRecords, image_id: int, before: Sequence[CycleRecords], there_from: int) -> Place:
    """How an image stood in a cycle after these others."""
    candidates = records.subsample
    drawn = candidates is not None and image_id in candidates.subset_ids
    place = Place(
        cycle=records.cycle,
        image=image_id,
        outcome=_outcome(records, image_id, drawn=drawn),
        n_drawn=0 if candidates is None else len(candidates.subset_ids),
        drawn=drawn,
    )
    if place.outcome is Outcome.CHOSEN and records.asked is not None:
        place = replace(place, place=_place_asked(records.asked, image_id))
    if drawn:
        return _scored(place, records, image_id)
    if records.cycle < there_from:
        return replace(place, outcome=Outcome.NOT_THERE, since=there_from)
    if place.outcome in (Outcome.NOT_DRAWN, Outcome.UNDECIDED):
        labelled = [one.cycle for one in before if one.query is not None and image_id in one.query.ids]
        skipped = [one.cycle for one in before if one.query is not None and image_id in one.query.skipped_ids]
        if labelled:
            return replace(place, outcome=Outcome.LABELLED, since=labelled[-1])
        if skipped:
            return replace(place, outcome=Outcome.SET_ASIDE, since=skipped[-1])
    return place


def _outcome(records: CycleRecords, image_id: int, *, drawn: bool) -> Outcome:
    """What became of an image, as far as the records of this cycle alone tell."""
    asked, query = records.asked, records.query
    if query is not None and image_id in query.given_ids:
        return Outcome.GIVEN
    if query is not None and image_id in query.ahead_ids:
        return Outcome.AHEAD
    if query is not None and image_id in query.skipped_ids:
        return Outcome.SKIPPED
    if asked is not None and image_id in asked.ids:
        return Outcome.CHOSEN
    if records.cycle == 0:
        return Outcome.UNDECIDED if asked is None else Outcome.START
    if not drawn:
        return Outcome.UNDECIDED if records.subsample is None else Outcome.NOT_DRAWN
    if asked is None:
        return Outcome.UNDECIDED
    if query is not None and _partner(records, image_id) in query.skipped_ids.tolist():
        return Outcome.PARTNER_SKIPPED
    return Outcome.NOT_CHOSEN


def _scored(place: Place, records: CycleRecords, image_id: int) -> Place:
    """The place of a candidate with what it scored."""
    candidates, score, select = records.subsample, records.score, records.select
    if candidates is None or score is None:
        return place
    row = int(np.flatnonzero(candidates.subset_ids == image_id)[0])
    partner = _partner(records, image_id)
    first = partner is None or image_id in candidates.pair_ids[:, 0]
    place = replace(place, unit=score.unit, score=float(score.scores[row]), partner=partner, is_first=first)
    if select is None:
        return place
    ranked = row_of_pair(candidates.pair_ids, image_id) if select.rule.of_pairs else row
    total = float(select.scores[ranked])
    terms = tuple(select.score_terms[ranked].tolist()) if len(select.score_terms) else None
    place = replace(place, rule=select.rule, terms=terms, total=total)
    if select.rule.together:
        return place
    order = best_first(select.scores)
    place = replace(place, rank=1 + int(np.flatnonzero(order == ranked)[0]), n_ranked=len(order))
    last = _last_chosen(records, select.scores)
    if place.outcome is Outcome.NOT_CHOSEN and last is not None:
        return replace(place, lacked=last - total)
    return place


def row_of_pair(pair_ids: IntArray, image_id: int) -> int:
    """Row of the pair (P, 2) of an image. Raises ConfigError for an image of none of them."""
    rows = np.flatnonzero((pair_ids == image_id).any(axis=1))
    if not len(rows):
        raise ConfigError(f"image {image_id} is in no candidate pair; choose a candidate of the cycle")
    return int(rows[0])


def _partner(records: CycleRecords, image_id: int) -> int | None:
    """The other image of its candidate pair; None without pairs."""
    if records.subsample is None or not (records.subsample.pair_ids == image_id).any():
        return None
    first, second = records.subsample.pair_ids[row_of_pair(records.subsample.pair_ids, image_id)].tolist()
    return int(second if first == image_id else first)


def _last_chosen(records: CycleRecords, scores: FloatArray) -> float | None:
    """Lowest score of the candidates that were asked about in the end; None if all were skipped."""
    asked, candidates = records.asked, records.subsample
    if asked is None or candidates is None:
        return None
    if len(candidates.pair_ids):
        rows = np.flatnonzero(np.isin(candidates.pair_ids, asked.ids).all(axis=1))
    else:
        rows = np.flatnonzero(np.isin(candidates.subset_ids, asked.ids))
    return float(scores[rows].min()) if len(rows) else None


def _place_asked(asked: Asked, image_id: int) -> int:
    """Place from 1 among the pairs, or the images, that a cycle asks about."""
    place = int(np.flatnonzero(asked.ids == image_id)[0])
    return 1 + (place // 2 if len(asked.pair_ids) else place)
