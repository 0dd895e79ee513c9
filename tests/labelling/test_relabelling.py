"""Labels of closed queries that a person changes: the next training uses them, and what is recorded stays."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from helpers.asked import made, run_to
from helpers.sessions import resume, truth, weights_of
from helpers.small_runs import CLASSES, answered, copied, record_bytes, small_data

from lada_explore.errors import ConfigError, OracleError, StoreError
from lada_explore.exchange import labels_of
from lada_explore.pool import Pool
from lada_explore.records import JournalAction, Stage
from lada_explore.session.session import Session
from lada_explore.store import JournalEntry, LabelState, open_run
from lada_explore.store.agreement import check_history, require_named


@pytest.fixture
def trained(session):
    """The run, with its first cycle done."""
    return run_to(session, 2, Stage.SUBSAMPLE)


def other(image_id):
    """A label that is not the true one, which the run has."""
    return (image_id + 1) % 3


def label_in(pool, image_id):
    return int(pool.labels[pool.labelled_ids == image_id][0])


def test_the_next_training_is_the_first_to_use_a_changed_label(trained):
    image_id = int(trained.history[1].query.ids[0])
    said = trained.labelling.relabel({image_id: other(image_id)}, "ada")
    old, new = CLASSES[image_id % 3], CLASSES[other(image_id)]
    assert said == (
        f"Image {image_id} is now {new}, not {old}. The training of cycle 2 is the first to use it; every training, "
        "query and accuracy before was made with the old label and stays as it was recorded."
    )
    assert label_in(trained.pool, image_id) == image_id % 3
    run_to(trained, 2, Stage.EVALUATE)
    train = trained.history[2].train
    assert (train.relabelled_ids.tolist(), train.relabelled.tolist()) == ([image_id], [other(image_id)])
    assert label_in(trained.pool, image_id) == other(image_id)
    assert label_in(Pool.after(trained.history[:2], 60), image_id) == image_id % 3
    assert image_id in trained.history[1].query.ids
    run_to(trained, 3, Stage.EVALUATE)
    assert trained.history[3].train.relabelled_ids.tolist() == []
    assert label_in(trained.pool, image_id) == other(image_id)


@pytest.mark.parametrize("asked", ["asked_singles", "asked_pairs"])
def test_training_on_a_changed_label_is_training_on_that_label(asked, request, tmp_path):
    """A label that is changed between QUERY and TRAIN gives the classifier of a run in which it was the answer."""
    weights, records = [], []
    for wrong in (True, False):
        with closing(resume(copied(request.getfixturevalue(asked), tmp_path / str(wrong)))) as session:
            right = truth(session.open_query)
            image_id = next(iter(right))
            session.submit(right | {image_id: other(image_id)} if wrong else right)
            session.step()
            if wrong:
                session.labelling.relabel({image_id: right[image_id]})
            assert session.next_stage is Stage.TRAIN
            records.append(session.step())
            weights.append(weights_of(session))
    for name, values in weights[0].items():
        np.testing.assert_array_equal(values, weights[1][name])
    for name in ("train_loss", "virtual_loss"):
        np.testing.assert_array_equal(getattr(records[0], name), getattr(records[1], name))
    assert (len(records[0].relabelled_ids), len(records[1].relabelled_ids)) == (1, 0)


def test_a_run_that_is_resumed_goes_on_as_one_that_never_stopped(asked_pairs, tmp_path):
    kept, stopped = copied(asked_pairs, tmp_path / "kept"), copied(asked_pairs, tmp_path / "stopped")
    with closing(resume(kept)) as session:
        run_to(session, 2, Stage.QUERY)
        change = {int(i): other(int(i)) for i in session.history[0].query.ids[:2]}
        session.labelling.relabel(change)
        run_to(session, 3, Stage.EVALUATE)
    with closing(resume(stopped)) as session:
        run_to(session, 2, Stage.QUERY)
        session.labelling.relabel(change)
    for stage in (Stage.TRAIN, Stage.EVALUATE):
        with closing(resume(stopped)) as session:
            run_to(session, 2, stage)
    with closing(resume(stopped)) as session:
        run_to(session, 3, Stage.EVALUATE)
    assert record_bytes(kept) == record_bytes(stopped)
    assert open_run(kept).history[2].train.relabelled_ids.tolist() == sorted(change)


def test_it_is_undone_until_a_training_has_used_it(trained, tmp_path):
    first, second = (int(i) for i in trained.history[1].query.ids[:2])
    trained.labelling.relabel({first: other(first), second: other(second)}, "ada")
    result = trained.labelling.undo("ada")
    assert (result.action, result.ids) == ("relabel", (first, second))
    trained.labelling.relabel({first: other(first)}, "ada")
    run_to(trained, 2, Stage.EVALUATE)
    assert trained.history[2].train.relabelled_ids.tolist() == [first]
    assert trained.labelling.undo("ada").stale == (
        f"the training of cycle 2 has used the label {CLASSES[other(first)]!r} of image {first}; taking it back would "
        "make stale that training, and every query and every accuracy after it, so nothing was changed"
    )
    assert trained.labelling.relabel({first: first % 3}, "ada").startswith(f"Image {first} is now {CLASSES[first % 3]}")
    trained.close()
    with closing(resume(tmp_path / "run")) as session:
        run_to(session, 3, Stage.EVALUATE)
        assert session.history[3].train.relabelled.tolist() == [first % 3]


def test_changed_and_changed_back_before_a_training_is_no_change(trained):
    image_id = int(trained.history[1].query.ids[0])
    trained.labelling.relabel({image_id: other(image_id)})
    trained.labelling.relabel({image_id: image_id % 3})
    run_to(trained, 2, Stage.EVALUATE)
    assert trained.history[2].train.relabelled_ids.tolist() == []


def test_an_answer_after_the_change_to_a_query_that_was_opened_again_counts(session):
    ids = session.open_query.tolist()
    session.submit(truth(ids), "ada")
    session.step()
    session.labelling.relabel({ids[0]: other(ids[0])}, "bea")
    assert session.labelling.undo("ada").ids == tuple(ids)
    session.submit(truth(ids), "ada")
    run_to(session, 1, Stage.EVALUATE)
    assert session.history[1].train.relabelled_ids.tolist() == []


def test_while_a_stage_after_the_training_is_next_the_following_training_uses_it(session):
    run_to(session, 1, Stage.EVALUATE)
    image_id = int(session.history[0].query.ids[0])
    assert "The training of cycle 2 is the first" in session.labelling.relabel({image_id: other(image_id)})
    assert answered(session.folder.path)[-1][3:] == (2, "relabel")


def test_what_cannot_be_changed_is_refused_in_a_sentence_and_nothing_is_written(trained, tmp_path):
    labelled = int(trained.history[1].query.ids[0])
    free = next(i for i in range(60) if i not in set(trained.pool.labelled_ids.tolist()))
    before = answered(tmp_path / "run")
    for labels, said in (
        ({labelled: other(labelled), free: 0}, f"image {free} has no label that could be changed; answer it when it"),
        ({labelled: 3}, "3"),
        ({600: 0}, "600"),
    ):
        with pytest.raises((OracleError, ConfigError), match=said):
            trained.labelling.relabel(labels)
    same = trained.labelling.relabel({labelled: labelled % 3})
    assert same == "These are the labels already; nothing was changed."
    assert answered(tmp_path / "run") == before


def test_exports_have_the_changed_label_and_who_changed_it(trained, tmp_path):
    image_id = int(trained.history[0].query.ids[0])
    trained.labelling.relabel({image_id: other(image_id)}, "bea")
    for run in (open_run(tmp_path / "run"), None):
        if run is None:
            run_to(trained, 2, Stage.EVALUATE)
        found = {label.id: label for label in labels_of(run or open_run(tmp_path / "run"))}
        assert (found[image_id].label, found[image_id].class_name) == (other(image_id), CLASSES[other(image_id)])
        assert (found[image_id].annotators, found[image_id].cycle) == (("bea",), 0)
        assert all(label.label == i % 3 for i, label in found.items() if i != image_id)


def test_after_the_last_training_exports_have_it(tmp_path_factory, tmp_path):
    run = copied(made(tmp_path_factory, "max-entropy"), tmp_path / "run")
    with closing(Session.resume(run, data=small_data())) as session:
        while session.next_stage is not None:
            if len(session.open_query):
                session.submit(truth(session.open_query))
            session.step()
        said = session.labelling.relabel({int(i): other(int(i)) for i in session.history[1].query.ids[:2]})
    assert said == (
        "2 labels were changed. The run is complete: exports have it, and all its trainings were made without it."
    )
    assert sum(label.label != label.id % 3 for label in labels_of(open_run(run))) == 2


def test_a_change_after_a_training_that_was_stopped_counts_before_one_during_it():
    """Line 2 was written while TRAIN of cycle 2 ran, and line 3 after that was stopped."""
    lines = [(1, JournalAction.LABEL, 0, 1), (2, JournalAction.RELABEL, 1, 3), (3, JournalAction.RELABEL, 2, 2)]
    state = LabelState(
        JournalEntry(7, label, "ada", float(entry), cycle, action, entry=entry) for entry, action, label, cycle in lines
    )
    assert state.relabels[7].label == 2
    assert {cycle: [line.label for line in state.relabels_of(cycle).values()] for cycle in (1, 2, 3)} == {
        1: [],
        2: [2],
        3: [],
    }


@pytest.mark.parametrize(
    ("ids", "labels", "fault"),
    [
        ((0,), (3,), "relabelled holds 3, and there are 3 classes"),
        ((None,), (0,), "relabelled_ids holds .*, which is not among the labelled images"),
        ((0, 0), (1, 2), "relabelled_ids holds an id twice"),
    ],
)
def test_records_with_changes_that_cannot_be_are_damaged(trained, ids, labels, fault):
    info, history, path = trained.folder.info, trained.history, trained.folder.path
    free = next(i for i in range(60) if i not in set(trained.pool.labelled_ids.tolist()))
    changed = np.array([free if place is None else history[0].query.ids[place] for place in ids])
    train = replace(history[1].train, relabelled_ids=changed, relabelled=np.array(labels))
    damaged = (history[0], replace(history[1], train=train))
    with pytest.raises(StoreError, match=fault):
        check_history(damaged, info, path)
    if 3 in labels:
        with pytest.raises(StoreError, match=fault):
            require_named(damaged, 3, path)
