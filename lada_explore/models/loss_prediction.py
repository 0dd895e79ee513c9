"""The loss-prediction module: predicts the classifier's loss on an image from the outputs of its stages."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LossPrediction(nn.Module):
    """A linear layer and ReLU for the mean feature map of each stage, and a linear layer from all of them to the loss.

    Args:
        widths: channels of each stage.
        hidden: units of the linear layer of each stage.

    Source: Yoo and Kweon, "Learning Loss for Active Learning" (CVPR 2019), Figure 2b, with 128 hidden units.
    """

    def __init__(self, widths: list[int], hidden: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList([nn.Sequential(nn.Linear(width, hidden), nn.ReLU()) for width in widths])
        self.last = nn.Linear(hidden * len(widths), 1)

    def forward(self, means: list[Tensor]) -> Tensor:
        """Predicted loss (B,) from the mean feature map (B, D_s) of each stage."""
        seen = torch.cat([stage(mean) for stage, mean in zip(self.stages, means, strict=True)], dim=1)
        predicted: Tensor = self.last(seen).squeeze(1)
        return predicted


def ranking_loss(predicted: Tensor, true: Tensor, margin: float) -> Tensor:
    """Ranking loss of predictions p for losses l: mean over pairs of max(0, margin - sign(l_i - l_j) (p_i - p_j)).

    Image b is paired with image B/2 + b; the last image of an odd batch is left out.

    Args:
        predicted: (B,) predicted losses, differentiable.
        true: (B,) true losses.
        margin: desired difference between the predictions for the larger and the smaller loss.

    Returns:
        Scalar loss.

    Source: Yoo and Kweon (CVPR 2019), Equation 2.
    """
    half = len(true) // 2
    sign = torch.where(true[:half] > true[half : 2 * half], 1.0, -1.0)
    return torch.relu(margin - sign * (predicted[:half] - predicted[half : 2 * half])).mean()
