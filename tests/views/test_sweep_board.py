"""The board of a sweep in a notebook and on the command line: the same numbers, and what a person reads."""

from __future__ import annotations

import gc
import threading
import weakref

import plotly.graph_objects
import pytest
from helpers.waiting import until

from lada_explore.cli import board as board_command
from lada_explore.cli.terminal import out_console
from lada_explore.errors import ConfigError
from lada_explore.experiments.board import read_board
from lada_explore.experiments.board_text import rough
from lada_explore.experiments.plan import Plan, Planned, run_of, write_plan
from lada_explore.experiments.status import CycleStatus, RunState, RunStatus, kept_for
from lada_explore.experiments.sweep_lock import only_sweep_in
from lada_explore.views import SweepBoard
from lada_explore.views.sweep_board import sweep_board
from lada_explore.views.sweep_board.sweep_board import board_figure


def done(*accuracies):
    return tuple(CycleStatus(cycle=c, labels=20 + 10 * c, accuracy=a, seconds=60.0) for c, a in enumerate(accuracies))


@pytest.fixture
def out(tmp_path):
    """A sweep under way: two complete runs, one that runs, one that failed and one that waits."""
    names = ("random", "lada-entmix@policy.tau_max=4")
    planned = tuple(Planned(method=name, seed=seed, cycles=2) for seed in range(3) for name in names)[:5]
    write_plan(tmp_path, Plan(engine="ray", at_once=2, runs=planned))

    def keep(method, seed, state, accuracies, **more):
        times = {"began": 1000.0, "heard": 1180.0, "tries": 1} | more
        status = RunStatus(method=method, seed=seed, cycles=2, state=state, done=done(*accuracies), **times)
        kept_for(run_of(tmp_path, method, seed).path)(status)

    keep("random", 0, RunState.COMPLETE, (0.5, 0.6, 0.7))
    keep("random", 1, RunState.COMPLETE, (0.5, 0.62, 0.74))
    keep(names[1], 0, RunState.FAILED, (), error="the <disk> is full")
    where = {"where": "node-2, process 7, cuda:0", "cycle": 1, "stage": "look_ahead", "cycle_began": 1180.0}
    keep(names[1], 1, RunState.RUNNING, (0.4,), **where)
    with only_sweep_in(tmp_path):
        yield tmp_path


class TestWords:
    def test_of_the_command_line_are_runs_methods_where_and_why(self, call, out, monkeypatch):
        monkeypatch.setattr(out_console, "width", 160)
        code, said, error = call("board", out)
        assert (code, error) == (0, "")
        lines = [line.rstrip() for line in said.splitlines()]
        assert lines[0].startswith("2 of 5 runs complete, 1 running, 1 waiting, 1 failed; about ")
        assert lines[0].endswith(" left (ray)")
        assert lines[1].split() == [
            "method",
            "complete",
            "running",
            "waiting",
            "failed",
            "labels",
            "accuracy",
            "(%)",
        ]
        assert lines[2].split() == ["random", "2", "1", "40", "72.0"]
        assert lines[3].split() == ["lada-entmix@policy.tau_max=4", "1", "1", "20", "40.0"]
        _, failed, running, quiet = lines[4:8]
        assert failed.startswith("  ")
        assert failed.endswith("the <disk> is full")
        assert running.endswith(" · cycle 1 of 2, look ahead · node-2, process 7, cuda:0")
        assert quiet.startswith("  nothing was heard of it for ")
        assert quiet.endswith(" h; its process may be gone")

    def test_without_a_sweep_are_a_sentence(self, call, tmp_path):
        code, said, error = call("board", tmp_path)
        assert (code, said, error.count("\n")) == (2, "", 1)
        assert "so no sweep was begun there; name the folder that was given to `lada-explore sweep` as --out" in error

    def test_follow_ends_with_the_last_run(self, call, out):
        for seed, method in ((2, "random"), (1, "lada-entmix@policy.tau_max=4")):
            ended = RunStatus(method=method, seed=seed, cycles=2, state=RunState.COMPLETE, done=done(0.5, 0.6, 0.7))
            kept_for(run_of(out, method, seed).path)(ended)
        code, said, _ = call("board", out, "--follow")
        assert code == 0
        assert "4 of 5 runs complete, 1 failed (ray)" in said

    def test_follow_prints_into_a_pipe_at_once_and_again_when_a_run_has_gone_on(self, call, out, monkeypatch):
        looks = []

        def slept(_):
            looks.append(None)
            for seed, method in ((2, "random"), (1, "lada-entmix@policy.tau_max=4"))[len(looks) == 1 :]:
                ended = RunStatus(method=method, seed=seed, cycles=2, state=RunState.COMPLETE, done=done(0.5, 0.6, 0.7))
                kept_for(run_of(out, method, seed).path)(ended)

        monkeypatch.setattr(board_command.time, "sleep", slept)
        code, said, _ = call("board", out, "--follow")
        assert code == 0
        printed = [line.split(" runs complete")[0] for line in said.splitlines() if " runs complete" in line]
        assert printed == ["2 of 5", "3 of 5", "4 of 5"]

    def test_a_name_stays_on_one_line_in_both_tables(self, call, out, monkeypatch):
        monkeypatch.setattr(out_console, "width", 80)
        _, said, _ = call("board", out)
        named = [line.strip() for line in said.splitlines() if "policy.tau_max=4" in line]
        assert len(named) == 3
        assert all(line.startswith("lada-entmix@policy.tau_max=4") for line in named)
        assert sum(line.startswith("lada-entmix@policy.tau_max=4, seed ") for line in named) == 2

    def test_in_a_narrow_terminal_numbers_and_their_heads_stay_whole_and_names_are_broken(self, call, out, monkeypatch):
        monkeypatch.setattr(out_console, "width", 64)
        _, said, _ = call("board", out)
        lines = [line.split() for line in said.splitlines()]
        assert ["method", "complete", "running", "waiting", "failed", "labels", "accuracy", "(%)"] in lines
        assert ["random", "2", "1", "40", "72.0"] in lines
        (name,) = [words for words in lines if words[0].startswith("lada-entmix@") and len(words) == 5]
        assert name[1:] == ["1", "1", "20", "40.0"]

    def test_follow_ends_when_the_command_was_killed_and_tells_what_is_not_known(self, call, tmp_path, monkeypatch):
        monkeypatch.setattr(out_console, "width", 160)
        planned = Planned(method="random", seed=0, cycles=2)
        write_plan(tmp_path, Plan(engine="slurm", at_once=None, runs=(planned,)))
        with only_sweep_in(tmp_path):
            assert "1 waiting; the time left is not known until a run has begun (slurm)" in call("board", tmp_path)[1]
        write_plan(tmp_path, Plan(engine="local", at_once=1, runs=(planned,)))
        code, said, _ = call("board", tmp_path, "--follow")
        assert code == 0
        assert "0 of 1 runs complete, 1 waiting; its command was killed; the same command goes on (local)" in said

    @pytest.mark.parametrize(
        ("seconds", "said"), [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (9000, "2.5 h")]
    )
    def test_of_a_time_are_rough(self, seconds, said):
        assert rough(seconds) == said


class TestView:
    def test_draws_a_line_with_a_band_for_each_method(self, out):
        figure = board_figure(read_board(out))
        plotly.graph_objects.Figure(figure)
        low, high, line, *_, other = figure["data"]
        assert line["name"] == "random"
        assert (line["x"], line["y"]) == ([20, 30, 40], pytest.approx([50, 61, 72]))
        # Two runs: t(0.975, 1) = 12.7062, s = 0.0141421 at 30 labels: half = 12.7062 * 0.01.
        assert high["y"][1] - 61 == pytest.approx(12.7062, abs=1e-3)
        assert 61 - low["y"][1] == pytest.approx(12.7062, abs=1e-3)
        assert (other["name"], other["x"], other["y"]) == ("lada-entmix@policy.tau_max=4", [20], pytest.approx([40]))
        assert figure["layout"]["yaxis"]["title"]["text"] == "right (%)"
        assert line["line"]["dash"] != other["line"]["dash"]

    def test_cuts_a_band_at_0_and_100_percent_and_says_so(self, out):
        for seed, accuracy in ((0, 0.99), (1, 0.01)):
            ended = RunStatus(
                method="random", seed=seed, cycles=2, state=RunState.COMPLETE, done=done(0.5, 0.6, accuracy)
            )
            kept_for(run_of(out, "random", seed).path)(ended)
        low, high, *_ = board_figure(read_board(out))["data"]
        assert (low["y"][2], high["y"][2]) == (0, 100)
        curves, _ = SweepBoard(out).children
        assert "cut at 0 and 100 %" in curves.spec["caption"]

    def test_tells_how_far_it_is_and_why_a_run_failed(self, out):
        board = SweepBoard(out)
        curves, table = board.children
        assert curves.spec["notes"][0].startswith("2 of 5 runs complete, 1 running")
        assert board.said()[0].startswith("2 of 5 runs complete") or "2 of 5 runs complete" in " ".join(board.said())
        assert "the &lt;disk&gt; is full" in table.value
        assert "node-2, process 7, cuda:0" in board.plain()
        board.close()

    def test_follows_the_folder_until_it_is_closed(self, out, monkeypatch):
        monkeypatch.setattr(sweep_board, "LOOK_S", 0.02)
        board = SweepBoard(out)
        ended = RunStatus(method="random", seed=2, cycles=2, state=RunState.COMPLETE, done=done(0.5, 0.6, 0.7))
        kept_for(run_of(out, "random", 2).path)(ended)
        until(lambda: "3 of 5 runs complete" in board.children[0].spec["notes"][0])
        looking = [thread for thread in threading.enumerate() if thread.name == "lada-looks-again"]
        assert looking
        board.close()
        until(lambda: not any(thread.is_alive() for thread in looking))

    def test_that_nobody_holds_ends(self, out, monkeypatch):
        monkeypatch.setattr(sweep_board, "LOOK_S", 0.02)
        before = {thread for thread in threading.enumerate() if thread.name == "lada-looks-again"}
        board = weakref.ref(SweepBoard(out))

        def gone():
            gc.collect()
            now = {thread for thread in threading.enumerate() if thread.name == "lada-looks-again"}
            return board() is None and not now - before

        until(gone)

    def test_before_the_first_cycle_says_so(self, tmp_path):
        write_plan(tmp_path, Plan(engine="local", at_once=1, runs=(Planned(method="random", seed=0, cycles=2),)))
        board = SweepBoard(tmp_path)
        assert board.children[0].spec["message"] == "No cycle is evaluated yet."
        board.close()

    def test_of_a_folder_without_a_sweep_is_a_sentence(self, tmp_path):
        with pytest.raises(ConfigError, match="so no sweep was begun there"):
            SweepBoard(tmp_path)
