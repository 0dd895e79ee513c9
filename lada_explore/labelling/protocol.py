"""The interface for a person's answers: the sheet of the open query, and the service that takes answers.

Every action is on disk, in the journal of the run, before the call returns; a view shows an answer as saved only after
reading it back from a sheet. This module needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from lada_explore.analysis.agreement import JournalLine
from lada_explore.errors import Renamed
from lada_explore.records import ByteArray
from lada_explore.store.journal_entry import AnswerRule


class QueryKind(StrEnum):
    """What a query asks about.

    INITIAL: the images of the start, which is the seed round if the pool has no labels. PAIRS and SINGLES: the query of
    a later cycle. AHEAD: images offered between queries, whose answers will count in the cycle of the sheet. NONE:
    nothing is asked.
    """

    INITIAL = "initial"
    PAIRS = "pairs"
    SINGLES = "singles"
    AHEAD = "ahead"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedImage:
    """One image of a query, with its scores and its answers.

    Attributes:
        id: index in the data set.
        partner_id: id of the other image of its pair; -1 for a single image.
        pair: index of its pair in the sheet, from 0, best first; for a single image, its index in the sheet.
        name: file name; empty if the data set has none.
        score: acquisition score of the image itself; None in the start.
        pair_score: score of its pair; None for a single image.
        tau: tau* of its pair; None for a single image.
        guess: most probable class by the classifier; None in the start.
        guess_probability: probability of that class; None in the start.
        answers: the last valid answer of each annotator, as a class index by annotator.
        label: class index by the rule; None while the image is open.
        disputed: True if the answers of the annotators differ.
        flagged: True if the image is flagged.
        replaces: True if the image replaces a skipped one.
    """

    id: int
    partner_id: int = -1
    pair: int
    name: str = ""
    score: float | None = None
    pair_score: float | None = None
    tau: float | None = None
    guess: int | None = None
    guess_probability: float | None = None
    answers: Mapping[str, int]
    label: int | None = None
    disputed: bool = False
    flagged: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySheet:
    """The open query, as on disk.

    Attributes:
        cycle: cycle that the answers belong to.
        kind: what the query asks about.
        model_cycle: cycle whose TRAIN produced the classifier that chose the images; -1 in the start.
        images: images in the order to answer them, answered ones included; the two images of a pair are next to each
            other. In the seed round and ahead of a query, answered images are followed by further ones.
        skipped: ids that were skipped in this or an earlier cycle and not unskipped.
        class_names: names of the classes by label; classes can be added in the start, before the first training.
        classes_may_grow: True if `add_class` is possible now.
        absent_classes: labels of the classes that were declared absent in the seed round.
        wanted: number of labels of each class that the seed round still needs, by label; empty in other queries.
        is_seed_round: whether it looks for images of each class, because the pool has no labels.
        may_end_start: True if `end_seed_round` is possible now.
        rule: rule that chooses the label if answers differ.
        unit: unit of the scores.
        undo: for each annotator, the number of actions that `undo` can undo one after another.
        sentence: what is asked and by which model, for example "Cycle 3 asks about 10 images, chosen by the model of
            cycle 2"; or why nothing is asked.
    """

    cycle: int
    kind: QueryKind
    model_cycle: int
    images: tuple[AskedImage, ...]
    skipped: tuple[int, ...] = ()
    class_names: tuple[str, ...]
    classes_may_grow: bool = False
    absent_classes: tuple[int, ...] = ()
    wanted: Mapping[int, int]
    is_seed_round: bool = False
    may_end_start: bool = False
    rule: AnswerRule = AnswerRule.LAST
    unit: str = ""
    undo: Mapping[str, int]
    sentence: str = ""

    absent = Renamed("absent_classes")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeImages:
    """Images that are like one.

    Attributes:
        ids: their ids, the most alike first.
        sentence: what they are, and by what they were compared.
    """

    ids: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDetail:
    """A picture or a part of it, encoded.

    Attributes:
        content: the encoded picture.
        kind: its MIME type; PNG keeps every pixel as it is.
        box: left, top, right and bottom of the part, from whole pixel to whole pixel, as fractions of width and height.
        size: (W, H) of the whole picture in pixels.
        seen: the box of what is made into the pixels for the classifier.
    """

    content: bytes
    kind: str
    box: tuple[float, float, float, float]
    size: tuple[int, int]
    seen: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What `undo` undid, or why it did not.

    Attributes:
        action: text of the `JournalAction` that was undone; empty if none was.
        id: id of its image, the first of several; -1 if nothing was undone, or the action had no image.
        label: class index of the action; -1 if it had none, or several.
        ids: ids of all its images, in the order in which they were given.
        stale: why nothing was undone, in one sentence: which training has used the action, and which results an undo
            would make stale. Empty if the action was undone, or if there was none.
    """

    action: str = ""
    id: int = -1
    label: int = -1
    ids: tuple[int, ...] = ()
    stale: str = ""


@runtime_checkable
class LabellingFeed(Protocol):
    """Takes a person's answers and reports every change; implemented by `labelling.service.LabellingService`.

    A protocol is needed because that class loads torch, which views and their tests must not.

    All methods may be called from any thread.

    Raises:
        OracleError: by every action, if an id is not asked, a label is not a class index, or the action is not possible
            now; then nothing is written.
        StoreError: by every action, if the disk is full or read-only; then nothing is written.
    """

    def sheet(self) -> QuerySheet:
        """The open query, with the answers in the journal."""

    def images(self, ids: Sequence[int]) -> tuple[AskedImage, ...]:
        """Images of the pool as they are now, asked or not, in the order of `ids`; those not asked have no pair."""

    def alike(self, image_id: int) -> AlikeImages:
        """The images of the pool without an answer that are most like one, asked or not; reads what is recorded.

        Raises:
            OracleError: no such image.
        """

    def answers(self) -> Sequence[JournalLine]:
        """All lines of the journal, in order."""

    def pixels(self, ids: Sequence[int]) -> ByteArray:
        """(B, D, H, W) uint8 pixels of images `ids` (B,), in the size of the classifier's input."""

    def detail(self, image_id: int, box: Sequence[float], longest: int) -> PictureDetail:
        """The picture of an image as it is in its file, or a part of it; of a set without files, its pixels.

        Args:
            image_id: index in the data set.
            box: left, top, right and bottom of the part, as fractions of width and height.
            longest: largest length of the longer side of the result, in pixels; nothing is enlarged.

        Raises:
            OracleError: no such image, no such part, or a file that cannot be read now.
        """

    def submit(
        self, labels: Mapping[int, int], annotator: str = "person", *, late: bool = False, unasked: bool = False
    ) -> None:
        """Answer images, by class index and id. A second answer of the same annotator replaces the first.

        The answers of one call are written all or none, and `undo` takes them back together.

        Args:
            labels: class index by id.
            annotator: name of the person who answers.
            late: whether images without a label are taken too that are not asked any more, because the run went on
                while a person looked at them; such an answer is trained on with those of the next query that closes.
            unasked: whether any image of the pool without a label is taken. A candidate of the seed round is answered
                there; of another that is not asked this is a label from before, which the next training uses.

        Raises:
            TooLateError: a closed query has labelled an image, or no training will come any more.
        """

    def skip(self, images: int | Sequence[int], annotator: str = "person", *, late: bool = False) -> None:
        """Skip images that the person cannot label: each leaves the query and is not asked again until `unskip`.

        The next best pair or image replaces its pair or the image. The partner returns to the pool; its answer counts
        if it is asked again. In a start that was drawn at random, nothing replaces the image. The images of one call
        are skipped all or none, and `undo` takes them back together.

        Args:
            images: index in the data set, or several.
            annotator: name of the person.
            late: as for `submit`.

        Raises:
            TooLateError: as for `submit`.
        """

    def unskip(self, ids: Sequence[int], annotator: str = "person") -> None:
        """Allow skipped images to be drawn again, from the next SUBSAMPLE on."""

    def flag(self, images: int | Sequence[int], on: bool = True, annotator: str = "person") -> None:
        """Flag images for later inspection, one id or several, or remove the flags; the query does not change.

        `undo` takes those of one call back together.
        """

    def adjudicate(self, image_id: int, label: int, annotator: str = "person") -> None:
        """Decide the label of a disputed image; this counts before any rule."""

    def relabel(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        """Change labels that closed queries have given, by class index and id; the next training uses them first.

        Returns:
            What this means for the run, in a sentence.
        """

    def confirm(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        """Note that labels of closed queries were looked at again and are right, by class index and id.

        Returns:
            A sentence on it.
        """

    def confirmed(self) -> Mapping[int, int]:
        """Labels that were confirmed, by id: each as it was then."""

    def undo(self, annotator: str = "person") -> UndoResult:
        """Undo the last valid action of an annotator, in any cycle, unless a training has used it.

        Images that were answered at once are one action. It is undone as a whole, or not at all.

        Undoing an answer of a closed query that was not trained on opens the query again. `set_rule` belongs to no
        annotator and cannot be undone.
        """

    def add_class(self, name: str, annotator: str = "person") -> int:
        """Add a class, before the first training only; returns its label."""

    def mark_class_absent(self, label: int, annotator: str = "person") -> None:
        """In the seed round: declare that there are no more images of a class, so that the round does not need them."""

    def end_seed_round(self, annotator: str = "person") -> None:
        """In the seed round: train on what was found; possible once two classes have a label that is trained on."""

    def set_rule(self, rule: str) -> None:
        """Choose the rule for differing answers, by the text of an `AnswerRule`."""

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every action, every stage, every `look_at` and `leave`.

        Returns:
            A function that ends the subscription.
        """

    def on_hand_over(self, take: Callable[[Sequence[int]], None]) -> Callable[[], None]:
        """Call `take` with the ids of images that another view hands over; returns a function that ends this."""

    def hand_over(self, ids: Sequence[int]) -> int:
        """Hand images to every view in which a person can answer them; returns the number of these views."""

    def presence(self) -> Mapping[str, int]:
        """Id of the image that each person looks at, so that two people do not begin with the same image.

        Of a person with several views, it is the image that she moved to last.
        """

    def look_at(self, view: Hashable, annotator: str, image_id: int) -> None:
        """Note that a person looks at an image now.

        Args:
            view: any value of the caller's own that stands for the view; whoever looked through it before no longer
                does.
            annotator: name of the person.
            image_id: index in the data set.
        """

    def leave(self, view: Hashable) -> None:
        """Note that nobody looks through this view any more; other views of the same person are not concerned."""
