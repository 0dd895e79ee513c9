"""Batch-norm that can be trained on a batch with a single value a channel."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import batch_norm


class BatchNorm(nn.BatchNorm2d):
    """Batch-norm; a batch of one image with maps of one pixel is normalised by the running statistics.

    Such a batch has no variance, and torch refuses it in train mode. It can be the one virtual instance of a budget of
    2, the one transform of a budget of 1, or any image with a batch size of 1. It changes no running statistics.
    All other batches are normalised as torch does.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Normalised feature maps (B, D, H, W)."""
        if not self.training or input.numel() > input.shape[1]:
            return super().forward(input)
        return batch_norm(input, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
