"""The features of the whole pool, as the classifier of a cycle sees it; only the map's density reads them.

A record of SCORE keeps the features of candidates and labelled images only. Those of the other images can be computed
while the weights that scored the cycle are at hand: in the session until the next TRAIN, and on disk where the run
keeps the weights of all cycles. Nothing of it is recorded, and no stage reads it.

Measured with 100,000 images of 28 x 28 and the demo's network, on one thread of a busy machine: 35 s, and at most 0.7 s
a block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Protocol

import numpy as np
import torch

from lada_explore.analysis.whole_pool import MAX_IMAGES
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError
from lada_explore.models import Classifier, folded
from lada_explore.records import CycleRecords, HalfArray, IntArray, Stage
from lada_explore.runtime import Runtime
from lada_explore.seeds import pool_sample_seed
from lada_explore.stages.runner import StageRunner
from lada_explore.stages.score import to_half
from lada_explore.store import RunFolder
from lada_explore.store.checkpoint import read_checkpoint
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.store.run_writer import RunWriter

BLOCK = 1024
"""Number of images between two looks at whether a stage wants to run (ours): a stage waits for at most these."""

WAIT_S = 0.1
"""Time in seconds between two calls of `goes_on` while a stage holds the session."""


class _Run(Protocol):
    folder: RunFolder
    data: ImageData
    _run: RunWriter
    _runner: StageRunner
    _runtime: Runtime
    _stepping: Any

    @property
    def config(self) -> RunConfig: ...

    @property
    def history(self) -> tuple[CycleRecords, ...]: ...


class SeesPool:
    """Gives a session the features of its whole pool."""

    def pool_sample(self: _Run) -> IntArray:
        """(P,) increasing ids of the images that can be read; `MAX_IMAGES` drawn by the seed of the run, if more."""
        train = self.data.train
        ids = np.setdiff1d(np.arange(len(train)), train.absent_ids)
        if len(ids) <= MAX_IMAGES:
            return ids
        drawn = np.random.default_rng(pool_sample_seed(self.config.seed)).choice(ids, MAX_IMAGES, replace=False)
        return np.sort(drawn)

    def pool_features(
        self: _Run, cycle: int, ids: IntArray, goes_on: Callable[[int], bool]
    ) -> Iterator[tuple[IntArray, HalfArray]]:
        """Features of images of the pool as SCORE of a cycle would have recorded them, block by block.

        The session is held during each block, and free between two of them: a stage that begins waits for one block.

        Args:
            cycle: a cycle that is scored.
            ids: (P,) ids.
            goes_on: called before each block with the number of images that are done, and now and then while a stage
                runs; it may block, and ends the pass if it returns False.

        Yields:
            (B,) ids and (B, F) features, in the order of `ids`.

        Raises:
            ConfigError: the weights that scored the cycle are not at hand.
            NumericsError: a feature is beyond the range of float16.
            StoreError: the session is closed, or the weights on disk are damaged.
        """
        classifier: Classifier | None = None
        for start in range(0, len(ids), BLOCK):
            block = ids[start : start + BLOCK]
            while True:
                if not goes_on(start):
                    return
                if self._stepping.acquire(timeout=WAIT_S):
                    break
            try:
                self._run.require_open()
                classifier = classifier or _classifier_of(self, cycle)
                features = _features(self, classifier, cycle, block)
            finally:
                self._stepping.release()
            yield block, features


def _classifier_of(run: _Run, cycle: int) -> Classifier:
    """A copy of the classifier that scored a cycle. Raises ConfigError if its weights are not at hand."""
    trained = [records.cycle for records in run.history if records.train is not None]
    networks = run._runner.networks
    if trained and trained[-1] == cycle - 1:
        return networks.folded()
    place = run.folder.stage_folder(cycle - 1, Stage.TRAIN)
    if not (place / CHECKPOINT_FILE).exists():
        raise ConfigError(
            f"the weights that scored cycle {cycle} are not kept: the whole pool can be placed on a map until the next "
            'training, and afterwards in a run with checkpoints="all"'
        )
    weights, copy = read_checkpoint(place), deepcopy(networks.classifier)
    copy.load_state_dict({name: weights[name] for name in copy.state_dict()})
    return folded(copy, run._runtime.precision)


@torch.no_grad()
def _features(run: _Run, classifier: Classifier, cycle: int, ids: IntArray) -> HalfArray:
    runtime, images, chunk = run._runtime, run._runner._images, run._runner.networks.scoring_chunk()
    with runtime.computing(), runtime.arithmetic(), runtime.passing():
        found = [
            classifier.features_from_layer(images.batch(ids[start : start + chunk]), 0)
            for start in range(0, len(ids), chunk)
        ]
        return to_half(torch.cat(found), ids, Stage.SCORE, cycle)
