"""Mathematics that several methods share, as pure functions of tensors."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def entropy_bits(log_probs: Tensor) -> Tensor:
    """Shannon entropy of class predictions, in bits: the max-entropy acquisition.

    Args:
        log_probs: (..., C) float32 or float64, from log_softmax; natural logarithms.

    Returns:
        (...) values in [0, log2(C)]. The gradient is finite even if a class has probability 0 or 1, because p log p is
        computed from the log-probabilities.

    Raises:
        TypeError: the input is in half precision, which loses the small probabilities that decide tau.

    Source: LADA (NeurIPS 2021), max-entropy acquisition; bits as in the paper's figures.
    """
    if log_probs.dtype not in (torch.float32, torch.float64):
        raise TypeError(f"log_probs must be float32 or float64, got {log_probs.dtype}; cast before log_softmax")
    # A probability that underflows to 0 has log-probability -inf, and -inf * 0 would be NaN instead of 0. The floor is
    # a quarter of the smallest number, because the gradient divides it by log 2.
    floor = torch.finfo(log_probs.dtype).min / 4
    return -(log_probs.exp() * log_probs.clamp_min(floor)).sum(dim=-1) / math.log(2.0)


Mix = Callable[[Tensor, Tensor, Tensor | float], Tensor]
"""Virtual states of pairs: states of x_i and x'_i (B, ...), and lam as in `mix`."""


def mix(first: Tensor, second: Tensor, lam: Tensor | float) -> Tensor:
    """Mixup of images, hidden states or targets: lam * first + (1 - lam) * second.

    Args:
        first: (B, ...) states of x_i.
        second: (B, ...) states of x'_i.
        lam: mixing coefficients in [0, 1]: (B,), one for each row, or one number for all rows.

    Returns:
        (B, ...) mixed states; lam = 1 gives `first`.

    Source: manifold mixup (Verma et al., ICML 2019), mixup (Zhang et al., ICLR 2018).
    """
    if isinstance(lam, float):
        # One pass over memory instead of three: LOOK_AHEAD spends its time here and in the classifier.
        return torch.lerp(second, first, lam)
    weight = lam.to(first.dtype).reshape(-1, *[1] * (first.dim() - 1))
    return weight * first + (1 - weight) * second


def soft_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy against soft targets, in nats.

    Args:
        logits: (B, C).
        targets: (B, C) probabilities; each row sums to 1.

    Returns:
        Scalar loss in nats.
    """
    return -(targets * torch.log_softmax(logits, dim=-1)).sum(dim=-1).mean()


def affine_transform(images: Tensor, theta: Tensor, fill: Tensor) -> Tensor:
    """Transform each image by its own affine transform, with bilinear sampling.

    The pixel at (x, y) of the result is taken from (t1 x + t2 y + t3, t4 x + t5 y + t6) of the original. Coordinates
    run from -1 to 1 between the edges of the image.

    Args:
        images: (B, D, H, W).
        theta: (B, 6) t1 to t6.
        fill: (D,) value of each channel outside of the original.

    Returns:
        (B, D, H, W), differentiable in images and theta.

    Source: Jaderberg et al., Spatial Transformer Networks (NeurIPS 2015), Equations 1 and 5.
    """
    size = [len(images), *images.shape[1:]]
    grid = torch.nn.functional.affine_grid(theta.reshape(-1, 2, 3), size, align_corners=False)
    outside = fill.reshape(1, -1, 1, 1)
    # grid_sample takes zero outside of the image, and sampling is linear: subtract the fill before, add it after.
    sampled = torch.nn.functional.grid_sample(
        images - outside, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )
    return sampled + outside
