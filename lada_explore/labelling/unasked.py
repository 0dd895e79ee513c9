"""What a person gives without being asked: labels of any image, which a next training uses, and further classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lada_explore.config.names import canonical, name_fault, quoted
from lada_explore.datasets.image_checks import MAX_CLASSES
from lada_explore.errors import OracleError, TooLateError
from lada_explore.labelling.task import MAX_NAMED
from lada_explore.records import CycleRecords, RunPosition, Stage
from lada_explore.store.journal_entry import GIVEN, GIVEN_LATE
from lada_explore.store.label_state import LabelState


def next_to_close(now: RunPosition) -> tuple[int, str]:
    """The cycle of the next query to close, whose TRAIN uses a label that is given now, and the note of that label.

    After the last query of a run this is a cycle that it does not have.
    """
    if now.next_stage in (None, Stage.TRAIN, Stage.EVALUATE):
        return now.cycle + 1, GIVEN
    drawn = now.cycle > 0 and (now.next_stage is not Stage.SUBSAMPLE or now.running)
    return now.cycle, GIVEN_LATE if drawn else GIVEN


def require_takes(ids: Iterable[int], history: Sequence[CycleRecords], label_state: LabelState, size: int) -> None:
    """Raises OracleError for an image that takes no label: not in the pool of `size`, labelled or skipped."""
    labelled = {i for records in history if records.query is not None for i in records.query.ids.tolist()}
    skipped = label_state.set_aside
    for image_id in ids:
        if not 0 <= image_id < size:
            raise OracleError(f"id {image_id} is not in the pool; ids run from 0 to {size - 1}")
        if image_id in labelled:
            raise OracleError(f"id {image_id} has a label already, which is kept; leave it out")
        if image_id in skipped:
            raise OracleError(f"id {image_id} is skipped; bring it back, then label it")


def places_of(
    ids: Sequence[int],
    now: RunPosition,
    history: Sequence[CycleRecords],
    label_state: LabelState,
    *,
    size: int,
    last_cycle: int,
) -> dict[int, tuple[int, str]]:
    """Cycle and journal note of the answers to images that are not asked, by id.

    An answer to a candidate of the seed round, while that is open, is one of the round: it would be asked later. Every
    other is a label from before.

    Args:
        ids: of the images.
        now: position of the run.
        history: records of the run at that position.
        label_state: state of the labels.
        size: N of the pool.
        last_cycle: the last cycle of the run.

    Raises:
        OracleError: an id is not in the pool.
        TooLateError: a closed query has labelled an image, or it is skipped, or no training will come any more.
    """
    seeds = history[0].select.seed_ids.tolist() if history[0].select is not None else []
    is_seed = frozenset(seeds if now.cycle == 0 and now.next_stage is Stage.QUERY else [])
    if wrong := [i for i in ids if not 0 <= i < size]:
        raise OracleError(f"id {wrong[0]} is not in the pool; ids run from 0 to {size - 1}")
    try:
        require_takes(ids, history, label_state, size)
    except OracleError as error:
        raise TooLateError(str(error)) from None
    later = next_to_close(now)
    if ids and later[0] > last_cycle:
        raise TooLateError(
            f"the last query has closed without image {ids[0]}, so no training can use its answer; start a run with "
            "more cycles"
        )
    return {i: (0, "") if i in is_seed else later for i in ids}


def check_new_class(name: str, names: Sequence[str]) -> None:
    """Raises OracleError for the name of a class that cannot be added to these."""
    if fault := name_fault(name):
        raise OracleError(f"class {quoted(name)} {fault}")
    if len(names) >= MAX_CLASSES:
        raise OracleError(
            f"class {name!r} cannot be added: the run has {len(names):,} classes, the largest possible number"
        )
    if canonical(name) in map(canonical, names):
        beyond = "" if len(names) <= MAX_NAMED else f" and {len(names) - MAX_NAMED:,} more"
        there = f"{', '.join(names[:MAX_NAMED])}{beyond}"
        raise OracleError(f"class {name!r} is there already; the classes are {there}")
