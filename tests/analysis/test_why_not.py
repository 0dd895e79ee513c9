"""Where an image stood in each cycle, held against the records, candidate by candidate."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.asked import run_to
from helpers.pair_records import QUERY, pair_cycle
from helpers.small_runs import small_config, small_data, small_session

from lada_explore.analysis.why_not import Outcome, row_of_pair, why_not
from lada_explore.errors import ConfigError
from lada_explore.records import QueryRecord, SelectRule, Stage
from lada_explore.session.session import Session

N = 60


def history_of(tmp_path, method, cycles=3):
    session = small_session(tmp_path / "run", method, cycles=cycles)
    session.run()
    session.close()
    return session.history


def ranking(records):
    """Candidates best first as plain lists: pairs or single images, with their scores."""
    candidates = records.subsample.pair_ids.tolist() or [[i] for i in records.subsample.subset_ids.tolist()]
    scores = records.select.scores.tolist()
    return sorted(zip(candidates, scores, strict=True), key=lambda entry: -entry[1])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["lada-entmix", "max-entropy", "coreset"])
def test_agrees_with_the_records_for_every_candidate_of_three_cycles(tmp_path, method):
    history = history_of(tmp_path, method)
    labelled_in = {i: records.cycle for records in history for i in records.query.ids.tolist()}
    places = {i: why_not(history, i, pool_size=N) for i in range(N)}
    n_candidates = 0
    for records in history[1:]:
        order = ranking(records)
        asked = records.query.ids.tolist()
        own = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
        ranks = {i: rank for rank, (ids, _) in enumerate(order, 1) for i in ids}
        totals = {i: total for ids, total in order for i in ids}
        partner = {i: j for i, j in records.subsample.pair_ids.tolist()}
        partner |= {j: i for i, j in partner.items()}
        last = min(totals[i] for i in asked)
        for i in range(N):
            place = places[i][records.cycle]
            if i not in own:
                before = labelled_in.get(i, 99) < records.cycle
                assert place.outcome is (Outcome.LABELLED if before else Outcome.NOT_DRAWN)
                assert place.since == (labelled_in[i] if before else None)
                assert (place.drawn, place.score, place.rank, place.lacked) == (False, None, None, None)
                continue
            n_candidates += 1
            assert (place.drawn, place.score, place.total) == (True, own[i], totals[i])
            assert place.partner == partner.get(i)
            assert (place.outcome is Outcome.CHOSEN) == (i in asked)
            together = records.select.rule is SelectRule.SET
            assert place.rank == (None if together else ranks[i])
            assert place.n_ranked == (0 if together else len(order))
            if i in asked:
                per_place = 2 if partner else 1
                assert (place.place, place.lacked) == (1 + asked.index(i) // per_place, None)
            else:
                assert place.outcome is Outcome.NOT_CHOSEN
                assert place.lacked == (None if together else last - totals[i])
            if place.terms is not None:
                assert sum(place.terms) == pytest.approx(place.total, abs=1e-5)
    assert n_candidates == 3 * 20


def test_the_start_tells_those_it_asked_from_the_others(tmp_path):
    history = history_of(tmp_path, "random", cycles=0)
    asked = history[0].query.ids.tolist()
    outcome = [why_not(history, i)[0].outcome for i in range(N)]
    assert [i for i in range(N) if outcome[i] is Outcome.CHOSEN] == sorted(asked)
    assert {outcome[i] for i in range(N) if i not in asked} == {Outcome.START}
    assert [why_not(history, i)[0].place for i in asked] == list(range(1, len(asked) + 1))


def test_the_terms_of_a_pair_and_what_it_lacked_worked_out_by_hand():
    (chosen,) = why_not([pair_cycle()], 41)
    assert (chosen.outcome, chosen.place, chosen.rank, chosen.n_ranked, chosen.partner) == ("chosen", 1, 1, 4, 40)
    assert chosen.terms == pytest.approx((1.7, 1.6, 1.325))
    (missed,) = why_not([pair_cycle()], 10)
    assert (missed.outcome, missed.rank, missed.place) == ("not chosen", 3, None)
    assert missed.total == pytest.approx(1.55 + 1.0 + 1.6375)
    assert missed.lacked == pytest.approx(4.475 - 4.1875)  # the second pair is the last that is asked about


def test_a_skip_lets_the_next_pair_in_and_what_others_lacked_is_held_against_that_one():
    records = pair_cycle()
    skipped = QueryRecord(
        cycle=1,
        ids=np.array([20, 21, 10, 11]),
        labels=np.zeros(4, np.int64),
        pair_ids=np.array([[20, 21], [10, 11]]),
        pair_tau=np.ones(2, np.float32),
        skipped_ids=np.array([40]),
    )
    history = [records.including(skipped, 0.0)]
    assert QUERY[:2] == [40, 41]
    assert why_not(history, 40)[0].outcome is Outcome.SKIPPED
    assert why_not(history, 41)[0].outcome is Outcome.PARTNER_SKIPPED
    assert (why_not(history, 11)[0].outcome, why_not(history, 11)[0].place) == (Outcome.CHOSEN, 2)
    assert why_not(history, 30)[0].lacked == pytest.approx(4.1875 - 2.875)


def test_before_it_is_decided_there_is_no_rank():
    records = pair_cycle()
    scored = type(records)(cycle=1, subsample=records.subsample, score=records.score)
    (place,) = why_not([scored], 20)
    assert (place.outcome, place.drawn, place.rank, place.total) == (Outcome.UNDECIDED, True, None, None)
    assert place.score == pytest.approx(float(records.score.scores[2]))


@pytest.mark.slow
def test_a_skipped_image_is_set_aside_and_one_answered_ahead_says_so(tmp_path):
    session = Session.create(
        small_config("max-entropy", cycles=2), tmp_path / "run", data=small_data(), oracle="person"
    )
    run_to(session, 1, Stage.QUERY)
    session.labelling.skip([int(session.open_query[0])], "person")
    skipped = sorted(set(session.history[1].select.query_ids.tolist()) - set(session.open_query.tolist()))
    given = next(
        i for i in range(N) if i not in session.history[1].subsample.subset_ids and not _is_labelled(session, i)
    )
    session.labelling.give({given: given % 3}, "person")
    run_to(session, 2, Stage.TRAIN)
    history = session.history
    session.close()
    (one,) = skipped
    places = why_not(history, one, pool_size=N)
    assert [place.outcome for place in places[1:]] == [Outcome.SKIPPED, Outcome.SET_ASIDE]
    assert places[2].since == 1
    outcome = [place.outcome for place in why_not(history, given)]
    assert Outcome.GIVEN in outcome


def _is_labelled(session, image_id):
    return bool(np.isin(image_id, session.pool.labelled_ids))


def test_an_image_that_was_added_later_is_not_there_before():
    history = [pair_cycle(cycle=1), pair_cycle(cycle=2)]
    places = why_not(history, 99, there_from=2)
    assert [(place.outcome, place.since) for place in places] == [(Outcome.NOT_THERE, 2), (Outcome.NOT_DRAWN, None)]


def test_an_id_that_no_image_has_is_refused():
    with pytest.raises(ConfigError, match="there is no image 60; ids run from 0 to 59"):
        why_not([pair_cycle()], 60, pool_size=60)
    with pytest.raises(ConfigError, match="there is no image -1; ids run from 0 upwards"):
        why_not([pair_cycle()], -1)
    with pytest.raises(ConfigError, match="image 5 is in no candidate pair"):
        row_of_pair(np.array([[1, 2]]), 5)
