import pytest
import torch
from helpers.sessions import at
from helpers.small_runs import small_config, small_session

from lada_explore.acquisition import acquisition_of
from lada_explore.augmentation import augmentation_named
from lada_explore.config import compose
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
            acquisition=acquisition_of(config),
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
@pytest.mark.parametrize(
    ("method", "transforms", "joins"),
    [
        ("lada-entmix", False, False),
        ("ent-then-stn", True, False),
        ("ll4al", False, True),
        (compose("ll4al", "stn", look_ahead=False), True, True),
    ],
)
def test_a_failure_puts_all_weights_back_and_success_keeps_the_new_ones(made, method, transforms, joins, optimiser):
    networks, _ = made(method, training__optimiser_life=optimiser, ll4al__training="joint")
    assert any(name.startswith("companion.") for name in networks.weights()) == joins
    assert (networks.companion is not None) == (networks.joint_training() is not None) == joins
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
@pytest.mark.parametrize("method", ["random", "ll4al"])
def test_a_first_training_that_fails_takes_the_outputs_of_added_classes_back_too(made, method, optimiser):
    networks, n_classes = made(method, training__optimiser_life=optimiser, ll4al__training="joint")
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
        assert ("optimiser.step.companion.last.bias" in networks.weights()) == (method == "ll4al")


@pytest.mark.parametrize(("which", "same"), [("same", True), ("new", False)])
def test_each_cycle_that_starts_afresh_has_the_first_weights_or_new_ones(made, which, same):
    method = compose("ll4al", "stn", look_ahead=False)
    networks, _ = made(method, training__reinitialise=True, training__initial_weights=which, ll4al__training="joint")
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
    networks, _ = made(compose("ll4al", "stn", look_ahead=False), ll4al__training="joint")

    def states():
        both = (networks.classifier, networks.transformer, networks.companion)
        return {parameter.requires_grad for network in both for parameter in network.parameters()}

    assert states() == {False}
    with networks.trainable():
        assert states() == {True}
        networks.classifier.train()
        networks.joint_training()
        assert networks.companion.training
    assert states() == {False}
    assert not networks.classifier.training
    assert not networks.companion.training


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


def test_the_companion_starts_from_weights_of_its_own_that_the_seed_decides(made):
    first, again, other = (
        made("ll4al", ll4al__training="joint", seed=seed)[0].companion.state_dict() for seed in (0, 0, 1)
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["last.weight"], other["last.weight"])
