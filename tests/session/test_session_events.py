"""What listeners hear of a session."""

from __future__ import annotations

from helpers.sessions import resume
from helpers.small_runs import (
    small_session,
    stage_order,
)

from lada_explore.events import Progress, QueryOpened, StageFinished, StageStarted


class TestEvents:
    def test_each_stage_starts_progresses_and_finishes_in_order(self, tmp_path):
        session, events = small_session(tmp_path / "run", cycles=1), []
        forget = session.subscribe(events.append)
        session.run()
        stages = iter(stage_order(1))
        i = 0
        while i < len(events):
            cycle, stage = next(stages)
            assert isinstance(events[i], StageStarted)
            i += 1
            last = {}
            while isinstance(events[i], Progress):
                assert last.get(events[i].unit, 0) <= events[i].done <= events[i].total
                last[events[i].unit] = events[i].done if events[i].done < events[i].total else 0
                assert (events[i].cycle, events[i].stage) == (cycle, stage)
                i += 1
            assert not any(last.values()), f"{stage} did not come to its end"
            assert isinstance(events[i], StageFinished)
            assert (events[i].cycle, events[i].stage, events[i].record.stage) == (cycle, stage, stage)
            assert events[i].seconds > 0
            assert events[i].storing_s > 0
            i += 1
        assert next(stages, None) is None
        forget()
        heard = len(events)
        session.close()
        assert len(events) == heard

    def test_a_finished_stage_is_on_disk_and_in_the_history_when_it_is_told(self, tmp_path):
        session, seen = small_session(tmp_path / "run", cycles=0), []

        def look(event):
            if isinstance(event, StageFinished):
                there = session.folder.stage_folder(event.cycle, event.stage).is_dir()
                seen.append(there and session.history[-1].get(event.stage) is event.record)

        session.subscribe(look)
        session.run()
        session.close()
        assert seen == [True] * 4

    def test_an_open_query_is_told_with_its_ids(self, tmp_path):
        session, events = small_session(tmp_path / "run", cycles=0), []
        session.close()
        session = resume(tmp_path / "run", oracle="person")
        session.subscribe(events.append)
        session.run()
        assert isinstance(events[-1], QueryOpened)
        assert events[-1].ids.tolist() == session.history[0].select.query_ids.tolist()
        session.close()
