"""What an acquisition is: a unit and three methods, met by any object you pass to a session."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from lada_explore.models import ResNet


class Acquisition(Protocol):
    """How much the label of an image is worth.

    It works on hidden states at a mix layer rather than on images, so that virtual instances are scored by the same
    code; layer 0 is the image itself. It works in two steps, so that looking ahead can interpolate between them: a
    network of convolutions, ReLUs and eval-mode batch-norm is piecewise linear along a mixing path, an entropy is not.
    """

    @property
    def unit(self) -> str:
        """Unit of the scores, shown on axes: "bits" for entropy."""

    def prepare(self, seed: int) -> None:
        """Called before each stage that scores, with one seed a cycle; all randomness comes from it."""

    def outputs(self, classifier: ResNet, hidden: Tensor, mix_layer: int) -> Tensor:
        """What the network says of a batch: all of its work, up to the last values that change linearly.

        Args:
            classifier: frozen, in eval mode.
            hidden: (B, D, H, W) states after `mix_layer`, possibly mixed.
            mix_layer: 0 for images.

        Returns:
            (B, K) float32; logits rather than probabilities. Differentiable in `hidden` if the pathwise estimator is
            to work.
        """

    def score(self, outputs: Tensor) -> Tensor:
        """Score each row of outputs by itself; higher is more worth labelling.

        Args:
            outputs: (B, K).

        Returns:
            (B,) float32, differentiable in the outputs if the pathwise estimator is to work.
        """
