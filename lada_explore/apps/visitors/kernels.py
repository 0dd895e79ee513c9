"""The kernels of visitors: each is made for one of them, their number is limited, and they end with their page."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from lada_explore.apps.served.progress import PROGRESS
from lada_explore.apps.visitors.board import Board
from lada_explore.apps.visitors.places import Places

KERNEL = "lada_explore"
"""Name of our kernel specification, in `served/kernels/`."""

SECRETS = ("token", "first")
"""Parts of an address that a kernel does not need and is not told."""

LEAVES_S = 1.0
"""How long a page that is loaded again may take to release its kernel."""


class VisitorKernels(AsyncMappingKernelManager):
    """Jupyter's manager of kernels by id, which also knows whom each kernel was made for.

    Its parent is the `Server`, which says how many kernels there may be.

    Attributes:
        places: the visitor of each kernel.
        board: how far each group is.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        assert self.parent is not None
        self.places = Places(self.parent.max_students)
        self.board = Board(self._progress)
        # Kernels get the reading end as their standard input. Nothing is written; it ends when this process does.
        self._alive, self._held = os.pipe()
        self._ending: dict[str, asyncio.Task[None]] = {}

    async def open(self, visitor: str, query: str) -> str:
        """Start a kernel for a visitor; returns its id.

        Args:
            visitor: the only one who may use it.
            query: the part of the page's address after the question mark.

        Raises:
            Full: other visitors have all the kernels there may be.
        """
        await self._make_room(visitor)
        kernel_id = str(uuid.uuid4())
        self.places.take(visitor, kernel_id)
        try:
            folder = self._folder(kernel_id)
            folder.mkdir(mode=0o700)
            own = {"QUERY_STRING": without_secrets(query), "TMPDIR": str(folder)}
            own[PROGRESS] = str(self._progress(kernel_id))
            await self.start_kernel(
                kernel_id=kernel_id, kernel_name=KERNEL, env=os.environ | own, cwd=str(folder), stdin=self._alive
            )
            self.places.begun(kernel_id)
        except BaseException:
            self._forget(kernel_id)
            raise
        return kernel_id

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once, whatever it does; nothing in it is worth saving."""
        if kernel_id not in self._ending and kernel_id in self:
            ending = self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]
            self._ending[kernel_id] = asyncio.create_task(ending)
        if kernel_id in self._ending:
            await asyncio.shield(self._ending[kernel_id])

    def remove_kernel(self, kernel_id: str) -> Any:
        """Jupyter calls this for every kernel that has ended."""
        self._forget(kernel_id)
        return super().remove_kernel(kernel_id)

    def notify_connect(self, kernel_id: str) -> None:
        """Jupyter calls this when a page connects."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self.places.page_came(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Jupyter calls this when a page disconnects."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        self.places.page_left(kernel_id)

    async def _make_room(self, visitor: str) -> None:
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + LEAVES_S
        while not self.places.has_room(visitor):
            found = self.places.in_the_way(visitor)
            # A page that is being loaded again releases its kernel, but its request may come after this one.
            if found is None or (found[1] and loop.time() < patient_until):
                await asyncio.sleep(0.05)
            else:
                await self.end(found[0])
                self._forget(found[0])

    def _folder(self, kernel_id: str) -> Path:
        return Path(self.connection_dir, kernel_id)

    def _progress(self, kernel_id: str) -> Path:
        return self._folder(kernel_id) / "progress.json"

    def _forget(self, kernel_id: str) -> None:
        self.places.free(kernel_id)
        self._ending.pop(kernel_id, None)
        self.board.leave(kernel_id)
        shutil.rmtree(self._folder(kernel_id), ignore_errors=True)


def without_secrets(query: str) -> str:
    """The query without the parts named in `SECRETS`."""
    return urlencode([(name, value) for name, value in parse_qsl(query, True) if name not in SECRETS])
