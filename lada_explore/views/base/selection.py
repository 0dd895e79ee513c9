"""What a person looks at: one selection that all views of an explorer share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """One state of the selection.

    Attributes:
        cycle: the cycle that the views show; None follows the latest.
        ids: images marked in every view, in the order they were chosen.
        pair: ids (x_i, x'_i) of the pair whose mixing path is shown; None lets each view choose.
        tau: that a person tries on this pair in this cycle; None for the pair's own tau*.
    """

    cycle: int | None = None
    ids: tuple[int, ...] = ()
    pair: tuple[int, int] | None = None
    tau: float | None = None


class Selection:
    """Holds what is selected and tells its listeners; safe from any thread.

    Listeners are called on the thread that changes the selection, after the change, and not for a change to the same.

    Attributes:
        before_answering: called before marked images are handed to a labeller, so that one is in sight.
        kept_by: what keeps a pair chosen in it, see `kept_pair`; None for nothing.
        followed: whether the pair was chosen last for its rank, see `follow_pair`, and not by a person.
    """

    def __init__(self) -> None:
        self._selected = Selected()
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self.before_answering: Callable[[], None] = lambda: None
        self.kept_by: object = None
        self.followed = False

    @property
    def selected(self) -> Selected:
        """The present state."""
        return self._selected

    def show_cycle(self, cycle: int | None) -> None:
        """Show another cycle. The pair and the images stay marked if that cycle has them."""
        self._change(lambda now: replace(now, cycle=cycle))

    def mark(self, ids: Iterable[int]) -> None:
        """Mark some images in every view."""
        self.take(ids, None)

    def mark_too(self, ids: Iterable[int]) -> None:
        """Mark some images in every view, beside those that are marked."""
        more = tuple(map(int, ids))
        self._change(lambda now: replace(now, ids=tuple(dict.fromkeys([*now.ids, *more]))))

    def toggle(self, ids: Iterable[int]) -> None:
        """Mark some images too, or where all of them are marked take their marks away."""
        some = tuple(map(int, ids))

        def change(now: Selected) -> Selected:
            left = [i for i in now.ids if i not in some]
            all_marked = len(left) + len(set(some)) == len(now.ids)
            return replace(now, ids=tuple(left if all_marked else dict.fromkeys([*now.ids, *some])))

        self._change(change)

    def take(self, ids: Iterable[int], pair: tuple[int, int] | None) -> None:
        """Mark some images in every view, and show the mixing path of a pair, or go on with the present one if None."""
        marked = tuple(dict.fromkeys(int(i) for i in ids))
        self._change(lambda now: replace(now, ids=marked, pair=now.pair if pair is None else pair))

    def choose_pair(self, first: int, second: int, *, looked_at: int | None = None) -> None:
        """Show a pair's mixing path, and mark its two images.

        Args:
            first: id of x_i.
            second: id of x'_i.
            looked_at: that of the two which is marked first, so that views of one image show it; None for x_i.
        """
        pair = (int(first), int(second))
        self.take(reversed(pair) if looked_at == pair[1] else pair, pair)

    def follow_pair(self, first: int, second: int) -> None:
        """Show a pair's mixing path in place of that of another pair; marked images stay unless they are that pair."""
        pair = (int(first), int(second))

        def follow(now: Selected) -> Selected:
            marked = now.pair is not None and len(now.ids) == 2 and set(now.ids) == set(now.pair)
            return replace(now, pair=pair, ids=pair if marked else now.ids)

        self._change(follow, followed=True)

    def show_tau(self, tau: float | None) -> None:
        """Remember the tau that is tried on the pair, until another pair or cycle is shown."""
        self._change(lambda now: replace(now, tau=tau))

    def on_change(self, callback: Callable[[], None], *, first: bool = False) -> Callable[[], None]:
        """Call `callback` after every change; returns a function that ends the subscription.

        Args:
            callback: what to call.
            first: whether it is called before those that are there, because it may change the selection itself; the
                others are then told once, of the change that it makes.
        """
        with self._lock:
            self._listeners.insert(0 if first else len(self._listeners), callback)
        return lambda: self._forget(callback)

    def _change(self, change: Callable[[Selected], Selected], *, followed: bool = False) -> None:
        with self._lock:
            before = self._selected
            after = change(before)
            if (before.cycle, before.pair) != (after.cycle, after.pair):
                after = replace(after, tau=None)
            self._selected = after
            if (before.ids, before.pair) != (after.ids, after.pair):
                self.followed = followed
            listeners = list(self._listeners) if after != before else []
        for listener in listeners:
            if self._selected is not after:  # whoever changed it since tells them all
                return
            listener()

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._listeners:
                self._listeners.remove(callback)
