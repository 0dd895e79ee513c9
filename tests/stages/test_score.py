import warnings

import numpy as np
import pytest
import scipy.stats
import torch

from lada_explore.acquisition import MaxEntropy, Random
from lada_explore.errors import NumericsError
from lada_explore.stages.progress import no_tick
from lada_explore.stages.score import score

IDS = np.array([17, 3, 41, 8, 59, 0, 22], dtype=np.int64)


LABELLED = np.array([5, 40], dtype=np.int64)


def run(classifier, images, acquisition=None, ids=IDS, chunk=3, tick=no_tick, keep_features=True):
    return score(
        2,
        ids,
        labelled_ids=LABELLED,
        keep_features=keep_features,
        acquisition=acquisition or MaxEntropy(),
        classifier=classifier,
        images=images,
        chunk=chunk,
        tick=tick,
    )


def test_scores_predictions_and_confidence_are_those_of_each_image_by_itself(tiny_classifier, tiny_images):
    record = run(tiny_classifier, tiny_images)
    for i, image_id in enumerate(IDS):
        logits = tiny_classifier(tiny_images.batch(np.array([image_id])))[0]
        probabilities = torch.softmax(logits, dim=0).numpy()
        assert record.scores[i] == pytest.approx(scipy.stats.entropy(probabilities, base=2), abs=1e-5)
        assert record.predicted[i] == probabilities.argmax()
        assert record.confidence[i] == pytest.approx(probabilities.max(), abs=1e-5)
    assert (record.cycle, record.unit) == (2, "bits")
    assert np.ptp(record.scores) > 1e-3


@pytest.mark.parametrize("chunk", [1, 2, 7, 100])
def test_the_chunk_does_not_change_the_scores(tiny_classifier, tiny_images, chunk):
    expected, record = run(tiny_classifier, tiny_images), run(tiny_classifier, tiny_images, chunk=chunk)
    np.testing.assert_allclose(record.scores, expected.scores, atol=1e-5)
    np.testing.assert_array_equal(record.predicted, expected.predicted)


def test_a_score_that_is_not_finite_names_the_stage_the_cycle_and_the_first_id(tiny_classifier, tiny_images):
    class Broken(MaxEntropy):
        def outputs(self, classifier, hidden, mix_layer):
            outputs = super().outputs(classifier, hidden, mix_layer)
            return torch.where((hidden.sum(dim=(1, 2, 3)) == dark.sum())[:, None], torch.nan, outputs)

    dark = tiny_images.batch(IDS[4:5])
    with pytest.raises(NumericsError, match=r"Score of cycle 2: the score of 1 images is not finite.*has id 59.*lower"):
        run(tiny_classifier, tiny_images, Broken(), chunk=1)


def test_diverged_weights_are_found_out(tiny_classifier, tiny_images):
    tiny_classifier.head.weight.fill_(torch.nan)
    with pytest.raises(NumericsError, match="the score of 7 images is not finite, the first has id 17"):
        run(tiny_classifier, tiny_images)


def test_features_that_a_record_cannot_hold_are_named_and_not_kept_as_infinite(tiny_classifier, tiny_images):
    for module in tiny_classifier.segments[-1].modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.fill_(1e6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sentence = r"Score of cycle 2: \d of 7 feature vectors go beyond 65504, the first is of \d+; .* lower training"
        with pytest.raises(NumericsError, match=sentence):
            run(tiny_classifier, tiny_images, Random())


def test_progress_counts_images(tiny_classifier, tiny_images):
    points = []
    run(tiny_classifier, tiny_images, tick=lambda *point: points.append(point))
    assert points == [(3, 9, "images"), (6, 9, "images"), (7, 9, "images"), (9, 9, "images")]


class Twice(MaxEntropy):
    """Runs the classifier on something else as well, so that its passes cannot be taken for those of the images."""

    def outputs(self, classifier, hidden, mix_layer):
        classifier.from_layer(hidden.flip(0), mix_layer)
        return super().outputs(classifier, hidden, mix_layer)


def features_of(classifier, images, ids):
    return classifier.features_from_layer(images.batch(ids), 0).numpy()


@pytest.mark.parametrize("acquisition", [MaxEntropy(), Random(), Twice()])
def test_the_record_keeps_logits_outputs_and_features(tiny_classifier, tiny_images, acquisition):
    record = run(tiny_classifier, tiny_images, acquisition)
    logits = tiny_classifier(tiny_images.batch(IDS)).numpy()
    np.testing.assert_allclose(record.logits, logits, atol=1e-5)
    np.testing.assert_allclose(record.features, features_of(tiny_classifier, tiny_images, IDS), atol=2e-3)
    np.testing.assert_allclose(record.labelled_features, features_of(tiny_classifier, tiny_images, LABELLED), atol=2e-3)
    known = tiny_classifier(tiny_images.batch(LABELLED)).numpy()
    np.testing.assert_allclose(record.labelled_logits, known, atol=1e-5)
    expected = logits if record.unit == "bits" else record.scores[:, None]
    np.testing.assert_allclose(record.outputs, expected, atol=1e-5)
    assert not tiny_classifier.segments[-1]._forward_hooks


def test_a_lean_record_keeps_no_features(tiny_classifier, tiny_images):
    full, lean = run(tiny_classifier, tiny_images), run(tiny_classifier, tiny_images, keep_features=False)
    n_features = full.features.shape[1]
    assert lean.features.shape == lean.labelled_features.shape == (0, n_features)
    assert lean.labelled_logits.shape == (0, full.logits.shape[1])
    assert lean.scores.tolist() == full.scores.tolist()
