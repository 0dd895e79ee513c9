"""LADA on the plane, drawn live: step it, go back, drag tau, answer, and compare two methods from one start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import traitlets

from lada_explore.analysis.pair_path import TAU_STEPS
from lada_explore.analysis.plane import Moment, virtual_lam
from lada_explore.config import METHODS, POINT_CLASSES
from lada_explore.errors import ConfigError, OracleError, Renamed
from lada_explore.events import weakly
from lada_explore.records import OracleName, Stage
from lada_explore.session.worker import WorkerState
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.state_view import StateView
from lada_explore.views.base.wire import to_wire
from lada_explore.views.playground.run import PlaygroundRun, run_view_state

DATASETS: Mapping[str, str] = {
    "points:moons": "Moons",
    "points:blobs": "Blobs",
    "points:rings": "Rings",
    "points:spiral": "Spiral",
    "points:drawn": "Drawn by hand",
}
"""The data sets to choose from, and their names in the page."""

DRAWN = "points:drawn"
MAX_POINTS = 2000
"""Most points of a hand-drawn set: as many as a page draws at once."""


CAPTION = (
    "Click a segment to choose its pair. Its curve A(λ) is the entropy along the segment, V(τ) the mean of A(λ) "
    "under Beta(τ, τ); drag τ and the virtual instances move along. Back shows earlier stages and undoes nothing."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a person chose to look at.

    Attributes:
        dataset: key of `DATASETS`.
        method: key of METHODS.
        compare_method: the method beside it, from the same start; "" for none.
        seed: seed of both runs.
        points: (x, y, class) of a hand-drawn set; empty otherwise.
    """

    dataset: str = "points:moons"
    method: str = "lada-entinmix"
    compare_method: str = ""
    seed: int = 0
    points: tuple[tuple[float, float, int], ...] = ()

    rival = Renamed("compare_method")

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS:
            raise ConfigError(f"dataset {self.dataset!r} is not on the plane; choose {', '.join(DATASETS)}")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; seeds are whole numbers from 0 upwards")
        if self.dataset == DRAWN and not self.points:
            raise ConfigError(
                "nothing is drawn yet; press Draw points, put some of each class on the plane and use them"
            )
        if len(self.points) > MAX_POINTS:
            raise ConfigError(f"{len(self.points)} points were drawn; the playground takes {MAX_POINTS}, undo some")

    @property
    def methods(self) -> tuple[str, ...]:
        """Keys of the one or two methods."""
        return (self.method, self.compare_method) if self.compare_method else (self.method,)


class OpenRun(Protocol):
    """Opens the run of one method; `lada_explore.apps.playground` has one that does it with sessions."""

    def __call__(self, start: Start, method: str, *, afresh: bool) -> PlaygroundRun:
        """Resume the run that is there, or start a new one beside it if `afresh`."""


class PlaygroundView(StateView):
    """The plane with the controls of one run, or of two beside each other.

    Args:
        open_run: opens the run of one method.
        start: what is shown first.
        methods: names to choose from.
        why_not: says of a name that is not among them why, as the end of a sentence.
        by_truth: whether the truth answers from the beginning, or a person.

    Attributes:
        state: everything the page shows.
        draws: quantiles of Beta(tau, tau) for the slider of tau.

    Raises:
        LadaError: a start that cannot be opened.
    """

    _esm = module_of("playground")
    _css = style_of("playground")
    draws = traitlets.Dict().tag(sync=True)
    lanes = Renamed("runs")

    def __init__(
        self,
        open_run: OpenRun,
        start: Start,
        *,
        methods: Sequence[str] = tuple(METHODS),
        why_not: Callable[[str], str] = lambda _: "it is none of the methods to choose from",
        by_truth: bool = True,
    ) -> None:
        self._open_run = open_run
        self._methods = tuple(methods)
        self._why_not = why_not
        self._by_truth = by_truth
        self._forgets: list[Callable[[], None]] = []
        self._answers: list[dict[int, int]] = []
        self._shown: int | None = None
        self._drawn: object = None
        self.runs: tuple[PlaygroundRun, ...] = ()
        # Its lock is taken by every drawing: nothing may draw at once while it holds it, or two threads wait for each
        # other.
        super().__init__({})
        self._note = weakly(self._follow().note)
        self._begin(start, afresh=False)

    # For code ----------------------------------------------------------------------------------------------------

    @property
    def start(self) -> Start:
        """What is shown."""
        return self._start

    @property
    def moment(self) -> Moment | None:
        """Cycle and stage that are drawn; None before the first."""
        found = self.runs[0].moments()[: self._shown]
        return found[-1] if found else None

    def step(self) -> None:
        """Show the next stage; run it first where it has not been run."""
        with self._lock:
            count = self._count()
            if self._shown is not None and self._shown < count:
                self._shown += 1
            else:
                self._shown = None
                for run in self.runs:
                    if len(run.moments()) == count and run.worker.status.state is not WorkerState.WAITING:
                        run.worker.step()
        self._draw_now()

    def cycle(self) -> None:
        """Show the end of the cycle; run what is left of it first."""
        with self._lock:
            count = self._count()
            if self._shown is not None and self._shown < count:
                found = self.runs[0].moments()[:count]
                ends = [n for n, (_, stage) in enumerate(found, start=1) if stage is Stage.EVALUATE and n > self._shown]
                self._shown = ends[0] if ends else count
            else:
                self._shown = None
                for run in self.runs:
                    if run.worker.status.state is not WorkerState.WAITING:
                        # The start alone has no pairs to look at.
                        run.worker.run(2 if run.worker.status.cycle == 0 else 1)
        self._draw_now()

    def back(self) -> None:
        """Show the previous stage; nothing is undone."""
        with self._lock:
            now = self._count() if self._shown is None else min(self._shown, self._count())
            self._shown = max(0, now - 1)
        self._draw_now()

    def show(self, count: int) -> None:
        """Show the run as it was after this many stages."""
        self._shown = count
        self._draw_now()

    def answer(self, row: int, point: int, label: int) -> None:
        """Give a point the class that a person chose, in every run that asks about it.

        Args:
            row: place in `runs` of the run that it is answered in.
            point: its id.
            label: the class.

        Raises:
            OracleError: the point is not asked about, or there is no such class.
        """
        asked = [place for place, run in enumerate(self.runs) if point in run.open_ids()]
        if row not in asked:
            raise OracleError(f"point {point} is not asked; answer the one with the ring")
        for place in asked:
            self._answers[place][point] = label
            self.runs[place].submit({point: label}, OracleName.PERSON.value)

    def answer_by_truth(self, on: bool) -> None:
        """Let the ground truth answer from now on, the open query included; or a person if `on` is False."""
        self._by_truth = on
        for run in self.runs:
            run.answering.by_truth = on
            if on and (ids := list(run.open_ids())):
                run.submit({int(i): int(run.targets[int(i)]) for i in ids}, OracleName.GROUND_TRUTH.value)

    def begin(self, start: Start) -> None:
        """Start new runs with this choice; the earlier ones stay on disk.

        Raises:
            LadaError: a run cannot be opened; what was shown stays.
        """
        self._begin(start, afresh=True)

    def wait(self, timeout_s: float = 60.0) -> None:
        """Block until nothing runs, and draw what is there then. For scripts and tests."""
        for run in self.runs:
            run.worker.wait(timeout_s)
        self._draw_now()

    def close(self) -> None:
        """Close the view and its runs, which stay on disk."""
        if self._refresher is not None:
            self._refresher.close()
        self._leave()
        super().close()

    # Opening and closing runs ------------------------------------------------------------------------------------

    def _begin(self, start: Start, *, afresh: bool) -> None:
        with self._lock:
            unknown = [method for method in start.methods if method not in self._methods]
            if unknown:
                why = self._why_not(unknown[0])
                raise ConfigError(
                    f"method {unknown[0]!r} is not offered here, because {why}; choose {', '.join(self._methods)}"
                )
            before = self.runs
            runs: list[PlaygroundRun] = []
            try:
                for method in start.methods:
                    runs.append(self._open_run(start, method, afresh=afresh))
            except BaseException:
                for run in runs:
                    run.close()
                raise
            self._leave()
            self._start, self.runs = start, tuple(runs)
            self._answers = [{} for _ in runs]
            self._shown = None
            for run in runs:
                run.answering.by_truth = self._by_truth
            self._forgets = [run.worker.on_change(self._note) for run in runs]
            self.draws = self._quantiles()
            del before
        if all(not run.moments() for run in self.runs):
            self._first_picture()
        self._draw_now()

    def _first_picture(self) -> None:
        """Run the start and the first cycle, and show how that cycle chose, so that there is something to look at."""
        if self._by_truth:
            self._shown = _FIRST_SHOWN
        for run in self.runs:
            run.worker.run(2)

    def _leave(self) -> None:
        for forget in self._forgets:
            forget()
        self._forgets = []
        for run in self.runs:
            run.worker.stop()
            run.close()
        self.runs = ()

    def _count(self) -> int:
        """Moments that every run has."""
        return min(len(run.moments()) for run in self.runs)

    def _tau_limit(self) -> float:
        return max(run.tau_limit for run in self.runs)

    def _quantiles(self) -> dict[str, Any]:
        tau = np.arange(1, TAU_STEPS + 1) / TAU_STEPS * self._tau_limit()
        return {"tau": to_wire(tau), "lam": to_wire(virtual_lam(tau))}

    # What the page shows and asks --------------------------------------------------------------------------------

    def _redraw(self) -> None:
        with self._lock:
            if not self.runs:
                return
            count = self._count()
            shown = count if self._shown is None else min(self._shown, count)
            pictures = [self._picture(row, shown) for row in range(len(self.runs))]
            state = {
                "error": next((picture["error"] for picture in pictures if picture["error"]), ""),
                "runs": pictures,
                "shown": shown,
                "count": count,
                "choice": {
                    "dataset": self._start.dataset,
                    "method": self._start.method,
                    "compare_method": self._start.compare_method,
                    "seed": self._start.seed,
                    "by_truth": self._by_truth,
                },
                "datasets": [{"name": name, "text": text} for name, text in DATASETS.items()],
                "methods": list(self._methods),
                "classes": list(self.runs[0].worker.class_names),
                "caption": CAPTION,
                "palette": list(POINT_CLASSES),
                "drawn": bool(self._start.points),
                "complete": all(run.worker.status.state is WorkerState.FINISHED for run in self.runs),
            }
            self._set_state(state)

    def _picture(self, row: int, shown: int) -> dict[str, Any]:
        run = self.runs[row]
        found = run.moments()[:shown]
        return run_view_state(run, found[-1] if found else None, self._tau_limit(), self._answers[row])

    def handle(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks, and draw it."""
        self._dispatch(content)
        self._draw_now()

    def _dispatch(self, content: Mapping[str, Any]) -> None:
        match content.get("type"):
            case "step":
                self.step()
            case "cycle":
                self.cycle()
            case "back":
                self.back()
            case "show":
                self.show(int(content["shown"]))
            case "answer":
                self.answer(int(content["run"]), int(content["point"]), int(content["label"]))
            case "truth":
                self.answer_by_truth(bool(content["on"]))
            case "begin":
                self.begin(self._chosen(content))
            case kind:
                raise ConfigError(f"{kind!r} is no action of the playground")

    def _chosen(self, content: Mapping[str, Any]) -> Start:
        try:
            seed = int(str(content["seed"]).strip())
        except ValueError:
            raise ConfigError(f"{content['seed']!r} is no seed; type a whole number from 0 upwards") from None
        points = tuple((float(x), float(y), int(label)) for x, y, label in content.get("points", ()))
        dataset = str(content["dataset"])
        if dataset == DRAWN and not points:
            points = self._start.points
        return replace(
            self._start,
            dataset=dataset,
            method=str(content["method"]),
            compare_method=str(content["compare_method"]),
            seed=seed,
            points=points if dataset == DRAWN else (),
        )


_FIRST_SHOWN = 8
"""SELECT of cycle 1: four stages of the start, then SUBSAMPLE, SCORE, LOOK_AHEAD and SELECT."""
