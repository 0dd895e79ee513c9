"""The playground on real sessions: what it shows is what the session decided."""

from urllib.parse import urlencode

import numpy as np
import pytest
from helpers.held import assert_back_to, counts_files, settled
from scipy.stats import beta, kstest

from lada_explore import Playground, Session, open_run
from lada_explore.apps.classroom import Classroom
from lada_explore.apps.playground import METHODS_ON_THE_PLANE, begins_at, plane_config, why_not_offered
from lada_explore.apps.served.given import Given
from lada_explore.apps.shown import shown_of_playground
from lada_explore.config import METHODS
from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.views.playground.start import DRAWN, Look, Start


@pytest.fixture
def opened():
    views = []

    def make(*arguments, **settings):
        view = Playground(*arguments, **settings)
        views.append(view)
        view.wait(60)
        return view

    yield make
    for view in views:
        view.close()


def floats(sent):
    return np.frombuffer(sent["bytes"], {"f4": np.float32, "i4": np.int32}[sent["array"]]).reshape(sent["shape"])


def follows_beta(lam, tau):
    """p of a Kolmogorov-Smirnov test; of the half below 1/2 where 4 bytes round the draws next to 1 to 1 itself."""
    if tau >= 0.2:
        return kstest(lam, beta(tau, tau).cdf).pvalue
    return kstest(lam[lam < 0.5], lambda x: 2 * beta(tau, tau).cdf(x)).pvalue


def test_what_is_drawn_is_what_is_recorded(tmp_path, opened):
    view = opened(tmp_path, dataset="spiral", method="lada-entinmix", seed=2)
    picture = view.state["runs"][0]
    records = open_run(tmp_path / "spiral-lada-entinmix-seed2").history[1]
    pairs, ahead = picture["pairs"], records.look_ahead
    ids = floats(pairs["ids"])
    rows = [records.subsample.pair_ids.tolist().index(pair) for pair in ids.tolist()]
    np.testing.assert_array_equal(floats(pairs["profile"]), ahead.profile[rows])
    np.testing.assert_allclose(floats(pairs["own_tau"])[:, 0], ahead.tau[rows], rtol=1e-6)
    # V at tau*, integrated here from the profile, is the value that SELECT ranked by.
    np.testing.assert_allclose(floats(pairs["value"])[:, -2], ahead.value[rows], atol=1e-5)
    assert ids[floats(pairs["queried"]).astype(bool)].tolist() == records.select.pair_ids.tolist()
    place = {i: image.ravel() for i, image in zip(records.subsample.subset_ids, records.subsample.images, strict=True)}
    x, y = floats(picture["x"]), floats(picture["y"])
    assert all((x[i], y[i]) == tuple(place[i]) for i in ids.ravel().tolist())


def test_the_virtual_instances_on_a_segment_follow_beta_of_its_tau(tmp_path, opened):
    """48 draws of each queried pair against its own tau* at a level of 1 %; layer 0, so lam is the place itself."""
    view = opened(tmp_path, method="lada-entinmix")
    for _ in range(4):
        view.cycle()
        view.wait()
    for cycle in range(1, 4):
        view.show(4 + 7 * (cycle - 1) + 4)
        pairs = view.state["runs"][0]["pairs"]
        assert pairs["mix_layer"] == 0
        for tau, lam in zip(floats(pairs["own_tau"])[:2, 0], floats(pairs["lam"])[:2], strict=True):
            assert follows_beta(lam.astype(float), float(tau)) > 0.01
    # From 0.21 on: below, 4 bytes round a part of the draws to 0 and to 1; `virtual_lam` is tested there by itself.
    for tau, lam in list(zip(floats(view.draws["tau"]), floats(view.draws["lam"]), strict=True))[20::40]:
        assert follows_beta(lam.astype(float), float(tau)) > 0.01


def test_opening_again_goes_on_with_the_last_run_and_reset_begins_another(tmp_path, opened):
    view = opened(tmp_path)
    view.cycle()
    view.cycle()
    view.wait()
    asked = view.runs[0].worker.history[2].select.query_ids
    view.close()
    again = opened(tmp_path)
    assert again.moment[0] == 2
    np.testing.assert_array_equal(again.runs[0].worker.history[2].select.query_ids, asked)
    again.begin(again.start)
    again.wait()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "moons-lada-entinmix-seed0",
        "moons-lada-entinmix-seed0-2",
    ]
    # A reset with the same seed is the same run.
    np.testing.assert_array_equal(
        again.runs[0].worker.history[1].select.query_ids,
        open_run(tmp_path / "moons-lada-entinmix-seed0").history[1].select.query_ids,
    )


def test_points_drawn_by_hand_are_a_run_that_resumes_from_its_folder(tmp_path, opened):
    rng = np.random.default_rng(1)
    points = tuple((round(x, 4), round(y, 4), int(x > 0)) for x, y in rng.uniform(-1, 1, (40, 2)).tolist())
    view = opened(tmp_path)
    view.begin(Start(dataset=DRAWN, points=points))
    view.wait()
    assert view.state["error"] == ""
    assert view.runs[0].worker.config.schedule.cycles == 9
    picture = view.state["runs"][0]
    np.testing.assert_allclose(floats(picture["x"]), [x for x, _, _ in points], atol=1e-6)
    asked = view.runs[0].worker.history[1].select.query_ids
    view.close()
    session = Session.resume(tmp_path / "drawn-lada-entinmix-seed0", oracle="ground-truth")
    session.run(1)
    np.testing.assert_array_equal(session.history[1].select.query_ids, asked)
    answered = session.history[1].query
    assert answered.labels.tolist() == [points[i][2] for i in answered.ids.tolist()]
    session.close()


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0, 1], "class orange has 1 of your points; each class up to the last one you use needs"),
        ([0] * 8, "class orange has 0 of your points"),
        ([0, 0, 1, 1, 0, 1, 0], "7 points leave none to ask about; draw at least 8"),
    ],
)
def test_too_few_points_are_a_sentence(labels, sentence):
    points = tuple((0.01 * place, 0.0, label) for place, label in enumerate(labels))
    with pytest.raises(ConfigError, match=sentence):
        plane_config(Start(dataset=DRAWN, points=points), "random")


@pytest.mark.parametrize(
    ("address", "begins"),
    [
        ("", {"look": Look()}),
        (
            "data=rings&method=random&compare=max-entropy&seed=9&cycle=20&stage=train",
            {"dataset": "rings", "method": "random", "compare": "max-entropy", "seed": 9}
            | {"look": Look(cycle=20, stage=Stage.TRAIN)},
        ),
        ("cycle=3&pair=30&tau=2", {"look": Look(cycle=3, pair=30, tau=2.0)}),
        ("cycle=0", {"look": Look(cycle=0)}),
    ],
)
def test_an_address_says_where_it_begins(address, begins):
    given = Given(address)
    whole = {"dataset": "moons", "method": "lada-entinmix", "compare": "", "seed": 7}
    assert begins_at(given, 7) == whole | begins
    assert given.sentences == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("data=drawn", "data 'drawn' in the address is none of moons, blobs, rings, spiral; moons is taken instead."),
        ("method=margin", "method 'margin' in the address is none of lada-entinmix, "),
        ("seed=-1", "seed '-1' in the address is no whole number from 0 to 9223372036854775807; 7 is taken instead."),
        ("cycle=21", "cycle '21' in the address is no whole number from 0 to 20; 1 is taken instead."),
        ("stage=nap", "stage 'nap' in the address is none of subsample, score, look_ahead, "),
        ("cycle=0&stage=score", "stage 'score' in the address is none of select, query, train, evaluate; select is"),
        ("pair=31", "pair '31' in the address is no whole number from 1 to 30; the best one is taken instead."),
        ("tau=2.1", "tau '2.1' in the address is no number above 0 and up to 2; the pair's own τ* is taken instead."),
        ("method=random&tau=1", "tau in the address is left out: random scores single points, not pairs."),
        ("cycle=0&pair=1&tau=1", "pair and tau in the address are left out: the start has no pairs."),
    ],
)
def test_an_address_that_cannot_be_is_a_sentence_and_the_beginning_without_it(address, sentence):
    given = Given(address)
    method = "random" if "random" in address else "lada-entinmix"
    begins = begins_at(given, 7)
    cycle = 0 if address.startswith("cycle=0") else 1
    assert begins == {"dataset": "moons", "method": method, "compare": "", "seed": 7, "look": Look(cycle=cycle)}
    assert len(given.sentences) == 1
    assert given.sentences[0].startswith(sentence)


def test_what_an_address_says_of_a_playground_opens_the_same_again(opened):
    given = Given("data=blobs&method=lada-entmix&seed=3&cycle=2&stage=look_ahead&pair=5&tau=0.4")
    view = opened(**begins_at(given, 0))
    assert view.moment == (2, Stage.LOOK_AHEAD)
    view.chosen = {"pair": 5, "tau": 0.4}  # as the page tells
    address = shown_of_playground(view).address
    assert address == {"data": "blobs", "method": "lada-entmix", "seed": "3", "cycle": "2"} | {
        "stage": "look_ahead",
        "pair": "5",
        "tau": "0.4",
    }
    again = opened(**begins_at(Given(urlencode(address)), 0))
    assert again.state["begins"] == {"pair": 5, "tau": 0.4}
    pairs, others = (shown.state["runs"][0]["pairs"] for shown in (view, again))
    np.testing.assert_array_equal(floats(pairs["own_tau"]), floats(others["own_tau"]))


@pytest.mark.parametrize("method", METHODS_ON_THE_PLANE)
def test_every_offered_method_can_be_configured(method):
    assert plane_config(Start(), method).method.name == method


def test_every_method_is_offered_but_those_with_a_reason_why_not():
    assert sorted(METHODS_ON_THE_PLANE) == sorted(name for name in METHODS if not why_not_offered(name))
    assert {"pairs-then-mixup", "lada-entmix-fixed", "random-then-mixup"} <= set(METHODS_ON_THE_PLANE)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        (
            "random-pairs-mixup",
            "because its scores are drawn at random, so the curve along a segment would say nothing",
        ),
        ("margin", "because its scores are in probability, and what is drawn here are entropies in bits"),
        ("ent-then-stn", "because an STN needs images, and these are points"),
        ("stn", "because it is not the name of a method"),
    ],
)
def test_a_method_that_is_not_offered_is_refused_with_the_reason(tmp_path, method, reason):
    with pytest.raises(ConfigError, match=f"method '{method}' is not offered here, {reason}.*; choose lada-entinmix, "):
        Playground(tmp_path, method=method)
    assert list(tmp_path.iterdir()) == []


def test_looking_ahead_alone_can_be_compared_from_one_start(tmp_path, opened):
    view = opened(tmp_path, method="lada-entmix-fixed", compare="pairs-then-mixup")
    ahead, own = (run.worker.history[1] for run in view.runs)
    np.testing.assert_array_equal(ahead.subsample.pair_ids, own.subsample.pair_ids)
    np.testing.assert_array_equal(ahead.look_ahead.value, own.look_ahead.value)
    np.testing.assert_allclose(own.select.scores, own.select.score_terms[:, :2].sum(axis=1))
    np.testing.assert_allclose(ahead.select.scores, own.select.scores + ahead.look_ahead.value, rtol=1e-6)
    says = [picture["note"] for picture in view.state["runs"]]
    assert ["a pair's score is A(1) + A(0), and V was recorded but is not counted" in note for note in says] == [
        False,
        True,
    ]


def test_without_a_folder_the_runs_go_with_the_view(opened):
    view = opened(method="random")
    place = view._out
    assert (place / "moons-random-seed0" / "run.json").is_file()


def test_a_cell_that_is_run_again_goes_on_with_its_run(tmp_path, opened):
    first, second = (opened(tmp_path) for _ in range(2))
    assert second.runs[0].worker is first.runs[0].worker
    assert [path.name for path in tmp_path.iterdir()] == ["moons-lada-entinmix-seed0"]
    assert second.state["error"] == ""


@counts_files
@pytest.mark.slow
@pytest.mark.parametrize("n_restarts", [1, 20])
def test_another_beginning_in_a_view_that_is_closed_then_leaves_nothing_behind(tmp_path, n_restarts):
    def restart() -> None:
        view = Playground(tmp_path, method="random")
        view.wait(60)
        view.begin(view.start)
        view.wait(60)
        view.close()

    restart()
    before = settled()
    for _ in range(n_restarts):
        restart()
    assert_back_to(before)


@pytest.mark.slow
@counts_files
def test_20_times_start_again_on_a_students_page_leaves_nothing_behind():
    def start(classroom) -> None:
        classroom.start()
        classroom._place.children[0].wait(60)

    classroom = Classroom(group=3)
    start(classroom)
    classroom.close()
    del classroom
    empty = settled()
    classroom = Classroom(group=3)
    classroom._repr_mimebundle_()  # as a page does that shows it
    start(classroom)
    before = settled()
    assert before.widgets > empty.widgets
    for _ in range(20):
        start(classroom)
    assert_back_to(before)
    classroom.close()
    del classroom
    assert_back_to(empty)


def test_closing_removes_the_temporary_folder_and_ends_the_worker():
    view = Playground(method="random")
    view.wait(60)
    place, run = view._out, view.runs[0].worker
    view.close()
    assert not place.exists()
    assert run.closed
    assert not run._thread.is_alive()
