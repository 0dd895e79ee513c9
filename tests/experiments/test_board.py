"""The board of a sweep: what it reads, its bands, and the time that is left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from lada_explore.errors import ConfigError
from lada_explore.experiments.board import QUIET_S, bands, read_board, time_left
from lada_explore.experiments.board_text import summary
from lada_explore.experiments.plan import Plan, Planned, run_of, write_plan
from lada_explore.experiments.status import CycleStatus, RunState, RunStatus, kept_for
from lada_explore.experiments.sweep_lock import only_sweep_in

BEGAN = 1_000.0


@dataclass(frozen=True)
class Made:
    """A run of a synthetic sweep: when its cycles ended."""

    method: str
    seed: int
    began: float
    seconds: np.ndarray

    @property
    def ends(self):
        return self.began + np.cumsum(self.seconds)

    def at(self, now):
        """Its status at a moment."""
        cycles = len(self.seconds) - 1
        if now < self.began:
            return RunStatus(method=self.method, seed=self.seed, cycles=cycles)
        n = int((self.ends <= now).sum())
        done = tuple(
            CycleStatus(cycle=cycle, labels=20 + 4 * cycle, accuracy=0.5, seconds=float(self.seconds[cycle]))
            for cycle in range(n)
        )
        state = RunState.COMPLETE if n == cycles + 1 else RunState.RUNNING
        last = float(self.ends[n - 1]) if n else self.began
        heard = last if state is RunState.COMPLETE else now
        times = {"began": self.began, "cycle_began": last, "heard": heard, "tries": 1}
        return RunStatus(
            method=self.method, seed=self.seed, cycles=cycles, state=state, done=done, cycle=min(n, cycles), **times
        )


def synthetic(places, cycles, seeds, paces, rng):
    """A sweep as an engine makes it: the next run on the first free place, 3 s between two runs."""
    free, made = [BEGAN] * places, []
    for seed in range(seeds):
        for method, (first, growth) in paces.items():
            place = int(np.argmin(free))
            seconds = (first + growth * np.arange(cycles + 1)) * rng.normal(1, 0.05, cycles + 1)
            one = Made(method, seed, free[place], seconds)
            free[place] = float(one.ends[-1]) + 3
            made.append(one)
    return made, max(float(one.ends[-1]) for one in made)


class TestTimeLeft:
    @pytest.mark.parametrize(
        ("places", "seeds", "paces"),
        [
            (1, 2, {"random": (20, 0.5)}),
            (2, 4, {"random": (20, 1), "lada-entmix": (60, 4)}),
            (4, 10, {"random": (20, 0), "bald": (30, 3), "lada-entmix": (90, 9)}),
            (2, 1, {"random": (20, 2), "margin": (25, 2)}),
        ],
    )
    @pytest.mark.parametrize("at_once", [True, False])
    def test_is_within_a_quarter_of_the_truth_from_a_third_of_the_way_on(self, places, seeds, paces, at_once):
        for number in range(5):
            made, end = synthetic(places, 10, seeds, paces, np.random.default_rng(number))
            for way in np.linspace(1 / 3, 0.9, 60):  # Later, the noise of a single cycle decides.
                now = BEGAN + way * (end - BEGAN)
                left = time_left([one.at(now) for one in made], places if at_once else None, now)
                assert left == pytest.approx(end - now, rel=0.25), (number, way)

    def test_is_worked_out_by_hand(self):
        # Two places. Run 0 has 2 cycles of 10 s and half a one left, the waiting ones 3 cycles each.
        done = tuple(CycleStatus(cycle=n, labels=20, accuracy=0.5, seconds=10.0) for n in range(2))
        running = RunStatus(method="a", seed=0, cycles=2, state=RunState.RUNNING, done=done[:1], cycle=1)
        running = replace(running, began=100.0, cycle_began=110.0, heard=115.0, tries=1)
        other = replace(running, seed=1, done=done, cycle=2, cycle_began=114.0)
        waiting = [RunStatus(method="a", seed=seed, cycles=2) for seed in (2, 3, 4)]
        # 15 s and 9 s are left of the first two; then 9 + 30, 15 + 30 and 39 + 30.
        assert time_left([running, other], 2, 115.0) == pytest.approx(15)
        assert time_left([running, other, *waiting], 2, 115.0) == pytest.approx(69)
        assert time_left([running, other, *waiting], None, 115.0) == pytest.approx(69)
        # A third place is free at once: 0 + 30, 9 + 30, 15 + 30.
        assert time_left([running, other, *waiting], 3, 115.0) == pytest.approx(45)
        # A method that was not timed is as slow as the others.
        assert time_left([running, other, RunStatus(method="b", seed=0, cycles=2)], 2, 115.0) == pytest.approx(39)

    def test_of_a_cycle_that_no_run_of_the_method_has_reached_follows_the_methods_of_which_some_have(self):
        def run(method, *seconds):
            done = tuple(CycleStatus(cycle=n, labels=20, accuracy=0.5, seconds=took) for n, took in enumerate(seconds))
            return RunStatus(method=method, seed=0, cycles=4, done=done)

        fast = replace(run("fast", 1.0, 10.0, 10.0, 15.0, 30.0), state=RunState.FAILED)
        slow = replace(run("slow", 1.0, 18.0, 22.0), state=RunState.RUNNING, cycle=3, cycle_began=200.0, heard=200.0)
        # Twice as slow in cycles 1 and 2: 30 s and 60 s are left. Its own line would say 26 s and 30 s.
        assert time_left([fast, slow], 1, 200.0) == pytest.approx(90)
        assert time_left([slow], 1, 200.0) == pytest.approx(56)

    def test_is_not_known_before_a_cycle_is_timed_and_nothing_at_the_end(self):
        waiting = RunStatus(method="a", seed=0, cycles=2)
        assert time_left([waiting, replace(waiting, state=RunState.RUNNING)], 1, BEGAN) is None
        assert time_left([replace(waiting, state=RunState.COMPLETE)], 1, BEGAN) == 0
        assert time_left([replace(waiting, state=RunState.FAILED)], 1, BEGAN) == 0

    def test_of_an_array_that_waits_is_not_known(self):
        done = tuple(CycleStatus(cycle=n, labels=20, accuracy=0.5, seconds=10.0) for n in range(3))
        over = RunStatus(
            method="a", seed=0, cycles=2, state=RunState.COMPLETE, done=done, tries=1, began=100, heard=130
        )
        waiting = [RunStatus(method="a", seed=seed, cycles=2) for seed in range(1, 5)]
        assert time_left([over, *waiting], None, 1000.0) is None
        assert time_left([over, *waiting], 2, 1000.0) == pytest.approx(60)  # two at a time, 30 s each
        # A run that has ended just now has left its place free, whether it is complete or failed.
        assert time_left([over, *waiting], None, 131.0) == pytest.approx(120)
        assert time_left([replace(over, state=RunState.FAILED), *waiting], None, 131.0) == pytest.approx(120)


class TestBands:
    def test_are_means_with_intervals_over_the_seeds_that_have_come(self):
        def run(seed, *accuracies):
            done = (CycleStatus(cycle=c, labels=20 + 10 * c, accuracy=a, seconds=1) for c, a in enumerate(accuracies))
            return RunStatus(method="a", seed=seed, cycles=2, done=tuple(done))

        (first, second) = bands([run(0, 0.6, 0.7), run(1, 0.62), run(2, 0.64, None)])["a"]
        assert (first.labels, first.seeds, first.accuracy) == (20, 3, pytest.approx(0.62))
        # s = 0.02, t(0.975, 2) = 4.30265: half = 4.30265 * 0.02 / sqrt(3).
        assert first.upper - first.accuracy == pytest.approx(0.0496828, abs=1e-6)
        assert first.accuracy - first.lower == pytest.approx(0.0496828, abs=1e-6)
        assert (second.labels, second.seeds, second.accuracy, second.lower) == (30, 1, 0.7, None)


class TestFolder:
    def test_holds_all_that_the_board_needs(self, tmp_path):
        planned = tuple(Planned(method=name, seed=0, cycles=2) for name in ("random", "margin", "bald"))
        write_plan(tmp_path, Plan(engine="ray", at_once=None, runs=planned))
        running = RunStatus(method="random", seed=0, cycles=2, state=RunState.RUNNING, heard=BEGAN, where="n1")
        kept_for(run_of(tmp_path, "random", 0).path)(running)
        failed = RunStatus(method="margin", seed=0, cycles=2, state=RunState.FAILED, error="the disk is full")
        kept_for(run_of(tmp_path, "margin", 0).path)(failed)
        with only_sweep_in(tmp_path):
            board = read_board(tmp_path, now=BEGAN + QUIET_S + 30)
        assert board.runs == (running, failed, RunStatus(method="bald", seed=0, cycles=2))
        assert [board.count(state) for state in RunState] == [1, 1, 0, 1, 0]
        assert [board.quiet_s(run) for run in board.runs] == [QUIET_S + 30, 0, 0]
        assert board.methods == ("random", "margin", "bald")
        assert not board.ended
        assert board.left_s is None

    @pytest.mark.parametrize(
        ("engine", "state", "heard", "under_way", "gone"),
        [
            ("local", RunState.RUNNING, -QUIET_S - 1, False, True),
            ("local", RunState.RUNNING, -QUIET_S - 1, True, False),  # in a long stage
            ("local", RunState.RUNNING, -1, False, False),
            ("local", RunState.WAITING, 0, False, True),
            ("slurm", RunState.WAITING, 0, False, False),  # in the queue of the cluster
            ("slurm", RunState.RUNNING, -QUIET_S - 1, False, True),
            ("local", RunState.COMPLETE, -QUIET_S - 1, False, False),
        ],
    )
    def test_tells_a_killed_command_from_a_long_stage(self, tmp_path, engine, state, heard, under_way, gone):
        write_plan(tmp_path, Plan(engine=engine, at_once=1, runs=(Planned(method="random", seed=0, cycles=2),)))
        done = (CycleStatus(cycle=0, labels=20, accuracy=0.5, seconds=10.0),)
        run = RunStatus(method="random", seed=0, cycles=2, state=state, heard=BEGAN + heard, done=done, cycle=1)
        kept_for(run_of(tmp_path, "random", 0).path)(run)
        with only_sweep_in(tmp_path):
            board = read_board(tmp_path, now=BEGAN)
        if not under_way:  # The lock is free again, as after a kill.
            board = read_board(tmp_path, now=BEGAN)
        assert board.gone is gone
        if gone:
            assert board.left_s is None
            assert summary(board).endswith(f"1 {state}; its command was killed; the same command goes on ({engine})")
        elif state is not RunState.COMPLETE:
            assert board.left_s > 0
            assert "killed" not in summary(board)

    def test_without_a_sweep_is_a_sentence(self, tmp_path):
        with pytest.raises(ConfigError, match="plan.json is missing, so no sweep was begun there; name the folder"):
            read_board(tmp_path)
        (tmp_path / "table.csv").touch()
        with pytest.raises(ConfigError, match="table.csv is a file; name the folder that was given to"):
            read_board(tmp_path / "table.csv")
