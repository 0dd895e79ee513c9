"""The side of scikit-activeml in `peers.py`: skorch trains and predicts, its query strategies choose among candidates.

Features for CoreSet and BADGE, and the masks of dropout for BALD, are computed from one pass through the network.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from peers_given import PREDICTED_AT_ONCE, Given
from skactiveml.base import SingleAnnotatorPoolQueryStrategy
from skactiveml.classifier import SkorchClassifier
from skactiveml.pool import Badge, CoreSet, GreedyBALD, RandomSampling, UncertaintySampling
from torch import Tensor, nn

from lada_explore.models import Classifier
from lada_explore.records import IntArray

UNCERTAINTIES = {"max-entropy": "entropy", "margin": "margin_sampling", "var-ratio": "least_confident"}
"""By name of the method here, that of UncertaintySampling."""

METHODS = ("random", *UNCERTAINTIES, "bald", "coreset", "badge")


class _WithFeatures(nn.Module):
    """The classifier, which gives its penultimate features beside the logits."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.classifier.features_from_layer(images, 0)
        return self.classifier.head(features), features


class _Estimator(SkorchClassifier):  # type: ignore[misc]
    """skorch's classifier, with samples of its predictions under dropout of the features."""

    def sample_proba(self, X: NDArray[np.float32], dropout: float, masks: int) -> NDArray[np.float32]:
        """(masks, M, C) probabilities."""
        _, features = self.predict_proba(X, extra_outputs="features")
        shown, head = torch.from_numpy(features), self.module.classifier.head
        with torch.no_grad():
            drawn = [head(nn.functional.dropout(shown, dropout)).softmax(dim=1) for _ in range(masks)]
        return torch.stack(drawn).numpy()


class Skactiveml:
    """See `peers_given.Side`."""

    def __init__(self, given: Given, method: str) -> None:
        self._given, self._method, self._cycle = given, method, 0
        self.network = given.network()
        self.labelled = given.start
        self._images, self._test = given.images.numpy(), given.test_images.numpy()
        self._classes = given.targets.numpy()
        self._known = np.full(len(self._classes), np.nan)
        self._known[self.labelled] = self._classes[self.labelled]
        training = given.config.training
        self.trained = {
            "max_epochs": training.epochs,
            "batch_size": training.batch_size,
            "lr": training.learning_rate,
            "optimizer": torch.optim.Adam,
            "optimizer__fused": True,
            "iterator_train__shuffle": True,
            "iterator_valid__batch_size": PREDICTED_AT_ONCE,
            "train_split": None,
            "verbose": 0,
        }
        self._classifier = _Estimator(
            module=_WithFeatures(self.network),
            criterion=nn.CrossEntropyLoss,
            forward_outputs={"proba": (0, nn.Softmax(dim=-1)), "logits": (0, None), "features": (1, None)},
            criterion_output_keys="logits",
            neural_net_param_dict=self.trained,
            classes=list(range(given.data.train.n_classes)),
            random_state=given.config.seed,
        )
        self._strategy = _strategy(given, method)

    def begin(self) -> float:
        return self._train()

    def cycle(self) -> float:
        self._cycle += 1
        candidates = self._given.candidates(self._cycle, self.labelled)
        chosen = self._chosen(candidates, self._given.config.schedule.budget)
        self.labelled = np.append(self.labelled, chosen)
        self._known[chosen] = self._classes[chosen]
        return self._train()

    def close(self) -> None:
        pass

    def _chosen(self, candidates: IntArray, budget: int) -> IntArray:
        """Ids of the candidates that are labelled next."""
        images, known, method = self._images, self._known, self._method
        if method == "coreset":
            ids = np.append(candidates, self.labelled)
            _, features = self._classifier.predict_proba(images[ids], extra_outputs="features")
            places = np.arange(len(candidates))
            rows = self._strategy.query(features, known[ids], candidates=places, batch_size=budget)
            return ids[np.asarray(rows)]
        model: dict[str, object] = {}
        if method == "bald":
            model = {"ensemble": self._classifier, "fit_ensemble": False}
        elif method != "random":
            model = {"clf": self._classifier, "fit_clf": False}
        return np.asarray(self._strategy.query(images, known, candidates=candidates, batch_size=budget, **model))

    def _train(self) -> float:
        torch.manual_seed(self._given.config.seed + 1000 * self._cycle)
        # Of an instance of a network, `fit` keeps the weights and makes a new optimiser.
        self._classifier.fit(self._images[self.labelled], self._known[self.labelled])
        return self._given.accuracy(np.asarray(self._classifier.predict(self._test), dtype=np.int64))


def _strategy(given: Given, method: str) -> SingleAnnotatorPoolQueryStrategy:
    """The query strategy that is the method here."""
    seed = given.config.seed
    if method in UNCERTAINTIES:
        return UncertaintySampling(method=UNCERTAINTIES[method], random_state=seed)
    if method == "bald":
        bald = given.config.bald
        drawn = {"dropout": bald.dropout, "masks": bald.masks}
        return GreedyBALD(
            sample_predictions_method_name="sample_proba", sample_predictions_dict=drawn, random_state=seed
        )
    if method == "badge":
        return Badge(clf_embedding_flag_name={"extra_outputs": ["features"]}, random_state=seed)
    return CoreSet(random_state=seed) if method == "coreset" else RandomSampling(random_state=seed)
