import pytest
import torch
import torchvision

from lada_explore.config import ClassifierConfig
from lada_explore.models import ResNet


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_the_parameters_are_those_of_torchvisions_resnet18_apart_from_the_stem():
    with torch.device("meta"):
        ours = ResNet(ClassifierConfig(), channels=3, n_classes=10)
        theirs = torchvision.models.resnet18(num_classes=10)
    # A 3 x 3 convolution of 3 -> 64 channels stands in place of a 7 x 7 one.
    assert count(theirs) - count(ours) == 3 * 64 * (7 * 7 - 3 * 3)
    assert count(ours) == 11_173_962


def test_a_grey_image_only_changes_the_stem():
    with torch.device("meta"):
        grey = ResNet(ClassifierConfig(), channels=1, n_classes=10)
        rgb = ResNet(ClassifierConfig(), channels=3, n_classes=10)
    assert count(rgb) - count(grey) == 2 * 64 * 3 * 3


@pytest.mark.parametrize(
    ("channels", "size", "shapes"),
    [
        (1, 28, [(1, 28), (64, 28), (64, 28), (128, 14), (256, 7), (512, 4)]),
        (3, 32, [(3, 32), (64, 32), (64, 32), (128, 16), (256, 8), (512, 4)]),
    ],
)
def test_the_shapes_of_all_layers_of_resnet18(channels, size, shapes):
    with torch.device("meta"):
        network = ResNet(ClassifierConfig(), channels=channels, n_classes=10)
        images = torch.empty(2, channels, size, size)
        for layer, (depth, side) in enumerate(shapes):
            hidden = network.to_layer(images, layer)
            assert hidden.shape == (2, depth, side, side)
            assert network.from_layer(hidden, layer).shape == (2, 10)
        assert network.features_from_layer(images, 0).shape == (2, 512)
    assert network.n_layers == len(shapes) - 1


@pytest.mark.parametrize("mix_layer", range(5))
def test_splitting_at_any_layer_changes_nothing(mix_layer):
    network = ResNet(ClassifierConfig(width=4, blocks=(1, 2, 1, 1)), channels=3, n_classes=7).eval()
    images = torch.randn(6, 3, 16, 16)
    whole = network(images)
    torch.testing.assert_close(network.from_layer(network.to_layer(images, mix_layer), mix_layer), whole)
    assert whole.std(dim=0).min() > 1e-3  # the logits do depend on the image


def test_layer_0_is_the_image_itself(tiny_classifier):
    images = torch.randn(2, 1, 12, 12)
    assert tiny_classifier.to_layer(images, 0) is images


def test_scoring_hidden_states_leaves_them_as_they_were(tiny_classifier):
    for mix_layer in (0, 1, 2, 3):
        hidden = tiny_classifier.to_layer(torch.randn(2, 1, 12, 12), mix_layer)
        before = hidden.clone()
        tiny_classifier.from_layer(hidden, mix_layer)
        assert torch.equal(hidden, before)


def test_a_block_adds_its_shortcut_to_its_residual(tiny_classifier):
    block = tiny_classifier.segments[2][0]
    x = torch.randn(2, 4, 12, 12)
    torch.testing.assert_close(block(x), (block.residual(x) + block.shortcut(x)).clamp_min(0))
    same_size = tiny_classifier.segments[1][0]
    torch.testing.assert_close(same_size(x), (same_size.residual(x) + x).clamp_min(0))


@pytest.mark.parametrize("size", [12, 7])
def test_the_shortcut_of_a_smaller_stage_is_a_strided_1x1_convolution(tiny_classifier, size):
    shortcut = tiny_classifier.segments[2][0].shortcut
    convolution, norm = shortcut[-2:]
    x = torch.randn(3, 4, size, size)
    strided = torch.nn.functional.conv2d(x, convolution.weight, stride=2)
    torch.testing.assert_close(shortcut(x), norm(strided))


@pytest.mark.parametrize("width", [1, 4, 8])
def test_the_gradients_of_a_narrow_classifier_are_right_in_channels_last(cpu, width):
    """Heap corruption in oneDNN's strided 1x1 convolution: wrong gradients, or no process left to report them."""
    network = ResNet(ClassifierConfig(width=width, blocks=(1, 1)), channels=1, n_classes=3)
    images = torch.randn(5, 1, 12, 12)

    def gradients(inputs):
        network.zero_grad()
        network(inputs).square().sum().backward()
        return torch.cat([parameter.grad.flatten() for parameter in network.parameters()])

    expected = gradients(images)
    cpu.place(network)
    for _ in range(20):
        torch.testing.assert_close(gradients(cpu.place_states(images)), expected, rtol=1e-3, atol=1e-3)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    def weights(seed):
        torch.manual_seed(seed)
        return ResNet(ClassifierConfig(width=4, blocks=(1,)), 1, 2).segments[0][0].weight

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize("initialisation", ["he", "torch"])
def test_convolutions_start_normal_by_their_outputs_or_uniform_by_their_inputs(initialisation):
    torch.manual_seed(0)
    network = ResNet(ClassifierConfig(width=32, blocks=(1, 1), initialisation=initialisation), channels=3, n_classes=10)
    # 3 x 3 weights for each of 32 inputs and 64 outputs.
    weight = network.segments[2][0].residual[0].weight
    assert weight.shape == (64, 32, 3, 3)
    largest = weight.abs().max().item()
    if initialisation == "he":
        assert weight.std().item() == pytest.approx((2 / (9 * 64)) ** 0.5, rel=0.03)
        assert largest > 3 * (2 / (9 * 64)) ** 0.5
    else:
        assert weight.std().item() == pytest.approx((1 / (3 * 9 * 32)) ** 0.5, rel=0.03)
        assert 0.99 * (9 * 32) ** -0.5 < largest <= (9 * 32) ** -0.5
