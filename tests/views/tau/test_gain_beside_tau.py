"""What learning gained stands in bits beside tau*, wherever tau* is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.pair_records import pair_cycle
from scipy.stats import beta

from lada_explore.analysis import gain_text, pair_path, queried, tau_by_cycle
from lada_explore.store import open_run
from lada_explore.views import TauRuns
from lada_explore.views.base.selection import Selected
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state
from lada_explore.views.query_gallery.query_gallery import gallery_state
from lada_explore.views.tau.tau_chart import tau_figure_spec
from lada_explore.views.tau.worth import worth_figure_spec

RUN = open_run("data/runs/tau/fashion")


def drawn_gain(ahead, row: int) -> float:
    """V at tau* less V at the tau before learning, each a mean of A over 20,001 quantiles of the Beta."""
    ranks = (np.arange(20_001) + 0.5) / 20_001
    means = [
        np.interp(beta(tau, tau).ppf(ranks), ahead.grid, ahead.profile[row]).mean()
        for tau in (float(ahead.tau[row]), float(ahead.tau_by_epoch[0, row]))
    ]
    return means[0] - means[1]


@pytest.mark.parametrize(
    ("gain", "text"),
    [
        (0.0934, "0.093"),
        (0.00093, "0.0009"),
        (-0.0034, "-0.0034"),
        (-0.25, "-0.250"),
        (0.00004, "less than 0.0001"),
        (0.0, "less than 0.0001"),
    ],
)
def test_a_small_gain_keeps_its_digits(gain, text):
    assert gain_text(gain) == text


def test_the_gain_of_a_pair_is_a_difference_of_two_integrals():
    ahead = RUN.history[1].look_ahead
    path = pair_path(RUN.history[1])
    row = int(np.flatnonzero((RUN.history[1].subsample.pair_ids == path.pair_ids).all(axis=1))[0])
    assert path.gain == pytest.approx(drawn_gain(ahead, row), abs=2e-5)
    assert abs(path.gain) > 2e-4
    best = queried(RUN.history[1])[0]
    assert best.gain == pytest.approx(path.gain)


def test_the_chart_of_tau_tells_the_gain_of_the_shown_cycle_and_of_every_cycle_under_the_pointer():
    spec = tau_figure_spec(RUN.history, 1.0, 1)
    assert "In cycle 1 learning gained 0.0009 bits a pair" in spec.caption
    assert "In cycle 6 learning gained 0.093 bits a pair" in tau_figure_spec(RUN.history, 1.0, None).caption
    (mean,) = [trace for trace in spec.figure["data"] if trace.get("name") == "mean of all pairs"]
    assert (mean["text"][0], mean["text"][5]) == ("<br>gain 0.0009 bits", "<br>gain 0.093 bits")
    assert "%{text}" in mean["hovertemplate"]


def test_runs_beside_each_other_tell_the_gains_of_the_first_and_the_last_cycle():
    view = TauRuns({"fashion": RUN})
    assert view.spec["caption"].endswith("fashion 0.0009 in cycle 1 and 0.093 in cycle 6.")
    assert view.spec["figure"]["data"][0]["text"][0] == "<br>gain 0.0009 bits"


def test_the_observatory_the_gallery_and_the_mixer_tell_it():
    assert "τ* gained 0.0009 bits over the starting τ" in worth_figure_spec(RUN.history, 1.0, Selected(cycle=1)).caption
    told = queried(RUN.history[1])[0].gain
    state = gallery_state(RUN.history, RUN.class_names, 1)
    assert state["groups"][0]["lines"][0].endswith(f"gain {gain_text(told)}")
    assert "The gain is V(τ*) less V at the τ before learning." in state["caption"]
    mixer = mixer_view_state(RUN.history, RUN.class_names, Selected(cycle=1), 1.0, 1.0)
    assert mixer["gain"] == gain_text(told)


def test_where_nothing_learned_no_gain_is_told():
    records = pair_cycle(policy="fixed", tau=np.full(4, 2, np.float32))
    assert np.isnan(tau_by_cycle([records]).gain).all()
    assert [group.gain for group in queried(records)] == [None, None]
    assert "gain" not in tau_figure_spec([records], 1.0, 1).caption
    assert mixer_view_state([records], (), Selected(cycle=1), 1.0, 2.0)["gain"] == ""
