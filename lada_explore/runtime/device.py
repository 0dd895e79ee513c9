"""Decisions about the device, its precision and its memory, all of them here."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import psutil
import torch
from torch import Tensor, nn

from lada_explore.errors import ConfigError
from lada_explore.runtime.threads import limited

DEVICE_TYPES = ("cpu", "cuda")

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}

PASS_BYTES = {"cpu": 8 * 2**20, "cuda": 512 * 2**20}
"""Size of the largest feature map of one pass. On a CPU, 8 MiB are 40 states at full width and 167 of the demo's: as
fast as any other size on 2 cores, and a pass of the demo takes 45 ms, so pause and stop keep their 200 ms."""

MEMORY_SHARE = 0.25
"""Of the free memory, what one pass may take; the rest is for the hidden states, the images and everybody else."""

FASTER = 1.2
"""bfloat16 is chosen where a convolution is at least this many times faster than in float32."""

MAX_THREADS = 1024
"""OpenMP ends the process where the system gives it no more threads; with 100,000 it did."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where a session computes, and how precisely.

    Attributes:
        device: of the classifier, the images in work and the hidden states.
        precision: of the classifier's layers while it scores and looks ahead; it trains and is tested in float32.
        threads: of the CPU in a `computing` block, where small steps follow each other; as torch has when None.
        pass_threads: the same in a `passing` block, where many images go through the classifier at once.
    """

    device: torch.device
    precision: torch.dtype = torch.float32
    threads: int | None = None
    pass_threads: int | None = None

    @classmethod
    def choose(cls, name: str = "auto", precision: str = "float32", threads: int | None = None) -> Runtime:
        """The device and the precision by name; "auto" takes the GPU if there is one, and bfloat16 where it pays.

        Raises:
            ConfigError: a device that torch does not know or that is not here, an unknown precision, or no thread.
        """
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            least = "at least 1" if isinstance(threads, int) else "a whole number, 1 or more"
            raise ConfigError(f"threads is {threads!r}; use {least}, or leave it out to let a short trial choose")
        if threads is not None and threads > MAX_THREADS:
            raise ConfigError(f"threads is {threads}; use at most {MAX_THREADS}, better no more than there are cores")
        if precision not in ("auto", *PRECISIONS):
            raise ConfigError(f"precision {precision!r} is not known; use 'auto', 'float32' or 'bfloat16'")
        device = _device(name)
        if precision == "auto":
            precision = "bfloat16" if bfloat16_pays(device) else "float32"
        return cls(device, PRECISIONS[precision], threads, threads)

    @property
    def precision_name(self) -> str:
        """Key of `PRECISIONS`."""
        return str(self.precision).removeprefix("torch.")

    def chunk(self, largest: int, needed: int) -> int:
        """How many states go through the classifier in one pass, at least 1.

        Args:
            largest: bytes of the largest feature map of one state.
            needed: bytes that one state takes in all while it is in work.
        """
        fits = int(MEMORY_SHARE * free_bytes(self.device)) // needed
        return max(1, min(PASS_BYTES[self.device.type] // largest, fits))

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network to the device. Channels-last was 1.2 to 1.4 times faster on 2 CPU cores (AVX2), width 16."""
        return network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def place_states(self, states: Tensor) -> Tensor:
        """Images or hidden states (B, D, H, W) in the layout that `place` gave the network."""
        return states.to(self.device, memory_format=torch.channels_last)

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Give torch's global generators this seed inside the block, and put them back after it."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(seed)
            yield

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Compute on `threads` inside the block; other threads of Python keep theirs."""
        with limited(self.threads):
            yield

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Compute on `pass_threads` inside the block, as in `computing`."""
        with limited(self.pass_threads):
            yield

    def describe(self) -> str:
        """Device as a person reads it."""
        if self.device.type == "cuda":
            return f"{self.device} ({torch.cuda.get_device_name(self.device)})"
        steps, passes = (number or torch.get_num_threads() for number in (self.threads, self.pass_threads))
        return f"{self.device} ({steps} thread{'s'[: steps > 1]}{'' if passes == steps else f', {passes} in passes'})"


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        if device.type not in DEVICE_TYPES:
            raise RuntimeError(f"this package runs on {' and '.join(DEVICE_TYPES)} only")
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigError(f"device {name!r} cannot be used ({reason}); use 'auto', 'cpu' or 'cuda'") from error
    return device


def free_bytes(device: torch.device) -> int:
    """Memory that is free now on the device; on a CPU, also within the limit of a container."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return min(int(psutil.virtual_memory().available), _free_in_container())


def _free_in_container(folder: Path = Path("/sys/fs/cgroup")) -> int:
    """What a control group (version 2) leaves to this process; no limit where there is none."""
    try:
        limit = int((folder / "memory.max").read_text())
        used = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        # Not memory.current, which counts cached files that would be dropped.
        return max(0, limit - int(used["anon"]))
    except (OSError, ValueError, KeyError):
        return 2**63 - 1


@lru_cache
def bfloat16_pays(device: torch.device) -> bool:
    """Whether a convolution of the full-width classifier is faster in bfloat16 here, by measuring it once.

    Where the processor has no instructions for it the answer is no without a measurement, which would take seconds.
    """
    if device.type == "cuda":
        supported = torch.cuda.get_device_capability(device) >= (8, 0)
    else:
        supported = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    if not supported:
        return False
    seconds: dict[torch.dtype, list[float]] = {dtype: [] for dtype in PRECISIONS.values()}
    states = torch.ones(32, 64, 28, 28, device=device).to(memory_format=torch.channels_last)
    convolution = nn.Conv2d(64, 64, 3, padding=1).to(device).to(memory_format=torch.channels_last)
    with torch.no_grad():
        for _ in range(8):
            for dtype, taken in seconds.items():
                began = time.perf_counter()
                with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
                    convolution(states).float().sum().item()  # .item() waits for a GPU
                taken.append(time.perf_counter() - began)
    # The first round of each pays for the choice of an algorithm. The fastest counts, for what else the machine does
    # only adds: with medians, processes beside each other came to different answers.
    fastest = {dtype: min(taken[1:]) for dtype, taken in seconds.items()}
    return fastest[torch.float32] >= FASTER * fastest[torch.bfloat16]


def load_optimisers() -> None:
    """Let torch load now, once and for 1 to 3 s, what the first optimiser of a process would load.

    Otherwise the first TRAIN does it, before its first progress point, and Pause has to wait.
    """
    torch.optim.Adam([torch.zeros(1)])


def versions() -> dict[str, str]:
    """Versions that a run's results depend on."""
    packages = ("lada-explore", "torch", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
