"""What would an answer change? The last layer refitted for each class that a queried image could have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from lada_explore.analysis.answer_changes import MAX_ANSWERS, AnswerChanges, answer_changes, why_no_refit
from lada_explore.analysis.find_images import classes_of, pixels_in
from lada_explore.records import CycleRecords, ScoreRecord, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.record_view import RecordView
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.base.state_view import sentence_of
from lada_explore.views.base.text import class_name, known_name
from lada_explore.views.query_gallery.query_gallery import png_url

TITLE = "What would an answer change?"
MIN_BITS = 0.01
"""Smallest change of the mean entropy that is printed."""

CAPTION = (
    "The last layer is fitted to the recorded features of the labelled images, without the answer and once with each "
    "answer; the layers below stay as they are, and virtual instances do not count. A bar is the number of candidates "
    "that change class between the two fits. A click on an answer marks these in every view."
)
OF_HEAD = (
    "The linear head, which is all that this run trains, is fitted to the features of the labelled images, without the "
    "answer and once with each answer; virtual instances do not count. A bar is the number of candidates that change "
    "class between the two fits. A click on an answer marks these in every view."
)


class AnswerEffects(RecordView):
    """For a queried image, and for each answer it could get: how many candidates change class, and their entropy.

    It shows the first marked image that is a candidate of the cycle, or else the first that the cycle asked about, and
    then says that the marked one is no candidate; a person may go on to any that it asked about, until others are
    marked. The fits are made when a person asks for them, and a click on an answer marks what it changes.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("answer_changes")
    _css = style_of("answer_changes")
    stages: ClassVar[tuple[Stage, ...]] = (Stage.SCORE, Stage.SELECT, Stage.QUERY)

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._image: int | None = None
        self._turned_to: int | None = None
        """The image that a person went to, while these are marked."""
        self._marked: tuple[int, ...] = ()
        self._found: tuple[ScoreRecord, AnswerChanges] | None = None
        self._busy = False
        self._fits = LatestOnlyExecutor(self._failed)
        super().__init__(session, selection)

    def looked_at(self, selected: Selected) -> object:
        """The cycle and the marked images."""
        return selected.cycle, selected.ids

    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection."""
        records = _asking(history, selected.cycle)
        if records is None:
            return {"message": _nothing_asked(selected.cycle)}
        if selected.ids != self._marked:
            self._turned_to, self._marked = None, selected.ids
        self._image = _shown_image(records, selected.ids, self._turned_to)
        found = self._found_for(records)
        replaced = bool(selected.ids) and self._image not in (*selected.ids, self._turned_to)
        return effects_view_state(
            history,
            records,
            self._source.class_names,
            self._image,
            found,
            note=why_no_refit(history, records.cycle, selected.ids[0]) if replaced else "",
            busy=self._busy and found is None,
            linear_head=self._source.config.classifier.is_frozen and not self._source.config.head.hidden,
        )

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": "refit"}, {"type": "mark", "label": ...} what an answer changes, or {"type": "image", "id": ...}."""
        match content.get("type"):
            case "refit":
                self.refit()
            case "mark":
                self._mark(int(content["label"]))
            case "image":
                self._turned_to, self._marked = int(content["id"]), self.selection.selected.ids
                self.redraw()

    def refit(self) -> None:
        """Fit the layer for each answer that the shown image could get; returns at once."""
        history, image = history_of(self._source), self._image
        records = _asking(history, self.selection.selected.cycle)
        if records is None or image is None:
            return
        self._busy = True
        self._fits.want((records.cycle, image), lambda wanted: self._fit(history, records, image, wanted))
        self.redraw()

    def close(self) -> None:
        """Fit nothing more, and take the view off every page."""
        self._fits.cancel()
        super().close()

    def _fit(
        self, history: tuple[CycleRecords, ...], records: CycleRecords, image: int, wanted: Callable[[], bool]
    ) -> None:
        found = answer_changes(history, records.cycle, image, wanted=wanted)
        if wanted() and records.score is not None:
            self._found, self._busy = (records.score, found), False
            self.redraw()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self.redraw()
        self._show_error(sentence_of(error, "a refit"))

    def _found_for(self, records: CycleRecords) -> AnswerChanges | None:
        """What was found for the shown image from these records; None if it was not asked for yet."""
        if self._found is None or self._found[0] is not records.score or self._found[1].image_id != self._image:
            return None
        return self._found[1]

    def _mark(self, label: int) -> None:
        found = None if self._found is None else self._found[1]
        answers = () if found is None else found.answers
        for answer in answers:
            if found is not None and answer.label == label:
                self.selection.mark([found.image_id, *answer.changed_ids.tolist()])


def _asking(history: Sequence[CycleRecords], cycle: int | None) -> CycleRecords | None:
    """The cycle whose query is shown; the latest that asked, after the start, if `cycle` is None."""
    asking = [one for one in history if one.cycle > 0 and one.asked is not None and cycle in (None, one.cycle)]
    return asking[-1] if asking else None


def _nothing_asked(cycle: int | None) -> str:
    if cycle is None:
        return "No cycle has chosen its query yet."
    if cycle == 0:
        return "The start (cycle 0) asks before there is a classifier, so there is nothing to refit; go to cycle 1."
    return f"Cycle {cycle} has not chosen its query yet."


def _shown_image(records: CycleRecords, marked: Sequence[int], wanted: int | None) -> int | None:
    """The image that is shown: the one that is wanted, if it is marked or asked about, or the first of these."""
    candidates = set() if records.subsample is None else set(records.subsample.subset_ids.tolist())
    fitting = [i for i in marked if i in candidates]
    asked = [] if records.asked is None else records.asked.ids.tolist()
    if wanted is not None and wanted in (*fitting, *asked):
        return wanted
    return next(iter([*fitting, *asked]), None)


def effects_view_state(
    history: Sequence[CycleRecords],
    records: CycleRecords,
    class_names: Sequence[str],
    image: int | None,
    found: AnswerChanges | None,
    *,
    note: str = "",
    busy: bool = False,
    linear_head: bool = False,
) -> dict[str, Any]:
    """The state of the view.

    Args:
        history: records of a run.
        records: those of the cycle that is shown, which has chosen its query.
        class_names: by label.
        image: the image that is shown; None where every image of the query was skipped.
        found: what its answers would change; None if it was not asked for yet.
        note: why the image stands there in place of the marked one; empty if it does not.
        busy: whether it is being computed.
        linear_head: whether the layer is the whole of what the run trains.
    """
    if image is None:
        return {"message": f"Every image of cycle {records.cycle} was skipped, so no answer is awaited."}
    reason = why_no_refit(history, records.cycle, image)
    if reason:
        return {"message": reason}
    classes = classes_of(history)
    (pixels,) = pixels_in(history, [image]).values()
    answer = classes.known.get(image, -1)
    return {
        "title": TITLE,
        "message": "",
        "note": note,
        "caption": OF_HEAD if linear_head else CAPTION,
        "image": {
            "id": image,
            "url": "" if pixels is None else png_url(pixels),
            "known": known_name(answer, class_names),
            "guess": known_name(classes.guessed.get(image, -1), class_names),
        },
        "cycle": records.cycle,
        "asked": [] if records.asked is None else records.asked.ids.tolist(),
        "cost": _cost(records),
        "busy": busy,
        "answers": [] if found is None else _answers(found, class_names, answer),
        "spans": {"count": [0, 0 if found is None else max(len(one.changed_ids) for one in found.answers)]},
        "summary": "" if found is None else _summary(found),
    }


def _cost(records: CycleRecords) -> str:
    """What the fits will cost, before they are made."""
    score = records.score
    if score is None:
        return ""
    n_classes, n_features = score.logits.shape[1], score.features.shape[1]
    fits = 1 + min(n_classes, MAX_ANSWERS)
    n_images = 1 + len(score.labelled_features)
    return (
        f"{fits} fits of {n_features + 1:,} x {n_classes:,} numbers to at most {n_images:,} images, from the "
        "records; no network runs."
    )


def _summary(found: AnswerChanges) -> str:
    """What was found, and how far the fitted layer is that of the run."""
    left = (
        f"; the other answers, {100 * found.left_out:.0f} % together, were not tried" if found.left_out > 0.005 else ""
    )
    return (
        f"On average {found.expected_change:.0f} of {found.n_candidates:,} candidates would change class{left}. "
        f"Their mean entropy is {found.entropy:.2f} bits without the answer. The layer fitted without it agrees with "
        f"the run's classifier on {100 * found.agreement:.0f} % of the candidates. It took {found.seconds:.1f} s."
    )


def _answers(found: AnswerChanges, class_names: Sequence[str], given: int) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "name": class_name(one.label, class_names),
            "given": one.label == given,
            "probability": f"{100 * one.probability:.0f} %",
            "changed": len(one.changed_ids),
            "share": len(one.changed_ids) / max(1, found.n_candidates),
            "entropy": _fall(one.entropy_fall),
        }
        for one in found.answers
    ]


def _fall(bits: float) -> str:
    if abs(bits) < MIN_BITS:
        return f"changes by less than {MIN_BITS} bits"
    return f"falls by {bits:.2f} bits" if bits > 0 else f"rises by {-bits:.2f} bits"
