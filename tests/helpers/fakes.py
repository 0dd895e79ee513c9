"""Fakes for tests: a session that makes plausible records from a seed, without torch, as slowly as a test wants."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from lada_explore.beta import instance_lam, largest_of_instances
from lada_explore.config import RunConfig
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, LadaError, OracleError
from lada_explore.events import (
    Event,
    Failed,
    LabelsChanged,
    Listener,
    Listeners,
    Progress,
    QueryOpened,
    StageFinished,
    StageStarted,
)
from lada_explore.records import (
    CycleRecords,
    EvaluateRecord,
    IntArray,
    LookAheadRecord,
    QueryRecord,
    Record,
    RunPosition,
    ScoreRecord,
    SelectRecord,
    Stage,
    SubsampleRecord,
    TrainRecord,
    position,
)
from lada_explore.session.owned_worker import OwnedWorker
from lada_explore.session.worker import Worker
from lada_explore.store.journal_entry import JournalEntry

CLASS_NAMES = ("T-shirt", "Trouser", "Pullover", "<b>Dress</b>", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")
"""One name is HTML, so that tests find a view that does not escape names."""

GRID = np.linspace(0, 1, 17, dtype=np.float32)
CALIBRATION = np.array([[200, 200 * (tenth + 0.5) / 10, 18 * tenth + 10] for tenth in range(10)], np.float32)
"""Confidence rises from 0.05 to 0.95, accuracy from 0.05 to 0.86."""


class FakeSession:
    """Satisfies `lada_explore.session.worker.Steppable`. Its records depend on the seed, the cycle and the stage only.

    Args:
        method: key of METHODS.
        cycles, subset_size, budget: as in the schedule.
        points: progress points of each stage; `delay_s` passes before each.
        person: whether QUERY waits for `submit`.
        fail_at: (cycle, stage) that raises once; `failure` is what it raises.
        tested: whether there is a test set.
    """

    def __init__(
        self,
        *,
        method: str = "lada-entmix",
        seed: int = 0,
        cycles: int = 4,
        subset_size: int = 40,
        budget: int = 6,
        points: int = 3,
        delay_s: float = 0.0,
        person: bool = False,
        fail_at: tuple[int, Stage] | None = None,
        failure: Exception | None = None,
        tested: bool = True,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        schedule = {"schedule.subset_size": subset_size, "schedule.budget": budget, "policy.epochs": 8}
        self.config: RunConfig = configure(
            "demo", method, seed=seed, cycles=cycles, settings=schedule | dict(settings or {})
        )
        self.config_of: Callable[[int], RunConfig] = lambda cycle: self.config
        self.class_names, self.device = CLASS_NAMES, "fake"
        self.history: tuple[CycleRecords, ...] = (CycleRecords(cycle=0),)
        self.points, self.delay_s, self.person, self.tested = points, delay_s, person, tested
        self.fail_at, self.failure = fail_at, failure or LadaError("the fake failed as it was told to")
        self.given: dict[int, int] = {}
        self.reached: list[tuple[int, Stage, int]] = []
        self._listeners = Listeners()
        self._owned = OwnedWorker()

    @property
    def labelling(self) -> FakeSession:
        return self

    @property
    def worker(self) -> Worker:
        return self._owned.of(self)

    def close(self) -> None:
        self._owned.close()

    def answers(self) -> list[JournalEntry]:
        """What was submitted, two seconds an answer, as lines of a journal."""
        return [
            JournalEntry(id=i, label=label, annotator="person", time=2.0 * place, cycle=0, action="label")
            for place, (i, label) in enumerate(self.given.items())
        ]

    @property
    def asks_a_person(self) -> bool:
        return self.person

    @property
    def position(self) -> RunPosition:
        return position(self.history, self.config.schedule.cycles)

    @property
    def cycle(self) -> int:
        return self.position.cycle

    @property
    def next_stage(self) -> Stage | None:
        return self.position.next_stage

    @property
    def open_query(self) -> IntArray:
        if self.next_stage is not Stage.QUERY:
            return np.empty(0, np.int64)
        asked = self.history[-1].select.query_ids
        return np.array([i for i in asked.tolist() if i not in self.given], np.int64)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        return self._listeners.subscribe(listener)

    def submit(self, labels: Mapping[int, int], annotator: str = "person") -> None:
        if extra := set(labels) - set(self.open_query.tolist()):
            raise OracleError(f"{sorted(extra)[0]} is not asked")
        self.given |= labels
        self._emit(LabelsChanged())

    def step(self, gate: Callable[[], None] = lambda: None) -> Record | None:
        stage, cycle = self.next_stage, self.cycle
        if stage is None:
            raise ConfigError("the run is complete")
        self._emit(StageStarted(cycle, stage))
        began = time.perf_counter()
        try:
            for point in range(self.points):
                time.sleep(self.delay_s)
                self.reached.append((cycle, stage, point))
                self._emit(Progress(cycle, stage, point + 1, self.points, "batches"))
                gate()
            if self.fail_at == (cycle, stage):
                self.fail_at = None
                raise self.failure
        except Exception as error:
            self._emit(Failed(cycle, stage, str(error)))
            raise
        if stage is Stage.QUERY and self.person and len(self.open_query):
            self._emit(QueryOpened(cycle, self.open_query))
            return None
        record = self._make(cycle, stage)
        seconds = time.perf_counter() - began
        self._commit(record, seconds)
        self._emit(StageFinished(cycle, stage, record, seconds))
        return record

    def run(self, cycles: int | None = None) -> tuple[CycleRecords, ...]:
        last = self.config.schedule.cycles if cycles is None else self.cycle + cycles - 1
        while self.next_stage is not None and self.cycle <= last and self.step() is not None:
            pass
        return self.history

    def _labelled_ids(self) -> IntArray:
        return np.concatenate([records.query.ids for records in self.history if records.query is not None])

    def _emit(self, event: Event) -> None:
        self._listeners.emit(event)

    def _commit(self, record: Record, seconds: float) -> None:
        last = self.history[-1]
        if last.cycle == record.cycle:
            self.history = (*self.history[:-1], last.including(record, seconds))
        else:
            self.history = (*self.history, CycleRecords(cycle=record.cycle).including(record, seconds))

    def _make(self, cycle: int, stage: Stage) -> Record:
        rng = np.random.default_rng([self.config.seed, cycle, list(Stage).index(stage)])
        done = self.history[-1] if self.history[-1].cycle == cycle else CycleRecords(cycle=cycle)
        match stage:
            case Stage.SUBSAMPLE:
                return make_subsample(rng, self.config, cycle)
            case Stage.SCORE:
                return make_score(done.subsample, self._labelled_ids())
            case Stage.LOOK_AHEAD:
                return make_look_ahead(rng, self.config, done.subsample)
            case Stage.SELECT:
                return make_initial(rng, self.config) if cycle == 0 else make_select(self.config, done)
            case Stage.QUERY:
                ids = done.select.query_ids
                labels = [self.given[i] if self.person else i % 10 for i in ids.tolist()]
                return QueryRecord(cycle=cycle, ids=ids, labels=np.array(labels, np.int64))
            case Stage.TRAIN:
                mixed = self.config.schedule.budget // 2 if cycle and self.config.method.mixes_acquired else 0
                return make_train(rng, self.config, cycle, len(done.select.pair_ids) or mixed)
            case Stage.EVALUATE:
                return make_evaluate(self.config, cycle, tested=self.tested)


def n_labelled(config: RunConfig, cycle: int) -> int:
    return config.schedule.initial_per_class * len(CLASS_NAMES) + config.schedule.budget * cycle


def make_image(image_id: int) -> np.ndarray:
    """(1, 28, 28) uint8: a shape that differs from class to class."""
    y, x = np.mgrid[:28, :28]
    label = image_id % 10
    wave = np.sin(x / 3 + label) * np.cos(y / (2 + label / 3)) + (np.hypot(x - 14, y - 14) < 6 + label / 2)
    return (127 + 63 * wave).clip(0, 255).astype(np.uint8)[None]


def make_subsample(rng: np.random.Generator, config: RunConfig, cycle: int) -> SubsampleRecord:
    span = max(100, config.schedule.subset_size)
    ids = rng.choice(np.arange(cycle * span, (cycle + 1) * span), config.schedule.subset_size, replace=False)
    pairs = ids.reshape(-1, 2) if config.method.uses_pairs else np.empty((0, 2), np.int64)
    return SubsampleRecord(
        cycle=cycle,
        subset_ids=ids,
        pair_ids=pairs,
        mix_layer=1 if len(pairs) else -1,
        targets=ids % 10,
        images=np.stack([make_image(i) for i in ids.tolist()]),
    )


def entropy_bits(logits: np.ndarray) -> np.ndarray:
    """(...,) entropy of (..., C) logits."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return (-(np.exp(log_probs) * log_probs).sum(axis=-1) / np.log(2)).astype(np.float32)


def make_logits(ids: np.ndarray) -> np.ndarray:
    """(M, 10): the true class stands out, more for some images than for others."""
    logits = np.random.default_rng(3).normal(0, 1, (1000, 10))[ids % 1000]
    logits[np.arange(len(ids)), ids % 10] += 0.5 + 3.5 * ((ids * 37) % 100) / 100
    return logits.astype(np.float32)


def make_features(ids: np.ndarray) -> np.ndarray:
    """(M, 16) float16: a cloud for each class."""
    rng = np.random.default_rng(4)
    centres, noise = rng.normal(0, 3, (10, 16)), rng.normal(0, 1, (1000, 16))
    return (centres[ids % 10] + noise[ids % 1000]).astype(np.float16)


def make_score(subsample: SubsampleRecord, labelled_ids: IntArray) -> ScoreRecord:
    logits = make_logits(subsample.subset_ids)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return ScoreRecord(
        cycle=subsample.cycle,
        unit="bits",
        scores=entropy_bits(logits),
        predicted=probabilities.argmax(axis=1),
        confidence=probabilities.max(axis=1),
        logits=logits,
        outputs=logits,
        features=make_features(subsample.subset_ids),
        labelled_features=make_features(labelled_ids),
        labelled_logits=make_logits(labelled_ids),
    )


def make_look_ahead(rng: np.random.Generator, config: RunConfig, subsample: SubsampleRecord) -> LookAheadRecord:
    """Profiles bulge in the middle; tau moves from 0.5 towards a value of its own for each pair, less late in a run."""
    policy, pairs = config.method.policy, len(subsample.pair_ids)
    bulge = rng.uniform(0.1, 1.4, pairs).astype(np.float32)
    first, second = (make_logits(ids)[:, None] for ids in subsample.pair_ids.T)
    lam = GRID[None, :, None]
    along = (lam * first + (1 - lam) * second) * (1 - bulge[:, None, None] * 2 * lam * (1 - lam))
    profile = entropy_bits(along)  # (P, R)
    goal = np.clip(0.55 + 0.25 * bulge - 0.03 * subsample.cycle + rng.normal(0, 0.03, pairs), 0.05, 0.97)
    epochs = config.policy.epochs if policy == "learned" else 0
    progress = 1 - np.exp(-np.arange(epochs + 1) / 3)
    tau_by_epoch = (0.5 + progress[:, None] * (goal - 0.5)) if epochs else goal[None]
    if policy == "fixed":
        tau_by_epoch = np.full((1, pairs), config.fixed_tau)
    tau_by_epoch = tau_by_epoch.astype(np.float32)
    value = profile.mean(axis=1) if pairs else np.empty(0, np.float32)
    best = value + (0 if policy == "exact" else 0.04)
    return LookAheadRecord(
        cycle=subsample.cycle,
        policy=str(policy) if pairs else "none",
        estimator="quadrature" if pairs else "none",
        unit="bits",
        nodes=GRID[::2] if pairs else GRID[:0],
        outputs=along[:, ::2],
        grid=GRID if pairs else GRID[:0],
        profile=profile,
        tau=tau_by_epoch[-1],
        value=value.astype(np.float32),
        tau_by_epoch=tau_by_epoch,
        policy_loss=(-0.7 - 0.1 * progress[1:]).astype(np.float32),
        best_tau=goal.astype(np.float32),
        best_value=best.astype(np.float32),
        mean_virtual=value.astype(np.float32),
        max_virtual=profile.max(axis=1) if pairs else np.empty(0, np.float32),
        max_instance=largest_of_instances(profile, GRID, tau_by_epoch[-1]),
    )


def make_initial(rng: np.random.Generator, config: RunConfig) -> SelectRecord:
    ids = rng.choice(100, n_labelled(config, 0), replace=False)
    return SelectRecord(
        cycle=0,
        rule="initial",
        query_ids=ids,
        pair_ids=np.empty((0, 2), np.int64),
        pair_tau=np.empty(0, np.float32),
        score_terms=np.empty((0, 3), np.float32),
        scores=np.empty(0, np.float32),
        query_images=np.stack([make_image(i) for i in ids.tolist()]),
        virtual_lam=GRID[:0],
        virtual_features=np.empty((0, 0, 16), np.float16),
        virtual_logits=np.empty((0, 0, 10), np.float32),
    )


def mixed(first: np.ndarray, second: np.ndarray, lam: np.ndarray) -> np.ndarray:
    """(Q, V, F) of two (Q, 1, F) and (Q, V) coefficients."""
    return lam[..., None] * first + (1 - lam[..., None]) * second


def read_along(outputs: np.ndarray, lam: np.ndarray) -> np.ndarray:
    """(Q, V, C) outputs (Q, G, C) at the nodes, read linearly at lam (Q, V)."""
    columns = [[np.interp(at, GRID[::2], column) for column in along.T] for along, at in zip(outputs, lam, strict=True)]
    return np.array(columns, np.float32).transpose(0, 2, 1)


def make_select(config: RunConfig, done: CycleRecords) -> SelectRecord:
    pairs, look_ahead = done.subsample.pair_ids, done.look_ahead
    if config.method.uses_pairs:
        terms = np.stack([look_ahead.profile[:, -1], look_ahead.profile[:, 0], look_ahead.value], axis=1)
        scores = terms.sum(axis=1)
        best = np.argsort(-scores, kind="stable")[: config.schedule.budget // 2]
        query_ids, rule = pairs[best].ravel(), "pairs"
        lam = instance_lam(look_ahead.tau[best])
        virtual_logits = read_along(look_ahead.outputs[best], lam)
        ends = (make_features(ids).astype(np.float32)[:, None] for ids in pairs[best].T)
        virtual_features = mixed(*ends, lam).astype(np.float16)
    else:
        scores, terms = done.score.scores, np.empty((0, 3), np.float32)
        virtual_features, virtual_logits = np.empty((0, 0, 16), np.float16), np.empty((0, 0, 10), np.float32)
        best = np.argsort(-scores, kind="stable")[: config.schedule.budget]
        query_ids, rule = done.subsample.subset_ids[best], "singles"
        lam = GRID[:0]
    return SelectRecord(
        cycle=done.cycle,
        rule=rule,
        query_ids=query_ids,
        pair_ids=pairs[best] if rule == "pairs" else pairs,
        pair_tau=look_ahead.tau[best] if rule == "pairs" else np.empty(0, np.float32),
        score_terms=terms,
        scores=scores,
        query_images=np.stack([make_image(i) for i in query_ids.tolist()]),
        virtual_lam=lam,
        virtual_features=virtual_features,
        virtual_logits=virtual_logits,
    )


def make_train(rng: np.random.Generator, config: RunConfig, cycle: int, pairs: int) -> TrainRecord:
    loss = (1.8 * np.exp(-np.arange(config.training.epochs) / 6) + 0.05 + rng.uniform(0, 0.02)).astype(np.float32)
    return TrainRecord(
        cycle=cycle,
        n_labelled=n_labelled(config, cycle),
        n_virtual=pairs,
        train_loss=loss,
        virtual_loss=loss + np.float32(0.8) if pairs else loss[:0],
        mix_layer=1 if pairs else -1,
    )


def make_evaluate(config: RunConfig, cycle: int, *, tested: bool) -> EvaluateRecord:
    labels = n_labelled(config, cycle)
    right = 90 - 800 // labels
    confusion = np.full((10, 10), 0, np.int64) + np.diag([right * 2] * 10)
    confusion[:, 0] += 200 - confusion.sum(axis=1)
    return EvaluateRecord(
        cycle=cycle,
        n_labelled=labels,
        n_test=2000 if tested else 0,
        accuracy=float(np.trace(confusion)) / 2000 if tested else None,
        mean_nll=1.2 if tested else None,
        confusion=confusion if tested else np.empty((0, 0), np.int64),
        calibration=CALIBRATION if tested else np.empty((0, 3), np.float32),
    )
