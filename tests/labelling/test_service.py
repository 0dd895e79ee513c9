"""The service: what a person sees of a query and does to it, on real runs of 60 images, two pairs asked of ten."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from helpers.small_runs import CLASSES, answered, copied, record_bytes, small_config, small_data

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import Stage
from lada_explore.seeds import is_held_out
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.store import open_run


def truth(ids) -> dict[int, int]:
    return {int(i): int(i) % 3 for i in ids}


def resume(out) -> Session:
    return Session.resume(out, data=small_data())


def run_to(session: Session, cycle: int, stage: Stage) -> Session:
    """Step until this stage is the next one, answering with the truth on the way."""
    while (session.cycle, session.next_stage) != (cycle, stage):
        if len(session.open_query) and session.next_stage is Stage.QUERY:
            session.submit(truth(session.open_query))
        session.step()
    return session


def made(tmp_path_factory, method: str):
    out = tmp_path_factory.mktemp("asked") / method
    session = Session.create(small_config(method, cycles=3), out, data=small_data(), oracle="person")
    run_to(session, 1, Stage.QUERY).close()
    return out


@pytest.fixture(scope="module")
def asked_pairs(tmp_path_factory):
    return made(tmp_path_factory, "lada-entmix-exact")


@pytest.fixture(scope="module")
def asked_singles(tmp_path_factory):
    return made(tmp_path_factory, "max-entropy")


@pytest.fixture
def session(asked_pairs, tmp_path):
    """A run that asks about the two best pairs of its first cycle."""
    opened = resume(copied(asked_pairs, tmp_path / "run"))
    yield opened
    opened.close()


def ranked_pairs(session: Session, cycle: int = 1) -> list[list[int]]:
    records = session.history[cycle]
    return records.subsample.pair_ids[np.argsort(-records.select.scores, kind="stable")].tolist()


def ids_of(sheet) -> list[int]:
    return [image.id for image in sheet.images]


def actions(session: Session) -> list[tuple[str, int, int]]:
    return [(line.action, line.id, line.label) for line in session._journal.answers() if line.cycle == 1]


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
        assert sheet.sentence == "Nothing is asked now; train of the start runs or comes next."
        session.close()


class TestSkip:
    def test_the_pair_of_a_skipped_image_is_replaced_by_the_next_best(self, session):
        best, second, third = ranked_pairs(session)[:3]
        session.labelling.submit({best[0]: 1, best[1]: 1}, "ada")
        session.labelling.skip(best[1], "ada")
        sheet = session.labelling.sheet()
        assert ids_of(sheet) == second + third
        assert [image.replaces for image in sheet.images] == [False, False, True, True]
        assert sheet.skipped == (best[1],)
        assert session.open_query.tolist() == second + third
        with pytest.raises(OracleError, match=f"id {best[0]} is not in the open query"):
            session.labelling.submit({best[0]: 0})

    def test_the_record_says_what_was_asked_in_the_end_and_training_uses_it(self, session, tmp_path):
        best, second, third = ranked_pairs(session)[:3]
        session.labelling.skip(second[0])
        session.close()
        session = resume(tmp_path / "run")
        assert session.open_query.tolist() == best + third
        session.submit(truth(best + third))
        record = session.step()
        records = session.history[1]
        assert record.ids.tolist() == best + third
        assert record.labels.tolist() == [i % 3 for i in best + third]
        assert record.pair_ids.tolist() == records.asked.pair_ids.tolist() == [best, third]
        tau = dict(zip(map(tuple, records.subsample.pair_ids.tolist()), records.look_ahead.tau.tolist(), strict=True))
        assert record.pair_tau.tolist() == [tau[tuple(best)], tau[tuple(third)]]
        assert record.skipped_ids.tolist() == [second[0]]
        assert record.targets.tolist() == record.labels.tolist()
        np.testing.assert_array_equal(record.images, session.data.train.images.numpy()[third])
        np.testing.assert_array_equal(records.pixels_kept()[third[1]], session.data.train.images.numpy()[third[1]])
        assert session.step().n_virtual == 2
        session.close()

    def test_a_skipped_image_is_not_drawn_again_until_it_is_let_back_and_its_partner_is(self, session):
        best, _second = ranked_pairs(session)[:2]
        session.labelling.skip(best[0])
        run_to(session, 2, Stage.SUBSAMPLE)
        # 60 images, 6 and 4 labelled, one skipped.
        assert session.pool.n_unlabelled == 49
        drawn = session.pool.draw_unlabelled(49, np.random.default_rng(0))
        assert best[0] not in drawn
        assert best[1] in drawn
        with pytest.raises(OracleError, match=rf"id {best[1]} is not skipped; those that are: \[{best[0]}\]"):
            session.labelling.unskip([best[1]])
        session.labelling.unskip([best[0]])
        assert session.labelling.sheet().skipped == ()
        assert session.pool.n_unlabelled == 50

    def test_an_image_let_back_while_the_query_is_open_is_not_asked_in_it_again(self, session):
        best, second, third = ranked_pairs(session)[:3]
        session.labelling.skip(best[0])
        session.labelling.unskip([best[0]])
        assert session.open_query.tolist() == second + third
        run_to(session, 2, Stage.SUBSAMPLE)
        assert session.pool.n_unlabelled == 50

    def test_an_answer_of_a_freed_partner_counts_when_it_is_asked_again(self, session):
        best = ranked_pairs(session)[0]
        session.labelling.submit({best[1]: 2}, "ada")
        session.labelling.skip(best[0], "ada")
        assert session._journal.label_state().label(best[1], 2) == 2
        assert best[1] not in ids_of(session.labelling.sheet())

    def test_a_query_whose_candidates_run_out_ends_smaller_and_says_so(self, session):
        pairs = ranked_pairs(session)
        for pair in pairs[:9]:
            session.labelling.skip(pair[0])
        sheet = session.labelling.sheet()
        assert ids_of(sheet) == pairs[9]
        assert sheet.sentence == (
            "Cycle 1 asks about 2 images, chosen by the model of the start; 2 fewer than planned, for no candidate is "
            "left in place of what was skipped."
        )
        session.labelling.skip(pairs[9][0])
        assert session.labelling.sheet().images == ()
        record = session.step()
        assert (record.ids.tolist(), record.pair_ids.shape, len(record.skipped_ids)) == ([], (0, 2), 10)
        assert session.step().n_virtual == 0

    def test_single_images_are_replaced_by_the_next_best_image(self, asked_singles, tmp_path):
        session = resume(copied(asked_singles, tmp_path / "run"))
        records = session.history[1]
        ranked = records.subsample.subset_ids[np.argsort(-records.select.scores, kind="stable")].tolist()
        session.labelling.skip(ranked[1])
        assert session.open_query.tolist() == [ranked[0], *ranked[2:5]]
        session.labelling.skip(ranked[4])
        assert session.open_query.tolist() == [ranked[0], ranked[2], ranked[3], ranked[5]]
        session.close()

    def test_what_is_not_asked_cannot_be_skipped(self, session):
        other = ranked_pairs(session)[2][0]
        with pytest.raises(OracleError, match=f"id {other} is not in the open query; it asks for"):
            session.labelling.skip(other)
        assert actions(session) == []


class TestUndo:
    def test_any_number_of_steps_each_annotator_his_own(self, session):
        best, second, _third = ranked_pairs(session)[:3]
        session.labelling.submit({best[0]: 1}, "ada")
        session.labelling.submit({best[0]: 2}, "ben")
        session.labelling.submit({best[0]: 0}, "ada")
        session.labelling.skip(best[1], "ada")
        session.labelling.flag(second[0], annotator="ada")
        assert session.labelling.sheet().undo == {"person": 0, "ada": 4, "ben": 1}
        undone = [session.labelling.undo("ada") for _ in range(2)]
        assert [(u.action, u.id, u.label) for u in undone] == [("flag", second[0], -1), ("skip", best[1], -1)]
        assert ids_of(session.labelling.sheet()) == best + second
        assert session.labelling.sheet().images[0].answers == {"ben": 2, "ada": 0}
        undone = session.labelling.undo("ada")
        assert (undone.action, undone.label, undone.stale) == ("label", 0, "")
        assert session.labelling.sheet().images[0].answers == {"ada": 1, "ben": 2}
        session.labelling.undo("ada")
        assert session.labelling.undo("ada").action == ""
        assert session.labelling.sheet().images[0].answers == {"ben": 2}
        # Nothing was ever removed: five actions and four undos.
        assert len(actions(session)) == 9

    def test_an_answer_of_a_closed_query_opens_it_again_until_training_uses_it(self, session, tmp_path):
        ids = session.open_query.tolist()
        session.submit(truth(ids))
        session.step()
        assert session.next_stage is Stage.TRAIN
        assert session.labelling.undo().id == ids[-1]
        assert session.next_stage is Stage.QUERY
        assert session.open_query.tolist() == [ids[-1]]
        session.close()
        session = resume(tmp_path / "run")
        assert session.open_query.tolist() == [ids[-1]]
        session.submit(truth(ids))
        session.step()
        session.step()
        before = answered(tmp_path / "run")
        undone = session.labelling.undo()
        assert undone.action == ""
        assert undone.stale == (
            f"the training of cycle 1 has used the answer {CLASSES[ids[-1] % 3]!r} to image {ids[-1]}; taking it back "
            "would make stale that training, and every query and every accuracy after it, so nothing was changed"
        )
        assert session.labelling.sheet().undo == {"person": 0}
        assert answered(tmp_path / "run") == before
        session.close()

    def test_a_skip_that_training_used_is_stale_and_a_flag_never_is(self, session):
        session.labelling.skip(int(session.open_query[0]))
        run_to(session, 1, Stage.EVALUATE)
        session.labelling.flag(7)
        assert session.labelling.undo().action == "flag"
        assert "the training of cycle 1 has used the answer" in session.labelling.undo().stale

    def test_an_unskip_is_stale_once_candidates_were_drawn_with_it(self, session):
        best = ranked_pairs(session)[0]
        session.labelling.skip(best[0], "ada")
        run_to(session, 2, Stage.SUBSAMPLE)
        session.labelling.unskip([best[0]], "ada")
        session.step()
        assert "cycle 2 has drawn its candidates with image" in session.labelling.undo("ada").stale

    def test_while_training_runs_its_answers_are_stale(self, session):
        run_to(session, 1, Stage.TRAIN)
        seen = []
        session.step(lambda: seen.append(session.labelling.undo().stale))
        assert all("the training of cycle 1 has used the answer" in stale for stale in seen)
        assert len(seen) > 1


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
        with pytest.raises(OracleError, match=f"nobody disagrees about id {second}; answer it instead"):
            session.labelling.adjudicate(second, 0)

    def test_an_unknown_rule_is_refused(self, session):
        with pytest.raises(OracleError, match="rule 'first' is unknown; use last, majority, adjudicate"):
            session.labelling.set_rule("first")


class TestAhead:
    def test_the_next_best_pairs_are_offered_while_the_machine_works(self, session):
        pairs = ranked_pairs(session)
        run_to(session, 1, Stage.TRAIN)
        seen = []
        session.step(lambda: seen.append(session.labelling.sheet()))
        sheet = seen[-1]
        assert (sheet.kind, sheet.cycle, sheet.model_cycle) == ("ahead", 2, 0)
        assert ids_of(sheet) == pairs[2] + pairs[3]
        assert sheet.sentence == (
            "4 images to answer ahead, the next best ones by the model of the start; cycle 2 will train on the answers."
        )

    def test_answers_ahead_are_trained_on_in_the_next_cycle_and_not_drawn_again(self, session, tmp_path):
        pairs = ranked_pairs(session)
        run_to(session, 1, Stage.TRAIN)
        ahead = [*pairs[2], pairs[3][0]]
        session.step(lambda: session.labelling.submit(truth(ahead), "ada"))
        # One whole pair is answered, so one more is offered.
        assert ids_of(session.labelling.sheet()) == pairs[2] + pairs[3] + pairs[4]
        session.close()
        session = run_to(resume(tmp_path / "run"), 2, Stage.SCORE)
        assert session.pool.n_unlabelled == 60 - 10 - 3
        assert not set(ahead) & set(session.history[2].subsample.subset_ids.tolist())
        run_to(session, 2, Stage.TRAIN)
        record, select = session.history[2].query, session.history[2].select
        assert record.ids.tolist() == select.query_ids.tolist() + ahead
        assert record.labels.tolist() == [i % 3 for i in record.ids.tolist()]
        assert (record.ahead_ids.tolist(), record.ahead_model_cycle) == (ahead, 0)
        assert session.history[2].asked.ids.tolist() == select.query_ids.tolist()
        trained = session.step()
        assert (trained.n_labelled, trained.n_virtual) == (6 + 4 + 4 + 3, 2)
        session.close()

    def test_it_goes_on_with_what_the_next_cycle_has_not_drawn(self, session):
        pairs = ranked_pairs(session)
        run_to(session, 2, Stage.SCORE)
        drawn = set(session.history[2].subsample.subset_ids.tolist())
        free = [pair for pair in pairs[2:] if not drawn & set(pair)]
        assert ids_of(session.labelling.sheet()) == [i for pair in free[:2] for i in pair]

    def test_nothing_is_offered_after_the_last_query(self, session):
        run_to(session, 3, Stage.TRAIN)
        assert session.labelling.sheet().kind == "none"

    def test_an_image_skipped_ahead_is_not_drawn(self, session):
        pairs = ranked_pairs(session)
        run_to(session, 1, Stage.TRAIN)
        session.labelling.skip(pairs[2][0])
        assert ids_of(session.labelling.sheet()) == pairs[3] + pairs[4]
        run_to(session, 2, Stage.SUBSAMPLE)
        assert session.pool.set_aside_ids.tolist() == [pairs[2][0]]


class TestWorker:
    def test_a_run_goes_on_when_the_last_answer_comes_and_takes_answers_while_it_trains(self, session):
        worker, pairs = Worker.of(session), ranked_pairs(session)
        worker.run(1)
        assert worker.wait(60) is WorkerState.WAITING
        session.labelling.skip(pairs[0][0])
        assert worker.status.message == "4 images wait for an answer"
        session.labelling.submit(truth(pairs[1]))
        training, held = threading.Event(), threading.Event()

        def at_training() -> None:
            if worker.status.stage is Stage.TRAIN and worker.status.progress is not None:
                training.set()
                held.wait(20)

        forget = worker.on_change(at_training)
        session.labelling.submit(truth(pairs[2]))
        assert training.wait(60)
        # The stage stands still in the middle; an answer is taken all the same.
        sheet = session.labelling.sheet()
        assert sheet.kind == "ahead"
        forget()
        thread = threading.Thread(target=session.labelling.submit, args=(truth(ids_of(sheet)[:1]),))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        held.set()
        worker.wait(60)
        assert session.history[1].query.pair_ids.tolist() == [pairs[1], pairs[2]]
        assert session._journal.label_state().ahead_of(2) == (ids_of(sheet)[0],)
        worker.close()

    def test_a_closed_worker_ends_its_thread_and_lets_go_of_the_session(self, session):
        worker = Worker.of(session)
        worker.run()
        worker.close()
        assert not worker._thread.is_alive()
        other = Worker.of(session)
        assert other is not worker
        other.close()

    def test_a_skip_may_complete_a_query(self, session):
        worker, pairs = Worker.of(session), ranked_pairs(session)
        for pair in pairs[:8]:
            session.labelling.skip(pair[0])
        session.labelling.submit(truth(pairs[8]))
        worker.run(1)
        assert worker.wait(60) is WorkerState.WAITING
        session.labelling.skip(pairs[9][1])
        assert worker.wait(60) is WorkerState.IDLE
        assert session.history[1].query.ids.tolist() == pairs[8]
        worker.close()


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


class TestHoldout:
    def made(self, out, *, tested: bool) -> Session:
        config = small_config("lada-entmix-exact", cycles=2, data__holdout=0.3)
        return Session.create(config, out, data=small_data(tested=tested), oracle="person")

    def test_a_share_of_the_answers_is_tested_on_and_never_trained_on(self, tmp_path):
        session = self.made(tmp_path / "run", tested=False)
        run_to(session, 2, Stage.QUERY)
        session.submit(truth(session.open_query))
        session.run()
        queries = [records.query for records in session.history]
        held_out = {i for query in queries for i in query.held_out_ids.tolist()}
        assert held_out == {
            i for query in queries for i in query.ids.tolist() if is_held_out(session.config.seed, i, 0.3)
        }
        assert len(held_out) >= 2
        for records in session.history:
            known = [i for query in queries[: records.cycle + 1] for i in query.ids.tolist()]
            tested = [i for i in known if i in held_out]
            whole = [pair for pair in records.asked.pair_ids.tolist() if not held_out & set(pair)]
            assert records.train.n_labelled == records.evaluate.n_labelled == len(known) - len(tested)
            assert records.train.n_virtual == len(whole)
            assert records.evaluate.n_test == len(tested)
            if tested:
                assert records.evaluate.tested_on == "held-out answers"
        # An image that is held out is labelled all the same, and not asked again.
        assert session.pool.n_unlabelled == 60 - 14
        session.close()

    def test_it_is_refused_where_there_is_a_test_set(self, tmp_path):
        with pytest.raises(ConfigError, match=r"data.holdout is 0.3 but small has a test set.*leave data.holdout at 0"):
            self.made(tmp_path / "run", tested=True)

    def test_the_share_is_met_and_an_image_keeps_its_side(self):
        held_out = [i for i in range(10_000) if is_held_out(3, i, 0.2)]
        assert abs(len(held_out) - 2000) < 4 * 40
        assert set(held_out) <= {i for i in range(10_000) if is_held_out(3, i, 0.4)}
        assert not any(is_held_out(3, i, 0.0) for i in range(100))


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


def test_the_old_name_of_the_service_still_works_and_says_its_new_one(session):
    with pytest.warns(DeprecationWarning, match=r"Session\.desk is now called Session\.labelling"):
        assert session.desk is session.labelling
