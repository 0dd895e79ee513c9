"""What is told of the time of a cycle before a run begins, by a clock that a test sets, and that it changes nothing."""

import logging

import pytest
import torch
from helpers.command_line import call
from helpers.small_runs import record_bytes, small_config, small_data, small_session

from lada_explore.models import new_classifier
from lada_explore.records import Stage
from lada_explore.runtime import Runtime
from lada_explore.session import cost as cost_module
from lada_explore.session import opening
from lada_explore.session.cost import CycleCost, cycle_cost
from lada_explore.session.session import Session


@pytest.fixture
def clock(monkeypatch):
    """Every image takes a second in a pass and in a step; gives how many images each trial had."""
    trials, grey = [], cost_module._grey

    def seen(n, shape):
        trials.append(n)
        return grey(n, shape)

    def seconds(work, runtime):
        work()
        return float(trials[-1])

    monkeypatch.setattr(cost_module, "_grey", seen)
    monkeypatch.setattr(cost_module, "_seconds", seconds)
    return trials


def cost_of(config, data, cpu):
    classifier = cpu.place(new_classifier(config.classifier, data.train.shape, 3)).eval().requires_grad_(False)
    return cycle_cost(config, data, classifier, cpu)


@pytest.fixture
def cpu():
    return Runtime(torch.device("cpu"))


def test_the_stages_of_a_cycle_by_hand(clock, cpu):
    # 6 images at the start and 4 a cycle; 20 candidates, so 10 pairs with 5 nodes; 12 test images, and 120 of the stop
    # set, which is the whole pool; 2 epochs in batches of 10. A second an image makes 10 s a step, and a virtual batch
    # counts as one step.
    # The policy takes 2 epochs of two steps of 5 pairs, 5 s each.
    found = cost_of(small_config(cycles=20), small_data(n=120), cpu)
    assert clock == [1, 4, 4, 4]
    steps_s = 2 * (10 / 10 + 1) * 10
    assert found.first == {Stage.TRAIN: steps_s, Stage.SCORE: 20, Stage.LOOK_AHEAD: 70, Stage.EVALUATE: 132}
    assert found.seconds == steps_s + 222
    assert (found.last_labels, found.last_s) == (86, 2 * (86 / 10 + 1) * 10 + 222)


@pytest.mark.parametrize(
    ("method", "settings", "wanted"),
    [
        ("random", {}, None),
        ("lada-entmix-fixed", {}, 50),
        ("lada-entmix", {}, 50 + 20),
        # Two draws a pair, forward once and in each of 2 epochs with a gradient, beside the profile.
        ("lada-entmix", {"look_ahead__estimator": "pathwise"}, 50 + 20 + 10 * 2 * (1 + 3 * 2)),
        ("lada-entmix-fixed", {"look_ahead__estimator": "pathwise"}, 50 + 10 * 2),
        ("lada-entstn", {}, 20 * (1 + 3 * 2)),
        ("lada-entstn-fixed", {}, 20),
    ],
)
def test_what_looking_ahead_takes_is_by_method(clock, cpu, method, settings, wanted):
    found = cost_of(small_config(method, **settings), small_data(), cpu)
    assert found.first.get(Stage.LOOK_AHEAD) == wanted
    virtual = 0 if method == "random" else 1
    assert found.first[Stage.TRAIN] == 2 * (10 / 10 + virtual) * 10


def test_what_an_acquisition_trains_of_its_own_is_named_and_not_counted(clock, cpu):
    words = cost_of(small_config("vaal"), small_data(), cpu).sentence()
    assert words.endswith("from a timed batch, beside what vaal trains of its own.")


def test_the_sentence():
    first = {Stage.TRAIN: 30.2, Stage.SCORE: 6.0, Stage.LOOK_AHEAD: 4.0, Stage.EVALUATE: 0.1}
    assert CycleCost(first=first, last_s=45.0, last_labels=50).sentence() == (
        "A cycle will take about 40 s here (Train 30 s, Score 6 s, Look ahead 4 s), from a timed batch."
    )
    assert CycleCost(first=first, last_s=600.0, last_labels=2200).sentence() == (
        "A cycle will take about 40 s here (Train 30 s, Score 6 s, Look ahead 4 s), and the last one, with 2,200 "
        "labels, about 10 min, from a timed batch."
    )
    slow = CycleCost(first={Stage.TRAIN: 7200.0}, last_s=7200.0, last_labels=9)
    assert slow.sentence() == "A cycle will take about 2.0 h here (Train 2.0 h), from a timed batch."


def test_of_a_cycle_of_a_few_seconds_nothing_is_told(cpu):
    assert cost_of(small_config(), small_data(), cpu) is None


def test_without_the_memory_for_a_trial_nothing_is_told_and_other_errors_are(cpu, monkeypatch):
    def fails(words):
        def work(*given):
            raise RuntimeError(words)

        return work

    monkeypatch.setattr(cost_module, "_seconds", fails("DefaultCPUAllocator: can't allocate memory: you tried"))
    assert cost_of(small_config(), small_data(), cpu) is None
    monkeypatch.setattr(cost_module, "_seconds", fails("sizes do not match"))
    with pytest.raises(RuntimeError, match="sizes do not match"):
        cost_of(small_config(), small_data(), cpu)


# In a run --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entstn"])
def test_a_run_is_bit_equal_with_and_without_the_trial_and_nothing_of_it_is_changed(tmp_path, monkeypatch, method):
    runs, told = [], []
    for least in (0.0, float("inf")):
        monkeypatch.setattr(cost_module, "WORTH_TELLING_S", least)
        session = small_session(tmp_path / str(least), method, cycles=1)
        told.append(session.cost)
        before = torch.get_rng_state()
        weights = {name: tensor.clone() for name, tensor in session.classifier.state_dict().items()}
        cycle_cost(session.config, session.data, session.classifier, Runtime(torch.device("cpu")))
        assert torch.equal(before, torch.get_rng_state())
        now = session.classifier.state_dict()
        assert all(torch.equal(weights[name], now[name]) for name in now)
        assert not session.classifier.training
        assert not any(parameter.requires_grad for parameter in session.classifier.parameters())
        session.run()
        session.close()
        runs.append(record_bytes(tmp_path / str(least)))
    assert told[0] is not None
    assert told[1] is None
    assert runs[0] == runs[1]
    resumed = Session.resume(tmp_path / "0.0", data=small_data())
    assert resumed.cost is None
    resumed.close()


def test_a_notebook_and_the_command_line_tell_it_before_the_first_stage(tmp_path, monkeypatch, caplog):
    told = CycleCost(first={Stage.TRAIN: 40.0}, last_s=40.0, last_labels=9)
    words = "A cycle will take about 40 s here (Train 40 s), from a timed batch."
    monkeypatch.setattr("lada_explore.session.session.cycle_cost", lambda *given: told)
    with caplog.at_level(logging.WARNING):
        session = opening.open_session(tmp_path / "one", "plane", "random", cycles=0)
    assert [record.getMessage() for record in caplog.records] == [words]
    session.close()
    code, out, _ = call("run", "--preset", "plane", "--method", "random", "--cycles", "0", "--out", tmp_path / "two")
    assert (code, out.splitlines()[0]) == (0, words)
