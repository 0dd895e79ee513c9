"""Images whose files are gone, or hold another picture: they are not asked about until they are back."""

from __future__ import annotations

from lada_explore.labelling.service import LabellingService
from lada_explore.records import IntArray
from lada_explore.store import LabelState

PROGRAM = "lada-explore"
"""Who skips them and lets them back, in the journal."""


def after_a_look(labelling: LabellingService, absent_ids: IntArray) -> None:
    """Let images be asked again that could not be read and can be now, and skip those that cannot.

    Args:
        labelling: of the run, whose images were looked for.
        absent_ids: (A,) ids of the images that cannot be read.
    """
    lost = frozenset(absent_ids.tolist())
    skipped = LabelState(labelling.answers()).set_aside
    found = [i for i, line in skipped.items() if line.annotator == PROGRAM and i not in lost]
    if found:
        labelling.unskip(found, annotator=PROGRAM)
    skip_lost(labelling, absent_ids)


def skip_lost(labelling: LabellingService, absent_ids: IntArray) -> None:
    """Skip the images of the open query that cannot be read any more as they were, so that others are asked.

    Args:
        labelling: of the run.
        absent_ids: (A,) ids of these images.
    """
    lost = frozenset(absent_ids.tolist())
    while lost and (asked := lost.intersection(labelling.task().query.open_ids.tolist())):
        labelling.skip(min(asked), annotator=PROGRAM)
