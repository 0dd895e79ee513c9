"""Every classifier, acquisition, augmentation, policy and estimator by name: its class, and what it does and needs.

A new acquisition or augmentation is one file in `lada_explore/acquisition/` or `lada_explore/augmentation/`, and one
line here. Capabilities are declared only here, so that the command line and the views read them without torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lada_explore.config.capabilities import (
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Entry,
    EstimatorCapabilities,
    Mixes,
    Needs,
    PolicyCapabilities,
)
from lada_explore.records import Estimator, Policy

_MODELS = "lada_explore.models"
_ACQUISITION = "lada_explore.acquisition"
_AUGMENTATION = "lada_explore.augmentation"

CLASSIFIERS: dict[str, str | Callable[..., Any]] = {
    "resnet": f"{_MODELS}.resnet:resnet",
    "mlp": f"{_MODELS}.mlp:MLP",
}
"""What makes a classifier of each kind, as "package.module:name" or as the function itself.

It takes the `ClassifierConfig`, the shape (D, H, W) of the images and the number of classes C, draws the first weights
from torch's global generator, and returns a `lada_explore.models.Classifier`. `CLASSIFIERS["mine"] = ...` adds a kind.
"""

CLASSIFIER_FAMILIES = {"timm": "NAME", "torchvision": "NAME", "module": "PACKAGE.MODULE:FUNCTION", "object": ""}
"""Borrowed classifiers: what stands before the colon of their kind, and what follows. "object" is for those that a
person hands over in Python, which cannot be named."""

FROZEN, FEATURES = "frozen", "features"
"""Classifiers that are a head on features: those of a borrowed network that is never trained, as in
"frozen:torchvision:resnet18", or of a file, "features:PATH"."""

ACQUISITIONS: dict[str, Entry[AcquisitionCapabilities]] = {
    "random": Entry(f"{_ACQUISITION}.random:Random", AcquisitionCapabilities(differentiable=False)),
    "max_entropy": Entry(f"{_ACQUISITION}.max_entropy:MaxEntropy", AcquisitionCapabilities()),
    "var_ratio": Entry(
        f"{_ACQUISITION}.var_ratio:VarRatio",
        AcquisitionCapabilities(meaning="A score is 1 minus the probability of the most probable class."),
    ),
    "margin": Entry(
        f"{_ACQUISITION}.margin:Margin",
        AcquisitionCapabilities(meaning="A score is 1 minus the difference of the two highest class probabilities."),
    ),
    "bald": Entry(f"{_ACQUISITION}.bald:Bald", AcquisitionCapabilities(), settings="bald"),
    "coreset": Entry(f"{_ACQUISITION}.coreset:CoreSet", AcquisitionCapabilities(chooses_set=True)),
    "badge": Entry(f"{_ACQUISITION}.badge:Badge", AcquisitionCapabilities(chooses_set=True)),
    "vaal": Entry(
        f"{_ACQUISITION}.vaal:Vaal",
        AcquisitionCapabilities(
            needs=Needs.PIXELS,
            trains=True,
            on_features=True,
            meaning="A score is the probability that an image is unlabelled, by the discriminator of VAAL.",
        ),
        settings="vaal",
    ),
    "ll4al": Entry(
        f"{_ACQUISITION}.ll4al:Ll4al",
        AcquisitionCapabilities(needs=Needs.MAPS, trains=True, trains_jointly=True, on_features=True),
        settings="ll4al",
    ),
}
"""What scores or chooses images, by name: where the class is, and what it can do."""

AUGMENTATIONS: dict[str, Entry[AugmentationCapabilities]] = {
    "none": Entry(
        f"{_AUGMENTATION}.none:NoAugmentation",
        AugmentationCapabilities(title="nothing", mixes=Mixes.NOTHING, on_points=True),
    ),
    "manifold_mixup": Entry(
        f"{_AUGMENTATION}.manifold_mixup:ManifoldMixup",
        # tau: Table 1, as for input mixup.
        AugmentationCapabilities(
            title="manifold mixup",
            mixes=Mixes.PAIRS,
            looks_ahead=True,
            on_images=False,
            on_points=True,
            fixed_tau=2.0,
        ),
    ),
    "input_mixup": Entry(
        f"{_AUGMENTATION}.input_mixup:InputMixup",
        AugmentationCapabilities(
            title="input mixup", mixes=Mixes.PAIRS, looks_ahead=True, on_points=True, fixed_tau=0.2
        ),
    ),
    "stn": Entry(
        f"{_AUGMENTATION}.stn:Stn", AugmentationCapabilities(title="an STN", mixes=Mixes.IMAGES, looks_ahead=True)
    ),
    "adamixup": Entry(
        f"{_AUGMENTATION}.adamixup:AdaMixup",
        AugmentationCapabilities(
            title="AdaMixup",
            mixes=Mixes.PAIRS,
            on_features=True,
            fixed_tau=1.0,  # lam is uniform in the learned region.
            own_policy=Policy.LEARNED_AFTER,
            learns="where to mix",
        ),
    ),
}
"""What mixes or transforms images, by name: where the class is, and what it can do."""

POLICIES: dict[Policy, PolicyCapabilities] = {
    Policy.NONE: PolicyCapabilities(
        mixes=(Mixes.NOTHING,), pipelined=True, refusal="which leaves the strength of its augmentation open"
    ),
    Policy.LEARNED: PolicyCapabilities(mixes=(Mixes.PAIRS, Mixes.IMAGES), looks_ahead=True, trains=True),
    Policy.FIXED: PolicyCapabilities(
        mixes=(Mixes.PAIRS, Mixes.IMAGES), looks_ahead=True, pipelined=True, same_for_all=True
    ),
    Policy.EXACT: PolicyCapabilities(
        mixes=(Mixes.PAIRS,),
        looks_ahead=True,
        refusal="which reads tau off the profile of a pair, where {title} transforms single images by theta",
    ),
    Policy.LEARNED_AFTER: PolicyCapabilities(mixes=(), pipelined=True, refusal="which only {owners} has"),
}
"""How tau or theta is chosen, and what each way can do."""

ESTIMATORS: dict[Estimator, EstimatorCapabilities] = {
    Estimator.QUADRATURE: EstimatorCapabilities(),
    Estimator.PATHWISE: EstimatorCapabilities(draws=True, needs_gradient=True),
}
"""Estimators that can be chosen; `Estimator.NONE` occurs only in records."""


def policies_for(augmentation: AugmentationCapabilities, look_ahead: bool) -> tuple[Policy, ...]:
    """Policies that work with an augmentation, the default one first; empty if there is none.

    Args:
        augmentation: capabilities of the augmentation.
        look_ahead: whether the method looks ahead.
    """
    if look_ahead and not augmentation.looks_ahead:
        return ()
    if augmentation.own_policy is not None:
        return (augmentation.own_policy,)
    return tuple(
        name
        for name, policy in POLICIES.items()
        if augmentation.mixes in policy.mixes and (policy.looks_ahead if look_ahead else policy.pipelined)
    )
