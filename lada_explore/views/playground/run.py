"""One run of the playground, and what the page shows of it at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lada_explore.analysis import describe, not_counted_note
from lada_explore.analysis.plane import Moment, PlanePairs, PlaneScene, moments, plane_scene
from lada_explore.config import Method, RunConfig
from lada_explore.errors import Renamed
from lada_explore.records import STAGE_NAMES, CycleRecords, FloatArray, IntArray, Stage, cycle_name
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.views.base.wire import to_wire

TAU_SHOWN = 2.0
"""Least upper end of the slider of tau: above 1, where the policy's sigmoid ends, to show what a larger tau does."""


class Answering(Protocol):
    """Who answers a run's queries."""

    by_truth: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaygroundRun:
    """One run on points.

    Attributes:
        worker: runs its stages.
        points: (N, 2) coordinates in [-1, 1], by id.
        targets: (N,) true class of each.
        answering: says whether the truth answers or a person.
        place: name of its folder, for people.
        open_ids: queried ids without an answer, in the order they were asked.
        submit: answers (part of) the open query: labels by id, and the name of who answers.
        close: closes the run and ends its worker.
    """

    worker: Worker
    points: FloatArray
    targets: IntArray
    answering: Answering
    place: str
    open_ids: Callable[[], Sequence[int]]
    submit: Callable[[Mapping[int, int], str], None]
    close: Callable[[], None]

    run = Renamed("worker")

    @property
    def tau_limit(self) -> float:
        """Upper end of the slider of tau."""
        return tau_limit_of(self.worker.config)

    def moments(self) -> list[Moment]:
        """Every stage committed so far."""
        return moments(self.worker.history)


def tau_limit_of(config: RunConfig) -> float:
    """Upper end of the slider of tau of a run with these settings."""
    fixed = config.fixed_tau if config.method.uses_pairs else 0.0
    return max(TAU_SHOWN, config.policy.tau_max, fixed)


def run_view_state(
    run: PlaygroundRun, moment: Moment | None, tau_limit: float, answers: Mapping[int, int]
) -> dict[str, Any]:
    """What the page draws of a run at a moment.

    Args:
        run: that is drawn.
        moment: one of its moments; None before the first.
        tau_limit: upper end of the slider of tau.
        answers: labels given by hand, which are in no record while the query is open.
    """
    worker, history = run.worker, run.worker.history
    scene = plane_scene(history, moment, tau_limit=tau_limit)
    status = worker.status
    waiting = moments(history)[-1:] == [moment] and status.state is WorkerState.WAITING
    to_answer = [int(i) for i in run.open_ids()] if waiting else []
    given = {i: answers[i] for i in scene.asked_ids.tolist() if i in answers and i not in to_answer} if waiting else {}
    return to_wire(  # type: ignore[no-any-return]
        {
            "method": worker.config.method.name,
            "where": where(moment),
            "says": _says(history, moment, worker.class_names, worker.config.method),
            "note": _note(scene),
            "place": run.place,
            "x": run.points[:, 0],
            "y": run.points[:, 1],
            "field": None
            if scene.predictions is None
            else {
                "entropy": scene.predictions.entropy_bits.ravel(),
                "winner": scene.predictions.predicted.ravel(),
                "side": len(scene.predictions.predicted),
                "highest": scene.predictions.max_entropy_bits,
            },
            "labelled": {
                "ids": np.append(scene.labelled_ids, [*given]).astype(np.int64),
                "labels": np.append(scene.labels, [*given.values()]).astype(np.int64),
                "fresh": len(given) or _fresh(scene),
            },
            "asked": scene.asked_ids.tolist(),
            "to_answer": to_answer,
            "busy": status.state in (WorkerState.RUNNING, WorkerState.PAUSED),
            "candidates": scene.candidate_ids,
            "scores": scene.scores,
            "pairs": None if scene.pairs is None else _pairs(scene.pairs, worker.config.policy.tau_max),
            "accuracy": _accuracy(history, moment),
            "error": status.message if status.state is WorkerState.FAILED else "",
        }
    )


def _fresh(scene: PlaneScene) -> int:
    """How many of the last labels were given in this moment's cycle."""
    return 0 if scene.moment is None else int((scene.labelled_at == scene.moment[0]).sum())


def where(moment: Moment | None) -> str:
    """The cycle and the stage of a moment, in words."""
    if moment is None:
        return "Before the start"
    cycle, stage = moment
    return f"{cycle_name(cycle).capitalize()} · {STAGE_NAMES[stage]}"


def _says(history: Sequence[CycleRecords], moment: Moment | None, class_names: Sequence[str], method: Method) -> str:
    if moment is None:
        return "Nothing is labelled and nothing is trained. Press Step."
    cycle, stage = moment
    record = next(records.get(stage) for records in history if records.cycle == cycle)
    return "" if record is None else describe(record, class_names, method)


def _note(scene: PlaneScene) -> str:
    """What a reader has to know so as not to misread the drawing."""
    if scene.pairs is None or scene.moment is None:
        return ""
    sentences = [] if scene.pairs.counted else [not_counted_note(counted=False).strip()]
    if scene.pairs.mix_layer > 0:
        sentences.append(
            f"This cycle mixes hidden states after layer {scene.pairs.mix_layer}: a position along a segment means "
            "λ, not a place in the plane, and the background does not hold for it."
        )
    if scene.moment[1] in (Stage.TRAIN, Stage.EVALUATE):
        sentences.append(
            "The profiles are those of the classifier that asked; the background is that of the newly trained one."
        )
    return " ".join(sentences)


def _pairs(pairs: PlanePairs, tau_max: float) -> dict[str, Any]:
    known = len(pairs.grid) > 0
    return {
        "ids": pairs.ids,
        "queried": pairs.queried.astype(np.int64),
        "known": known,
        "scores": pairs.scores,
        "mix_layer": pairs.mix_layer,
        "unit": pairs.unit,
        "nodes": pairs.nodes,
        "grid": pairs.grid,
        "profile": pairs.profile,
        "terms": pairs.terms,
        "tau_max": tau_max,
        # The grid of tau is the same for all pairs of a cycle; their own tau* and best tau follow it.
        "tau": pairs.tau[0, :-2] if known else [],
        "log_beta": pairs.log_beta[0, :-2] if known else [],
        "own_tau": pairs.tau[:, -2:],
        "own_log_beta": pairs.log_beta[:, -2:],
        "value": pairs.value,
        "lam": pairs.lam,
    }


def _accuracy(history: Sequence[CycleRecords], moment: Moment | None) -> dict[str, Any]:
    """Labels and accuracy of every evaluation up to a moment; EVALUATE is the last stage of its cycle."""
    last = -1 if moment is None else moment[0] - (moment[1] is not Stage.EVALUATE)
    found = [records.evaluate for records in history if records.evaluate is not None and records.cycle <= last]
    tested = [record for record in found if record.accuracy is not None]
    return {
        "labels": [record.n_labelled for record in tested],
        "share": [record.accuracy for record in tested],
        "measured": not found or bool(tested),
    }
