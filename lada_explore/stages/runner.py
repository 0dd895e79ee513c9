"""Runs each stage with the networks, the images and the records of earlier stages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.acquisition import Acquisition, BatchAcquisition, PairAcquisition, TrainedAcquisition, capabilities_of
from lada_explore.augmentation import PairMixing, Transforming, augmentation_named
from lada_explore.config import Keep, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_features import seen_of_pool, seen_of_test
from lada_explore.labelling.oracles import Oracle
from lada_explore.models import Classifier, Given, folded
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, EvaluateRecord, IntArray, Record, Stage, stage_of_cycle
from lada_explore.runtime import Runtime
from lada_explore.runtime.memory import within_memory
from lada_explore.seeds import stage_seed
from lada_explore.stages.evaluate import evaluate, no_evaluation
from lada_explore.stages.look_ahead import look_ahead, no_look_ahead
from lada_explore.stages.look_ahead_theta import look_ahead_theta
from lada_explore.stages.networks import Networks
from lada_explore.stages.out_of_fold import out_of_fold_probabilities
from lada_explore.stages.plane import logits_on_plane
from lada_explore.stages.preparation import preparation_for
from lada_explore.stages.progress import Tick
from lada_explore.stages.query import ask, query
from lada_explore.stages.score import score
from lada_explore.stages.select import select_initial, select_pairs, select_singles
from lada_explore.stages.select_transforms import select_transforms
from lada_explore.stages.stop_set import stop_logits, stop_set
from lada_explore.stages.subsample import subsample
from lada_explore.stages.train_cycle import train_cycle
from lada_explore.stages.virtual import virtual_instances
from lada_explore.store.journal import Journal

T = TypeVar("T")


class StageRunner:
    """Holds what the stages share: networks, images, acquisition and oracle.

    Args:
        config: settings of the run.
        data: images of the pool, and the test set.
        acquisition: scores images and virtual instances.
        oracle: answers queries.
        journal: stores the answers.
        runtime: device.
        saved: function from a cycle to the tensors that `checkpoint` returned for its SCORE, or None; without them, an
            acquisition that trains networks trains them again in LOOK_AHEAD.
        given: a person's network as the classifier; None for that of the settings.

    Raises:
        ConfigError: the acquisition does not work with the rest of the method.

    Attributes:
        networks: the classifier, and what is trained with it.
    """

    def __init__(
        self,
        config: RunConfig,
        data: ImageData,
        *,
        acquisition: Acquisition,
        oracle: Oracle,
        journal: Journal,
        runtime: Runtime,
        saved: Callable[[int], Mapping[str, Tensor] | None] = lambda cycle: None,
        given: Given | None = None,
    ) -> None:
        self._capabilities = capabilities_of(acquisition)
        config.method.check_acquisition(self._capabilities)
        self._config = config
        self._data = data
        self._acquisition = acquisition
        self._oracle = oracle
        self._journal = journal
        self._runtime = runtime
        self._saved = saved
        self._images = seen_of_pool(data, runtime)
        self._augmentation = augmentation_named(config.method.augmentation)
        self.networks = Networks(
            config,
            data,
            images=self._images,
            augmentation=self._augmentation,
            n_classes=self._n_classes,
            runtime=runtime,
            acquisition=acquisition,
            given=given,
        )

    def use(self, data: ImageData) -> None:
        """Go on with more images, or fewer that can be read; ids stay."""
        self._data, self._images = data, seen_of_pool(data, self._runtime)

    def run(self, stage: Stage, cycle: int, done: CycleRecords, pool: Pool, tick: Tick) -> Record | None:
        """Run one stage and return its record; None if QUERY still waits for answers.

        Args:
            stage: the stage.
            cycle: its cycle.
            done: records of the earlier stages of the same cycle.
            pool: the pool with the labels of all committed queries.
            tick: called at every progress point.

        Raises:
            OutOfMemoryError: memory does not suffice even for the smallest passes through the classifier.
        """
        stages: dict[Stage, Callable[[CycleRecords, Pool, int, Tick], Record | None]] = {
            Stage.SUBSAMPLE: self._subsample,
            Stage.SCORE: self._score,
            Stage.LOOK_AHEAD: self._look_ahead,
            Stage.SELECT: self._select,
            Stage.QUERY: self._query,
            Stage.TRAIN: self._train,
            Stage.EVALUATE: self._evaluate,
        }
        trains = stage is Stage.TRAIN
        size = "training.batch_size" if trains else "schedule.subset_size"
        has_width = self._config.uses("classifier.width")
        network = "a smaller classifier.width" if has_width else "another classifier.kind"
        with self._runtime.arithmetic():
            return within_memory(
                partial(stages[stage], done, pool, stage_seed(self._config.seed, cycle, stage), tick),
                halve=(lambda: False) if trains else self.networks.halve_chunks,
                what=stage_of_cycle(stage, cycle),
                remedy=f"close other programs and resume, or start a run with {network} or a smaller {size}",
                device=self._runtime.device,
            )

    def ask(
        self,
        done: CycleRecords,
        answering: AbstractContextManager[object],
        *,
        gate: Callable[[], None],
        then: Callable[[], T],
    ) -> T:
        """Let the oracle answer what it can, then close the query; see `lada_explore.stages.query.ask`.

        Args:
            done: records of the cycle up to SELECT.
            answering: lock that is held while answers are written and while `then` runs.
            gate: called before the oracle is asked and after its answers are written.
            then: runs QUERY; its value is returned.
        """
        return ask(
            done,
            self._oracle,
            self._journal,
            config=self._config,
            n_classes=self._n_classes(),
            answering=answering,
            gate=gate,
            then=then,
        )

    def undone_on_failure(self, stage: Stage) -> AbstractContextManager[None]:
        """If the block raises an exception, restore the networks; only TRAIN changes them."""
        return self.networks.restored_on_failure() if stage is Stage.TRAIN else nullcontext()

    def checkpoint(self, stage: Stage) -> dict[str, Tensor]:
        """Tensors to store beside the record of a stage that has just run: weights, or networks of the acquisition."""
        if stage is Stage.TRAIN:
            return self.networks.weights()
        if stage is Stage.SCORE and self._capabilities.trains:
            return cast(TrainedAcquisition, self._acquisition).state_dict()
        return {}

    def _subsample(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        method = self._config.method
        return subsample(
            done.cycle,
            pool,
            size=self._config.schedule.subset_size,
            mix_layers=self._augmentation.mix_layers(self.networks.classifier) if method.uses_pairs else (),
            images=self._images,
            targets=self._data.train.targets,
            keep_images=self._config.keep is Keep.CANDIDATES,
            rng=np.random.default_rng(seed),
        )

    def _score(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        classifier = self.networks.folded()
        self._prepare(classifier, done.cycle, pool, tick, saved=None)
        with self._runtime.passing():
            return score(
                done.cycle,
                _required(done.subsample).subset_ids,
                labelled_ids=pool.labelled_ids,
                keep_features=self._config.keep is Keep.CANDIDATES,
                acquisition=self._acquisition,
                classifier=classifier,
                images=self._images,
                chunk=self.networks.scoring_chunk(),
                tick=tick,
            )

    def _look_ahead(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        candidates, scored = _required(done.subsample), _required(done.score)
        method = self._config.method
        if not (method.look_ahead or method.uses_pairs):
            return no_look_ahead(done.cycle, scored.unit)
        classifier = self.networks.folded()
        # LOOK_AHEAD may run in another process than SCORE, but the acquisition must give the same scores.
        self._prepare(classifier, done.cycle, pool, tick, saved=self._saved(done.cycle))
        if self._config.method.uses_transforms:
            return look_ahead_theta(
                done.cycle,
                candidates.subset_ids,
                augmentation=cast(Transforming, self._augmentation),
                acquisition=self._acquisition,
                classifier=classifier,
                transformer=self.networks.transformer,
                images=self._images,
                policy=self._config.method.policy,
                config=self._config.policy,
                chunk=self.networks.scoring_chunk(),
                gradient_chunk=self.networks.gradient_chunk(),
                seed=seed,
                tick=tick,
            )
        return look_ahead(
            done.cycle,
            candidates,
            scored=scored,
            acquisition=self._acquisition,
            mix=cast(PairMixing, self._augmentation).mix,
            classifier=classifier,
            images=self._images,
            config=self._config,
            runtime=self._runtime,
            chunk=self.networks.scoring_chunk(),
            gradient_chunk=self.networks.gradient_chunk(),
            seed=seed,
            tick=tick,
        )

    def _select(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        schedule = self._config.schedule
        if done.cycle == 0:
            targets, n_classes = self._data.train.targets, self.networks.classifier.n_classes
            return select_initial(
                targets,
                pool_size=pool.size,
                n_classes=n_classes,
                per_class=schedule.start_per_class(n_classes, labelled=targets is not None),
                images=self._images,
                seed=seed,
                features=None if self._data.features is None else self._data.features.train.take,
            )
        candidates, scored = _required(done.subsample), _required(done.score)
        if self._config.method.uses_transforms:
            return select_transforms(
                candidates,
                scored,
                _required(done.look_ahead),
                budget=schedule.budget,
                augmentation=cast(Transforming, self._augmentation),
                transformer=self.networks.transformer,
                classifier=self.networks.folded(),
                images=self._images,
            )
        if not self._config.method.uses_pairs:
            choose = None
            if self._capabilities.chooses_set:
                classifier = self.networks.folded()
                self._prepare(classifier, done.cycle, pool, tick, saved=self._saved(done.cycle))
                choose = partial(cast(BatchAcquisition, self._acquisition).choose, seed=seed, tick=tick)
            return select_singles(candidates, scored, budget=schedule.budget, images=self._images, choose=choose)
        ahead = _required(done.look_ahead)
        virtual = partial(
            virtual_instances,
            cycle=done.cycle,
            mix_layer=candidates.mix_layer,
            mix=cast(PairMixing, self._augmentation).mix,
            classifier=self.networks.folded(),
            images=self._images,
            chunk=self.networks.scoring_chunk(),
            tick=tick,
        )
        select = partial(select_pairs, candidates, scored, ahead, images=self._images, virtual=virtual)
        own = cast(PairAcquisition, self._acquisition).choose_pairs if self._capabilities.chooses_pairs else None
        return select(counted=self._config.method.look_ahead, budget=schedule.budget, choose=own)

    def _query(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record | None:
        return query(
            done,
            self._journal,
            config=self._config,
            n_classes=self._n_classes(),
            true_classes=self._true_classes,
            pixels=self._images.thumbnails,
            labelled_ids=pool.labelled_ids,
        )

    def _train(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        record = train_cycle(
            done,
            pool,
            config=self._config,
            networks=self.networks,
            augmentation=self._augmentation,
            images=self._images,
            shape=self._data.input_shape,
            runtime=self._runtime,
            seed=seed,
            tick=tick,
        )
        if not self._data.train.holds_points:
            return record
        return replace(record, plane=logits_on_plane(self.networks.classifier, self._data, self._runtime))

    def _evaluate(self, done: CycleRecords, pool: Pool, seed: int, tick: Tick) -> Record:
        classifier, ids = folded(self.networks.classifier), stop_set(self._config.seed, pool)
        tested, chunk = self._test(done.cycle, classifier, pool, tick), self.networks.scoring_chunk()
        with self._runtime.passing():
            logits = stop_logits(done.cycle, classifier, self._images, ids, chunk=chunk, tick=tick)
        return replace(tested, stop_ids=ids, stop_logits=logits)

    def _test(self, cycle: int, classifier: Classifier, pool: Pool, tick: Tick) -> EvaluateRecord:
        n_labelled, test = int(pool.in_training_set.sum()), self._data.test
        if test is not None and test.targets is not None:
            images = seen_of_test(self._data, self._runtime)
            targets, ids = test.targets, None
        elif pool.in_test_set.any():
            images, ids = self._images, pool.labelled_ids[pool.in_test_set]
            targets = torch.from_numpy(pool.labels[pool.in_test_set])
        else:
            return no_evaluation(cycle, n_labelled)
        with self._runtime.passing():
            return evaluate(
                cycle,
                classifier,
                images,
                targets,
                ids=ids,
                n_labelled=n_labelled,
                chunk=self.networks.scoring_chunk(),
                tick=tick,
            )

    def out_of_fold(self, cycle: int, pool: Pool, folds: int, tick: Tick) -> NDArray[np.float64]:
        """(L, C) class probabilities of the labelled images by `out_of_fold_probabilities`; changes no network."""
        return out_of_fold_probabilities(
            cycle,
            pool,
            folds=folds,
            networks=self.networks,
            images=self._images,
            config=self._config.training,
            seed=stage_seed(self._config.seed, cycle, Stage.TRAIN),
            runtime=self._runtime,
            tick=tick,
        )

    def _prepare(
        self, classifier: Classifier, cycle: int, pool: Pool, tick: Tick, *, saved: Mapping[str, Tensor] | None
    ) -> None:
        """Prepare the acquisition with the same context in each stage of the cycle."""
        self._acquisition.prepare(
            preparation_for(
                cycle,
                pool,
                config=self._config,
                classifier=classifier,
                networks=self.networks,
                images=self._images,
                runtime=self._runtime,
                tick=tick,
                saved=saved,
            )
        )

    def _true_classes(self, ids: IntArray) -> IntArray:
        targets = self._data.train.targets
        return np.full(len(ids), -1, dtype=np.int64) if targets is None else targets[torch.from_numpy(ids)].numpy()

    def _n_classes(self) -> int:
        return len(self._data.train.class_names) + len(self._journal.label_state().added_classes)


def _required(record: Any) -> Any:
    """The record of an earlier stage of the same cycle, which exists because of the order of stages."""
    assert record is not None
    return record
