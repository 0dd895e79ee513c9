"""A labelling service in memory, which keeps a list of actions as its journal."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from helpers.fakes import CLASS_NAMES, make_image

from lada_explore.errors import LadaError, OracleError
from lada_explore.labelling.hand_over import HandOver
from lada_explore.labelling.protocol import AlikeImages, AskedImage, PictureDetail, QueryKind, QuerySheet, UndoResult
from lada_explore.labelling.whole_numbers import several
from lada_explore.store.journal_entry import AnswerRule


@dataclass(frozen=True)
class Action:
    """One line of the journal; it `stands` until it is taken back."""

    name: str
    id: int
    label: int
    annotator: str
    stands: bool = True


class FakeLabellingService(HandOver):
    """Satisfies `lada_explore.labelling.protocol.LabellingFeed`.

    Args:
        n: images asked; with `kind` "pairs" they are 0 with 1, 2 with 3, ...
        kind: kind of the sheet.
        class_names: by label.
        names: file names of the first images.
        delay_s: passes before each action is done.
        per_class: images of each class that the seed round looks for.

    Attributes:
        journal: every action, in order; `used` of them went into a training and cannot be taken back.
        refuse: what the next actions raise.
        read: images whose pixels were asked for.
    """

    def __init__(
        self,
        n: int = 6,
        kind: str = "pairs",
        *,
        class_names: Sequence[str] = CLASS_NAMES,
        names: Sequence[str] = (),
        delay_s: float = 0.0,
        per_class: int = 2,
    ) -> None:
        super().__init__()
        self.ids = list(range(100, 100 + n))
        self.kind, self.names, self.class_names = QueryKind(kind), list(names), list(class_names)
        self.journal: list[Action] = []
        self.steps: list[int] = []
        self.rule = AnswerRule.LAST
        self.delay_s, self.per_class, self.used = delay_s, per_class, 0
        self.skipped: list[int] = []
        self.absent_classes: list[int] = []
        self.replaced: set[int] = set()
        self.refuse: list[LadaError] = []
        self.read = 0
        self.files: dict[int, np.ndarray] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._presence: dict[Hashable, tuple[str, int]] = {}
        self._writing = threading.RLock()

    # What is read

    def label_state(self) -> list[Action]:
        return [action for action in self.journal if action.stands]

    def labels(self) -> dict[int, int]:
        return {image.id: image.label for image in self.sheet().images if image.label is not None}

    def answered(self) -> dict[int, int]:
        """Labels that were given, also of images that are not asked."""
        return {action.id: action.label for action in self.label_state() if action.name == "label"}

    def sheet(self) -> QuerySheet:
        with self._writing:
            images = tuple(self._image(place, i) for place, i in enumerate(self.ids))
            had = Counter(image.label for image in images)
            initial = self.kind is QueryKind.INITIAL
            wanted = {c: self.per_class - had[c] for c in range(len(self.class_names))} if initial else {}
            names = {action.annotator for action in self.journal}
            undoable = [*zip(self.journal, self.steps, strict=True)][self.used :]
            return QuerySheet(
                cycle=0 if initial else 3,
                kind=self.kind if self.ids else QueryKind.NONE,
                model_cycle=-1 if initial else 2,
                images=images,
                skipped=tuple(self.skipped),
                class_names=tuple(self.class_names),
                classes_may_grow=initial,
                absent_classes=tuple(self.absent_classes),
                wanted={c: n for c, n in wanted.items() if n > 0 and c not in self.absent_classes},
                is_seed_round=initial,
                may_end_start=initial and len(set(had) - {None}) >= 2 and not self._has_ended(),
                rule=self.rule,
                unit="" if initial else "bits",
                undo={name: len({n for a, n in undoable if a.annotator == name and a.stands}) for name in names},
                sentence=f"Cycle 3 asks about {len(self.ids)} images, chosen by the model of cycle 2",
            )

    def _has_ended(self) -> bool:
        return any(action.name == "enough" for action in self.label_state())

    def _image(self, place: int, image_id: int) -> AskedImage:
        said = [action for action in self.label_state() if action.id == image_id]
        answers = {action.annotator: action.label for action in said if action.name == "label"}
        adjudicated = [action.label for action in said if action.name == "settle"]
        order = [action.label for action in said if action.name == "label"]
        pairs, scored = self.kind is QueryKind.PAIRS, self.kind is not QueryKind.INITIAL
        return AskedImage(
            id=image_id,
            partner_id=self.ids[place ^ 1] if pairs else -1,
            pair=place // 2 if pairs else place,
            name=self.names[place] if place < len(self.names) else "",
            score=2.5 - place / 10 if scored else None,
            pair_score=7.25 - place // 2 if pairs else None,
            tau=0.75 if pairs else None,
            guess=(image_id + 1) % len(self.class_names) if scored else None,
            guess_probability=0.625 if scored else None,
            answers=answers,
            label=adjudicated[-1] if adjudicated else self._label_by_rule(answers, order),
            disputed=len(set(answers.values())) > 1,
            flagged=[a.name for a in said if a.name in ("flag", "unflag")][-1:] == ["flag"],
            replaces=image_id in self.replaced,
        )

    def _label_by_rule(self, answers: Mapping[str, int], order: Sequence[int]) -> int | None:
        if not answers:
            return None
        first, *others = Counter(answers.values()).most_common()
        if not others or self.rule is AnswerRule.LAST:
            return order[-1]
        return first[0] if self.rule is AnswerRule.MAJORITY and first[1] > others[0][1] else None

    def images(self, ids: Sequence[int]) -> tuple[AskedImage, ...]:
        with self._writing:
            places = {i: place for place, i in enumerate(self.ids)}
            asked = [replace(self._image(places.get(i, 0), i), partner_id=-1) for i in ids]
            return tuple(i if i.id in places else replace(i, name="", score=None, guess=None) for i in asked)

    def alike(self, image_id: int) -> AlikeImages:
        """The next three that are asked and open, then the two images before the first."""
        with self._writing:
            if not 0 <= image_id < 1000:
                raise OracleError(f"id {image_id} is not in the pool; ids run from 0 to 999")
            answered = self.answered()
            later = [i for i in self.ids if i > image_id and i not in answered][:3]
            free = [i for i in (98, 99) if i not in answered and i != image_id]
            found = (*later, *free)
            return AlikeImages(ids=found, sentence=f"The {len(found)} images like image {image_id}, by their numbers.")

    def answers(self) -> tuple[()]:
        """Empty: the actions are in `journal`."""
        return ()

    def pixels(self, ids: Sequence[int]) -> np.ndarray:
        self.read += len(ids)
        return np.stack([make_image(i) for i in ids])

    def detail(self, image_id: int, box: Sequence[float], longest: int) -> PictureDetail:
        file = self.files.get(image_id)
        if file is None:
            raise OracleError(f"image {image_id} has no file")
        width = file.shape[2]
        return PictureDetail(
            content=file.tobytes(), kind="image/none", box=tuple(box), size=(width, longest), seen=(0, 0, 1, 1)
        )

    # What is done

    def _write(self, *actions: Action, late: bool = False) -> None:
        with self._writing:
            time.sleep(self.delay_s)
            if self.refuse:
                raise self.refuse.pop(0)
            for action in actions:
                about = action.name in ("label", "skip", "flag", "unflag", "settle")
                if about and action.id not in self.ids and not (late and action.id < max(self.ids, default=999)):
                    raise OracleError(f"id {action.id} is not in the open query")
                if action.name in ("label", "settle") and not 0 <= action.label < len(self.class_names):
                    raise OracleError(f"label {action.label} is no class")
            self.steps += [len(self.journal)] * len(actions)
            self.journal += actions
        for callback in list(self._callbacks):
            callback()

    def submit(
        self, labels: Mapping[int, int], annotator: str = "person", *, late: bool = False, unasked: bool = False
    ) -> None:
        late |= unasked
        self._write(*(Action("label", i, label, annotator) for i, label in labels.items()), late=late)

    def skip(self, images: int | Sequence[int], annotator: str = "person", *, late: bool = False) -> None:
        with self._writing:
            ids = several(images)
            self._write(*(Action("skip", i, -1, annotator) for i in ids), late=late)
            for image_id in ids:
                self._replace(image_id)
        for callback in list(self._callbacks):
            callback()

    def _replace(self, image_id: int) -> None:
        if image_id not in self.ids:
            return
        place = self.ids.index(image_id)
        start, size = (place & ~1, 2) if self.kind is QueryKind.PAIRS else (place, 1)
        new = range(max(self.ids) + 1, max(self.ids) + 1 + size)
        self.ids[start : start + size] = new
        self.replaced |= set(new)
        self.skipped.append(image_id)

    def unskip(self, ids: Sequence[int], annotator: str = "person") -> None:
        self.skipped = [i for i in self.skipped if i not in ids]
        self._write(*(Action("unskip", i, -1, annotator) for i in ids))

    def flag(self, images: int | Sequence[int], on: bool = True, annotator: str = "person") -> None:
        flagged = {image.id for image in self.sheet().images if image.flagged}
        ids = [i for i in several(images) if (i in flagged) is not on]
        self._write(*(Action("flag" if on else "unflag", i, -1, annotator) for i in ids))

    def relabel(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        self._write(*(Action("relabel", i, label, annotator) for i, label in labels.items()))
        return f"{len(labels)} labels were changed."

    def confirm(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        self._write(*(Action("confirm", i, label, annotator) for i, label in labels.items()))
        return f"{len(labels)} labels are confirmed."

    def confirmed(self) -> dict[int, int]:
        return {action.id: action.label for action in self.label_state() if action.name == "confirm"}

    def adjudicate(self, image_id: int, label: int, annotator: str = "person") -> None:
        self._write(Action("settle", image_id, label, annotator))

    def undo(self, annotator: str = "person") -> UndoResult:
        with self._writing:
            own = [i for i, action in enumerate(self.journal) if action.annotator == annotator and action.stands]
            if not own:
                return UndoResult()
            if own[-1] < self.used:
                return UndoResult(
                    stale="The training of cycle 2 has used this answer; taking it back would make it stale."
                )
            places = [i for i in own if self.steps[i] == self.steps[own[-1]]]
            actions = [self.journal[i] for i in places]
            for i, action in zip(places, actions, strict=True):
                self.journal[i] = Action(action.name, action.id, action.label, annotator, stands=False)
            self._write()
            first = actions[0]
            return UndoResult(
                action=first.name, id=first.id, label=first.label, ids=tuple(action.id for action in actions)
            )

    def add_class(self, name: str, annotator: str = "person") -> int:
        if not name or name in self.class_names:
            raise OracleError(f"{name!r} is no new class; give it a name of its own")
        self.class_names.append(name)
        self._write(Action("add_class", -1, len(self.class_names) - 1, annotator))
        return len(self.class_names) - 1

    def mark_class_absent(self, label: int, annotator: str = "person") -> None:
        self.absent_classes.append(label)
        self._write(Action("mark_class_absent", -1, label, annotator))

    def end_seed_round(self, annotator: str = "person") -> None:
        self._write(Action("enough", -1, -1, annotator))

    def set_rule(self, rule: str) -> None:
        if rule not in list(AnswerRule):
            raise OracleError(f"{rule!r} is no rule")
        self.rule = AnswerRule(rule)
        self._write()

    def presence(self) -> dict[str, int]:
        return dict(self._presence.values())

    def look_at(self, view: Hashable, annotator: str, image_id: int) -> None:
        if self._presence.get(view) != (annotator, image_id):
            self._presence = {key: at for key, at in self._presence.items() if key != view}
            self._presence[view] = annotator, image_id
            for callback in list(self._callbacks):
                callback()

    def leave(self, view: Hashable) -> None:
        if self._presence.pop(view, None) is not None:
            for callback in list(self._callbacks):
                callback()

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback) if callback in self._callbacks else None
