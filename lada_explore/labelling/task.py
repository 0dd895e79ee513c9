"""The images that can be answered now: the open query, or between queries the next best images of the last ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lada_explore.config import RunConfig
from lada_explore.errors import TooLateError
from lada_explore.labelling.open_query import OpenQuery, open_query, ranked_rows
from lada_explore.labelling.protocol import QueryKind
from lada_explore.records import STAGE_NAMES, CycleRecords, IntArray, RunPosition, SelectRule, Stage, cycle_name
from lada_explore.store.journal_entry import AHEAD
from lada_explore.store.label_state import LabelState

MAX_NAMED = 10
"""Largest number of classes that a sentence names; of more, it gives the number."""

_KIND_OF = {
    SelectRule.INITIAL: QueryKind.INITIAL,
    SelectRule.PAIRS: QueryKind.PAIRS,
    SelectRule.PAIR_SET: QueryKind.PAIRS,
    SelectRule.SINGLES: QueryKind.SINGLES,
    SelectRule.SET: QueryKind.SINGLES,
}

_WORK = {
    Stage.QUERY: "having its labels answered",
    Stage.TRAIN: "learning from the answers",
    Stage.EVALUATE: "testing what it has learned",
}
"""What a stage does, in the terms of a person who waits to be asked."""

_NOTHING = OpenQuery(
    ids=np.empty(0, dtype=np.int64),
    pair_ids=np.empty((0, 2), dtype=np.int64),
    pair_tau=np.empty(0, dtype=np.float32),
    pair_scores=np.empty(0, dtype=np.float32),
    labels={},
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelTask:
    """Images that can be answered now.

    Attributes:
        kind: what is asked about.
        cycle: cycle that the answers belong to.
        query: the images.
        ranking: records of the cycle that scored and ranked the images; None without a ranking.
        stage: stage that runs now or comes next.
        running: whether the stage runs now.
    """

    kind: QueryKind
    cycle: int
    query: OpenQuery
    ranking: CycleRecords | None
    stage: Stage | None
    running: bool = False

    @property
    def note(self) -> str:
        """Note of the answers in the journal."""
        return AHEAD if self.kind is QueryKind.AHEAD else ""

    @property
    def model_cycle(self) -> int:
        """Cycle whose TRAIN produced the classifier that chose the images; -1 without one."""
        return -1 if self.ranking is None else self.ranking.cycle - 1

    @property
    def is_seed_round(self) -> bool:
        """True in the seed round of a pool without labels."""
        ranking = self.ranking
        return self.kind is QueryKind.INITIAL and ranking is not None and _has_seed_round(ranking)

    @property
    def unit(self) -> str:
        """Unit of the scores; empty without a ranking."""
        return self.ranking.score.unit if self.ranking is not None and self.ranking.score is not None else ""

    def known(self) -> Mapping[int, tuple[float, int, float]]:
        """Score, most probable class and its probability, for each candidate of the ranking, by id."""
        ranking = self.ranking
        if ranking is None or ranking.subsample is None or ranking.score is None:
            return {}
        score = ranking.score
        columns = (score.scores.tolist(), score.predicted.tolist(), score.confidence.tolist())
        return dict(zip(ranking.subsample.subset_ids.tolist(), zip(*columns, strict=True), strict=True))

    def sentence(self, class_names: Sequence[str]) -> str:
        """A sentence on what is asked and by which model, or on why nothing is asked."""
        if self.kind is QueryKind.NONE:
            if self.stage is None:
                return "Nothing is asked: the run is complete."
            choosing = "choosing the first images" if self.cycle == 0 else "choosing the next images"
            work = f"{_WORK.get(self.stage, choosing)} ({STAGE_NAMES[self.stage]}, {cycle_name(self.cycle)})"
            return f"Nothing is asked now{': the run is' if self.running else '. The next step of the run is'} {work}."
        n = len(self.query.ids)
        images = "1 image" if n == 1 else f"{n} images"
        if self.kind is QueryKind.AHEAD:
            return (
                f"{images} to answer ahead, the next best of the model of {cycle_name(self.model_cycle)}; "
                f"cycle {self.cycle} trains on them."
            )
        if self.is_seed_round:
            return self._seed_sentence(images, class_names)
        chosen = "" if self.kind is QueryKind.INITIAL else f", chosen by the model of {cycle_name(self.model_cycle)}"
        short = self.query.n_short
        left = f"; {short} fewer than planned, because no candidate is left to replace skipped ones" if short else ""
        return f"{cycle_name(self.cycle).capitalize()} asks about {images}{chosen}{left}."

    def _seed_sentence(self, images: str, class_names: Sequence[str]) -> str:
        if not self.query.is_unfinished_seed_round:
            given = f", and {self.query.n_given:,} given" if self.query.n_given else ""
            return f"The start has what it needs: {images} with a label{given}."
        wanted = self.query.wanted
        if wanted:
            needed = ", ".join(f"{class_names[label]} x{n}" for label, n in wanted.items())
            if len(wanted) > MAX_NAMED:
                needed = f"{sum(wanted.values()):,} images of {len(wanted):,} classes"
            return f"The start asks about {images}. Still needed: {needed}."
        return f"The start asks about {images}: training needs labels of at least 2 classes."


def current_task(
    now: RunPosition,
    history: Sequence[CycleRecords],
    label_state: LabelState,
    *,
    config: RunConfig,
    n_classes: int,
    asks_a_person: bool,
) -> LabelTask:
    """The images that can be answered now.

    Args:
        now: position of the run.
        history: records of the run at that position.
        label_state: state of the labels.
        config: settings of the run.
        n_classes: C, including added classes.
        asks_a_person: True if a person is the oracle; only a person gets images ahead of a query.
    """
    last, stage = history[-1], now.next_stage
    if stage is Stage.QUERY and last.select is not None:
        query = open_query(last, label_state, config, n_classes)
        kind = _KIND_OF[last.select.rule]
        return LabelTask(kind=kind, cycle=last.cycle, query=query, ranking=last, stage=stage)
    nothing = LabelTask(
        kind=QueryKind.NONE, cycle=now.cycle, query=_NOTHING, ranking=None, stage=stage, running=now.running
    )
    ranking = _last_ranking(history)
    if stage is None or ranking is None or not asks_a_person:
        return nothing
    cycle = ranking.cycle + 1
    if cycle > config.schedule.cycles:
        return nothing
    query = _ahead(history, ranking, cycle, label_state, config.schedule.budget)
    if len(query.ids) == 0:
        return nothing
    return LabelTask(kind=QueryKind.AHEAD, cycle=cycle, query=query, ranking=ranking, stage=stage)


def late_place(image_id: int, now: RunPosition, history: Sequence[CycleRecords], *, last_cycle: int) -> tuple[int, str]:
    """Cycle and journal note under which an action counts whose image was shown, but is not asked any more.

    It counts in the next query that closes, beside what that query asks. One of the seed round counts there until the
    round closes, and then in cycle 1.

    Args:
        image_id: index in the pool.
        now: position of the run.
        history: records of the run at that position.
        last_cycle: the last cycle of the run.

    Raises:
        TooLateError: the image has a label of a closed query, or no query will close any more.
    """
    for records in history:
        if records.query is not None and image_id in records.query.ids:
            raise TooLateError(
                f"image {image_id} has had its label since the query of {cycle_name(records.cycle)} closed, so this "
                "came too late; as long as no training has used that label, who gave it can undo it"
            )
    if now.next_stage is None:
        raise TooLateError("no query is open, the run is complete; answer the images of another run")
    last = history[-1]
    seeds = [] if last.select is None or now.cycle else last.select.seed_ids.tolist()
    if now.next_stage is Stage.QUERY and image_id in seeds:
        return 0, ""
    cycle = max(1, now.cycle if last.query is None or last.cycle < now.cycle else now.cycle + 1)
    if cycle > last_cycle:
        raise TooLateError(
            f"the last query has closed without image {image_id}, so no training can use its answer; start a run with "
            "more cycles"
        )
    return cycle, AHEAD


def skip_note(image_id: int, cycle: int, now: RunPosition, history: Sequence[CycleRecords]) -> str:
    """Journal note of a skip ahead of the query of a cycle: empty once the cycle may have drawn the image.

    A skip with the note keeps the image from being drawn, and one without it from being asked.
    """
    if now.running and now.next_stage is Stage.SUBSAMPLE:
        return ""
    drawn = [r.subsample for r in history if r.cycle == cycle and r.subsample is not None]
    return "" if drawn and image_id in drawn[0].subset_ids else AHEAD


def _last_ranking(history: Sequence[CycleRecords]) -> CycleRecords | None:
    """Records of the last cycle with a closed query; None if it has no ranking."""
    closed = [records for records in history if records.query is not None]
    return closed[-1] if closed and closed[-1].score is not None else None


def _ahead(
    history: Sequence[CycleRecords], ranking: CycleRecords, cycle: int, label_state: LabelState, budget: int
) -> OpenQuery:
    """The next best candidates: those that are answered already, and as many as the budget beyond them."""
    taken = set(label_state.set_aside)
    for records in history:
        if records.query is not None:
            taken.update(records.query.ids.tolist())
        if records.cycle == cycle and records.subsample is not None:
            taken.update(records.subsample.subset_ids.tolist())
    assert ranking.subsample is not None
    assert ranking.select is not None
    assert ranking.look_ahead is not None
    rows = ranked_rows(ranking, frozenset(taken))
    pairs = ranking.select.rule.of_pairs
    groups = ranking.subsample.pair_ids[rows] if pairs else ranking.subsample.subset_ids[rows][:, None]
    labels = {i: label_state.label(i, cycle) for i in groups.ravel().tolist()}
    given = [[labels[i] is not None for i in group] for group in groups.tolist()]
    touched = [place for place, known in enumerate(given) if any(known)]
    n = max([sum(all(known) for known in given) + budget // (2 if pairs else 1), *(place + 1 for place in touched)])
    ids: IntArray = groups[:n].reshape(-1)
    return OpenQuery(
        ids=ids,
        pair_ids=groups[:n] if pairs else _NOTHING.pair_ids,
        pair_tau=ranking.look_ahead.tau[rows[:n]] if pairs else _NOTHING.pair_tau,
        pair_scores=ranking.select.scores[rows[:n]] if pairs else _NOTHING.pair_scores,
        labels={i: label for i in ids.tolist() if (label := labels[i]) is not None},
    )


def _has_seed_round(records: CycleRecords) -> bool:
    return records.select is not None and len(records.select.seed_ids) > 0
