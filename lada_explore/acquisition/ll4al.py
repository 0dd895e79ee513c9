"""LL4AL: query images for which a loss-prediction module expects a large loss of the classifier."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lada_explore.acquisition.folds import means_of_maps, out_of_fold, seen_by
from lada_explore.acquisition.protocol import Preparation
from lada_explore.config import Ll4alConfig, Ll4alTraining
from lada_explore.functional import mix
from lada_explore.models import Classifier, LossPrediction, ranking_loss


class Ll4al:
    """The classifier's loss, predicted by a loss-prediction module from the outputs of the classifier's stages.

    With MIXES and OUT_OF_FOLD the module is trained from scratch in each cycle, to rank the losses of the frozen
    classifier, so that TRAIN is the same for all methods. The classifier has almost no loss on the labelled images
    themselves, because it was trained on them. The module is therefore trained on random mixes of two labelled images;
    the label of a mix is drawn with the mixing coefficients as probabilities. OUT_OF_FOLD adds the labelled images as
    classifiers see them that were trained without them, with these classifiers' losses; see `folds.out_of_fold`.

    With JOINT, as Yoo and Kweon have it, the module is trained in TRAIN, together with the classifier and by the losses
    that it has meanwhile; SCORE takes the module as TRAIN has left it.

    A ranking does not fix the offset of the predictions: it is chosen so that the smallest prediction is 0 among what
    the module was trained on, with JOINT among the labelled images as the trained classifier sees them.

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
        """Train the module, take over what TRAIN has trained, or load what SCORE of this cycle has saved."""
        with context.runtime.seeded(context.seed):
            module = LossPrediction(context.classifier.stage_widths, self._config.hidden)
            module.to(context.runtime.device)
            if context.saved is not None:
                module.load_state_dict(dict(context.saved))
            elif self._config.training is Ll4alTraining.JOINT:
                _take_over(module, context)
            else:
                self._train(module, context)
        self._module = module.eval().requires_grad_(False)

    def state_dict(self) -> dict[str, Tensor]:
        """Weights of the module."""
        return self._trained.state_dict()

    def new_companion(self, classifier: Classifier) -> LossPrediction | None:
        """The module, if TRAIN is to train it."""
        if self._config.training is not Ll4alTraining.JOINT:
            return None
        return LossPrediction(classifier.stage_widths, self._config.hidden)

    def companion_loss(self, companion: nn.Module, stages: list[Tensor], losses: Tensor, done: float) -> Tensor:
        """Lambda times the ranking loss of the module's predictions for a batch.

        Args:
            companion: the module.
            stages: (B, D_s, H_s, W_s) output of each stage; they get a gradient until `cut_after` of the epochs.
            losses: (B,) cross-entropies of the batch.
            done: share of the epochs that are over.

        Source: Yoo and Kweon (CVPR 2019), Equations 1 and 2.
        """
        cut = done >= self._config.cut_after
        means = [(stage.detach() if cut else stage).mean(dim=(2, 3)) for stage in stages]
        return self._config.weight * ranking_loss(companion(means), losses, self._config.margin)

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """(B, 1) predicted losses of hidden states (B, D, H, W) after `mix_layer`, which must be at most 2."""
        predicted: Tensor = self._trained(means_of_maps(classifier.stages_from_layer(hidden, mix_layer)))
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
        _set_offset(module, means)

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


def _take_over(module: LossPrediction, context: Preparation) -> None:
    """Give the module the weights that TRAIN has given the companion, and its own offset."""
    assert context.companion is not None, "there is no module that TRAIN has trained"
    module.load_state_dict(context.companion.state_dict())
    ids, n = context.labelled_ids, len(context.labelled_ids)
    means, _ = seen_by(context, context.classifier, ids, lambda: context.tick(0, n, "labelled images"))
    _set_offset(module, means)


@torch.no_grad()
def _set_offset(module: LossPrediction, means: list[Tensor]) -> None:
    """Choose the offset of the predictions so that the smallest for mean feature maps (B, D_s) is 0."""
    lowest: Tensor = module(means).min()
    module.last.bias.sub_(lowest)


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
        stage, logits = context.classifier.stages_and_logits(mixed, 0)
        parts.append(means_of_maps(stage))
        losses.append(cross_entropy(logits, torch.from_numpy(labels[part]).to(logits.device), reduction="none"))
        context.tick(min(start + context.chunk, n), n, "mixes of labelled images")
    return [torch.cat(means) for means in zip(*parts, strict=True)], torch.cat(losses)
