"""The networks of a run, which are frozen and in eval mode except during TRAIN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.acquisition import Acquisition, JointAcquisition, capabilities_of
from lada_explore.augmentation import Augmentation
from lada_explore.config import InitialWeights, OptimiserLife, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, Given, folded, footprint, new_classifier
from lada_explore.runtime import Runtime
from lada_explore.seeds import weights_seed
from lada_explore.stages.joint import JointTraining
from lada_explore.stages.optimiser import OptimiserState

TRANSFORMER = "transformer."
"""Prefix of the names of the transformer's parameters in a checkpoint."""

COMPANION = "companion."
"""Prefix of the names of the companion's parameters in a checkpoint."""

OPTIMISER = "optimiser."
"""Prefix of the names of a kept optimiser's state in a checkpoint."""


class Networks:
    """The classifier, and the networks that TRAIN trains with it, if the method has them.

    The transformer is that by which the augmentation transforms images, the companion one of the acquisition.

    Args:
        config: settings of the run.
        data: the images.
        images: images of the pool.
        augmentation: augmentation of the method, which makes the transformer.
        n_classes: function that returns the current number of classes.
        runtime: device.
        acquisition: acquisition of the run, which may make a companion; None for none.
        given: a person's network as the classifier; None for that of the settings.

    Raises:
        ConfigError: there is a companion, and the settings of the training do not suit it.

    Attributes:
        classifier: frozen and in eval mode, except during TRAIN.
        transformer: frozen, except during LOOK_AHEAD and TRAIN; None for a method without one.
        companion: frozen, except during TRAIN; None for an acquisition without one.
        optimiser_state: state of the optimiser that trains them all, if it is kept; None if each cycle has a new one.
    """

    def __init__(
        self,
        config: RunConfig,
        data: ImageData,
        *,
        images: DeviceImages,
        augmentation: Augmentation,
        n_classes: Callable[[], int],
        runtime: Runtime,
        acquisition: Acquisition | None = None,
        given: Given | None = None,
    ) -> None:
        self._config = config
        self._data = data
        self._augmentation = augmentation
        self._n_classes = n_classes
        self._runtime = runtime
        self._given = given
        joins = acquisition is not None and capabilities_of(acquisition).trains_jointly
        self._acquisition = cast(JointAcquisition, acquisition) if joins else None
        self._one_image = images.batch(np.zeros(1, dtype=np.int64))
        self.classifier = self.new_classifier(0)
        self.transformer = self.new_transformer(0)
        self.companion = self.new_companion(0)
        if self.companion is not None:
            config.check_joint()
        self.optimiser_state = self._new_optimiser_state()
        self._footprint = footprint(self.classifier, self._one_image)
        self._halvings = 0

    # Before and after TRAIN --------------------------------------------------------------------------------------

    def fit_classes(self) -> None:
        """Replace the classifier if the number of classes has changed; used before the first training."""
        if self.classifier.n_classes != self._n_classes():
            self.classifier = self.new_classifier(0)
            self.optimiser_state = self._new_optimiser_state()
            self._footprint = footprint(self.classifier, self._one_image)

    def reinitialise(self, cycle: int) -> None:
        """Re-initialise the weights for a cycle: new ones, or the same as those of the first cycle."""
        if self._config.training.initial_weights is InitialWeights.SAME:
            cycle = 0
        self.classifier.load_state_dict(self.new_classifier(cycle).state_dict())
        if self.transformer is not None and (new := self.new_transformer(cycle)) is not None:
            self.transformer.load_state_dict(new.state_dict())
        if self.companion is not None and (new := self.new_companion(cycle)) is not None:
            self.companion.load_state_dict(new.state_dict())
        if self.optimiser_state is not None:
            self.optimiser_state.clear()

    @contextmanager
    def trainable(self) -> Iterator[None]:
        """Inside the block the networks have gradients; afterwards they are frozen and in eval mode again."""
        networks = [self.classifier, *self._beside().values()]
        for network in networks:
            network.requires_grad_(True)
        try:
            yield
        finally:
            for network in networks:
                network.eval().requires_grad_(False)

    @contextmanager
    def restored_on_failure(self) -> Iterator[None]:
        """If the block raises an exception, restore the networks to their state before the block."""
        classifier, optimiser_state, size = self.classifier, self.optimiser_state, self._footprint
        weights = {name: tensor.clone() for name, tensor in self.weights().items()}
        try:
            yield
        except BaseException:
            self.classifier, self.optimiser_state, self._footprint = classifier, optimiser_state, size
            self.load_weights(weights)
            raise

    def joint_training(self) -> JointTraining | None:
        """The companion's part in the training of a cycle; None without one."""
        if self._acquisition is None or self.companion is None:
            return None
        return JointTraining(self._acquisition, self.companion, self._config.training.epochs)

    # Weights -----------------------------------------------------------------------------------------------------

    def weights(self) -> dict[str, Tensor]:
        """Everything that TRAIN changes, by name; the tensors themselves, not copies."""
        weights: dict[str, Tensor] = dict(self.classifier.state_dict())
        for prefix, network in self._beside().items():
            weights |= {f"{prefix}{name}": tensor for name, tensor in network.state_dict().items()}
        if self.optimiser_state is not None:
            weights |= {f"{OPTIMISER}{name}": tensor for name, tensor in self.optimiser_state.tensors().items()}
        return weights

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Load weights that `weights` returned.

        Raises:
            RuntimeError: the weights belong to other networks.
        """
        if self.optimiser_state is not None:
            own, weights = _split(weights, OPTIMISER)
            self.optimiser_state.load(own)
        for prefix, network in self._beside().items():
            own, weights = _split(weights, prefix)
            network.load_state_dict(own)
        self.classifier.load_state_dict(weights)

    def new_classifier(self, cycle: int) -> Classifier:
        """A classifier with new weights, which depend only on the seed and the cycle."""
        with Runtime(torch.device("cpu")).seeded(weights_seed(self._config.seed, cycle)):
            network = new_classifier(
                self._config.classifier,
                self._data.input_shape,
                self._n_classes(),
                given=self._given,
                statistics=(self._data.mean, self._data.std),
                head=self._config.head,
            )
        return cast(Classifier, self._runtime.place(network).eval().requires_grad_(False))

    @property
    def first_seed_of_others(self) -> int:
        """Seed of the first weights of networks that the augmentation makes by itself in TRAIN."""
        # Another seed than for the classifier, the transformer and the companion, so that the draws are different.
        return weights_seed(self._config.seed, 0) + 3

    def new_transformer(self, cycle: int) -> nn.Module | None:
        """A transformer with new weights, which depend only on seed and cycle; None if the augmentation has none."""
        # Another seed than for the classifier, so that the draws are different.
        with Runtime(torch.device("cpu")).seeded(weights_seed(self._config.seed, cycle) + 1):
            network = self._augmentation.new_transformer(self._config, self._data)
        if network is None:
            return None
        return self._runtime.place(network).eval().requires_grad_(False)

    def new_companion(self, cycle: int) -> nn.Module | None:
        """A companion with new weights, which depend only on seed and cycle; None if the acquisition has none."""
        if self._acquisition is None:
            return None
        # Another seed than for the others, so that the draws are different.
        with Runtime(torch.device("cpu")).seeded(weights_seed(self._config.seed, cycle) + 2):
            network = self._acquisition.new_companion(self.classifier)
        # Not in the memory format of images: it need not see any.
        return None if network is None else network.to(self._runtime.device).eval().requires_grad_(False)

    def _beside(self) -> dict[str, nn.Module]:
        """The networks that there are beside the classifier, by the prefix of their weights."""
        both = {TRANSFORMER: self.transformer, COMPANION: self.companion}
        return {prefix: network for prefix, network in both.items() if network is not None}

    def _new_optimiser_state(self) -> OptimiserState | None:
        """An empty state of the optimiser for the networks that there are now; None unless it is kept."""
        if self._config.training.optimiser_life is not OptimiserLife.KEPT:
            return None
        beside = [network.named_parameters(prefix.rstrip(".")) for prefix, network in self._beside().items()]
        return OptimiserState(chain(self.classifier.named_parameters(), *beside), self._config.training)

    # For the stages ----------------------------------------------------------------------------------------------

    def folded(self) -> Classifier:
        """The classifier for SCORE and LOOK_AHEAD: with folded batch-norm, in the precision of the run."""
        return folded(self.classifier, self._runtime.precision)

    def scoring_chunk(self) -> int:
        """Number of states that fit into one pass now."""
        return max(1, self._runtime.chunk(self._footprint.largest, self._footprint.scoring) >> self._halvings)

    def gradient_chunk(self) -> int:
        """Number of states that fit into one pass with gradients now."""
        return max(1, self._runtime.chunk(self._footprint.largest, self._footprint.differentiating) >> self._halvings)

    def halve_chunks(self) -> bool:
        """Halve the number of states in one pass from now on; False if it is 1 already."""
        if self.scoring_chunk() == self.gradient_chunk() == 1:
            return False
        self._halvings += 1
        return True


def taken_over(weights: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What a branch takes of its parent's weights, and its own where its method has what the parent's had not.

    The classifier goes on. So does a network beside it, if both have one of the same shapes, and the state of the
    optimiser, if it is of the same networks; otherwise they begin anew.

    Args:
        weights: of the parent, as `Networks.weights` returned them.
        own: of the branch, with which it would start.
    """
    taken = dict(weights)
    for prefix in (TRANSFORMER, COMPANION, OPTIMISER):
        there, here = ({n: t for n, t in of.items() if n.startswith(prefix)} for of in (weights, own))
        if {n: t.shape for n, t in there.items()} != {n: t.shape for n, t in here.items()}:
            taken = {n: t for n, t in taken.items() if n not in there} | here
    return taken


def _split(weights: Mapping[str, Tensor], prefix: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The weights whose names have this prefix, without it, and the others."""
    own = {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}
    return own, {name: tensor for name, tensor in weights.items() if not name.startswith(prefix)}
