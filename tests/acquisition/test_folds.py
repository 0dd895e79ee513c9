"""Losses out of fold: who is trained on what, alignment of features by hand, and small sets of labels."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lada_explore.acquisition import Ll4al
from lada_explore.acquisition.folds import aligned, assigned_folds, means_of_maps, out_of_fold
from lada_explore.acquisition.ll4al import _virtual
from lada_explore.config import ClassifierConfig, Ll4alConfig
from lada_explore.errors import StageStopped
from lada_explore.models import ResNet

SMALL = Ll4alConfig(virtual=60, steps=30, batch_size=16, training="out_of_fold", folds=3, fold_steps=5, shared=20)


class Refits:
    """Records what each classifier is asked to be trained on; that of a fold has weights of its seed.

    It has three stages, one more than the classifier that is scored, so that the last is not also the second.
    """

    def __init__(self):
        self.calls = []

    def __call__(self, ids, labels, steps, seed):
        torch.manual_seed(seed)
        network = ResNet(ClassifierConfig(width=4, blocks=(1, 1, 1)), channels=1, n_classes=3).eval()
        self.calls.append((ids.tolist(), labels.tolist(), steps, seed, network.requires_grad_(False)))
        return network


@pytest.fixture
def refits():
    return Refits()


@pytest.fixture
def folded_preparation(preparation, refits):
    return replace(preparation, refit=refits)


@pytest.mark.parametrize(("n", "folds"), [(12, 3), (13, 5), (50, 5)])
def test_the_folds_share_the_images_and_each_class_as_evenly_as_can_be(n, folds):
    labels = np.arange(n) % 3
    assigned = assigned_folds(labels, folds, np.random.default_rng(0))
    assert np.ptp(np.bincount(assigned, minlength=folds)) <= 1
    for label in range(3):
        assert np.ptp(np.bincount(assigned[labels == label], minlength=folds)) <= 1


def test_fewer_images_than_folds_are_each_a_fold_and_a_class_of_one_image_is_in_one():
    assert sorted(assigned_folds(np.array([0, 1, 2]), 5, np.random.default_rng(0))) == [0, 1, 2]
    labels = np.array([7, 0, 0, 0, 0, 0])
    assert sorted(np.bincount(assigned_folds(labels, 3, np.random.default_rng(1)))) == [2, 2, 2]


def test_the_folds_are_drawn_by_the_generator():
    labels = np.zeros(40, dtype=np.int64)
    first, same, other = (assigned_folds(labels, 5, np.random.default_rng(seed)).tolist() for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_the_images_of_a_class_are_dealt_out_in_the_order_that_was_drawn_whatever_the_machine_sorts_by():
    labels = np.random.default_rng(0).integers(3, size=1000)
    assigned = assigned_folds(labels, 5, np.random.default_rng(3))
    drawn = np.random.default_rng(3).permutation(1000)
    by_class = np.concatenate([drawn[labels[drawn] == label] for label in range(3)])
    assert assigned[by_class].tolist() == [0, 1, 2, 3, 4] * 200


def test_each_labelled_image_has_the_loss_of_a_classifier_that_never_saw_it(folded_preparation, refits, monkeypatch):
    preparation = folded_preparation
    _, losses = out_of_fold(preparation, 3, 5, 20, np.random.default_rng(0))
    left_out = []
    for ids, labels, steps, _, network in refits.calls:
        others = np.setdiff1d(preparation.labelled_ids, ids)
        assert (len(ids), len(others), steps) == (8, 4, 5)
        assert labels == [number % 3 for number in ids]
        logits = network(preparation.images.batch(others))
        of_others = cross_entropy(logits, torch.from_numpy(others % 3), reduction="none")
        left_out += list(zip(others.tolist(), of_others, strict=True))
    assert sorted(number for number, _ in left_out) == list(range(12))
    torch.testing.assert_close(losses, torch.stack([loss for _, loss in left_out]))
    assert [seed for *_, seed, _ in refits.calls] == [preparation.seed + fold for fold in range(3)]


def test_what_it_made_of_an_image_is_given_in_the_features_of_the_classifier_that_is_scored(folded_preparation, refits):
    preparation = folded_preparation
    means, _ = out_of_fold(preparation, 3, 5, 20, np.random.default_rng(0))

    def features(network, ids):
        return means_of_maps(network.stages_from_layer(preparation.images.batch(ids), 0))

    both = preparation.unlabelled_ids[:20]
    wanted = features(preparation.classifier, both)
    expected = []
    for ids, *_, network in refits.calls:
        others = np.setdiff1d(preparation.labelled_ids, ids)
        expected.append(aligned(features(network, others), features(network, both), wanted))
    for found, of_folds in zip(means, zip(*expected, strict=True), strict=True):
        torch.testing.assert_close(found, torch.cat(of_folds), atol=1e-4, rtol=1e-4)


def test_a_classifier_with_the_same_features_is_aligned_with_itself(folded_preparation):
    preparation = replace(folded_preparation, refit=lambda *of: folded_preparation.classifier, labels=np.zeros(12, int))
    means, _ = out_of_fold(preparation, 1, 5, 48, np.random.default_rng(0))
    stages = preparation.classifier.stages_from_layer(preparation.images.batch(np.arange(12)), 0)
    for found, stage in zip(means, stages, strict=True):
        wanted = stage.mean(dim=(2, 3))
        assert found.shape == wanted.shape
        order = [int((wanted - row).abs().sum(dim=1).argmin()) for row in found]
        assert sorted(order) == list(range(12))


def test_alignment_finds_a_permutation_a_scale_and_a_shift_of_the_channels():
    torch.manual_seed(0)
    other = [torch.randn(500, 3), torch.randn(500, 2)]
    wanted = [2 * torch.stack([other[0][:, 2], other[1][:, 0]], dim=1) + 5, -other[0][:, :1]]
    seen = [torch.tensor([[0.5, -1.0, 2.0]]), torch.tensor([[1.5, 0.0]])]
    first, second = aligned(seen, other, wanted)
    torch.testing.assert_close(first, torch.tensor([[9.0, 8.0]]), atol=0.1, rtol=0)
    torch.testing.assert_close(second, torch.tensor([[-0.5]]), atol=0.05, rtol=0)


def test_alignment_shrinks_by_the_ridge_whatever_the_features_are_centred_on():
    # One feature, 10 +- 1, divided by its deviation of 1 and a thousandth: 4 / 1.001^2 is the sum of squares, and the
    # ridge is 10, so 4 / (4 + 10 * 1.001^2) of the slope is left.
    other, wanted = [torch.tensor([[11.0], [9.0], [11.0], [9.0]])], [torch.tensor([[3.0], [1.0], [3.0], [1.0]])]
    (found,) = aligned([torch.tensor([[11.0], [10.0], [7.0]])], other, wanted)
    kept = 4 / (4 + 10 * 1.001**2)
    assert found[:, 0].tolist() == pytest.approx([2 + kept, 2.0, 2 - 3 * kept], abs=1e-5)


def test_a_feature_that_is_the_same_everywhere_says_nothing():
    other, wanted = [torch.full((4, 1), 6.0)], [torch.tensor([[3.0], [1.0], [3.0], [1.0]])]
    (found,) = aligned([torch.tensor([[6.0], [8.0]])], other, wanted)
    assert found[:, 0].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("n", [2, 3])
def test_two_and_three_labelled_images_are_enough(folded_preparation, refits, n):
    preparation = replace(folded_preparation, labelled_ids=np.arange(n), labels=np.arange(n))
    acquisition = Ll4al(SMALL)
    acquisition.prepare(preparation)
    assert [len(ids) for ids, *_ in refits.calls] == [n - 1] * n
    outputs = acquisition.outputs(preparation.classifier, preparation.images.batch(np.arange(5)), 0)
    assert torch.isfinite(outputs).all()


def test_where_nothing_is_left_unlabelled_the_labelled_images_are_shared(folded_preparation):
    shared = []
    for ids in (np.empty(0, dtype=np.int64), folded_preparation.labelled_ids):
        acquisition = Ll4al(SMALL)
        acquisition.prepare(replace(folded_preparation, unlabelled_ids=ids))
        shared.append(acquisition.state_dict())
    for name, weights in shared[0].items():
        torch.testing.assert_close(weights, shared[1][name], rtol=0, atol=0)


def test_mixes_and_images_out_of_fold_count_alike_and_the_lowest_prediction_for_either_is_0(folded_preparation):
    acquisition = Ll4al(SMALL)
    acquisition.prepare(folded_preparation)
    means, losses = acquisition._examples(folded_preparation)
    assert len(losses) == 60 + 5 * 12
    rng = np.random.default_rng(folded_preparation.seed)
    _virtual(folded_preparation, 60, rng)
    unseen, honest = out_of_fold(folded_preparation, 3, 5, 20, rng)
    for mean, of_stage in zip(means, unseen, strict=True):
        torch.testing.assert_close(mean[60:], of_stage.repeat(5, 1))
    torch.testing.assert_close(losses[60:], honest.repeat(5))
    assert acquisition._trained(means).min().item() == pytest.approx(0, abs=1e-5)
    mixes, _ = Ll4al(replace(SMALL, training="mixes"))._examples(folded_preparation)
    assert torch.equal(means[0][:60], mixes[0])


@pytest.mark.parametrize(("virtual", "times"), [(5, 1), (17, 1), (19, 2)])
def test_images_out_of_fold_are_repeated_as_often_as_comes_closest_to_the_mixes_but_once_at_least(
    folded_preparation, virtual, times
):
    means, losses = Ll4al(replace(SMALL, virtual=virtual))._examples(folded_preparation)
    assert {len(losses), *map(len, means)} == {virtual + 12 * times}


def test_only_out_of_fold_trains_classifiers_and_the_seed_decides_what_is_learned(folded_preparation, refits):
    learned = []
    for seed, training in ((3, "out_of_fold"), (3, "out_of_fold"), (4, "out_of_fold"), (3, "mixes")):
        acquisition = Ll4al(replace(SMALL, training=training))
        acquisition.prepare(replace(folded_preparation, seed=seed))
        learned.append(acquisition.state_dict()["last.weight"])
    assert torch.equal(learned[0], learned[1])
    assert not torch.allclose(learned[0], learned[2])
    assert not torch.allclose(learned[0], learned[3])
    assert len(refits.calls) == 9


def test_what_was_learned_out_of_fold_is_taken_over_and_nothing_is_trained_then(folded_preparation, refits):
    first, second = Ll4al(SMALL), Ll4al(SMALL)
    first.prepare(folded_preparation)
    calls = len(refits.calls)
    second.prepare(replace(folded_preparation, saved=first.state_dict()))
    batch = folded_preparation.images.batch(np.arange(20))
    assert torch.equal(*(a.outputs(folded_preparation.classifier, batch, 0) for a in (first, second)))
    assert len(refits.calls) == calls


def test_a_preparation_can_stop_after_each_pass(folded_preparation):
    points = []
    stop = replace(folded_preparation, tick=lambda done, total, unit: points.append((done, total, unit)))
    out_of_fold(stop, 3, 5, 20, np.random.default_rng(0))
    # Passes of 5 images: 20 shared ones take 4, by the classifier and by that of each fold; 4 left out take 1.
    of_folds = [(done, 3, "folds") for fold in range(3) for done in [fold] * 5 + [fold + 1]]
    assert points == [(0, 3, "folds")] * 4 + of_folds


@pytest.mark.parametrize("training", ["mixes", "out_of_fold"])
def test_the_mixes_of_the_baseline_are_no_virtual_instances_and_are_not_called_so(folded_preparation, training):
    units = []
    told = replace(folded_preparation, tick=lambda done, total, unit: units.append(unit))
    Ll4al(replace(SMALL, training=training)).prepare(told)
    folds = [] if training == "mixes" else ["folds"]
    assert list(dict.fromkeys(units)) == ["mixes of labelled images", *folds, "steps of the loss module"]


def test_a_preparation_stops_between_folds(folded_preparation, refits):
    def tick(done, total, unit):
        if (done, unit) == (2, "folds"):
            raise StageStopped("stopped")

    with pytest.raises(StageStopped):
        Ll4al(SMALL).prepare(replace(folded_preparation, tick=tick))
    assert len(refits.calls) == 2
