"""Opening a run by names, again and again, as a notebook does."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing

import pytest
from helpers.reseal import reseal, unseal
from helpers.small_runs import SETTINGS, all_bytes
from PIL import Image

from lada_explore.acquisition import MaxEntropy
from lada_explore.errors import ConfigError, StoreError
from lada_explore.labelling.oracles import Person
from lada_explore.records import Stage
from lada_explore.session import cost
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session


@pytest.fixture
def opened(monkeypatch):
    """Opens sessions on digits and closes them in the end; how long a cycle takes on this machine is told nowhere."""
    monkeypatch.setattr(cost, "WORTH_TELLING_S", float("inf"))
    sessions = []

    def opening(out, **changes):
        choices = {"dataset": "digits", "cycles": 1, "settings": SETTINGS, "device": "cpu"} | changes
        sessions.append(open_session(out, **choices))
        return sessions[-1]

    yield opening
    for session in sessions:
        session.close()


def test_the_first_call_starts_the_run_that_the_names_describe(opened, tmp_path):
    session = opened(tmp_path / "run", method="random", seed=3)
    assert (session.config.method.name, session.config.seed, session.config.preset) == ("random", 3, "demo")
    assert (session.config.data.name, session.config.schedule.cycles) == ("digits", 1)
    assert session.config.schedule.budget == 4
    assert (session.cycle, session.next_stage) == (0, Stage.SELECT)


def test_calling_again_gives_the_session_that_is_open(opened, tmp_path, monkeypatch):
    session = opened(tmp_path / "run")
    session.step()
    assert opened(tmp_path / "run") is session
    monkeypatch.chdir(tmp_path)
    assert opened("run") is session
    (tmp_path / "link").symlink_to(tmp_path / "run")
    assert opened(tmp_path / "link") is session
    assert session.next_stage is Stage.QUERY


def test_the_classes_of_images_of_ones_own_are_named_in_the_call(tmp_path):
    folder, out = tmp_path / "images", tmp_path / "run"
    folder.mkdir()
    for number in range(8):
        Image.new("L", (16, 16), 30 * number).save(folder / f"{number}.png")
    choices = {"dataset": f"folder:{folder}", "cycles": 1, "settings": SETTINGS | {"schedule.initial_per_class": 1}}
    with closing(open_session(out, classes=("disc", "star <b>"), **choices)) as session:
        assert session.class_names == ("disc", "star <b>")
        assert (session.config.data.classes, session.oracle.name) == (("disc", "star <b>"), "person")
        assert open_session(out, classes="disc,star <b>", **choices) is session
        with pytest.raises(ConfigError, match=r"holds a run with data\.classes = \('disc', 'star <b>'\), not \('disc'"):
            open_session(out, classes=("disc", "square"), **choices)


def test_after_closing_it_goes_on_where_the_run_stands(opened, tmp_path):
    session = opened(tmp_path / "run")
    session.step()
    session.close()
    again = opened(tmp_path / "run")
    assert again is not session
    assert again.next_stage is Stage.QUERY
    assert again.step().stage is Stage.QUERY


def test_a_run_that_another_call_made_is_resumed(opened, tmp_path):
    first = opened(tmp_path / "run")
    first.close()
    there = Session.resume(tmp_path / "run")
    with pytest.raises(StoreError, match="is in use by another process or session"):
        opened(tmp_path / "run")
    there.close()
    assert opened(tmp_path / "run").next_stage is Stage.SELECT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": 1}, "seed = 0, not 1"),
        ({"cycles": 2}, r"schedule\.cycles = 1, not 2"),
        ({"method": "random"}, r"method\.name = 'lada-entmix', not 'random'"),
        ({"settings": SETTINGS | {"schedule.budget": 6}}, r"schedule\.budget = 4, not 6"),
        ({"settings": SETTINGS | {"policy.fixed_tau": 0.3}}, r"policy\.fixed_tau = None, not 0\.3"),
        ({"settings": SETTINGS | {"classifier.blocks": "1,2"}}, r"classifier\.blocks = \(1, 1\), not \(1, 2\)"),
    ],
)
def test_other_settings_are_refused_by_name_and_the_run_stays_as_it_is(opened, tmp_path, changes, words):
    opened(tmp_path / "run").close()
    before = all_bytes(tmp_path)
    with pytest.raises(ConfigError, match=f"holds a run with {words}; open it with the same settings, or choose"):
        opened(tmp_path / "run", **changes)
    assert all_bytes(tmp_path) == before


def test_a_run_older_than_a_setting_goes_on_as_it_was_made_and_refuses_another_value(opened, tmp_path):
    out = tmp_path / "run"
    opened(out).close()
    info = json.loads((out / "run.json").read_text())
    assert info["config"]["vaal"].pop("weighting") == "image"
    (out / "run.json").write_text(json.dumps(info))
    reseal(out)
    before = all_bytes(tmp_path)
    session = opened(out)
    assert session.config.vaal.weighting == "pooled"
    session.close()
    with pytest.raises(ConfigError, match=r"holds a run with vaal\.weighting = 'pooled', not 'release'"):
        opened(out, settings=SETTINGS | {"vaal.weighting": "release"})
    with pytest.raises(ConfigError, match=r"holds a run with .*, not "):
        opened(out, settings=SETTINGS | {"fidelity": "released"})
    assert all_bytes(tmp_path) == before


def test_another_value_of_a_setting_that_the_method_does_not_use_is_no_other_run_unless_it_is_asked_for(
    opened, tmp_path
):
    out = tmp_path / "run"
    opened(out).close()
    info = json.loads((out / "run.json").read_text())
    assert info["config"]["method"]["acquisition"] == "max_entropy"
    info["config"]["vaal"]["vae_steps"] += 1
    (out / "run.json").write_text(json.dumps(info))
    reseal(out)
    opened(out).close()
    steps = info["config"]["vaal"]["vae_steps"] - 1
    with pytest.raises(ConfigError, match=rf"holds a run with vaal\.vae_steps = {steps + 1}, not {steps}; open"):
        opened(out, settings=SETTINGS | {"vaal.vae_steps": steps})


def test_settings_given_as_text_are_the_same_settings(opened, tmp_path):
    session = opened(tmp_path / "run")
    text = {name: str(value) for name, value in SETTINGS.items()} | {"classifier.blocks": "1,1"}
    assert opened(tmp_path / "run", settings=text) is session


def test_settings_that_cannot_work_are_refused_before_anything_is_made(opened, tmp_path):
    with pytest.raises(ConfigError, match="budget 5 is odd"):
        opened(tmp_path / "run", settings=SETTINGS | {"schedule.budget": 5})
    assert os.listdir(tmp_path) == []


def test_a_name_too_long_for_the_disk_is_a_sentence(opened, tmp_path):
    with pytest.raises(StoreError, match="cannot be written .*name too long"):
        opened(tmp_path / ("x" * 300))


def test_a_person_may_be_the_oracle(opened, tmp_path):
    session = opened(tmp_path / "run", oracle="person")
    session.run()
    assert len(session.open_query) == 20


def test_an_oracle_of_ones_own_is_opened_again_with_the_same_call(opened, tmp_path):
    class OddOrEven:
        name = "odd or even"

        def answer(self, ids, cycle):
            return {i: i % 2 for i in ids.tolist()}

    session = opened(tmp_path / "run", oracle=OddOrEven())
    session.run(until=0)
    session.close()
    again = opened(tmp_path / "run", oracle=OddOrEven())
    assert (again.cycle, again.folder.info.oracle) == (1, "odd or even")
    query = again.run()[-1].query
    assert query.labels.tolist() == [i % 2 for i in query.ids.tolist()]


def test_an_acquisition_of_ones_own_is_opened_again_with_the_same_call(tmp_path):
    class Certainty(MaxEntropy):
        unit = "certainty"

    out, options = tmp_path / "run", {"settings": SETTINGS, "cycles": 1, "dataset": "digits"}
    session = open_session(out, acquisition=Certainty(), **options)
    name = f"{__name__}:{Certainty.__qualname__}"
    assert (session.config.method.acquisition, session.folder.info.acquisition_unit) == (name, "certainty")
    session.close()
    again = open_session(out, acquisition=Certainty(), **options)
    assert again.next_stage == session.next_stage
    again.close()
    with pytest.raises(ConfigError, match=rf"method\.acquisition = '{name}', not 'max_entropy'"):
        open_session(out, **options)


def made(number=1, unit="certainty", base=MaxEntropy):
    """A new object of a new class each time, as a cell that is run again makes it."""

    class Certainty(base):
        def __init__(self):
            self.number = number
            self.seen = 0

        def prepare(self, context):
            self.seen += 1

    Certainty.unit = unit
    return Certainty()


class Edited(MaxEntropy):
    def score(self, outputs):
        return -super().score(outputs)


def test_an_open_run_takes_its_own_acquisition_again_and_refuses_one_that_was_changed(opened, tmp_path):
    first = made()
    session = opened(tmp_path / "run", acquisition=first)
    session.run(until=1)
    assert first.seen > 0
    assert opened(tmp_path / "run", acquisition=first) is session
    assert opened(tmp_path / "run", acquisition=made()) is session
    name = f"{__name__}:made.<locals>.Certainty"
    words = f"is open in this process with acquisition '{name}' as it was before you changed it; call close() of the"
    for changed in (made(number=2), made(unit="bits"), made(base=Edited)):
        with pytest.raises(ConfigError, match=re.escape(words)):
            opened(tmp_path / "run", acquisition=changed)
    session.close()
    assert opened(tmp_path / "run", acquisition=made(number=2))._runner._acquisition.number == 2


def test_a_run_whose_method_was_set_part_by_part_in_version_01_is_opened_by_the_same_call(opened, tmp_path):
    out, settings = tmp_path / "run", SETTINGS | {"method.policy": "exact"}
    opened(out, settings=settings).close()
    run = json.loads((out / "run.json").read_text())
    assert run["config"]["method"]["name"] == "lada-entmix-exact"
    run["config"]["method"]["name"] = "lada-entmix"
    (out / "run.json").write_text(json.dumps(run))
    unseal(out)
    assert opened(out, settings=settings).config.method.policy == "exact"
    with pytest.raises(ConfigError, match=r"method\.policy = 'exact', not 'learned'"):
        opened(out)


def test_a_cell_that_is_run_again_after_its_acquisition_has_been_at_work_gives_the_session_that_is_open(
    opened, tmp_path
):
    cell = (
        "class Own:\n"
        "    unit = 'probability'\n"
        "    def prepare(self, context):\n"
        "        sum(number * number for number in range(40))\n"
        "    def outputs(self, classifier, hidden, mix_layer):\n"
        "        return classifier.from_layer(hidden, mix_layer)\n"
        "    def score(self, outputs):\n"
        "        return 1 - outputs.softmax(dim=-1).amax(dim=-1)\n"
    )

    def run_cell():
        names = {}
        exec(compile(cell, "cell", "exec"), names)
        return names["Own"]()

    first = run_cell()
    session = opened(tmp_path / "run", acquisition=first)
    for _ in range(100):
        first.prepare(None)
    session.run(until=1)
    assert opened(tmp_path / "run", acquisition=run_cell()) is session


def test_an_open_run_without_an_acquisition_of_ones_own_refuses_one_of_the_same_name(opened, tmp_path):
    named = type("max_entropy", (Edited,), {})
    opened(tmp_path / "run")
    with pytest.raises(ConfigError, match=rf"acquisition = 'max_entropy', not '{__name__}:max_entropy'; open it with"):
        opened(tmp_path / "run", acquisition=named())


def test_an_open_run_takes_the_name_of_its_oracle_and_refuses_another(opened, tmp_path):
    session = opened(tmp_path / "run", oracle="noisy:0.10")
    for same in (None, "noisy:0.1", "noisy:0.10"):
        assert opened(tmp_path / "run", oracle=same) is session
    words = "run is open in this process with answers by 'noisy:0.1', not 'person'; leave that out to get the open "
    for other in ("person", Person()):
        with pytest.raises(ConfigError, match=f"{words}session, or call close\\(\\) of the open session first"):
            opened(tmp_path / "run", oracle=other)


def test_an_open_run_refuses_another_device_or_number_of_threads(opened, tmp_path):
    session = opened(tmp_path / "run", threads=2)
    assert opened(tmp_path / "run", threads=2) is opened(tmp_path / "run", device="auto") is session
    with pytest.raises(ConfigError, match="run is open in this process with threads = 2, not 1; leave that out"):
        opened(tmp_path / "run", threads=1)
    with pytest.raises(ConfigError, match=r"with device cpu \(2 threads\), not 'cuda'; leave that out"):
        opened(tmp_path / "run", device="cuda")


def test_a_resumed_run_takes_another_oracle_and_number_of_threads_and_warns_of_both(opened, tmp_path, caplog):
    opened(tmp_path / "run", threads=2).close()
    assert caplog.messages == []
    again = opened(tmp_path / "run", oracle="person", threads=1)
    assert (again.oracle.name, again.threads) == ("person", (1, 1))
    assert [message.removeprefix(f"{tmp_path}/run was ") for message in caplog.messages] == [
        "started with answers by ground-truth and continues with answers by person; its folder keeps the first, so "
        "name the oracle again each time you resume it",
        "computed with 2 threads and continues with 1 thread, so its further records differ in the last digits; leave "
        "the number of threads out to avoid that",
    ]


def test_exact_refuses_to_go_on_where_the_last_digits_would_differ_and_the_run_stays_as_it_is(opened, tmp_path, caplog):
    opened(tmp_path / "run", threads=1, exact=True).close()
    before = all_bytes(tmp_path / "run")
    with pytest.raises(
        ConfigError, match=r"1 thread and would continue with 2 threads, .*; leave the number of thread"
    ):
        opened(tmp_path / "run", threads=2, exact=True)
    assert all_bytes(tmp_path / "run") == before
    session = opened(tmp_path / "run", exact=True)
    assert session.threads == (1, 1)
    assert opened(tmp_path / "run", exact=True) is session
    assert caplog.messages == []


def test_exact_refuses_an_open_run_until_a_stage_was_computed_as_it_is_open(opened, tmp_path):
    opened(tmp_path / "run", threads=2).close()
    session = opened(tmp_path / "run", threads=1)
    with pytest.raises(ConfigError, match="was computed with 2 threads and would continue with 1 thread"):
        opened(tmp_path / "run", exact=True)
    assert opened(tmp_path / "run") is session
    session.step()
    assert opened(tmp_path / "run", exact=True) is session
