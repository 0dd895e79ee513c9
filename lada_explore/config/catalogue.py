"""Every acquisition, augmentation and policy by name: where its code is, and what it declares.

A new acquisition or augmentation is one file in `lada_explore/acquisition/` or `lada_explore/augmentation/`, and one
line here.
"""

from __future__ import annotations

from lada_explore.config.capabilities import Augmenting, Choosing, Entry, Mixes, Needs, Policy, Scoring

_ACQUISITION = "lada_explore.acquisition"
_AUGMENTATION = "lada_explore.augmentation"

ACQUISITIONS: dict[str, Entry[Scoring]] = {
    "random": Entry(f"{_ACQUISITION}.random:Random", Scoring(gradient=False)),
    "max_entropy": Entry(f"{_ACQUISITION}.max_entropy:MaxEntropy", Scoring()),
    "var_ratio": Entry(f"{_ACQUISITION}.var_ratio:VarRatio", Scoring()),
    "margin": Entry(f"{_ACQUISITION}.margin:Margin", Scoring()),
    "bald": Entry(f"{_ACQUISITION}.bald:Bald", Scoring(), settings="bald"),
    "coreset": Entry(f"{_ACQUISITION}.coreset:CoreSet", Scoring(chooses_set=True)),
    "badge": Entry(f"{_ACQUISITION}.badge:Badge", Scoring(chooses_set=True)),
    "vaal": Entry(f"{_ACQUISITION}.vaal:Vaal", Scoring(needs=Needs.PIXELS, trains=True), settings="vaal"),
    "ll4al": Entry(f"{_ACQUISITION}.ll4al:Ll4al", Scoring(needs=Needs.MAPS, trains=True), settings="ll4al"),
}

AUGMENTATIONS: dict[str, Entry[Augmenting]] = {
    "none": Entry(
        f"{_AUGMENTATION}.none:NoAugmentation", Augmenting(title="nothing", mixes=Mixes.NOTHING, on_points=True)
    ),
    "manifold_mixup": Entry(
        f"{_AUGMENTATION}.manifold_mixup:ManifoldMixup",
        # tau: Table 1, as for input mixup.
        Augmenting(title="manifold mixup", mixes=Mixes.PAIRS, on_images=False, on_points=True, fixed_tau=2.0),
    ),
    "input_mixup": Entry(
        f"{_AUGMENTATION}.input_mixup:InputMixup",
        Augmenting(title="input mixup", mixes=Mixes.PAIRS, on_points=True, fixed_tau=0.2),
    ),
    "stn": Entry(f"{_AUGMENTATION}.stn:Stn", Augmenting(title="an STN", mixes=Mixes.IMAGES)),
    "adamixup": Entry(
        f"{_AUGMENTATION}.adamixup:AdaMixup",
        Augmenting(
            title="AdaMixup",
            mixes=Mixes.PAIRS,
            fixed_tau=1.0,  # Uniform in the learned region.
            own_policy=Policy.LEARNED_AFTER,
            learns="where to mix",
        ),
    ),
}

POLICIES: dict[Policy, Choosing] = {
    Policy.NONE: Choosing(
        over=(Mixes.NOTHING,), after=True, otherwise="which leaves the strength of its augmentation open"
    ),
    Policy.LEARNED: Choosing(over=(Mixes.PAIRS, Mixes.IMAGES), ahead=True, trains=True),
    Policy.FIXED: Choosing(over=(Mixes.PAIRS, Mixes.IMAGES), ahead=True, after=True),
    Policy.EXACT: Choosing(
        over=(Mixes.PAIRS,),
        ahead=True,
        otherwise="which reads tau off the profile of a pair, where {title} transforms single images by theta",
    ),
    Policy.LEARNED_AFTER: Choosing(over=(), after=True, otherwise="which only AdaMixup has"),
}


def policies_for(augmenting: Augmenting, look_ahead: bool) -> tuple[Policy, ...]:
    """The policies that can work with an augmentation, with or without looking ahead; the first one is the usual."""
    if augmenting.own_policy is not None:
        return () if look_ahead else (augmenting.own_policy,)
    return tuple(
        policy
        for policy, choosing in POLICIES.items()
        if augmenting.mixes in choosing.over and (choosing.ahead if look_ahead else choosing.after)
    )
