"""Answers to images that were shown and are not asked any more, because the run went on: they are kept."""

from __future__ import annotations

from contextlib import closing

import pytest
from helpers.asked import actions, ids_of, ranked_pairs, run_to
from helpers.pages import Page
from helpers.sessions import truth
from helpers.small_runs import small_config, small_data

from lada_explore.errors import OracleError, TooLateError
from lada_explore.exchange.labels import labels_of
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.stages import runner
from lada_explore.store import open_run
from lada_explore.views import Labeller


def offered_ahead(session) -> list[int]:
    """Images without an answer that are offered before cycle 2 draws its candidates, some of which it will draw."""
    run_to(session, 2, Stage.SUBSAMPLE)
    for _ in range(3):
        session.labelling.submit(truth(ids_of(session.labelling.sheet())))
    return session.labelling.task().query.open_ids.tolist()


def while_drawing(session, monkeypatch, act) -> tuple[list[int], list[int]]:
    """Run SUBSAMPLE, and act when it has drawn and not committed; returns the ids offered ahead, and those drawn."""
    drawing, seen = runner.subsample, []

    def drawn_and_acted(*args, **settings):
        record = drawing(*args, **settings)
        seen.extend([session.labelling.task().query.open_ids.tolist(), record.subset_ids.tolist()])
        act(*seen)
        return record

    monkeypatch.setattr(runner, "subsample", drawn_and_acted)
    offered_ahead(session)
    session.step()
    return seen[0], seen[1]


def both(offered: list[int], drawn: list[int]) -> tuple[int, int]:
    """One of the offered images that was drawn, and one that was not."""
    return next(i for i in offered if i in drawn), next(i for i in offered if i not in drawn)


class TestWhileCandidatesAreDrawn:
    def test_images_are_offered_ahead_and_every_answer_is_trained_on_in_the_next_cycle(
        self, session, monkeypatch, tmp_path
    ):
        def answer(offered, drawn):
            session.labelling.submit(truth(offered), "ada")

        offered, drawn = while_drawing(session, monkeypatch, answer)
        assert len(offered) == 4
        both(offered, drawn)
        record = run_to(session, 2, Stage.TRAIN).history[2].query
        assert set(offered) <= set(record.ids.tolist())
        assert dict(zip(record.ids.tolist(), record.labels.tolist(), strict=True)) == truth(record.ids)
        assert len(record.ids) == len(set(record.ids.tolist()))
        session.step()
        assert len(open_run(tmp_path / "run").history) == 3

    def test_a_skipped_image_is_not_asked_though_it_was_drawn(self, session, monkeypatch):
        def skip(offered, drawn):
            for image_id in both(offered, drawn):
                session.labelling.skip(image_id)

        offered, drawn = while_drawing(session, monkeypatch, skip)
        run_to(session, 2, Stage.QUERY)
        for pair in ranked_pairs(session, 2):
            session.labelling.submit({i: 0 for i in pair if i in ids_of(session.labelling.sheet())})
        session.step()
        assert not set(both(offered, drawn)) & set(session.history[2].query.ids.tolist())


class TestAfterCandidatesAreDrawn:
    def test_a_click_on_an_image_that_was_drawn_meanwhile_is_kept_and_trained_on(self, session):
        labeller = Labeller(session)
        page = Page(labeller)
        offered = offered_ahead(session)
        before = session._run.journal.label_state().ahead_of(2)
        session.step()
        drawn, free = both(offered, session.history[2].subsample.subset_ids.tolist())
        assert drawn not in ids_of(session.labelling.sheet())
        for image_id in (drawn, free):
            ack = page.act("label", id=image_id, label=image_id % 3)
            assert (ack["ok"], ack["say"]) == (True, "")
        assert session._run.journal.label_state().ahead_of(2) == (*before, drawn, free)
        record = run_to(session, 2, Stage.TRAIN).history[2].query
        assert {drawn, free} <= set(record.ids.tolist())
        labeller.close()

    @pytest.mark.parametrize("stage", [Stage.SCORE, Stage.LOOK_AHEAD, Stage.SELECT, Stage.QUERY])
    def test_in_whichever_stage_the_run_is(self, session, stage):
        offered = offered_ahead(session)
        run_to(session, 2, stage)
        session.labelling.submit(truth(offered), "ada", late=True)
        assert set(offered) <= set(run_to(session, 2, Stage.TRAIN).history[2].query.ids.tolist())

    @pytest.mark.parametrize("at_once", [False, True])
    def test_a_skip_of_one_keeps_it_from_being_asked(self, session, at_once):
        offered = offered_ahead(session)
        session.step()
        drawn, free = both(offered, session.history[2].subsample.subset_ids.tolist())
        for images in [[drawn, free]] if at_once else [drawn, free]:
            session.labelling.skip(images, "ada", late=True)
        # Only one that is drawn already has to be kept from being asked, too.
        assert [line.note for line in session.labelling.answers()[-2:]] == ["", "ahead"]
        assert list(session._run.journal.label_state().set_aside) == [drawn, free]
        assert not {drawn, free} & set(run_to(session, 2, Stage.TRAIN).history[2].query.ids.tolist())


class TestSeedRound:
    @pytest.fixture
    def start(self, tmp_path):
        """A run on images without labels that asks about its start, of which one image of each class ends it."""
        config = small_config(cycles=1, schedule__initial_per_class=1)
        with closing(Session.create(config, tmp_path / "run", data=unlabelled(), oracle="person")) as session:
            session.run()
            yield session

    @staticmethod
    def ended(start) -> int:
        """Answer until the start has what it needs; returns an image that was shown and is not asked any more."""
        shown = set()
        while start.labelling.task().query.is_unfinished_seed_round:
            shown |= set(ids_of(start.labelling.sheet()))
            start.labelling.submit(truth(start.open_query[:1]))
        return min(shown - set(ids_of(start.labelling.sheet())))

    def test_an_answer_to_an_image_that_it_asked_no_more_counts_in_it_until_it_closes(self, start):
        late = self.ended(start)
        with pytest.raises(OracleError, match=f"id {late} is not in the open query"):
            start.labelling.submit(truth([late]))
        start.labelling.submit(truth([late]), late=True)
        record = start.step()
        assert late in record.ids.tolist()
        assert len(record.ahead_ids) == 0

    def test_one_that_comes_when_it_has_closed_is_trained_on_in_the_next_cycle(self, start, tmp_path):
        late = self.ended(start)
        first = start.step()
        assert late not in first.ids.tolist()
        start.labelling.submit(truth([late]), late=True)
        exported = [(one.id, one.cycle) for one in labels_of(open_run(tmp_path / "run"))]
        assert exported == [*((i, 0) for i in first.ids.tolist()), (late, 1)]
        record = run_to(start, 1, Stage.TRAIN).history[1].query
        assert (record.ahead_ids.tolist(), record.ahead_model_cycle) == ([late], -1)
        start.run()
        assert [len(records.query.ids) for records in open_run(tmp_path / "run").history] == [len(first.ids), 5]


class TestTooLate:
    def test_what_a_closed_query_has_labelled_is_said_and_holds_no_later_answer(self, session):
        labeller = Labeller(session)
        page, asked = Page(labeller), ids_of(session.labelling.sheet())
        run_to(session, 1, Stage.TRAIN)
        n = len(actions(session))
        ack = page.act("label", id=asked[0], label=2)
        assert (ack["ok"], ack["kept"]) == (True, False)
        assert ack["say"] == (
            f"Not saved: image {asked[0]} has had its label since the query of cycle 1 closed, so this came too late; "
            "as long as no training has used that label, who gave it can undo it."
        )
        assert len(actions(session)) == n
        ahead = labeller.asked["images"][0]["id"]
        assert page.act("label", id=ahead, label=1)["say"] == ""
        assert session._run.journal.label_state().ahead_of(2) == (ahead,)
        labeller.close()

    def test_a_click_that_ends_or_narrows_a_start_which_has_ended_holds_nothing(self, session):
        labeller = Labeller(session)
        page = Page(labeller)
        for name, more in (("end_seed_round", {}), ("mark_class_absent", {"label": 1})):
            ack = page.act(name, **more)
            assert (ack["ok"], ack["kept"]) == (True, False), name
        labeller.close()

    def test_of_a_complete_run_it_says_so(self, session):
        run_to(session, 3, Stage.TRAIN)
        free = next(i for i in range(60) if not any(i in records.query.ids for records in session.history))
        with pytest.raises(TooLateError, match=f"the last query has closed without image {free}"):
            session.labelling.submit({free: 1}, late=True)
        session.run()
        with pytest.raises(TooLateError, match="the run is complete"):
            session.labelling.submit({free: 1}, late=True)

    def test_what_is_no_image_or_no_class_is_refused_as_ever(self, session):
        first = ids_of(session.labelling.sheet())[0]
        free = next(i for i in range(60) if i not in session.labelling.task().query.ids and i not in labelled(session))
        for labels, said in (({60: 1}, "id 60 is not in the open query"), ({first: 0, free: 3}, "label 3 for id")):
            with pytest.raises(OracleError, match=said):
                session.labelling.submit(labels, late=True)
        assert actions(session) == []


def labelled(session) -> list[int]:
    return session.pool.labelled_ids.tolist()


def unlabelled():
    return small_data(labelled=False, tested=False)
