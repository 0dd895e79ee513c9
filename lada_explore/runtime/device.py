"""The device, its precision and its memory; no other module decides about them."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path

import psutil
import torch
from torch import Tensor, nn

from lada_explore.config.choices import Gpu, Precision
from lada_explore.config.limits import one_of
from lada_explore.errors import ConfigError
from lada_explore.files import if_sound
from lada_explore.runtime.arithmetic import computed
from lada_explore.runtime.threads import limited

DEVICE_TYPES = ("cpu", "cuda")
"""Kinds of devices that stages run on."""

PRECISIONS = {Precision.FLOAT32: torch.float32, Precision.BFLOAT16: torch.bfloat16}
"""Torch's type of each precision."""

PASS_BYTES = {"cpu": 8 * 2**20, "cuda": 512 * 2**20}
"""Size in bytes of the largest feature map of one pass. On a CPU, 8 MiB hold 40 states at full width, or 167 of the
demo. No other size was faster on 2 cores, and a pass of the demo takes 45 ms, so pause and stop answer in 200 ms."""

MEMORY_SHARE = 0.25
"""Share of the free memory that one pass may take; the rest is for hidden states, images and other programs."""

EXACT_BYTES = 4 * 2**30
"""Memory in bytes that one pass may take on a GPU that computes exactly, however much is free: the size of a pass
decides in which order sums are added. A smaller GPU halves it when memory runs out, and says so."""

MIN_SPEEDUP = 1.2
"""bfloat16 is chosen if a convolution is at least this many times faster in it than in float32."""

MAX_THREADS = 1024
"""Largest number of threads. OpenMP ends the process if the system gives it no more threads, as with 100,000."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Device, precision and CPU threads of a session.

    Attributes:
        device: device of the networks, of batches of images and of hidden states.
        precision: number format of the classifier's layers in SCORE and LOOK_AHEAD; TRAIN and EVALUATE use float32.
        threads: CPU threads for training steps, in a `computing` block; None leaves torch's number.
        pass_threads: CPU threads for passes of many images through the classifier, in a `passing` block; None leaves
            torch's number.
        gpu: whether a GPU computes exactly or fast; no effect on a CPU.
    """

    device: torch.device
    precision: torch.dtype = torch.float32
    threads: int | None = None
    pass_threads: int | None = None
    gpu: Gpu = Gpu.EXACT

    @classmethod
    def choose(
        cls,
        name: str = "auto",
        precision: str = Precision.FLOAT32,
        threads: int | None = None,
        gpu: Gpu = Gpu.EXACT,
    ) -> Runtime:
        """Choose device and precision by name.

        Args:
            name: "cpu", "cuda" or "cuda:1"; "auto" takes the GPU if there is one.
            precision: text of a `Precision`; "auto" takes bfloat16 if it is faster on the device.
            threads: CPU threads for steps and for passes; None leaves torch's number.
            gpu: whether a GPU computes exactly or fast.

        Raises:
            ConfigError: torch does not know the device or it is not available, the precision is unknown, or the number
                of threads is out of range.
        """
        if threads is not None and (not isinstance(threads, int) or threads < 1):
            least = "at least 1" if isinstance(threads, int) else "a whole number, 1 or more"
            raise ConfigError(f"threads is {threads!r}; use {least}, or leave it out to let a short trial choose")
        if threads is not None and threads > MAX_THREADS:
            raise ConfigError(f"threads is {threads}; use at most {MAX_THREADS}, better no more than there are cores")
        if precision not in tuple(Precision):
            raise ConfigError(f"precision {precision!r} is not known; use {one_of(Precision)}")
        device, chosen = _device(name), Precision(precision)
        if chosen is Precision.AUTO:
            pays = bfloat16_is_faster(device, gpu) if _TOLD[0] is None else _TOLD[0]
            chosen = Precision.BFLOAT16 if pays else Precision.FLOAT32
        return cls(device, PRECISIONS[chosen], threads, threads, gpu)

    @property
    def precision_name(self) -> str:
        """Text of the `Precision`."""
        return str(self.precision).removeprefix("torch.")

    def chunk(self, largest: int, needed: int) -> int:
        """Number of states that go through the classifier in one pass, at least 1.

        Args:
            largest: size of the largest feature map of one state, in bytes.
            needed: memory that one state takes in total during the pass, in bytes.
        """
        fixed = self.device.type == "cuda" and self.gpu is Gpu.EXACT
        fits = (EXACT_BYTES if fixed else int(MEMORY_SHARE * free_bytes(self.device))) // needed
        return max(1, min(PASS_BYTES[self.device.type] // largest, fits))

    def place(self, network: nn.Module) -> nn.Module:
        """Move a network to the device, in channels-last layout.

        The layout was 1.2 to 1.4 times faster at width 16 on 2 CPU cores (AVX2).
        """
        return network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def place_states(self, states: Tensor) -> Tensor:
        """Move images or hidden states (B, D, H, W) to the device, in the same layout as `place`."""
        return states.to(self.device, memory_format=torch.channels_last)

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Seed torch's global generators inside the block, and restore their state afterwards."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            seed_torch(seed, self.device)
            yield

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Use `threads` CPU threads inside the block, on the current Python thread only."""
        with limited(self.threads):
            yield

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Use `pass_threads` CPU threads inside the block, on the current Python thread only."""
        with limited(self.pass_threads):
            yield

    def arithmetic(self) -> AbstractContextManager[None]:
        """Compute as `gpu` says inside the block, see `runtime.arithmetic`."""
        return computed(self.device, self.gpu)

    def describe(self) -> str:
        """Device and threads as text for people."""
        if self.device.type == "cuda":
            return f"{self.device} ({torch.cuda.get_device_name(self.device)})"
        steps, passes = (number or torch.get_num_threads() for number in (self.threads, self.pass_threads))
        predicting = "" if passes == steps else f" for training, {passes} for prediction"
        return f"{self.device} ({steps} thread{'s'[: steps > 1]}{predicting})"


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
    """Free memory of the device in bytes; on a CPU, at most what the limit of a container leaves."""
    if device.type == "cuda":
        # What torch has freed and keeps for itself is free too.
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return torch.cuda.mem_get_info(device)[0] + kept
    return min(int(psutil.virtual_memory().available), _free_in_container())


def _free_in_container(folder: Path = Path("/sys/fs/cgroup")) -> int:
    """Memory in bytes that a control group (version 2) leaves to this process; very large without a limit."""
    with if_sound():
        limit = int((folder / "memory.max").read_text())
        used = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        # memory.current would also count cached files, which the system drops when memory is needed.
        return max(0, limit - int(used["anon"]))
    return 2**63 - 1


_TOLD: list[bool | None] = [None]


def say_if_bfloat16_is_faster(answer: bool | None) -> None:
    """Let this process take the answer of another one in place of a measurement; None to measure."""
    _TOLD[0] = answer


@lru_cache
def bfloat16_is_faster(device: torch.device, gpu: Gpu = Gpu.EXACT) -> bool:
    """Whether a convolution of the full-width classifier is faster in bfloat16 on this device; measured once.

    On a GPU it is measured on as many images as SCORE passes at a time, since fewer only measure how long Python takes
    to launch it. False without a measurement, which would take seconds, if the processor has no bfloat16 instructions.

    Args:
        device: the device.
        gpu: whether a GPU computes float32 exactly, or fast as TF32.
    """
    if device.type == "cuda":
        supported = torch.cuda.get_device_capability(device) >= (8, 0)
    else:
        supported = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    if not supported:
        return False
    seconds: dict[torch.dtype, list[float]] = {dtype: [] for dtype in PRECISIONS.values()}
    n_images = 32 if device.type == "cpu" else PASS_BYTES[device.type] // (4 * 64 * 28 * 28)
    states = torch.ones(n_images, 64, 28, 28, device=device).to(memory_format=torch.channels_last)
    convolution = nn.Conv2d(64, 64, 3, padding=1).to(device).to(memory_format=torch.channels_last)
    with torch.no_grad(), computed(device, gpu):
        for _ in range(8):
            for dtype, taken in seconds.items():
                given = states.to(dtype)  # As of the layer before.
                with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
                    taken.append(seconds_of(partial(convolution, given), device))
    # The first round includes the choice of an algorithm, so it is dropped. The fastest time counts, because other work
    # on the machine only adds time; with medians, processes running side by side came to different results.
    fastest = {dtype: min(taken[1:]) for dtype, taken in seconds.items()}
    return fastest[torch.float32] >= MIN_SPEEDUP * fastest[torch.bfloat16]


def seconds_of(work: Callable[[], object], device: torch.device) -> float:
    """Seconds that `work` takes on the device, on a GPU without those in which Python launches it."""
    if device.type == "cpu":
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    with torch.cuda.device(device):
        start.record()
        work()
        end.record()
    end.synchronize()
    return float(start.elapsed_time(end)) / 1e3


@lru_cache
def processor() -> str:
    """Name of the CPU, and the instructions that torch uses of it; its libraries choose their algorithms by both."""
    named = []
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = next(iter(named), platform.processor() or platform.machine())
    return f"{name} ({torch.backends.cpu.get_cpu_capability()})"


def load_optimisers() -> None:
    """Make torch load now what the first optimiser of a process loads, which takes 1 to 3 s.

    Otherwise this happens in the first TRAIN before its first progress point, where a pause would have to wait for it.
    """
    torch.optim.Adam([torch.zeros(1)])


def seed_torch(seed: int, device: torch.device) -> None:
    """Seed torch's global generators of the CPU and of this device.

    `torch.manual_seed` also puts it down, with the stack of its caller as text, for each kind of device that is not in
    use, which takes 50 times as long.
    """
    torch.default_generator.manual_seed(int(seed))
    if device.type == "cuda":
        torch.cuda.manual_seed_all(seed)


_version = lru_cache(version)


def versions(device: torch.device | None = None) -> dict[str, str]:
    """Versions of the packages on which the results of a run depend, on a GPU those of CUDA and cuDNN too."""
    packages = ("lada-explore", "torch", "numpy", "scipy")
    found = {"python": platform.python_version(), **{name: _version(name) for name in packages}}
    if device is not None and device.type == "cuda":
        found |= {"cuda": str(torch.version.cuda), "cudnn": str(torch.backends.cudnn.version())}
    return found
