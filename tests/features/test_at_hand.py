"""Which networks are at hand: of a package, of a cache, of a file, or a short way off."""

from __future__ import annotations

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import torch
import torchvision

from lada_explore.config import ClassifierConfig
from lada_explore.errors import ConfigError
from lada_explore.features import at_hand
from lada_explore.features.at_hand import DOWNLOADED, networks_at_hand, reachable
from lada_explore.features.listing import INSTALLED, RECOMMENDED, Listed
from lada_explore.models import new_classifier


@pytest.fixture
def there(monkeypatch):
    """Sets which kinds are on this machine, and whether the server answers; returns what was asked of it."""
    asked = []

    def setting(*kinds, answers=False):
        monkeypatch.setattr(at_hand, "listed", lambda kind: Listed(kind=kind, at_hand=kind in kinds))
        monkeypatch.setattr(at_hand, "reachable", lambda address: asked.append(address) or answers)
        return asked

    return setting


def test_the_network_of_the_installed_package_comes_first():
    first = next(networks_at_hand())
    assert (first.kind, first.weights) == (f"{INSTALLED}efficientnet_lite0", "")


def test_what_was_downloaded_before_comes_in_the_order_recommended(there):
    asked = there("timm:resnet18", "torchvision:mobilenet_v3_large", f"{INSTALLED}efficientnet_lite0", answers=True)
    found = [(network.kind, network.weights, network.to_download) for network in networks_at_hand()]
    assert found == [
        (f"{INSTALLED}efficientnet_lite0", "", 0),
        ("torchvision:mobilenet_v3_large", "hub", 0),
        ("timm:resnet18", "hub", 0),
    ]
    assert [network.kind for network in networks_at_hand("hub")] == ["torchvision:mobilenet_v3_large", "timm:resnet18"]
    assert asked == []


def test_weights_are_downloaded_only_where_nothing_is_there_and_a_server_answers(there):
    asked = there(answers=True)
    (found,) = networks_at_hand()
    assert (found.kind, found.weights, round(found.to_download)) == (DOWNLOADED, "hub", 45)
    assert asked[0].startswith("https://")
    there(answers=False)
    assert list(networks_at_hand()) == []
    assert [network.kind for network in networks_at_hand("hub")] == [DOWNLOADED]


def test_the_network_of_a_file_is_found_by_its_tensors(tmp_path):
    state = torchvision.models.resnet18(num_classes=7).state_dict()
    torch.save({f"module.{name}": tensor for name, tensor in state.items()}, tmp_path / "own.pth")
    found = [(network.kind, network.weights) for network in networks_at_hand(str(tmp_path / "own.pth"))]
    assert ("torchvision:resnet18", str(tmp_path / "own.pth")) == found[0]
    assert {kind.partition(":")[2] for kind, _ in found} == {"resnet18"}


def test_the_weights_of_the_small_network_are_those_of_no_other(tmp_path):
    own = new_classifier(ClassifierConfig(width=4, blocks=(1, 1)), (3, 32, 32), 3)
    torch.save(own.state_dict(), tmp_path / "small.pth")
    assert list(networks_at_hand(str(tmp_path / "small.pth"))) == []
    with pytest.raises(ConfigError, match="does not exist"):
        list(networks_at_hand(str(tmp_path / "none.pth")))


class Answers(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words):
        pass


def test_a_server_is_asked_for_a_short_time(monkeypatch):
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert reachable(f"http://127.0.0.1:{server.server_address[1]}/x")
    monkeypatch.setattr(at_hand, "REACHED_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert not reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/x")
        assert time.monotonic() - began < 5
        closed = silent.getsockname()[1]
    assert not reachable(f"http://127.0.0.1:{closed}/x")
    assert not reachable("no address")


def test_the_recommended_networks_that_can_be_downloaded_exist():
    assert DOWNLOADED in RECOMMENDED
