"""Import of labels from a file into a run, or a trial of it that changes nothing.

Torch is loaded only where the images of the run are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lada_explore.config import unknown
from lada_explore.config.paths import FOLDER, command, expanded
from lada_explore.errors import ConfigError
from lada_explore.exchange import By, GivenLabels, ImportPlan, Takes, VerdictKind, labels_of, plan_import, read_given
from lada_explore.exchange.run_labels import images_of, known_images_of
from lada_explore.records import Stage
from lada_explore.store import LabelState, RecordedRun, open_run

if TYPE_CHECKING:
    from lada_explore.datasets import ImageData
    from lada_explore.session.session import Session

MAX_LISTED = 20
"""Most labels not taken that are listed one by one; the rest are counted."""


def import_labels(
    run: Any,
    file: str | Path,
    *,
    annotator: str = "import",
    by: str = "name",
    only_asked: bool = False,
    dry_run: bool = False,
    encoding: str = "",
    device: str = "auto",
    data: ImageData | str | Path | None = None,
) -> ImportPlan:
    """Label images of a run from a file, asked or not, or only tell what would become of each label.

    Labels of images that no query asks about are trained on with the next query that closes: before the first training
    as initial labels, later from the next cycle on. They take nothing from the budget of a query.

    Args:
        run: a session, or a run folder or its path; a folder is opened for the import and closed again.
        file: the file, or a folder of class folders; see `lada_explore.exchange.reading.read_given`.
        annotator: who answers.
        by: "name" finds a class by its name alone; "index" takes numbers for positions of classes, from 0.
        only_asked: whether only images of the open query are labelled.
        dry_run: whether nothing is taken.
        encoding: encoding of a text; "" to find it.
        device: "auto", "cpu" or "cuda", to open a run folder on.
        data: the folder of the images, to open a run folder whose images have moved; it is checked, and remembered
            unless nothing is taken. Of a run on images that were handed over, these images.

    Returns:
        What became of each label, or would become of it; a table in a notebook.

    Raises:
        LadaError: the run cannot be opened for writing, the file cannot be read, or `data` holds other images.
        ConfigError: `data` for a session, which has its images.
    """
    plan, _ = _imported(run, Path(file), _Choices(annotator, by, only_asked, dry_run, encoding), device, data)
    return plan


@dataclass(frozen=True, slots=True)
class _Choices:
    """How labels are imported; see `import_labels`."""

    annotator: str
    by: str
    only_asked: bool
    dry_run: bool
    encoding: str


def _imported(
    run: Any, file: Path, choices: _Choices, device: str, data: ImageData | str | Path | None
) -> tuple[ImportPlan, list[str]]:
    """What became of each label, and sentences on how the run goes on."""
    if choices.by not in list(By):
        raise unknown("way to find a class", choices.by, list(By))
    asking = hasattr(run, "submit")
    if asking and data is not None:
        raise ConfigError(f"the session has its images already; leave data={str(data)!r} out, or give the run folder")
    where = run.folder.path if asking else run if isinstance(run, (str, Path)) else run.path
    recorded = open_run(Path(where))
    items = recorded.items
    names = () if items is None else (item.name for item in items.train)
    given = read_given(expanded(file), encoding=choices.encoding, known=(*names, *recorded.class_names))
    if asking:
        return _into(run, given, choices)
    if choices.dry_run:
        root = str(expanded(data)) if isinstance(data, (str, Path)) else ""
        known = _names_of(recorded, data)
        return _planned(recorded, given, choices, names=known, size=recorded.info.pool_size, root=root), []
    from lada_explore.session.session import Session

    with closing(Session.resume(recorded.path, data=data, device=device)) as session:
        return _into(session, given, choices)


def _names_of(run: RecordedRun, data: ImageData | str | Path | None) -> Sequence[str]:
    """File path of each image by id; empty where the images have no files."""
    if data is None:
        return known_images_of(run).names
    return images_of(run, data).names if isinstance(data, (str, Path)) else data.train.item_names or ()


def _into(session: Session, given: GivenLabels, choices: _Choices) -> tuple[ImportPlan, list[str]]:
    images = session.data.train
    recorded, asked = open_run(session.folder.path), set(session.open_query.tolist())
    plan = _planned(recorded, given, choices, names=images.item_names or (), size=len(images))
    if choices.dry_run:
        return plan, []
    if plan.labels:
        session.labelling.give(plan.labels, choices.annotator)
    plan = replace(plan, done=True)
    return plan, list(_after(session, len(set(plan.labels) - asked), len(set(plan.labels) & asked)))


def _after(session: Session, n_unasked: int, n_answers: int) -> Iterator[str]:
    """Sentences on how a run goes on after labels of so many images that were not asked, and so many answers."""
    from lada_explore.labelling.unasked import next_to_close

    now = session.position
    cycle, _ = next_to_close(now)
    if n_unasked and cycle > session.config.schedule.cycles:
        yield f"not asked: {n_unasked:,}, which are kept and exported; the run has no training left that uses them"
    elif n_unasked:
        when = "the start trains" if cycle == 0 else f"cycle {cycle} trains"
        yield f"not asked: {n_unasked:,}, on which {when} beside the answers to its query"
    left, go_on = len(session.open_query), f"go on with {command('resume', session.folder.path)}"
    if left:
        yield f"{left} images of the open query still wait for an answer"
    elif n_answers or (n_unasked and now.next_stage is not None):
        yield f"the query is answered; {go_on}" if n_answers else go_on


def _planned(
    run: RecordedRun, given: GivenLabels, choices: _Choices, *, names: Sequence[str], size: int, root: str = ""
) -> ImportPlan:
    """What would become of each label, in a run whose images have these names, and are in `root` if they have moved."""
    from lada_explore.datasets.decode import readable  # which needs torch

    source, items = run.config.data.name, run.items
    known = "" if items is None else items.head.folder
    named = str(expanded(source.removeprefix(FOLDER))) if source.startswith(FOLDER) else ""
    return plan_import(
        given.entries,
        class_names=run.class_names,
        names=names,
        size=size,
        takes=Takes(
            asked=frozenset(_open_ids(run)) if choices.only_asked else None,
            labelled={label.id: label.label for label in labels_of(run)},
            skipped=LabelState(run.answers()).set_aside,
        ),
        by=By(choices.by),
        root=root or known or named,
        test_names=() if items is None else tuple(readable(item.name) for item in items.test),
        form=given.form,
        notes=given.notes,
    )


def _open_ids(run: RecordedRun) -> list[int]:
    """Ids of the open query that wait for an answer."""
    from lada_explore.labelling.open_query import open_query  # which needs torch

    last = run.history[-1]
    if last.next_stage is not Stage.QUERY:
        return []
    ids: list[int] = open_query(last, LabelState(run.answers()), run.config, len(run.class_names)).open_ids.tolist()
    return ids


def answer_from(
    path: Path,
    file: Path,
    annotator: str,
    device: str = "auto",
    *,
    by: str = "name",
    only_asked: bool = False,
    dry_run: bool = False,
    encoding: str = "",
    data: Path | None = None,
) -> Iterator[str]:
    """Answer a run from a file as `import_labels` does; yields sentences on what was taken and on what was not.

    Raises:
        LadaError: the run cannot be opened for writing, or the file cannot be read.
        ConfigError: no label was taken although not all of them are there already; raised after the last sentence.
    """
    plan, after = _imported(path, file, _Choices(annotator, by, only_asked, dry_run, encoding), device, data)
    yield from _told(plan)
    yield from after
    if not plan.labels and not dry_run and (plan.refused or plan.conflicts or not plan.rows):
        why = "each label that was not taken is named above" if plan.rows else "it holds no labels"
        raise ConfigError(f"nothing was taken from {file}: {why}; the run is as it was")


def _told(plan: ImportPlan) -> Iterator[str]:
    yield from plan.notes
    yield plan.summary()
    for what, kind in (("in conflict", VerdictKind.CONFLICT), ("not taken", VerdictKind.REFUSED)):
        sentences = plan.conflicts if kind is VerdictKind.CONFLICT else plan.refused
        for sentence in sentences[:MAX_LISTED]:
            yield f"{what}: {sentence}"
        if len(sentences) > MAX_LISTED:
            yield f"{what}: {len(sentences) - MAX_LISTED:,} more"
    if not plan.done:
        for row in plan.of_kind(VerdictKind.TAKE)[:MAX_LISTED]:
            yield f"to be taken: {row.where}: {row.image} is {row.class_name!r}"
        if (more := plan.counts()[VerdictKind.TAKE] - MAX_LISTED) > 0:
            yield f"to be taken: {more:,} more"
        yield "this was a dry run: nothing has changed"
