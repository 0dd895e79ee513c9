"""The settings of the acquisitions that have any; each part checks its values when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from lada_explore.config.choices import Ll4alTraining, VaalWeighting, by_text, member_named
from lada_explore.config.limits import (
    MAX_BATCH,
    MAX_DRAWS,
    MAX_IMAGES,
    MAX_STEPS,
    MAX_WIDTH,
    between,
    positive,
)
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class BaldConfig:
    """Monte Carlo dropout of `lada_explore.acquisition.Bald`.

    Attributes:
        dropout: share of the penultimate features that a mask drops.
        masks: T, number of masks, drawn once in each cycle.
    """

    dropout: float = 0.5
    masks: int = 10

    def __post_init__(self) -> None:
        if not 0 < self.dropout < 1:
            raise ConfigError(f"bald.dropout is {self.dropout:g}; it must lie between 0 and 1, Gal et al. use 0.5")
        between("bald.masks", self.masks, 2, MAX_DRAWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ll4alConfig:
    """The loss-prediction module of `lada_explore.acquisition.Ll4al`.

    Attributes:
        hidden: hidden units for each stage of the classifier.
        margin: margin of the ranking loss between the predictions for the larger and the smaller of two losses.
        virtual: number of mixed labelled images that the module is trained on.
        steps, batch_size, learning_rate: training of the module by Adam, from new weights in each cycle; with JOINT it
            is trained as the classifier is, and only `hidden`, `margin`, `weight` and `cut_after` are used.
        training: MIXES, OUT_OF_FOLD or JOINT.
        folds: number of folds of the labelled images; fewer if there are fewer images.
        fold_steps: steps of the classifier that is trained without a fold, rounded up to whole epochs.
        shared: number of unlabelled images by which the features of such a classifier are aligned with those of the
            classifier that is scored.
        weight: lambda, by which the ranking loss is multiplied where it is added to that of the classifier (JOINT).
        cut_after: share of the epochs after which the gradient of the module no longer reaches the classifier (JOINT);
            at 0 it never does, at 1 always.
    """

    hidden: int = 128
    margin: float = 1.0
    virtual: int = 4000
    steps: int = 400
    batch_size: int = 128
    learning_rate: float = 1e-3
    training: Annotated[Ll4alTraining, by_text("ll4al.training", Ll4alTraining)] = Ll4alTraining.MIXES
    folds: int = 5
    fold_steps: int = 120
    shared: int = 600
    weight: float = 1.0
    cut_after: float = 0.6

    def __post_init__(self) -> None:
        object.__setattr__(self, "training", member_named("ll4al.training", self.training, Ll4alTraining))
        between("ll4al.folds", self.folds, 2, MAX_IMAGES)
        between("ll4al.fold_steps", self.fold_steps, 1, MAX_STEPS)
        between("ll4al.shared", self.shared, 2, MAX_IMAGES)
        between("ll4al.hidden", self.hidden, 1, MAX_WIDTH)
        positive("ll4al.margin", self.margin, "Yoo and Kweon use 1")
        between("ll4al.virtual", self.virtual, 2, MAX_IMAGES)
        between("ll4al.steps", self.steps, 1, MAX_STEPS)
        between("ll4al.batch_size", self.batch_size, 2, MAX_BATCH)
        positive("ll4al.learning_rate", self.learning_rate, "try 0.001")
        positive("ll4al.weight", self.weight, "Yoo and Kweon use 1")
        if not 0 <= self.cut_after <= 1:
            raise ConfigError(
                f"ll4al.cut_after is {self.cut_after:g}; it is a share of the epochs and must lie between 0 and 1, Yoo "
                "and Kweon have 120 of 200, 0.6"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class VaalConfig:
    """The networks of `lada_explore.acquisition.Vaal`.

    Attributes:
        width: channels after the first convolution of the autoencoder; each later convolution doubles them.
        latent: Z, length of the code.
        beta: weight of the Kullback-Leibler divergence.
        adversary: weight of the adversarial term in the loss of the autoencoder.
        steps, batch_size, learning_rate: training of both networks by Adam, from new weights in each cycle; each step
            takes `batch_size` labelled and `batch_size` unlabelled images.
        vae_steps: steps of the autoencoder for each step of the discriminator.
        weighting: IMAGE, RELEASE or POOLED.
    """

    width: int = 128
    latent: int = 32
    beta: float = 1.0
    adversary: float = 1.0
    steps: int = 2000
    batch_size: int = 128
    learning_rate: float = 5e-4
    vae_steps: int = 2
    weighting: Annotated[VaalWeighting, by_text("vaal.weighting", VaalWeighting)] = VaalWeighting.POOLED

    def __post_init__(self) -> None:
        object.__setattr__(self, "weighting", member_named("vaal.weighting", self.weighting, VaalWeighting))
        between("vaal.width", self.width, 1, MAX_WIDTH)
        between("vaal.latent", self.latent, 1, MAX_WIDTH)
        positive("vaal.beta", self.beta, "Sinha et al. use 1")
        positive("vaal.adversary", self.adversary, "Sinha et al. use 1")
        between("vaal.steps", self.steps, 1, MAX_STEPS)
        between("vaal.batch_size", self.batch_size, 2, MAX_BATCH)
        positive("vaal.learning_rate", self.learning_rate, "Sinha et al. use 5e-4")
        between("vaal.vae_steps", self.vae_steps, 1, 1000)
