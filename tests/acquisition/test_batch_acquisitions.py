"""CoreSet and BADGE against a direct small computation."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from lada_explore.acquisition import Badge, CoreSet, Margin, capabilities_of
from lada_explore.config import Method
from lada_explore.errors import ConfigError
from lada_explore.stages.progress import no_tick


def choose(acquisition, outputs, budget, seed=0, tick=no_tick):
    return acquisition.choose(torch.as_tensor(outputs, dtype=torch.float32), budget, seed=seed, tick=tick).tolist()


class TestCoreSet:
    @staticmethod
    def around(*centres):
        acquisition = CoreSet()
        acquisition._centres = torch.tensor(centres, dtype=torch.float32)
        return acquisition

    def test_by_hand_on_a_line(self):
        # Labelled at 0. Distances 1, 4, 10, 6: first 10; then 1, 4, 0, 4, the earlier of the two; then 1, 0, 0, 2.
        assert choose(self.around([0.0]), [[1.0], [4.0], [10.0], [6.0]], 3) == [2, 1, 3]

    def test_it_is_the_greedy_k_centre_of_algorithm_1(self, rng):
        labelled, candidates = rng.normal(size=(7, 5)), rng.normal(size=(60, 5))
        centres, expected = list(labelled), []
        for _ in range(20):
            distance = [min(np.linalg.norm(point - centre) for centre in centres) for point in candidates]
            expected.append(int(np.argmax(distance)))
            centres.append(candidates[expected[-1]])
        assert choose(self.around(*labelled.tolist()), candidates, 20) == expected

    def test_the_score_is_the_distance_to_the_nearest_labelled_image(self, preparation, tiny_classifier, tiny_images):
        acquisition, points = CoreSet(), []
        acquisition.prepare(replace(preparation, tick=lambda *point: points.append(point)))
        outputs = acquisition.outputs(tiny_classifier, tiny_images.batch(np.arange(20)), 0)
        known = tiny_classifier.features_from_layer(tiny_images.batch(np.arange(12)), 0).numpy()
        expected = [min(np.linalg.norm(row - other) for other in known) for row in outputs.numpy()]
        assert acquisition.score(outputs).numpy() == pytest.approx(expected, abs=1e-3)
        assert acquisition.score(outputs)[:12].numpy() == pytest.approx(np.zeros(12), abs=1e-3)
        assert points == [(5, 12, "labelled images"), (10, 12, "labelled images"), (12, 12, "labelled images")]

    def test_duplicates_are_chosen_once_each(self):
        assert sorted(choose(self.around([0.0]), [[1.0], [1.0], [1.0]], 3)) == [0, 1, 2]


class TestBadge:
    @staticmethod
    def with_classes(n_classes):
        acquisition = Badge()
        acquisition.prepare(SimpleNamespace(classifier=SimpleNamespace(n_classes=n_classes)))
        return acquisition

    def test_the_score_is_the_length_of_the_last_layers_gradient(self, preparation, tiny_classifier, tiny_images):
        acquisition = Badge()
        acquisition.prepare(preparation)
        batch = tiny_images.batch(np.arange(5))
        outputs = acquisition.outputs(tiny_classifier, batch, 0)
        features = tiny_classifier.features_from_layer(batch, 0)
        for row in range(5):
            weight = tiny_classifier.head.weight.clone().requires_grad_(True)
            logits = nn.functional.linear(features[row : row + 1], weight, tiny_classifier.head.bias)
            loss = nn.functional.cross_entropy(logits, logits.argmax(dim=1))
            (gradient,) = torch.autograd.grad(loss, weight)
            assert acquisition.score(outputs)[row].item() == pytest.approx(gradient.norm().item(), rel=1e-4)

    def test_it_draws_by_squared_distances_of_gradients_written_out(self, rng):
        n_classes, n = 3, 30
        outputs = np.concatenate([rng.normal(size=(n, n_classes)), rng.exponential(size=(n, 4))], axis=1)
        outputs = outputs.astype(np.float32)
        probabilities = torch.softmax(torch.from_numpy(outputs[:, :3]).double(), dim=1).numpy()
        error = probabilities - np.eye(3)[probabilities.argmax(axis=1)]
        gradients = (error[:, :, None] * outputs[:, None, 3:].astype(np.float64)).reshape(n, -1)
        draw, expected = np.random.default_rng(5), [int(np.linalg.norm(gradients, axis=1).argmax())]
        while len(expected) < 8:
            squared = ((gradients[:, None] - gradients[expected]) ** 2).sum(axis=2).min(axis=1)
            expected.append(int(draw.choice(n, p=squared / squared.sum())))
        assert choose(self.with_classes(3), outputs, 8, seed=5) == expected

    def test_two_clusters_are_both_asked_about_although_one_has_all_the_highest_scores(self):
        # Cluster one is torn between the first two classes, cluster two between the last two, with shorter features.
        torn, other = [4.0, 4.0, 0.0, 0.0, 10.0, 0.0], [0.0, 0.0, 4.0, 4.0, 0.0, 9.0]
        outputs = np.array([torn] * 10 + [other] * 10)
        acquisition = self.with_classes(4)
        scores = acquisition.score(torch.tensor(outputs))
        assert (scores[:10] > scores[10:].max()).all()
        for seed in range(5):
            first, second = choose(acquisition, outputs, 2, seed=seed)
            assert (first, second >= 10) == (0, True)

    def test_duplicates_are_chosen_once_each(self):
        outputs = np.tile([1.0, 0.0, 2.0], (4, 1))
        assert sorted(choose(self.with_classes(2), outputs, 4)) == [0, 1, 2, 3]

    def test_only_the_ratios_of_the_distances_count_however_short_the_gradients_are(self, rng):
        outputs, acquisition = rng.normal(size=(40, 6)), self.with_classes(3)
        shorter = np.concatenate([outputs[:, :3], outputs[:, 3:] * 2.0**-10], axis=1)
        assert choose(acquisition, shorter, 8) == choose(acquisition, outputs, 8)

    def test_another_seed_draws_others(self, rng):
        outputs, acquisition = rng.normal(size=(40, 6)), self.with_classes(3)
        drawn = [choose(acquisition, outputs, 6, seed=seed) for seed in (1, 1, 2)]
        assert drawn[0] == drawn[1]
        assert drawn[0] != drawn[2]


def test_progress_counts_the_images_chosen(rng):
    points = []
    acquisition = TestCoreSet.around([0.0, 0.0])
    choose(acquisition, rng.normal(size=(9, 2)), 3, tick=lambda *point: points.append(point))
    assert points == [(1, 3, "images chosen"), (2, 3, "images chosen"), (3, 3, "images chosen")]
    points.clear()
    choose(TestBadge.with_classes(3), rng.normal(size=(9, 6)), 3, tick=lambda *point: points.append(point))
    assert points == [(2, 3, "images chosen"), (3, 3, "images chosen")]  # the first is that of the highest score


def test_acquisitions_that_choose_sets_declare_it_and_refuse_to_look_ahead():
    assert capabilities_of(CoreSet()).chooses_set
    assert capabilities_of(Badge()).chooses_set
    assert not capabilities_of(Margin()).chooses_set
    for name in ("coreset", "badge"):
        with pytest.raises(
            ConfigError, match=rf"cannot look ahead with '{name}', which chooses a set .* use it without"
        ):
            Method(name="m", acquisition=name, augmentation="manifold_mixup", policy="learned", look_ahead=True)
