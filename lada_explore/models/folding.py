"""Folding of batch-norm into convolutions: the same function in eval mode, with fewer passes over memory."""

from __future__ import annotations

import copy
from collections import Counter
from itertools import pairwise
from typing import cast

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lada_explore.models.batch_norm import BatchNorm
from lada_explore.models.classifier import Classifier

_NORMS = (nn.BatchNorm2d, BatchNorm)


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
    copies: dict[int, object] = {}
    # A sequence with a forward of its own, a subclass with more than one thing to do, or a part that others use too may
    # do something else with the two.
    sequences = [module for module in classifier.modules() if type(module).forward is nn.Sequential.forward]
    uses = Counter(id(child) for module in classifier.modules() for child in module.children())
    for sequence in sequences:
        for convolution, norm in pairwise(cast(nn.Sequential, sequence)):
            alone = uses[id(convolution)] == uses[id(norm)] == 1
            if alone and type(convolution) is nn.Conv2d and type(norm) in _NORMS and norm.track_running_stats:
                copies |= {
                    id(convolution): fuse_conv_bn_eval(convolution, cast(nn.BatchNorm2d, norm)),
                    id(norm): nn.Identity(),
                }
    # What deepcopy finds in its memo it takes for a copy made already.
    copied = copy.deepcopy(classifier, copies).requires_grad_(False)
    copied.precision = precision
    return copied
