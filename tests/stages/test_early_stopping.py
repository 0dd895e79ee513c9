"""A training that ends early on held-out answers: at which epoch, with which weights, and in a run."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.sessions import step_to
from helpers.small_runs import record_bytes, small_config, small_data
from torch.nn.functional import cross_entropy

from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.errors import ConfigError, NumericsError
from lada_explore.models import ResNet
from lada_explore.pool import Pool
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.stages.early_stopping import EarlyStopping
from lada_explore.stages.optimiser import OptimiserState
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CPU = torch.device("cpu")
IDS = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])
HELD_OUT = np.array([41, 0, 33])
CONFIG = TrainingConfig(epochs=12, learning_rate=1e-2, batch_size=5)


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


@pytest.fixture
def pool(tiny_data):
    return Pool(size=60).with_labels(0, IDS, tiny_data.train.targets[IDS].numpy(), HELD_OUT)


def stopping_on(classifier, pool, images, patience, trained=None):
    return EarlyStopping(classifier, pool, images, patience=patience, trained=trained or classifier.state_dict, chunk=2)


def run(classifier, pool, images, config=CONFIG, **more):
    return train(7, classifier, pool, images=images, config=config, seed=5, device=CPU, tick=no_tick, **more)


def weights(classifier):
    return {name: tensor.clone() for name, tensor in classifier.state_dict().items()}


def with_losses(stopping, *losses):
    """Let the loss after each epoch be the next of these."""
    left = iter(losses)
    stopping._loss = lambda: next(left)
    return stopping


@pytest.mark.parametrize(
    ("patience", "epochs"),
    # The lowest losses so far are those of the epochs 1, 2 and 5: two epochs in a row without a lower one end with
    # epoch 4, three with epoch 8, and one with epoch 3.
    [(1, 3), (2, 4), (3, 8), (4, 9)],
)
def test_it_ends_after_so_many_epochs_in_a_row_without_a_lower_loss(classifier, pool, tiny_images, patience, epochs):
    stopping = stopping_on(classifier, pool, tiny_images, patience)
    with_losses(stopping, 1.0, 0.9, 0.95, 0.9, 0.8, 0.85, 0.8, 0.9, 0.9, 0.7)
    record = run(classifier, pool, tiny_images, stopping=stopping)
    assert len(record.train_loss) == epochs
    assert len(record.own["held_out_loss"]) == epochs


def test_the_weights_and_the_kept_state_are_those_of_the_best_epoch(classifier, pool, tiny_images):
    start = weights(classifier)
    found = []
    for config, losses in ((CONFIG, (0.9, 0.8, 0.8, 0.9)), (replace(CONFIG, epochs=2), None)):
        classifier.load_state_dict(start)
        state = OptimiserState(classifier.named_parameters(), CONFIG)
        stopping = None
        if losses is not None:

            def trained(state=state):
                return {**classifier.state_dict(), **state.tensors()}

            stopping = with_losses(stopping_on(classifier, pool, tiny_images, 2, trained), *losses)
        run(classifier, pool, tiny_images, config, optimiser_state=state, stopping=stopping)
        found.append({**weights(classifier), **{name: tensor.clone() for name, tensor in state.tensors().items()}})
        assert not classifier.training
    assert found[0]["step.head.weight"].item() == 4  # Two epochs of batches of 5 and 4.
    assert all(torch.equal(found[0][name], found[1][name]) for name in found[1])


def test_the_recorded_losses_are_those_of_the_held_out_answers_after_each_epoch(classifier, pool, tiny_images):
    start = weights(classifier)
    record = run(classifier, pool, tiny_images, stopping=stopping_on(classifier, pool, tiny_images, 12))
    labels = torch.from_numpy(pool.labels[~pool.in_training_set])
    expected = []
    for epochs in range(1, 13):
        classifier.load_state_dict(start)
        run(classifier, pool, tiny_images, replace(CONFIG, epochs=epochs))
        with torch.no_grad():
            expected.append(cross_entropy(classifier(tiny_images.batch(pool.held_out_ids)), labels).item())
    assert record.own["held_out_loss"] == pytest.approx(np.array(expected), rel=1e-5)
    # Looking at them changes nothing of the training.
    assert record.train_loss.tolist() == run_again(classifier, start, pool, tiny_images).train_loss.tolist()
    assert set(HELD_OUT) & set(pool.labelled_ids[pool.in_training_set]) == set()


def run_again(classifier, start, pool, images):
    classifier.load_state_dict(start)
    return run(classifier, pool, images)


def test_a_loss_that_is_not_finite_is_told(classifier, pool, tiny_images):
    stopping = with_losses(stopping_on(classifier, pool, tiny_images, 3), 0.9, float("nan"), 0.8, 0.7)
    with pytest.raises(NumericsError, match="Train of cycle 7: held_out_loss is not finite in epoch 2"):
        run(classifier, pool, tiny_images, replace(CONFIG, epochs=4), stopping=stopping)


# In a run --------------------------------------------------------------------------------------------------------


def untested(out, method="lada-entmix", **settings):
    """A new session on images without a test set, whose answers can be held out."""
    return Session.create(small_config(method, **settings), out, data=small_data(tested=False))


STOPS = {
    "data__holdout": 0.4,
    "training__patience": 2,
    "training__epochs": 12,
    "training__learning_rate": 0.02,
    "training__optimiser_life": "kept",
    "training__schedule": "cosine",
    "training__class_weights": "balanced",
}


@pytest.fixture(scope="module", params=["adamw", "sgd"])
def finished(tmp_path_factory, request):
    """A finished run of two cycles whose trainings end early, and its settings."""
    settings = STOPS | {"training__optimiser": request.param, "training__weight_decay": 0.01}
    out = tmp_path_factory.mktemp(request.param) / "run"
    session = untested(out, **settings)
    history = session.run()
    session.close()
    return out, settings, history


def test_trainings_of_a_run_end_early_and_record_their_losses(finished):
    _, _, history = finished
    lengths = [len(records.train.train_loss) for records in history]
    assert min(lengths) < 12
    for records in history:
        losses = records.train.own["held_out_loss"]
        assert len(losses) == len(records.train.train_loss)
        if len(losses) < 12:
            assert losses[-2:].min() >= losses[:-2].min()


@pytest.mark.parametrize("cycle", [1, 2])
def test_a_training_that_is_stopped_in_its_middle_and_resumed_is_that_which_was_not(finished, tmp_path, cycle):
    out, settings, _ = finished
    session = step_to(untested(tmp_path / "run", **settings), cycle, Stage.TRAIN)
    points = []

    def stop():
        points.append(None)
        if len(points) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.step(stop)
    session.close()
    again = Session.resume(tmp_path / "run", data=small_data(tested=False))
    again.run()
    again.close()
    assert record_bytes(tmp_path / "run") == record_bytes(out)


def test_without_held_out_answers_it_is_refused_in_one_sentence():
    sentence = (
        "training.patience is 3, which stops .* data.holdout is 0, so that no answer is held out; set data.holdout"
    )
    with pytest.raises(ConfigError, match=sentence):
        small_config(training__patience=3)


def test_a_cycle_without_held_out_answers_trains_for_all_epochs(tmp_path):
    session = untested(tmp_path / "run", "random", cycles=0, data__holdout=1e-9, training__patience=1)
    (records,) = session.run()
    session.close()
    assert (len(records.train.train_loss), dict(records.train.own)) == (2, {})
