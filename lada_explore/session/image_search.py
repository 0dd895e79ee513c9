"""The look for images that were added to the folder of a run, on a thread of its own, and what came of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from lada_explore import background
from lada_explore.background.reporting import REPORTING
from lada_explore.errors import LadaError

logger = logging.getLogger(__name__)

LOOKING = "Looking for new images"

MIN_GAP_S = 0.2
"""Least time between two reports of how far a look is."""


class ImageSearch:
    """Looks for new images, one look at a time; safe from any thread.

    Args:
        changed: called after every change of `sentence` or `running`.

    Attributes:
        running: whether a look is under way.
        sentence: how far it is, or what came of the last one; empty before the first.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self.running, self.sentence = False, ""

    def start(self, look: Callable[[], str]) -> bool:
        """Begin a look, unless one is under way; returns at once, and whether it began.

        Args:
            look: looks for images and returns what came of it, such as `Session.look_for_images`.
        """
        with self._lock:
            if self.running or background.python_is_exiting():
                return False
            self.running, self.sentence = True, f"{LOOKING} …"
        self._changed()
        background.start(lambda: self._look(look), "lada-image-search")
        return True

    def _look(self, look: Callable[[], str]) -> None:
        REPORTING.set(_Progress(self._say_how_far))
        try:
            said = look()
        except LadaError as error:
            said = f"{str(error)[0].upper()}{str(error)[1:]}."
        except Exception as error:
            logger.exception("a look for new images failed")
            said = f"The look for new images failed. {type(error).__name__}: {error}"
        with self._lock:
            self.running, self.sentence = False, said
        self._changed()

    def _say_how_far(self, how_far: str) -> None:
        self.sentence = f"{LOOKING}: {how_far} …"
        self._changed()


class _Progress:
    """Tells how far a pass is, in words; see `Reporting`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._done, self._total, self._what, self._told_s = 0, 0, "", float("-inf")

    def begin(self, total: int, what: str) -> None:
        """So many pictures have to be read."""
        self._done, self._total, self._told_s = 0, total, float("-inf")
        self._what = "images read" if what == "images" else f"images, {what}"

    def advance(self, pictures: int) -> None:
        """So many more are done."""
        self._done += pictures
        if time.monotonic() - self._told_s >= MIN_GAP_S:
            self._told_s = time.monotonic()
            self._say(f"{self._done:,} of {self._total:,} {self._what}")

    def say(self, sentence: str) -> None:
        """A sentence that a person should read now."""
        self._say(sentence)

    def end(self) -> None:
        """The pass has ended; what follows may take as long."""
        self._told_s = float("-inf")
