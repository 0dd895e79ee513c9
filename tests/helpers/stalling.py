"""A network one of whose passes never ends if a test asks for it: for a stage under way when its process is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from torch import Tensor, nn

PLACE = "LADA_TEST_STALL"
"""Environment variable with a folder: a file `stall` in it, with a number of passes that go by before, asks for the
stall, which leaves a file `stalled`; where that file is, no pass stalls."""

HOLD = "hold"
"""File in that folder: while it is there, every pass waits."""

LONGEST_S = 600.0


def ask(folder: Path, after: int = 0) -> None:
    """Ask the processes that have this folder for one stall, after so many passes of one of them."""
    (folder / "stalled").unlink(missing_ok=True)
    (folder / "asked").write_text(str(after))
    (folder / "asked").replace(folder / "stall")


def hold(folder: Path) -> None:
    """Let every pass of the processes that have this folder wait, until `release`."""
    (folder / HOLD).touch()


def release(folder: Path) -> None:
    """Let them go on."""
    (folder / HOLD).unlink(missing_ok=True)


def stalled(folder: Path) -> bool:
    """Whether it has come."""
    return (folder / "stalled").exists()


def wait_while(condition: Callable[[], bool]) -> None:
    """Wait, for `LONGEST_S` at the most."""
    end = time.monotonic() + LONGEST_S
    while condition() and time.monotonic() < end:
        time.sleep(0.1)


passes = count()
"""Those of this process that could have stalled."""


class Stalling(nn.Module):
    """Pixels to classes, with one hidden layer."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv2d(1, 4, 3, stride=4), nn.ReLU())
        self.head = nn.Linear(4, 10)

    def forward(self, images: Tensor) -> Tensor:
        folder = Path(os.environ.get(PLACE, "/nowhere"))
        if (folder / "stall").exists() and not stalled(folder) and next(passes) >= int((folder / "stall").read_text()):
            (folder / "stalled").touch()
            wait_while(lambda: True)
        wait_while((folder / HOLD).exists)
        return self.head(self.layer1(images).mean(dim=(2, 3)))


def network() -> Stalling:
    """What `classifier.kind=module:helpers.stalling:network` makes."""
    return Stalling()
