"""Methods: an acquisition, an augmentation, and a policy that chooses tau."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from lada_explore.config.capabilities import (
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Mixes,
    Needs,
)
from lada_explore.config.catalogue import ACQUISITIONS, AUGMENTATIONS, POLICIES, policies_for
from lada_explore.config.choices import by_text, member_named
from lada_explore.config.limits import one_of, unknown
from lada_explore.config.names import name_fault
from lada_explore.errors import ConfigError
from lada_explore.records import Policy

DEFAULT_ACQUISITION = "max_entropy"
"""What scores where nothing is said of it."""
DEFAULT_AUGMENTATION = "none"
"""What mixes or transforms where nothing is said of it."""
"""Parts of a method that are not named."""

NO_LOOK_AHEAD = "set look_ahead=False"
"""Advice in messages. The command line puts the option in its place that the person used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """An acquisition, an augmentation, and a policy that chooses tau.

    Every combination that works is allowed. `METHODS` names the methods of the paper and the ones closest to them.

    Attributes:
        name: key of `METHODS`, "custom" or a name of your own. If left empty, it is composed of the parts, for example
            "lada-margin-input_mixup-exact".
        acquisition: key of `ACQUISITIONS`, or the name of a custom acquisition.
        augmentation: key of `AUGMENTATIONS`; "none" is one of them.
        policy: how tau is chosen.
        look_ahead: True if the score of a candidate includes the value of its virtual instances. False for the paper's
            pipelined baselines, which augment the acquired images after choosing them.
        pairs: True to choose pairs by their own two scores A_i(1) + A_i(0), and to mix these pairs in training. The
            value of their virtual instances is recorded and not counted, so that only this differs from looking ahead.
            False for a method that looks ahead, which needs no such choice.

    Raises:
        ConfigError: the parts do not work together; the message says why, and what does.
    """

    name: str = ""
    acquisition: str
    augmentation: str = DEFAULT_AUGMENTATION
    policy: Annotated[Policy, by_text("policy", Policy)] = Policy.NONE
    look_ahead: bool = False
    pairs: bool = False

    def __post_init__(self) -> None:
        _require_texts(name=self.name, acquisition=self.acquisition, augmentation=self.augmentation)
        for part in ("look_ahead", "pairs"):
            if not isinstance(getattr(self, part), bool):
                raise ConfigError(f"{part} of a method is {getattr(self, part)!r}; it must be True or False")
        object.__setattr__(self, "policy", member_named("policy", self.policy, Policy))
        if self.augmentation not in AUGMENTATIONS:
            raise unknown("augmentation", self.augmentation, list(AUGMENTATIONS))
        if not self.name:
            object.__setattr__(self, "name", self._composed_name())
        if self.look_ahead:
            self._check_looking_ahead()
        if self.pairs:
            self._check_pairs()
        if self.policy not in self.allowed_policies:
            raise ConfigError(
                f"method {self.name!r} has policy {self.policy.value!r}, {self._why_not()}; choose policy "
                f"{one_of(self.allowed_policies)}"
            )
        if self.acquisition in ACQUISITIONS:
            self.check_acquisition(ACQUISITIONS[self.acquisition].capabilities)

    def _check_looking_ahead(self) -> None:
        """Raises ConfigError if the augmentation and the policy cannot be used for looking ahead."""
        augmentation = self.augmentation_capabilities
        if augmentation.mixes is Mixes.NOTHING:
            raise ConfigError(
                f"method {self.name!r} looks ahead without an augmentation; there are no virtual instances to look "
                f"at, so choose augmentation {one_of(_looking_ahead(Mixes.PAIRS))}"
            )
        if not augmentation.looks_ahead:
            does = f"learns {augmentation.learns}" if augmentation.learns else "makes virtual instances"
            raise ConfigError(
                f"method {self.name!r} looks ahead with {augmentation.title}, which {does} only while the classifier "
                f"trains on labelled images; {NO_LOOK_AHEAD}, or choose augmentation {one_of(_looking_ahead(*Mixes))}"
            )
        if self.policy is Policy.NONE:
            raise ConfigError(
                f"method {self.name!r} looks ahead without a policy; tau has to come from "
                f"{one_of(self.allowed_policies)}"
            )

    def _check_pairs(self) -> None:
        """Raises ConfigError if pairs cannot be chosen by their own scores."""
        if self.look_ahead:
            raise ConfigError(
                f"method {self.name!r} looks ahead and has pairs=True, which leaves looking ahead out of the score; "
                f"leave pairs out, or {NO_LOOK_AHEAD}"
            )
        augmentation = self.augmentation_capabilities
        if augmentation.mixes is Mixes.NOTHING:
            raise ConfigError(
                f"method {self.name!r} has pairs=True without an augmentation, so no pair would be mixed; choose "
                f"augmentation {one_of(_looking_ahead(Mixes.PAIRS))}, or leave pairs out"
            )
        if augmentation.mixes is not Mixes.PAIRS or not augmentation.looks_ahead:
            raise ConfigError(
                f"method {self.name!r} chooses pairs for {augmentation.title}, which does not mix chosen pairs; choose "
                f"augmentation {one_of(_looking_ahead(Mixes.PAIRS))}, or leave pairs out"
            )

    def check_acquisition(self, acquisition: AcquisitionCapabilities) -> None:
        """Raises ConfigError if an acquisition with these capabilities does not work with the rest of the method."""
        clash = self._clash(acquisition)
        if clash == "chooses_set" and self.pairs:
            raise ConfigError(
                f"method {self.name!r} cannot choose pairs by {self.acquisition!r}, which chooses a set and gives "
                "single images no score of their own; leave pairs out, or choose acquisition "
                f"{one_of([name for name, entry in ACQUISITIONS.items() if self.fits(entry.capabilities)])}"
            )
        others = [name for name, entry in ACQUISITIONS.items() if self.fits(entry.capabilities)]
        if clash == "chooses_set":
            raise ConfigError(
                f"method {self.name!r} cannot look ahead with {self.acquisition!r}, which chooses a set and gives "
                f"single pairs no score; use it without look-ahead ({NO_LOOK_AHEAD}), or look ahead with "
                f"{one_of(others)}"
            )
        if clash == "needs":
            raise ConfigError(
                f"method {self.name!r} cannot score hidden states with {self.acquisition!r}, whose network sees "
                f"images; use augmentation {one_of(self._on_images())} in place of {self.augmentation!r}"
            )
        if clash == "differentiable":
            without = [name for name in self.allowed_policies if not POLICIES[name].trains]
            raise ConfigError(
                f"method {self.name!r} cannot learn how to transform from {self.acquisition!r}, whose scores have no "
                f"gradient; choose policy {one_of(without)}, or acquisition {one_of(others)}"
            )

    def fits(self, acquisition: AcquisitionCapabilities) -> bool:
        """Whether an acquisition with these capabilities works with the rest of the method."""
        return self._clash(acquisition) is None

    def _clash(self, acquisition: AcquisitionCapabilities) -> str | None:
        """The field of an acquisition's capabilities that does not fit the rest of the method; None if all do."""
        # A method of pairs records the value of virtual instances, which asks the same of the acquisition.
        ahead = self.look_ahead or self.pairs
        return _clash_ahead(acquisition, self.augmentation_capabilities, self.policy) if ahead else None

    @property
    def allowed_policies(self) -> tuple[Policy, ...]:
        """Policies that work with the augmentation, with or without look-ahead as the method has it."""
        return policies_for(self.augmentation_capabilities, self.look_ahead)

    def _on_images(self) -> list[str]:
        """Augmentations that change images and go with the policy of a method that looks ahead."""
        candidates = {name: AUGMENTATIONS[name].capabilities for name in _looking_ahead(*Mixes)}
        return [
            name
            for name, augmentation in candidates.items()
            if not (self.pairs and augmentation.mixes is not Mixes.PAIRS)
            and augmentation.on_images
            and self.policy in policies_for(augmentation, look_ahead=True)
        ]

    def _why_not(self) -> str:
        """End of the sentence that refuses the policy: why it does not work with the rest of the method."""
        augmentation, policy = self.augmentation_capabilities, POLICIES[self.policy]
        if augmentation.mixes is Mixes.NOTHING:
            return "which has nothing to decide without an augmentation"
        if augmentation.own_policy is not None:
            return f"where {augmentation.title} learns {augmentation.learns} in training"
        if augmentation.mixes not in policy.mixes:
            return policy.refusal.format(title=augmentation.title, owners=", ".join(self._owners()))
        return "which is found by looking ahead, and this method does not"

    def _owners(self) -> list[str]:
        """Titles of the augmentations whose own policy this method's policy is."""
        known = (entry.capabilities for entry in AUGMENTATIONS.values())
        return [augmentation.title for augmentation in known if augmentation.own_policy is self.policy]

    def _composed_name(self) -> str:
        """Name composed of the parts; `method_named` reads it back."""
        if self.augmentation_capabilities.mixes is Mixes.NOTHING:
            return self.acquisition
        if self.look_ahead:
            return f"lada-{self.acquisition}-{self.augmentation}-{self.policy}"
        if self.pairs:
            return f"{self.acquisition}-pairs-then-{self.augmentation}"
        return f"{self.acquisition}-then-{self.augmentation}"

    @property
    def augmentation_capabilities(self) -> AugmentationCapabilities:
        """What the augmentation does and needs."""
        return AUGMENTATIONS[self.augmentation].capabilities

    @property
    def uses_pairs(self) -> bool:
        """True if the candidates are pairs of images, False if they are single images."""
        return self.pairs or (self.look_ahead and self.augmentation_capabilities.mixes is Mixes.PAIRS)

    @property
    def uses_transforms(self) -> bool:
        """True if the candidates are single images, each scored together with its spatial transform."""
        return self.look_ahead and self.augmentation_capabilities.mixes is Mixes.IMAGES

    @property
    def transforms_images(self) -> bool:
        """True if virtual instances are transforms of single images, with or without looking ahead."""
        return self.augmentation_capabilities.mixes is Mixes.IMAGES

    @property
    def mixes_acquired(self) -> bool:
        """True if single images are acquired and mixed in random pairs afterwards, while the classifier trains."""
        return self.augmentation_capabilities.mixes is Mixes.PAIRS and not self.uses_pairs


def _clash_ahead(
    acquisition: AcquisitionCapabilities, augmentation: AugmentationCapabilities, policy: Policy
) -> str | None:
    """The field of an acquisition's capabilities that does not fit looking ahead with the others; None if all do."""
    if acquisition.chooses_set:
        return "chooses_set"
    if acquisition.needs is Needs.PIXELS and not augmentation.on_images:
        return "needs"
    if not acquisition.differentiable and augmentation.mixes is Mixes.IMAGES and POLICIES[policy].trains:
        return "differentiable"
    return None


def _looking_ahead(*mixes: Mixes) -> list[str]:
    """Names of the augmentations that can look ahead and make virtual instances from one of `mixes`."""
    return [
        name
        for name, entry in AUGMENTATIONS.items()
        if entry.capabilities.mixes in mixes and policies_for(entry.capabilities, look_ahead=True)
    ]


def _require_texts(**parts: object) -> None:
    for name, part in parts.items():
        if not isinstance(part, str):
            raise ConfigError(f"{name} of a method is {reprlib.repr(part)}; it must be a name, as text")


def _lada(name: str, acquisition: str, augmentation: str, policy: Policy = Policy.LEARNED) -> Method:
    return Method(name=name, acquisition=acquisition, augmentation=augmentation, policy=policy, look_ahead=True)


def _then(name: str, augmentation: str, policy: Policy = Policy.FIXED) -> Method:
    return Method(name=name, acquisition=DEFAULT_ACQUISITION, augmentation=augmentation, policy=policy)


def _of_pairs(name: str, acquisition: str, augmentation: str) -> Method:
    return Method(name=name, acquisition=acquisition, augmentation=augmentation, policy=Policy.FIXED, pairs=True)


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method(name="random", acquisition="random"),
        Method(name="max-entropy", acquisition="max_entropy"),
        Method(name="random-then-mixup", acquisition="random", augmentation="manifold_mixup", policy=Policy.FIXED),
        _of_pairs("random-pairs-mixup", "random", "manifold_mixup"),
        _of_pairs("pairs-then-mixup", DEFAULT_ACQUISITION, "manifold_mixup"),
        _then("ent-then-mixup", "manifold_mixup"),
        _then("ent-then-adamixup", "adamixup", Policy.LEARNED_AFTER),
        _then("ent-then-stn", "stn"),
        _lada("lada-entstn", "max_entropy", "stn"),
        _lada("lada-entstn-fixed", "max_entropy", "stn", Policy.FIXED),
        _lada("lada-entmix", "max_entropy", "manifold_mixup"),
        _lada("lada-entmix-fixed", "max_entropy", "manifold_mixup", Policy.FIXED),
        _lada("lada-entmix-exact", "max_entropy", "manifold_mixup", Policy.EXACT),
        _lada("lada-entinmix", "max_entropy", "input_mixup"),
        _lada("lada-entinmix-fixed", "max_entropy", "input_mixup", Policy.FIXED),
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
        _lada("lada-vaalmix-fixed", "vaal", "input_mixup", Policy.FIXED),
        Method(name="ll4al", acquisition="ll4al"),
        _lada("lada-ll4almix", "ll4al", "input_mixup"),
        _lada("lada-ll4almix-fixed", "ll4al", "input_mixup", Policy.FIXED),
    )
}
"""The methods that have a name, by it; `compose` makes others of parts."""


def method_named(name: str) -> Method:
    """The method with this name: a key of `METHODS`, or a name composed of the parts as in `Method.name`.

    Raises:
        ConfigError: the name is unknown (the message lists the known ones), or the parts do not work together.
    """
    if name in METHODS:
        return METHODS[name]
    match name.split("-"):
        case ["lada", acquisition, augmentation, policy] if acquisition in ACQUISITIONS:
            return compose(acquisition, augmentation, policy, look_ahead=True)
        case [acquisition] if acquisition in ACQUISITIONS:
            return compose(acquisition)
        case [acquisition, "then", augmentation] if acquisition in ACQUISITIONS:
            return compose(acquisition, augmentation, look_ahead=False)
        case [acquisition, "pairs", "then", augmentation] if acquisition in ACQUISITIONS:
            return compose(acquisition, augmentation, pairs=True)
    raise unknown("method", name, list(METHODS))


def require_own_name(method: Method) -> None:
    """Raises ConfigError if the name of a method cannot be shown, or is that of a method with other parts."""
    if fault := name_fault(method.name):
        raise ConfigError(f"a method {fault}")
    try:
        named = method_named(method.name)
    except ConfigError:
        return
    if replace(named, name=method.name) != method:
        raise ConfigError(
            f"method.name is {method.name!r}, which is another method ({_parts(named)}) than this ({_parts(method)}); "
            "leave the name out, or choose one of your own"
        )


def _parts(method: Method) -> str:
    how = (
        "with look-ahead" if method.look_ahead else "pairs without look-ahead" if method.pairs else "without look-ahead"
    )
    return f"{method.acquisition}, {method.augmentation}, {method.policy}, {how}"


def known_method(method: Method) -> Method:
    """The method of `METHODS` that has the same parts; the given method if there is none."""
    return next((known for known in METHODS.values() if replace(known, name=method.name) == method), method)


def compose(
    acquisition: str = DEFAULT_ACQUISITION,
    augmentation: str = DEFAULT_AUGMENTATION,
    policy: str | None = None,
    look_ahead: bool | None = None,
    pairs: bool = False,
) -> Method:
    """Make a method from its parts. If `METHODS` has a method with the same parts, that one is returned.

    Args:
        acquisition: key of `ACQUISITIONS`.
        augmentation: key of `AUGMENTATIONS`.
        policy: text of a `Policy`. None takes the first one that works with the other parts, "learned" if it does.
        look_ahead: see `Method`. None looks ahead if the policy, the augmentation and the acquisition allow it, and
            `pairs` is False.
        pairs: see `Method`.

    Raises:
        ConfigError: a name is unknown, or the parts do not work together.
    """
    _require_texts(acquisition=acquisition, augmentation=augmentation)
    if acquisition not in ACQUISITIONS:
        raise unknown("acquisition", acquisition, list(ACQUISITIONS))
    if augmentation not in AUGMENTATIONS:
        raise unknown("augmentation", augmentation, list(AUGMENTATIONS))
    capabilities = AUGMENTATIONS[augmentation].capabilities
    wanted = None if policy is None else member_named("policy", policy, Policy)
    scoring = ACQUISITIONS[acquisition].capabilities
    every = policies_for(capabilities, look_ahead=True)
    ahead = [name for name in every if _clash_ahead(scoring, capabilities, name) is None]
    if look_ahead is None and pairs:
        look_ahead = False
    if look_ahead is None:
        possible = bool(ahead) if wanted is None else wanted in ahead
        only_ahead = wanted is not None and not POLICIES[wanted].pipelined
        look_ahead = capabilities.mixes is not Mixes.NOTHING and (possible or only_ahead)
    # If no policy works, `Method` refuses what is chosen here and says why.
    default = (*(ahead if look_ahead else ()), *policies_for(capabilities, look_ahead), Policy.NONE)[0]
    return known_method(
        Method(
            acquisition=acquisition,
            augmentation=augmentation,
            policy=wanted or default,
            look_ahead=look_ahead,
            pairs=pairs,
        )
    )
