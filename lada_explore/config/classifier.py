"""The settings of the classifier: which network it is, where its weights come from and what of it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from lada_explore.config.catalogue import CLASSIFIERS
from lada_explore.config.choices import LARGE_ABOVE, ClassifierKind, Initialisation, Stem, by_text, member_named
from lada_explore.config.limits import MAX_BLOCKS, MAX_STAGES, MAX_WIDTH, at_most, between, unknown
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierConfig:
    """Architecture of the classifier.

    Attributes:
        kind: name in `lada_explore.config.CLASSIFIERS`. A run whose kind is not there can be read, and goes on where
            the kind has been registered.
        width: channels of the ResNet's stem and first stage (each later stage has twice as many); units of every layer
            of an MLP.
        blocks: residual blocks in each stage of a ResNet, (2, 2, 2, 2) for ResNet-18; linear layers in each segment of
            an MLP.
        initialisation: HE or TORCH; only a ResNet has the choice.
        stem: AUTO, SMALL or LARGE; only a ResNet has it. The default is what runs had before there was a choice; the
            presets have AUTO.
    """

    width: int = 64
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    kind: str = ClassifierKind.RESNET.value
    initialisation: Annotated[Initialisation, by_text("classifier.initialisation", Initialisation)] = Initialisation.HE
    stem: Annotated[Stem, by_text("classifier.stem", Stem)] = Stem.SMALL

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", str(self.kind))
        chosen = member_named("classifier.initialisation", self.initialisation, Initialisation)
        object.__setattr__(self, "initialisation", chosen)
        object.__setattr__(self, "stem", member_named("classifier.stem", self.stem, Stem))
        between("classifier.width", self.width, 1, MAX_WIDTH)
        if not self.blocks or min(self.blocks) < 1:
            raise ConfigError(
                f"classifier.blocks is {self.blocks}; each stage needs at least 1 block, ResNet-18 has 2,2,2,2"
            )
        at_most("the number of stages in classifier.blocks", len(self.blocks), MAX_STAGES)
        at_most("the largest stage of classifier.blocks", max(self.blocks), MAX_BLOCKS)
        if self.kind == ClassifierKind.RESNET:
            at_most("the width of the classifier's last stage", self.width * 2 ** (len(self.blocks) - 1), MAX_WIDTH)

    def stem_for(self, height: int, width: int) -> Stem:
        """SMALL or LARGE for images of this height and width in pixels."""
        if self.stem is not Stem.AUTO:
            return self.stem
        return Stem.LARGE if min(height, width) > LARGE_ABOVE else Stem.SMALL

    def check_kind(self) -> None:
        """Raises ConfigError, naming the known kinds and the nearest of them, if the kind is not registered here."""
        if self.kind not in CLASSIFIERS:
            raise unknown("classifier.kind", self.kind, list(CLASSIFIERS))
