"""What an answer would change, against refitting by hand, by another way of minimising the same loss."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.on_features import features_of, frozen_session
from helpers.small_runs import small_data, small_session

from lada_explore.analysis.answer_changes import answer_changes, apply_layer, fit_layer, scaled_features, why_no_refit
from lada_explore.analysis.predictions import entropy_bits, softmax
from lada_explore.errors import ConfigError


def newton(features, labels, n_classes, penalty=1.0):
    """The minimum by Newton's method on the whole Hessian, from zeros."""
    inputs = np.column_stack([features, np.ones(len(features))])
    weights = np.zeros((inputs.shape[1], n_classes))
    truth = np.eye(n_classes)[labels]
    for _ in range(60):
        probabilities = softmax(inputs @ weights)[0]
        slope = (inputs.T @ (probabilities - truth) + penalty * weights).ravel()
        bend = np.einsum("lc,cd->lcd", probabilities, np.eye(n_classes)) - np.einsum(
            "lc,ld->lcd", probabilities, probabilities
        )
        hessian = np.einsum("lf,lcd,lg->fcgd", inputs, bend, inputs).reshape(len(slope), len(slope))
        weights = weights - np.linalg.solve(hessian + penalty * np.eye(len(slope)), slope).reshape(weights.shape)
    return weights


def history_of(session):
    session.run()
    session.close()
    return session.history


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    out = tmp_path_factory.mktemp("answers") / "run"
    return history_of(small_session(out, "lada-entmix", cycles=2, data__holdout=0.0))


@pytest.fixture(scope="module", params=[0, 8], ids=["linear", "mlp"])
def frozen_history(request, tmp_path_factory):
    """Of a run that trains a head on frozen features: one layer, or one behind a hidden one of 8."""
    out = tmp_path_factory.mktemp("answers") / "frozen"
    return history_of(frozen_session(out, cycles=2, head__hidden=request.param))


def test_the_layer_is_at_the_one_minimum_from_wherever_it_begins():
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(12, 3)), np.arange(12) % 3
    by_hand = newton(features, labels, 4)  # one of the classes has no image
    assert fit_layer(features, labels, 4) == pytest.approx(by_hand, abs=1e-4)
    assert fit_layer(features, labels, 4, start=rng.normal(size=(4, 4))) == pytest.approx(by_hand, abs=1e-4)


def test_one_image_and_two_classes_have_a_minimum_in_closed_form():
    """With only a bias, b and -b: the slope of the loss is -1/(1 + exp(2b)) + b = 0."""
    weights = fit_layer(np.zeros((1, 1)), np.array([0]), 2)
    bias = weights[1, 0]
    assert bias == pytest.approx(1 / (1 + np.exp(2 * bias)), abs=1e-5)
    assert weights[1, 1] == pytest.approx(-bias, abs=1e-5)
    assert weights[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("place", [0, 3])
def test_equals_refitting_by_hand(history, place):
    assert_refitted_by_hand(history, place)


@pytest.mark.parametrize("place", [0, 3])
def test_of_a_head_on_frozen_features_too_equals_refitting_by_hand(frozen_history, place):
    assert_refitted_by_hand(frozen_history, place)


def test_a_linear_head_is_fitted_to_the_frozen_features_themselves(tmp_path):
    last = history_of(frozen_session(tmp_path / "run", cycles=2))[2]
    own = features_of(len(small_data().train))[last.subsample.subset_ids, :-1]  # the last one never changes
    scaled = (own - own.mean(axis=0)) / own.std(axis=0)
    assert scaled_features(last.score)[0][:, :-1] == pytest.approx(scaled, abs=5e-3)  # recorded as float16


def assert_refitted_by_hand(history, place):
    records = history[2]
    image = int(records.query.ids[place])
    found = answer_changes(history, 2, image)
    ids = records.subsample.subset_ids.tolist()
    candidates = records.score.features.astype(np.float64)
    mean, std = candidates.mean(0), candidates.std(0)
    std[std == 0] = 1
    labelled = (records.score.labelled_features - mean) / std
    labels = np.concatenate([one.query.labels for one in history[:2]])
    others = [row for row, i in enumerate(ids) if i != image]
    row = ids.index(image)
    scaled = (candidates - mean) / std

    def predicted(features, answers):
        return apply_layer(newton(features, answers, 3), scaled[others])

    before = predicted(labelled, labels)
    assert (found.n_labelled, found.n_candidates) == (len(labels), len(ids) - 1)
    assert found.entropy == pytest.approx(entropy_bits(before).mean(), abs=1e-4)
    assert found.agreement == pytest.approx(np.mean(before.argmax(1) == records.score.predicted[others]))
    assert sorted(one.label for one in found.answers) == [0, 1, 2]
    for one in found.answers:
        after = predicted(np.vstack([labelled, scaled[row]]), np.append(labels, one.label))
        changed = [ids[other] for other, a, b in zip(others, before.argmax(1), after.argmax(1), strict=True) if a != b]
        assert one.changed_ids.tolist() == changed
        assert one.entropy_fall == pytest.approx(entropy_bits(before).mean() - entropy_bits(after).mean(), abs=1e-4)
        assert one.probability == pytest.approx(softmax(records.score.logits[row])[0][one.label])
    assert found.left_out == pytest.approx(0, abs=1e-6)
    assert found.expected_change == pytest.approx(sum(one.probability * len(one.changed_ids) for one in found.answers))
    assert max(len(one.changed_ids) for one in found.answers) > 0


def test_held_out_images_do_not_count(history):
    held = history[0].query.ids[:1]
    start = history[0].including(dataclasses.replace(history[0].query, held_out_ids=held), 0.0)
    image = int(history[2].query.ids[0])
    assert (
        answer_changes([start, *history[1:]], 2, image).n_labelled == answer_changes(history, 2, image).n_labelled - 1
    )


def test_it_ends_when_it_is_not_wanted_any_more(history):
    found = answer_changes(history, 2, int(history[2].query.ids[0]), wanted=lambda: False)
    assert found.answers == ()
    assert found.left_out == 1


def test_what_the_records_do_not_hold_is_said_in_one_sentence(history):
    image = int(history[2].query.ids[0])
    bare = dataclasses.replace(history[2].score, features=history[2].score.features[:0])
    assert why_no_refit(history, 2, image) == ""
    assert "made with `keep=queried`" in why_no_refit([*history[:2], history[2].including(bare, 0.0)], 2, image)
    old = dataclasses.replace(history[2].score, labelled_features=history[2].score.labelled_features[:0])
    assert "no features of the labelled" in why_no_refit([*history[:2], history[2].including(old, 0.0)], 2, image)
    assert "before there is a classifier" in why_no_refit(history, 0, image)
    assert why_no_refit(history, 9, image) == "This run has no cycle 9 so far."
    with pytest.raises(ConfigError, match=r"Image 99 is no candidate of cycle 2; choose one that it asked about\."):
        answer_changes(history, 2, 99)


def test_a_penalty_and_features_that_cannot_be_are_refused():
    with pytest.raises(ConfigError, match="the penalty is 0; it must be above 0"):
        fit_layer(np.zeros((1, 1)), np.array([0]), 2, penalty=0)
    with pytest.raises(ConfigError, match="not finite"):
        fit_layer(np.full((1, 1), np.nan), np.array([0]), 2)
