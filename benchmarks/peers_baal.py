"""The side of baal in `peers.py`: its ModelWrapper trains and predicts, its heuristics rank the candidates."""

from __future__ import annotations

import logging

import numpy as np
import structlog
import torch
from baal.active.dataset import ActiveLearningDataset
from baal.active.heuristics import BALD, AbstractHeuristic, Certainty, Entropy, Margin, Random
from baal.bayesian.dropout import MCDropoutModule
from baal.modelwrapper import ModelWrapper, TrainingArgs
from baal.utils.array_utils import to_prob
from numpy.typing import NDArray
from peers_given import PREDICTED_AT_ONCE, Given
from torch import Tensor, nn
from torch.utils.data import Dataset, Subset, TensorDataset

from lada_explore.models import Classifier
from lada_explore.records import IntArray

HEURISTICS: dict[str, type[AbstractHeuristic]] = {
    "random": Random,
    "max-entropy": Entropy,
    "margin": Margin,
    "var-ratio": Certainty,
    "bald": BALD,
}
"""By name of the method here."""

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


class _WithDropout(nn.Module):
    """The classifier with dropout before its last layer, which baal keeps on in prediction."""

    def __init__(self, classifier: Classifier, share: float) -> None:
        super().__init__()
        self.classifier, self.dropout = classifier, nn.Dropout(share)

    def forward(self, images: Tensor) -> Tensor:
        features = self.classifier.features_from_layer(images, 0)
        logits: Tensor = self.classifier.head(self.dropout(features))
        return logits


class Baal:
    """See `peers_given.Side`."""

    def __init__(self, given: Given, method: str) -> None:
        self._given, self._method, self._cycle = given, method, 0
        self._heuristic = HEURISTICS[method]()
        self.network = given.network()
        mask = np.zeros(len(given.targets), dtype=int)
        mask[given.start] = 1
        self._dataset = ActiveLearningDataset(TensorDataset(given.images, given.targets), labelled=mask)
        self._test = TensorDataset(given.test_images, given.test_targets)
        training = given.config.training
        arguments = {"criterion": nn.CrossEntropyLoss(), "workers": 0, "use_cuda": False}
        self.trained = TrainingArgs(batch_size=training.batch_size, epoch=training.epochs, **arguments)
        self._trainer = ModelWrapper(self.network, self.trained)
        predicted = TrainingArgs(batch_size=PREDICTED_AT_ONCE, **arguments)
        self._predictor = self._scorer = ModelWrapper(self.network, predicted)
        self._masks = 1
        if method == "bald":
            bald = given.config.bald
            self._masks = bald.masks
            self._scorer = ModelWrapper(MCDropoutModule(_WithDropout(self.network, bald.dropout)), predicted)

    @property
    def labelled(self) -> IntArray:
        """(L,) ids of the labelled images."""
        return np.flatnonzero(self._dataset.labelled)

    def begin(self) -> float:
        return self._train()

    def cycle(self) -> float:
        self._cycle += 1
        candidates = self._given.candidates(self._cycle, self.labelled)
        unlabelled, pool = np.flatnonzero(~self._dataset.labelled), self._dataset.pool
        places = np.searchsorted(unlabelled, candidates)
        ranks = self._heuristic(self._probabilities(Subset(pool, places.tolist())))
        self._dataset.label(places[ranks[: self._given.config.schedule.budget]].tolist())
        return self._train()

    def close(self) -> None:
        pass

    def _probabilities(self, images: Dataset[tuple[Tensor, ...]]) -> NDArray[np.float32]:
        """(M, C, masks) probabilities, or random numbers (M, 1) as baal's loop gives to its random heuristic."""
        if self._method == "random":
            return np.random.default_rng((self._given.config.seed, self._cycle)).random((len(images), 1))  # type: ignore[arg-type]
        return np.asarray(to_prob(self._scorer.predict_on_dataset(images, self._masks, verbose=False)))

    def _train(self) -> float:
        torch.manual_seed(self._given.config.seed + 1000 * self._cycle)
        self.trained.optimizer = self._given.new_optimiser(self.network)
        self._trainer.train_on_dataset(self._dataset)
        logits = self._predictor.predict_on_dataset(self._test, 1, verbose=False)
        return self._given.accuracy(np.asarray(logits)[..., 0].argmax(axis=1))
