"""LADA on the plane, drawn live: step it, go back, drag tau, answer, and compare two methods from one start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
from lada_explore.views.playground.game import Game, OpenDuel
from lada_explore.views.playground.run import PlaygroundRun, run_view_state, where
from lada_explore.views.playground.seeds import OpenSeeds, SeedPanel
from lada_explore.views.playground.start import DATASETS, Look, OpenRun, Start, look_of, start_of

STEP, DUEL, SEEDS = MODES = ("step", "duel", "seeds")
"""What is done with the plane: step through a run, play against its method, compare two methods over many seeds."""

CAPTION = (
    "Click a segment to choose its pair. Its curve A(λ) is the entropy along the segment, V(τ) the mean of A(λ) "
    "under Beta(τ, τ); drag τ and the virtual instances move along. Back shows earlier stages and undoes nothing."
)


class PlaygroundView(StateView):
    """The plane with the controls of one run, or of two beside each other.

    Args:
        open_run: opens the run of one method.
        start: what is shown first.
        open_duel: opens a duel of the person with a method.
        open_seeds: makes the runs of two methods with many seeds.
        methods: names to choose from.
        why_not: says of a name that is not among them why, as the end of a sentence.
        by_truth: whether the truth answers from the beginning, or a person.
        look: where in the run it begins; the query of the first cycle by default.

    Attributes:
        state: everything the page shows.
        mode: what is done with the plane: a key of `MODES`.
        duel: what the page shows of the duel; empty before there is one.
        picked: ids of the points that are picked in the duel.
        chosen: rank of the pair that is chosen in the page, and the tau that is tried; None for its own tau*.
        seeds: what the page shows of the seeds.
        draws: quantiles of Beta(tau, tau) for the slider of tau.
        n_answered: labels that a person gave here.

    Raises:
        LadaError: a start that cannot be opened.
    """

    _esm = module_of("playground")
    _css = style_of("playground")
    draws = traitlets.Dict().tag(sync=True)
    mode = traitlets.Unicode("step").tag(sync=True)
    duel = traitlets.Dict().tag(sync=True)
    picked: traitlets.List[int] = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    seeds = traitlets.Dict().tag(sync=True)
    lanes = Renamed("runs")

    def __init__(
        self,
        open_run: OpenRun,
        start: Start,
        *,
        open_duel: OpenDuel,
        open_seeds: OpenSeeds,
        methods: Sequence[str] = tuple(METHODS),
        why_not: Callable[[str], str] = lambda _: "it is none of the methods to choose from",
        by_truth: bool = True,
        look: Look | None = None,
    ) -> None:
        self._open_run = open_run
        self._begins = look = look or Look()
        self._methods = tuple(methods)
        self._why_not = why_not
        self._by_truth = by_truth
        self._forgets: list[Callable[[], None]] = []
        self._answers: list[dict[int, int]] = []
        self.n_answered = 0
        self._shown: int | None = None
        self._drawn: object = None
        self.runs: tuple[PlaygroundRun, ...] = ()
        # Its lock is taken by every drawing: nothing may draw at once while it holds it, or two threads wait for each
        # other.
        super().__init__({}, chosen={"pair": look.pair, "tau": look.tau})
        self._note = weakly(self._follow().note)
        self._game = Game(open_duel, self._show_duel, self._show_picked)
        self._seeds = SeedPanel(open_seeds, self._show_seeds)
        self._begin(start, afresh=False)

    # For code ----------------------------------------------------------------------------------------------------

    @property
    def start(self) -> Start:
        """What is shown."""
        return self._start

    @property
    def moment(self) -> Moment | None:
        """Cycle and stage that are drawn; None before the first."""
        found = [moment for run in self.runs[:1] for moment in run.moments()[: self._shown]]
        return found[-1] if found else None

    @property
    def look(self) -> Look | None:
        """Where in the run a person looks; None before the first stage."""
        if self._arriving(self._count()):
            return self._begins
        return None if self.moment is None else look_of(self.moment, self.chosen, self._tau_limit())

    @property
    def done(self) -> str:
        """What was done last, in words."""
        if self.mode == SEEDS:
            return "Run 20 seeds"
        if self.mode == DUEL:
            return " · ".join(filter(None, ["Play against the method", self.duel.get("title", "")]))
        return where(self.moment)

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
        self.n_answered += 1

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
        self._begins = Look()
        self._begin(start, afresh=True)

    def choose_mode(self, mode: str) -> None:
        """Step through a run, play against its method, or compare two methods over many seeds; nothing is undone.

        Raises:
            ConfigError: there is no such mode.
        """
        if mode not in MODES:
            raise ConfigError(f"mode {mode!r} is none of the playground's; choose {', '.join(MODES)}")
        self.mode = mode
        if mode == DUEL:
            self._game.open(self._start)

    def wait(self, timeout_s: float = 60.0) -> None:
        """Block until nothing runs, and draw what is there then. For scripts and tests."""
        for run in self.runs:
            run.worker.wait(timeout_s)
        self._draw_now()

    def close(self) -> None:
        """Close the view and its runs, which stay on disk."""
        if self._refresher is not None:
            self._refresher.close()
        if hasattr(self, "_game"):
            self._game.leave()
            self._seeds.stop()
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
        self._game.saw(start)
        self._seeds.choose(start)
        if all(not run.moments() for run in self.runs):
            self._first_picture()
        self._draw_now()
        if self.mode == DUEL:
            self._game.open(start)

    def _first_picture(self) -> None:
        """Run up to where it begins, so that there is something to look at."""
        if self._by_truth:
            self._shown = self._begins.count
        for run in self.runs:
            run.worker.run(max(2, self._begins.cycle + 1))

    def _arriving(self, count: int) -> bool:
        """Whether a run of so many moments has yet to come to where it begins."""
        return self._shown == self._begins.count > count

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
        return min((len(run.moments()) for run in self.runs), default=0)

    def _tau_limit(self) -> float:
        return max(run.tau_limit for run in self.runs)

    def _quantiles(self) -> dict[str, Any]:
        tau = np.arange(1, TAU_STEPS + 1) / TAU_STEPS * self._tau_limit()
        return {"tau": to_wire(tau), "lam": to_wire(virtual_lam(tau))}

    def _show_duel(self, state: dict[str, Any]) -> None:
        with self._lock:
            self.duel = state | {"revision": self.duel.get("revision", 0) + 1}

    def _show_picked(self, ids: list[int]) -> None:
        self.picked = ids

    def _show_seeds(self, state: dict[str, Any]) -> None:
        with self._lock:
            self.seeds = state | {"revision": self.seeds.get("revision", 0) + 1}

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
                "arriving": self._arriving(count),
                "begins": {"pair": self._begins.pair, "tau": self._begins.tau} if shown == self._begins.count else None,
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
                self.begin(start_of(content, self._start))
            case "mode":
                self.choose_mode(str(content["mode"]))
            case "duel":
                self._game.handle(content)
            case "seeds":
                (self._seeds.run if content["on"] else self._seeds.stop)()
            case kind:
                raise ConfigError(f"{kind!r} is no action of the playground")
