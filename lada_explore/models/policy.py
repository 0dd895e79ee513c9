"""The policy network pi: the two hidden states of a pair in, the concentration tau out."""

from __future__ import annotations

from torch import Tensor, nn

from lada_explore.errors import ConfigError

MIN_SIZE = 12
"""Height and width that the two convolutions need."""


def policy_layers(channels: int, height: int, width: int, n_outputs: int) -> nn.Sequential:
    """The layers of Tables 2 and 3 up to their output: two 5x5 convolutions with max-pooling, then 120, 60, n_outputs.

    Args:
        channels: of the feature maps.
        height: of the feature maps, at least 12; or 1, as the width, of vectors, which go to the linear layers at once.
        width: of the feature maps, at least 12; or 1.
        n_outputs: 1 for tau, 6 for theta.

    Raises:
        ConfigError: feature maps too small for the two convolutions.

    Source: supplement, Tables 2 and 3.
    """
    is_vector = (height, width) == (1, 1)
    if min(height, width) < MIN_SIZE and not is_vector:
        raise ConfigError(
            f"the policy network needs feature maps of at least {MIN_SIZE} x {MIN_SIZE} but these are "
            f"{height} x {width}; use larger images, or a method with a fixed or exact policy"
        )
    # The first convolution is padded and keeps the size; the second is not and loses 4.
    flat = channels if is_vector else 16 * ((height // 2 - 4) // 2) * ((width // 2 - 4) // 2)
    return nn.Sequential(
        *([] if is_vector else _convolutions(channels)),
        nn.Flatten(),
        nn.Linear(flat, 120),
        nn.Tanh(),
        nn.Linear(120, 60),
        nn.Tanh(),
        nn.Linear(60, n_outputs),
    )


def _convolutions(channels: int) -> list[nn.Module]:
    first, second = nn.Conv2d(channels, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
    return [first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2)]


class PolicyNetwork(nn.Module):
    """tau = tau_max * sigmoid(...) of the two feature maps of a pair, concatenated on channels.

    With 64 channels each, 28 x 28 maps give the layers of Table 2 and 32 x 32 maps those of Table 3; other shapes
    only change the first convolution's input and the length of the flattened vector. Vectors, which are maps of one
    pixel, have nothing to convolve: the three linear layers see them as they are (ours).

    Args:
        shape: (D, H, W) of one feature map; the network sees 2 D channels, H and W are at least 12, or both 1.
        tau_max: upper end of tau, 1 in the paper.

    Raises:
        ConfigError: feature maps too small for the two convolutions.

    Source: supplement, Tables 2 and 3.
    """

    def __init__(self, shape: tuple[int, ...], tau_max: float = 1.0) -> None:
        super().__init__()
        channels, height, width = shape
        self.layers = policy_layers(2 * channels, height, width, 1).append(nn.Sigmoid())
        self.tau_max = tau_max

    def forward(self, pairs: Tensor) -> Tensor:
        """Tau (B,) in (0, tau_max) of pairs of hidden states [h; h'] (B, 2 D, H, W)."""
        tau: Tensor = self.tau_max * self.layers(pairs).squeeze(1)
        return tau
