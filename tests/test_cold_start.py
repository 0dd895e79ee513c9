"""The start of a pool without any label: 60 images that nobody has seen, three classes and perhaps a fourth."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.small_runs import CLASSES, small_config, small_data

from lada_explore.apps.lesson.about import about
from lada_explore.config.parts import MANY_CLASSES
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.errors import ConfigError, OracleError
from lada_explore.labelling.open_query import OpenQuery, open_query
from lada_explore.labelling.task import LabelTask
from lada_explore.models import Classifier
from lada_explore.records import Stage
from lada_explore.session.cost import _Work
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.store import open_run
from lada_explore.views.stepper.state import _labels

UNLABELLED = small_data(labelled=False, tested=False)


@pytest.fixture
def session(tmp_path):
    """Two images of each class are looked for; the class of image i is what the person says, at first i modulo 3."""
    made = Session.create(small_config("max-entropy", cycles=1), tmp_path / "run", data=UNLABELLED)
    made.step()
    yield made
    made.close()


def reopened(session):
    session.close()
    return Session.resume(session.folder.path, data=UNLABELLED)


def answer(session, label_of=lambda i: i % 3):
    """Answer all that is open now; returns how many images that were."""
    ids = session.open_query.tolist()
    session.submit({i: label_of(i) for i in ids}) if ids else None
    return len(ids)


def test_of_many_classes_the_sentence_says_how_many_are_looked_for():
    names = [f"kind {label}" for label in range(40)]
    task = by_hand(
        LabelTask,
        kind="initial",
        cycle=0,
        stage=None,
        ranking=None,
        query=by_hand(OpenQuery, labels={}, is_unfinished_seed_round=True, wanted=dict.fromkeys(range(39), 2)),
    )
    assert task._seed_sentence("10 images", names) == (
        "The start asks about 10 images. Still needed: 78 images of 39 classes."
    )


def test_it_asks_ten_images_at_a_time_until_every_class_was_found_twice(session):
    order = session.history[0].select.seed_ids.tolist()
    sheet = session.labelling.sheet()
    assert (sheet.kind, sheet.model_cycle, dict(sheet.wanted)) == ("initial", -1, {0: 2, 1: 2, 2: 2})
    assert [image.id for image in sheet.images] == order[:10]
    assert sheet.sentence == "The start asks about 10 images. Still needed: disc x2, square x2, star x2."
    # Class 0 alone in the first batch, so that the second one is needed.
    session.submit(dict.fromkeys(order[:9], 0))
    assert session.open_query.tolist() == order[9:10]
    session.submit({order[9]: 1})
    sheet = session.labelling.sheet()
    # Two neighbours of the one image of class 1, in turn with two random images.
    close, drawn, second, further = [image.id for image in sheet.images][10:]
    near = session.history[0].select.seed_neighbours[9].tolist()
    assert [close, second] == [i for i in near if i not in [*order[:10], drawn]][:2]
    assert [drawn, further] == [i for i in order[10:] if i not in [close, second]][:2]
    assert dict(sheet.wanted) == {1: 1, 2: 2}
    session.submit({second: 1, drawn: 2})
    assert session.step() is None
    session.submit({further: 2})
    assert session.open_query.tolist() == []
    record = session.step()
    later = [i for i in order if i in (drawn, second, further)]
    assert record.ids.tolist() == [*order[:10], *later]
    assert record.labels.tolist() == [0] * 9 + [1, *(1 if i == second else 2 for i in later)]
    np.testing.assert_array_equal(record.images, UNLABELLED.train.images.numpy()[later])
    assert session.step().n_labelled == 13


def test_a_class_that_is_not_there_is_no_longer_looked_for(session):
    order = session.history[0].select.seed_ids.tolist()
    session.submit({i: place % 2 for place, i in enumerate(order[:10])})
    assert dict(session.labelling.sheet().wanted) == {2: 2}
    session.labelling.mark_class_absent(2)
    assert session.labelling.sheet().absent_classes == (2,)
    assert session.open_query.tolist() == []
    session.labelling.undo()
    assert len(session.open_query) == 10
    session.labelling.mark_class_absent(2)
    assert len(session.step().ids) == 10


def test_a_label_that_is_no_class_cannot_be_absent(session):
    for label in (-1, 3):
        with pytest.raises(OracleError, match=f"label {label} is no class; labels run from 0 to 2"):
            session.labelling.mark_class_absent(label)


def test_one_class_is_not_enough_to_train(session):
    order = session.history[0].select.seed_ids.tolist()
    session.submit(dict.fromkeys(order[:10], 0))
    session.labelling.mark_class_absent(1)
    session.labelling.mark_class_absent(2)
    sheet = session.labelling.sheet()
    assert sheet.sentence == "The start asks about 20 images: training needs labels of at least 2 classes."
    while answer(session, lambda i: 0):
        pass
    with pytest.raises(OracleError, match="asked about all 60 images that it can and found labels of 1 of the classes"):
        session.step()
    session.labelling.undo()
    session.submit({int(session.open_query[0]): 1})
    assert session.step().labels.tolist().count(1) == 1


def test_a_set_that_ends_before_a_class_was_found_starts_with_what_there_is(session):
    while answer(session, lambda i: i % 2):
        pass
    record = session.step()
    assert len(record.ids) == 60
    assert sorted(set(record.labels.tolist())) == [0, 1]


def test_a_class_added_at_the_start_is_looked_for_and_trained_on(session, tmp_path):
    assert session.labelling.sheet().classes_may_grow
    assert session.labelling.add_class(" ring ") == 3
    refused = {
        "ring": "is there already",
        "  ": "has an empty name",
        "a\x00": r"has the character U\+0000",
        "disc": "is there already",
    }
    for name, why in refused.items():
        with pytest.raises(OracleError, match=why):
            session.labelling.add_class(name)
    assert session.class_names == (*CLASSES, "ring")
    assert dict(session.labelling.sheet().wanted) == {0: 2, 1: 2, 2: 2, 3: 2}
    session.submit({int(session.open_query[0]): 3})
    result = session.labelling.undo()
    assert result.action == "label"
    session = reopened(session)
    assert session.class_names == (*CLASSES, "ring")
    while answer(session, lambda i: i % 4):
        pass
    session.step()
    assert session.step().stage is Stage.TRAIN
    assert session.classifier.n_classes == 4
    with pytest.raises(OracleError, match="class 'cross' cannot be added: .*and this run has 4; start a new run"):
        session.labelling.add_class("cross")
    assert "the training of the start has used" in session.labelling.undo().stale
    session = reopened(session)
    assert session.classifier.n_classes == 4
    session.run()
    answer(session, lambda i: i % 4)
    session.run()
    assert session.next_stage is None
    assert session.history[1].score.logits.shape == (20, 4)
    session.close()
    assert open_run(tmp_path / "run").class_names == (*CLASSES, "ring")


def test_a_class_is_taken_back_only_while_nothing_hangs_on_it(session):
    session.labelling.add_class("ring", "ada")
    session.submit({int(session.open_query[0]): 3}, "ben")
    assert session.labelling.undo("ada").stale == (
        "class 'ring' cannot be removed, because 1 image has it as an answer; those answers would be stale"
    )
    session.labelling.undo("ben")
    session.labelling.add_class("cross", "ben")
    assert "class 'cross' was added after it" in session.labelling.undo("ada").stale
    session.labelling.undo("ben")
    assert session.labelling.undo("ada").action == "class"
    assert session.class_names == CLASSES


def test_a_skipped_image_gives_its_place_to_the_next(session):
    order = session.history[0].select.seed_ids.tolist()
    session.labelling.skip(order[3])
    assert session.open_query.tolist() == [*order[:3], *order[4:11]]


def test_answers_and_skips_survive_a_restart_in_the_middle(session):
    order = session.history[0].select.seed_ids.tolist()
    session.submit(dict.fromkeys(order[:9], 0))
    session.labelling.skip(order[9])
    session.submit({order[10]: 1})
    session.labelling.mark_class_absent(2)
    before = session.labelling.sheet()
    session = reopened(session)
    assert session.labelling.sheet() == before
    asked = session.open_query.tolist()
    assert len(asked) == 4
    assert order[11] in asked
    # Taking an answer back and giving it again asks about the same images.
    session.labelling.undo()
    session.labelling.undo()
    assert session.open_query.tolist() == [order[10]]
    session.submit({order[10]: 1})
    session.labelling.mark_class_absent(2)
    assert session.open_query.tolist() == asked
    session.close()


def test_a_person_ends_the_start_once_two_classes_are_found(session):
    order = session.history[0].select.seed_ids.tolist()
    session.submit(dict.fromkeys(order[:4], 0))
    assert not session.labelling.sheet().may_end_start
    with pytest.raises(OracleError, match="the start has found 1 of the classes, but training needs 2"):
        session.labelling.end_seed_round()
    session.submit({order[4]: 2})
    assert session.labelling.sheet().may_end_start
    session.labelling.end_seed_round()
    assert session.labelling.sheet().sentence == "The start has what it needs: 5 images with a label."
    session = reopened(session)
    with pytest.raises(OracleError, match="the start cannot be ended now"):
        session.labelling.end_seed_round()
    assert session.labelling.undo().action == "enough"
    assert session.open_query.tolist() == order[5:10]
    session.labelling.end_seed_round()
    assert session.step().labels.tolist() == [0, 0, 0, 0, 2]
    assert session.step().stage is Stage.TRAIN
    assert "the training of the start has used the end of the start" in session.labelling.undo().stale
    session.close()
    assert about(open_run(session.folder.path), SimpleNamespace(left_out=()))[0] == (
        "The run began with 5 images, which were labelled to find 3 classes, and asked for 4 more in each cycle."
    )


def test_a_run_that_recorded_no_neighbours_goes_on_in_the_order_of_its_record(session):
    select = replace(session.history[0].select, seed_neighbours=np.empty((0, 0), np.int64))
    order = select.seed_ids.tolist()
    session.submit(dict.fromkeys(order[:10], 0))
    state = session.labelling._run.journal.label_state()
    now = open_query(replace(session.history[0], select=select), state, session.config, 3)
    assert now.ids.tolist() == order[:20]
    of_many = open_query(replace(session.history[0], select=select), state, session.config, 60)
    assert of_many.wanted[59] == 2
    assert open_query(session.history[0], state, session.config, 60).wanted[59] == 1


def test_of_more_than_fifty_classes_the_start_needs_one_image_each(tmp_path):
    names = [f"kind {label:02d}" for label in range(MANY_CLASSES + 1)]
    images = np.random.default_rng(0).integers(0, 256, (60, 1, 12, 12), dtype=np.uint8)
    train = ImageSet.create(name="many", images=images, targets=None, class_names=names, source="Random pixels.")
    data = ImageData(train=train, test=None, mean=(0.5,), std=(0.3,))
    config = small_config("max-entropy", cycles=2)
    with closing(Session.create(config, tmp_path / "run", data=data)) as session:
        assert _Work(config, data).first_labels == 51 + 4
        session.step()
        assert dict(session.labelling.sheet().wanted) == dict.fromkeys(range(51), 1)
        assert _labels(config, session.history, 51) == "0 of 59 labels used · 0 of 2 cycles done"
        session.submit({i: place % 2 for place, i in enumerate(session.open_query.tolist())})
        session.labelling.end_seed_round()
        session.step()
        assert _labels(config, session.history, 51) == "10 of 18 labels used · 0 of 2 cycles done"
    with pytest.raises(ConfigError, match="3 cycles of budget 4 after 1 initial images a class need 63 images"):
        Session.create(small_config("max-entropy", cycles=3), tmp_path / "more", data=data)


def test_with_frozen_features_the_neighbours_are_in_the_features(tmp_path):
    """Pixels are random, and features tell the class of image i, which is i modulo 3."""
    features = np.eye(3)[np.arange(60) % 3] + np.random.default_rng(0).normal(0, 0.01, (60, 3))
    config = small_config("max-entropy", cycles=1)
    given = Classifier.frozen({"train": features.astype(np.float32)})
    with closing(Session.create(config, tmp_path / "run", data=UNLABELLED, classifier=given)) as session:
        select = session.step()
        assert select.seed_neighbours.shape == (60, 20)
        assert (select.seed_neighbours[:, :10] % 3 == select.seed_ids[:, None] % 3).all()


def test_a_worker_asks_batch_after_batch_and_goes_on_by_itself(session):
    worker = Worker.of(session)
    worker.run(1)
    assert worker.wait(60) is WorkerState.WAITING
    while worker.wait(60) is WorkerState.WAITING:
        session.submit({i: i % 3 for i in session.open_query.tolist()[:1]})
    assert session.history[0].evaluate is not None
    worker.close()


def test_a_run_on_labelled_images_looks_for_no_class(tmp_path):
    session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle="person")
    session.step()
    sheet = session.labelling.sheet()
    assert (sheet.kind, dict(sheet.wanted), sheet.classes_may_grow) == ("initial", {}, False)
    assert sheet.sentence == "The start asks about 6 images."
    with pytest.raises(OracleError, match="no class can be declared absent now"):
        session.labelling.mark_class_absent(0)
    with pytest.raises(OracleError, match="class 'ring' cannot be added"):
        session.labelling.add_class("ring")
    session.close()
