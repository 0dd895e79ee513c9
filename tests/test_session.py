import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from small_runs import small_config, small_data

from lada_explore.config import METHODS
from lada_explore.errors import ConfigError, LadaError, NumericsError, OracleError, StageStopped, StoreError
from lada_explore.events import Failed, Progress, QueryOpened, StageFinished, StageStarted
from lada_explore.records import Stage
from lada_explore.session import Session
from lada_explore.store import open_run


def digests(run: Path) -> dict[str, str]:
    """Digest of every file of every stage but its seconds."""
    files = [path for path in sorted(run.glob("cycles/**/*")) if path.is_file() and path.name != "seconds.json"]
    return {str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The records of an uninterrupted run of two cycles."""
    out = tmp_path_factory.mktemp("whole") / "run"
    session = Session.create(small_config(), out, data=small_data())
    session.run()
    session.close()
    return digests(out)


def test_stepping_with_a_resume_before_every_stage_repeats_the_same_records(tmp_path, whole):
    session = Session.create(small_config(), tmp_path / "run", data=small_data())
    while session.next_stage is not None:
        session.step()
        session.close()
        session = Session.resume(tmp_path / "run", data=small_data())
    assert digests(tmp_path / "run") == whole


@pytest.mark.parametrize("stage", [Stage.SCORE, Stage.LOOK_AHEAD, Stage.TRAIN, Stage.EVALUATE])
def test_a_stopped_stage_keeps_nothing_and_reruns_the_same(tmp_path, whole, stage):
    session = Session.create(small_config(), tmp_path / "run", data=small_data())
    while session.cycle < 1 or session.next_stage is not stage:
        session.step()
    before = {name: tensor.clone() for name, tensor in session.classifier.state_dict().items()}
    on_disk, calls = digests(tmp_path / "run"), 0

    def gate():
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StageStopped("stopped")

    with pytest.raises(StageStopped):
        session.step(gate)
    assert digests(tmp_path / "run") == on_disk
    assert session.next_stage is stage
    assert all(torch.equal(tensor, before[name]) for name, tensor in session.classifier.state_dict().items())
    session.run()
    assert digests(tmp_path / "run") == whole


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_runs_and_its_records_have_the_documented_shapes(tmp_path, method):
    session = Session.create(small_config(method), tmp_path / "run", data=small_data())
    last = session.run()[-1]
    n_pairs = 10 if METHODS[method].uses_pairs else 0
    assert last.subsample.subset_ids.shape == (20,)
    assert last.subsample.pair_ids.shape == (n_pairs, 2)
    assert last.score.scores.shape == last.score.predicted.shape == last.score.confidence.shape == (20,)
    assert last.look_ahead.tau.shape == last.look_ahead.best_tau.shape == last.look_ahead.value.shape == (n_pairs,)
    assert last.look_ahead.profile.shape == ((n_pairs, 5) if n_pairs else (0, 0))
    if METHODS[method].policy == "learned":
        assert last.look_ahead.tau_by_epoch.shape == (3, n_pairs)
        assert np.array_equal(last.look_ahead.tau_by_epoch[-1], last.look_ahead.tau)
    assert last.select.query_images.shape == (4, 1, 12, 12)
    assert last.query.labels.tolist() == [i % 3 for i in last.query.ids.tolist()]
    assert last.train.n_virtual == n_pairs // 5
    assert last.evaluate.confusion.sum() == last.evaluate.n_test
    assert session.pool.labelled_at().max() == 2
    assert len(np.unique(session.pool.labelled_ids)) == 6 + 2 * 4


def test_another_fixed_tau_keeps_the_subset_and_its_pairs(tmp_path):
    runs = []
    for tau in (0.3, 2.0):
        config = small_config("lada-entmix-fixed", cycles=1, policy__fixed_tau=tau)
        runs.append(Session.create(config, tmp_path / str(tau), data=small_data()).run()[-1])
    assert np.array_equal(runs[0].subsample.pair_ids, runs[1].subsample.pair_ids)
    assert np.array_equal(runs[0].look_ahead.profile, runs[1].look_ahead.profile)
    assert not np.array_equal(runs[0].look_ahead.value, runs[1].look_ahead.value)


def test_a_person_who_answers_the_truth_gives_the_run_of_the_ground_truth(tmp_path, whole):
    session = Session.create(small_config(), tmp_path / "run", data=small_data(), oracle="person")
    opened = []
    session.subscribe(lambda event: opened.append(event) if isinstance(event, QueryOpened) else None)
    while session.next_stage is not None:
        if session.step() is None:
            asked = session.open_query.tolist()
            session.submit({i: i % 3 for i in asked[:1]})
            session.close()
            session = Session.resume(tmp_path / "run", data=small_data())
            assert session.open_query.tolist() == asked[1:]
            session.submit({i: i % 3 for i in asked[1:]})
    assert opened[0].cycle == 0
    assert digests(tmp_path / "run") == whole
    answers = open_run(tmp_path / "run").answers()
    assert len(answers) == 14
    assert {answer.annotator for answer in answers} == {"person"}


def test_an_answer_must_fit_the_open_query(tmp_path):
    session = Session.create(small_config(), tmp_path / "run", data=small_data(), oracle="person")
    with pytest.raises(OracleError, match="no query is open, the next stage is select"):
        session.submit({0: 0})
    session.step()
    session.step()
    asked = int(session.open_query[0])
    with pytest.raises(OracleError, match=f"label 3 for id {asked} is no class; labels run from 0 to 2"):
        session.submit({asked: 3})
    with pytest.raises(OracleError, match="id 999 is not in the open query"):
        session.submit({asked: 0, 999: 0})
    assert asked in session.open_query


def test_events_tell_a_stage_from_start_to_finish(tmp_path):
    session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data())
    events = []
    forget = session.subscribe(events.append)
    session.run()
    started = [event.stage for event in events if isinstance(event, StageStarted)]
    finished = [event.stage for event in events if isinstance(event, StageFinished)]
    assert started == finished == [Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE]
    batches = [(e.done, e.total) for e in events if isinstance(e, Progress) and e.stage is Stage.TRAIN]
    assert batches == [(1, 2), (2, 2)]
    forget()
    with pytest.raises(ConfigError, match="the run is complete after 0 cycles"):
        session.step()


def test_a_diverged_classifier_is_reported_with_its_stage_and_keeps_nothing(tmp_path):
    config = small_config(training__learning_rate=1e30)
    session = Session.create(config, tmp_path / "run", data=small_data())
    failures = []
    session.subscribe(lambda event: failures.append(event) if isinstance(event, Failed) else None)
    with pytest.raises(NumericsError, match=r"train of cycle \d: the training loss is (nan|inf) .*learning_rate"):
        session.run()
    assert failures[0].stage is Stage.TRAIN
    assert session.next_stage is Stage.TRAIN


def test_only_the_newest_checkpoint_is_kept_if_so_configured(tmp_path):
    session = Session.create(small_config(checkpoints="last"), tmp_path / "run", data=small_data())
    session.run()
    kept = [str(path.relative_to(tmp_path)) for path in (tmp_path / "run").glob("cycles/*/train/*.safetensors")]
    assert kept == ["run/cycles/002/train/checkpoint.safetensors"]


def test_images_without_a_test_set_or_labels_are_labelled_by_a_person(tmp_path):
    data = small_data(labelled=False, tested=False)
    session = Session.create(small_config(cycles=0), tmp_path / "run", data=data)
    assert session.run()[-1].query is None
    session.submit(dict.fromkeys(session.open_query.tolist(), 1))
    last = session.run()[-1]
    assert (last.evaluate.accuracy, last.evaluate.n_test, last.evaluate.n_labelled) == (None, 0, 6)


def test_an_acquisition_of_ones_own_is_taken(tmp_path):
    class LowestPixel:
        unit = "grey"

        def prepare(self, seed):
            """Nothing."""

        def score(self, classifier, hidden, mix_layer):
            return -hidden.amin(dim=(1, 2, 3))

    config = small_config("max-entropy", cycles=1)
    session = Session.create(config, tmp_path / "run", data=small_data(), acquisition=LowestPixel())
    last = session.run()[-1]
    assert last.score.unit == "grey"
    assert session.config.method.acquisition == "LowestPixel"
    session.close()
    with pytest.raises(ConfigError, match=r"if it is your own, pass acquisition=LowestPixel\(\)"):
        Session.resume(tmp_path / "run", data=small_data())


def test_a_run_has_one_writer_until_it_is_closed(tmp_path):
    session = Session.create(small_config(), tmp_path / "run", data=small_data())
    with pytest.raises(StoreError, match="is in use by another process or session; close it there first"):
        Session.resume(tmp_path / "run", data=small_data())
    session.close()
    with pytest.raises(StoreError, match="the session of .* is closed"):
        session.step()
    Session.resume(tmp_path / "run", data=small_data()).close()


def test_other_images_are_refused_on_resume(tmp_path):
    Session.create(small_config(), tmp_path / "run", data=small_data()).close()
    with pytest.raises(StoreError, match="the images to be labelled of small changed since the run was made"):
        Session.resume(tmp_path / "run", data=small_data(n=59))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"cycles": 20}, "20 cycles of budget 4 after 2 initial images a class need 86 images but small has 60"),
        ({"schedule__initial_per_class": 21, "cycles": 0}, "need 63 images but small has 60; lower"),
    ],
)
def test_a_schedule_above_the_pool_is_refused_before_anything_is_made(tmp_path, settings, sentence):
    with pytest.raises(LadaError, match=sentence):
        Session.create(small_config(**settings), tmp_path / "run", data=small_data())
    assert not (tmp_path / "run").exists()
