"""The checkpoints of a run: tensors beside the records of SCORE and TRAIN, from which it is resumed."""

from __future__ import annotations

from torch import Tensor

from lada_explore.config import AcquisitionCapabilities, Checkpoints
from lada_explore.records import Record, Stage
from lada_explore.stages.networks import Networks, taken_over
from lada_explore.store.checkpoint import read_checkpoint, require_fit, write_checkpoint
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.store.run_writer import RunWriter


class RunCheckpoints:
    """Commits records with their tensors, deletes what the settings do not keep, and reads the tensors again.

    Args:
        run: the run.
    """

    def __init__(self, run: RunWriter) -> None:
        self._run = run

    def commit(self, record: Record, seconds: float, tensors: dict[str, Tensor]) -> None:
        """Commit a record, and tensors beside it if there are any; arguments and errors as for `RunWriter.commit`."""
        if tensors:
            self._run.commit(record, seconds, also=lambda folder: write_checkpoint(folder, tensors))
        else:
            self._run.commit(record, seconds)
        self.drop_old()

    def drop_old(self) -> None:
        """Keep only the newest tensors, if configured; also called on opening, because a kill may come before it."""
        if self._run.folder.info.config.checkpoints is Checkpoints.LAST:
            self._run.keep_newest(CHECKPOINT_FILE, (Stage.SCORE, Stage.TRAIN))

    def of_acquisition(self, cycle: int) -> dict[str, Tensor] | None:
        """Weights that the acquisition had when it scored this cycle; None if it saves none."""
        folder = self._run.folder.stage_folder(cycle, Stage.SCORE)
        return read_checkpoint(folder) if (folder / CHECKPOINT_FILE).exists() else None

    def need_first_weights(self, acquisition: AcquisitionCapabilities) -> bool:
        """Whether stages to come depend on the weights that the classifier started with.

        Nothing is trained yet, each cycle starts anew, or the acquisition may train classifiers of its own.
        """
        trained = any(records.train is not None for records in self._run.history)
        return not trained or self._run.folder.info.config.training.reinitialise or acquisition.trains

    def restore(self, networks: Networks) -> None:
        """Load the weights that the last committed TRAIN saved, if there was one.

        Of a branch this may be a TRAIN of its parent, see `taken_over`.

        Raises:
            StoreError: the weights are missing, damaged or of other networks.
        """
        trained = [records.cycle for records in self._run.history if records.train is not None]
        if trained:
            folder = self._run.folder.stage_folder(trained[-1], Stage.TRAIN)
            weights = read_checkpoint(folder)
            if trained[-1] <= self._run.folder.info.last_shared:
                weights = taken_over(weights, networks.weights())
            require_fit(folder, weights, networks.weights())
            networks.load_weights(weights)
