"""A run as a state machine: it holds the next stage to run, and every finished stage is on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from torch import nn

from lada_explore.acquisition import Acquisition, capabilities_of
from lada_explore.config import RunConfig
from lada_explore.config.paths import expanded
from lada_explore.datasets import ImageData, load_for, named
from lada_explore.errors import Renamed
from lada_explore.events import Listener, Listeners
from lada_explore.labelling.lost_images import after_a_look
from lada_explore.labelling.oracles import Oracle, asks_a_person
from lada_explore.labelling.service import LabellingService
from lada_explore.models import Classifier, Frozen, Given
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, IntArray, OracleName, Record, RunPosition, Stage
from lada_explore.runtime import Runtime, load_optimisers
from lada_explore.session.checkpoints import RunCheckpoints
from lada_explore.session.checks import oracle_for, warn_of_oracle
from lada_explore.session.cost import CycleCost, cycle_cost
from lada_explore.session.last_digits import require_same
from lada_explore.session.own_acquisition import recorded_acquisition, require_recorded, with_acquisition
from lada_explore.session.own_classifier import (
    described,
    given_of,
    require_given,
    require_same_classifier,
    with_classifier,
)
from lada_explore.session.own_features import network_of, ready_data
from lada_explore.session.own_items import FoundImages, between_stages, images_for, items_of, record_images
from lada_explore.session.owned_worker import OwnedWorker
from lada_explore.session.pool_features import SeesPool
from lada_explore.session.run_info import made_with, run_info
from lada_explore.session.stepping import Stepping, drawing_pool_of, never_hold
from lada_explore.session.thread_trial import runtime_of
from lada_explore.session.worker import Worker
from lada_explore.stages.runner import StageRunner
from lada_explore.store import RunFolder
from lada_explore.store.layouts import LayoutStore
from lada_explore.store.made_with import MadeWith
from lada_explore.store.run_line import ToldInALine
from lada_explore.store.run_writer import RunWriter


class Session(ToldInALine, SeesPool):
    """One run: `step()` runs the next stage, commits it and returns its record.

    Make one with `create`, `resume` or `open_session`. A stage that is stopped or that fails commits nothing and
    leaves the weights as they were, so it can be run again and gives the same record.

    Attributes:
        folder: the run folder.
        data: the images.
        labelling: takes a person's answers, skips and other actions; see `lada_explore.labelling.protocol`.
        cost: what a cycle will take, of a run that was just made; None if that is a few seconds, and of a resumed one.
    """

    desk = Renamed("labelling")

    def __init__(
        self,
        folder: RunFolder,
        found: FoundImages,
        *,
        oracle: Oracle | None = None,
        acquisition: Acquisition | None = None,
        classifier: Given | Frozen | None = None,
        device: str = "auto",
        threads: int | None = None,
        exact: bool = False,
    ) -> None:
        self.folder, self.data, self._given = folder, found.data, classifier
        self._runtime = runtime_of(folder.info, device, threads)
        load_optimisers()
        self.cost: CycleCost | None = None
        self._listeners = Listeners()
        self._worker = OwnedWorker()
        self._stepping = threading.RLock()
        now = made_with(self._runtime)
        self._run = RunWriter(folder, made_with=now)
        try:
            record_images(self._run, found)
            config, info = folder.info.config, folder.info
            checkpoints = RunCheckpoints(self._run)
            self._oracle = oracle_for(info.oracle if oracle is None else oracle, self.data, config)
            if self.next_stage is not None:
                warn_of_oracle(folder, self._oracle.name)
                require_same(folder, now, threads_given=threads is not None, exact=exact)
            self.labelling = LabellingService(
                self._run, self.data, asks_a_person=self.asks_a_person, listeners=self._listeners
            )
            acquisition = recorded_acquisition(config) if acquisition is None else acquisition
            self._runner = StageRunner(
                config,
                self.data,
                acquisition=acquisition,
                oracle=self._oracle,
                journal=self._run.journal,
                runtime=self._runtime,
                saved=checkpoints.of_acquisition,
                given=network_of(classifier),
            )
            start_counts = checkpoints.need_first_weights(capabilities_of(acquisition))
            require_same_classifier(info, self.classifier, start_counts=start_counts)
            checkpoints.restore(self._runner.networks)
            checkpoints.drop_old()
            self._stages = Stepping(self._run, self._runner, checkpoints, self.labelling, self._listeners)
            after_a_look(self.labelling, self._run.absent_ids)
        except BaseException:
            self.close()
            raise

    # Starting and resuming ---------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        config: RunConfig,
        out: str | Path,
        *,
        data: ImageData | None = None,
        oracle: Oracle | str | None = None,
        acquisition: Acquisition | None = None,
        classifier: nn.Module | Given | Frozen | None = None,
        device: str = "auto",
        threads: int | None = None,
    ) -> Session:
        """Start a run in a new folder.

        Args:
            config: settings; see `lada_explore.config.presets.configure`.
            out: the run folder to make.
            data: images of your own, recorded as "object:NAME"; those that `config.data` names when None.
            oracle: "ground-truth", "person", "noisy:0.1" (`NoisyOracle`) or an object of your own; when None the
                ground truth, or a person if the images have no labels.
            acquisition: an object in place of the method's; `session.own_acquisition` says what of it is recorded.
            classifier: a network in place of that of the settings, or `Classifier.from_module(network, segments)`; it
                is copied. Or `Classifier.frozen(...)`, of whose features a head is trained. `session.own_classifier`
                and `session.own_features` say what of it is recorded.
            device: "auto", "cpu", "cuda" or "cuda:1".
            threads: CPU threads; when None the number set in the environment or in torch, otherwise the fastest of a
                short trial, see `lada_explore.session.thread_trial`.

        Raises:
            LadaError: settings, images or a folder that cannot be used; no folder is made then.
        """
        given = given_of(classifier)
        config = named(with_classifier(with_acquisition(config, acquisition), given), data)
        runtime = Runtime.choose(device, config.precision, threads, config.gpu)
        custom = None if acquisition is None else capabilities_of(acquisition)
        data, sample = ready_data(config, data or load_for(config), given, custom, runtime)
        if oracle is None:
            oracle = OracleName.PERSON if data.train.targets is None else OracleName.GROUND_TRUTH
        answering = oracle_for(oracle, data, config)
        info = run_info(
            config,
            data,
            oracle=answering.name,
            acquisition=acquisition,
            runtime=runtime,
            threads=threads,
            given=network_of(given),
            described=described(config, sample()),
        )
        del sample
        folder = RunFolder.create(expanded(out), info, items_of(data, config, expanded(out)))
        found = FoundImages(data=data)
        session = cls(
            folder, found, oracle=answering, acquisition=acquisition, classifier=given, device=device, threads=threads
        )
        session.cost = cycle_cost(config, data, session.classifier, session._runtime)
        return session

    @classmethod
    def resume(
        cls,
        out: str | Path,
        *,
        data: ImageData | str | Path | None = None,
        oracle: Oracle | str | None = None,
        acquisition: Acquisition | None = None,
        classifier: nn.Module | Given | Frozen | None = None,
        device: str = "auto",
        threads: int | None = None,
        exact: bool = False,
    ) -> Session:
        """Resume a run from its folder, in its precision and on as many threads as it was started with.

        Args (the others as for `create`):
            data: images of your own that were handed over; or the folder of the images, if it has moved.
            exact: refuse to go on where the last digits of the further records would differ, see `store.made_with`;
                otherwise a warning says so.

        Raises:
            StoreError: the folder holds no run, is damaged or in use, or these are not the images of the run.
            ConfigError: another `acquisition` or classifier than that of the run; `exact`.
        """
        folder = RunFolder(expanded(out))
        require_recorded(folder.info, acquisition)
        require_given(folder.info.config, given := given_of(classifier))
        found = images_for(folder, data, given, runtime_of(folder.info, device, threads))
        return cls(
            folder,
            found,
            oracle=None if oracle is None else oracle_for(oracle, found.data, folder.info.config),
            acquisition=acquisition,
            classifier=given,
            device=device,
            threads=threads,
            exact=exact,
        )

    # Running -----------------------------------------------------------------------------------------------------

    def step(self, gate: Callable[[], None] = never_hold) -> Record | None:
        """Run the next stage, commit it and return its record; None if QUERY still waits for answers.

        Args:
            gate: called at every progress point; it may block (pause) or raise StageStopped.

        Raises:
            StageStopped: `gate` raised it, or the session was closed meanwhile; nothing is committed then.
            LadaError: the run is complete, or the stage failed; nothing is committed then.
        """
        with self._stepping:
            now = self._run.begin()
            assert now.next_stage is not None
            try:
                with self._runtime.computing():
                    return self._stages.step(now.cycle, now.next_stage, gate)
            finally:
                self._run.end()

    def run(self, cycles: int | None = None, *, until: int | None = None) -> tuple[CycleRecords, ...]:
        """Step until `cycles` more cycles are complete (None: to the end), or until a query waits for a person.

        The current cycle counts as the first. Returns the history.

        Args:
            cycles: how many more. Each call runs as many again.
            until: instead of `cycles`, the cycle that has to be complete. If it is complete already nothing is run, so
                a notebook cell with this call can be run again.

        Raises:
            ConfigError: both `cycles` and `until` are given, or `until` is below 0.
        """
        last = self.config.schedule.last_cycle(self.cycle, cycles, until)
        while self.next_stage is not None and self.cycle <= last and self.step() is not None:
            pass
        return self.history

    @property
    def position(self) -> RunPosition:
        """Cycle, next stage and whether that stage runs, read at one moment."""
        return self._run.position

    @property
    def cycle(self) -> int:
        """Cycle of the next stage; the last cycle once the run is complete."""
        return self.position.cycle

    @property
    def next_stage(self) -> Stage | None:
        """Stage that `step` would run; None when the run is complete."""
        return self.position.next_stage

    @property
    def worker(self) -> Worker:
        """The one worker of this session, made when it is first asked for; it ends with the session."""
        return self._worker.of(self)

    def look_for_images(self) -> str:
        """Look for images that were added to the folder, to be drawn from the next cycle on; says what came of it.

        Raises ConfigError while a stage runs and where no person answers, and what `resume` does.
        """
        with between_stages(self._stepping, asks_a_person=self.asks_a_person):
            record_images(self._run, found := images_for(self.folder, None, self._given, self._runtime))
            self.data = found.data
            self._runner.use(found.data)
            self.labelling.use(found.data)
            after_a_look(self.labelling, self._run.absent_ids)
            return found.sentence(self.folder.items_head)

    # Answering and closing ---------------------------------------------------------------------------------------

    def submit(self, labels: Mapping[int, int], annotator: str = "person") -> None:
        """Answer (part of) the open query; the answers are on disk when this returns.

        Args:
            labels: class index by id.
            annotator: name of the person who answers.

        Raises:
            OracleError: no query is open, an id is not in it, or a label is not a class; no answer is kept then.
            StoreError: the disk is full or read-only.
        """
        self.labelling.submit(labels, annotator)

    @property
    def open_query(self) -> IntArray:
        """Queried ids that wait for an answer; empty when no query is open."""
        if self.next_stage is not Stage.QUERY:
            return np.empty(0, dtype=np.int64)
        return self.labelling.task().query.open_ids

    @property
    def oracle(self) -> Oracle:
        """The oracle that answers."""
        return self._oracle

    @property
    def asks_a_person(self) -> bool:
        """Whether a query waits for a person."""
        return asks_a_person(self._oracle)

    def close(self) -> None:
        """End the worker and unlock the run folder; every finished stage is on disk already.

        Nothing is written afterwards: a stage that is still running is stopped and commits nothing. An oracle that is
        computing its answers cannot be interrupted and is not waited for; what it answers later is dropped, and it is
        asked again when the run is resumed.
        """
        self._worker.end()
        self._run.close()
        self._worker.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called; after that nothing can be run or answered."""
        return self._run.closed

    # State -------------------------------------------------------------------------------------------------------

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""
        return self.folder.info.config

    def config_of(self, cycle: int) -> RunConfig:
        """Settings by which a cycle was made: of a branch, those of its parent for the cycles that they share."""
        return self.folder.info.of_cycle(cycle).config

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes by label, including those that a person added."""
        return self.labelling.class_names

    @property
    def device(self) -> str:
        """Name of the device that it runs on, for people to read."""
        return self._runtime.describe()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the run, see `RecordedRun.notes`."""
        return self._run.notes

    @property
    def threads(self) -> tuple[int | None, int | None]:
        """CPU threads of training steps and of passes."""
        return self._runtime.threads, self._runtime.pass_threads

    @property
    def made_with(self) -> MadeWith:
        """What the next stage is computed with, see `store.made_with`."""
        return made_with(self._runtime)

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle, the last one possibly unfinished."""
        return self._run.history

    @property
    def layouts(self) -> LayoutStore:
        """Store of the layouts of the run's map."""
        return self._run.layouts

    @property
    def classifier(self) -> Classifier:
        """The classifier, in eval mode and frozen except while TRAIN runs."""
        return self._runner.networks.classifier

    @property
    def pool(self) -> Pool:
        """What is labelled by the committed queries, and which images the next SUBSAMPLE leaves out."""
        return drawing_pool_of(self._run, self.cycle)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event; returns a function that ends the subscription."""
        return self._listeners.subscribe(listener)
