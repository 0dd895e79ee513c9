"""What the authors' release of LADA does where this package does something else: the setting `fidelity=released`.

The supplement governs; where it is silent the presets of the paper do as the release, unless a measurement speaks
against it. `configure(..., settings={"fidelity": "released"})` sets everything in the table below at once, as
`--set fidelity=released` does; a setting that is given beside it wins. A run records the single settings, so that
nothing else has to agree with them. Their effect is measured by `benchmarks/released.py`, see `docs/FIDELITY.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lada_explore.config.capabilities import Mixes
from lada_explore.config.choices import (
    Initialisation,
    InitialWeights,
    KeptTau,
    Normalisation,
    OptimiserLife,
    Precision,
    VirtualImages,
)
from lada_explore.config.run import RunConfig, flatten
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.errors import ConfigError
from lada_explore.records import Estimator

FIDELITY, RELEASED = "fidelity", "released"

_CIFAR = ("cifar10", "cifar100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One thing that the release does differently, or that only the release says.

    Attributes:
        setting: dotted name of the setting that decides it.
        value: its value in the release, as plain text or number, for the data set and the method of these settings.
        release: what the release does, and the file of it where that can be read.
        changes: what it changes.
    """

    setting: str
    value: Callable[[RunConfig], Any]
    release: str
    changes: str


def _is_adamixup(config: RunConfig) -> bool:
    """Whether the augmentation learns while the classifier trains; AdaMixup is the one of the release."""
    return config.method.augmentation_capabilities.own_policy is not None


def _virtual_images(config: RunConfig) -> str:
    if config.data.name not in _CIFAR:
        return VirtualImages.PLAIN.value
    if config.data.name == "cifar10" or _is_adamixup(config):
        return VirtualImages.CROP_FLIP.value
    return VirtualImages.UNNORMALISED.value


def _estimator(config: RunConfig) -> str:
    try:
        replace(config, look_ahead=replace(config.look_ahead, estimator=Estimator.PATHWISE))
    except ConfigError:  # Scores without a gradient, which the release does not have.
        return config.look_ahead.estimator.value
    return Estimator.PATHWISE.value


def _normalisation(config: RunConfig) -> str:
    known = config.data.name in RELEASED_STATISTICS
    return (Normalisation.RELEASED if known else Normalisation.MEASURED).value


DEPARTURES: tuple[Departure, ...] = (
    Departure(
        setting="classifier.initialisation",
        value=lambda config: Initialisation.TORCH.value,
        release="leaves every layer as torch makes it (model_ResNet.py)",
        changes="convolutions start smaller, by the root of 6 where a layer keeps its channels",
    ),
    Departure(
        setting="data.normalisation",
        value=_normalisation,
        release="has 0.1307 and 0.3081 for Fashion, those of MNIST, 0.5 for SVHN, and the same numbers for both CIFAR "
        "sets (utils_data.py); no numbers for other images, which stay as measured",
        changes="the scale of the pixels",
    ),
    Departure(
        setting="training.reinitialise",
        value=lambda config: config.data.name == "cifar100",
        release="makes a new ResNet in each cycle of CIFAR-100 (isInit in main.py), elsewhere goes on with the weights",
        changes="whether earlier trainings count",
    ),
    Departure(
        setting="training.initial_weights",
        value=lambda config: InitialWeights.SAME.value,
        release="loads the weights saved at the start into each new ResNet, and into AdaMixup's two networks "
        "(init_model in utils_data.py)",
        changes="without reinitialise nothing",
    ),
    Departure(
        setting="training.optimiser_life",
        value=lambda config: OptimiserLife.KEPT.value,
        release="makes Adam with the ResNet only, so that on 10-class sets one lives through the run (init_model in "
        "utils_data.py)",
        changes="the first steps of a cycle go on with the averages of the last one",
    ),
    Departure(
        setting="training.crop_flip",
        value=lambda config: config.data.name in _CIFAR,
        release="crops and flips labelled images of the CIFAR sets (utils_al.py)",
        changes="what the classifier sees",
    ),
    Departure(
        setting="training.virtual_images",
        value=_virtual_images,
        release="crops and flips the images of the virtual batch on CIFAR-10, each by itself; on CIFAR-100 it undoes "
        "their normalisation and never redoes it, a fault (train_mixed in utils_method.py)",
        changes="of what virtual instances are made",
    ),
    Departure(
        setting="training.clear_gradient",
        value=lambda config: _is_adamixup(config) or config.method.augmentation_capabilities.mixes is not Mixes.PAIRS,
        release="does not clear the gradient before the step on the virtual batch (train_mixed in utils_method.py), "
        "except for AdaMixup",
        changes="that step follows the sum of two gradients",
    ),
    Departure(
        setting="training.pairs_in_one_pass",
        value=lambda config: False,
        release="sends the two halves of the virtual pairs to the mix layer one after the other (train_mixed in "
        "utils_method.py)",
        changes="batch-norm up to the mix layer normalises over half as many images",
    ),
    Departure(
        setting="policy.kept_tau",
        value=lambda config: KeptTau.LOWEST_LOSS.value,
        release="keeps the tau met during the epoch of lowest loss (method_InfoManifoldAcqBeta.py)",
        changes="tau* of a pair is that before the step of its own batch",
    ),
    Departure(
        setting="look_ahead.estimator",
        value=_estimator,
        release="values a pair by random draws of lam, for learning and once more for ranking "
        "(method_InfoManifoldAcqBeta.py, method_VanillaManifoldAcq.py)",
        changes="V has the noise of look_ahead.draws draws",
    ),
    Departure(
        setting="look_ahead.precision",
        value=lambda config: Precision.FLOAT32.value,
        release="computes in single precision (torch's own)",
        changes="errors below 0.001 bits",
    ),
)
"""In the order of the settings' dotted names by part."""


def as_released(config: RunConfig) -> dict[str, Any]:
    """The settings that do as the release on the data set and with the method of a run, by dotted name."""
    return {departure.setting: departure.value(config) for departure in DEPARTURES}


def departures(config: RunConfig) -> tuple[str, ...]:
    """Names of the settings in which a run does not do as the release; empty if it is made as released."""
    own = flatten(config.to_dict())
    return tuple(name for name, value in as_released(config).items() if own[name] != value)


def with_fidelity(config: RunConfig, settings: Mapping[str, Any]) -> RunConfig:
    """A copy with these settings, of which "fidelity" stands for all of `as_released`.

    Args:
        config: settings of a preset.
        settings: by dotted name, as for `RunConfig.with_settings`; those that are named beside "fidelity" win.

    Raises:
        ConfigError: as for `RunConfig.with_settings`, or fidelity is not "released".
    """
    single = {name: value for name, value in settings.items() if name != FIDELITY}
    if FIDELITY not in settings:
        return config.with_settings(single)
    if settings[FIDELITY] != RELEASED:
        raise ConfigError(
            f"fidelity is {settings[FIDELITY]!r}; the only value is 'released', leave it out for the settings of the "
            "preset"
        )
    return config.with_settings(as_released(config.with_settings(single)) | single)
