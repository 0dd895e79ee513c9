"""Losses of labelled images that a classifier has not been trained on: one classifier for each fold of the images."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.acquisition.protocol import Preparation
from lada_explore.models import Classifier
from lada_explore.records import IntArray

RIDGE = 10.0
"""Weight of the squared coefficients, of standardised features, in `aligned`. 300 gave the same on six classifiers of
the demo."""


def assigned_folds(labels: IntArray, folds: int, rng: np.random.Generator) -> IntArray:
    """(L,) fold of each labelled image, at random; each class and all images are spread as evenly as can be.

    Args:
        labels: (L,) class of each image.
        folds: number of folds; L if that is smaller.
        rng: draws the assignment.
    """
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    assigned = np.empty(len(labels), dtype=np.int64)
    assigned[order] = np.arange(len(labels)) % min(folds, len(labels))
    return assigned


def out_of_fold(
    context: Preparation, folds: int, steps: int, shared: int, rng: np.random.Generator
) -> tuple[list[Tensor], Tensor]:
    """What classifiers that never saw them make of the labelled images, in the features of the one that is scored.

    Args:
        context: the labelled images, and how to train a classifier on some of them.
        folds: number of folds; a classifier is trained from new weights without each.
        steps: steps of its training.
        shared: number of unlabelled images by which its features are aligned with those of the classifier.
        rng: assigns the folds.

    Returns:
        Mean feature maps (L, D_s) of each stage, and cross-entropies (L,) in nats, fold after fold.
    """
    assert context.refit is not None, "there is nothing to train the classifiers of the folds with"
    known, labels = context.labelled_ids, context.labels
    both = context.unlabelled_ids[:shared] if len(context.unlabelled_ids) else known
    assigned = assigned_folds(labels, folds, rng)
    n_folds, means, losses = int(assigned.max()) + 1, [], []
    wanted, _ = seen_by(context, context.classifier, both, lambda: context.tick(0, n_folds, "folds"))
    for fold in range(n_folds):
        tick = partial(context.tick, fold, n_folds, "folds")
        left_out = assigned == fold
        other = context.refit(known[~left_out], labels[~left_out], steps, context.seed + fold)
        seen, logits = seen_by(context, other, known[left_out], tick)
        answers = torch.from_numpy(labels[left_out]).to(seen[-1].device)
        losses.append(cross_entropy(logits, answers, reduction="none"))
        means.append(aligned(seen, seen_by(context, other, both, tick)[0], wanted))
        context.tick(fold + 1, n_folds, "folds")
    return [torch.cat(of_stage) for of_stage in zip(*means, strict=True)], torch.cat(losses)


def aligned(seen: list[Tensor], other: list[Tensor], wanted: list[Tensor]) -> list[Tensor]:
    """Features of one network as another would have them, by ridge regression from all stages to each.

    Two networks that were trained apart do not have the same features on their channels, so what is learned from the
    features of one means nothing for the other.

    Args:
        seen: (L', D_s) features of each stage of the first network.
        other: (U, D_s) features of the same network, of images that both have seen.
        wanted: (U, D_s) features of the second network, of these images.
    """
    source, target = (torch.cat(features, dim=1).double() for features in (other, wanted))
    centre, scale = source.mean(dim=0), source.std(dim=0, correction=0) + 1e-3
    source = (source - centre) / scale
    penalty = RIDGE * torch.eye(source.shape[1], dtype=source.dtype, device=source.device)
    middle = target.mean(dim=0)
    weights = torch.linalg.solve(source.T @ source + penalty, source.T @ (target - middle))
    found = (torch.cat(seen, dim=1).double() - centre) / scale @ weights + middle
    return list(found.float().split([features.shape[1] for features in wanted], dim=1))


@torch.no_grad()
def seen_by(
    context: Preparation, classifier: Classifier, ids: IntArray, tick: Callable[[], None]
) -> tuple[list[Tensor], Tensor]:
    """Mean feature maps (B, D_s) of each stage and logits (B, C) of these images, by passes of a chunk.

    Calls `tick` after each pass, so that a stop need not wait for all.
    """
    parts, logits = [], []
    for start in range(0, len(ids), context.chunk):
        stages, of_chunk = classifier.stages_and_logits(context.images.batch(ids[start : start + context.chunk]), 0)
        parts.append(means_of_maps(stages))
        logits.append(of_chunk)
        tick()
    return means_of(parts), torch.cat(logits)


def means_of(parts: list[list[Tensor]]) -> list[Tensor]:
    """Mean feature maps (B, D_s) of each stage, joined from those of the passes."""
    return [torch.cat(of_stage) for of_stage in zip(*parts, strict=True)]


def means_of_maps(stages: list[Tensor]) -> list[Tensor]:
    """Mean feature map (B, D_s) of each stage, of its outputs (B, D_s, H_s, W_s)."""
    return [stage.mean(dim=(2, 3)) for stage in stages]
