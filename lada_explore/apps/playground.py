"""The playground on real sessions: opens runs on the plane by data set, method and seed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from lada_explore.acquisition import acquisition_of
from lada_explore.apps.served.given import Given
from lada_explore.config import METHODS, POINT_CLASSES, RunConfig
from lada_explore.config.limits import MAX_SEED
from lada_explore.config.paths import expanded
from lada_explore.config.presets import configure, preset_named
from lada_explore.datasets import ImageSet, load
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.duel import ROUNDS, DuelRuns
from lada_explore.experiments.narrowing import SeedRuns
from lada_explore.experiments.sweep import Sweep
from lada_explore.labelling.oracles import GroundTruth, Person
from lada_explore.records import DRAW_UNIT, ENTROPY_UNIT, IntArray, OracleName, Stage, stages_of
from lada_explore.session.session import Session
from lada_explore.store import RunFolder
from lada_explore.store.run_info import RUN_FILE
from lada_explore.views.playground.game import PlaygroundDuel
from lada_explore.views.playground.playground import PlaygroundView
from lada_explore.views.playground.run import PlaygroundRun, tau_limit_of
from lada_explore.views.playground.seeds import N_SEEDS
from lada_explore.views.playground.start import DATASETS, DRAWN, Look, Start

PRESET = "plane"

SEED_CYCLES = 5
"""Cycles of each of many seeds (ours): the 20 labels in which methods differ most."""

METHODS_ON_THE_PLANE = (
    "lada-entinmix",
    "lada-entinmix-fixed",
    "lada-entmix",
    "lada-entmix-fixed",
    "lada-entmix-exact",
    "pairs-then-mixup",
    "ent-then-mixup",
    "random-then-mixup",
    "max-entropy",
    "random",
)
"""The methods to choose from, in order: those of `METHODS` that `why_not_offered` has nothing against: the caption is
true of them, because their scores are entropies, or they draw single points at random, to compare with. Input mixup
comes first: its virtual instances lie where they are drawn."""


class Playground(PlaygroundView):
    """LADA on points of the plane, in JupyterLab: `Playground()`.

    Opening runs the start and one cycle, which takes less than a second. Each run is kept in a folder of its own in
    `out`, and opening the same choice again resumes the last one.

    Args:
        out: folder of the runs; when None a temporary one, which is deleted with the view or the kernel.
        dataset: "moons", "blobs", "rings" or "spiral".
        method: as for `open_session`.
        compare: another method from the same start, drawn beside it.
        seed: decides everything drawn at random.
        by_truth: whether the ground truth answers, or the person at the page.
        look: where in a new run it begins; the query of the first cycle by default.

    Raises:
        LadaError: an unknown name, or a folder that cannot be written.
    """

    def __init__(
        self,
        out: str | Path | None = None,
        *,
        dataset: str = "moons",
        method: str = "lada-entinmix",
        compare: str = "",
        seed: int = 0,
        by_truth: bool = True,
        look: Look | None = None,
    ) -> None:
        # The folder is deleted with this object, so the view has to hold it.
        self._temporary = tempfile.TemporaryDirectory(prefix="lada-playground-") if out is None else None
        self._out = expanded(self._temporary.name if self._temporary is not None else out or "")
        start = Start(
            dataset=f"points:{dataset.removeprefix('points:')}", method=method, compare_method=compare, seed=seed
        )
        super().__init__(
            self._open,
            start,
            open_duel=partial(open_duel, self._out),
            open_seeds=partial(open_seeds, self._out),
            methods=METHODS_ON_THE_PLANE,
            why_not=why_not_offered,
            by_truth=by_truth,
            look=look,
        )

    def close(self) -> None:
        """Close the view and its runs; runs in a temporary folder are deleted."""
        super().close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def _open(self, start: Start, method: str, *, afresh: bool) -> PlaygroundRun:
        return open_run(self._out, start, method, afresh=afresh, by_truth=self._by_truth)


def begins_at(given: Given, seed: int) -> dict[str, Any]:
    """What an address names of a playground, as arguments of `Playground`.

    Args:
        given: the address; it says what of it is left out.
        seed: that is taken where it names none.
    """
    default = Start()
    names = [name.removeprefix("points:") for name in DATASETS if name != DRAWN]
    dataset = given.choice("data", names, default.dataset.removeprefix("points:"))
    method = given.choice("method", METHODS_ON_THE_PLANE, default.method)
    compare = given.choice("compare", ("", *METHODS_ON_THE_PLANE), "")
    start = Start(
        dataset=f"points:{dataset}",
        method=method,
        compare_method=compare,
        seed=given.whole("seed", 0, MAX_SEED, seed),
    )
    config = plane_config(start, method)
    first = Look()
    cycle = given.whole("cycle", 0, config.schedule.cycles, first.cycle)
    stages = stages_of(cycle)
    stage = Stage(given.choice("stage", stages, first.stage))
    pair = tau = None
    if config.method.uses_pairs and cycle > 0:
        pair = given.rank("pair", config.schedule.subset_size // 2)
        tau = given.number("tau", tau_limit_of(config), "the pair's own τ*")
    else:
        why = "the start has no pairs" if config.method.uses_pairs else f"{method} scores single points, not pairs"
        given.leave_out(("pair", "tau"), why)
    look = Look(cycle=cycle, stage=stage, pair=pair, tau=tau)
    return {"dataset": dataset, "method": method, "compare": compare, "seed": start.seed, "look": look}


_OPEN: WeakValueDictionary[Path, Session] = WeakValueDictionary()
"""Sessions that are open in this process, by their folder, so that a cell that is run again gets its session."""


class SwitchableOracle:
    """The ground truth or a person, depending on `by_truth` at the moment of the question.

    Args:
        image_set: the points, with their true labels.
        by_truth: whether the ground truth answers.
    """

    def __init__(self, image_set: ImageSet, by_truth: bool) -> None:
        self._truth = GroundTruth(image_set.targets)
        self.by_truth = by_truth

    @property
    def name(self) -> str:
        """Name of the oracle that answers now."""
        return self._truth.name if self.by_truth else Person.name

    def answer(self, ids: IntArray, cycle: int) -> dict[int, int]:
        """The true labels of all `ids`; none while a person answers."""
        return self._truth.answer(ids, cycle) if self.by_truth else {}


def open_run(out: Path, start: Start, method: str, *, afresh: bool, by_truth: bool) -> PlaygroundRun:
    """Open a method's run on the plane: the last one of this choice, or a new one.

    Args:
        out: folder of the runs.
        start: data set and seed.
        method: key of METHODS.
        afresh: start a new run beside those that are there.
        by_truth: whether the ground truth answers at first.

    Raises:
        LadaError: the run cannot be opened.
    """
    config = plane_config(start, method)
    folder = _folder(out, config, afresh=afresh)
    session = _OPEN.get(folder.resolve())
    if session is None or session.closed or afresh:
        data = load(config.data)
        oracle = SwitchableOracle(data.train, by_truth)
        if (folder / RUN_FILE).is_file():
            session = Session.resume(folder, data=data, oracle=oracle, device="cpu")
        else:
            session = Session.create(config, folder, data=data, oracle=oracle, device="cpu")
        _OPEN[folder.resolve()] = session
    assert isinstance(session.oracle, SwitchableOracle)
    return _run_of(session, session.oracle)


def open_duel(out: Path, start: Start, seed: int) -> PlaygroundDuel:
    """Begin a duel from the start of a new run of the method, in a folder of its own.

    Args:
        out: folder of the runs.
        start: data set and method.
        seed: of the run that both begin with.

    Raises:
        LadaError: the runs cannot be made.
    """
    config = plane_config(replace(start, seed=seed, compare_method=""), start.method)
    rounds = min(ROUNDS, config.schedule.cycles)
    place = _free(out, f"{_name(config)}-duel")
    with closing(Session.create(config, place / "begin", oracle=OracleName.GROUND_TRUTH, device="cpu")) as begin:
        begin.run(until=0)
    pairs = config.method.uses_pairs
    sides = DuelRuns(place / "begin", place, at=0, rounds=rounds, pairs=pairs, device="cpu")
    yours, theirs = (
        _run_of(session, SwitchableOracle(session.data.train, by_truth=True)) for session in (sides.yours, sides.theirs)
    )
    return PlaygroundDuel(sides=sides, runs=(yours, theirs), close=sides.close)


def open_seeds(out: Path, start: Start, against: str) -> SeedRuns:
    """Two methods with `N_SEEDS` seeds and few cycles each; runs that are there already are used again.

    Args:
        out: folder of the runs.
        start: data set and method.
        against: key of METHODS.

    Raises:
        ConfigError: the points were drawn by hand.
    """
    if start.dataset == DRAWN:
        raise ConfigError(
            "points that were drawn by hand have no test points, so there is no accuracy to compare; choose another "
            "data set"
        )
    place = out / f"{start.dataset.removeprefix('points:')}-seeds"
    return SeedRuns(
        Sweep(
            methods=(start.method, against),
            seeds=N_SEEDS,
            out=place,
            preset=PRESET,
            dataset=start.dataset,
            cycles=SEED_CYCLES,
            device="cpu",
        )
    )


def _run_of(session: Session, answering: SwitchableOracle) -> PlaygroundRun:
    """What the page draws of a session."""
    train = session.data.train
    targets = train.targets
    assert targets is not None
    return PlaygroundRun(
        worker=session.worker,
        points=train.images.reshape(-1, 2).numpy(),
        targets=targets.numpy(),
        answering=answering,
        place=session.folder.path.name,
        open_ids=lambda: session.open_query.tolist(),
        submit=session.submit,
        close=session.close,
    )


def why_not_offered(name: str) -> str:
    """Why a method is not offered, as the end of a sentence; "" for one that is."""
    if name not in METHODS:
        return "it is not the name of a method"
    method = METHODS[name]
    if not method.augmentation_capabilities.on_points:
        return f"{method.augmentation_capabilities.title} needs images, and these are points"
    unit = acquisition_of(plane_config(Start(), name)).unit
    if unit == DRAW_UNIT and method.uses_pairs:
        return "its scores are drawn at random, so the curve along a segment would say nothing of its points"
    if unit not in (ENTROPY_UNIT, DRAW_UNIT):
        return f"its scores are in {unit}, and what is drawn here are entropies in {ENTROPY_UNIT}"
    return ""


def plane_config(start: Start, method: str) -> RunConfig:
    """Settings of a run: those of the preset, with as many cycles as a hand-drawn set has points for.

    Raises:
        ConfigError: too few points.
    """
    if start.dataset != DRAWN:
        return configure(PRESET, method, seed=start.seed, dataset=start.dataset)
    schedule = preset_named(PRESET).schedule
    labels = [label for _, _, label in start.points]
    counts = [labels.count(label) for label in range(max(2, max(labels) + 1))]
    if (least := min(counts)) < schedule.initial_per_class:
        raise ConfigError(
            f"class {POINT_CLASSES[counts.index(least)]} has {least} of your points; each class up to the last one you "
            f"use needs at least {schedule.initial_per_class}"
        )
    cycles = (len(labels) - schedule.initial_per_class * len(counts)) // schedule.budget
    if cycles < 1:
        raise ConfigError(
            f"{len(labels)} points leave none to ask about; draw at least "
            f"{schedule.initial_per_class * len(counts) + schedule.budget}"
        )
    return configure(
        PRESET,
        method,
        seed=start.seed,
        dataset=DRAWN,
        cycles=min(cycles, schedule.cycles),
        settings={"data.points": start.points},
    )


def _folder(out: Path, config: RunConfig, *, afresh: bool) -> Path:
    """The last of NAME, NAME-2, NAME-3 ... that was made with these settings; without one, the first free name.

    A run of another release, or of other points, is left as it is.
    """
    last = None
    for place in _places(out, _name(config)):
        if not place.exists():
            return place if afresh or last is None else last
        with suppress(LadaError):
            if RunFolder(place).info.config == config:
                last = place
    raise AssertionError("there is always another number")


def _name(config: RunConfig) -> str:
    return f"{config.data.name.removeprefix('points:')}-{config.method.name}-seed{config.seed}"


def _places(out: Path, name: str) -> Iterator[Path]:
    """NAME, NAME-2, NAME-3 ..."""
    return (out / (name if number == 1 else f"{name}-{number}") for number in count(1))


def _free(out: Path, name: str) -> Path:
    """The first of NAME, NAME-2 ... that does not exist."""
    return next(place for place in _places(out, name) if not place.exists())
