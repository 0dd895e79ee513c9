"""All settings of a run, and their conversion from and to dotted names."""

from __future__ import annotations

import dataclasses
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from lada_explore.config.acquisition_parts import BaldConfig, Ll4alConfig, VaalConfig
from lada_explore.config.backbone import BackboneConfig
from lada_explore.config.capabilities import AcquisitionCapabilities
from lada_explore.config.catalogue import ACQUISITIONS, ESTIMATORS, POLICIES
from lada_explore.config.choices import Checkpoints, Gpu, Keep, Ll4alTraining, Precision, by_text, member_named
from lada_explore.config.classifier import ClassifierConfig
from lada_explore.config.head import HeadConfig
from lada_explore.config.limits import MAX_SEED, at_most, one_of, shortened, unknown
from lada_explore.config.method import Method, known_method
from lada_explore.config.parts import (
    FEATURE_NODES,
    HIDDEN_NODES,
    IMAGE_NODES,
    DataConfig,
    LookAheadConfig,
    PolicyConfig,
    ScheduleConfig,
)
from lada_explore.config.training_parts import TrainingConfig
from lada_explore.errors import ConfigError

SIZE, SIDES = "data.size", ("data.height", "data.width")
"""A setting that stands for two others, of square images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything that determines the records of a run: equal settings on equal data give equal records.

    Attributes:
        preset: name of the preset that the settings come from.
        seed: of everything that is drawn at random.
        checkpoints: which weights the run keeps.
        keep: images whose pixels and features the records keep.
        gpu: whether a GPU computes exactly or fast; no effect on a CPU.
    """

    preset: str
    data: DataConfig
    method: Method
    seed: int = 0
    classifier: ClassifierConfig = field(default_factory=ClassifierConfig)
    backbone: BackboneConfig = field(default_factory=BackboneConfig)
    head: HeadConfig = field(default_factory=HeadConfig)
    schedule: ScheduleConfig
    training: TrainingConfig
    policy: PolicyConfig
    look_ahead: LookAheadConfig = field(default_factory=LookAheadConfig)
    bald: BaldConfig = field(default_factory=BaldConfig)
    vaal: VaalConfig = field(default_factory=VaalConfig)
    ll4al: Ll4alConfig = field(default_factory=Ll4alConfig)
    checkpoints: Annotated[Checkpoints, by_text("checkpoints", Checkpoints)] = Checkpoints.ALL
    keep: Annotated[Keep, by_text("keep", Keep)] = Keep.CANDIDATES
    gpu: Annotated[Gpu, by_text("gpu", Gpu)] = Gpu.EXACT

    def __post_init__(self) -> None:
        budget, subset = self.schedule.budget, self.schedule.subset_size
        if self.seed < 0:
            raise ConfigError(f"seed is {shortened(self.seed)}; seeds are whole numbers from 0 upwards")
        at_most("seed", self.seed, MAX_SEED)
        if self.method.uses_pairs and budget % 2:
            near = f"{budget - 1} or {budget + 1}" if budget > 1 else "2"
            raise ConfigError(f"budget {budget} is odd; pairs need an even budget, try {near}")
        if self.method.uses_pairs and subset % 2:
            raise ConfigError(f"subset_size {subset} is odd; it is cut into pairs, try {subset - 1} or {subset + 1}")
        if self.method.mixes_acquired and budget < 2:
            raise ConfigError(
                f"budget {budget} leaves nothing to mix; {self.method.name} mixes the acquired images in pairs, so ask "
                "for at least 2"
            )
        if self.method.acquisition in ACQUISITIONS:
            self.check_gradient(ACQUISITIONS[self.method.acquisition].capabilities)
        if self.training.patience is not None and not self.data.holdout:
            raise ConfigError(
                f"training.patience is {self.training.patience}, which stops a training by the loss on held-out "
                "answers, and data.holdout is 0, so that no answer is held out; set data.holdout to 0.2, for images "
                "without a test set, or leave training.patience out"
            )
        if self.uses("ll4al.training") and self.ll4al.training is Ll4alTraining.JOINT:
            self.check_joint()
        object.__setattr__(self, "checkpoints", member_named("checkpoints", self.checkpoints, Checkpoints))
        object.__setattr__(self, "keep", member_named("keep", self.keep, Keep))
        object.__setattr__(self, "gpu", member_named("gpu", self.gpu, Gpu))

    def check_gradient(self, acquisition: AcquisitionCapabilities) -> None:
        """Check what the policy learns by, given the capabilities of the acquisition.

        Raises:
            ConfigError: the policy learns by a gradient through the scores and the mixed pairs, and one of them has
                none.
        """
        method = self.method
        estimator = self.look_ahead.estimator
        if not method.uses_pairs or not ESTIMATORS[estimator].needs_gradient or not POLICIES[method.policy].trains:
            return
        through = {
            f"the scores, but those of {method.acquisition!r} have none": acquisition.differentiable,
            f"mixed pairs, but those of {method.augmentation!r} have none in lam": (
                method.augmentation_capabilities.differentiable
            ),
        }
        for words, differentiable in through.items():
            if not differentiable:
                others = [name for name, known in ESTIMATORS.items() if not known.needs_gradient]
                without = [name for name in method.allowed_policies if not POLICIES[name].trains]
                raise ConfigError(
                    f"look_ahead.estimator is {estimator.value!r}, whose gradient goes through {words}; use "
                    f"{one_of(others)}, or policy {one_of(without)}"
                )

    def check_joint(self) -> None:
        """Check that TRAIN can train a network of the acquisition together with the classifier.

        Raises:
            ConfigError: the steps of TRAIN are recorded, or show a single image.
        """
        if self.training.cuda_graph:
            raise ConfigError(
                "training.cuda_graph is true and replays one and the same step, but a network of the acquisition is "
                "trained with the classifier, by a loss that changes with the epochs; set training.cuda_graph to false"
            )
        if self.training.batch_size < 2:
            raise ConfigError(
                f"training.batch_size is {self.training.batch_size}, and the network of the acquisition that is "
                "trained with the classifier learns from the two images of a pair; set it to 2 or more"
            )

    @property
    def fixed_tau(self) -> float:
        """The tau of the "fixed" policy: `policy.fixed_tau`, or the augmentation's value of Table 1.

        Raises:
            ConfigError: the augmentation has no tau.
        """
        if self.policy.fixed_tau is not None:
            return self.policy.fixed_tau
        tau = self.method.augmentation_capabilities.fixed_tau
        if tau is None:
            raise ConfigError(f"method {self.method.name!r} has no tau; set policy.fixed_tau, or mix pairs of images")
        return tau

    @property
    def nodes(self) -> int | None:
        """G, number of nodes of a profile; None if each cycle chooses it by `look_ahead.tolerance`.

        A head on features has `FEATURE_NODES` whatever the tolerance, because nodes cost next to nothing there, and
        mixed images have `IMAGE_NODES`, because most cycles need nearly as many and the trial costs more than it saves.
        """
        look_ahead, on_images = self.look_ahead, self.method.augmentation_capabilities.on_images
        by_trial = not (self.classifier.is_frozen or on_images)
        if by_trial and look_ahead.nodes is None and look_ahead.tolerance is not None:
            return None
        return self.usual_nodes

    @property
    def usual_nodes(self) -> int:
        """Number of nodes that is set, or that is enough on most networks."""
        if self.look_ahead.nodes is not None:
            return self.look_ahead.nodes
        if self.classifier.is_frozen:
            return FEATURE_NODES
        return IMAGE_NODES if self.method.augmentation_capabilities.on_images else HIDDEN_NODES

    @property
    def precision(self) -> Precision:
        """`look_ahead.precision`, but FLOAT32 for AUTO of a head on features, which gains nothing from bfloat16."""
        if self.classifier.is_frozen and self.look_ahead.precision is Precision.AUTO:
            return Precision.FLOAT32
        return self.look_ahead.precision

    def uses(self, setting: str) -> bool:
        """Whether a setting, by its dotted name, can matter.

        Those of another acquisition than the method's cannot, nor what the kind of the classifier has not got: a
        backbone and a head on its features, or layers of the package's own.
        """
        if setting == "data.range":
            return False  # A run records what `data.scale` came to.
        part, _, last = setting.partition(".")
        if part == "head":
            return self.classifier.is_frozen
        if part == "backbone":
            return bool(self.classifier.backbone)
        if part == "classifier" and last in ("width", "blocks", "initialisation", "stem"):
            return not (self.classifier.is_frozen or self.classifier.is_borrowed)
        own = ACQUISITIONS.get(self.method.acquisition)
        others = {entry.settings for entry in ACQUISITIONS.values()} - {"", own.settings if own is not None else ""}
        return part not in others

    def to_dict(self) -> dict[str, Any]:
        """The settings as nested plain values for JSON; `config_from_dict` reads them back."""
        return dataclasses.asdict(self, dict_factory=_plain)

    def with_settings(self, settings: Mapping[str, Any]) -> RunConfig:
        """A copy with some settings replaced, for example {"schedule.budget": 20}.

        Args:
            settings: values, or their text, by dotted name; a list of numbers may be written as "1,1,1,1". "data.size"
                is for "data.height" and "data.width". If a part of the method changes, its name is composed anew,
                unless "method.name" is given too.

        Raises:
            ConfigError: a name is unknown, a text cannot be converted to the type of the setting, or a value is out of
                range.
        """
        values = self.to_dict()
        settings = _with_sides(settings)
        for name, value in settings.items():
            *path, last = name.split(".")
            place = values
            for part in path:
                place = place.get(part) if isinstance(place, dict) else None  # type: ignore[assignment]
            if not isinstance(place, dict) or last not in place or isinstance(place[last], dict):
                raise unknown("setting", name, [*flatten(values), SIZE])
            is_list = isinstance(place[last], (tuple, list))
            place[last] = value.split(",") if is_list and isinstance(value, str) else value
        if any(name.startswith("method.") for name in settings) and "method.name" not in settings:
            values["method"]["name"] = ""
            try:
                config = config_from_dict(values)
            except ConfigError as error:
                changes = ", ".join(f"{name}={value}" for name, value in settings.items() if name.startswith("method."))
                # The sentence would name the method by a name composed of its parts, which nobody has given.
                given = f"method {self.method.name!r} with {changes}"
                raise ConfigError(re.sub("^method '[^']*'", lambda found: given, str(error))) from None
            config = dataclasses.replace(config, method=known_method(config.method))
        else:
            config = config_from_dict(values)
        config.classifier.check_kind()
        return config


def _with_sides(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with "data.size" as height and width. Raises ConfigError if these are given otherwise too."""
    given = dict(settings)
    if SIZE not in given:
        return given
    size = given.pop(SIZE)
    for side in SIDES:
        if str(given.setdefault(side, size)) != str(size):
            raise ConfigError(
                f"{SIZE} is {size} but {side} is {given[side]}; give {SIZE} alone, or both sides without it"
            )
    return given


def _plain(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields as a dict, with enums as their text."""
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in fields}


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted name, in order: {"a": {"b": 1}} becomes {"a.b": 1}."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


_ADAPTER = TypeAdapter(RunConfig)


def config_from_dict(values: Mapping[str, Any]) -> RunConfig:
    """Read settings from nested plain values, for example from JSON; values may be given as text.

    Raises:
        ConfigError: a value is invalid or a name unknown; the message names the first one, in one sentence.
    """
    try:
        config = _ADAPTER.validate_python(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, ConfigError):
            raise cause from None
        name = ".".join(str(part) for part in first["loc"])
        given = reprlib.repr(first["input"])
        raise ConfigError(f"{name} is {given}; {first['msg'][0].lower()}{first['msg'][1:]}") from None
    known = list(flatten(config.to_dict()))
    if extra := set(flatten(values)) - set(known):
        raise unknown("setting", sorted(extra)[0], known)
    return config
