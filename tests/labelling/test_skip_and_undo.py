"""What takes the place of a skipped image, and what can be taken back until when."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.asked import actions, ids_of, ranked_pairs, run_to
from helpers.sessions import resume, truth
from helpers.small_runs import CLASSES, answered, copied

from lada_explore.errors import OracleError
from lada_explore.records import Stage
from lada_explore.store import Journal


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
        with pytest.raises(OracleError, match=rf"id {best[1]} is not skipped; the skipped ids are \[{best[0]}\]"):
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
        assert session._run.journal.label_state().label(best[1], 2) == 2
        assert best[1] not in ids_of(session.labelling.sheet())

    def test_a_query_whose_candidates_run_out_ends_smaller_and_says_so(self, session):
        pairs = ranked_pairs(session)
        for pair in pairs[:9]:
            session.labelling.skip(pair[0])
        sheet = session.labelling.sheet()
        assert ids_of(sheet) == pairs[9]
        assert sheet.sentence == (
            "Cycle 1 asks about 2 images, chosen by the model of the start; 2 fewer than planned, because no candidate "
            "is left to replace skipped ones."
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
        result = [session.labelling.undo("ada") for _ in range(2)]
        assert [(u.action, u.id, u.label) for u in result] == [("flag", second[0], -1), ("skip", best[1], -1)]
        assert ids_of(session.labelling.sheet()) == best + second
        assert session.labelling.sheet().images[0].answers == {"ben": 2, "ada": 0}
        result = session.labelling.undo("ada")
        assert (result.action, result.label, result.stale) == ("label", 0, "")
        assert session.labelling.sheet().images[0].answers == {"ada": 1, "ben": 2}
        session.labelling.undo("ada")
        assert session.labelling.undo("ada").action == ""
        assert session.labelling.sheet().images[0].answers == {"ben": 2}
        # Nothing was ever removed: five actions and four undos.
        assert len(actions(session)) == 9

    def test_an_answer_of_a_closed_query_opens_it_again_until_training_uses_it(self, session, tmp_path):
        ids = session.open_query.tolist()
        session.submit(truth(ids[:-1]))
        session.submit(truth(ids[-1:]))
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
        result = session.labelling.undo()
        assert result.action == ""
        assert result.stale == (
            f"the training of cycle 1 has used the answer {CLASSES[ids[-1] % 3]!r} to image {ids[-1]}; taking it back "
            "would make stale that training, and every query and every accuracy after it, so nothing was changed"
        )
        assert session.labelling.sheet().undo == {"person": 0}
        assert answered(tmp_path / "run") == before
        session.close()

    def test_images_answered_at_once_are_taken_back_at_once_also_after_reopening(self, session, tmp_path):
        best, second = ranked_pairs(session)[:2]
        session.labelling.submit({best[0]: 1}, "ada")
        session.labelling.submit(dict.fromkeys([*second, best[0]], 2), "ada")
        assert session.labelling.sheet().undo["ada"] == 2
        session.close()
        session = resume(tmp_path / "run")
        assert session.labelling.sheet().undo["ada"] == 2
        result = session.labelling.undo("ada")
        assert (result.id, result.label, result.ids) == (second[0], 2, (*second, best[0]))
        assert [line[:2] for line in actions(session)[-3:]] == [("undo", i) for i in (*second, best[0])]
        assert session.labelling.sheet().images[0].answers == {"ada": 1}
        assert session.open_query.tolist() == [best[1], *second]
        session.close()
        session = resume(tmp_path / "run")
        assert session.labelling.undo("ada").ids == (best[0],)
        assert "ada" not in session.labelling.sheet().undo
        session.close()

    def test_images_answered_at_once_are_one_transaction(self, session, monkeypatch):
        ids = session.open_query.tolist()
        written = []
        write = Journal._write
        monkeypatch.setattr(
            Journal, "_write", lambda self, rows, end: (written.append(len(rows)), write(self, rows, end))
        )
        session.labelling.submit(truth(ids), "ada")
        session.labelling.undo("ada")
        assert written == [4, 4]
        with pytest.raises(OracleError, match="label 99"):
            session.labelling.submit({ids[0]: 1, ids[1]: 99}, "ada")
        assert written == [4, 4]

    def test_answers_given_at_once_of_which_a_training_has_used_one_are_stale_together(self, session):
        ids = session.open_query.tolist()
        session.labelling.submit(truth(ids), "ada")
        session.labelling.skip(ids[3], "ada")
        run_to(session, 1, Stage.EVALUATE)
        session.labelling.flag(7, annotator="ada")
        assert session.labelling.sheet().undo["ada"] == 1
        session.labelling.undo("ada")
        assert "the training of cycle 1 has used" in session.labelling.undo("ada").stale
        assert session.labelling.sheet().undo["ada"] == 0

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
