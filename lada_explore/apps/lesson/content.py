"""The content of a lesson page: what it says first, its runs, one slider over their cycles, and the questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from lada_explore.apps.lesson.about import about, compared, side_name, tau_title, title_of
from lada_explore.apps.lesson.extent import Extent, extents_of
from lada_explore.apps.lesson.packing import Packer
from lada_explore.apps.lesson.primer import first_of
from lada_explore.apps.lesson.question import LessonQuestion
from lada_explore.apps.lesson.questions import questions_of
from lada_explore.apps.lesson.questions_of_two import questions_of_two
from lada_explore.apps.lesson.run_content import charts_of, content_of, with_equal_axes
from lada_explore.errors import ConfigError
from lada_explore.store import RecordedRun
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.time_slider.time_slider import cycle_parts

LETTERS = "AB"
"""What two runs are called."""


def packed_content(run: RecordedRun, beside: RecordedRun | None = None) -> str:
    """Everything about a run, or about two, that its page shows, packed; see `packing`.

    Raises:
        ConfigError: the same run twice, a run without a finished stage, or records that contradict each other.
        NumericsError: features that are not finite.
    """
    run, beside = _as_shown(run), None if beside is None else _as_shown(beside)
    runs = (run,) if beside is None else (run, beside)
    if beside is not None and run.path.resolve() == beside.path.resolve():
        raise ConfigError(f"{run.path} and {beside.path} are one run; name another one beside it, or only one")
    for one in runs:
        if not any(records.select is not None for records in one.history):
            raise ConfigError(f"{one.path} has no finished stage, so there is nothing to show; resume the run first")
    packer, extents = Packer(), extents_of([one.history for one in runs])
    charts = [charts_of(one, extent) for one, extent in zip(runs, extents, strict=True)]
    if len(charts) == 2:
        charts = list(with_equal_axes(*charts))
    parts = zip(runs, extents, charts, strict=True)
    contents = [content_of(one, extent, own, packer) for one, extent, own in parts]
    return packer.packed(
        {
            "title": title_of(run, beside),
            "about": [] if beside is None else [compared(run, beside)],
            **first_of(*((one.config.method, len(one.class_names)) for one in runs)),
            "tau_title": tau_title(*(one.config.method for one in runs)),
            "slider": _slider(runs, extents),
            "runs": [
                {
                    "name": "" if beside is None else side_name(one, letter),
                    "about": about(one, extent),
                    "says": _told(one, extent),
                    **content,
                }
                for letter, one, extent, content in zip(LETTERS, runs, extents, contents, strict=False)
            ],
            "questions": _questions(runs, extents, [set(content["images"]["ids"]) for content in contents]),
        }
    )


def _as_shown(run: RecordedRun) -> RecordedRun:
    """The run with its records as views may show them."""
    shown = copy(run)
    shown.history = history_of(run)
    return shown


# The cycles ---


def _slider(runs: Sequence[RecordedRun], extents: Sequence[Extent]) -> dict[str, Any]:
    """State of the slider over the cycles of all runs, and which cycles those are."""
    cycles = sorted({cycle for extent in extents for cycle in extent.cycles})
    if len(runs) == 1:
        sentences = [" · ".join(parts) for parts in _parts(runs[0], cycles)]
    else:
        told = [_side_parts(run, cycles, letter) for letter, run in zip(LETTERS, runs, strict=True)]
        starts = ["The start" if cycle == 0 else f"Cycle {cycle}" for cycle in cycles]
        sentences = [" · ".join(parts) for parts in zip(starts, *told, strict=True)]
    message = "" if len(cycles) > 1 else "One cycle so far, the start; the slider moves when there are more."
    return {"cycles": sentences, "numbers": cycles, "message": message, "error": ""}


def _parts(run: RecordedRun, cycles: Sequence[int]) -> list[list[str]]:
    """The parts of what is said of some cycles of a run."""
    told = dict(zip((records.cycle for records in run.history), cycle_parts(run.history), strict=True))
    return [told[cycle] for cycle in cycles]


def _side_parts(run: RecordedRun, cycles: Sequence[int], letter: str) -> list[str]:
    """What the slider says of a run beside another: "A: 58.2 % right", or that it ended before."""
    last = run.history[-1].cycle
    told = _parts(run, [min(cycle, last) for cycle in cycles])
    return [
        f"{letter}: {parts[-1]}" if cycle <= last else f"{letter} ended with cycle {last}"
        for cycle, parts in zip(cycles, told, strict=True)
    ]


def _told(run: RecordedRun, extent: Extent) -> list[str]:
    """What stands above the views of a run beside another, for each of its cycles in the page."""
    return [" · ".join([parts[0].lower(), *parts[1:]]) for parts in _parts(run, extent.cycles)]


# Questions ---


def _questions(
    runs: Sequence[RecordedRun], extents: Sequence[Extent], held: Sequence[Collection[int]]
) -> list[dict[str, Any]]:
    """The questions of each run, before them those on both.

    Args:
        runs: one run or two.
        extents: which of their cycles the page shows.
        held: ids of the images of each that the page has.
    """
    own = [questions_of(run.history, run.class_names, extent.cycles) for run, extent in zip(runs, extents, strict=True)]
    if len(runs) == 1:
        return [_question(question, 0, held[0]) for question in own[0]]
    both = questions_of_two(*((run.history, extent.cycles) for run, extent in zip(runs, extents, strict=True)))
    named = [
        _question(replace(question, text=f"Run {letter}. {question.text}"), place, held[place])
        for place, (letter, questions) in enumerate(zip(LETTERS, own, strict=True))
        for question in questions
    ]
    return [*(_question(question, None) for question in both), *named]


def _question(question: LessonQuestion, run: int | None, held: Collection[int] = ()) -> dict[str, Any]:
    """A question as the page takes it, on one run by its place or on both.

    Where an image is missing none is shown: a run that kept what it asked about alone would give the answer away.
    """
    complete = all(image in held for _, ids in question.figures for image in ids)
    return {
        "run": run,
        "text": question.text,
        "choices": list(question.choices),
        "answer": question.answer,
        "why": question.why,
        "hints": dict(question.hints),
        "figures": [[caption, list(ids)] for caption, ids in question.figures if complete],
        "cycle": question.cycle,
        "pair": list(question.pair) if question.pair else None,
        "view": question.view,
    }
