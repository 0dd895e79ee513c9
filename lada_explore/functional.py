"""The mathematics that every method shares, as pure functions of tensors."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def entropy_bits(log_probs: Tensor) -> Tensor:
    """Shannon entropy of class predictions, in bits: the max-entropy acquisition.

    Args:
        log_probs: (..., C) float32 or float64, from log_softmax; natural logarithms.

    Returns:
        (...) values in [0, log2(C)]. The gradient is finite where a class is certain, because p log p is taken
        from the log-probabilities.

    Raises:
        TypeError: half precision, which loses the tail that drives tau.

    Source: LADA (NeurIPS 2021), max-entropy acquisition; bits as in the paper's figures.
    """
    if log_probs.dtype not in (torch.float32, torch.float64):
        raise TypeError(f"log_probs must be float32 or float64, got {log_probs.dtype}; cast before log_softmax")
    # -inf * 0 would be NaN: a probability that underflows to 0 carries no entropy. A quarter of the smallest number,
    # because the gradient divides it by log 2.
    floor = torch.finfo(log_probs.dtype).min / 4
    return -(log_probs.exp() * log_probs.clamp_min(floor)).sum(dim=-1) / math.log(2.0)


def mix(first: Tensor, second: Tensor, lam: Tensor) -> Tensor:
    """Lam * first + (1 - lam) * second, one lam for each row: mixup of images, hidden states or targets.

    Args:
        first: (B, ...) states of x_i.
        second: (B, ...) states of x'_i.
        lam: (B,) mixing coefficients in [0, 1].

    Returns:
        (B, ...) virtual states; lam = 1 gives `first`.

    Source: manifold mixup (Verma et al., ICML 2019), mixup (Zhang et al., ICLR 2018).
    """
    weight = lam.to(first.dtype).reshape(-1, *[1] * (first.dim() - 1))
    return weight * first + (1 - weight) * second


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy against soft targets, in nats.

    Args:
        logits: (B, C).
        targets: (B, C) probabilities, rows sum to 1.

    Returns:
        scalar.
    """
    return -(targets * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


def affine_transform(images: Tensor, theta: Tensor, fill: Tensor) -> Tensor:
    """Each image sampled bilinearly on the grid of its own affine transform.

    A pixel at (x, y) of the result, both from -1 to 1 over the image's edges, is taken from
    (t1 x + t2 y + t3, t4 x + t5 y + t6) of the original.

    Args:
        images: (B, D, H, W).
        theta: (B, 6) t1 to t6.
        fill: (D,) value outside of an image.

    Returns:
        (B, D, H, W), differentiable in images and theta.

    Source: Jaderberg et al., Spatial Transformer Networks (NeurIPS 2015), Equations 1 and 5.
    """
    size = [len(images), *images.shape[1:]]
    grid = torch.nn.functional.affine_grid(theta.reshape(-1, 2, 3), size, align_corners=False)
    outside = fill.reshape(1, -1, 1, 1)
    # Sampling is linear, and what lies outside counts as zero: so make the fill zero, and put it back.
    sampled = torch.nn.functional.grid_sample(
        images - outside, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return sampled + outside
