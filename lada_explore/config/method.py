"""The methods: what is scored, how the acquired images are augmented, and who chooses tau."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lada_explore.config.limits import unknown
from lada_explore.errors import ConfigError

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
        _lada("lada-entstn", "max_entropy", "stn"),
        _lada("lada-entstn-fixed", "max_entropy", "stn", "fixed"),
        _lada("lada-entmix", "max_entropy", "manifold_mixup"),
        _lada("lada-entmix-fixed", "max_entropy", "manifold_mixup", "fixed"),
        _lada("lada-entmix-exact", "max_entropy", "manifold_mixup", "exact"),
        _lada("lada-entinmix", "max_entropy", "input_mixup"),
        _lada("lada-entinmix-fixed", "max_entropy", "input_mixup", "fixed"),
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
