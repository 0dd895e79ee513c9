"""The settings of a frozen backbone: what it is shown, and how its features are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from lada_explore.config.choices import BackboneNormalisation, FeaturePrecision, by_text, member_named
from lada_explore.config.limits import MAX_SIDE, between


@dataclass(frozen=True, slots=True, kw_only=True)
class BackboneConfig:
    """How the features of a frozen classifier are made; no other kind of classifier has a backbone.

    Attributes:
        size: height and width in pixels of the pictures that it is shown; 0 for what its weights were trained on, or
            else the size of the images.
        normalisation: AUTO, IMAGENET, IMAGES or NONE.
        precision: number format in which features are kept.
    """

    size: int = 0
    normalisation: Annotated[BackboneNormalisation, by_text("backbone.normalisation", BackboneNormalisation)] = (
        BackboneNormalisation.AUTO
    )
    precision: Annotated[FeaturePrecision, by_text("backbone.precision", FeaturePrecision)] = FeaturePrecision.FLOAT16

    def __post_init__(self) -> None:
        if self.size != 0:
            between("backbone.size", self.size, 8, MAX_SIDE)
        normalisation = member_named("backbone.normalisation", self.normalisation, BackboneNormalisation)
        object.__setattr__(self, "normalisation", normalisation)
        object.__setattr__(self, "precision", member_named("backbone.precision", self.precision, FeaturePrecision))
