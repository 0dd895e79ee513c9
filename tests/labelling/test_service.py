"""The service: what a person sees of a query and does to it, on real runs of 60 images, two pairs asked of ten."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.asked import ids_of, ranked_pairs, run_to
from helpers.sessions import resume, truth
from helpers.small_runs import CLASSES, copied, record_bytes, small_config, small_data

from lada_explore.errors import OracleError
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run


def test_an_answer_that_is_no_whole_number_is_a_sentence_and_not_cut_to_one(session):
    first, second = ids_of(session.labelling.sheet())[:2]
    for label, said in ((1.7, "label 1.7"), ("cat", "label 'cat'"), (None, "label None"), (float("nan"), "label nan")):
        with pytest.raises(OracleError, match=f"{said} for id {first} is no whole number"):
            session.labelling.submit({first: label})
    for image_id in (first + 0.5, "x", None):
        with pytest.raises(OracleError, match="is not in the open query"):
            session.labelling.submit({image_id: 1})
    session.labelling.submit({first: np.int8(2), str(second): 1.0})
    assert [(line.id, line.label) for line in session.labelling.answers()][-2:] == [(first, 2), (second, 1)]


def test_an_annotator_whose_name_is_no_text_is_refused_in_a_sentence(session):
    first = ids_of(session.labelling.sheet())[0]
    with pytest.raises(OracleError, match="the annotator's name is 5, which is no text; give one such as 'ann'"):
        session.labelling.submit({first: 1}, 5)
    assert not [line for line in session.labelling.answers() if line.id == first]


def test_answers_are_taken_although_the_clock_was_never_set(session, monkeypatch):
    first = ids_of(session.labelling.sheet())[0]
    monkeypatch.setattr("time.time", lambda: -5.0)
    session.labelling.submit({first: 2}, "ada")
    assert session.labelling.answers()[-1].time == 0


class TestSheet:
    def test_it_shows_the_query_with_the_reasons_for_it(self, session):
        sheet, records = session.labelling.sheet(), session.history[1]
        assert (sheet.kind, sheet.cycle, sheet.model_cycle, sheet.unit) == ("pairs", 1, 0, "bits")
        assert sheet.class_names == CLASSES
        assert sheet.sentence == "Cycle 1 asks about 4 images, chosen by the model of the start."
        best, second = ranked_pairs(session)[:2]
        assert ids_of(sheet) == best + second
        assert [image.partner_id for image in sheet.images] == best[::-1] + second[::-1]
        assert [image.pair for image in sheet.images] == [0, 0, 1, 1]
        row = records.subsample.subset_ids.tolist().index(best[0])
        first = sheet.images[0]
        assert first.score == records.score.scores[row]
        assert first.guess == records.score.predicted[row]
        assert first.guess_probability == records.score.confidence[row]
        assert first.pair_score == records.select.scores.max()
        assert first.tau == records.select.pair_tau[0]
        assert (first.label, first.answers, first.disputed, first.replaces) == (None, {}, False, False)

    def test_it_shows_answers_as_they_are_on_disk(self, session):
        first = ids_of(session.labelling.sheet())[0]
        session.labelling.submit({first: 2}, "ada")
        image = session.labelling.sheet().images[0]
        assert (image.label, image.answers) == (2, {"ada": 2})
        assert session.labelling.sheet().undo == {"person": 0, "ada": 1}

    def test_single_images_have_no_partner(self, asked_singles, tmp_path):
        session = resume(copied(asked_singles, tmp_path / "run"))
        sheet = session.labelling.sheet()
        assert (sheet.kind, len(sheet.images)) == ("singles", 4)
        assert [image.pair for image in sheet.images] == [0, 1, 2, 3]
        assert {(image.partner_id, image.pair_score, image.tau) for image in sheet.images} == {(-1, None, None)}
        session.close()

    def test_pixels_are_those_of_the_images(self, session):
        np.testing.assert_array_equal(session.labelling.pixels([5, 3]), session.data.train.images.numpy()[[5, 3]])
        with pytest.raises(OracleError, match="id 60 is not in the pool; ids run from 0 to 59"):
            session.labelling.pixels([60])

    def test_nothing_is_asked_of_a_person_when_the_data_answers(self, tmp_path):
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data())
        session.step()
        session.step()
        sheet = session.labelling.sheet()
        assert (sheet.kind, sheet.images) == ("none", ())
        assert (
            sheet.sentence
            == "Nothing is asked now. The next step of the run is learning from the answers (Train, the start)."
        )
        session.close()


class TestSeveralAnnotators:
    @pytest.mark.parametrize(
        ("rule", "labels"),
        [
            # One answer; two that agree; two that differ; two against one.
            ("last", [1, 2, 0, 1]),
            ("majority", [1, 2, None, 2]),
            ("adjudicate", [1, 2, None, None]),
        ],
    )
    def test_the_rule_says_which_label_stands(self, session, rule, labels):
        one, same, differ, outvoted = session.open_query.tolist()
        session.labelling.set_rule(rule)
        session.labelling.submit({one: 1, same: 2, differ: 1, outvoted: 2}, "ada")
        session.labelling.submit({same: 2, differ: 0, outvoted: 2}, "ben")
        session.labelling.submit({outvoted: 1}, "cyd")
        sheet = session.labelling.sheet()
        assert [image.label for image in sheet.images] == labels
        assert [image.disputed for image in sheet.images] == [False, False, True, True]
        assert sheet.rule == rule
        assert session.open_query.tolist() == [
            i for i, label in zip(ids_of(sheet), labels, strict=True) if label is None
        ]

    def test_settling_stands_above_every_rule_and_can_be_taken_back(self, session):
        first, second = session.open_query.tolist()[:2]
        session.labelling.submit({first: 1}, "ada")
        session.labelling.submit({first: 2}, "ben")
        session.labelling.adjudicate(first, 0, "cyd")
        session.labelling.submit({first: 1}, "ada")
        image = session.labelling.sheet().images[0]
        assert (image.label, image.disputed) == (0, True)
        session.labelling.undo("cyd")
        assert session.labelling.sheet().images[0].label == 1
        with pytest.raises(OracleError, match=f"the answers to id {second} do not differ; answer it instead"):
            session.labelling.adjudicate(second, 0)

    def test_an_unknown_rule_is_refused(self, session):
        with pytest.raises(OracleError, match="rule 'first' is unknown; use last, majority, adjudicate"):
            session.labelling.set_rule("first")


class TestReaders:
    def test_a_recorded_run_holds_the_answers_and_the_final_query(self, session, tmp_path):
        best, second, third = ranked_pairs(session)[:3]
        session.labelling.skip(best[0])
        run_to(session, 2, Stage.QUERY).close()
        recorded = open_run(tmp_path / "run")
        assert recorded.history[1].asked.pair_ids.tolist() == [second, third]
        assert [line.action for line in recorded.answers() if line.cycle == 1] == ["skip"] + ["label"] * 4

    def test_a_person_who_gives_the_truth_leaves_the_records_of_the_ground_truth(self, asked_pairs, tmp_path):
        session = resume(copied(asked_pairs, tmp_path / "person"))
        while session.next_stage is not None:
            session.run()
            session.submit(truth(session.open_query), "ada") if len(session.open_query) else None
        session.close()
        config = small_config("lada-entmix-exact", cycles=3)
        other = Session.create(config, tmp_path / "truth", data=small_data())
        other.run()
        other.close()
        assert record_bytes(tmp_path / "person") == record_bytes(tmp_path / "truth")


def test_a_noisy_oracle_is_recorded_and_goes_on_after_a_restart(tmp_path):
    session = Session.create(small_config("random", cycles=1), tmp_path / "a", data=small_data(), oracle="noisy:1@1")
    session.run(1)
    assert session.history[0].query.labels.tolist() == session.history[0].query.targets.tolist()
    session.close()
    session = resume(tmp_path / "a")
    assert session.folder.info.oracle == "noisy:1@1-1"
    session.run()
    assert (session.history[1].query.labels != session.history[1].query.targets).all()
    session.close()


def test_numbers_below_nought_are_refused_like_those_that_are_too_large(session):
    service = session.labelling
    for image_id in (-1, 60):
        with pytest.raises(OracleError, match=f"id {image_id} is not in the pool; ids run from 0 to 59"):
            service.flag(image_id)
        with pytest.raises(OracleError, match=f"id {image_id} is not in the pool; ids run from 0 to 59"):
            service.detail(image_id, (0, 0, 1, 1), 100)
