"""The current labels of a run, one for each labelled image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from lada_explore.records import JournalAction
from lada_explore.store import JournalEntry, LabelState, RecordedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one image was labelled as.

    Attributes:
        id: dataset index.
        file: path relative to the folder of the images; "" where the set has no files.
        label: class index.
        class_name: its name.
        cycle: cycle whose training is the first to use it, 0 for the start: the one whose query asked for it, or of a
            label that was given unasked the next one.
        annotators: names of those who gave this label, by an answer, by deciding a dispute or by changing it.
        time: when it was last given, in seconds since 1970, UTC; None where the journal has no line for it.
    """

    id: int
    file: str
    label: int
    class_name: str
    cycle: int
    annotators: tuple[str, ...]
    time: float | None


def labels_of(run: RecordedRun, name: Callable[[int], str] = lambda image_id: "") -> list[Label]:
    """Every current label, in the order of the queries that asked for them; those of no closed query come last.

    Args:
        run: the run.
        name: file path by id.

    Raises:
        StoreError: the journal cannot be read.
    """
    label_state, class_names = LabelState(run.answers()), run.class_names
    set_aside = label_state.set_aside
    said = defaultdict[int, defaultdict[int, list[JournalEntry]]](lambda: defaultdict(list))
    for line in label_state.actions:
        if line.action in (JournalAction.LABEL, JournalAction.ADJUDICATE):
            said[line.cycle][line.id].append(line)
    known: dict[int, dict[int, int]] = {}
    for records in run.history:
        if records.query is not None:
            pairs = zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True)
            known[records.cycle] = {int(i): int(label) for i, label in pairs}
    labelled = {i for labels in known.values() for i in labels}
    for cycle in sorted(set(said) - set(known)):
        current = {i: label_state.label(i, cycle) for i in said[cycle] if i not in labelled and i not in set_aside}
        known[cycle] = {i: label for i, label in current.items() if label is not None}
        labelled |= set(known[cycle])
    changed, found = label_state.relabels, list[Label]()
    for cycle, labels in sorted(known.items()):
        for image_id, label in labels.items():
            if image_id in changed:
                label, lines = changed[image_id].label, [changed[image_id]]
            else:
                lines = [line for line in said[cycle].get(image_id, ()) if line.label == label]
            found.append(
                Label(
                    id=image_id,
                    file=name(image_id),
                    label=label,
                    class_name=class_names[label],
                    cycle=cycle,
                    annotators=tuple(dict.fromkeys(line.annotator for line in lines)),
                    time=lines[-1].time if lines else None,
                )
            )
    return found
