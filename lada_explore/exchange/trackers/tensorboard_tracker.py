"""TensorBoard: event files below a folder, one folder for each run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.exchange.trackers.measures import CycleMeasures, TrackedRun
from lada_explore.exchange.trackers.protocol import Ending
from lada_explore.files import Refusal, require_folder

MAP = "map"
PARAMETERS = "parameters"
THERE = "labels"
"""The measure that every cycle has."""


class TensorboardTracker:
    """Writes event files to DIR/NAME-OF-THE-RUN, which `tensorboard --logdir DIR` shows.

    Args:
        place: the folder DIR; it is made when it is not there.

    Raises:
        ConfigError: a folder that cannot be written.
    """

    def __init__(self, place: str) -> None:
        self.where = f"tensorboard:{place}"
        self._folder = expanded(Path(place))
        require_folder(self._folder, Refusal(error=ConfigError, remedy="name another folder after tensorboard:"))
        self._writer: Any = None

    def begin(self, run: TrackedRun) -> frozenset[int]:
        """Open the folder of the run."""
        from torch.utils.tensorboard import SummaryWriter

        folder = self._folder / run.name
        there = _cycles_in(folder)
        self._writer = SummaryWriter(str(folder))
        if not there:
            lines = [f"| {name} | {value} |" for name, value in run.parameters.items()]
            self._writer.add_text(PARAMETERS, "\n".join(["| setting | value |", "|---|---|", *lines]), 0)
        return there

    def log(self, measures: CycleMeasures) -> None:
        """Write the measures of one cycle."""
        if measures.picture:
            with Image.open(io.BytesIO(measures.picture)) as picture:
                self._writer.add_image(MAP, np.asarray(picture.convert("RGB")), measures.cycle, dataformats="HWC")
        # The labels last, because they say that the cycle is there.
        for name in sorted(measures.values, key=lambda name: name == THERE):
            self._writer.add_scalar(name, measures.values[name], measures.cycle)
        self._writer.flush()

    def end(self, ending: Ending) -> None:
        """Close the files; TensorBoard has no place for how a run ended."""
        self._writer.close()


def _cycles_in(folder: Path) -> frozenset[int]:
    """Cycles whose measures are in the event files of a folder."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    if not folder.exists():
        return frozenset()
    # 0 keeps every scalar; a picture is not read.
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 1, "tensors": 1})
    events.Reload()
    if THERE not in events.Tags()["scalars"]:
        return frozenset()
    return frozenset(int(event.step) for event in events.Scalars(THERE))
