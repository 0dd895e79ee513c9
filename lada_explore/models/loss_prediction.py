"""The loss-prediction module: what the classifier's loss on an image would be, from the outputs of its stages."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LossPrediction(nn.Module):
    """Each stage's mean feature map through a fully connected layer and ReLU, all of them together through another.

    Args:
        widths: channels of each stage.
        hidden: width of the first layers.

    Source: Yoo and Kweon, "Learning Loss for Active Learning" (CVPR 2019), Figure 2b, with 128 hidden units.
    """

    def __init__(self, widths: list[int], hidden: int) -> None:
        super().__init__()
        self.stages = nn.ModuleList([nn.Sequential(nn.Linear(width, hidden), nn.ReLU()) for width in widths])
        self.last = nn.Linear(hidden * len(widths), 1)

    def forward(self, means: list[Tensor]) -> Tensor:
        """Predicted loss (B,) from the mean (B, D_s) of every stage's feature map."""
        seen = torch.cat([stage(mean) for stage, mean in zip(self.stages, means, strict=True)], dim=1)
        predicted: Tensor = self.last(seen).squeeze(1)
        return predicted


def ranking_loss(predicted: Tensor, true: Tensor, margin: float) -> Tensor:
    """How badly the predictions order pairs of losses: mean of max(0, margin - sign(l_i - l_j) (p_i - p_j)).

    Image b is paired with image B/2 + b; the last one of an odd batch is left out.

    Args:
        predicted: (B,) losses, differentiable.
        true: (B,) losses.
        margin: by how much the larger should lie above the smaller.

    Returns:
        scalar.

    Source: Yoo and Kweon (CVPR 2019), Equation 2.
    """
    half = len(true) // 2
    sign = torch.where(true[:half] > true[half : 2 * half], 1.0, -1.0)
    return torch.relu(margin - sign * (predicted[:half] - predicted[half : 2 * half])).mean()
