"""The view of a duel, on two real runs of small images and of points."""

from __future__ import annotations

import time

import numpy as np
import pytest
from helpers.small_runs import small_config, small_data

from lada_explore import Duel, Session, open_session
from lada_explore.errors import ConfigError, StoreError
from lada_explore.experiments.duel import DuelRuns
from lada_explore.experiments.scoreboard import Round
from lada_explore.records import Stage
from lada_explore.views.duel.board import result_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    out = tmp_path_factory.mktemp("duel") / "run"
    session = Session.create(small_config(cycles=3, checkpoints="all"), out, data=small_data(), threads=1)
    session.run(until=1)
    session.close()
    return out


def opened(parent, out, **options):
    return Duel(parent, out, data=small_data(), **options)


def wait_for(duel, phase, timeout_s=60):
    end = time.monotonic() + timeout_s
    while duel.board.state["phase"] != phase:
        assert time.monotonic() < end, duel.board.state
        time.sleep(0.02)
    return duel.board.state


def press(duel, **message):
    duel.board._on_message(None, message, [])


def pick_first(duel, n=4):
    for card in duel.board.state["cards"][:n]:
        press(duel, type="toggle", id=card["id"])


def test_a_duel_from_its_first_round_to_its_end(parent, tmp_path):
    duel = opened(parent, tmp_path / "duel")
    state = wait_for(duel, "picking")
    assert (state["title"], state["task"]) == ("Round 1 of 2", "Pick 4 images that you would have labelled.")
    assert len(state["cards"]) == 20
    assert all(card["url"].startswith("data:image/png") for card in state["cards"])
    assert [line["cycle"] for line in state["board"]] == ["begin"]
    assert state["board"][0]["lead"] == "0.0"
    pick_first(duel)
    ids = [card["id"] for card in state["cards"][:4]]
    assert duel.board.picked == ids
    press(duel, type="play")
    end = time.monotonic() + 60
    while duel.board.state["title"] != "Round 2 of 2" or duel.board.state["phase"] != "picking":
        assert time.monotonic() < end
        time.sleep(0.02)
    state = duel.board.state
    played = duel.sides.scoreboard()[-1]
    assert played.picked[0] == tuple(ids)
    many = played.shared or "none"
    assert state["says"] == f"In cycle 2 lada-entmix asked about 4 images, {many} of them yours too."
    assert [line["name"] for line in state["asked"]] == ["you", "lada-entmix"]
    assert [len(line["urls"]) for line in state["asked"]] == [4, 4]
    assert duel.board.picked == []
    pick_first(duel)
    press(duel, type="play")
    state = wait_for(duel, "over")
    assert state["says"].startswith("The duel is over: ")
    assert [line["cycle"] for line in state["board"]] == ["begin", "2", "3"]
    assert "<td>begin</td>" in duel.board.plain()
    duel.close()
    again = opened(parent, tmp_path / "duel")
    assert wait_for(again, "over")["board"] == state["board"]
    again.close()


def test_no_more_than_the_budget_are_picked_and_a_second_click_puts_back(parent, tmp_path):
    duel = opened(parent, tmp_path / "duel")
    ids = [card["id"] for card in wait_for(duel, "picking")["cards"]]
    pick_first(duel, 6)
    assert duel.board.picked == ids[:4]
    press(duel, type="toggle", id=ids[1])
    assert duel.board.picked == [ids[0], *ids[2:4]]
    press(duel, type="toggle", id=999)
    press(duel, type="play")
    assert duel.board.state["error"] == "3 images are picked and the query takes 4; pick 4"
    assert duel.board.state["phase"] == "picking"
    press(duel, type="clear")
    assert duel.board.picked == []
    duel.close()


def test_a_person_who_labels_gets_a_labeller_and_the_round_goes_on_after_her_last_answer(parent, tmp_path):
    duel = opened(parent, tmp_path / "duel", oracle="person")
    assert len(duel.children) == 3
    wait_for(duel, "picking")
    pick_first(duel)
    ids = list(duel.board.picked)
    press(duel, type="play")
    assert wait_for(duel, "labelling")["says"] == "Label your 4 images below; then both sides train."
    duel.sides.yours.submit({i: 1 for i in ids})
    wait_for(duel, "picking")
    assert duel.sides.yours.history[2].query.labels.tolist() == [1, 1, 1, 1]
    assert len(duel.sides.scoreboard()) == 2
    duel.close()


def test_a_cell_run_again_in_the_middle_of_a_round_finishes_it_and_asks_for_the_next_picks(parent, tmp_path):
    cut = DuelRuns(parent, tmp_path / "duel", data=small_data())
    cut.pick(cut.candidates()[:4].tolist())
    while cut.yours.next_stage is not Stage.TRAIN:
        cut.yours.step()
    cut.close()
    duel = opened(parent, tmp_path / "duel")
    assert wait_for(duel, "picking")["title"] == "Round 2 of 2"
    assert [line["cycle"] for line in duel.board.state["board"]] == ["begin", "2"]
    duel.close()


def test_a_training_that_fails_can_be_gone_on_with(parent, tmp_path, monkeypatch):
    duel = opened(parent, tmp_path / "duel")
    wait_for(duel, "picking")
    pick_first(duel)
    whole = duel.sides.yours._runner.run

    def full(stage, *rest):
        if stage is Stage.TRAIN:
            raise StoreError("the disk is full")
        return whole(stage, *rest)

    monkeypatch.setattr(duel.sides.yours._runner, "run", full)
    press(duel, type="play")
    state = wait_for(duel, "stopped")
    assert (state["error"], state["says"]) == ("the disk is full", "The round was cut short; nothing of it is lost.")
    monkeypatch.undo()
    press(duel, type="play")
    assert wait_for(duel, "picking")["title"] == "Round 2 of 2"
    duel.close()


def test_points_lie_on_a_plane(tmp_path):
    settings = {"checkpoints": "all", "training.epochs": 2, "policy.epochs": 2}
    session = open_session(
        tmp_path / "run", "plane", "lada-entinmix", dataset="points:moons", cycles=2, device="cpu", settings=settings
    )
    session.run(until=0)
    duel = Duel(session, tmp_path / "duel")
    plane = wait_for(duel, "picking")["plane"]
    points = session.data.train.images.reshape(-1, 2).numpy()
    ids = [card["id"] for card in duel.board.state["cards"]]
    assert np.allclose(np.transpose([plane["x"], plane["y"]]), points[ids])
    start = session.history[0].query
    labelled = {(round(p["x"], 5), round(p["y"], 5)): p["label"] for p in plane["labelled"]}
    wanted = {
        tuple(np.round(points[i].astype(float), 5)): int(label)
        for i, label in zip(start.ids, start.labels, strict=True)
    }
    assert labelled == wanted
    assert all(card["url"] == "" for card in duel.board.state["cards"])
    duel.close()
    session.close()


@pytest.mark.parametrize(
    ("accuracy", "sentence"),
    [
        (
            (0.75, 0.72),
            "you are 3.0 points ahead of random. It is one training of each; another seed may",
        ),
        ((0.70, 0.72), "random is 2.0 points ahead. It is one"),
        ((0.72, 0.7203), "you and random end with the same accuracy, 72.0 %."),
        ((None, None), "without a labelled test set there is no accuracy to compare"),
    ],
)
def test_the_end_is_one_sentence(accuracy, sentence):
    line = Round(cycle=3, labels=(50, 50), accuracy=accuracy, picked=((1,), (2,)), shared=0)
    assert sentence in result_of([line], "random")


def test_pairs_are_picked_elsewhere(parent, tmp_path):
    with pytest.raises(ConfigError, match="lets single images be picked; leave pairs out, or play in the playground"):
        opened(parent, tmp_path / "duel", pairs=True)
    assert not (tmp_path / "duel").exists()
