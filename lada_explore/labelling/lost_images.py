"""Images whose files are gone, or hold another picture: they are not asked about."""

from __future__ import annotations

from lada_explore.labelling.service import LabellingService
from lada_explore.records import IntArray

PROGRAM = "lada-explore"
"""Who skips them, in the journal."""


def skip_lost(labelling: LabellingService, absent_ids: IntArray) -> None:
    """Skip the images of the open query that cannot be read any more as they were, so that others are asked.

    Args:
        labelling: of the run.
        absent_ids: (A,) ids of these images.
    """
    lost = frozenset(absent_ids.tolist())
    while lost and (asked := lost.intersection(labelling.task().query.open_ids.tolist())):
        labelling.skip(min(asked), annotator=PROGRAM)
