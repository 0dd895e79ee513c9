"""The settings of the classifier: which network it is, where its weights come from and what of it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated

from lada_explore.config.catalogue import CLASSIFIER_FAMILIES, CLASSIFIERS, FEATURES, FROZEN
from lada_explore.config.choices import LARGE_ABOVE, ClassifierKind, Initialisation, Stem, by_text, member_named
from lada_explore.config.limits import MAX_BLOCKS, MAX_STAGES, MAX_WIDTH, at_most, between, unknown
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierConfig:
    """Architecture of the classifier.

    Attributes:
        kind: name in `lada_explore.config.CLASSIFIERS`, a borrowed network such as "timm:resnet18", or a head on
            features, "frozen:timm:resnet18" or "features:PATH". A run whose kind is not there can be read, and goes on
            where the kind has been registered.
        width: channels of the ResNet's stem and first stage (each later stage has twice as many); units of every layer
            of an MLP.
        blocks: residual blocks in each stage of a ResNet, (2, 2, 2, 2) for ResNet-18; linear layers in each segment of
            an MLP.
        initialisation: HE or TORCH; only a ResNet has the choice.
        stem: AUTO, SMALL or LARGE; only a ResNet has it. The default is what runs had before there was a choice; the
            presets have AUTO.
        segments: submodules of a borrowed network after which states are mixed; empty for its usual stages.
        weights: first weights: a .safetensors or .pth file, "hub" for those that timm or torchvision offers, or empty
            for new ones.
        train: what TRAIN trains: "all", "last:N" for the last N stages and the head, or "head"; the rest is frozen,
            batch-norm statistics included.
    """

    width: int = 64
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    kind: str = ClassifierKind.RESNET.value
    initialisation: Annotated[Initialisation, by_text("classifier.initialisation", Initialisation)] = Initialisation.HE
    stem: Annotated[Stem, by_text("classifier.stem", Stem)] = Stem.SMALL
    segments: tuple[str, ...] = ()
    weights: str = ""
    train: str = "all"

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
        trained_stages(self.train)
        if self.kind == ClassifierKind.RESNET:
            at_most("the width of the classifier's last stage", self.width * 2 ** (len(self.blocks) - 1), MAX_WIDTH)

    def stem_for(self, height: int, width: int) -> Stem:
        """SMALL or LARGE for images of this height and width in pixels."""
        if self.stem is not Stem.AUTO:
            return self.stem
        return Stem.LARGE if min(height, width) > LARGE_ABOVE else Stem.SMALL

    @property
    def is_borrowed(self) -> bool:
        """Whether it is a network that others made, for which width, blocks and initialisation mean nothing."""
        return self.kind.partition(":")[0] in CLASSIFIER_FAMILIES

    @property
    def is_frozen(self) -> bool:
        """Whether it is a head on features that are never trained, of a borrowed network or of a file."""
        return self.kind.partition(":")[0] in (FROZEN, FEATURES)

    @property
    def backbone(self) -> str:
        """Kind of the network whose features are taken, such as "timm:resnet18"; empty where there is none."""
        family, _, kind = self.kind.partition(":")
        return kind if family == FROZEN else ""

    @property
    def features_file(self) -> str:
        """Path of the file that holds the features; empty where they are not of a file."""
        family, _, path = self.kind.partition(":")
        return path if family == FEATURES else ""

    def check_kind(self) -> None:
        """Check what can be known of the kind before it is made.

        Raises:
            ConfigError: it is neither registered nor of a family; the message names the known ones and the nearest. Or
                segments, a part to train or weights are named for a kind that has not got them.
        """
        if self.is_frozen:
            self._check_frozen()
            return
        if self.is_borrowed and self.kind.partition(":")[2]:
            return
        if self.kind not in CLASSIFIERS:
            family, colon, name = self.kind.partition(":")
            forms = [f"{known}:{form}" for known, form in CLASSIFIER_FAMILIES.items() if form]
            forms += [f"{FROZEN}:{forms[0]}", f"{FEATURES}:PATH"]
            near = get_close_matches(family, [*CLASSIFIER_FAMILIES, FROZEN, FEATURES], n=1)
            if colon and name and near:
                listed = ", ".join([*CLASSIFIERS, *forms])
                raise ConfigError(
                    f"classifier.kind {self.kind!r} is unknown; the known ones are {listed}; did you mean "
                    f"'{near[0]}:{name}'?"
                )
            raise unknown("classifier.kind", self.kind, [*CLASSIFIERS, *forms])
        if self.segments:
            raise ConfigError(
                f"classifier.segments is {','.join(self.segments)!r}, but classifier.kind {self.kind!r} has segments "
                "of its own; leave it out, or choose a borrowed network such as torchvision:resnet18"
            )

    def _check_frozen(self) -> None:
        """Raises ConfigError for a head on features that no kind or setting can be of."""
        family, _, named = self.kind.partition(":")
        borrowed, _, name = named.partition(":")
        if family == FROZEN and not (borrowed in CLASSIFIER_FAMILIES and name):
            known = ", ".join(f"{FROZEN}:{kind}:{form}" for kind, form in CLASSIFIER_FAMILIES.items() if form)
            raise ConfigError(
                f"classifier.kind is {self.kind!r}, and a frozen network is one of a family; write it as {known}"
            )
        if not named.strip():
            raise ConfigError(f"classifier.kind is {self.kind!r}, which names no file; write it as {FEATURES}:PATH")
        if self.segments:
            raise ConfigError(
                f"classifier.segments is {','.join(self.segments)!r}, but with classifier.kind {self.kind!r} features "
                "are mixed and no states within a network; leave it out"
            )
        if self.train != "all":
            raise ConfigError(
                f"classifier.train is {self.train!r}, but with classifier.kind {self.kind!r} the head alone is trained "
                "in any case; leave it out"
            )
        if self.weights and (family == FEATURES or borrowed == "object"):
            raise ConfigError(
                f"classifier.weights is {self.weights!r}, but classifier.kind {self.kind!r} has no network to load "
                "them into; leave it out"
            )


def trained_stages(text: str) -> int | None:
    """Number of the last stages that `classifier.train` names: None for all of the network, 0 for the head alone.

    Raises:
        ConfigError: it is none of "all", "last:N" and "head".
    """
    if text in ("all", "head"):
        return None if text == "all" else 0
    word, _, number = text.partition(":")
    if word == "last" and number.isdecimal() and int(number) >= 1:
        return int(number)
    raise ConfigError(
        f"classifier.train is {text!r}; use 'all', 'head', or 'last:N' for the last N stages and the head, as last:1"
    )
