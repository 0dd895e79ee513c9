import pytest
import torch

from lada_explore.models import PolicyNetwork


def layer_shapes(network, shape):
    """Shape of one pair's states after the concatenation and after every layer that changes the shape."""
    x = torch.randn(1, 2 * shape[0], *shape[1:])
    shapes = [tuple(x.shape[1:])]
    for layer in network.layers:
        x = layer(x)
        if tuple(x.shape[1:]) != shapes[-1]:
            shapes.append(tuple(x.shape[1:]))
    return shapes


def test_the_layers_are_those_of_table_2_for_28_x_28():
    assert layer_shapes(PolicyNetwork((64, 28, 28)), (64, 28, 28)) == [
        (128, 28, 28),
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
        (400,),
        (120,),
        (60,),
        (1,),
    ]


def test_the_layers_are_those_of_table_3_for_32_x_32():
    assert layer_shapes(PolicyNetwork((64, 32, 32)), (64, 32, 32)) == [
        (128, 32, 32),
        (6, 32, 32),
        (6, 16, 16),
        (16, 12, 12),
        (16, 6, 6),
        (576,),
        (120,),
        (60,),
        (1,),
    ]


def test_the_activations_are_those_of_the_tables():
    names = [type(layer).__name__ for layer in PolicyNetwork((64, 28, 28)).layers]
    convolutions = ["Conv2d", "ReLU", "MaxPool2d"] * 2
    assert names == [*convolutions, "Flatten", "Linear", "Tanh", "Linear", "Tanh", "Linear", "Sigmoid"]


def test_the_parameters_of_table_2_counted_by_hand():
    by_hand = [128 * 6 * 25 + 6, 6 * 16 * 25 + 16, 400 * 120 + 120, 120 * 60 + 60, 60 + 1]
    assert sum(p.numel() for p in PolicyNetwork((64, 28, 28)).parameters()) == sum(by_hand)


@pytest.mark.parametrize("tau_max", [0.5, 1.0, 4.0])
def test_tau_is_tau_max_times_a_sigmoid(tau_max):
    network = PolicyNetwork((2, 12, 14), tau_max)
    pairs = torch.randn(5, 4, 12, 14)
    for bias, share in ((0.0, 0.5), (2.0, 0.8807970779778823), (-30.0, 9.36e-14), (30.0, 1.0)):
        torch.nn.init.zeros_(network.layers[-2].weight)
        torch.nn.init.constant_(network.layers[-2].bias, bias)
        tau = network(pairs)
        assert tau.shape == (5,)
        torch.testing.assert_close(tau, torch.full((5,), tau_max * share), rtol=1e-2, atol=0)


def test_tau_of_an_untrained_network_lies_within_the_range_and_depends_on_the_order_of_the_pair():
    network = PolicyNetwork((2, 12, 12), tau_max=3.0)
    first, second = 3 * torch.randn(2, 50, 2, 12, 12)
    tau = network(torch.cat([first, second], dim=1))
    assert ((tau > 0) & (tau < 3)).all()
    assert tau.std() > 1e-3
    assert not torch.allclose(tau, network(torch.cat([second, first], dim=1)))


def test_the_states_of_the_first_image_are_the_first_channels():
    network = PolicyNetwork((3, 12, 12))
    with torch.no_grad():
        network.layers[0].weight[:, 3:] = 0
    first, second, other = torch.randn(3, 4, 3, 12, 12)
    tau, second_changed, first_changed = (
        network(torch.cat(pair, dim=1)) for pair in ((first, second), (first, other), (other, second))
    )
    assert torch.equal(tau, second_changed)
    assert not torch.allclose(tau, first_changed)


@pytest.mark.parametrize(("height", "width"), [(12, 12), (28, 28), (32, 32), (12, 32)])
def test_maps_of_12_to_32_are_seen_as_they_are(height, width):
    assert isinstance(PolicyNetwork((1, height, width)).layers[0], torch.nn.Conv2d)


@pytest.mark.parametrize(
    ("size", "seen"), [((33, 33), (28, 28)), ((56, 20), (28, 20)), ((8, 8), (12, 12)), ((64, 5), (28, 12))]
)
def test_larger_maps_are_pooled_and_smaller_ones_padded_side_by_side(size, seen):
    before, *_ = layers = list(PolicyNetwork((1, *size)).layers)
    first = next(layer for layer in layers if isinstance(layer, torch.nn.Conv2d))
    states = torch.rand(2, 2, *size)
    found = torch.nn.Sequential(*layers[: layers.index(first)])(states)
    assert before is not first
    assert found.shape == (2, 2, *seen)
    assert PolicyNetwork((1, *size))(states).shape == (2,)


def test_pooling_takes_means_of_squares_by_hand():
    pool, *_ = PolicyNetwork((1, 56, 56)).layers
    states = torch.rand(1, 2, 56, 56)
    by_hand = states.reshape(1, 2, 28, 2, 28, 2).mean(dim=(3, 5))
    torch.testing.assert_close(pool(states), by_hand)


def test_padding_leaves_a_small_map_in_the_middle_of_zeros():
    pad, *_ = PolicyNetwork((1, 8, 9)).layers
    states = torch.rand(1, 2, 8, 9)
    expected = torch.zeros(1, 2, 12, 12)
    expected[:, :, 2:10, 1:10] = states
    assert torch.equal(pad(states), expected)
