"""The rounds of a duel as a person plays them: what she has picked, and what both do then, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from lada_explore.experiments.scoreboard import Round
from lada_explore.records import IntArray
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.state_view import sentence_of
from lada_explore.views.duel.board import result_of

PICKING, TRAINING, LABELLING, STOPPED, OVER = "picking", "training", "labelling", "stopped", "over"
SHOWN = "shown"
"""Phase of a round that has ended and is looked at before the next one."""


class DuelSides(Protocol):
    """What the views need of a duel, see `lada_explore.experiments.duel.DuelRuns`.

    Attributes:
        yours, theirs: the two sessions.
        pairs: whether the person picks pairs.
    """

    yours: Any
    theirs: Any
    pairs: bool

    @property
    def budget(self) -> int:
        """Number of images that each picks in a round."""

    @property
    def over(self) -> bool:
        """Whether both have had all of their rounds."""

    @property
    def under_way(self) -> bool:
        """Whether a round was begun and is not finished."""

    @property
    def waits_for_labels(self) -> bool:
        """Whether a person has to label what was picked."""

    def candidates(self) -> IntArray:
        """(M,) ids to pick from."""

    def candidate_pairs(self) -> IntArray:
        """(P, 2) ids of the pairs to pick from."""

    def pick(self, ids: Sequence[int]) -> None:
        """Pick the images of this round."""

    def play(self) -> bool:
        """Run the round of both; returns False if it waits for labels."""

    def scoreboard(self) -> Sequence[Round]:
        """A line for the state that both began with and one for each cycle after it."""

    def close(self) -> None:
        """Close both sessions."""


class DuelRounds:
    """A duel that is played by picking, training and looking, one after the other.

    Args:
        sides: the duel.
        changed: called after each change of the phase, from any thread.
        picks_changed: called after each change of what is picked.
        pauses: whether a round that has ended is looked at (SHOWN) until `go_on`.

    Attributes:
        phase: what it does or waits for.
        says: a sentence on it, or "".
        error: what went wrong, or "".
        picked: ids that are picked, in order; those of a pair follow each other.
    """

    def __init__(
        self,
        sides: DuelSides,
        changed: Callable[[], None],
        picks_changed: Callable[[], None],
        *,
        pauses: bool = False,
    ) -> None:
        self._sides, self._changed, self._picks_changed, self._pauses = sides, changed, picks_changed, pauses
        self.phase, self.says, self.error = TRAINING, "Drawing the candidates …", ""
        self.picked: list[int] = []
        self._offered: set[tuple[int, ...]] = set()
        self._rounds = 0
        self._work = LatestOnlyExecutor(lambda error: self._to(self.phase, self.says, sentence_of(error, "the round")))

    @property
    def method(self) -> str:
        """Name of the opponent."""
        name: str = self._sides.theirs.config.method.name
        return name

    def begin(self) -> None:
        """Draw the candidates of the first round, or go on where the duel was left."""
        self._work.want("begin", lambda still_wanted: self._to_next())

    def cancel(self) -> None:
        """Let nothing more begin; a round under way goes on."""
        self._work.cancel()

    def toggle(self, *ids: int) -> None:
        """Pick a candidate, or put it back; more than the budget are not taken.

        Args:
            ids: of the image, or of both images of the pair.
        """
        if self.phase != PICKING or ids not in self._offered:
            return
        if set(ids) <= set(self.picked):
            self._pick([i for i in self.picked if i not in ids])
        elif len(self.picked) + len(ids) <= self._sides.budget:
            self._pick([*self.picked, *ids])

    def clear(self) -> None:
        """Put all back."""
        if self.phase == PICKING:
            self._pick([])

    def play(self) -> None:
        """Let both train, or go on with a round that was cut short.

        Raises:
            ConfigError: too few are picked; nothing is computed then.
        """
        if self.phase == PICKING:
            self._sides.pick(self.picked)
        elif self.phase != STOPPED:
            return
        self._train()

    def go_on(self) -> None:
        """From a round that was looked at to the next one."""
        if self.phase == SHOWN:
            self._to(TRAINING, "Drawing the candidates …")
            self._work.want(("next", self._rounds), lambda still_wanted: self._to_next())

    def labelled(self) -> None:
        """Go on with a round when the last picked image is labelled."""
        if self.phase == LABELLING and not self._sides.waits_for_labels:
            self._train()

    def _pick(self, ids: list[int]) -> None:
        self.picked = ids
        self._picks_changed()

    def _to(self, phase: str, says: str, error: str = "") -> None:
        self.phase, self.says, self.error = phase, says, error
        self._changed()

    def _train(self) -> None:
        self._rounds += 1
        what = "pairs" if self._sides.pairs else "images"
        self._to(TRAINING, f"Training with your {what}, then with those of {self.method} …")
        self._work.want(self._rounds, lambda still_wanted: self._round())

    def _round(self) -> None:
        try:
            ended = self._sides.play()
        except Exception as error:
            stuck = self._sides.under_way
            again = "The round was cut short; nothing of it is lost." if stuck else ""
            self._to(STOPPED if stuck else PICKING, again, sentence_of(error, "the round"))
            return
        if not ended:
            self._ask_for_labels()
            return
        self._pick([])
        if self._pauses and not self._sides.over:
            self._to(SHOWN, "")
        else:
            self._to_next()

    def _ask_for_labels(self) -> None:
        n = len(self._sides.yours.open_query)
        self._to(LABELLING, f"Label your {n} images below; then both sides train.")

    def _to_next(self) -> None:
        """Draw the candidates of the next round, or say how the duel ended."""
        if self._sides.over:
            self._to(OVER, result_of(self._sides.scoreboard(), self.method))
            return
        if self._sides.waits_for_labels:
            self._ask_for_labels()
            return
        if self._sides.under_way:  # The kernel was restarted in the middle of a round.
            self._train()
            return
        try:
            sides = self._sides
            offered = sides.candidate_pairs() if sides.pairs else sides.candidates()[:, None]
        except Exception as error:
            self._to(OVER, "", sentence_of(error, "the candidates"))
            return
        self._offered = set(map(tuple, offered.tolist()))
        self._to(PICKING, self._last_round())

    def _last_round(self) -> str:
        """What the round before came to; empty before the first."""
        *_, last = self._sides.scoreboard()
        if not last.picked[1]:
            return ""
        n, both = len(last.picked[1]), last.shared
        return f"In cycle {last.cycle} {self.method} asked about {n} images, {both or 'none'} of them yours too."
