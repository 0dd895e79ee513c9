"""EVALUATE: test the classifier."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.models import Classifier
from lada_explore.records import EvaluatedOn, EvaluateRecord, FloatArray, IntArray, Stage, stage_of_cycle
from lada_explore.stages.progress import Tick


@torch.no_grad()
def evaluate(
    cycle: int,
    classifier: Classifier,
    images: DeviceImages,
    targets: Tensor,
    *,
    ids: IntArray | None = None,
    n_labelled: int,
    chunk: int,
    tick: Tick,
) -> EvaluateRecord:
    """Compute accuracy, mean negative log-likelihood, confusion matrix and calibration on the test images.

    Args:
        cycle: this cycle.
        classifier: in eval mode.
        images: the T test images, or the images of the pool if `ids` is given.
        targets: (T,) true classes.
        ids: (T,) ids of images of the pool whose answers were held out; None to test on all `images`.
        n_labelled: number of labelled images that the classifier was trained on.
        chunk: number of images in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: the log-likelihood is not finite.
    """
    n_test, n_classes = len(targets), classifier.n_classes
    test_ids = np.arange(n_test) if ids is None else ids
    predicted, confidence, nll = [], [], []
    for start in range(0, n_test, chunk):
        logits = classifier(images.batch(test_ids[start : start + chunk])).float().cpu()
        confidence.append(torch.softmax(logits, dim=1).amax(dim=1))
        predicted.append(logits.argmax(dim=1))
        nll.append(nn.functional.cross_entropy(logits, targets[start : start + chunk], reduction="none"))
        tick(min(start + chunk, n_test), n_test, "test images")
    mean_nll = torch.cat(nll).double().mean().item()
    if not np.isfinite(mean_nll):
        raise NumericsError(
            f"{stage_of_cycle(Stage.EVALUATE, cycle)}: the negative log-likelihood is {mean_nll}; the classifier has "
            "diverged, so lower training.learning_rate"
        )
    classes = torch.cat(predicted)
    pairs = targets * n_classes + classes
    confusion = torch.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes).numpy()
    return EvaluateRecord(
        cycle=cycle,
        n_labelled=n_labelled,
        n_test=n_test,
        accuracy=float(np.trace(confusion) / n_test),
        mean_nll=mean_nll,
        confusion=confusion,
        calibration=calibration(torch.cat(confidence), classes == targets),
        tested_on=EvaluatedOn.TEST_SET if ids is None else EvaluatedOn.HELD_OUT_ANSWERS,
        predicted=classes.numpy(),
    )


def calibration(confidence: Tensor, right: Tensor) -> FloatArray:
    """(10, 3) for each tenth of confidence: number of images, sum of their confidences, number of correct predictions.

    Args:
        confidence: (T,) probability of the predicted class.
        right: (T,) True if the predicted class is the true one.
    """
    tenth = (confidence * 10).long().clamp(0, 9)
    columns = [torch.bincount(tenth, weights, minlength=10) for weights in (None, confidence.double(), right.double())]
    table: FloatArray = torch.stack([column.float() for column in columns], dim=1).numpy()
    return table


def no_evaluation(cycle: int, n_labelled: int) -> EvaluateRecord:
    """The record of a cycle without any test images."""
    return EvaluateRecord(
        cycle=cycle,
        n_labelled=n_labelled,
        n_test=0,
        accuracy=None,
        mean_nll=None,
        confusion=np.empty((0, 0), dtype=np.int64),
        calibration=np.empty((0, 3), dtype=np.float32),
    )
