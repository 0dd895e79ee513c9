"""Every method of METHODS: three cycles, killed in its long stages and resumed, and drawn by every view."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.method_table import LONG_STAGE, METHOD_TABLE
from helpers.small_runs import copied, cut_before, record_bytes, small_data, small_session

from lada_explore.analysis import Rule, counts_values, describe, map_points
from lada_explore.config import METHODS
from lada_explore.errors import StageStopped
from lada_explore.events import Progress
from lada_explore.records import DRAW_UNIT, Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.views.base.selection import Selected
from lada_explore.views.map.look import COLOURS, look_of
from lada_explore.views.map.panel import atlas_of
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state
from lada_explore.views.query_gallery.query_gallery import gallery_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.tau.tau_chart import tau_figure_spec
from lada_explore.views.tau.worth import worth_figure_spec
from lada_explore.views.what_if.what_if import what_if_view_state

pytestmark = pytest.mark.slow

PAIRS = [name for name, row in METHOD_TABLE.items() if row.asks == "pairs"]
SCORED_BY_LOGITS = (
    "pairs-then-mixup",
    "lada-entmix",
    "lada-entmix-fixed",
    "lada-entmix-exact",
    "lada-entinmix",
    "lada-entinmix-fixed",
    "lada-varratiomix",
    "lada-marginmix",
)
"""Methods with pairs whose outputs along a path are logits, so that a mix has a predicted class."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Finished runs by method, each made when it is first asked for."""
    made = {}

    def of(method):
        if method not in made:
            made[method] = tmp_path_factory.mktemp("runs") / method
            # Each process measures for itself which precision pays, and a busy machine may answer either way.
            session = small_session(made[method], method, cycles=3, look_ahead__precision="float32")
            session.run()
            session.close()
        return made[method]

    return of


def stop_at(run, stage, n_points):
    """Resume a run in another session and stop it at the n-th progress point of a stage; how far it had come."""
    session, reached = Session.resume(run, data=small_data()), []
    session.subscribe(lambda event: reached.append(event) if isinstance(event, Progress) else None)

    def gate():
        if session.next_stage is stage and len(reached) >= n_points:
            raise StageStopped("stopped")

    while session.next_stage is not stage:
        session.step()
    reached.clear()
    with pytest.raises(StageStopped):
        session.step(gate)
    session.close()
    return reached


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """A run of every method whose process was killed in a stage of each of its cycles: its folder, and those stages."""
    folder = tmp_path_factory.mktemp("kill")
    script = [sys.executable, str(Path(__file__).with_name("kill_methods.py")), str(folder)]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=900)
    assert ended.returncode == 0, ended.stderr
    return folder, json.loads(ended.stdout)


def test_the_table_names_every_method():
    assert list(METHOD_TABLE) == list(METHODS)


@pytest.mark.parametrize("method", METHOD_TABLE)
def test_a_run_killed_in_its_long_stages_has_the_records_of_one_that_was_not(runs, killed, method):
    folder, cut = killed
    row = METHOD_TABLE[method]
    assert cut[method] == ["score of cycle 1", f"{LONG_STAGE[row.asks]} of cycle 2", "train of cycle 3"]
    whole = record_bytes(runs(method))
    assert record_bytes(folder / method) == whole
    kept = [name for name in whole if name.endswith(f"score/{CHECKPOINT_FILE}")]
    assert len(kept) == (3 if row.keeps else 0)


@pytest.mark.parametrize("method", ["lada-vaalmix", "lada-ll4almix"])
def test_what_was_learned_is_learned_once_and_anew_only_where_it_is_lost(runs, method, tmp_path):
    run = copied(runs(method), tmp_path / "run")
    cut_before(run, 3, Stage.LOOK_AHEAD)
    steps = ("steps of the VAE and its discriminator", "folds", "steps of the loss module")
    units = {event.unit for event in stop_at(run, Stage.LOOK_AHEAD, 4)}
    assert not units & set(steps)
    (run / "cycles/003/score" / CHECKPOINT_FILE).unlink()
    units = {event.unit for event in stop_at(run, Stage.LOOK_AHEAD, 4)}
    assert units & set(steps)
    session = Session.resume(run, data=small_data())
    session.run()
    session.close()
    whole = record_bytes(runs(method))
    assert record_bytes(run) == {name: content for name, content in whole.items() if "003/score/check" not in name}


def test_only_the_newest_of_what_was_learned_is_kept_if_so_configured(tmp_path):
    session = small_session(tmp_path / "run", "vaal", cycles=2, checkpoints="last")
    session.run()
    session.close()
    kept = sorted(str(path.parent.relative_to(tmp_path / "run/cycles")) for path in tmp_path.rglob(CHECKPOINT_FILE))
    assert kept == ["002/score", "002/train"]


@pytest.mark.parametrize("method", METHOD_TABLE)
def test_every_view_draws_every_method_in_its_own_unit(runs, method):
    run, row = open_run(runs(method)), METHOD_TABLE[method]
    history, names, unit = run.history, run.class_names, row.unit
    assert run.info.acquisition_unit == history[3].score.unit == history[3].look_ahead.unit == unit
    for records in history:
        for stage in Stage:
            if (record := records.get(stage)) is not None:
                assert describe(record, names).endswith(".")
    points = map_points(history, 3)
    assert points.reason == ""
    assert np.isfinite(points.entropy_bits).all()
    assert atlas_of(points, names)["details"]
    for colour in COLOURS:
        assert look_of(points, colour, names).groups
    gallery = gallery_state(history, names, 3)
    assert len(gallery["groups"]) == (2 if row.asks == "pairs" else 4)
    lines = [line for line in gallery["groups"][0]["lines"] if not line.startswith("τ")]
    told = [*lines, gallery["groups"][0]["images"][0]["detail"]]
    # The unit stands once, with the sum, where there is one.
    named = [line for line in told if unit in line]
    summed = [line for line in lines if line.startswith("score ")]
    assert named == (summed or told)
    assert ("as a varied set" in gallery["caption"]) == (row.asks == "set")
    pictures = [
        mixer_view_state(history, names, Selected(cycle=3), 1.0, 2.0),
        ledger_view_state(history, names, Selected(cycle=3)),
        what_if_view_state(history, names, 3, Rule(kind="best"), 1.0),
    ]
    counted = row.asks == "pairs" and "pairs" not in method
    assert counts_values(history[3]) is (counted or row.asks != "pairs")
    charts = [tau_figure_spec(history, 1.0, 3), worth_figure_spec(history, 1.0, Selected(cycle=3))]
    if row.asks != "pairs":
        *of_pairs, of_images = pictures
        assert all("single images" in picture["message"] for picture in of_pairs)
        assert of_images["total"] == len(history[3].asked.ids)
        assert all(row[-1].endswith(unit) for row in of_images["numbers"])
        assert all("single images" in chart.message for chart in charts)
        return
    mixer, ledger, what_if = pictures
    assert [picture["message"] for picture in pictures] == ["", "", ""]
    drawn = unit == DRAW_UNIT and not counted
    assert mixer["drawn"] is drawn
    assert ("So no curve of A, V or τ is drawn." in mixer["caption"]) is drawn
    assert [bool(chart.message) for chart in charts] == [drawn, False]
    assert len(charts[1].figure["data"]) == (1 if drawn else 6)
    why = (
        "draws its pairs at random, so there is nothing to look ahead to"
        if unit == DRAW_UNIT
        else "does not look ahead"
    )
    assert (why in ledger["caption"]) is not counted
    assert ("does not look ahead" in gallery["caption"]) is not counted
    assert ("look-ahead" in gallery["groups"][0]["lines"][0]) is counted
    assert mixer["unit"] == ledger["unit"] == unit
    assert all(row[-1].endswith(unit) for row in what_if["numbers"])
    told = mixer["classes"]["reason"]
    assert (told == "") == (method in SCORED_BY_LOGITS)
    assert len(mixer["classes"]["names"]) == (3 if method in SCORED_BY_LOGITS else 0)


@pytest.mark.parametrize("method", PAIRS)
def test_the_profile_ends_at_the_images_own_scores_and_the_regret_is_in_its_unit(runs, method):
    for records in open_run(runs(method)).history[1:]:
        ahead, scores = records.look_ahead, dict(zip(records.subsample.subset_ids, records.score.scores, strict=True))
        own = np.array([[scores[i], scores[j]] for i, j in records.subsample.pair_ids])
        np.testing.assert_array_equal(ahead.profile[:, [-1, 0]], own)
        assert (ahead.profile.min(axis=1) <= ahead.mean_virtual).all()
        assert (ahead.mean_virtual <= ahead.max_virtual + 1e-5).all()
        if METHOD_TABLE[method].policy != "fixed":
            assert (ahead.best_value - ahead.mean_virtual >= -1e-4).all()
