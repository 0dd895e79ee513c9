"""The methods: what is scored, how the acquired images are augmented, and who chooses tau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator

from lada_explore.config.capabilities import Augmenting, Mixes, Needs, Policy, Scoring, chosen
from lada_explore.config.catalogue import ACQUISITIONS, AUGMENTATIONS, POLICIES, policies_for
from lada_explore.config.limits import either, unknown
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What is scored, how the acquired images are augmented, and who chooses tau.

    Any combination that can work may be made; `METHODS` are those of the paper and their kin, by name.

    Attributes:
        name: key of `METHODS`, "custom", or made of the parts, as "lada-margin-input_mixup-exact", when left empty.
        acquisition: key of `ACQUISITIONS`, or the name of an acquisition of one's own.
        augmentation: key of `AUGMENTATIONS`, "none" among them.
        policy: who chooses tau.
        look_ahead: whether the score of a candidate counts its virtual instances. Without it the acquired images are
            augmented after they were chosen (the paper's pipelined baselines).

    Raises:
        ConfigError: a combination that cannot work; the sentence says why and what would.
    """

    name: str = ""
    acquisition: str
    augmentation: str = "none"
    policy: Annotated[Policy, BeforeValidator(lambda text: chosen("policy", text, Policy))] = Policy.NONE
    look_ahead: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "policy", chosen("policy", self.policy, Policy))
        if self.augmentation not in AUGMENTATIONS:
            raise unknown("augmentation", self.augmentation, list(AUGMENTATIONS))
        if not self.name:
            object.__setattr__(self, "name", self._own_name())
        if self.look_ahead:
            self._check_looking_ahead()
        if self.acquisition in ACQUISITIONS:
            self.check_acquisition(ACQUISITIONS[self.acquisition].can)
        allowed = policies_for(self.augmenting, self.look_ahead)
        if self.policy not in allowed:
            raise ConfigError(
                f"method {self.name!r} has policy {self.policy.value!r}, {self._why_not()}; choose policy "
                f"{' or '.join(repr(policy.value) for policy in allowed)}"
            )

    def _check_looking_ahead(self) -> None:
        """Raises ConfigError where there is nothing to look at."""
        if self.augmenting.mixes is Mixes.NOTHING:
            raise ConfigError(
                f"method {self.name!r} looks ahead without an augmentation; there are no virtual instances to look "
                f"at, so choose augmentation {either(_looking_ahead(Mixes.PAIRS))}"
            )
        if self.augmenting.own_policy is not None:
            raise ConfigError(
                f"method {self.name!r} looks ahead with {self.augmenting.title}, which learns {self.augmenting.learns} "
                "only while the classifier trains on labelled images; set look_ahead=False, or choose augmentation "
                f"{either(_looking_ahead(*Mixes))}"
            )
        if self.policy is Policy.NONE:
            raise ConfigError(
                f"method {self.name!r} looks ahead without a policy; tau has to come from "
                f"{either(policies_for(self.augmenting, look_ahead=True))}"
            )

    def check_acquisition(self, scoring: Scoring) -> None:
        """Raises ConfigError for an acquisition, by what it declares, that cannot work with the rest of the method."""
        if not self.look_ahead:
            return
        if scoring.chooses_set:
            raise ConfigError(
                f"method {self.name!r} cannot look ahead with {self.acquisition!r}, which chooses a set and gives no "
                "pair a worth of its own; use it without look-ahead, or look ahead with 'max_entropy', 'margin', 'bald'"
            )
        if scoring.needs is Needs.PIXELS and not self.augmenting.on_images:
            raise ConfigError(
                f"method {self.name!r} cannot score hidden states with {self.acquisition!r}, whose network sees "
                f"images; use augmentation 'input_mixup' in place of {self.augmentation!r}"
            )
        if not scoring.gradient and self.augmenting.mixes is Mixes.IMAGES and POLICIES[self.policy].trains:
            raise ConfigError(
                f"method {self.name!r} cannot learn how to transform from {self.acquisition!r}, whose scores have no "
                f"gradient; choose policy {Policy.FIXED.value!r}, or an acquisition such as 'max_entropy'"
            )

    def _why_not(self) -> str:
        """Why the policy cannot work with the rest."""
        augmenting, choosing = self.augmenting, POLICIES[self.policy]
        if augmenting.mixes is Mixes.NOTHING:
            return "which has nothing to decide without an augmentation"
        if augmenting.own_policy is not None:
            return f"where {augmenting.title} learns {augmenting.learns} in training"
        if augmenting.mixes not in choosing.over:
            return choosing.otherwise.format(title=augmenting.title)
        return "which is found by looking ahead, and this method does not"

    def _own_name(self) -> str:
        """A name made of the parts."""
        if self.augmenting.mixes is Mixes.NOTHING:
            return self.acquisition
        if self.look_ahead:
            return f"lada-{self.acquisition}-{self.augmentation}-{self.policy}"
        return f"{self.acquisition}-then-{self.augmentation}"

    @property
    def augmenting(self) -> Augmenting:
        """What the augmentation declares."""
        return AUGMENTATIONS[self.augmentation].can

    @property
    def uses_pairs(self) -> bool:
        """Whether candidates are pairs of images rather than single images."""
        return self.look_ahead and self.augmenting.mixes is Mixes.PAIRS

    @property
    def uses_transforms(self) -> bool:
        """Whether candidates are single images, each with the transform that a spatial transformer gives it."""
        return self.look_ahead and self.augmenting.mixes is Mixes.IMAGES

    @property
    def mixes_acquired(self) -> bool:
        """Whether single images are acquired and then mixed in random pairs while the classifier trains."""
        return self.augmenting.mixes is Mixes.PAIRS and not self.look_ahead


def _looking_ahead(*mixes: Mixes) -> list[str]:
    """Names of the augmentations of such things with which one can look ahead."""
    return [
        name
        for name, entry in AUGMENTATIONS.items()
        if entry.can.mixes in mixes and policies_for(entry.can, look_ahead=True)
    ]


def _lada(name: str, acquisition: str, augmentation: str, policy: Policy = Policy.LEARNED) -> Method:
    return Method(name=name, acquisition=acquisition, augmentation=augmentation, policy=policy, look_ahead=True)


def _then(name: str, augmentation: str, policy: Policy = Policy.FIXED) -> Method:
    return Method(name=name, acquisition="max_entropy", augmentation=augmentation, policy=policy)


METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        Method(name="random", acquisition="random"),
        Method(name="max-entropy", acquisition="max_entropy"),
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


def method_named(name: str) -> Method:
    """The method with this name: one of `METHODS`, or one made of its parts, as `Method` names it.

    Raises:
        ConfigError: no such method, naming the known ones, or parts that cannot work together.
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
    raise unknown("method", name, list(METHODS))


def named(method: Method) -> Method:
    """The one of `METHODS` with the same parts, where there is one; else the method itself."""
    return next((known for known in METHODS.values() if replace(known, name=method.name) == method), method)


def compose(
    acquisition: str = "max_entropy",
    augmentation: str = "none",
    policy: str | None = None,
    look_ahead: bool | None = None,
) -> Method:
    """A method from its parts; the one of `METHODS` where there is one of these parts.

    Args:
        acquisition: key of `ACQUISITIONS`.
        augmentation: key of `AUGMENTATIONS`.
        policy: text of a `Policy`; when None the usual one, which is "learned" where it can be.
        look_ahead: as of `Method`; when None it does if policy, augmentation and acquisition can.

    Raises:
        ConfigError: an unknown name, or parts that cannot work together.
    """
    if acquisition not in ACQUISITIONS:
        raise unknown("acquisition", acquisition, list(ACQUISITIONS))
    if augmentation not in AUGMENTATIONS:
        raise unknown("augmentation", augmentation, list(AUGMENTATIONS))
    augmenting = AUGMENTATIONS[augmentation].can
    wanted = None if policy is None else chosen("policy", policy, Policy)
    if look_ahead is None:
        ahead = policies_for(augmenting, look_ahead=True)
        able = (wanted or (*ahead, Policy.NONE)[0]) in ahead and not ACQUISITIONS[acquisition].can.chooses_set
        only_ahead = wanted is not None and not POLICIES[wanted].after
        look_ahead = augmenting.mixes is not Mixes.NOTHING and (able or only_ahead)
    # Where no policy can work, `Method` says why.
    usual = (*policies_for(augmenting, look_ahead), Policy.NONE)[0]
    return named(
        Method(acquisition=acquisition, augmentation=augmentation, policy=wanted or usual, look_ahead=look_ahead)
    )
