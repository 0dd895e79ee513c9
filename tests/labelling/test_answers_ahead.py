"""Answers that are given while the machine works, and a worker that goes on with them."""

from __future__ import annotations

import threading

from helpers.asked import ids_of, ranked_pairs, run_to
from helpers.sessions import resume, truth

from lada_explore.records import Stage
from lada_explore.session.worker import Worker, WorkerState


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
            "4 images to answer ahead, the next best of the model of the start; cycle 2 trains on them."
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
        assert session._run.journal.label_state().ahead_of(2) == (ids_of(sheet)[0],)
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
