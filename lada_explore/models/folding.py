"""Folding of batch-norm into convolutions: the same function in eval mode, with fewer passes over memory."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lada_explore.models.classifier import Classifier


def folded(classifier: Classifier, precision: torch.dtype = torch.float32) -> Classifier:
    """A frozen copy of a classifier for inference, with each batch-norm folded into the convolution before it.

    In eval mode batch-norm is an affine map of each channel, so folding is exact up to float rounding (tested: logits
    within 1e-5). The copy is in eval mode, and its weights have no gradients.

    Args:
        classifier: in eval mode.
        precision: number format of the copy's segments; its outputs are float32.

    Raises:
        ValueError: the classifier is in train mode, in which batch-norm depends on the batch.
    """
    if classifier.training:
        raise ValueError("a classifier in train mode cannot be folded; call .eval() first")
    copied = copy.deepcopy(classifier).requires_grad_(False)
    for sequence in [module for module in copied.modules() if isinstance(module, nn.Sequential)]:
        for i in range(len(sequence) - 1):
            convolution, norm = sequence[i], sequence[i + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                sequence[i] = fuse_conv_bn_eval(convolution, norm).requires_grad_(False)
                sequence[i + 1] = nn.Identity()
    copied.precision = precision
    return copied
