"""How a session holds its worker."""

from __future__ import annotations

import threading

from lada_explore.session.worker import Steppable, Worker


class OwnedWorker:
    """The one worker of a session, which holds this and ends the worker when it is closed itself."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._closed = False
        self._lock = threading.Lock()

    def of(self, session: Steppable) -> Worker:
        """The worker, made at the first call; one that was closed by itself is followed by another.

        Args:
            session: the one that holds this. Once it is closed, its worker takes no order.
        """
        with self._lock:
            if self._worker is None or (self._worker.closed and not self._closed):
                self._worker = Worker(session)
                if self._closed:
                    self._worker.close()
            return self._worker

    def close(self) -> None:
        """End the worker, if there is one."""
        with self._lock:
            self._closed, worker = True, self._worker
        if worker is not None:
            worker.close()
