"""Variation ratio, margin and BALD against closed forms and numbers worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lada_explore.acquisition import Bald, Margin, VarRatio
from lada_explore.config import BaldConfig
from lada_explore.errors import ConfigError


def logits_of(*probabilities):
    return torch.log(torch.tensor(probabilities))


def test_the_variation_ratio_is_one_minus_the_largest_probability():
    assert VarRatio().score(torch.zeros(1, 8)).item() == pytest.approx(7 / 8)
    assert VarRatio().score(logits_of([0.5, 0.3, 0.2], [0.1, 0.1, 0.8])).tolist() == pytest.approx([0.5, 0.2])


def test_the_margin_score_is_1_at_a_tie_and_0_where_one_class_is_certain():
    scores = Margin().score(logits_of([0.4, 0.4, 0.2], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8]))
    assert scores.tolist() == pytest.approx([1.0, 0.8, 0.3])
    assert Margin().score(torch.tensor([[100.0, 0.0]])).item() == pytest.approx(0.0)


@pytest.mark.parametrize("acquisition", [VarRatio(), Margin()])
@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_any_layer_gives_the_score_of_the_image(acquisition, mix_layer, tiny_classifier, tiny_images):
    batch = tiny_images.batch(torch.arange(9))
    outputs = acquisition.outputs(tiny_classifier, tiny_classifier.to_layer(batch, mix_layer), mix_layer)
    torch.testing.assert_close(outputs, tiny_classifier(batch))
    ranked = np.sort(torch.softmax(tiny_classifier(batch), dim=1).numpy(), axis=1)
    expected = 1 - ranked[:, -1] if isinstance(acquisition, VarRatio) else 1 - (ranked[:, -1] - ranked[:, -2])
    assert acquisition.score(outputs).numpy() == pytest.approx(expected, abs=1e-6)


class TestBald:
    @staticmethod
    def of(*per_mask):
        """BALD of one image with these probabilities under each mask."""
        bald = Bald(BaldConfig(masks=len(per_mask)))
        return bald.score(logits_of(*per_mask).reshape(1, -1)).item()

    def test_two_masks_that_are_sure_of_two_classes_give_one_bit(self):
        certain = 1 - 1e-7
        assert self.of([certain, 1e-7], [1e-7, certain]) == pytest.approx(1.0, abs=1e-4)

    def test_masks_that_agree_give_nothing_however_uncertain_they_are(self):
        assert self.of([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]) == pytest.approx(0.0, abs=1e-6)
        assert self.of([0.9, 0.1], [0.9, 0.1]) == pytest.approx(0.0, abs=1e-6)

    def test_by_hand(self):
        # H(0.7, 0.3) = 0.881291 bits; H(0.9, 0.1) = 0.468996 and H(0.5, 0.5) = 1.
        assert self.of([0.9, 0.1], [0.5, 0.5]) == pytest.approx(0.881291 - (0.468996 + 1) / 2, abs=1e-5)

    def test_the_outputs_are_the_logits_of_masked_features(self, preparation, tiny_classifier, tiny_images):
        bald = Bald(BaldConfig(dropout=0.25, masks=40))
        bald.prepare(preparation)
        batch = tiny_images.batch(torch.arange(6))
        outputs = bald.outputs(tiny_classifier, batch, 0).reshape(6, 40, 3)
        head, features = tiny_classifier.head, tiny_classifier.features_from_layer(batch, 0)
        masks = bald._masks
        assert masks.unique().tolist() == pytest.approx([0, 4 / 3])
        assert (masks > 0).float().mean().item() == pytest.approx(0.75, abs=0.08)
        for t in (0, 17, 39):
            torch.testing.assert_close(outputs[:, t], head(features * masks[t]))

    def test_the_masks_are_those_of_the_seed_and_every_state_meets_the_same_ones(self, preparation, tiny_images):
        scores = []
        for seed in (3, 3, 4):
            bald = Bald(BaldConfig())
            bald.prepare(replace(preparation, seed=seed))
            batch = tiny_images.batch(torch.arange(8))
            whole = bald.score(bald.outputs(preparation.classifier, batch, 0))
            parts = [bald.score(bald.outputs(preparation.classifier, part, 0)) for part in batch.split(3)]
            torch.testing.assert_close(torch.cat(parts), whole)
            scores.append(whole.tolist())
        assert scores[0] == scores[1]
        assert scores[0] != scores[2]
        assert min(scores[0]) >= -1e-6

    def test_a_gradient_reaches_the_hidden_states(self, preparation, tiny_classifier, tiny_images):
        bald = Bald(BaldConfig())
        bald.prepare(preparation)
        hidden = tiny_classifier.to_layer(tiny_images.batch(torch.arange(4)), 1).requires_grad_(True)
        before = bald.score(bald.outputs(tiny_classifier, hidden, 1))
        (gradient,) = torch.autograd.grad(before.sum(), hidden)
        after = bald.score(bald.outputs(tiny_classifier, hidden + 1e-3 * gradient / gradient.norm(), 1))
        assert (after - before).sum().item() == pytest.approx(1e-3 * gradient.norm().item(), rel=0.2)

    def test_a_dropout_that_keeps_all_or_nothing_is_refused(self):
        for dropout in (0, 1):
            with pytest.raises(ConfigError, match=rf"bald.dropout is {dropout}; it must lie between 0 and 1"):
                BaldConfig(dropout=dropout)
        with pytest.raises(ConfigError, match=r"bald.masks is 1; it must be at least 2"):
            BaldConfig(masks=1)
