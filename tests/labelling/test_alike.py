"""The images that are most like one: by which features, which of them, and what becomes of answers to the unasked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from helpers.asked import ids_of, run_to
from helpers.sessions import resume, truth
from helpers.small_runs import copied, record_bytes, small_config, small_data

from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.datasets.features import features_from
from lada_explore.errors import OracleError, TooLateError
from lada_explore.labelling.alike import N_ALIKE, alike, cosines
from lada_explore.models import Classifier
from lada_explore.records import Stage
from lada_explore.session.session import Session


def unlabelled():
    return small_data(labelled=False, tested=False)


def nearest(rows, place, n):
    """Places of the rows of the largest cosine with one of them, computed one by one."""
    values = [float(row @ rows[place] / np.linalg.norm(row) / np.linalg.norm(rows[place])) for row in rows]
    order = sorted(range(len(rows)), key=lambda i: (-values[i], i))
    return [i for i in order if i != place][:n]


class TestByTheFeaturesOfTheModel:
    def test_they_are_the_candidates_of_the_largest_cosine_that_nobody_has_answered(self, session):
        records = session.history[1]
        ids, rows = records.subsample.subset_ids.tolist(), records.score.features.astype(np.float32)
        image_id = int(session.open_query[0])
        found = session.labelling.alike(image_id)
        expected = [ids[i] for i in nearest(rows, ids.index(image_id), N_ALIKE)]
        assert list(found.ids) == expected
        assert found.sentence == (
            f"The 15 images without an answer that are most like image {image_id}, by the features of the model of the "
            "start, among the 20 images that it scored."
        )
        asked = next(i for i in expected if i in session.open_query)
        session.labelling.submit({asked: 0})
        session.labelling.give({expected[0]: 1} if expected[0] != asked else {expected[1]: 1})
        left = session.labelling.alike(image_id).ids
        assert not {asked, expected[0] if expected[0] != asked else expected[1]} & set(left)
        assert [i for i in left if i in expected] == [i for i in expected if i in left]

    def test_a_stage_that_trains_meanwhile_changes_nothing(self, session):
        run_to(session, 1, Stage.TRAIN)
        image_id = int(session.history[1].subsample.subset_ids[5])
        before, during = session.labelling.alike(image_id), []
        session.step(lambda: during.append(session.labelling.alike(image_id)))
        assert set(during) == {before}

    def test_an_image_that_was_not_scored_and_an_id_that_is_none_are_told_apart(self, session):
        scored = set(session.history[1].subsample.subset_ids.tolist())
        other = next(i for i in range(60) if i not in scored)
        assert "by their pixels" in session.labelling.alike(other).sentence
        with pytest.raises(OracleError, match="id 60 is not in the pool; ids run from 0 to 59"):
            session.labelling.alike(60)


def with_features(data, rows):
    values = FeatureSet(rows, np.arange(len(rows), dtype=np.int64), "digest")
    return replace(data, features=features_from(values, None, {"of": "a test"}))


def test_with_a_frozen_network_the_whole_pool_is_searched_by_normalised_features():
    rows = np.random.default_rng(3).normal(5, [1, 100, 0.01, 1], (60, 4)).astype(np.float32)
    data = with_features(small_data(tested=False), rows)
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    found = alike(7, data, [], asked=[], answered=(), pixels=None)
    assert list(found.ids) == nearest(scaled, 7, N_ALIKE)
    assert "by the features of the frozen network, in the whole pool of 60" in found.sentence
    again = alike(7, data, [], asked=[], answered=found.ids[:3], pixels=None)
    assert again.ids[:12] == found.ids[3:]
    none = alike(7, data, [], asked=[], answered=range(60), pixels=None)
    assert (none.ids, none.sentence[:42]) == ((), "There is no image without an answer like i")


def test_the_cosine_of_hand_worked_rows():
    rows = np.array([[3, 4], [-6, -8], [4, -3], [0, 0]], dtype=np.float32)
    assert np.allclose(cosines(np.array([3, 4], dtype=np.float32), rows), [1, -1, 0, -1])


class TestInTheSeedRound:
    @pytest.fixture
    def start(self, tmp_path):
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=unlabelled(), oracle="person")
        session.step()
        yield session
        session.close()

    def test_before_any_training_they_are_the_recorded_neighbours(self, start):
        select, first = start.history[0].select, int(start.open_query[0])
        near = select.seed_neighbours[select.seed_ids.tolist().index(first)].tolist()
        found = start.labelling.alike(first)
        assert list(found.ids) == near[:N_ALIKE]
        assert "by their pixels, because no model has been trained yet" in found.sentence
        start.labelling.submit({near[0]: 1}, unasked=True)
        assert list(start.labelling.alike(first).ids) == near[1 : N_ALIKE + 1]

    def test_answers_to_those_not_asked_yet_are_answers_of_the_round_and_survive_a_restart(self, start, tmp_path):
        asked = start.open_query.tolist()
        later = [i for i in start.history[0].select.seed_ids.tolist() if i not in asked][:3]
        start.labelling.submit(truth([asked[0], *later]), "ada", unasked=True)
        assert [(line.id, line.cycle, line.note) for line in start.labelling.answers()] == [
            (i, 0, "") for i in [asked[0], *later]
        ]
        sheet = start.labelling.sheet()
        assert {image.id: image.label for image in sheet.images if image.label is not None} == truth([asked[0], *later])
        before = (ids_of(sheet), dict(sheet.wanted), sheet.undo["ada"])
        assert before[2] == 1
        start.close()
        with closing(Session.resume(tmp_path / "run", data=unlabelled())) as again:
            sheet = again.labelling.sheet()
            assert (ids_of(sheet), dict(sheet.wanted), sheet.undo["ada"]) == before
            taken = again.labelling.undo("ada")
            assert taken.ids == (asked[0], *later)
            assert again.open_query.tolist() == asked
            again.labelling.submit(truth([asked[0], *later]), "ada", unasked=True)
            run_to(again, 0, Stage.TRAIN)
            query = again.history[0].query
            assert set(later) <= set(query.ids.tolist())
            assert query.given_ids.tolist() == []

    def test_a_run_that_is_stopped_in_between_comes_to_the_same_bytes(self, tmp_path):
        made = []
        for name, stops in (("through", False), ("stopped", True)):
            session = Session.create(small_config(cycles=1), tmp_path / name, data=unlabelled(), oracle="person")
            session.step()
            found = session.labelling.alike(int(session.open_query[0]))
            session.labelling.submit(truth(found.ids[:4]), unasked=True)
            if stops:
                session.close()
                session = Session.resume(tmp_path / name, data=unlabelled())
            run_to(session, 1, Stage.QUERY).close()
            made.append(record_bytes(tmp_path / name))
        assert made[0] == made[1]


class TestAnswersToTheUnasked:
    def test_they_are_labels_from_before_in_one_step_with_those_that_are_asked(self, session):
        asked = session.open_query.tolist()
        scored = session.history[1].subsample.subset_ids.tolist()
        candidate = next(i for i in scored if i not in asked)
        labelled = set(session.pool.labelled_ids.tolist())
        free = next(i for i in range(60) if i not in scored and i not in labelled)
        session.labelling.submit(truth([candidate, asked[0], free]), "ada", unasked=True)
        lines = session.labelling.answers()[-3:]
        assert [(line.id, line.cycle, line.note) for line in lines] == [
            (candidate, 1, "given after the draw"),
            (asked[0], 1, ""),
            (free, 1, "given after the draw"),
        ]
        shown = session.labelling.images([free, asked[0], candidate])
        assert [(image.id, image.label, image.answers) for image in shown] == [
            (i, i % 3, {"ada": i % 3}) for i in (free, asked[0], candidate)
        ]
        assert (shown[0].guess, shown[0].partner_id, shown[2].guess is None) == (None, -1, False)
        assert session.labelling.undo("ada").ids == (candidate, asked[0], free)
        assert [image.label for image in session.labelling.images([free, asked[0], candidate])] == [None] * 3
        session.labelling.submit(truth([candidate, free]), "ada", unasked=True)
        run_to(session, 1, Stage.EVALUATE)
        assert session.history[1].query.given_ids.tolist() == [candidate, free]

    def test_while_nothing_is_asked_they_wait_for_the_next_training(self, session):
        run_to(session, 3, Stage.SCORE)
        free = next(i for i in session.history[3].subsample.subset_ids.tolist())
        session.labelling.submit({free: 1}, unasked=True)
        run_to(session, 3, Stage.TRAIN)
        assert free in session.history[3].query.ids

    def test_what_a_closed_query_has_labelled_and_what_is_skipped_is_too_late_and_nothing_is_kept(self, session):
        labelled = int(session.pool.labelled_ids[0])
        skipped, other = (int(i) for i in session.open_query[:2])
        session.labelling.skip(skipped)
        before = len(session.labelling.answers())
        for image_id, why in ((labelled, "has a label already"), (skipped, "is skipped; bring it back")):
            with pytest.raises(TooLateError, match=why):
                session.labelling.submit({image_id: 0, other: 0}, unasked=True)
        with pytest.raises(OracleError, match="id 60 is not in the pool"):
            session.labelling.submit({60: 0}, unasked=True)
        assert len(session.labelling.answers()) == before
        [image] = session.labelling.images([labelled])
        assert image.label == labelled % 3

    def test_after_the_last_query_no_training_can_use_one(self, session):
        run_to(session, 3, Stage.TRAIN)
        free = next(i for i in range(60) if i not in session.pool.labelled_ids)
        with pytest.raises(TooLateError, match=f"the last query has closed without image {free}"):
            session.labelling.submit({free: 0}, unasked=True)


def test_of_a_run_that_keeps_no_features_the_images_asked_are_compared_by_their_pixels(tmp_path):
    config = small_config("max-entropy", cycles=1, keep="queried", schedule__budget=8)
    session = Session.create(config, tmp_path / "run", data=small_data(), oracle="person")
    run_to(session, 1, Stage.QUERY)
    first, *others = session.open_query.tolist()
    pixels = session.data.train.take([first, *others]).numpy().astype(np.float64).reshape(8, -1)
    distances = np.linalg.norm(pixels[1:] - pixels[0], axis=1)
    found = session.labelling.alike(first)
    assert list(found.ids) == [others[i] for i in np.argsort(distances)]
    assert "by their pixels, because no features of a model are kept of it, among the images asked" in found.sentence
    session.close()


def test_a_copy_of_the_run_finds_the_same(asked_pairs, tmp_path):
    found = []
    for name in ("one", "two"):
        with closing(resume(copied(asked_pairs, tmp_path / name))) as session:
            found.append(session.labelling.alike(int(session.open_query[1])))
    assert found[0] == found[1]


def test_a_run_on_features_searches_the_whole_pool_from_the_start_and_trains_on_the_answers(tmp_path):
    rows = np.random.default_rng(5).normal(size=(60, 6)).astype(np.float32)
    given = Classifier.frozen(rows)
    config = small_config("max-entropy", cycles=1, training__epochs=2)
    data = small_data(labelled=False, tested=False)
    session = Session.create(config, tmp_path / "run", data=data, oracle="person", classifier=given)
    session.step()
    first = int(session.open_query[0])
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    found = session.labelling.alike(first)
    assert list(found.ids) == nearest(scaled, first, N_ALIKE)
    assert "by the features of the frozen network, in the whole pool of 60" in found.sentence
    session.labelling.submit(truth(found.ids), unasked=True)
    run_to(session, 0, Stage.EVALUATE)
    assert set(found.ids) <= set(session.history[0].query.ids.tolist())
    session.close()
