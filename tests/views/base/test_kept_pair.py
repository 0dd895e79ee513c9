"""A pair is chosen at the start, and a change of cycle keeps its rank."""

from __future__ import annotations

import gc
import weakref

from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle
from helpers.pair_views import recorded
from helpers.waiting import until

from lada_explore.analysis import best_first, pair_terms
from lada_explore.session.worker import Worker
from lada_explore.views import Explorer, PairMixer, ScoreLedger, Selection
from lada_explore.views.base.kept_pair import keep_pair


def ranked(session, cycle):
    """Pairs of a cycle, best first."""
    records = session.history[cycle]
    rows = best_first(pair_terms(records).sum(axis=1))
    return [tuple(pair) for pair in records.subsample.pair_ids[rows].tolist()]


def chosen(session):
    selection = Selection()
    keep_pair(session.worker, selection)
    return selection


def test_the_best_pair_is_chosen_at_the_start_and_no_image_marked():
    selection = Selection()
    ledger = ScoreLedger(recorded(pair_cycle()), selection)
    assert (selection.selected.pair, selection.selected.ids) == ((40, 41), ())
    assert ledger.state["selected"] == 3  # its row


def test_a_change_of_cycle_keeps_the_rank_and_what_is_marked_besides():
    session = FakeSession()
    session.run(3)
    selection = chosen(session)
    assert selection.selected.pair == ranked(session, 2)[0]
    selection.choose_pair(*ranked(session, 2)[4])
    selection.show_cycle(1)
    assert selection.selected.pair == selection.selected.ids == ranked(session, 1)[4]
    selection.mark([7])
    selection.show_cycle(2)
    assert (selection.selected.pair, selection.selected.ids) == (ranked(session, 2)[4], (7,))
    selection.show_cycle(0)  # without pairs
    selection.show_cycle(1)
    assert selection.selected.pair == ranked(session, 1)[4]


def test_the_marks_of_a_pair_follow_it_also_when_its_second_image_was_looked_at():
    session = FakeSession()
    session.run(3)
    selection = chosen(session)
    first, second = ranked(session, 2)[4]
    selection.choose_pair(first, second, looked_at=second)
    assert (selection.selected.pair, selection.selected.ids) == ((first, second), (second, first))
    selection.show_cycle(1)
    assert selection.selected.pair == selection.selected.ids == ranked(session, 1)[4]


def test_a_pair_that_a_person_chose_stays_though_it_is_no_candidate():
    session = FakeSession()
    session.run(3)
    selection = chosen(session)
    selection.choose_pair(1, 2)
    assert selection.selected.pair == (1, 2)
    selection.show_cycle(1)
    assert selection.selected.pair == ranked(session, 1)[0]


def test_the_pair_follows_a_live_run_to_its_next_cycle():
    session = FakeSession(cycles=2)
    explorer = Explorer(session)
    assert explorer.selection.selected.pair is None
    Worker.of(session).run()
    Worker.of(session).wait(30)
    until(lambda: explorer.selection.selected.pair == ranked(session, 2)[0])
    explorer.close()


def test_a_run_does_not_keep_a_selection_alive():
    session = FakeSession()
    session.run(2)
    selection = chosen(session)
    PairMixer(session, selection).close()
    gone = weakref.ref(selection)
    del selection
    gc.collect()
    assert gone() is None
    session.close()


def test_others_are_told_of_another_cycle_once_when_its_pair_is_chosen():
    session = FakeSession()
    session.run(3)
    selection, told = Selection(), []
    selection.on_change(lambda: told.append(selection.selected))
    keep_pair(session.worker, selection)
    told.clear()
    selection.show_cycle(1)
    assert [(one.cycle, one.pair) for one in told] == [(1, ranked(session, 1)[0])]
