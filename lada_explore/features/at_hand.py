"""Networks whose weights can be had at once: of an installed package, of a file, or of a library that kept them.

Where there is none of these but a network, the weights of a small one are downloaded.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.request import Request, urlopen

import torch
from torch import Tensor, nn

from lada_explore.features.listing import RECOMMENDED, listed
from lada_explore.files import if_sound
from lada_explore.models.borrowed.sources import FAMILIES, HUB
from lada_explore.models.borrowed.weights import named_as, read_weights

DOWNLOADED = "torchvision:resnet18"
"""The network whose weights are downloaded: 45 MB, under the BSD licence of torchvision."""

REACHED_S = 2.0
"""Seconds within which the server of its weights has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """A network and where its weights are.

    Attributes:
        kind: what `classifier.kind` calls it, after "frozen:".
        weights: what `classifier.weights` has to be.
        where: where they are from, as the end of "a network whose weights ...".
        to_download: size in MB of weights that are not there yet.
    """

    kind: str
    weights: str
    where: str
    to_download: float = 0.0


def networks_at_hand(weights: str = "") -> Iterator[AtHand]:
    """Networks to take features of, the first choice first; the network is asked only where nothing else is there.

    Args:
        weights: `classifier.weights` as a person set it: a file, whose network is found by the names and shapes of its
            tensors; "hub"; or empty.

    Raises:
        ConfigError: the file cannot be read.
    """
    if weights not in ("", HUB):
        yield from _of_file(weights)
        return
    found = None
    for known in map(listed, RECOMMENDED):
        packaged = known is not None and known.kind.startswith("module:")
        if known is None or not known.at_hand or (packaged and weights):
            continue
        where = "come in an installed package" if packaged else "were downloaded before"
        found = AtHand(kind=known.kind, weights="" if packaged else HUB, where=where)
        yield found
    from torchvision import models  # see lada_explore/models/borrowed/sources.py

    offered = models.get_model_weights(DOWNLOADED.partition(":")[2]).DEFAULT
    if found is None and (weights or reachable(offered.url)):
        size = float(offered.meta["_file_size"])
        yield AtHand(kind=DOWNLOADED, weights=HUB, where="were downloaded just now", to_download=size)


def reachable(address: str) -> bool:
    """Whether a server answers within `REACHED_S` seconds; looking up its name counts, which has no limit itself."""
    answered: list[bool] = []

    def ask() -> None:
        with if_sound(), urlopen(Request(address, method="HEAD"), timeout=REACHED_S):
            answered.append(True)

    asking = threading.Thread(target=ask, name="asks for weights", daemon=True)
    asking.start()
    asking.join(REACHED_S)
    return bool(answered)


def _of_file(path: str) -> Iterator[AtHand]:
    """The networks of the recommended ones that the tensors of a file fit."""
    tensors = read_weights(path).tensors
    for kind in RECOMMENDED:
        family, _, name = kind.partition(":")
        if family == "module" or listed(kind) is None:
            continue
        with torch.device("meta"):
            network = FAMILIES[family](name, 2).network
        if _fits(network, tensors):
            yield AtHand(kind=kind, weights=path, where="are in the file of classifier.weights")


def _fits(network: nn.Module, tensors: Mapping[str, Tensor]) -> bool:
    """Whether tensors are those of a network, but for its last linear layer."""
    linear = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    own = _shapes(network.state_dict(), linear[-1:])
    return bool(own) and own == _shapes(named_as(network.state_dict(), tensors), linear[-1:])


def _shapes(tensors: Mapping[str, Tensor], without: list[str]) -> dict[str, torch.Size]:
    return {
        name: tensor.shape
        for name, tensor in tensors.items()
        if name.rpartition(".")[0] not in without and not name.endswith("num_batches_tracked")
    }
