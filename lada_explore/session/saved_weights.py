"""The weights that a run folder keeps, for whoever goes on with it."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from lada_explore.records import CycleRecords, Stage
from lada_explore.stages.networks import Networks
from lada_explore.store import RunFolder
from lada_explore.store.checkpoint import CHECKPOINT_FILE, read_checkpoint, require_fit


def saved_acquisition(run: RunFolder, cycle: int) -> dict[str, Tensor] | None:
    """Weights that the acquisition had when it scored this cycle; None if it saves none."""
    folder = run.stage_folder(cycle, Stage.SCORE)
    return read_checkpoint(folder) if (folder / CHECKPOINT_FILE).exists() else None


def restore_weights(run: RunFolder, history: Sequence[CycleRecords], networks: Networks) -> None:
    """Load the weights that the last committed TRAIN saved, if there was one.

    Raises:
        StoreError: they are damaged, or of other networks.
    """
    trained = [records.cycle for records in history if records.train is not None]
    if trained:
        folder = run.stage_folder(trained[-1], Stage.TRAIN)
        weights = read_checkpoint(folder)
        require_fit(folder, weights, networks.weights())
        networks.load_weights(weights)
