"""Labels that closed queries have given, which a person confirms or changes; the next training uses a change first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lada_explore.errors import OracleError
from lada_explore.records import CycleRecords, JournalAction, RunPosition, Stage, class_name
from lada_explore.store.label_state import LabelState


def labels_of(ids: Sequence[int], history: Sequence[CycleRecords], label_state: LabelState) -> dict[int, int]:
    """Label of each of some images that a closed query has labelled, by id, as it was last changed."""
    found: dict[int, int] = {}
    for records in history:
        if (query := records.query) is not None:
            rows = np.isin(query.ids, ids)
            found |= zip(query.ids[rows].tolist(), query.labels[rows].tolist(), strict=True)
        if (train := records.train) is not None and len(train.relabelled_ids):
            rows = np.isin(train.relabelled_ids, ids)
            found |= zip(train.relabelled_ids[rows].tolist(), train.relabelled[rows].tolist(), strict=True)
    return found | {i: line.label for i, line in label_state.relabels.items() if i in found}


def confirmed_labels(label_state: LabelState) -> dict[int, int]:
    """Labels that a person looked at again and found right, by id: each as it was then."""
    return {line.id: line.label for line in label_state.actions if line.action is JournalAction.CONFIRM}


def require_known(labels: Mapping[int, int], known: Mapping[int, int], names: Sequence[str]) -> None:
    """See that images have the labels that are to be confirmed.

    Raises:
        OracleError: an image has another label, or none yet.
    """
    for image_id, label in labels.items():
        if image_id not in known:
            raise OracleError(f"image {image_id} has no label that could be confirmed; answer it when it is asked")
        if known[image_id] != label:
            now, asked = (class_name(one, names) for one in (known[image_id], label))
            raise OracleError(f"image {image_id} is {now} by now, so {asked} is not confirmed; look at it again")


def next_training(now: RunPosition) -> int:
    """The cycle of the next TRAIN to begin; after the last one of a run this is a cycle that it does not have."""
    begun = now.next_stage in (None, Stage.EVALUATE) or (now.next_stage is Stage.TRAIN and now.running)
    return now.cycle + begun


def changes(labels: Mapping[int, int], known: Mapping[int, int]) -> dict[int, int]:
    """Those of the new labels that differ from the known ones, by id.

    Raises:
        OracleError: an image has no label yet.
    """
    if unlabelled := [i for i in labels if i not in known]:
        raise OracleError(
            f"image {unlabelled[0]} has no label that could be changed; answer it when it is asked, or use "
            "labelling.give"
        )
    return {i: label for i, label in labels.items() if known[i] != label}


def sentence_of(
    changed: Mapping[int, int], known: Mapping[int, int], names: Sequence[str], cycle: int, last_cycle: int
) -> str:
    """What a change of labels means for the run.

    Args:
        changed: new label by id.
        known: label before, by id.
        names: of the classes by label.
        cycle: cycle whose training is the first to use the new labels.
        last_cycle: the last cycle of the run.
    """
    if not changed:
        return "These are the labels already; nothing was changed."
    image_id, label = next(iter(changed.items()))
    what = (
        f"Image {image_id} is now {class_name(label, names)}, not {class_name(known[image_id], names)}."
        if len(changed) == 1
        else f"{len(changed)} labels were changed."
    )
    if cycle > last_cycle:
        return f"{what} The run is complete: exports have it, and all its trainings were made without it."
    return (
        f"{what} The training of cycle {cycle} is the first to use it; every training, query and accuracy before was "
        "made with the old label and stays as it was recorded."
    )
