"""The kernels of visitors: each made for one of them, at most so many, and gone with its page or with the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from lada_explore.apps.visitors.places import Places

KERNEL = "lada_explore"
"""The name of our kernel specification, in `served/kernels/`."""

SECRETS = ("token", "first")
"""What an address may hold that a kernel has no use for."""

LEAVES_S = 1.0
"""As long a page that is loaded again may take to say that its kernel can go."""


class VisitorKernels(AsyncMappingKernelManager):
    """Jupyter's kernels by id, with the place that each takes.

    The parent is the application, which says how many places there are and in which folder kernels keep what they need.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        assert self.parent is not None
        self.places = Places(self.parent.max_students)
        # Nobody writes: kernels have the reading end as their standard input, which ends when this process does.
        self._alive, self._held = os.pipe()

    async def open(self, visitor: str, query: str) -> str:
        """Start a kernel for a visitor; returns its id.

        Args:
            visitor: who alone may use it.
            query: what stands behind the question mark of the page's address.

        Raises:
            Full: every place is taken by others.
        """
        await self._make_room(visitor)
        kernel_id = str(uuid.uuid4())
        self.places.take(visitor, kernel_id)
        try:
            folder = self._folder(kernel_id)
            folder.mkdir(mode=0o700)
            own = {"QUERY_STRING": without_secrets(query), "TMPDIR": str(folder)}
            await self.start_kernel(
                kernel_id=kernel_id, kernel_name=KERNEL, env=os.environ | own, cwd=str(folder), stdin=self._alive
            )
            self.places.begun(kernel_id)
        except BaseException:
            self._forget(kernel_id)
            raise
        return kernel_id

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once; it holds nothing that is kept."""
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Called by Jupyter for a kernel that has ended, in whatever way."""
        self._forget(kernel_id)
        return super().remove_kernel(kernel_id)

    def notify_connect(self, kernel_id: str) -> None:
        """Called by Jupyter when a page connects."""
        super().notify_connect(kernel_id)  # type: ignore[no-untyped-call]
        self.places.page_came(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Called by Jupyter when a page is gone."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        self.places.page_left(kernel_id)

    async def _make_room(self, visitor: str) -> None:
        loop = asyncio.get_running_loop()
        patient_until = loop.time() + LEAVES_S
        while not self.places.has_room(visitor):
            found = self.places.in_the_way(visitor)
            # The page before may be about to say that it leaves, and then another page of this visitor can stay.
            if found is None or (found[1] and loop.time() < patient_until):
                await asyncio.sleep(0.05)
            else:
                await self.end(found[0])
                self.places.free(found[0])

    def _folder(self, kernel_id: str) -> Path:
        return Path(self.connection_dir, kernel_id)

    def _forget(self, kernel_id: str) -> None:
        self.places.free(kernel_id)
        shutil.rmtree(self._folder(kernel_id), ignore_errors=True)


def without_secrets(query: str) -> str:
    """A query without the token and the like."""
    return urlencode([(name, value) for name, value in parse_qsl(query, True) if name not in SECRETS])
