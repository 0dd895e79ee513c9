"""Labels that are given without being asked for: they count from the next training on, beside what is asked."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from helpers.asked import run_to
from helpers.sessions import resume, truth
from helpers.small_runs import answered, copied, record_bytes, small_config, small_data

from lada_explore.errors import ConfigError, OracleError
from lada_explore.exchange import labels_of
from lada_explore.records import Stage
from lada_explore.records.stage_records import MAX_GIVEN_PICTURES, QueryRecord
from lada_explore.session.session import Session
from lada_explore.store import open_run


def free(session, n):
    """The first images that no query has asked about and that no candidate is."""
    taken = {i for records in session.history for i in (records.asked.ids.tolist() if records.asked else [])}
    taken |= {i for records in session.history if records.subsample for i in records.subsample.subset_ids.tolist()}
    return [i for i in range(60) if i not in taken][:n]


def created(out, **options):
    return Session.create(small_config(cycles=2), out, data=small_data(), oracle="person", **options)


def test_before_the_first_training_they_are_initial_labels(tmp_path):
    session = run_to(created(tmp_path / "run"), 0, Stage.QUERY)
    asked, given = session.open_query.tolist(), free(session, 5)
    session.labelling.give(truth(given), "import")
    assert session.open_query.tolist() == asked
    run_to(session, 0, Stage.EVALUATE)
    query, train = session.history[0].query, session.history[0].train
    assert query.ids.tolist() == asked + given
    assert (query.given_ids.tolist(), query.ahead_ids.tolist(), query.ahead_model_cycle) == (given, given, -1)
    assert train.n_labelled == len(asked) + 5
    assert set(session.pool.labelled_at()[given].tolist()) == {0}
    session.close()


def test_the_start_of_unlabelled_images_counts_them_and_asks_for_what_they_leave_open(tmp_path):
    data = small_data(labelled=False, tested=False)
    session = Session.create(small_config(cycles=1), tmp_path / "run", data=data, oracle="person")
    session.step()
    wanted = dict(session.labelling.sheet().wanted)
    assert set(wanted) == {0, 1, 2}
    order, n = session.history[0].select.seed_ids.tolist(), wanted[0]
    last = {k: [i for i in order if i % 3 == k][-n:] for k in range(3)}
    session.labelling.give(truth(last[0] + last[1]), "import")
    assert dict(session.labelling.sheet().wanted) == {2: n}
    assert not {image.id for image in session.labelling.sheet().images} & {*last[0], *last[1]}
    session.labelling.give(truth(last[2]), "import")
    assert session.labelling.sheet().wanted == {}
    session.close()
    with closing(Session.resume(tmp_path / "run", data=data)) as session:
        session.step()
        query = session.history[0].query
        assert query.ids.tolist() == query.given_ids.tolist() == last[0] + last[1] + last[2]
        assert session.step().n_labelled == 3 * n


def test_at_an_open_query_they_are_trained_on_beside_its_answers(session, tmp_path):
    asked, given = session.open_query.tolist(), free(session, 3)
    candidate = next(i for i in session.history[1].subsample.subset_ids.tolist() if i not in asked)
    session.labelling.give(truth([*given, candidate, asked[0]]), "import")
    assert session.open_query.tolist() == asked[1:]
    notes = {line.id: line.note for line in session.labelling.answers() if line.annotator == "import"}
    assert notes == {**dict.fromkeys([*given, candidate], "given after the draw"), asked[0]: ""}
    run_to(session, 1, Stage.EVALUATE)
    query = session.history[1].query
    assert query.ids.tolist() == [*asked, *given, candidate]
    assert query.given_ids.tolist() == [*given, candidate]
    assert session.history[1].asked.ids.tolist() == asked
    assert session.history[1].train.n_labelled == 6 + 4 + 4
    assert set(session.pool.labelled_at()[given].tolist()) == {1}
    run_to(session, 2, Stage.QUERY)
    assert not {*given, candidate} & set(session.history[2].subsample.subset_ids.tolist())
    assert len(session.open_query) == 4


def test_after_a_query_they_are_trained_on_in_the_next_cycle_and_not_drawn(session):
    run_to(session, 1, Stage.TRAIN)
    given = free(session, 3)
    session.labelling.give(truth(given), "import")
    run_to(session, 2, Stage.QUERY)
    assert not set(given) & set(session.history[2].subsample.subset_ids.tolist())
    run_to(session, 2, Stage.TRAIN)
    assert session.history[1].query.given_ids.tolist() == []
    assert session.history[2].query.given_ids.tolist() == given


def test_of_a_complete_run_they_are_kept_and_exported(session, tmp_path):
    run_to(session, 3, Stage.EVALUATE).step()
    assert session.next_stage is None
    given = free(session, 2)
    session.labelling.give(truth(given), "import")
    session.close()
    labels = {label.id: (label.label, label.cycle) for label in labels_of(open_run(tmp_path / "run"))}
    assert [labels[i] for i in given] == [(i % 3, 4) for i in given]
    resume(tmp_path / "run").close()


def test_one_that_is_asked_about_after_all_is_not_asked_again(session):
    candidate = session.history[1].subsample.pair_ids[np.argsort(-session.history[1].select.scores)][2].tolist()
    session.labelling.give(truth(candidate), "import")
    asked = session.open_query.tolist()
    session.labelling.skip(asked[0])
    assert session.open_query.tolist() == asked[2:]
    run_to(session, 1, Stage.TRAIN)
    query = session.history[1].query
    assert set(query.ids.tolist()) == {*asked[2:], *candidate}
    assert (query.given_ids.tolist(), query.ahead_ids.tolist()) == ([], [])


def test_a_run_that_is_stopped_after_every_stage_comes_to_the_same_bytes(asked_pairs, tmp_path):
    moments = ((1, Stage.QUERY, 2), (1, Stage.TRAIN, 3), (2, Stage.SUBSAMPLE, 4), (2, Stage.SELECT, 5))
    runs = []
    for name, stops in (("through", False), ("stopped", True)):
        session = resume(copied(asked_pairs, tmp_path / name))
        for cycle, stage, n in moments:
            while (session.cycle, session.next_stage) != (cycle, stage):
                if len(session.open_query):
                    session.submit(truth(session.open_query))
                session.step()
                if stops:
                    session.close()
                    session = resume(tmp_path / name)
            known = {i for i, *_ in answered(tmp_path / name)}
            session.labelling.give(truth([i for i in free(session, 60) if i not in known][:n]), "import")
        run_to(session, 3, Stage.SUBSAMPLE).close()
        runs.append(record_bytes(tmp_path / name))
    assert runs[0] == runs[1]


def test_labels_after_the_draw_leave_the_draw_as_it_was(session, tmp_path):
    run_to(session, 2, Stage.SCORE)
    drawn = session.history[2].subsample.subset_ids.tolist()
    session.labelling.give(truth([drawn[0], *free(session, 2)]), "import")
    aside = session._run.journal.label_state().not_drawn_in(2)
    assert aside == frozenset()
    run_to(session, 2, Stage.TRAIN)
    assert drawn[0] in session.history[2].query.ids.tolist()


@pytest.mark.parametrize("stage", [Stage.TRAIN, Stage.EVALUATE])
def test_they_are_taken_back_until_a_training_has_used_them(session, stage):
    given = free(session, 1)
    session.labelling.give(truth(given), "import")
    run_to(session, 1, stage)
    back = session.labelling.undo("import")
    if stage is Stage.TRAIN:
        assert (back.id, session.next_stage) == (given[0], Stage.QUERY)
        run_to(session, 1, Stage.TRAIN)
        assert session.history[1].query.given_ids.tolist() == []
    else:
        assert "has used the answer" in back.stale


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({60: 0}, "id 60 is not in the pool; ids run from 0 to 59"),
        ({-1: 0}, "id -1 is not in the pool"),
        ({"SKIPPED": 0}, "is skipped; bring it back, then label it"),
        ({"LABELLED": 0}, "has a label already, which is kept; leave it out"),
        ({"FREE": 3}, "is no class; labels run from 0 to 2"),
        ({"FREE": 0.5}, "is no whole number"),
    ],
)
def test_what_cannot_be_given_is_refused_and_nothing_of_it_is_kept(session, labels, why):
    skipped = session.open_query.tolist()[0]
    session.labelling.skip(skipped)
    names = {"SKIPPED": skipped, "LABELLED": session.history[0].query.ids.tolist()[0], "FREE": free(session, 2)[1]}
    before = len(session.labelling.answers())
    with pytest.raises(OracleError, match=why):
        session.labelling.give({free(session, 1)[0]: 1, **{names.get(i, i): k for i, k in labels.items()}})
    assert len(session.labelling.answers()) == before


def test_the_pixels_of_very_many_are_not_kept():
    ids = np.arange(MAX_GIVEN_PICTURES + 5)
    query = QueryRecord(cycle=0, ids=ids, labels=ids % 2, ahead_ids=ids[1:], given_ids=ids[1:])
    assert query.pictured == ids[: MAX_GIVEN_PICTURES + 1].tolist()


def test_when_all_images_have_a_label_it_is_said_that_none_is_left(session):
    known = {*session.history[0].query.ids.tolist()}
    session.labelling.give(truth(np.array([i for i in range(60) if i not in known])), "import")
    run_to(session, 2, Stage.SUBSAMPLE)
    assert session.history[1].train.n_labelled == 60
    with pytest.raises(ConfigError, match="cycle 2 has 0 images to choose from, because the others have a label"):
        session.step()


@pytest.mark.parametrize("left_open", [0, 1])
@pytest.mark.parametrize("method", ["asked_pairs", "asked_singles"])
def test_labels_of_all_that_is_left_are_trained_on_though_nothing_remains_to_be_asked(
    method, left_open, request, tmp_path
):
    session = resume(copied(request.getfixturevalue(method), tmp_path / "run"))
    run_to(session, 1, Stage.EVALUATE)
    session.step()
    assert (session.cycle, session.next_stage) == (2, Stage.SUBSAMPLE)
    known = {i for records in session.history for i in records.query.ids.tolist()}
    rest = [i for i in range(60) if i not in known][left_open:]
    session.labelling.give(truth(rest), "import")
    run_to(session, 2, Stage.QUERY)
    assert set(session.open_query.tolist()) <= set(range(60)) - known - set(rest)
    run_to(session, 2, Stage.EVALUATE)
    assert set(rest) <= set(session.history[2].query.ids.tolist())
    assert session.history[2].train.n_labelled >= 60 - left_open
    session.close()
