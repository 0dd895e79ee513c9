"""How answers reach a run, whoever gives them."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from helpers.sessions import resume, truth
from helpers.small_runs import (
    answered,
    record_bytes,
    small_config,
    small_data,
    small_session,
)

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import Stage
from lada_explore.session.session import Session


class TestAnswers:
    def person(self, out: Path, **options) -> Session:
        return Session.create(small_config(cycles=1), out, data=small_data(**options), oracle="person")

    def test_a_person_who_gives_the_truth_leaves_the_records_of_the_ground_truth(self, tmp_path):
        session = self.person(tmp_path / "person")
        while session.next_stage is not None:
            session.run()
            session.submit(truth(session.open_query), annotator="ada") if len(session.open_query) else None
        session.close()
        other = small_session(tmp_path / "truth", cycles=1)
        other.run()
        other.close()
        assert record_bytes(tmp_path / "person") == record_bytes(tmp_path / "truth")
        assert {answer[2] for answer in answered(tmp_path / "person")} == {"ada"}

    def test_the_query_waits_for_the_last_answer_and_forgets_none_over_a_restart(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        assert len(ids) == 6
        assert ids.tolist() == session.history[0].select.query_ids.tolist()
        assert session.step() is None
        session.submit(truth(ids[1:4]))
        assert session.open_query.tolist() == [ids[0], ids[4], ids[5]]
        assert session.step() is None
        session.close()
        session = resume(tmp_path / "run")
        assert session.next_stage is Stage.QUERY
        assert session.open_query.tolist() == [ids[0], ids[4], ids[5]]
        session.submit(truth(session.open_query))
        assert len(session.open_query) == 0
        assert session.step().labels.tolist() == (ids % 3).tolist()
        assert len(session.open_query) == 0
        session.close()

    def test_an_answer_may_be_corrected_while_the_query_is_open(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session.submit(dict.fromkeys(ids.tolist(), 0))
        session.submit({int(ids[2]): 1})
        assert session.step().labels.tolist() == [0, 0, 1, 0, 0, 0]
        assert len(answered(tmp_path / "run")) == 7
        session.close()

    def test_an_answer_that_does_not_fit_is_refused_with_all_that_came_with_it(self, tmp_path):
        session = self.person(tmp_path / "run")
        with pytest.raises(
            OracleError, match="no query is open, the next stage is Select of the start; step to Query first"
        ):
            session.submit({0: 0})
        session.run()
        ids = session.open_query
        other = next(i for i in range(60) if i not in ids)
        with pytest.raises(OracleError, match=f"id {other} is not in the open query; it asks for "):
            session.submit({int(ids[0]): 0, other: 0})
        with pytest.raises(OracleError, match=f"label 3 for id {ids[1]} is no class; labels run from 0 to 2"):
            session.submit({int(ids[0]): 0, int(ids[1]): 3})
        with pytest.raises(OracleError, match="label -1 for id"):
            session.submit({int(ids[0]): -1})
        assert answered(tmp_path / "run") == []
        assert session.open_query.tolist() == ids.tolist()
        session.submit(truth(ids))
        session.step()
        with pytest.raises(OracleError, match="no query is open, the next stage is Train of the start"):
            session.submit({int(ids[0]): 0})
        session.close()

    def test_a_complete_run_says_that_it_is_complete_and_opens_no_query_again(self, tmp_path):
        session = small_session(tmp_path / "run", cycles=0)
        session.run()
        with pytest.raises(OracleError, match="^no query is open, the run is complete; answer the images of another"):
            session.submit({0: 0})
        with pytest.raises(ConfigError, match="^no query can be opened again now that the run is complete$"):
            session._run.reopen_query()
        session.close()

    def test_an_answer_given_while_the_query_closes_is_refused_and_not_lost_in_the_journal(self, tmp_path, monkeypatch):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session.submit(truth(ids))
        closing, commit = threading.Event(), session.folder.commit
        late = {int(ids[0]): (int(ids[0]) + 1) % 3}

        def slowly(*args, **kwargs):
            closing.set()
            thread.join(0.2)  # It has to wait, or its answer would come after the record was made.
            commit(*args, **kwargs)

        def submit():
            closing.wait()
            try:
                session.submit(late)
            except OracleError as error:
                refused.append(str(error))

        refused, thread = [], threading.Thread(target=submit)
        monkeypatch.setattr(session.folder, "commit", slowly)
        thread.start()
        record = session.step()
        thread.join()
        assert refused == ["no query is open, the next stage is Train of the start; step to Query first"]
        assert len(answered(tmp_path / "run")) == 6
        assert record.labels.tolist() == (ids % 3).tolist()
        session.close()

    def test_images_without_labels_ask_a_person_from_the_start(self, tmp_path):
        data = small_data(labelled=False, tested=False)
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=data)
        assert session.folder.info.oracle == "person"
        while session.next_stage is not None:
            session.run()
            session.submit(truth(session.open_query)) if len(session.open_query) else None
        assert session.history[0].select.seed_ids.shape == (60,)
        found = np.bincount(session.history[0].query.labels)
        assert found.min() == 2
        assert session.history[1].evaluate.n_labelled == found.sum() + 4
        session.close()
        with pytest.raises(OracleError, match="no labels of their own; answer by yourself with --oracle person"):
            Session.create(small_config(), tmp_path / "other", data=data, oracle="ground-truth")
        assert not (tmp_path / "other").exists()

    def test_an_oracle_of_ones_own_answers_what_it_can_and_is_named_in_the_journal(self, tmp_path):
        asked = []

        class Half:
            name = "half"

            def answer(self, ids, cycle):
                asked.append(ids.tolist())
                return truth(ids[: max(1, len(ids) // 2)])

        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=Half())
        session.run()
        assert len(session.open_query) == 3
        while session.step() is None:
            pass
        assert [len(ids) for ids in asked] == [6, 3, 2, 1]
        assert {answer[2] for answer in answered(tmp_path / "run")} == {"half"}
        session.close()
        with pytest.raises(
            OracleError, match="oracle 'half' is unknown; use ground-truth, person or noisy:0.1, or an object"
        ):
            resume(tmp_path / "run")
        again = resume(tmp_path / "run", oracle=Half())
        assert again.next_stage is Stage.TRAIN
        again.close()

    @pytest.mark.parametrize(("answer", "words"), [({99: 0}, "id 99 is not in"), ({"first": 7}, "label 7 for id")])
    def test_an_oracle_that_answers_nonsense_is_stopped_before_the_journal(self, tmp_path, answer, words):
        class Wrong:
            name = "wrong"

            def answer(self, ids, cycle):
                return {int(ids[0]) if i == "first" else i: label for i, label in answer.items()}

        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=Wrong())
        session.step()
        with pytest.raises(OracleError, match=words):
            session.step()
        assert answered(tmp_path / "run") == []
        assert session.next_stage is Stage.QUERY
        session.close()

    def test_answers_in_the_journal_for_another_cycle_do_not_count(self, tmp_path):
        session = self.person(tmp_path / "run")
        session.run()
        ids = session.open_query
        session._run.journal.record(1, truth(ids), "stray")
        session._run.journal.record(0, {int(i): 0 for i in range(60) if i not in ids}, "stray")
        assert session.open_query.tolist() == ids.tolist()
        assert session.step() is None
        session.close()
