"""Decisions about the device and its precision, all of them here."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

import torch
from torch import Tensor, nn

from lada_explore.errors import ConfigError

DEVICE_TYPES = ("cpu", "cuda")

SCORING_CHUNK = {"cpu": 100, "cuda": 2000}
"""States in one forward pass. On a CPU a chunk of the demo classifier takes about 30 ms on 2 cores, which keeps pause
and stop within their 200 ms."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where a session computes.

    Attributes:
        device: of the classifier, the images in work and the hidden states.
    """

    device: torch.device

    @classmethod
    def choose(cls, name: str = "auto") -> Runtime:
        """The device by name; "auto" takes the GPU if there is one.

        Raises:
            ConfigError: a device that torch does not know or that is not here.
        """
        if name == "auto":
            return cls(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
        try:
            device = torch.device(name)
            if device.type not in DEVICE_TYPES:
                raise RuntimeError(f"this package runs on {' and '.join(DEVICE_TYPES)} only")
            torch.empty(0, device=device)
        except (RuntimeError, AssertionError) as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(f"device {name!r} cannot be used ({reason}); use 'auto', 'cpu' or 'cuda'") from error
        return cls(device)

    @property
    def scoring_chunk(self) -> int:
        """States in one forward pass while scoring."""
        return SCORING_CHUNK.get(self.device.type, SCORING_CHUNK["cpu"])

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

    def describe(self) -> str:
        """Device as a person reads it."""
        if self.device.type == "cuda":
            return f"{self.device} ({torch.cuda.get_device_name(self.device)})"
        return f"{self.device} ({torch.get_num_threads()} threads)"


def versions() -> dict[str, str]:
    """Versions that a run's results depend on."""
    packages = ("lada-explore", "torch", "numpy", "scipy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
