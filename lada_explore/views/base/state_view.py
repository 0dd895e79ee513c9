"""Bases of views that follow changes and answer their page: redrawing, messages, errors, and one synced state."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import traitlets

from lada_explore.errors import LadaError
from lada_explore.views.base.refresh import OnChange, Refresher, either
from lada_explore.views.base.view import View


def sentence_of(error: Exception, what: str = "that") -> str:
    """The sentence that tells a person of an exception in the answer to `what`; a LadaError's own sentence."""
    if isinstance(error, LadaError):
        return str(error)
    return f"The answer to {what} failed. {type(error).__name__}: {error}"


class FollowingView(View):
    """A view that is redrawn after changes and answers its page. Subclasses define `_redraw` and `_show_error`."""

    _refresher: Refresher | None = None

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()
        super().__init__(**traits)
        self.on_msg(self._on_message)

    def handle(self, content: Mapping[str, Any]) -> None:
        """Handle a message of the page. An exception is shown there as a sentence."""

    def hold(self) -> None:
        """Stop drawing until `release`, because nobody sees the view."""
        if self._refresher is not None:
            self._refresher.hold()

    def release(self) -> None:
        """Draw what was missed, and follow changes again."""
        if self._refresher is not None:
            self._refresher.release()

    def close(self) -> None:
        """Take the view off every page and stop following changes; the run itself goes on."""
        if self._refresher is not None:
            self._refresher.close()
        super().close()

    def _follow(self, *changes: OnChange) -> Refresher:
        """Redraw after any of these changes from now on."""
        self._refresher = Refresher(either(*changes), self._redraw, self._show_error)
        return self._refresher

    def _draw_now(self) -> None:
        """Draw on this thread, as the answer to a person's command."""
        if self._refresher is not None:
            self._refresher.draw_now()

    def _redraw(self) -> None:
        """Draw the present state.

        Raises:
            NotImplementedError: always; each view draws its own.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it is drawn")

    def _show_error(self, sentence: str) -> None:
        """Show a sentence about an error in the view.

        Raises:
            NotImplementedError: always; each view has a place of its own for it.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say where it shows: {sentence}")

    def _on_message(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        # Jupyter does not show the exception of a message's handler, so the page has to.
        try:
            self.handle(content)
        except Exception as error:
            self._show_error(sentence_of(error))


class StateView(FollowingView):
    """A following view whose one synced `state` is all that the page shows.

    Args:
        state: what it shows first.
        traits: traits of the subclass.

    Attributes:
        state: everything the page shows, with its `revision` and an `error`, a sentence or "".
    """

    state = traitlets.Dict().tag(sync=True)

    def __init__(self, state: Mapping[str, Any], **traits: Any) -> None:
        super().__init__(state={"revision": 0, "error": "", **state}, **traits)

    def _set_state(self, state: Mapping[str, Any]) -> None:
        """Replace what the page shows; safe from any thread."""
        with self._lock:
            self.state = {"error": "", **state, "revision": self.state["revision"] + 1}

    def _set_changed_state(self, state: Mapping[str, Any]) -> None:
        """Replace what the page shows, unless it shows the same; safe from any thread."""
        with self._lock:
            if self.state != {"error": "", **state, "revision": self.state["revision"]}:
                self._set_state(state)

    def _change(self, **parts: Any) -> None:
        """Replace parts of what the page shows, and keep the others as they are now; safe from any thread.

        What a part comes from is computed before: a copy of the state that waits for it would undo what another thread
        shows in the meantime.
        """
        with self._lock:
            self._set_state(self.state | parts)

    def _show_error(self, sentence: str) -> None:
        self._change(error=sentence)
