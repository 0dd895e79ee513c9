"""How the classifier is trained: the part of a run's settings whose names begin with "training."."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from lada_explore.config.choices import (
    ClassWeights,
    InitialWeights,
    Optimiser,
    OptimiserLife,
    RateSchedule,
    StnSees,
    VirtualImages,
    by_text,
    member_named,
)
from lada_explore.config.limits import MAX_BATCH, MAX_EPOCHS, between, positive
from lada_explore.errors import ConfigError


def _optimiser(value: str) -> Optimiser | OptimiserLife:
    """The optimiser of this name. "new" and "kept" are what this setting said before there was a choice."""
    for life in OptimiserLife:
        if value == life.value:
            return life
    return member_named("training.optimiser", value, Optimiser)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """How the classifier is trained in each cycle.

    Attributes:
        epochs: number of passes over the labelled images.
        learning_rate: learning rate of the optimiser; the first one of a cosine schedule.
        batch_size: labelled images in one step.
        reinitialise: if True, each cycle starts from first weights instead of those of the previous cycle.
        crop_flip: if True, labelled images are padded by 4 pixels, cropped at random and flipped (the CIFAR sets).
        cuda_graph: if True, a GPU records the training step once in each cycle and replays it; no effect on a CPU.
        initial_weights: NEW or SAME; no effect unless `reinitialise` is True.
        optimiser: ADAM, ADAMW or SGD. "new" and "kept" are read as `optimiser_life` with ADAM, as runs have them that
            were made before there was a choice.
        momentum: of SGD, at least 0 and below 1; no effect on the others.
        weight_decay: added to the gradient as `weight_decay` times the weights by ADAM and SGD (an L2 penalty), and
            subtracted from the weights, times the learning rate, by ADAMW, which is ADAM where this is 0. It applies to
            all trained parameters.
        schedule: CONSTANT, or COSINE from `learning_rate` to 0 over the steps of each TRAIN.
        class_weights: NONE or BALANCED.
        patience: epochs in a row without a lower loss on the held-out answers (`data.holdout`) after which a training
            ends; it then keeps the weights, and the state of a kept optimiser, of the epoch with the lowest one. None
            to train for all epochs, as a cycle does in which no answer is held out yet. Answers are held out where
            there is no test set, and EVALUATE tests on the same ones: its accuracy is then too high by what the choice
            of the epoch gains.
        optimiser_life: NEW, or KEPT as long as the weights are: with `reinitialise` each cycle has a new one.
        virtual_images: PLAIN, CROP_FLIP or UNNORMALISED.
        clear_gradient: if False, the step on the virtual batch adds the classifier's gradient of the labelled batch
            before it.
        pairs_in_one_pass: if False, the two halves of the virtual pairs go to the mix layer one after the other, so
            that batch-norm normalises over each half by itself.
        stn_sees: what the classifier sees of each labelled image, with a spatial transformer: its TRANSFORMED or BOTH
            (Algorithm 1, line 11).
        stn_acquired: if True, each epoch ends with a step of the classifier alone on the newly acquired images under
            the theta* by which they were chosen (Algorithm 1, lines 8 and 12); only with a spatial transformer. The
            defaults of both are what runs had before there was a choice; the presets set them.
    """

    epochs: int
    learning_rate: float
    batch_size: int
    reinitialise: bool = False
    crop_flip: bool = False
    cuda_graph: bool = False
    stn_sees: Annotated[StnSees, by_text("training.stn_sees", StnSees)] = StnSees.BOTH
    stn_acquired: bool = False
    initial_weights: Annotated[InitialWeights, by_text("training.initial_weights", InitialWeights)] = InitialWeights.NEW
    optimiser: Annotated[Optimiser | OptimiserLife, BeforeValidator(_optimiser)] = Optimiser.ADAM
    optimiser_life: Annotated[OptimiserLife, by_text("training.optimiser_life", OptimiserLife)] = OptimiserLife.NEW
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: Annotated[RateSchedule, by_text("training.schedule", RateSchedule)] = RateSchedule.CONSTANT
    class_weights: Annotated[ClassWeights, by_text("training.class_weights", ClassWeights)] = ClassWeights.NONE
    patience: int | None = None
    virtual_images: Annotated[VirtualImages, by_text("training.virtual_images", VirtualImages)] = VirtualImages.PLAIN
    clear_gradient: bool = True
    pairs_in_one_pass: bool = True

    def __post_init__(self) -> None:
        if isinstance(given := _optimiser(self.optimiser), OptimiserLife):
            object.__setattr__(self, "optimiser_life", given)
            given = Optimiser.ADAM
        object.__setattr__(self, "optimiser", given)
        for name, choices in (
            ("initial_weights", InitialWeights),
            ("optimiser_life", OptimiserLife),
            ("schedule", RateSchedule),
            ("class_weights", ClassWeights),
            ("virtual_images", VirtualImages),
            ("stn_sees", StnSees),
        ):
            object.__setattr__(self, name, member_named(f"training.{name}", getattr(self, name), choices))
        between("training.epochs", self.epochs, 1, MAX_EPOCHS)
        between("training.batch_size", self.batch_size, 1, MAX_BATCH)
        positive("training.learning_rate", self.learning_rate, "the paper uses 0.001")
        if not 0 <= self.momentum < 1:
            raise ConfigError(f"training.momentum is {self.momentum:g}; it must be at least 0 and below 1, try 0.9")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ConfigError(
                f"training.weight_decay is {self.weight_decay:g}; it must be a finite number of at least 0, try 0.0005"
            )
        if self.patience is not None:
            between("training.patience", self.patience, 1, MAX_EPOCHS)
        self._check_recorded_steps()

    def _check_recorded_steps(self) -> None:
        """Raises ConfigError if a GPU is to record steps that a recording cannot repeat."""
        if not self.cuda_graph:
            return
        if not self.clear_gradient:
            raise ConfigError(
                "training.clear_gradient is false, but training.cuda_graph replays steps that leave no gradient to "
                "add; set training.cuda_graph to false"
            )
        if self.schedule is not RateSchedule.CONSTANT:
            raise ConfigError(
                f"training.schedule is {self.schedule.value!r}, but training.cuda_graph replays a step with the rate "
                "it was recorded with; set training.cuda_graph to false"
            )
        if self.optimiser is Optimiser.SGD:
            raise ConfigError(
                "training.optimiser is 'sgd', but training.cuda_graph records the steps of Adam and AdamW only; set "
                "training.cuda_graph to false"
            )
