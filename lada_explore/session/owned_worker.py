"""The worker of a session: made on demand, ended with the session."""

from __future__ import annotations

import threading

from lada_explore.session.worker import Steppable, Worker


class OwnedWorker:
    """Holds the one worker of a session; the session closes this when it is closed itself."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._closed = False
        self._lock = threading.Lock()

    def of(self, session: Steppable) -> Worker:
        """The worker, made at the first call; a new one if the last was closed while the session is open.

        Args:
            session: the session that owns this object. Once it is closed, its worker takes no command.
        """
        with self._lock:
            if self._worker is None or (self._worker.closed and not self._closed):
                self._worker = Worker(session)
                if self._closed:
                    self._worker.close()
            return self._worker

    def end(self) -> None:
        """Stop the worker at its next progress point, and take no more commands; returns at once."""
        with self._lock:
            self._closed, worker = True, self._worker
        if worker is not None:
            worker.end()

    def close(self) -> None:
        """End the worker, if there is one, and wait for it as `Worker.close` does."""
        self.end()
        if self._worker is not None:
            self._worker.close()
