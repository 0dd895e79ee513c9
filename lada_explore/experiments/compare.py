"""Compare runs: what they asked for, and what it bought."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.compared import (
    Compared,
    RunPair,
    accuracy_of,
    overall_of,
    pair_up,
    same_test_images,
)
from lada_explore.experiments.comparison import Comparison
from lada_explore.experiments.comparison_notes import notes_of
from lada_explore.experiments.plan import read_plan
from lada_explore.experiments.sides import LETTERS, ComparedRun, Side, require_same_images, sides_of
from lada_explore.files import if_sound
from lada_explore.store import RecordedRun, RunFolder, open_run
from lada_explore.store.run_info import RUN_FILE

if TYPE_CHECKING:
    from lada_explore.datasets import ImageData
    from lada_explore.records import CycleRecords, IntArray

UNBEGUN = "has no complete cycle yet, so it is not compared."


def compare(*runs: Any, data: ImageData | str | Path | None = None) -> Comparison:
    """Compare runs on the same images: accuracy, what each asked, tau*, and their predictions of the test images.

    The first is A, with which each other one is compared. Runs that are not complete are compared as far as both have
    come, and those with a common parent from where they part. Nothing is computed anew: all comes from the records.

    Args:
        runs: two or more of: the path of a run, a session, its worker, or what `open_run` returns; or, for a side of
            several seeds, a list of these or a folder of runs, such as `OUT/METHOD` of a sweep. Of more than two runs
            given alone, those that differ in their seed only are one side. Sides of several runs are paired by seed.
            The folder of a whole sweep is a side for each of its methods. Of several runs, and of more than two
            sides, those without a complete cycle are left out, which is said.
        data: images that were handed over to the runs, or the folder of their images if that has moved; needed for the
            true classes of their test set, without which differences have no interval over test images.

    Returns:
        The comparison: `tables` has its rows, and in a notebook it shows itself; `lada_explore.views.ComparedRuns`
        shows it with charts and the images.

    Raises:
        ConfigError: fewer than two runs, one twice, other images or classes, no seed or complete cycle in common, or a
            folder as `data` of runs whose images are in none.
        StoreError: a path is no run, the run is damaged, or the folder `data` is not there or holds other images.
    """
    groups, begun = _groups(runs)
    without = " ".join(f"No run in {folder} has a complete cycle yet, so none is compared." for folder in begun)
    sides: Sequence[Side] = () if begun and len(groups) < 2 else sides_of(groups)
    if len(sides) > 2:
        without = " ".join(filter(None, [without, *(f"{one.runs[0].path} {UNBEGUN}" for one in sides if _begun(one))]))
        there = [one for one in sides if not _begun(one)]
        sides = [replace(one, letter=letter) for letter, one in zip(LETTERS, there, strict=False)]
    if without and len(sides) < 2:
        raise ConfigError(f"{without} A comparison needs two sides; run cycle 0 there, or name another run")
    require_same_images(sides)
    paired = [(other, pair_up(sides[0], other)) for other in sides[1:]]
    targets, why_not = _true_classes([pair for _, pairs in paired for pair in pairs], data)
    found = [_compared(sides[0], other, pairs, targets) for other, pairs in paired]
    with_notes = [replace(one, notes=notes_of(one, why_not)) for one in overall_of(found, targets)]
    if without:
        with_notes[0] = replace(with_notes[0], notes=(*with_notes[0].notes, without))
    names = max((run.class_names for side in sides for run in side.runs), key=len)
    return Comparison(sides=tuple(sides), compared=tuple(with_notes), class_names=names)


def _begun(side: Side) -> bool:
    return not any(run.cycles for run in side.runs)


def _compared(first: Side, second: Side, pairs: tuple[RunPair, ...], targets: IntArray | None) -> Compared:
    same = same_test_images(pairs)
    rows = accuracy_of(pairs, same, targets if same else None)
    return Compared(first=first, second=second, pairs=pairs, accuracy=rows, overall=None, same_test=same)


def _groups(runs: Sequence[Any]) -> tuple[list[list[ComparedRun]], list[str]]:
    """The sides that are given: one for each argument, of a sweep one for each of its methods.

    Returns:
        The runs of each, and the folders of sides of a sweep or of several runs none of which has a complete cycle;
        these are left out.
    """
    groups, begun = list[list[ComparedRun]](), list[str]()
    for run in runs:
        methods = _methods(expanded(run)) if isinstance(run, (str, Path)) else []
        for given in methods or [run]:
            side = _read(given)
            if (methods or len(side) > 1) and not any(one.cycles for one in side):
                begun.append(os.path.dirname(side[0].path))
            else:
                groups.append(side)
    return groups, begun


def _methods(out: Path) -> Sequence[Path]:
    """The folders of runs in the folder of a sweep, those of its plan first; none where it is no such folder."""
    if _folders(out) != [out] or (out / RUN_FILE).exists():
        return []
    there = sorted({place.parent.parent for place in out.glob(f"*/*/{RUN_FILE}")})
    with if_sound():  # Without a plan they are in the order of their names.
        planned = [run.method for run in read_plan(out).runs]
        there.sort(key=lambda path: planned.index(path.name) if path.name in planned else len(planned))
    return there


def _read(run: Any) -> list[ComparedRun]:
    """The runs of one argument of `compare`."""
    if isinstance(run, (list, tuple)):
        found = [one for given in run for one in _read(given)]
        if not found:
            raise ConfigError("a side of the comparison is an empty list; give one run of it at least")
        return found
    if isinstance(run, (str, Path)):
        return [_as_compared(open_run(path)) for path in _folders(expanded(run))]
    if isinstance(run, RecordedRun):
        return [_as_compared(run)]
    for holder in (run, getattr(run, "session", None)):
        if isinstance(folder := getattr(holder, "folder", None), RunFolder):
            return [_as_compared(open_run(folder.path))]
    raise ConfigError(
        f"a {type(run).__name__} is no run; give the path of its folder, a session or what open_run returns"
    )


def _folders(path: Path) -> Sequence[Path]:
    """The runs that a path names: itself, or those in it where it is a folder of runs."""
    if (path / RUN_FILE).exists():
        return [path]
    return sorted(place.parent for place in path.glob(f"*/{RUN_FILE}")) or [path]


def _as_compared(run: RecordedRun) -> ComparedRun:
    """The run without what no comparison shows, which is most of its memory: many runs are held at a time."""
    history = tuple(_slim(records) for records in run.history)
    return ComparedRun(path=str(run.path), info=run.info, history=history, class_names=run.class_names)


def _slim(records: CycleRecords) -> CycleRecords:
    """The cycle without the scores, features and pixels of its candidates."""
    drawn = records.subsample
    if drawn is not None:
        drawn = replace(drawn, images=drawn.images[:0].copy())
    return replace(records, subsample=drawn, score=None)


def _found(run: ComparedRun, place: str | Path | None) -> ImageData:
    """The images of a run: in a folder, or looked for where they were. Raises LadaError if they are not there."""
    from lada_explore.session.own_items import found_images  # which needs torch

    return found_images(RunFolder(Path(run.path)), place).data


def _true_classes(pairs: Sequence[RunPair], data: ImageData | str | Path | None) -> tuple[IntArray | None, str]:
    """(T,) true classes of the test images, and why they are not at hand; neither where nothing asks for them.

    Raises:
        LadaError: `data` is a folder, and the images cannot be read from it.
    """
    parted = [
        (pair, records)
        for pair in pairs
        for records in pair.tested.values()
        if records[0].cycle > pair.shared and all(len(one.predicted) for one in records)
    ]
    if not parted:
        return None, ""
    run, reason = parted[0][0].first, "they have no test set any more"
    try:
        test = (_found(run, data) if data is None or isinstance(data, (str, Path)) else data).test
        if test is not None and test.targets is not None:
            if test.checksum == run.info.test_checksum:
                return test.targets.numpy(), ""
            reason = "its test set is another one now"
    except LadaError as error:
        if data is not None:
            raise
        reason = str(error)
    return (
        None,
        f"The true classes of the test images cannot be read ({reason}); without them single runs have no interval.",
    )
