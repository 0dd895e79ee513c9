"""What an acquisition is: three members, met by any object you pass to a session."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from lada_explore.models import ResNet


class Acquisition(Protocol):
    """How much the label of an image is worth.

    It scores hidden states at a mix layer rather than images, so that virtual instances are scored by the same code;
    layer 0 is the image itself.
    """

    @property
    def unit(self) -> str:
        """Unit of the scores, shown on axes: "bits" for entropy."""

    def prepare(self, seed: int) -> None:
        """Called before each stage that scores, with one seed a cycle; all randomness comes from it."""

    def score(self, classifier: ResNet, hidden: Tensor, mix_layer: int) -> Tensor:
        """Score a batch; higher is more worth labelling.

        Args:
            classifier: frozen, in eval mode.
            hidden: (B, D, H, W) states after `mix_layer`, possibly mixed.
            mix_layer: 0 for images.

        Returns:
            (B,) float32, differentiable in `hidden` if the pathwise estimator is to work.
        """
