"""The images of a sheet: what is known of each, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lada_explore.labelling.protocol import AskedImage
from lada_explore.labelling.task import LabelTask
from lada_explore.store.label_state import LabelState

LAST_CYCLE = 1 << 62
"""A cycle after every other, by which all answers count."""


def asked_images(task: LabelTask, label_state: LabelState, names: Sequence[str] | None) -> tuple[AskedImage, ...]:
    """The images that a task asks about, in its order.

    Args:
        task: what is asked.
        label_state: state of the labels.
        names: file names by id; None where the images have none.
    """
    query, known = task.query, task.known()
    places = {int(i): place for place, pair in enumerate(query.pair_ids) for i in pair}
    partners = {int(a): int(b) for first, second in query.pair_ids for a, b in ((first, second), (second, first))}
    images = []
    for place, image_id in enumerate(query.ids.tolist()):
        pair = places.get(image_id)
        score, guess, probability = known.get(image_id, (None, None, None))
        votes = label_state.votes(image_id, task.cycle)
        images.append(
            AskedImage(
                id=image_id,
                partner_id=partners.get(image_id, -1),
                pair=place if pair is None else pair,
                name="" if names is None else names[image_id],
                score=score,
                pair_score=None if pair is None else float(query.pair_scores[pair]),
                tau=None if pair is None else float(query.pair_tau[pair]),
                guess=guess,
                guess_probability=probability,
                answers={vote.annotator: vote.label for vote in votes},
                label=query.labels.get(image_id),
                disputed=len({vote.label for vote in votes}) > 1,
                flagged=label_state.flagged(image_id),
                replaces=image_id in query.replacing,
            )
        )
    return tuple(images)


def unasked_images(
    ids: Sequence[int],
    task: LabelTask,
    label_state: LabelState,
    labelled: Mapping[int, int],
    names: Sequence[str] | None,
) -> tuple[AskedImage, ...]:
    """Images that nobody asks about now.

    Args:
        ids: of the images.
        task: what is asked, whose ranking may know them.
        label_state: state of the labels.
        labelled: label of each image that a closed query has labelled, by id.
        names: file names by id; None where the images have none.
    """
    known = task.known()
    images = []
    for place, image_id in enumerate(ids):
        score, guess, probability = known.get(image_id, (None, None, None))
        votes = label_state.votes(image_id, LAST_CYCLE)
        images.append(
            AskedImage(
                id=image_id,
                pair=place,
                name="" if names is None else names[image_id],
                score=score,
                guess=guess,
                guess_probability=probability,
                answers={vote.annotator: vote.label for vote in votes},
                label=labelled.get(image_id, label_state.label(image_id, LAST_CYCLE)),
                disputed=len({vote.label for vote in votes}) > 1,
                flagged=label_state.flagged(image_id),
            )
        )
    return tuple(images)
