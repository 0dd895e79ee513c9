import math

import numpy as np
import pytest
import torch

from lada_explore.errors import NumericsError
from lada_explore.stages.evaluate import calibration, evaluate, no_evaluation
from lada_explore.stages.progress import no_tick

PREDICTED = [0, 0, 1, 2, 2, 1]
TARGETS = torch.tensor([0, 1, 1, 2, 0, 1])


class Fake:
    """Images that are their own number, and a classifier that gives the class at that place a logit of log 2."""

    n_classes = 3

    def batch(self, ids):
        return torch.from_numpy(ids)

    def __call__(self, images):
        return math.log(2) * torch.eye(3)[torch.tensor(PREDICTED)[images]]


def run(classifier, chunk=4, tick=no_tick):
    return evaluate(5, classifier, Fake(), TARGETS, n_labelled=40, chunk=chunk, tick=tick)


@pytest.mark.parametrize("chunk", [1, 4, 6, 100])
def test_accuracy_confusion_and_likelihood_by_hand(chunk):
    record = run(Fake(), chunk)
    # Rows are the true class, columns the predicted one.
    assert record.confusion.tolist() == [[1, 0, 1], [1, 2, 0], [0, 0, 1]]
    assert record.predicted.tolist() == PREDICTED
    assert record.accuracy == pytest.approx(4 / 6)
    # softmax of (log 2, 0, 0) is (1/2, 1/4, 1/4): four images cost log 2 and two cost log 4.
    assert record.mean_nll == pytest.approx((4 * math.log(2) + 2 * math.log(4)) / 6)
    assert (record.cycle, record.n_labelled, record.n_test) == (5, 40, 6)
    # All six say 1/2, which opens the sixth tenth; four are right.
    assert record.calibration.tolist() == [[0, 0, 0]] * 5 + [[6, 3, 4]] + [[0, 0, 0]] * 4


def test_certainty_falls_into_the_last_tenth():
    table = calibration(torch.tensor([1.0, 0.95, 0.05]), torch.tensor([True, False, True]))
    assert table[9].tolist() == pytest.approx([2, 1.95, 1])
    assert table[0].tolist() == pytest.approx([1, 0.05, 1])


def test_a_likelihood_that_is_not_finite_is_an_error_and_not_a_number():
    class Diverged(Fake):
        def __call__(self, images):
            return super().__call__(images) * torch.nan

    with pytest.raises(NumericsError, match="Evaluate of cycle 5: the negative log-likelihood is nan; the classifier"):
        run(Diverged())


def test_progress_counts_test_images():
    points = []
    run(Fake(), tick=lambda *point: points.append(point))
    assert points == [(4, 6, "test images"), (6, 6, "test images")]


def test_without_a_test_set_the_record_says_so():
    record = no_evaluation(5, 40)
    assert (record.accuracy, record.mean_nll, record.n_test, record.n_labelled) == (None, None, 0, 40)
    assert (record.confusion.shape, record.predicted.shape) == ((0, 0), (0,))


def test_evaluating_real_images_agrees_with_the_classifiers_own_predictions(tiny_classifier, tiny_images, tiny_data):
    targets = tiny_data.train.targets
    record = evaluate(1, tiny_classifier, tiny_images, targets, n_labelled=6, chunk=7, tick=no_tick)
    logits = tiny_classifier(tiny_images.batch(np.arange(60)))
    assert record.accuracy == pytest.approx((logits.argmax(dim=1) == targets).float().mean().item())
    assert record.mean_nll == pytest.approx(torch.nn.functional.cross_entropy(logits, targets).item(), rel=1e-5)
    assert record.confusion.sum() == 60
