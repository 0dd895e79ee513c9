import pytest
import torch
from helpers.sessions import at
from helpers.small_runs import small_config, small_session

from lada_explore.augmentation import augmentation_named
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.records import Stage, stages_of
from lada_explore.stages.networks import Networks


@pytest.fixture
def made(tiny_data, cpu):
    """Networks of a method, and the number of classes, which can be changed."""

    def make(method, **settings):
        config, n_classes = small_config(method, **settings), [3]
        networks = Networks(
            config,
            tiny_data,
            images=DeviceImages(tiny_data.train, tiny_data.mean, tiny_data.std, cpu),
            augmentation=augmentation_named(config.method.augmentation),
            n_classes=lambda: n_classes[0],
            runtime=cpu,
        )
        return networks, n_classes

    return make


def flat(networks):
    return torch.cat([tensor.flatten().double() for tensor in networks.weights().values()])


def spoil(networks):
    with torch.no_grad():
        for tensor in networks.weights().values():
            tensor.add_(1)


def interrupted(networks, change):
    """Change the networks and stop before the change is kept."""
    with networks.restored_on_failure():
        before = networks.classifier, flat(networks).clone()
        change(networks)
        assert networks.classifier is not before[0] or not torch.equal(flat(networks), before[1])
        raise KeyboardInterrupt


@pytest.mark.parametrize("optimiser", ["new", "kept"])
@pytest.mark.parametrize(("method", "transforms"), [("lada-entmix", False), ("ent-then-stn", True)])
def test_a_failure_puts_all_weights_back_and_success_keeps_the_new_ones(made, method, transforms, optimiser):
    networks, _ = made(method, training__optimiser=optimiser)
    assert any(name.startswith("optimiser.") for name in networks.weights()) == (optimiser == "kept")
    assert (networks.transformer is not None) == transforms
    before = flat(networks).clone()
    with pytest.raises(KeyboardInterrupt):
        interrupted(networks, spoil)
    assert torch.equal(flat(networks), before)
    with networks.restored_on_failure():
        spoil(networks)
    assert not torch.equal(flat(networks), before)


@pytest.mark.parametrize("optimiser", ["new", "kept"])
def test_a_first_training_that_fails_takes_the_outputs_of_added_classes_back_too(made, optimiser):
    networks, n_classes = made("random", training__optimiser=optimiser)
    classifier, before = networks.classifier, flat(networks).clone()
    n_classes[0] = 4
    with pytest.raises(KeyboardInterrupt):
        interrupted(networks, Networks.fit_classes)
    assert networks.classifier is classifier
    assert torch.equal(flat(networks), before)
    networks.fit_classes()
    assert networks.classifier.n_classes == 4
    if optimiser == "kept":
        assert networks.weights()["optimiser.exp_avg.head.bias"].shape == (4,)


@pytest.mark.parametrize(("which", "same"), [("same", True), ("new", False)])
def test_each_cycle_that_starts_afresh_has_the_first_weights_or_new_ones(made, which, same):
    networks, _ = made("ent-then-stn", training__reinitialise=True, training__initial_weights=which)
    first = flat(networks).clone()
    starts = []
    for cycle in (0, 1, 2):
        spoil(networks)
        networks.reinitialise(cycle)
        starts.append(flat(networks).clone())
    assert torch.equal(starts[0], first)
    assert [torch.equal(start, first) for start in starts[1:]] == [same, same]
    assert torch.equal(starts[1], starts[2]) == same


def test_gradients_reach_the_networks_only_while_they_are_trainable(made):
    networks, _ = made("ent-then-stn")

    def states():
        both = (networks.classifier, networks.transformer)
        return {parameter.requires_grad for network in both for parameter in network.parameters()}

    assert states() == {False}
    with networks.trainable():
        assert states() == {True}
        networks.classifier.train()
    assert states() == {False}
    assert not networks.classifier.training


def test_only_train_copies_the_weights(tmp_path, monkeypatch):
    copied, restored = [], Networks.restored_on_failure
    session = small_session(tmp_path / "run", cycles=1)
    monkeypatch.setattr(
        Networks, "restored_on_failure", lambda self: copied.append(session.next_stage) or restored(self)
    )
    while session.next_stage is not None:
        session.step()
    session.close()
    assert copied == [Stage.TRAIN] * 2


@pytest.mark.parametrize("stage", [stage for stage in stages_of(1) if stage is not Stage.TRAIN])
def test_no_other_stage_changes_the_weights(tmp_path, stage):
    session = at(tmp_path / "run", 1, stage)
    before = {name: tensor.clone() for name, tensor in session.classifier.state_dict().items()}
    session.step()
    assert all(torch.equal(tensor, before[name]) for name, tensor in session.classifier.state_dict().items())
    session.close()
