"""What acquisitions, augmentations and policies say of themselves: values that need no torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any, Generic, TypeVar

from lada_explore.config.limits import unknown


class Policy(StrEnum):
    """Who chooses tau.

    NONE without an augmentation. LEARNED by the policy network, or the localisation network of an STN, while looking
    ahead. FIXED at `policy.fixed_tau`, or an STN as training leaves it. EXACT, each pair's best tau read off its own
    profile, with no network (ours). LEARNED_AFTER, by networks that are trained with the classifier (AdaMixup).
    """

    NONE = "none"
    LEARNED = "learned"
    FIXED = "fixed"
    EXACT = "exact"
    LEARNED_AFTER = "learned_after"


class Estimator(StrEnum):
    """How V(tau) and its gradient are estimated: QUADRATURE (ours) or PATHWISE (the paper's, supplement section C)."""

    QUADRATURE = "quadrature"
    PATHWISE = "pathwise"


class Needs(StrEnum):
    """What an acquisition can score.

    STATES: hidden states of any network after any layer, points of the plane included. MAPS: states with height and
    width. PIXELS: images, and mixed or transformed ones, but no hidden states.
    """

    STATES = "states"
    MAPS = "maps"
    PIXELS = "pixels"


class Mixes(StrEnum):
    """What an augmentation makes a virtual instance of: NOTHING, PAIRS of images, or IMAGES, each by itself."""

    NOTHING = "nothing"
    PAIRS = "pairs"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """What an acquisition does and needs.

    Attributes:
        chooses_set: whether it chooses the images of a query together (its method `choose`), rather than score each by
            itself. It cannot look ahead: a pair has no worth apart from the others.
        needs: what it can score.
        trains: whether its preparation trains networks of its own, kept beside the record of SCORE (its method
            `state_dict`).
        gradient: whether its scores have a gradient in what is scored.
    """

    chooses_set: bool = False
    needs: Needs = Needs.STATES
    trains: bool = False
    gradient: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmenting:
    """What an augmentation does and needs.

    Attributes:
        title: what a sentence calls it.
        mixes: what it makes a virtual instance of.
        on_images: whether it changes the images themselves rather than hidden states.
        on_points: whether it can be done to points of the plane, which have no neighbours to crop, warp or convolve.
        fixed_tau: tau of the "fixed" policy where `policy.fixed_tau` names none; None where there is no tau.
        own_policy: the one policy it has, learned while the classifier trains, so that it cannot look ahead; None where
            every policy for what it mixes will do.
        learns: with a policy of its own, what that learns, in the words of a sentence.
    """

    title: str
    mixes: Mixes
    on_images: bool = True
    on_points: bool = False
    fixed_tau: float | None = None
    own_policy: Policy | None = None
    learns: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What a policy chooses for, and when.

    Attributes:
        over: what the augmentation has to mix.
        ahead: whether it can choose while the method looks ahead.
        after: whether it can choose where the acquired images are augmented after they were chosen.
        trains: whether it trains a network on the gradient of the look-ahead value.
        otherwise: why it cannot work with an augmentation that mixes something else; {title} is that augmentation's.
    """

    over: tuple[Mixes, ...]
    ahead: bool = False
    after: bool = False
    trains: bool = False
    otherwise: str = ""


Can = TypeVar("Can")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Can]):
    """One line of a catalogue.

    Attributes:
        place: where the code is, as "package.module:Name"; imported when it is needed, for it may need torch.
        can: what the code declares; whoever makes it from here checks that it does.
        settings: the part of the run's config that it is made from; empty for one without settings.
    """

    place: str
    can: Can
    settings: str = ""

    def make(self, config: Any) -> Any:
        """A new one for a run with this config."""
        module, _, name = self.place.partition(":")
        made: Callable[..., Any] = getattr(import_module(module), name)
        return made(getattr(config, self.settings)) if self.settings else made()


Choice = TypeVar("Choice", bound=StrEnum)


def chosen(kind: str, value: str, choices: type[Choice]) -> Choice:
    """The member with this text. Raises ConfigError, naming the known ones."""
    if value not in (known := [choice.value for choice in choices]):
        raise unknown(kind, value, known)
    return choices(value)
