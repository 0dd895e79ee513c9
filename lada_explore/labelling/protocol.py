"""What a person who answers sees and may do: the sheet of an open query, and the service that takes the answers.

Every action is on disk, in the run's journal, before the call returns; a view shows as saved only what it read back
from a sheet. Nothing here needs torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from lada_explore.analysis.agreement import JournalLine
from lada_explore.records import ByteArray
from lada_explore.store.answers import AnswerRule


class QueryKind(StrEnum):
    """What a query asks about.

    INITIAL is the start, and the seed round where the pool has no labels; PAIRS and SINGLES are the queries of later
    cycles; AHEAD are images offered while another stage than QUERY runs or comes next, whose answers count in the
    cycle of the sheet; NONE when nothing is asked.
    """

    INITIAL = "initial"
    PAIRS = "pairs"
    SINGLES = "singles"
    AHEAD = "ahead"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedImage:
    """One image of a query, why it is asked, and what has been said about it.

    Attributes:
        id: dataset index.
        partner_id: the other image of its pair; -1 for an image that is asked by itself.
        pair: which pair of the sheet it belongs to, from 0, best first; its own number for a single image.
        name: file name, or "" where the data set has none.
        score: acquisition of the image by itself; None in the start, where nothing is scored.
        pair_score: score of its pair; None without pairs.
        tau: tau* of its pair; None without pairs.
        guess: class that the classifier finds most probable; None in the start.
        guess_probability: of that class; None in the start.
        answers: class index by annotator, each annotator's standing answer.
        label: class index that stands after the rule is applied; None while it is open.
        disputed: whether the annotators' standing answers differ.
        flagged: whether somebody flagged it.
        replaces: whether it came into the query in place of a skipped one.
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
    """What is asked now, as it stands on disk.

    Attributes:
        cycle: cycle that the answers belong to.
        kind: what it asks about.
        model_cycle: cycle whose TRAIN made the classifier that chose these images; -1 in the start.
        images: in the order to answer them, pairs next to each other, answered ones among them. The seed round and the
            images offered ahead go on with further ones as these are answered.
        skipped: ids that were set aside for good, in this or an earlier cycle, until `unskip`.
        class_names: by label; grows in the start, before the first training.
        classes_may_grow: whether `add_class` is possible now.
        absent_classes: labels of which there are no more images, as somebody said in the seed round.
        wanted: label -> how many more the seed round looks for; empty after it.
        rule: how differing answers are settled.
        unit: unit of the scores.
        undo: for each annotator the number of actions that `undo` would take back without making anything stale.
        sentence: what is asked and by which model, for people: "Cycle 3 asks about 10 images, chosen by the model of
            cycle 2"; why nothing is asked when `kind` is "none".
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
    rule: AnswerRule = AnswerRule.LAST
    unit: str = ""
    undo: Mapping[str, int]
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoResult:
    """What `undo` took back, or would make stale.

    Attributes:
        action: journal action that was taken back: "label", "skip", "flag"...; "" when nothing was.
        id: image it was about; -1 when nothing was taken back.
        label: class index that was taken back, -1 where the action had none.
        stale: empty when it was taken back; otherwise one sentence that says which training has used the answer and
            what taking it back would make stale. Nothing was changed then.
    """

    action: str = ""
    id: int = -1
    label: int = -1
    stale: str = ""


@runtime_checkable
class LabellingFeed(Protocol):
    """Takes a person's answers and tells of every change, as `lada_explore.labelling.service.LabellingService` does.

    It stands beside that class because that class loads torch, which views and their tests must not.

    Every method may be called from any thread.

    Raises:
        OracleError: from every action: an id that is not asked, a label that is no class, an action that cannot be
            taken now; one sentence, and nothing is written.
        StoreError: the disk is full or read-only; nothing is written.
    """

    def sheet(self) -> QuerySheet:
        """What is asked now, read from the journal."""

    def answers(self) -> Sequence[JournalLine]:
        """Every line of the journal, in order."""

    def pixels(self, ids: Sequence[int]) -> ByteArray:
        """(len(ids), D, H, W) uint8 pixels as the classifier sees them, before normalising."""

    def picture(self, image_id: int) -> ByteArray | None:
        """(3, H', W') uint8 of the image's file, larger than `pixels`; None without a file of more detail."""

    def submit(self, labels: Mapping[int, int], annotator: str = "person") -> None:
        """Answer: class index by id. A second answer by the same annotator takes the place of the first."""

    def skip(self, image_id: int, annotator: str = "person") -> None:
        """Cannot tell: the image leaves the query and is not asked again until `unskip`.

        The next best pair (or image) takes the place of its pair; the partner goes back to the pool, and an answer it
        has counts if it is asked again. A start that was drawn at random has no next best, and gets smaller.
        """

    def unskip(self, ids: Sequence[int], annotator: str = "person") -> None:
        """Let skipped images be asked again, from the next SUBSAMPLE on."""

    def flag(self, image_id: int, on: bool = True, annotator: str = "person") -> None:
        """Mark an image for a later look; it does not change the query."""

    def adjudicate(self, image_id: int, label: int, annotator: str = "person") -> None:
        """Decide a disputed image; stands above every rule."""

    def undo(self, annotator: str = "person") -> UndoResult:
        """Take back the annotator's last action that still stands, across cycles as long as no training used it.

        An answer to a query that is closed but not trained on opens the query again. `set_rule` is nobody's action and
        is not taken back.
        """

    def add_class(self, name: str, annotator: str = "person") -> int:
        """A further class, before the first training only; returns its label."""

    def mark_class_absent(self, label: int, annotator: str = "person") -> None:
        """In the seed round: there are no (more) images of this class, so do not look for its initial number."""

    def set_rule(self, rule: str) -> None:
        """Choose how differing answers are settled, by the text of an `AnswerRule`."""

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every action, every stage and every move of a person; returns the call that ends it."""

    def presence(self) -> Mapping[str, int]:
        """Id of the image that each person looks at, for all pages of the run: so that two do not begin with one."""

    def look_at(self, annotator: str, image_id: int) -> None:
        """Somebody looks at an image now."""
