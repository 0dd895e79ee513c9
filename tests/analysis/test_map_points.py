"""The points of the map, on the records of a fake session."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession, make_image

from lada_explore.analysis import Kind, map_points
from lada_explore.analysis.map_points import cycle_of_map
from lada_explore.analysis.predictions import entropy_bits
from lada_explore.beta import instance_lam
from lada_explore.errors import ConfigError


def history(cycles: int = 4, **settings):
    return FakeSession(cycles=8, **settings).run(cycles)


def test_candidates_come_first_then_the_images_labelled_earlier_with_cycle_0_in_their_order():
    records = history()
    points = map_points(records, 2)
    assert points.ids[:40].tolist() == records[2].subsample.subset_ids.tolist()
    assert points.ids[40:].tolist() == [*records[0].query.ids.tolist(), *records[1].query.ids.tolist()]
    assert (points.kind[40:] == Kind.LABELLED).all()
    assert points.acquired_cycle[40:].tolist() == [0] * 20 + [1] * 6
    np.testing.assert_array_equal(points.features[:40], records[2].score.features)
    np.testing.assert_array_equal(points.features[40:], records[2].score.labelled_features)


def test_the_acquired_are_the_candidates_that_were_queried_in_this_cycle():
    records = history()
    points = map_points(records, 2)
    acquired = points.kind == Kind.ACQUIRED
    assert set(points.ids[acquired].tolist()) == set(records[2].select.query_ids.tolist())
    assert (points.acquired_cycle[acquired] == 2).all()
    assert (points.acquired_cycle[points.kind == Kind.CANDIDATE] == -1).all()
    assert points.query_ids.tolist() == records[2].select.query_ids.tolist()


def test_the_entropies_of_a_map_are_the_recorded_scores_and_those_of_the_logits():
    records = history()
    points = map_points(records, 3)
    np.testing.assert_allclose(points.entropy_bits[:40], records[3].score.scores, rtol=1e-5)
    np.testing.assert_array_equal(
        points.entropy_bits[40:], entropy_bits(records[3].score.labelled_logits).astype(np.float32)
    )


def test_a_run_recorded_without_the_logits_of_labelled_images_has_a_map_that_does_not_know_their_entropy():
    records = history()
    score = replace(records[2].score, labelled_logits=np.empty((0, 0), np.float32))
    points = map_points([*records[:2], replace(records[2], score=score)], 2)
    whole = map_points(records, 2)
    assert np.isnan(points.entropy_bits[40:]).all()
    assert np.isnan(points.top_probabilities[40:]).all()
    assert (points.predicted[40:] == -1).all()
    assert (points.top_classes[40:] == -1).all()
    assert (points.correct[40:] == -1).all()
    np.testing.assert_array_equal(points.entropy_bits[:40], whole.entropy_bits[:40])
    assert (whole.predicted[40:] >= 0).all()


def test_top_three_classes_come_with_their_probabilities_most_probable_first():
    records = history()
    logits = np.tile(np.log(np.array([0.05, 0.2, 0.5, 0.25], np.float32)), (40, 1))
    score = replace(records[1].score, logits=logits, labelled_logits=logits[:20, ::-1])
    points = map_points([records[0], replace(records[1], score=score)], 1)
    assert points.top_classes[0].tolist() == [2, 3, 1]
    assert points.top_probabilities[0] == pytest.approx([0.5, 0.25, 0.2])
    assert points.top_classes[-1].tolist() == [1, 0, 2]
    assert (points.predicted[40:] == 1).all()


def test_two_classes_have_two_most_probable_ones():
    records = history()
    logits = np.tile(np.array([0.0, 1.0], np.float32), (40, 1))
    score = replace(records[1].score, logits=logits, labelled_logits=logits[:20])
    points = map_points([records[0], replace(records[1], score=score)], 1)
    assert points.top_classes[0].tolist() == [1, 0]
    assert points.top_classes.shape == (60, 2)


def test_the_true_class_is_the_data_sets_own_or_the_label_given_and_minus_one_where_unknown():
    records = history()
    unknown = replace(records[1].subsample, targets=np.full(40, -1))
    points = map_points([records[0], replace(records[1], subsample=unknown)], 1)
    answers = dict(zip(records[1].query.ids.tolist(), records[1].query.labels.tolist(), strict=True))
    answered = np.isin(points.ids[:40], list(answers))
    assert 0 < answered.sum() == len(answers)
    assert points.target[:40].tolist() == [answers.get(i, -1) for i in points.ids[:40].tolist()]
    assert points.target[40:].tolist() == records[0].query.labels.tolist()
    assert (points.correct[:40] >= 0).tolist() == answered.tolist()
    assert points.given.tolist() == [*answered.tolist(), *[True] * len(points.ids[40:])]
    assert (points.told, map_points(records, 1).told) == (False, True)
    assert not map_points(records, 1).given[:40].any()


def test_correct_compares_the_prediction_with_the_true_class_or_the_label_given():
    records = history()
    points = map_points(records, 1)
    expected = (records[1].score.predicted == records[1].subsample.targets).astype(int)
    assert points.correct[:40].tolist() == expected.tolist()
    right = records[1].score.labelled_logits.argmax(axis=1) == records[0].query.labels
    assert points.correct[40:].tolist() == right.astype(int).tolist()
    assert 0 < expected.sum() < 40


def test_partners_are_those_of_the_candidate_pairs():
    records = history()
    points = map_points(records, 1)
    partner = dict(zip(points.ids.tolist(), points.partner.tolist(), strict=True))
    for first, second in records[1].subsample.pair_ids.tolist():
        assert (partner[first], partner[second]) == (second, first)
    assert (points.partner[40:] == -1).all()


def test_virtual_instances_come_with_their_pairs_maximum_and_average():
    records = history()
    points, ahead = map_points(records, 2).virtual, records[2].look_ahead
    assert points.pair_ids.tolist() == records[2].select.pair_ids.tolist()
    pairs = records[2].subsample.pair_ids.tolist()
    rows = [pairs.index(pair) for pair in points.pair_ids.tolist()]
    np.testing.assert_array_equal(points.max_instance, ahead.max_instance[rows])
    np.testing.assert_array_equal(points.mean_virtual, ahead.mean_virtual[rows])
    np.testing.assert_array_equal(
        points.entropy_bits, entropy_bits(records[2].select.virtual_logits).astype(np.float32)
    )
    np.testing.assert_array_equal(points.features, records[2].select.virtual_features)
    assert points.unit == "bits"


def test_in_an_older_record_the_instances_are_the_same_for_every_pair_and_their_maximum_is_read_off_the_profile():
    records = history()
    even = np.linspace(0.125, 0.875, 10, dtype=np.float32)
    older = replace(
        records[2],
        select=replace(records[2].select, virtual_lam=even),
        look_ahead=replace(records[2].look_ahead, max_instance=np.empty(0, np.float32)),
    )
    now, before = (map_points([*records[:2], last], 2).virtual for last in (records[2], older))
    assert before.lam.tolist() == [even.tolist()] * len(before.pair_ids)
    np.testing.assert_array_equal(before.max_instance, now.max_instance)
    assert (now.follow_tau, before.follow_tau) == (True, False)
    np.testing.assert_array_equal(now.lam, instance_lam(now.tau))


def test_virtual_instances_kept_for_the_best_pairs_only_are_those_of_the_best_pairs():
    records = history()
    select = records[1].select
    fewer = replace(select, virtual_features=select.virtual_features[:2], virtual_logits=select.virtual_logits[:2])
    virtual = map_points([records[0], replace(records[1], select=fewer)], 1).virtual
    assert virtual.pair_ids.tolist() == select.pair_ids[:2].tolist()
    assert virtual.tau.tolist() == select.pair_tau[:2].tolist()


def test_pixels_are_those_of_each_id():
    points = map_points(history(), 3)
    for place in (0, 39, 40, len(points.ids) - 1):
        np.testing.assert_array_equal(points.images[place], make_image(int(points.ids[place])))


def test_a_method_without_pairs_has_acquired_images_and_no_virtual_ones():
    points = map_points(history(method="max-entropy"), 1)
    assert (points.kind == Kind.ACQUIRED).sum() == 6
    assert points.virtual.features.shape == (0, 0, 16)
    assert (points.partner == -1).all()


def test_before_the_selection_all_candidates_are_just_candidates():
    records = history()
    points = map_points([records[0], replace(records[1], select=None, query=None)], 1)
    assert points.reason == ""
    assert set(points.kind.tolist()) == {Kind.CANDIDATE, Kind.LABELLED}
    assert len(points.virtual.pair_ids) == 0
    assert len(points.query_ids) == 0


def test_the_start_an_unscored_cycle_and_a_lean_record_give_their_reason():
    records = history()
    assert "before there is a classifier" in map_points(records, 0).reason
    assert map_points(records, 7).reason == "This run has no cycle 7 so far."
    unscored = [records[0], replace(records[1], score=None, look_ahead=None, select=None, query=None)]
    assert map_points(unscored, 1).reason.startswith("Cycle 1 has not scored its candidates yet")
    lean = replace(records[1].score, features=records[1].score.features[:0])
    points = map_points([records[0], replace(records[1], score=lean)], 1)
    assert 'keep="candidates"' in points.reason
    assert len(points.ids) == 0


def test_the_map_follows_the_latest_scored_cycle():
    records = history()
    assert cycle_of_map(records) == 3
    assert cycle_of_map([records[0], records[1], replace(records[2], score=None)]) == 1
    assert cycle_of_map(records[:1]) == 0


def test_records_of_two_runs_in_one_folder_are_refused():
    records = history()
    with pytest.raises(ConfigError, match="features of 26 labelled images, but the cycles before it labelled 20"):
        map_points([records[0], records[2]], 2)


def test_of_very_many_labelled_images_the_latest_are_on_the_map(monkeypatch):
    records = history()
    monkeypatch.setattr(sys.modules[map_points.__module__], "MAX_LABELLED", 10)
    points = map_points(records, 2)
    assert points.n_left_out == 16
    expected = [*records[0].query.ids.tolist(), *records[1].query.ids.tolist()][-10:]
    assert points.ids[40:].tolist() == expected
    np.testing.assert_array_equal(points.features[40:], records[2].score.labelled_features[-10:])
    np.testing.assert_array_equal(points.images[-1], make_image(expected[-1]))
    assert map_points(records, 1).n_left_out == 10
