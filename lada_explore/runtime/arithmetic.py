"""How a GPU computes: exactly, in float32 by deterministic algorithms, or fast, in TF32 by whichever is fastest."""

from __future__ import annotations

import os
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils import deterministic

from lada_explore.config.choices import Gpu

WORDS = {Gpu.EXACT: "float32, deterministic", Gpu.FAST: "TF32"}
"""What records say of how they were computed on a GPU."""

_UNUSED_SUM = "grid_sampler_2d_backward_cuda does not have a deterministic implementation"
"""torch's warning of the gradient of the images of a spatial transformer, whose order of summation varies. Only that of
the grid is taken here, which one thread adds for each place."""


_MEMORY: Any = deterministic


@dataclass(frozen=True, slots=True)
class _Flags:
    """torch's settings of how a GPU computes, which hold for the whole process; see torch's notes on determinism.

    Attributes:
        deterministic: whether cuDNN takes deterministic algorithms only.
        benchmark: whether cuDNN tries its algorithms on each new shape.
        algorithms: whether torch's own operations are to be deterministic.
        warn_only: whether one that is not warns instead of raising an error.
        fill: whether memory is filled before its first use, which costs a kernel for each tensor.
    """

    deterministic: bool
    benchmark: bool
    algorithms: bool
    warn_only: bool
    fill: bool

    @classmethod
    def now(cls) -> _Flags:
        """The settings as they are."""
        return cls(
            torch.backends.cudnn.deterministic,
            torch.backends.cudnn.benchmark,
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
            _MEMORY.fill_uninitialized_memory,
        )

    def set(self) -> None:
        """Make them torch's settings."""
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = self.deterministic, self.benchmark
        torch.use_deterministic_algorithms(self.algorithms, warn_only=self.warn_only)
        _MEMORY.fill_uninitialized_memory = self.fill


_WANTED = {
    Gpu.EXACT: _Flags(deterministic=True, benchmark=False, algorithms=True, warn_only=True, fill=False),
    Gpu.FAST: _Flags(deterministic=False, benchmark=True, algorithms=False, warn_only=False, fill=False),
}


def _float32() -> Callable[[], None]:
    """A function that puts torch's settings of TF32 back as they are now."""
    cudnn: Any = torch.backends.cudnn
    try:
        products, convolutions = torch.get_float32_matmul_precision(), cudnn.allow_tf32
    except RuntimeError:  # A program has set some of them in the newer way, after which the older one raises an error.
        parts = (cudnn, cudnn.conv, cudnn.rnn, torch.backends.cuda.matmul)
        found = [part.fp32_precision for part in parts]

        def restore() -> None:
            _set_float32("highest", True)  # What the older way has by itself, which could not be asked.
            for part, setting in zip(parts, found, strict=True):
                part.fp32_precision = setting

        return restore
    return lambda: _set_float32(products, convolutions)


def _set_float32(products: str, convolutions: bool) -> None:
    torch.set_float32_matmul_precision(products)
    torch.backends.cudnn.allow_tf32 = convolutions


_LOCK = threading.Lock()
_INSIDE: Counter[Gpu] = Counter()
_BEFORE: list[tuple[_Flags, Callable[[], None]]] = []


@contextmanager
def computed(device: torch.device, how: Gpu) -> Iterator[None]:
    """Let torch compute in this way inside the block, on every thread of the process; nothing changes on a CPU.

    Where blocks of both ways overlap, as with two runs in one process, all compute exactly. The settings of before the
    first block come back after the last.

    Args:
        device: of the tensors.
        how: exactly or fast.
    """
    if device.type != "cuda":
        yield
        return
    with _LOCK:
        if not _INSIDE.total():
            _BEFORE.append((_Flags.now(), _float32()))
        _INSIDE[how] += 1
        _set_wanted()
    try:
        yield
    finally:
        with _LOCK:
            _INSIDE[how] -= 1
            if _INSIDE.total():
                _set_wanted()
            else:
                flags, restore_float32 = _BEFORE.pop()
                flags.set()
                restore_float32()


def _set_wanted() -> None:
    """The settings that the blocks there are now ask for."""
    how = Gpu.EXACT if _INSIDE[Gpu.EXACT] else Gpu.FAST
    if how is Gpu.EXACT:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # Without it cuBLAS is not deterministic.
        warnings.filterwarnings("ignore", message=_UNUSED_SUM)
    _WANTED[how].set()
    _set_float32("high" if how is Gpu.FAST else "highest", how is Gpu.FAST)
