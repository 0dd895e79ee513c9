"""LL4AL: query images for which a loss-prediction module expects a large loss of the classifier."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.acquisition.folds import out_of_fold, stage_means
from lada_explore.acquisition.protocol import Preparation
from lada_explore.config import Ll4alConfig, Ll4alTraining
from lada_explore.functional import mix
from lada_explore.models import Classifier, LossPrediction, ranking_loss


class Ll4al:
    """The classifier's loss, predicted by a loss-prediction module from the outputs of the classifier's stages.

    The module is trained from scratch in each cycle, to rank the losses of the frozen classifier, so that TRAIN is the
    same for all methods. The classifier has almost no loss on the labelled images themselves, because it was trained on
    them. The module is therefore trained on random mixes of two labelled images; the label of a mix is drawn with the
    mixing coefficients as probabilities. OUT_OF_FOLD adds the labelled images as classifiers see them that were trained
    without them, with these classifiers' losses; see `folds.out_of_fold`. A ranking does not fix the offset of the
    predictions: it is chosen so that the smallest prediction in training is 0.

    Args:
        config: the module and its training.

    Source: LADA, supplement, section D, Equation 7 and Figure 4b; Yoo and Kweon, "Learning Loss for Active Learning"
    (CVPR 2019).
    """

    unit = "predicted loss"

    def __init__(self, config: Ll4alConfig) -> None:
        self._config = config
        self._module: LossPrediction | None = None

    def prepare(self, context: Preparation) -> None:
        """Train the module, or load it if it was trained in SCORE of this cycle."""
        with context.runtime.seeded(context.seed):
            module = LossPrediction(context.classifier.stage_widths, self._config.hidden)
            module.to(context.runtime.device)
            if context.saved is not None:
                module.load_state_dict(dict(context.saved))
            else:
                self._train(module, context)
        self._module = module.eval().requires_grad_(False)

    def state_dict(self) -> dict[str, Tensor]:
        """Weights of the module."""
        return self._trained.state_dict()

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, 1) predicted losses of hidden states (B, D, H, W) after `mix_layer`, which must be at most 2."""
        predicted: Tensor = self._trained(stage_means(classifier, hidden, mix_layer))
        return predicted[:, None]

    def score(self, outputs: Tensor) -> Tensor:
        """(B,) predicted losses, the outputs (B, 1) themselves."""
        return outputs.squeeze(1)

    @property
    def _trained(self) -> LossPrediction:
        assert self._module is not None, "call prepare first"
        return self._module

    def _train(self, module: LossPrediction, context: Preparation) -> None:
        config = self._config
        means, losses = self._examples(context)
        optimiser = torch.optim.Adam(module.parameters(), lr=config.learning_rate)
        for step in range(config.steps):
            rows = torch.randperm(len(losses))[: config.batch_size].to(losses.device)
            loss = ranking_loss(module([mean[rows] for mean in means]), losses[rows], config.margin)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            context.tick(step + 1, config.steps, "steps of the loss module")
        with torch.no_grad():
            lowest: Tensor = module(means).min()
            module.last.bias.sub_(lowest)

    def _examples(self, context: Preparation) -> tuple[list[Tensor], Tensor]:
        """What the module learns from: mean feature maps (V, D_s) of each stage, and losses (V,) in nats."""
        config, rng = self._config, np.random.default_rng(context.seed)
        means, losses = _virtual(context, config.virtual, rng)
        if config.training is Ll4alTraining.MIXES:
            return means, losses
        unseen, honest = out_of_fold(context, config.folds, config.fold_steps, config.shared, rng)
        # Repeated, so that both kinds of examples count alike.
        times = max(1, round(config.virtual / len(honest)))
        means = [torch.cat([mean, other.repeat(times, 1)]) for mean, other in zip(means, unseen, strict=True)]
        return means, torch.cat([losses, honest.repeat(times)])


@torch.no_grad()
def _virtual(context: Preparation, n: int, rng: np.random.Generator) -> tuple[list[Tensor], Tensor]:
    """Mean feature maps (n, D_s) of each stage and cross-entropies (n,) in nats, of mixed labelled images."""
    parts, losses = [], []
    first, second = rng.integers(len(context.labels), size=(2, n))
    lam = rng.random(n, dtype=np.float32)
    labels = context.labels[np.where(rng.random(n) < lam, first, second)]
    for start in range(0, n, context.chunk):
        part = slice(start, start + context.chunk)
        one, other = (context.images.batch(context.labelled_ids[rows[part]]) for rows in (first, second))
        mixed = mix(one, other, torch.from_numpy(lam[part]).to(one.device))
        parts.append(stage_means(context.classifier, mixed, 0))
        logits = context.classifier.head(parts[-1][-1])
        losses.append(cross_entropy(logits, torch.from_numpy(labels[part]).to(logits.device), reduction="none"))
        context.tick(min(start + context.chunk, n), n, "virtual images")
    return [torch.cat(means) for means in zip(*parts, strict=True)], torch.cat(losses)
