"""The duel and the seeds of the playground on real sessions."""

import json
import time

import numpy as np
import pytest
from helpers.small_runs import record_bytes

from lada_explore import Playground, Session, branch, open_run
from lada_explore.apps.playground import SEED_CYCLES, open_seeds, plane_config
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.experiments.duel import PickedPairs
from lada_explore.experiments.statistics import paired_interval
from lada_explore.views.playground.start import DRAWN, Start

pytestmark = pytest.mark.slow

PICKED_FROM = {"x", "y", "field", "labelled", "candidates", "asked", "where"}


class Watched(Playground):
    """Keeps whatever is sent to the page."""

    def send_state(self, key=None):
        names = [key] if isinstance(key, str) else list(key or self.keys)
        self.__dict__.setdefault("sent", []).extend(
            (name, getattr(self, name)) for name in names if name in ("state", "duel", "picked", "seeds", "mode")
        )
        super().send_state(key)


@pytest.fixture
def view(tmp_path):
    made = Watched(tmp_path / "out", seed=0)
    made._repr_mimebundle_()  # as a page does that shows it
    made.wait(60)
    yield made
    made.close()


def say(view, **content):
    view._on_message(None, content, [])


def wait_phase(view, phase, timeout_s=60):
    end = time.monotonic() + timeout_s
    while view.duel.get("phase") != phase:
        assert time.monotonic() < end, view.duel
        time.sleep(0.01)
    return view.duel


def play(view, rows):
    items = wait_phase(view, "picking")["items"]
    chosen = [items[row] for row in rows]
    for ids in chosen:
        say(view, type="duel", do="toggle", ids=ids)
    say(view, type="duel", do="play")
    wait_phase(view, "shown")
    return chosen


def test_the_scoreboard_is_that_of_two_runs_made_by_hand_with_the_same_choices(view, tmp_path):
    say(view, type="mode", mode="duel")
    chosen = []
    for rows in ((3, 7), (0, 29), (11, 4)):
        chosen.append(play(view, rows))
        board = view.duel["board"]
        say(view, type="duel", do="next")
    assert [line["cycle"] for line in board] == ["begin", "1", "2", "3"]

    config = plane_config(Start(seed=1), "lada-entinmix")
    begin = Session.create(config, tmp_path / "begin", device="cpu")
    begin.run(until=0)
    begin.close()
    picks = PickedPairs()
    mine = branch(tmp_path / "begin", tmp_path / "mine", at=0, acquisition=picks, cycles=5, device="cpu")
    theirs = branch(tmp_path / "begin", tmp_path / "theirs", at=0, cycles=5, device="cpu")
    for pairs in chosen:
        while mine.next_stage != "select":
            mine.step()
        offered = mine.history[-1].subsample.pair_ids.tolist()
        picks.rows = np.array([offered.index(pair) for pair in pairs])
        mine.run(1)
        theirs.run(1)
    for line, mine_at, theirs_at in zip(board, mine.history, theirs.history, strict=False):
        accuracies = (mine_at.evaluate.accuracy, theirs_at.evaluate.accuracy)
        assert (line["you"], line["theirs"]) == tuple(f"{100 * share:.1f} %" for share in accuracies)
        assert line["labels"] == str(mine_at.evaluate.n_labelled)
    mine.close()
    theirs.close()
    duel = tmp_path / "out" / "moons-lada-entinmix-seed1-duel"
    assert record_bytes(tmp_path / "mine").items() <= record_bytes(duel / "you").items()
    assert record_bytes(tmp_path / "theirs").items() <= record_bytes(duel / "method").items()


def test_nothing_of_the_methods_choice_is_sent_before_the_persons_is_fixed(view):
    view.sent.clear()
    say(view, type="mode", mode="duel")
    for last in (False, True):
        state = wait_phase(view, "picking")
        assert view.sent
        for name, value in view.sent:
            assert name in ("mode", "duel", "picked") or value["choice"]["seed"] == 0  # what is stepped through
            if name == "duel" and value["phase"] != "opening":
                assert value["runs"] == []
                assert set(value["plane"] or ()) in (set(), PICKED_FROM)
                if value["plane"] is not None:
                    assert not np.frombuffer(value["plane"]["field"]["entropy"]["bytes"], np.float32).any()
                    assert value["plane"]["asked"] == []
        # The pairs come in the order in which they were drawn, not by their scores.
        duel = view._game._duel.sides
        assert state["items"] == duel.yours.history[-1].subsample.pair_ids.tolist()
        assert duel.theirs.history[-1].cycle < duel.yours.cycle
        say(view, type="duel", do="look", at="chosen")  # too early
        assert "is nothing that a duel does in the phase 'picking'" in view.state["error"]
        assert view.duel["runs"] == []
        if last:
            break
        play(view, (0, 1))
        assert len(view.duel["runs"]) == 2
        say(view, type="duel", do="next")
        wait_phase(view, "picking")
        view.sent[:] = [("duel", view.duel)]


def test_a_duel_begins_with_a_seed_whose_choices_were_not_shown(view):
    say(view, type="begin", dataset="points:moons", method="random", compare_method="", seed="1")
    view.wait()
    say(view, type="begin", dataset="points:moons", method="lada-entmix", compare_method="", seed="0")
    view.wait()
    say(view, type="mode", mode="duel")
    assert wait_phase(view, "picking")["seed"] == 2
    items = view.duel["items"]
    play(view, (0, 1))
    say(view, type="duel", do="restart")
    restarted = wait_phase(view, "picking")
    assert (restarted["seed"], restarted["items"], view.picked) == (2, items, [])
    say(view, type="duel", do="reseed")
    end = time.monotonic() + 60
    while view.duel.get("seed") != 3 and time.monotonic() < end:
        time.sleep(0.01)
    assert view.duel["seed"] == 3


def test_single_points_are_picked_against_a_method_of_single_points_and_the_last_round_ends_it(view):
    say(view, type="begin", dataset="points:blobs", method="max-entropy", compare_method="", seed="0")
    say(view, type="mode", mode="duel")
    for n in range(5):
        state = wait_phase(view, "picking")
        assert (state["title"], state["wanted"], state["pairs"]) == (f"Round {n + 1} of 5", 4, False)
        assert len(state["items"]) == 60
        for ids in state["items"][:4]:
            say(view, type="duel", do="toggle", ids=ids)
        say(view, type="duel", do="play")
        wait_phase(view, "over" if n == 4 else "shown")
        assert view.duel["note"].startswith("Ranked by entropy, your points have the places ")
        if n < 4:
            say(view, type="duel", do="next")
    assert "The duel is over: " in view.duel["says"]
    assert len(view.duel["runs"]) == 2
    assert [line["labels"] for line in view.duel["board"]] == ["6", "10", "14", "18", "22", "26"]


def test_the_places_of_the_persons_pairs_are_counted_from_the_best(view):
    say(view, type="mode", mode="duel")
    wait_phase(view, "picking")
    history = view._game._duel.sides.yours.history
    scores = history[-1].look_ahead.value + _own(history[-1])
    best, worst = int(np.argmax(scores)), int(np.argmin(scores))
    play(view, (worst, best))
    assert "your pairs have the places 1 and 30 of 30. Both chose among the same 30." in view.duel["note"]
    say(view, type="duel", do="look", at="chosen")
    assert [run["where"] for run in view.duel["runs"]] == ["Cycle 1 · Select"] * 2


def _own(records):
    row_of = {int(i): row for row, i in enumerate(records.subsample.subset_ids)}
    rows = np.vectorize(row_of.get)(records.subsample.pair_ids)
    return records.score.scores[rows].sum(axis=1)


def test_the_interval_is_the_packages_on_the_same_runs(tmp_path):
    runs = open_seeds(tmp_path, Start(dataset="points:blobs", method="max-entropy"), "random")
    done = []

    def told(error):
        assert error == ""
        done.append(error)

    runs.run(lambda: len(done) < 6, told)
    steps = runs.narrowing()
    assert [step.seeds for step in steps] == [1, 2, 3]
    means = {}
    for method in ("max-entropy", "random"):
        for seed in range(3):
            folder = tmp_path / "blobs-seeds" / method / f"seed-{seed}"
            history = open_run(folder).history
            assert [records.cycle for records in history] == list(range(SEED_CYCLES + 1))
            means[method, seed] = np.mean([records.evaluate.accuracy for records in history[1:]])
    own = np.array([means["max-entropy", seed] - means["random", seed] for seed in range(3)])
    np.testing.assert_allclose([step.own for step in steps], own)
    np.testing.assert_allclose([step.mean for step in steps], [own[:n].mean() for n in (1, 2, 3)])
    assert (steps[0].lower, steps[0].upper) == (None, None)
    for n in (2, 3):
        np.testing.assert_allclose((steps[n - 1].lower, steps[n - 1].upper), paired_interval(own[:n]))
    # A run is that of the same settings anywhere else.
    config = configure("plane", "random", seed=2, dataset="points:blobs", cycles=SEED_CYCLES)
    with_hands = Session.create(config, tmp_path / "hand", device="cpu", threads=1)
    with_hands.run()
    with_hands.close()
    assert record_bytes(tmp_path / "hand") == record_bytes(tmp_path / "blobs-seeds" / "random" / "seed-2")


def test_seeds_that_are_stopped_go_on_where_they_were(tmp_path):
    runs = open_seeds(tmp_path, Start(method="random"), "max-entropy")
    asked = []
    runs.run(lambda: asked.append(None) or len(asked) < 9, lambda error: None)
    assert runs.narrowing() == []
    states = {
        path.name: json.loads(path.read_text())["state"]
        for path in (tmp_path / "moons-seeds" / "sweep").glob("*.*.json")
    }
    assert states["random.seed-0.json"] == "stopped"
    done = []
    runs.run(lambda: len(done) < 2, done.append)
    assert [step.seeds for step in runs.narrowing()] == [1]


def test_points_drawn_by_hand_have_no_accuracy_to_compare_over_seeds(tmp_path):
    with pytest.raises(ConfigError, match="points that were drawn by hand have no test points"):
        open_seeds(tmp_path, Start(dataset=DRAWN, points=((0.0, 0.0, 0),)), "random")
