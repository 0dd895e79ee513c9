"""A folder of one's own: the classifier is a head on features of a pretrained network, where one is at hand.

That is chosen when a run is begun with the preset demo and nothing is said of the classifier. The head is trained as
that of the preset demo-pretrained. The run records the settings, and keeps them when it is opened again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from PIL import Image

from lada_explore.acquisition import Acquisition, capabilities_of
from lada_explore.config import ACQUISITIONS, RunConfig, flatten
from lada_explore.config.asked import Asked
from lada_explore.config.catalogue import FROZEN
from lada_explore.config.fidelity import FIDELITY
from lada_explore.config.frozen import check_frozen
from lada_explore.config.paths import FOLDER
from lada_explore.config.presets import PRESETS
from lada_explore.config.run import SIDES, SIZE
from lada_explore.datasets import ImageData, load_for
from lada_explore.errors import ConfigError
from lada_explore.features import Backbone, backbone_named, embedded
from lada_explore.features.at_hand import AtHand, networks_at_hand
from lada_explore.files import if_sound
from lada_explore.runtime import Runtime
from lada_explore.runtime.progress import Unseen
from lada_explore.session.checks import check_data_suffices, check_method_on_features
from lada_explore.session.cost import for_people

logger = logging.getLogger(__name__)

THUMBNAIL = 64
"""Height and width in pixels of what is kept of each picture where nothing is trained on pixels."""

SMALL = 96
"""Pixels of the longer side up to which pictures hold no more than is shown to the network of demo-pretrained."""

LOOKED_AT = 20
"""Pictures whose sizes are looked at."""

TIMED = (2, 16)
"""Pictures of a first pass, which takes longer, and of the pass that is timed."""

IN_PYTHON = 'settings={"classifier.kind": "resnet"}'
ON_THE_COMMAND_LINE = "--set classifier.kind=resnet"
"""How a person changes what was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """Features of a network that was at hand.

    Attributes:
        config: settings of the run.
        data: its images, as these settings name them.
        network: what was at hand.
        seconds: that the features of a picture take; 0 if those that were tried are known already.
    """

    config: RunConfig
    data: ImageData
    network: AtHand
    seconds: float

    def sentence(self, otherwise: str) -> str:
        """For people.

        Args:
            otherwise: how they change it.
        """
        n = len(self.data.train) + (0 if self.data.test is None else len(self.data.test))
        cost = "were computed before"
        if self.seconds:
            each, all_of_them = f"{self.seconds:.2g} s", for_people(n * self.seconds)
            cost = f"are computed once, which takes {each} a picture and {all_of_them} in all"
        name = self.network.kind.rpartition(":")[2]
        return (
            f"The classifier sees features of {name}, a pretrained network whose weights {self.network.where}. The "
            f"features {cost}. To train a small network on the pixels instead, use {otherwise}."
        )


def features_at_hand(
    asked: Asked,
    device: str = "auto",
    threads: int | None = None,
    acquisition: Acquisition | None = None,
    *,
    begins: bool = True,
) -> Chosen | None:
    """What is chosen for a new run; None where that is not for this module to say, or nothing is at hand.

    Args:
        asked: what a person asked for.
        device: as for `Session.create`.
        threads: as there.
        acquisition: in place of the method's.
        begins: whether a run begins, for which there have to be images enough.

    Raises:
        LadaError: as `configure` and `load_for`, or a picture of which no features can be made.
    """
    if not _is_open(asked):
        return None
    runtime, data = Runtime.choose(device, threads=threads), None
    for network in networks_at_hand(asked.config().classifier.weights):
        config = asked.config(_settings(asked, network.kind, network.weights))
        if not _works_on_features(config, acquisition):
            return None
        if data is None:
            data = load_for(config)
            if begins:
                check_data_suffices(config, data, None if acquisition is None else capabilities_of(acquisition))
        if network.to_download:
            logger.warning("Downloading the weights of %s, %.0f MB.", network.kind, network.to_download)
        for size in (SMALL, 0) if _are_small(data) else (0,):
            config = asked.config(_settings(asked, network.kind, network.weights, size))
            backbone = _backbone(config, data)
            if backbone is not None:
                return Chosen(config=config, data=data, network=network, seconds=_seconds(data, backbone, runtime))
    return None


def as_recorded(asked: Asked, recorded: RunConfig) -> RunConfig:
    """The settings of a run that is there: with what was chosen when it was begun, if anything was.

    Raises:
        ConfigError: as `configure`.
    """
    kind, weights = recorded.classifier.backbone, recorded.classifier.weights
    if not (kind and _is_open(asked)):
        return asked.config()
    return asked.config(_settings(asked, kind, weights, recorded.backbone.size))


def _is_open(asked: Asked) -> bool:
    """Whether a person named a folder of their own, and nothing that says which classifier."""
    named = {name for name in asked.settings if name.startswith("classifier.")} - {"classifier.weights"}
    is_folder = (asked.dataset or "").startswith(FOLDER)
    return is_folder and asked.preset == "demo" and not named and FIDELITY not in asked.settings


def _settings(asked: Asked, kind: str, weights: str, size: int = 0) -> dict[str, Any]:
    """What is chosen of the settings, where a person names none."""
    method = asked.config().method
    usual, trained = (flatten(PRESETS[name].config(method).to_dict()) for name in ("demo", "demo-pretrained"))
    differs = {name: value for name, value in trained.items() if name.startswith("training.") and value != usual[name]}
    chosen = {"classifier.kind": f"{FROZEN}:{kind}", "classifier.weights": weights, "backbone.size": size}
    sides = {} if {SIZE, *SIDES} & asked.settings.keys() else dict.fromkeys(SIDES, THUMBNAIL)
    return {**differs, **chosen, **sides}


def _works_on_features(config: RunConfig, acquisition: Acquisition | None) -> bool:
    if acquisition is not None:
        capabilities = capabilities_of(acquisition)
    elif config.method.acquisition in ACQUISITIONS:
        capabilities = ACQUISITIONS[config.method.acquisition].capabilities
    else:
        return False
    try:
        check_frozen(config)
        check_method_on_features(config, capabilities)
    except ConfigError:
        return False
    return True


def _backbone(config: RunConfig, data: ImageData) -> Backbone | None:
    """The network; None if its weights cannot be had, or it cannot see these pictures."""
    try:
        return backbone_named(config.classifier, config.backbone, data)
    except ConfigError:
        return None


def _are_small(data: ImageData) -> bool:
    """Whether the first pictures have at most `SMALL` pixels on their longer side."""
    return max(_longer_sides(data), default=0) <= SMALL


def _longer_sides(data: ImageData) -> Iterator[int]:
    for file in (data.train.files or ())[:LOOKED_AT]:
        with if_sound(), Image.open(file) as opened:
            yield max(opened.size)


def _seconds(data: ImageData, backbone: Backbone, runtime: Runtime) -> float:
    """Seconds that the features of a picture take; what is timed is kept, and need not be computed again."""
    ids = iter(range(len(data.train)))
    seconds = 0.0
    for n in TIMED:
        if wanted := list(islice(ids, n)):
            tried = ImageData(train=data.train.part(np.array(wanted)), test=None, mean=data.mean, std=data.std)
            done = embedded(tried, backbone, runtime=runtime, progress=Unseen())
            seconds = done.seconds / done.new if done.new else 0.0
    return seconds
