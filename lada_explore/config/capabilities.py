"""What each acquisition, augmentation and policy can do: plain values, read without torch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from lada_explore.errors import ConfigError
from lada_explore.records import Policy


class Needs(StrEnum):
    """What an acquisition takes as input.

    STATES: hidden states of any classifier after any layer, including points on the plane. MAPS: hidden states that
    have a height and a width. PIXELS: images, also mixed or transformed ones, but no hidden states.
    """

    STATES = "states"
    MAPS = "maps"
    PIXELS = "pixels"


class Mixes(StrEnum):
    """What an augmentation makes a virtual instance from: NOTHING, PAIRS of images, or single IMAGES."""

    NOTHING = "nothing"
    PAIRS = "pairs"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionCapabilities:
    """What an acquisition does and needs.

    Attributes:
        chooses_set: True if the acquisition chooses all images of a query together, with its method `choose`, instead
            of scoring each image separately. Such an acquisition cannot look ahead, because it gives a single pair no
            score of its own.
        chooses_pairs: True if, in a method of pairs, the acquisition chooses the pairs of a query together, with its
            method `choose_pairs`, in place of those with the highest scores.
        needs: input of the acquisition.
        trains: True if `prepare` trains networks; their weights, from its method `state_dict`, are stored beside the
            record of SCORE.
        on_features: True if it also works on features of frozen networks, which are vectors; for one that needs STATES
            there is nothing to declare.
        trains_jointly: True if a network of the acquisition may be trained in TRAIN, together with the classifier; see
            `lada_explore.acquisition.JointAcquisition`.
        differentiable: True if the scores have a gradient with respect to the input.
        meaning: a sentence on what a score is, where its unit does not say it; otherwise empty.
    """

    chooses_set: bool = False
    chooses_pairs: bool = False
    needs: Needs = Needs.STATES
    trains: bool = False
    trains_jointly: bool = False
    on_features: bool = False
    differentiable: bool = True
    meaning: str = ""

    @property
    def works_on_features(self) -> bool:
        """Whether features of frozen networks can be scored."""
        return self.on_features or self.needs is Needs.STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentationCapabilities:
    """What an augmentation does and needs.

    Attributes:
        title: name of the augmentation in messages.
        mixes: what a virtual instance is made from.
        looks_ahead: True if virtual instances can be valued before they are learned from: pairs by the method `mix`,
            single images by the methods of `lada_explore.augmentation.Transforming`.
        linear: False if pairs are mixed otherwise than lam x_i + (1 - lam) x'_i, the blend that views show.
        differentiable: False if mixed pairs have no gradient with respect to lam.
        on_images: True if the augmentation changes images, False if it changes hidden states.
        on_points: True if the augmentation also works on points of the plane, which have no neighbouring pixels to
            crop, warp or convolve. Not for one that looks ahead at single images, because their transforms are recorded
            as pixels.
        on_features: True if the augmentation also works on features of frozen networks; one that works on points does.
        fixed_tau: tau of the "fixed" policy when `policy.fixed_tau` is None; None for an augmentation without tau.
        own_policy: the only policy of an augmentation that learns how to mix while the classifier trains, and so
            cannot look ahead; None if any policy for `mixes` can be used.
        learns: what `own_policy` learns, as a phrase for messages; empty without one.
    """

    title: str
    mixes: Mixes
    looks_ahead: bool = False
    linear: bool = True
    differentiable: bool = True
    on_images: bool = True
    on_points: bool = False
    on_features: bool = False
    fixed_tau: float | None = None
    own_policy: Policy | None = None
    learns: str = ""

    @property
    def works_on_features(self) -> bool:
        """Whether features of frozen networks can be augmented."""
        return self.on_features or self.on_points

    def __post_init__(self) -> None:
        if self.mixes is Mixes.PAIRS and self.fixed_tau is None:
            raise ConfigError(f"augmentation {self.title!r} mixes pairs and has no fixed_tau; declare one, such as 1.0")
        if self.looks_ahead and self.mixes is Mixes.NOTHING:
            raise ConfigError(f"augmentation {self.title!r} makes nothing to look ahead at; leave looks_ahead out")
        if self.looks_ahead and self.own_policy is not None:
            raise ConfigError(f"augmentation {self.title!r} looks ahead with an own_policy; leave one of them out")
        if self.looks_ahead and self.mixes is Mixes.IMAGES and self.on_points:
            raise ConfigError(
                f"augmentation {self.title!r} looks ahead at transforms of single images, whose pixels are recorded, "
                "and points have none; leave on_points out"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCapabilities:
    """Which augmentations a policy works with, and when.

    Attributes:
        mixes: augmentations that the policy works with, by what they mix.
        looks_ahead: True if a method that looks ahead can use the policy.
        pipelined: True if a method that augments images after acquiring them, without looking ahead, can use it.
        trains: True if the policy trains a network on the gradient of the look-ahead value.
        same_for_all: True if every candidate gets the same tau, which nothing decides.
        refusal: end of the message that refuses an augmentation not in `mixes`; {title} stands for its title, {owners}
            for the titles of the augmentations whose `own_policy` this policy is.
    """

    mixes: tuple[Mixes, ...]
    looks_ahead: bool = False
    pipelined: bool = False
    trains: bool = False
    same_for_all: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorCapabilities:
    """What an estimator of the look-ahead value does and needs.

    Attributes:
        draws: True if it draws lam at random, so that its values differ from the exact ones.
        needs_gradient: True if its gradient goes through the scores and through the mixed pairs.
    """

    draws: bool = False
    needs_gradient: bool = False


Capabilities = TypeVar("Capabilities")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Capabilities]):
    """One line of a catalogue.

    Attributes:
        place: class to construct, as "package.module:Name". `lada_explore.acquisition.acquisition_of` and
            `lada_explore.augmentation.augmentation_named` import it when it is needed, since it may import torch.
        capabilities: what the class does and needs; declared only here.
        settings: field of `RunConfig` that is passed to the constructor of an acquisition; empty if there is none.
    """

    place: str
    capabilities: Capabilities
    settings: str = ""

    @property
    def module(self) -> str:
        """Module of the class."""
        return self.place.partition(":")[0]

    @property
    def class_name(self) -> str:
        """Name of the class in its module."""
        return self.place.partition(":")[2]
