"""Networks by name, and images as they want them."""

import re
import sys

import pytest
import torch
import torchvision
from helpers.own_networks import TwentyLines
from safetensors.torch import save_file
from torch import nn

from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.models import Borrowed, new_classifier
from lada_explore.models.borrowed.preprocessing import Preprocessing, Wanted


def made(kind, shape=(1, 12, 12), n_classes=3, statistics=((), ()), **settings):
    return new_classifier(ClassifierConfig(kind=kind, **settings), shape, n_classes, statistics=statistics)


@pytest.fixture
def mine(tmp_path, monkeypatch):
    source = """
from helpers.own_networks import TwentyLines
from lada_explore.config import ClassifierConfig
from lada_explore.models import ResNet
def plain(): return TwentyLines(n_classes=9)
def counted(num_classes): return TwentyLines(n_classes=num_classes)
def nothing(): return 3
def fails(): raise RuntimeError("no such weather")
def ours(n_classes): return ResNet(ClassifierConfig(width=4, blocks=(1,)), 1, n_classes)
"""
    (tmp_path / "mine_of_test.py").write_text(source)
    (tmp_path / "needs_of_test.py").write_text("import gone_of_test")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("mine_of_test", None)


@pytest.mark.usefixtures("mine")
class TestModules:
    def test_a_function_of_a_module_makes_the_network(self):
        found = made("module:mine_of_test:plain", segments=("conv1", "conv2"))
        assert isinstance(found.network, TwentyLines)
        assert found.notes == ("its head for 9 classes was replaced by a new one for 3",)

    def test_it_is_told_the_number_of_classes_if_it_asks(self):
        assert made("module:mine_of_test:counted", segments=("conv1",)).notes == ()

    def test_it_may_make_a_classifier_of_ours(self):
        assert made("module:mine_of_test:ours")(torch.rand(2, 1, 12, 12)).shape == (2, 3)

    @pytest.mark.parametrize(
        ("kind", "sentence"),
        [
            (
                "module:none_of_test:f",
                r"cannot be made .No module named 'none_of_test'.; install it, or set PYTHONPATH to the folder",
            ),
            (
                "module:needs_of_test:f",
                r"cannot be made .No module named 'gone_of_test'.; name another network, or rep",
            ),
            ("module:mine_of_test:gone", "but mine_of_test has no function 'gone'"),
            ("module:mine_of_test", "write it as module:package.module:function"),
            ("module:mine_of_test:nothing", "but nothing makes int; it must make a torch.nn.Module"),
            ("module:mine_of_test:fails", "cannot be made .*no such weather"),
        ],
    )
    def test_what_cannot_be_made_is_one_sentence(self, kind, sentence):
        with pytest.raises(ConfigError, match=sentence) as error:
            made(kind)
        assert "\n" not in str(error.value)


class TestNames:
    @pytest.mark.slow
    def test_an_unknown_model_has_its_nearest(self):
        with pytest.raises(ConfigError, match="the model of timm 'resnt18' is unknown; did you mean resnet18"):
            made("timm:resnt18")
        with pytest.raises(ConfigError, match="the model of torchvision 'resnet19' is unknown; did you mean resnet1"):
            made("torchvision:resnet19")
        with pytest.raises(
            ConfigError, match=r"'[?]{9}' is unknown; the known ones are (\w+, ){11}\w+ and 1,\d{3} more$"
        ):
            made("timm:?????????")

    def test_an_unknown_family_has_its_nearest(self):
        known = (
            "resnet, mlp, timm:NAME, torchvision:NAME, module:PACKAGE.MODULE:FUNCTION, frozen:timm:NAME, features:PATH"
        )
        sentence = (
            f"classifier.kind 'tim:resnet18' is unknown; the known ones are {known}; did you mean 'timm:resnet18'?"
        )
        with pytest.raises(ConfigError, match=f"^{re.escape(sentence)}$"):
            made("tim:resnet18")

    def test_without_timm_it_says_how_to_install_it(self, monkeypatch):
        monkeypatch.setattr("lada_explore.models.borrowed.sources.find_spec", lambda name: None)
        with pytest.raises(ConfigError, match=r"timm is not installed; run pip install 'lada-explore\[timm\]'"):
            made("timm:test_resnet")

    @pytest.mark.slow
    def test_without_a_network_the_hub_is_one_sentence(self, monkeypatch):
        def unreachable(*given, **named):
            raise OSError("Name or service not known")

        monkeypatch.setattr("torch.hub.load_state_dict_from_url", unreachable)
        monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", unreachable)
        with pytest.raises(ConfigError, match="could not be fetched .*not known.*; where there is no network, set"):
            made("torchvision:mobilenet_v3_small", (3, 32, 32), weights="hub")

    @pytest.mark.slow
    def test_a_hub_that_is_not_reached_is_not_tried_for_a_minute(self, monkeypatch):
        def unreachable(address, timeout):
            raise OSError(-2, f"{address} is not known within {timeout} s")

        monkeypatch.setattr("lada_explore.models.borrowed.sources.getproxies", dict)
        monkeypatch.setattr("socket.create_connection", unreachable)
        sentence = r"timm:test_resnet could not be fetched .\('huggingface.co', 443\) is not known within 5.0 s.; where"
        with pytest.raises(ConfigError, match=sentence):
            made("timm:test_resnet", (3, 32, 32), weights="hub")

    @pytest.mark.slow
    def test_what_was_downloaded_before_needs_no_network(self, tmp_path, monkeypatch):
        import timm  # It takes a second to load, which `make quick` can do without.

        kept, asked = timm.create_model("test_resnet").state_dict(), []
        save_file(kept, tmp_path / "model.safetensors")

        def cached(*what):
            asked.append(what)
            return str(tmp_path / "model.safetensors")

        monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", cached)
        monkeypatch.setattr("socket.create_connection", None)
        found = made("timm:test_resnet", (3, 32, 32), weights="hub")
        assert asked == [("timm/test_resnet.r160_in1k", "model.safetensors")]
        assert torch.equal(found.network.bn1.weight, kept["bn1.weight"])
        assert torch.equal(found.network.conv1[0].weight, kept["conv1.0.weight"])

    def test_the_hub_has_nothing_for_a_module(self, mine):
        with pytest.raises(ConfigError, match="classifier.weights is 'hub', but nobody offers weights"):
            made("module:mine_of_test:plain", segments=("conv1",), weights="hub")

    @pytest.mark.slow
    def test_the_weights_of_the_hub_bring_size_and_normalisation_along(self, monkeypatch):
        def offered(enum, *given, **named):
            return torchvision.models.mobilenet_v3_small(weights=None).state_dict()

        monkeypatch.setattr(torchvision.models.WeightsEnum, "get_state_dict", offered)
        found = made("torchvision:mobilenet_v3_small", (1, 32, 32), statistics=((0.3,), (0.2,)), weights="hub")
        assert found.preprocessing.shape == (3, 224, 224)
        assert found.notes == (
            "grey images are repeated on 3 channels",
            "images are normalised as those that its weights were trained on",
            "images are scaled to 224 x 224",
            "its weights have a head for 1000 classes, so it starts with a new one for 3",
        )


@pytest.mark.slow
def test_images_too_small_for_a_network_are_refused_with_the_size_it_was_made_for():
    sentence = (
        r"Inception3 cannot see images of 3 x 32 x 32 .*; it was made for 299 x 299 pixels: give it such images, or"
    )
    with pytest.raises(ConfigError, match=sentence):
        made("torchvision:inception_v3", (3, 32, 32))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "shape", "first", "last", "n"),
    [
        ("torchvision:resnet18", (3, 32, 32), (64, 8, 8), (512, 1, 1), 4),
        ("torchvision:regnet_y_400mf", (3, 32, 32), (48, 8, 8), (440, 1, 1), 4),
        ("timm:test_resnet", (1, 32, 32), (32, 16, 16), (96, 1, 1), 5),
        ("timm:test_vit", (1, 28, 28), (64, 11, 10), (64, 11, 10), 6),
    ],
)
def test_the_usual_stages_of_known_networks(kind, shape, first, last, n):
    found = made(kind, shape, 5)
    assert isinstance(found, Borrowed)
    assert (found.n_layers, found.shape_after(1, shape), found.shape_after(n, shape)) == (n, first, last)
    assert found(torch.rand(2, *shape)).shape == (2, 5)
    assert found.head.out_features == 5


class TestPreprocessing:
    def test_images_are_normalised_and_repeated_as_the_network_wants_them(self):
        wanted = Wanted(channels=3, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 1.0))
        shown = Preprocessing((1, 2, 2), (0.4,), (0.2,), wanted)
        pixels = torch.rand(2, 1, 2, 2)
        found = shown((pixels - 0.4) / 0.2)
        for channel, (mean, std) in enumerate(zip(wanted.mean, wanted.std, strict=True)):
            torch.testing.assert_close(found[:, channel], (pixels[:, 0] - mean) / std)

    def test_it_changes_nothing_that_need_not_be_changed(self):
        images = torch.rand(2, 3, 4, 4)
        assert torch.equal(
            Preprocessing((3, 4, 4), (0.5,) * 3, (0.1,) * 3, Wanted(channels=3, size=(4, 4)))(images), images
        )

    def test_mixed_images_are_the_mixes_of_images(self):
        shown = Preprocessing(
            (1, 6, 6), (0.4,), (0.2,), Wanted(channels=3, size=(9, 9), mean=(0.1,) * 3, std=(2.0,) * 3)
        )
        one, other = torch.rand(2, 4, 1, 6, 6)
        mixed = shown(0.3 * one + 0.7 * other)
        assert mixed.shape == (4, 3, 9, 9)
        torch.testing.assert_close(mixed, 0.3 * shown(one) + 0.7 * shown(other))


def test_a_part_of_more_stages_than_there_are_is_refused():
    with pytest.raises(ConfigError, match="classifier.train is 'last:7', but this classifier has 6 stages; use"):
        made("timm:test_vit", (1, 28, 28), train="last:7")
    with pytest.raises(ConfigError, match="classifier.train is 'some'; use 'all', 'head', or 'last:N'"):
        ClassifierConfig(train="some")


def test_the_stages_of_ours_cannot_be_named():
    with pytest.raises(ConfigError, match="classifier.segments is 'a', but classifier.kind 'resnet' has segments of"):
        made("resnet", segments=("a",))


def test_parts_of_ours_can_be_frozen_too():
    network = made("resnet", blocks=(1, 1), width=4, train="last:1").requires_grad_(True).train()
    trained = {
        name.split(".")[0] + "." + name.split(".")[1] for name, p in network.named_parameters() if p.requires_grad
    }
    assert trained == {"segments.2", "head.weight", "head.bias"}
    assert [m.training for m in network.modules() if isinstance(m, nn.BatchNorm2d)].count(True) == 3
