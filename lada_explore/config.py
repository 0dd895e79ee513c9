"""Every setting of a run, frozen and checked when it is made.

The numbers themselves, with their sources, stand in `lada_explore.presets`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lada_explore.errors import ConfigError


def unknown(kind: str, value: str, known: list[str]) -> ConfigError:
    """The error for a name that is not in a dict of choices: names the value, the choices and the nearest one."""
    near = get_close_matches(value, known, n=3) or [name for name in known if name.endswith(f".{value}")]
    if near and len(known) > 12:
        return ConfigError(f"{kind} {value!r} is unknown; did you mean {' or '.join(near)}?")
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ConfigError(f"{kind} {value!r} is unknown; the known ones are {', '.join(known)}{hint}")


def _at_least(name: str, value: int, least: int) -> None:
    if value < least:
        raise ConfigError(f"{name} is {value}; it must be at least {least}")


def _positive(name: str, value: float, remedy: str) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ConfigError(f"{name} is {value:g}; it must be a finite number above 0, {remedy}")


def _concentration(name: str, value: float, remedy: str) -> None:
    _positive(name, value, remedy)
    if value > TAU_LIMIT:
        raise ConfigError(f"{name} is {value:g}; above {TAU_LIMIT:g} every lam is nearly 1/2, {remedy}")


POLICIES: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("none", False): ("none",),
    ("manifold_mixup", False): ("fixed",),
    ("manifold_mixup", True): ("learned", "fixed", "exact"),
    ("input_mixup", False): ("fixed",),
    ("input_mixup", True): ("learned", "fixed", "exact"),
    ("stn", False): ("fixed",),
    ("stn", True): ("learned", "fixed"),
    ("adamixup", False): ("learned_after",),
}
"""Policies that can work, by augmentation and by whether the method looks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What is scored, how the acquired images are augmented, and who chooses tau.

    Attributes:
        name: key of `METHODS`, or "custom".
        acquisition: key of `lada_explore.acquisition.ACQUISITIONS`.
        augmentation: "none", or a key of `lada_explore.augmentation.AUGMENTATIONS`.
        policy: "none" without augmentation; "learned" by the policy network, or the localisation network of an STN,
            while looking ahead; "fixed" at `policy.fixed_tau`, or an STN as training leaves it; "exact", each pair's
            best tau read off its own profile, with no network (ours); "learned_after", AdaMixup's mixing regions, by
            networks that are trained with the classifier.
        look_ahead: whether the score of a candidate counts its virtual instances. Without it the acquired images are
            augmented after they were chosen (the paper's pipelined baselines).

    Raises:
        ConfigError: a combination that cannot work; the sentence says why and what would.
    """

    name: str
    acquisition: str
    augmentation: str = "none"
    policy: str = "none"
    look_ahead: bool = False

    def __post_init__(self) -> None:
        policies = list(dict.fromkeys(policy for known in POLICIES.values() for policy in known))
        if self.policy not in policies:
            raise unknown("policy", self.policy, policies)
        if self.augmentation not in (augmentations := list(dict.fromkeys(name for name, _ in POLICIES))):
            raise unknown("augmentation", self.augmentation, augmentations)
        if self.look_ahead and self.augmentation == "none":
            raise ConfigError(
                f"method {self.name!r} looks ahead without an augmentation; there are no virtual instances to look "
                "at, so choose augmentation 'manifold_mixup' or 'input_mixup'"
            )
        if self.look_ahead and self.policy == "none":
            raise ConfigError(
                f"method {self.name!r} looks ahead without a policy; tau has to come from 'learned', 'fixed' or 'exact'"
            )
        if self.look_ahead and self.acquisition in SET_RULES:
            raise ConfigError(
                f"method {self.name!r} cannot look ahead with {self.acquisition!r}, which chooses a set and gives no "
                "pair a worth of its own; use it without look-ahead, or look ahead with 'max_entropy', 'margin', 'bald'"
            )
        if self.look_ahead and self.acquisition in IMAGES_ONLY and self.augmentation not in ("input_mixup", "stn"):
            raise ConfigError(
                f"method {self.name!r} cannot score hidden states with {self.acquisition!r}, whose network sees "
                f"images; use augmentation 'input_mixup' in place of {self.augmentation!r}"
            )
        if self.look_ahead and self.augmentation == "adamixup":
            raise ConfigError(
                f"method {self.name!r} looks ahead with AdaMixup, which learns where to mix only while the classifier "
                "trains on labelled images; set look_ahead=False, or choose augmentation 'manifold_mixup', "
                "'input_mixup' or 'stn'"
            )
        allowed = POLICIES[self.augmentation, self.look_ahead]
        if self.policy not in allowed:
            raise ConfigError(
                f"method {self.name!r} has policy {self.policy!r}, {self._why_not()}; choose policy "
                f"{' or '.join(repr(policy) for policy in allowed)}"
            )

    def _why_not(self) -> str:
        """Why the policy cannot work with the rest."""
        if self.augmentation == "none":
            return "which has nothing to decide without an augmentation"
        if self.augmentation == "stn" and self.policy == "exact":
            return "which reads tau off the profile of a pair, where an STN transforms single images by theta"
        if self.augmentation == "adamixup":
            return "where AdaMixup mixes in regions that are learned in training"
        if self.policy == "learned_after":
            return "which only AdaMixup has"
        if self.policy == "none":
            return "which leaves the strength of its augmentation open"
        return "which is found by looking ahead, and this method does not"

    @property
    def uses_pairs(self) -> bool:
        """Whether candidates are pairs of images rather than single images."""
        return self.look_ahead and self.augmentation != "stn"

    @property
    def uses_transforms(self) -> bool:
        """Whether candidates are single images, each with the transform that a spatial transformer gives it."""
        return self.look_ahead and self.augmentation == "stn"

    @property
    def mixes_acquired(self) -> bool:
        """Whether single images are acquired and then mixed in random pairs while the classifier trains."""
        return self.augmentation not in ("none", "stn") and not self.look_ahead


SET_RULES = ("coreset", "badge")
"""Acquisitions that choose the images of a query together."""

IMAGES_ONLY = ("vaal",)
"""Acquisitions that score images but no hidden states of the classifier."""


def _lada(name: str, acquisition: str, augmentation: str, policy: str = "learned") -> Method:
    return Method(name=name, acquisition=acquisition, augmentation=augmentation, policy=policy, look_ahead=True)


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method(name="random", acquisition="random"),
        Method(name="max-entropy", acquisition="max_entropy"),
        Method(
            name="ent-then-mixup",
            acquisition="max_entropy",
            augmentation="manifold_mixup",
            policy="fixed",
        ),
        Method(name="ent-then-adamixup", acquisition="max_entropy", augmentation="adamixup", policy="learned_after"),
        Method(name="ent-then-stn", acquisition="max_entropy", augmentation="stn", policy="fixed"),
        Method(name="lada-entstn", acquisition="max_entropy", augmentation="stn", policy="learned", look_ahead=True),
        Method(
            name="lada-entstn-fixed", acquisition="max_entropy", augmentation="stn", policy="fixed", look_ahead=True
        ),
        Method(
            name="lada-entmix",
            acquisition="max_entropy",
            augmentation="manifold_mixup",
            policy="learned",
            look_ahead=True,
        ),
        Method(
            name="lada-entmix-fixed",
            acquisition="max_entropy",
            augmentation="manifold_mixup",
            policy="fixed",
            look_ahead=True,
        ),
        Method(
            name="lada-entmix-exact",
            acquisition="max_entropy",
            augmentation="manifold_mixup",
            policy="exact",
            look_ahead=True,
        ),
        Method(
            name="lada-entinmix",
            acquisition="max_entropy",
            augmentation="input_mixup",
            policy="learned",
            look_ahead=True,
        ),
        Method(
            name="lada-entinmix-fixed",
            acquisition="max_entropy",
            augmentation="input_mixup",
            policy="fixed",
            look_ahead=True,
        ),
        Method(name="var-ratio", acquisition="var_ratio"),
        _lada("lada-varratiomix", "var_ratio", "manifold_mixup"),
        Method(name="margin", acquisition="margin"),
        _lada("lada-marginmix", "margin", "manifold_mixup"),
        Method(name="bald", acquisition="bald"),
        _lada("lada-baldmix", "bald", "manifold_mixup"),
        Method(name="coreset", acquisition="coreset"),
        Method(name="badge", acquisition="badge"),
        Method(name="vaal", acquisition="vaal"),
        _lada("lada-vaalmix", "vaal", "input_mixup"),
        _lada("lada-vaalmix-fixed", "vaal", "input_mixup", "fixed"),
        Method(name="ll4al", acquisition="ll4al"),
        _lada("lada-ll4almix", "ll4al", "input_mixup"),
        _lada("lada-ll4almix-fixed", "ll4al", "input_mixup", "fixed"),
    )
}


def method_named(name: str) -> Method:
    """The method with this name. Raises ConfigError, naming the known ones."""
    if name not in METHODS:
        raise unknown("method", name, list(METHODS))
    return METHODS[name]


POINT_CLASSES = ("blue", "orange", "green", "purple", "yellow")
"""Names of the classes of points on the plane, after the colours that the playground gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Which images.

    Attributes:
        name: a name of the catalogue, "folder:PATH" or "array:PATH"; "points:drawn" for the points below.
        height, width, channels: declared shape of a person's own images (folder:PATH only).
        classes: class names of a flat, unlabelled folder or of arrays without a classes.txt; empty to read them.
        test_share: share of a labelled folder without a test/ of its own that is held out for testing.
        holdout: share of the given answers that is kept for testing and never trained on, where there is no test set.
        points: (x, y, class index) of every point of "points:drawn", x and y in [-1, 1]; they are kept with the run,
            which a person drew by hand and nobody else has.
    """

    name: str
    height: int = 32
    width: int = 32
    channels: int = 3
    classes: tuple[str, ...] = ()
    test_share: float = 0.2
    holdout: float = 0.0
    points: tuple[tuple[float, float, int], ...] = ()

    def __post_init__(self) -> None:
        _at_least("data.height", self.height, 8)
        _at_least("data.width", self.width, 8)
        if self.channels not in (1, 3):
            raise ConfigError(f"data.channels is {self.channels}; images are grey (1) or RGB (3)")
        if not 0 <= self.test_share < 1:
            raise ConfigError(f"data.test_share is {self.test_share:g}; it must be at least 0 and below 1, try 0.2")
        if not 0 <= self.holdout < 1:
            raise ConfigError(f"data.holdout is {self.holdout:g}; it must be at least 0 and below 1, try 0.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierConfig:
    """The network that is taught.

    Attributes:
        kind: "resnet", with a 3x3 stem, or "mlp", a multilayer perceptron.
        width: channels of the stem and the first stage, and each later stage doubles them; of an "mlp", the units of
            every layer.
        blocks: residual blocks in each stage, (2, 2, 2, 2) is ResNet-18; of an "mlp", linear layers in each stage.
    """

    width: int = 64
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    kind: str = "resnet"

    def __post_init__(self) -> None:
        if self.kind not in (kinds := ["resnet", "mlp"]):
            raise unknown("classifier.kind", self.kind, kinds)
        _at_least("classifier.width", self.width, 1)
        if not self.blocks or min(self.blocks) < 1:
            raise ConfigError(
                f"classifier.blocks is {self.blocks}; each stage needs at least 1 block, ResNet-18 has 2,2,2,2"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """How many images, and when.

    Attributes:
        initial_per_class: labelled images of each class at the start.
        budget: labels asked in each cycle.
        cycles: acquisition rounds after the start.
        subset_size: M, unlabelled images scored in each cycle.
    """

    initial_per_class: int
    budget: int
    cycles: int
    subset_size: int

    def __post_init__(self) -> None:
        _at_least("schedule.initial_per_class", self.initial_per_class, 1)
        _at_least("schedule.budget", self.budget, 1)
        _at_least("schedule.cycles", self.cycles, 0)
        _at_least("schedule.subset_size", self.subset_size, 2)
        if self.budget > self.subset_size:
            raise ConfigError(
                f"schedule.budget {self.budget} is above schedule.subset_size {self.subset_size}; a cycle can only ask "
                "about images it has scored, so raise the subset or lower the budget"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """How the classifier is trained in each cycle.

    Attributes:
        epochs: passes over the labelled images.
        learning_rate: of Adam, started afresh in each cycle.
        batch_size: labelled images in a step.
        reinitialise: start each cycle from new weights instead of the last cycle's.
        crop_flip: pad-4 random crop and horizontal flip of the labelled images (the CIFAR sets).
        cuda_graph: on a GPU, record the step on a batch once in each cycle and replay it; nothing to a CPU.
    """

    epochs: int
    learning_rate: float
    batch_size: int
    reinitialise: bool = False
    crop_flip: bool = False
    cuda_graph: bool = False

    def __post_init__(self) -> None:
        _at_least("training.epochs", self.epochs, 1)
        _at_least("training.batch_size", self.batch_size, 1)
        _positive("training.learning_rate", self.learning_rate, "the paper uses 0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """How tau is chosen.

    Attributes:
        epochs, batch_size, learning_rate: training of the policy network, afresh in each cycle, by Adam; of an STN's
            localisation network while looking ahead.
        tau_max: upper end of the range of tau; the network's sigmoid is multiplied by it. 1 in the paper.
        theta_max: largest change of each of the six numbers of an STN's affine transform from the identity.
        fixed_tau: tau of every pair under the "fixed" policy; None takes 2.0 for manifold and 0.2 for input mixup.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    tau_max: float = 1.0
    theta_max: float = 0.3
    fixed_tau: float | None = None

    def __post_init__(self) -> None:
        _at_least("policy.epochs", self.epochs, 0)
        _at_least("policy.batch_size", self.batch_size, 1)
        _positive("policy.learning_rate", self.learning_rate, "the paper uses 5e-5")
        _concentration("policy.tau_max", self.tau_max, "the paper's sigmoid ends at 1")
        if not 0 < self.theta_max < 0.5:
            raise ConfigError(
                f"policy.theta_max is {self.theta_max:g}; it must be above 0 and below 0.5, where an image could "
                "collapse to a line, try 0.3"
            )
        if self.fixed_tau is not None:
            _concentration("policy.fixed_tau", self.fixed_tau, "Table 1 uses 2.0 for manifold and 0.2 for input mixup")


TAU_LIMIT = 100.0
"""Largest tau of any policy: lam = 1/2 with a standard deviation of 0.035, and a table of weights of a few MB."""

FIXED_TAU: Mapping[str, float] = {"manifold_mixup": 2.0, "input_mixup": 0.2}
"""tau of the fixed policy by augmentation (Table 1)."""


HIDDEN_NODES = 8
IMAGE_NODES = 11
"""Nodes that leave less than 0.01 bits (rms) of error in V(0.5), early and late in a run: images need more of them, see
the table in `lada_explore.lookahead.profile`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAheadConfig:
    """How V_i(tau) and its gradient are estimated.

    Attributes:
        estimator: "quadrature" (ours, the default) or "pathwise" (the paper's, supplement section C).
        nodes: G, uniform nodes of [0, 1] at which the classifier is evaluated along the mixing path; None takes
            `IMAGE_NODES` where images are mixed and `HIDDEN_NODES` where hidden states are.
        draws: N, draws of lam for each pair of the pathwise estimator.
        precision: "float32" or "bfloat16", in which the classifier's layers compute while it scores and looks ahead;
            "auto" measures once, at the start of the run, whether bfloat16 is faster on the device.
    """

    estimator: str = "quadrature"
    nodes: int | None = None
    draws: int = 10
    precision: str = "auto"

    def __post_init__(self) -> None:
        if self.estimator not in (estimators := ["quadrature", "pathwise"]):
            raise unknown("look_ahead.estimator", self.estimator, estimators)
        if self.nodes is not None:
            _at_least("look_ahead.nodes", self.nodes, 3)
        _at_least("look_ahead.draws", self.draws, 1)
        if self.precision not in (precisions := ["auto", "float32", "bfloat16"]):
            raise unknown("look_ahead.precision", self.precision, precisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaldConfig:
    """Monte Carlo dropout of `lada_explore.acquisition.Bald`.

    Attributes:
        dropout: share of the penultimate features that a mask drops.
        masks: T, drawn once a cycle.
    """

    dropout: float = 0.5
    masks: int = 10

    def __post_init__(self) -> None:
        if not 0 < self.dropout < 1:
            raise ConfigError(f"bald.dropout is {self.dropout:g}; it must lie between 0 and 1, Gal et al. use 0.5")
        _at_least("bald.masks", self.masks, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ll4alConfig:
    """The loss-prediction module of `lada_explore.acquisition.Ll4al`.

    Attributes:
        hidden: units for each stage of the classifier.
        margin: by which the ranking loss wants the larger of two losses predicted above the smaller.
        virtual: mixes of labelled images that it is trained on.
        steps, batch_size, learning_rate: its training, afresh in each cycle, by Adam.
    """

    hidden: int = 128
    margin: float = 1.0
    virtual: int = 4000
    steps: int = 400
    batch_size: int = 128
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        _at_least("ll4al.hidden", self.hidden, 1)
        _positive("ll4al.margin", self.margin, "Yoo and Kweon use 1")
        _at_least("ll4al.virtual", self.virtual, 2)
        _at_least("ll4al.steps", self.steps, 1)
        _at_least("ll4al.batch_size", self.batch_size, 2)
        _positive("ll4al.learning_rate", self.learning_rate, "try 0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class VaalConfig:
    """The networks of `lada_explore.acquisition.Vaal`.

    Attributes:
        width: channels of the autoencoder after its first step; each later one doubles them.
        latent: length of the code.
        beta: weight of the Kullback-Leibler divergence.
        adversary: weight of the discriminator's judgement in the loss of the autoencoder.
        steps, batch_size, learning_rate: training of both networks, afresh in each cycle, by Adam; a step takes this
            many labelled and this many unlabelled images.
        vae_steps: steps of the autoencoder for each step of the discriminator.
    """

    width: int = 128
    latent: int = 32
    beta: float = 1.0
    adversary: float = 1.0
    steps: int = 2000
    batch_size: int = 128
    learning_rate: float = 5e-4
    vae_steps: int = 2

    def __post_init__(self) -> None:
        _at_least("vaal.width", self.width, 1)
        _at_least("vaal.latent", self.latent, 1)
        _positive("vaal.beta", self.beta, "Sinha et al. use 1")
        _positive("vaal.adversary", self.adversary, "Sinha et al. use 1")
        _at_least("vaal.steps", self.steps, 1)
        _at_least("vaal.batch_size", self.batch_size, 2)
        _positive("vaal.learning_rate", self.learning_rate, "Sinha et al. use 5e-4")
        _at_least("vaal.vae_steps", self.vae_steps, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything that decides a run's records; equal configs on equal data give equal records.

    Attributes:
        preset: name of the preset it came from.
        checkpoints: "all" keeps the weights of every cycle, "last" only the newest (45 MB each at full width).
        keep: "candidates" keeps pixels and features of all candidates in the records, which the map of a cycle needs
            (5 MB a cycle as in the paper); "queried" those of the queried images only.
    """

    preset: str
    data: DataConfig
    method: Method
    seed: int = 0
    classifier: ClassifierConfig = field(default_factory=ClassifierConfig)
    schedule: ScheduleConfig
    training: TrainingConfig
    policy: PolicyConfig
    look_ahead: LookAheadConfig = field(default_factory=LookAheadConfig)
    bald: BaldConfig = field(default_factory=BaldConfig)
    vaal: VaalConfig = field(default_factory=VaalConfig)
    ll4al: Ll4alConfig = field(default_factory=Ll4alConfig)
    checkpoints: str = "all"
    keep: str = "candidates"

    def __post_init__(self) -> None:
        budget, subset = self.schedule.budget, self.schedule.subset_size
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; seeds are whole numbers from 0 upwards")
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
        if self.checkpoints not in (choices := ["all", "last"]):
            raise unknown("checkpoints", self.checkpoints, choices)
        if self.keep not in (kept := ["candidates", "queried"]):
            raise unknown("keep", self.keep, kept)

    @property
    def fixed_tau(self) -> float:
        """Tau of the fixed policy: `policy.fixed_tau`, or Table 1's for the augmentation."""
        if self.policy.fixed_tau is not None:
            return self.policy.fixed_tau
        return FIXED_TAU[self.method.augmentation]

    @property
    def nodes(self) -> int:
        """G of the profiles: `look_ahead.nodes`, or the default for where the augmentation mixes."""
        if self.look_ahead.nodes is not None:
            return self.look_ahead.nodes
        return IMAGE_NODES if self.method.augmentation == "input_mixup" else HIDDEN_NODES

    def to_dict(self) -> dict[str, Any]:
        """Nested plain values, ready for JSON; `config_from_dict` reads them back."""
        return dataclasses.asdict(self)

    def with_settings(self, settings: Mapping[str, Any]) -> RunConfig:
        """A copy with dotted settings replaced, for example {"schedule.budget": 20}.

        Args:
            settings: values or their text; lists of numbers may be written "1,1,1,1".

        Raises:
            ConfigError: an unknown name, a text that is not of the field's type, or a value out of range.
        """
        values = self.to_dict()
        for name, value in settings.items():
            *path, last = name.split(".")
            place = values
            for part in path:
                place = place.get(part) if isinstance(place, dict) else None  # type: ignore[assignment]
            if not isinstance(place, dict) or last not in place or isinstance(place[last], dict):
                raise unknown("setting", name, list(flatten(values)))
            is_list = isinstance(place[last], (tuple, list))
            place[last] = value.split(",") if is_list and isinstance(value, str) else value
        return config_from_dict(values)


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings as dotted names, in order: {"a": {"b": 1}} becomes {"a.b": 1}."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


_ADAPTER = TypeAdapter(RunConfig)


def config_from_dict(values: Mapping[str, Any]) -> RunConfig:
    """Read a config from nested plain values (JSON, or settings given as text).

    Raises:
        ConfigError: the first thing that is wrong, as one sentence.
    """
    try:
        config = _ADAPTER.validate_python(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, ConfigError):
            raise cause from None
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{name} is {first['input']!r}; {first['msg'][0].lower()}{first['msg'][1:]}") from None
    known = list(flatten(config.to_dict()))
    if extra := set(flatten(values)) - set(known):
        raise unknown("setting", sorted(extra)[0], known)
    return config
