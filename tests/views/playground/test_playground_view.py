import re
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError, LadaError, OracleError
from lada_explore.experiments.narrowing import Narrowed
from lada_explore.records import Stage
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.views.base.assets import module_of
from lada_explore.views.playground.playground import PlaygroundView
from lada_explore.views.playground.run import PlaygroundRun, _says
from lada_explore.views.playground.seeds import says_of
from lada_explore.views.playground.start import DRAWN, Look, Start


class Opener:
    """Opens runs on fakes and remembers what was asked for."""

    def __init__(self, **settings):
        self.settings = {"subset_size": 20, "budget": 4, "cycles": 3} | settings
        self.opened = []
        self.closed = []

    def __call__(self, start, method, *, afresh):
        if start.seed == 13:
            raise LadaError("seed 13 brings bad luck; choose another")
        self.opened.append((start, method, afresh))
        session = FakeSession(method=method, seed=start.seed, **self.settings)
        rng = np.random.default_rng(0)
        return PlaygroundRun(
            worker=Worker.of(session),
            points=rng.uniform(-1, 1, (500, 2)).astype(np.float32),
            targets=np.arange(500) % 10,
            answering=SimpleNamespace(by_truth=True),
            place=f"{method}-seed{start.seed}",
            open_ids=lambda: session.open_query.tolist(),
            submit=session.submit,
            close=lambda: self.closed.append(method),
        )


def no_duel(start, seed):
    raise LadaError(f"no duel with seed {seed} here")


class FakeSeeds:
    """Two seeds, the second of which waits until it may end."""

    def __init__(self, start, against):
        self.against = against
        self.steps = []
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def run(self, wanted, told):
        self.steps.append(Narrowed(seeds=1, own=0.02, mean=0.02, lower=None, upper=None))
        told("")
        self.asked.set()
        assert self.go_on.wait(20)
        if wanted():
            self.steps.append(Narrowed(seeds=2, own=0.04, mean=0.03, lower=-0.1, upper=0.16))
            told("")

    def narrowing(self):
        return self.steps


@pytest.fixture
def made():
    views = []

    def make(start=None, by_truth=True, look=None, **settings):
        opener = Opener(**settings)
        view = PlaygroundView(
            opener, start or Start(), open_duel=no_duel, open_seeds=FakeSeeds, by_truth=by_truth, look=look
        )
        views.append(view)
        view.wait(20)
        return view, opener

    yield make
    for view in views:
        view.close()


def shown(view, run=0):
    return view.state["runs"][run]["where"]


def wait_for(condition, timeout_s=10):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_opens_on_the_query_of_the_first_cycle(made):
    view, opener = made()
    assert view.moment == (1, Stage.SELECT)
    assert (shown(view), view.state["shown"], view.state["count"]) == ("Cycle 1 · Select", 8, 11)
    assert view.state["error"] == ""
    assert opener.opened == [(Start(), "lada-entinmix", False)]


def test_it_opens_where_it_is_told_to_and_says_where_one_looks(made):
    look = Look(cycle=2, stage=Stage.TRAIN, pair=4, tau=0.4)
    view, _ = made(look=look)
    assert (view.moment, shown(view)) == ((2, Stage.TRAIN), "Cycle 2 · Train")
    assert (view.state["shown"], view.state["count"]) == (look.count, 18)
    assert (view.state["begins"], view.state["arriving"]) == ({"pair": 4, "tau": 0.4}, False)
    view.chosen = {"pair": 4, "tau": 0.4}
    assert view.look == look
    for wrong in ({"pair": 0, "tau": 2.5}, {"pair": "4", "tau": "0.4"}, {}):
        view.chosen = wrong
        assert view.look == Look(cycle=2, stage=Stage.TRAIN)
    view.step()
    assert view.look == Look(cycle=2, stage=Stage.EVALUATE)
    assert view.state["begins"] is None
    view.begin(Start(seed=1))
    view.wait(20)
    assert view.look == Look()
    for _ in range(8):
        view.back()
    assert view.look is None


def test_a_stage_that_comes_during_a_drawing_is_not_drawn_as_the_beginning_before_it_is_shown(made, monkeypatch):
    """Else the page takes "not arriving, and nothing to begin with" as its beginning, and shows the pair never."""
    look = Look(cycle=2, stage=Stage.TRAIN, pair=4, tau=0.4)
    view, _ = made(look=look)
    counts = iter([look.count - 1])
    monkeypatch.setattr(view, "_count", lambda: next(counts, look.count))
    view._redraw()
    assert (view.state["shown"], view.state["arriving"], view.state["begins"]) == (look.count - 1, True, None)
    view._redraw()
    assert (view.state["arriving"], view.state["begins"]) == (False, {"pair": 4, "tau": 0.4})


def test_a_step_shows_what_is_recorded_before_it_runs_what_is_not(made):
    view, _ = made()
    for stage in ("Query", "Train", "Evaluate"):
        view.step()
        assert shown(view) == f"Cycle 1 · {stage}"
    assert len(view.runs[0].moments()) == 11
    view.step()
    view.wait()
    assert (shown(view), len(view.runs[0].moments())) == ("Cycle 2 · Subsample", 12)


def test_back_undoes_nothing_and_ends_before_the_first_stage(made):
    view, _ = made()
    for _ in range(20):
        view.back()
    assert (view.moment, shown(view)) == (None, "Before the start")
    assert len(view.runs[0].moments()) == 11
    view.cycle()
    assert shown(view) == "The start · Evaluate"
    view.cycle()
    assert shown(view) == "Cycle 1 · Evaluate"
    view.cycle()
    view.wait()
    assert shown(view) == "Cycle 2 · Evaluate"


def test_two_methods_step_together(made):
    view, opener = made(Start(method="lada-entmix", compare_method="random"))
    assert [method for _, method, _ in opener.opened] == ["lada-entmix", "random"]
    for _ in range(4):
        view.step()
        view.wait()
    assert [len(run.moments()) for run in view.runs] == [12, 12]
    assert (shown(view, 0), shown(view, 1)) == ("Cycle 2 · Subsample", "Cycle 2 · Subsample")
    assert view.state["runs"][1]["pairs"] is None


def test_a_person_answers_and_the_run_goes_on(made):
    view, _ = made(by_truth=False, person=True)
    run = view.runs[0]
    wait_for(lambda: run.worker.status.state is WorkerState.WAITING)
    view.wait()
    asked = list(run.open_ids())
    assert len(asked) == 20
    assert view.state["runs"][0]["to_answer"] == asked
    with pytest.raises(OracleError, match=re.escape(f"point {500} is not asked")):
        view.answer(0, 500, 1)
    for point in asked[:-1]:
        view.answer(0, point, 3)
    view.wait()
    assert view.state["runs"][0]["to_answer"] == asked[-1:]
    assert view.state["runs"][0]["labelled"]["fresh"] == 19
    view.answer_by_truth(True)
    wait_for(lambda: run.worker.history[0].query is not None)
    labels = dict(
        zip(run.worker.history[0].query.ids.tolist(), run.worker.history[0].query.labels.tolist(), strict=True)
    )
    assert [labels[point] for point in asked[:-1]] == [3] * 19
    assert labels[asked[-1]] == run.targets[asked[-1]]


def test_an_answer_counts_in_every_run_that_asks_about_the_point(made):
    view, _ = made(Start(method="lada-entmix", compare_method="random"), by_truth=False, person=True)
    wait_for(lambda: all(run.worker.status.state is WorkerState.WAITING for run in view.runs))
    first, second = (run.open_ids() for run in view.runs)
    assert first == second
    view.answer(1, first[0], 2)
    assert [len(run.open_ids()) for run in view.runs] == [19, 19]
    assert view.n_answered == 1


def test_the_page_begins_anew_with_another_choice_and_lets_go_of_the_old_run(made):
    view, opener = made()
    view.handle({"type": "begin", "dataset": "points:rings", "method": "random", "compare_method": "", "seed": " 7 "})
    view.wait()
    assert (view.start.dataset, view.start.method, view.start.seed) == ("points:rings", "random", 7)
    assert opener.opened[-1][2] is True
    assert opener.closed == ["lada-entinmix"]
    assert shown(view) == "Cycle 1 · Select"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seed": "x"}, "'x' is no seed; type a whole number from 0 upwards"),
        ({"seed": "-1"}, "seed is -1; seeds are whole numbers from 0 upwards"),
        ({"seed": "13"}, "seed 13 brings bad luck; choose another"),
        ({"dataset": "mnist"}, "dataset 'mnist' is not on the plane; choose points:moons"),
        ({"dataset": DRAWN}, "nothing is drawn yet; press Draw points"),
        ({"method": "stn"}, "method 'stn' is not offered here"),
    ],
)
def test_what_cannot_be_is_a_sentence_in_the_page_and_the_run_stays(made, changes, sentence):
    view, opener = made()
    message = {
        "type": "begin",
        "dataset": "points:moons",
        "method": "random",
        "compare_method": "",
        "seed": "1",
    } | changes
    view._on_message(None, message, [])
    assert sentence in view.state["error"]
    assert (view.start, opener.closed) == (Start(), [])
    view.step()
    assert shown(view) == "Cycle 1 · Query"


def test_a_failed_stage_is_a_sentence_in_the_page(made):
    view, _ = made(fail_at=(1, Stage.SCORE))
    assert view.state["error"] == "the fake failed as it was told to"
    view.step()
    view.wait()
    assert view.state["error"] == ""


def test_a_drawn_set_keeps_its_points_when_only_the_method_changes(made):
    points = ((0.0, 0.5, 0), (0.25, -0.5, 1))
    view, _ = made()
    begin = {"type": "begin", "dataset": DRAWN, "method": "random", "compare_method": "", "seed": 0}
    view.handle(begin | {"points": [list(point) for point in points]})
    assert view.start.points == points
    view.handle(begin | {"method": "max-entropy"})
    assert (view.start.points, view.start.method) == (points, "max-entropy")
    view.handle(begin | {"dataset": "points:moons"})
    assert view.start.points == ()


def test_too_many_points_are_refused():
    with pytest.raises(ConfigError, match="2001 points were drawn; the playground takes 2000"):
        Start(dataset=DRAWN, points=((0.0, 0.0, 0),) * 2001)


def test_nothing_moves_the_run_twice_and_closing_lets_go(made):
    view, opener = made()
    view._on_message(None, {"type": "dance"}, [])
    assert "'dance' is no action of the playground" in view.state["error"]
    view.close()
    assert opener.closed == ["lada-entinmix"]


def test_the_page_puts_no_text_in_as_html():
    for name in ("playground", "question"):
        assert "innerHTML" not in module_of(name)


def test_the_sentence_of_a_stage_says_what_a_method_does_that_does_not_look_ahead():
    session = FakeSession(cycles=1, method="ent-then-mixup")
    said = _says(session.run(), (1, Stage.LOOK_AHEAD), session.class_names, session.config.method)
    assert said.startswith("This method does not look ahead: it scores single images, and mixes those asked about")


def test_a_mode_that_is_not_there_and_a_duel_that_cannot_be_opened_are_sentences(made):
    view, _ = made()
    assert view.mode == "step"
    view._on_message(None, {"type": "mode", "mode": "dance"}, [])
    assert view.state["error"] == "mode 'dance' is none of the playground's; choose step, duel, seeds"
    view._on_message(None, {"type": "mode", "mode": "duel"}, [])
    wait_for(lambda: view.duel.get("error"))
    assert view.duel["error"] == "no duel with seed 1 here"
    assert view.mode == "duel"
    assert view.done == "Play against the method"
    view.choose_mode("seeds")
    assert view.done == "Run 20 seeds"
    view.choose_mode("step")
    assert view.done == shown(view) == "Cycle 1 · Select"


def test_seeds_run_beside_the_page_until_they_are_stopped_and_go_on_later(made):
    view, _ = made(Start(method="lada-entmix"))
    assert (view.seeds["method"], view.seeds["against"], view.seeds["begun"]) == ("lada-entmix", "random", False)
    view.handle({"type": "seeds", "on": True})
    runs = view._seeds._runs
    assert runs.asked.wait(20)
    assert (view.seeds["running"], view.seeds["done"], view.seeds["own"], view.seeds["lower"]) == (
        True,
        1,
        [2.0],
        [None],
    )
    view.step()  # the page is answered meanwhile
    assert shown(view) == "Cycle 1 · Query"
    view.handle({"type": "seeds", "on": False})
    runs.go_on.set()
    assert (view.seeds["running"], view.seeds["done"]) == (False, 1)
    wait_for(lambda: not view._seeds._work._running)
    runs.steps.clear()
    view.handle({"type": "seeds", "on": True})
    wait_for(lambda: view.seeds["done"] == 2 and not view.seeds["running"])
    assert view.seeds["upper"] == [None, 16.0]


@pytest.mark.parametrize(
    ("method", "beside", "against"),
    [("lada-entmix", "", "random"), ("random", "", "max-entropy"), ("lada-entmix", "max-entropy", "max-entropy")],
)
def test_a_method_is_compared_with_the_one_beside_it_or_with_random(made, method, beside, against):
    view, _ = made(Start(method=method, compare_method=beside))
    assert view.seeds["against"] == against


@pytest.mark.parametrize(
    ("seeds", "interval", "sentence"),
    [
        (1, (None, None), "One seed is one difference: there is no interval yet."),
        (
            20,
            (-0.01, 0.05),
            "After 20 seeds the mean difference is +2.0 points; its 95 % interval, -1.0 to +5.0 points, contains 0: "
            "these seeds do not tell the two methods apart.",
        ),
        (20, (0.001, 0.039), "does not contain 0: over these seeds lada-entmix is ahead of random."),
        (20, (-0.039, -0.001), "does not contain 0: over these seeds random is ahead of lada-entmix."),
        (
            7,
            (0.001, 0.039),
            "20 seeds were decided beforehand: to stop as soon as 0 is outside finds differences too often",
        ),
    ],
)
def test_the_sentence_says_what_the_interval_allows(seeds, interval, sentence):
    lower, upper = interval
    last = Narrowed(seeds=seeds, own=0.0, mean=0.02, lower=lower, upper=upper)
    assert sentence in says_of([last], "lada-entmix", "random")
    assert says_of([], "lada-entmix", "random") == ""
