"""What an acquisition is: a unit, what it declares, and three methods; met by any object you pass to a session.

Two more methods go with what is declared. `state_dict` keeps what a long preparation has learned, and `choose` is for
rules that look for a set of images rather than score each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from lada_explore.config import Scoring
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import IntArray
from lada_explore.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preparation:
    """What an acquisition may learn from before it scores the candidates of a cycle; the same for the whole cycle.

    Attributes:
        seed: one a cycle; all randomness comes from it.
        classifier: frozen, in eval mode.
        images: the pool's images by id.
        labelled_ids: (L,) ids.
        labels: (L,) class index of each.
        unlabelled_ids: (U,) a random sample of the unlabelled ids, all of them up to 10,000.
        runtime: device of the classifier; networks of the acquisition go there too.
        chunk: images in one pass through the classifier.
        tick: called between batches with (done, total, unit); shows progress, and may hold or raise StageStopped.
        saved: tensors by name that `state_dict` gave when this cycle was scored, None at that time itself. The stages
            after it may run in another process; `prepare` then takes these over and learns nothing.
    """

    seed: int
    classifier: Classifier
    images: DeviceImages
    labelled_ids: IntArray
    labels: IntArray
    unlabelled_ids: IntArray
    runtime: Runtime
    chunk: int
    tick: Callable[[int, int, str], None]
    saved: Mapping[str, Tensor] | None = None


class Acquisition(Protocol):
    """How much the label of an image is worth.

    It works on hidden states at a mix layer rather than on images, so that virtual instances are scored by the same
    code; layer 0 is the image itself. It works in two steps, so that looking ahead can interpolate between them: a
    network of convolutions, ReLUs and eval-mode batch-norm is piecewise linear along a mixing path, an entropy is not.
    """

    @property
    def unit(self) -> str:
        """Unit of the scores, shown on axes: "bits" for entropy."""

    @property
    def scoring(self) -> Scoring:
        """What it does and needs; one of your own that says nothing is taken by its methods, see `scoring_of`."""

    def prepare(self, context: Preparation) -> None:
        """Called before each stage that scores, and once more whenever a run is resumed between them.

        The same context must lead to the same scores, so nothing may be left from an earlier call.
        """

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
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


class Learned(Protocol):
    """An acquisition that declares `trains`: the networks of its preparation are kept beside the record of SCORE."""

    def state_dict(self) -> dict[str, Tensor]:
        """Tensors by name from which `prepare` can go on; see `Preparation.saved`."""


class SetRule(Protocol):
    """An acquisition that declares `chooses_set`: it chooses the images of a query together, so that they differ.

    Its scores still say what each image is worth by itself; SELECT asks `choose`. It cannot look ahead, because a pair
    has no worth apart from the others.
    """

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """Choose among the candidates of a cycle.

        Args:
            outputs: (M, K) of every candidate, as recorded by SCORE.
            budget: B, how many.
            seed: of SELECT; all randomness comes from it.
            tick: as in `Preparation`.

        Returns:
            (B,) rows of `outputs`, each once, in the order in which they were chosen.
        """


def scoring_of(acquisition: Acquisition) -> Scoring:
    """What an acquisition declares; one that declares nothing scores any states, and does what it has methods for."""
    declared = getattr(acquisition, "scoring", None)
    if isinstance(declared, Scoring):
        return declared
    return Scoring(chooses_set=hasattr(acquisition, "choose"), trains=hasattr(acquisition, "state_dict"))
