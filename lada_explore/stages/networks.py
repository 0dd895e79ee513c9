"""The networks of a run: frozen and in eval mode, except while TRAIN runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation import Augmentation
from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier, SpatialTransformer, folded, footprint, new_classifier
from lada_explore.runtime import Runtime
from lada_explore.seeds import weights_seed

TRANSFORMER = "transformer."
"""Before the names of the spatial transformer's parameters in a checkpoint."""


class Networks:
    """The classifier, and the spatial transformer of a method that has one.

    Args:
        config: settings of the run.
        data: the images.
        images: those to be labelled, on the device.
        augmentation: of the method; makes the transformer.
        n_classes: how many classes there are now.
        runtime: device.

    Attributes:
        classifier: in eval mode and frozen, except while TRAIN runs.
        transformer: frozen, except while LOOK_AHEAD or TRAIN runs; None for a method without one.
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
    ) -> None:
        self._config = config
        self._data = data
        self._augmentation = augmentation
        self._n_classes = n_classes
        self._runtime = runtime
        self._one_image = images.batch(np.zeros(1, dtype=np.int64))
        self.classifier = self.new_classifier(0)
        self.transformer = self.new_transformer(0)
        self._footprint = footprint(self.classifier, self._one_image)
        self._halvings = 0

    # Before and after TRAIN --------------------------------------------------------------------------------------

    def fit_classes(self) -> None:
        """Before the first training: give the classifier as many outputs as there are classes now."""
        if self.classifier.n_classes != self._n_classes():
            self.classifier = self.new_classifier(0)
            self._footprint = footprint(self.classifier, self._one_image)

    def reinitialise(self, cycle: int) -> None:
        """Start a cycle from new weights."""
        self.classifier.load_state_dict(self.new_classifier(cycle).state_dict())
        if self.transformer is not None and (new := self.new_transformer(cycle)) is not None:
            self.transformer.load_state_dict(new.state_dict())

    @contextmanager
    def trainable(self) -> Iterator[None]:
        """Inside the block gradients reach the networks; after it they are frozen and in eval mode again."""
        networks: list[nn.Module] = [self.classifier]
        if self.transformer is not None:
            networks.append(self.transformer)
        for network in networks:
            network.requires_grad_(True)
        try:
            yield
        finally:
            for network in networks:
                network.eval().requires_grad_(False)

    @contextmanager
    def restored_on_failure(self) -> Iterator[None]:
        """Whatever ends the block by an exception leaves the networks as they were before it."""
        classifier, size = self.classifier, self._footprint
        weights = {name: tensor.clone() for name, tensor in self.weights().items()}
        try:
            yield
        except BaseException:
            self.classifier, self._footprint = classifier, size
            self.load_weights(weights)
            raise

    # Weights -----------------------------------------------------------------------------------------------------

    def weights(self) -> dict[str, Tensor]:
        """Everything that TRAIN changes, by name: the parameters themselves, not copies."""
        weights: dict[str, Tensor] = dict(self.classifier.state_dict())
        if self.transformer is not None:
            weights |= {f"{TRANSFORMER}{name}": tensor for name, tensor in self.transformer.state_dict().items()}
        return weights

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take over what `weights` gave.

        Raises:
            RuntimeError: weights of other networks.
        """
        if self.transformer is not None:
            own = {name: tensor for name, tensor in weights.items() if name.startswith(TRANSFORMER)}
            self.transformer.load_state_dict({name.removeprefix(TRANSFORMER): own[name] for name in own})
            weights = {name: tensor for name, tensor in weights.items() if name not in own}
        self.classifier.load_state_dict(weights)

    def new_classifier(self, cycle: int) -> Classifier:
        """A classifier with new weights, the same for the same seed and cycle."""
        with Runtime(torch.device("cpu")).seeded(weights_seed(self._config.seed, cycle)):
            network = new_classifier(self._config.classifier, self._data.train.shape, self._n_classes())
        return cast(Classifier, self._runtime.place(network).eval().requires_grad_(False))

    def new_transformer(self, cycle: int) -> SpatialTransformer | None:
        """A spatial transformer with new weights, the same for the same seed and cycle; None for a method without."""
        # Other draws than the classifier's, which come from this seed less one.
        with Runtime(torch.device("cpu")).seeded(weights_seed(self._config.seed, cycle) + 1):
            network = self._augmentation.new_transformer(self._config, self._data)
        if network is None:
            return None
        return cast(SpatialTransformer, self._runtime.place(network).eval().requires_grad_(False))

    # For the stages ----------------------------------------------------------------------------------------------

    def folded(self) -> Classifier:
        """The classifier as it scores and looks ahead: folded, in the precision of the run."""
        return folded(self.classifier, self._runtime.precision)

    def scoring_chunk(self) -> int:
        """How many states fit into one pass now."""
        return max(1, self._runtime.chunk(self._footprint.largest, self._footprint.scoring) >> self._halvings)

    def gradient_chunk(self) -> int:
        """How many states fit into one pass whose gradient is asked for."""
        return max(1, self._runtime.chunk(self._footprint.largest, self._footprint.differentiating) >> self._halvings)

    def halve_chunks(self) -> bool:
        """Take half as many states into one pass from now on; False if they go one by one already."""
        if self.scoring_chunk() == self.gradient_chunk() == 1:
            return False
        self._halvings += 1
        return True
