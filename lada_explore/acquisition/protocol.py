"""The protocol of an acquisition: a unit and three methods. Any object that has them can be passed to a session.

Optional methods go with declared capabilities: `state_dict` returns what a long preparation has learned, `choose`
selects the images of a query together instead of scoring each separately, `choose_pairs` the pairs, and `new_companion`
and `companion_loss` are of a network that TRAIN trains together with the classifier.

The capabilities of the package's own acquisitions stand in `lada_explore.config.catalogue`. A custom acquisition may
have an attribute `capabilities`, an `AcquisitionCapabilities`; see `capabilities_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from lada_explore.config import ACQUISITIONS, AcquisitionCapabilities
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import FloatArray, IntArray
from lada_explore.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preparation:
    """What an acquisition can use to prepare for scoring a cycle's candidates. Every stage of a cycle passes the same.

    Attributes:
        seed: seed of the cycle; every random draw of the acquisition must come from it.
        classifier: frozen, in eval mode.
        images: images of the pool, by id.
        labelled_ids: (L,) ids of the labelled images.
        labels: (L,) class index of each labelled image.
        unlabelled_ids: (U,) ids of unlabelled images: all of them, or a random sample of 10,000.
        runtime: device of the classifier; the acquisition's networks belong on the same device.
        chunk: number of images in one pass through the classifier.
        tick: to be called between batches with (done, total, unit). It reports progress, waits while the run is paused,
            and raises StageStopped when the stage is stopped.
        refit: function from ids of labelled images (L',), their labels (L',), a number of steps and a seed to a frozen
            classifier that has been trained on these alone, from new weights and otherwise as in TRAIN, to the end of
            an epoch. None where there is nothing to train with.
        saved: tensors by name that `state_dict` returned in SCORE of this cycle; None in SCORE itself. Later stages may
            run in another process, where `prepare` must load these tensors instead of training.
        companion: network that `new_companion` made, frozen, as the last TRAIN left it; None if it made none.
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
    refit: Callable[[IntArray, IntArray, int, int], Classifier] | None = None
    saved: Mapping[str, Tensor] | None = None
    companion: nn.Module | None = None


class Acquisition(Protocol):
    """Scores how useful the label of an image would be.

    An acquisition takes hidden states after the mix layer, so that the same code scores real images and virtual
    instances; layer 0 is the image. It works in two steps, `outputs` and `score`, because LOOK_AHEAD interpolates the
    outputs along the mixing path: a network of convolutions, ReLUs and eval-mode batch-norm is piecewise linear along
    that path, but an entropy of its outputs is not.
    """

    @property
    def unit(self) -> str:
        """Unit of the scores, shown on axes; "bits" for entropy."""

    def prepare(self, context: Preparation) -> None:
        """Prepare for scoring; called before each stage that scores, and again after a run is resumed.

        The same context must give the same scores, so nothing may be kept from an earlier call.
        """

    def outputs(self, classifier: Classifier, hidden: Tensor, mix_layer: int) -> Tensor:
        """Run the network on a batch, up to the last values that are piecewise linear in its input.

        Args:
            classifier: frozen, in eval mode.
            hidden: (B, D, H, W) hidden states after `mix_layer`, possibly mixed.
            mix_layer: layer of the states; 0 for images.

        Returns:
            (B, K) float32 outputs, for example logits (not probabilities). The pathwise estimator needs them to be
            differentiable with respect to `hidden`.
        """

    def score(self, outputs: Tensor) -> Tensor:
        """Score each row of the outputs separately; a higher score means that the label is more useful.

        Args:
            outputs: (B, K) as `outputs` returns them, or interpolated between such rows.

        Returns:
            (B,) float32 scores. The pathwise estimator needs them to be differentiable with respect to the outputs.
        """


class TrainedAcquisition(Protocol):
    """An acquisition with the capability `trains`: what `prepare` trained is stored beside the record of SCORE."""

    def state_dict(self) -> dict[str, Tensor]:
        """Tensors by name that `prepare` loads in later stages; see `Preparation.saved`."""


class JointAcquisition(Protocol):
    """An acquisition with the capability `trains_jointly`: TRAIN trains a network of it, the companion.

    The companion is trained by the optimiser of the classifier, on the batches of labelled images alone: virtual
    instances are no part of its loss. It starts from new weights when the classifier does, and its weights are part of
    the checkpoint of TRAIN. `prepare` finds it in its context and must leave it as it is.
    """

    def new_companion(self, classifier: Classifier) -> nn.Module | None:
        """A companion with new weights, drawn from torch's generator; None if the settings ask for none.

        Args:
            classifier: the classifier it is to be trained with, for the shapes of its states.
        """

    def companion_loss(self, companion: nn.Module, stages: list[Tensor], losses: Tensor, done: float) -> Tensor:
        """What is added to the classifier's loss of a batch of labelled images.

        Args:
            companion: the network.
            stages: (B, D_s, H_s, W_s) output of each stage of the classifier for the batch, with a gradient in the
                classifier; an augmentation that changes labelled images has changed them already.
            losses: (B,) cross-entropies of the batch in nats, without a gradient; B is at least 2.
            done: share of the epochs that are over, in [0, 1).

        Returns:
            A scalar with a gradient in the companion.
        """


class BatchAcquisition(Protocol):
    """An acquisition with the capability `chooses_set`: it chooses all images of a query together, to be diverse.

    SELECT calls `choose`; the scores of the single images are only recorded and shown. Such an acquisition cannot look
    ahead, because it gives a single pair no score of its own.
    """

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """Choose the images of a query among the candidates of a cycle.

        Args:
            outputs: (M, K) outputs of every candidate, as recorded by SCORE.
            budget: B, number of images to choose.
            seed: seed of SELECT; every random draw must come from it.
            tick: see `Preparation`.

        Returns:
            (B,) distinct rows of `outputs`, in the order in which they were chosen.
        """


class PairAcquisition(Protocol):
    """An acquisition with the capability `chooses_pairs`: SELECT asks it for the pairs, whatever their scores are."""

    def choose_pairs(self, scores: FloatArray, n: int) -> IntArray:
        """Choose the pairs of a query among those of a cycle.

        Args:
            scores: (P,) score of every candidate pair, as `stages.select.select_pairs` ranks them.
            n: number of pairs to choose.

        Returns:
            (n,) distinct rows of `scores`, in the order in which they were chosen.
        """


def capabilities_of(acquisition: object) -> AcquisitionCapabilities:
    """What an acquisition does and needs.

    Taken from the attribute `capabilities` of a custom acquisition, or else from the catalogue, if the class or one of
    its base classes is in it. Without either, an acquisition is taken to score any hidden states, to train if it has
    `state_dict`, to train jointly if it has `new_companion`, and to choose sets or pairs if it has `choose` or
    `choose_pairs`.
    """
    declared = getattr(acquisition, "capabilities", None)
    if isinstance(declared, AcquisitionCapabilities):
        return declared
    catalogued = {entry.place: entry.capabilities for entry in ACQUISITIONS.values()}
    for base in type(acquisition).__mro__:
        if (found := catalogued.get(f"{base.__module__}:{base.__qualname__}")) is not None:
            return found
    return AcquisitionCapabilities(
        chooses_set=hasattr(acquisition, "choose"),
        chooses_pairs=hasattr(acquisition, "choose_pairs"),
        trains=hasattr(acquisition, "state_dict"),
        trains_jointly=hasattr(acquisition, "new_companion"),
    )
