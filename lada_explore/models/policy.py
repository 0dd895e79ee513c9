"""The policy network pi: from the two hidden states of a pair to the concentration tau."""

from __future__ import annotations

from torch import Tensor, nn

from lada_explore.errors import ConfigError

MIN_SIZE = 12
"""Smallest height and width of a feature map that the two convolutions can take."""

MAX_SIZE, POOLED_SIZE = 32, 28
"""Largest height and width of a feature map in the paper, and the size to which larger ones are pooled (ours)."""


def policy_layers(channels: int, height: int, width: int, n_outputs: int) -> nn.Sequential:
    """The layers of Tables 2 and 3: two 5x5 convolutions with max-pooling, and linear layers to 120, 60 and n_outputs.

    Args:
        channels: channels of the feature maps.
        height: height of the feature maps, at least 12; or 1 if width is 1 too, for vectors, which skip the
            convolutions.
        width: width of the feature maps, at least 12; or 1.
        n_outputs: number of outputs, 1 for tau and 6 for theta.

    Raises:
        ConfigError: the feature maps are too small for the two convolutions.

    Source: supplement, Tables 2 and 3.
    """
    is_vector = (height, width) == (1, 1)
    if min(height, width) < MIN_SIZE and not is_vector:
        raise ConfigError(
            f"the two convolutions need images of at least {MIN_SIZE} x {MIN_SIZE} but these are {height} x {width}; "
            "use larger images, or a method without a network that sees them"
        )
    # The first convolution is padded and keeps the size; the second is not padded and reduces it by 4.
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


def fitted(height: int, width: int) -> tuple[list[nn.Module], int, int]:
    """What brings feature maps to a size that the policy network takes (ours), and that height and width.

    A side above 32, the largest of the paper, is averaged down to 28; a side below 12 gets zeros around it up to 12.
    Maps of 12 to 32 and vectors (1 x 1) stay as they are.

    Args:
        height: height of the feature maps.
        width: their width.
    """
    if (height, width) == (1, 1):
        return [], height, width
    pooled = [POOLED_SIZE if side > MAX_SIZE else side for side in (height, width)]
    layers: list[nn.Module] = [nn.AdaptiveAvgPool2d((pooled[0], pooled[1]))] if max(height, width) > MAX_SIZE else []
    missing = [max(0, MIN_SIZE - side) for side in pooled]
    if any(missing):
        (top, left), (bottom, right) = ([lack // 2 for lack in missing], [lack - lack // 2 for lack in missing])
        layers.append(nn.ZeroPad2d((left, right, top, bottom)))
    return layers, pooled[0] + missing[0], pooled[1] + missing[1]


class PolicyNetwork(nn.Module):
    """tau = tau_max * sigmoid(layers([h; h'])) of the two feature maps of a pair, concatenated on channels.

    With 64 channels each, 28 x 28 maps give the layers of Table 2 and 32 x 32 maps those of Table 3. Other shapes
    change only the input of the first convolution and the length of the flattened vector. Larger maps are pooled and
    smaller ones padded, see `fitted`; vectors, maps of one pixel, go directly to the three linear layers (ours).

    Args:
        shape: (D, H, W) of one feature map. The network has 2 D input channels.
        tau_max: upper end of the range of tau, 1 in the paper.

    Source: supplement, Tables 2 and 3.
    """

    def __init__(self, shape: tuple[int, ...], tau_max: float = 1.0) -> None:
        super().__init__()
        channels, *sides = shape
        before, height, width = fitted(*sides)
        self.layers = nn.Sequential(*before, *policy_layers(2 * channels, height, width, 1), nn.Sigmoid())
        self.tau_max = tau_max

    def forward(self, pairs: Tensor) -> Tensor:
        """Predict tau (B,) in (0, tau_max) for pairs of hidden states [h; h'] (B, 2 D, H, W)."""
        tau: Tensor = self.tau_max * self.layers(pairs).squeeze(1)
        return tau
