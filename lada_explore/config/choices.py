"""Settings with a closed set of values, and their conversion from text."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from pydantic import BeforeValidator

from lada_explore.config.limits import unknown


class ClassifierKind(StrEnum):
    """Architecture of the classifier: RESNET, a ResNet with a 3x3 stem, or MLP, a multilayer perceptron."""

    RESNET = "resnet"
    MLP = "mlp"


class Precision(StrEnum):
    """Number format of the classifier's layers in SCORE and LOOK_AHEAD.

    AUTO measures at the start of a run whether bfloat16 is faster on the device.
    """

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


class Gpu(StrEnum):
    """How a GPU computes; no effect on a CPU.

    EXACT: float32 without TF32, by deterministic algorithms and in passes of fixed size, so that equal settings give
    equal records on equal GPUs. FAST: TF32, by whichever algorithms and in as large passes as are fast; records of two
    runs may differ in more than their last digits.
    """

    EXACT = "exact"
    FAST = "fast"


class Checkpoints(StrEnum):
    """Which weights a run keeps: those of ALL cycles, or of the LAST one only (45 MB a cycle at full width)."""

    ALL = "all"
    LAST = "last"


class StnSees(StrEnum):
    """What the classifier sees of a labelled image in TRAIN, of a method with a spatial transformer.

    TRANSFORMED: the image as the transformer moves it. BOTH: the image itself too, in the same batch.
    """

    TRANSFORMED = "transformed"
    BOTH = "both"


class Keep(StrEnum):
    """Images whose pixels and features the records keep.

    CANDIDATES: all candidates, which the map of a cycle needs (5 MB a cycle with the paper's settings). QUERIED: only
    the queried images.
    """

    CANDIDATES = "candidates"
    QUERIED = "queried"


class Initialisation(StrEnum):
    """First weights of a ResNet's convolutions.

    HE: normal, by the outputs of each (He et al., 2015). TORCH: as torch makes them, uniform within one over the root
    of the inputs.
    """

    HE = "he"
    TORCH = "torch"


class Stem(StrEnum):
    """First convolution of a ResNet.

    SMALL: 3x3 with stride 1, at full resolution, as in the paper. LARGE (ours): 7x7 with stride 4, whose maps have a
    sixteenth of the pixels. AUTO: LARGE where both sides of the images are above `LARGE_ABOVE` pixels, else SMALL.
    """

    AUTO = "auto"
    SMALL = "3x3"
    LARGE = "7x7s4"


LARGE_ABOVE = 64
"""Images of at most 64 pixels leave maps of 16 and fewer after a stride of 4, and train in seconds without it."""


class InitialWeights(StrEnum):
    """Weights from which each cycle starts under `training.reinitialise`: NEW ones, or the SAME as the first cycle.

    Those of AdaMixup's two networks too, which start anew in each cycle also without `training.reinitialise`.
    """

    NEW = "new"
    SAME = "same"


class OptimiserLife(StrEnum):
    """Optimiser of the classifier: a NEW one in each cycle, or one KEPT for the whole run."""

    NEW = "new"
    KEPT = "kept"


class Optimiser(StrEnum):
    """How TRAIN follows the gradient: by ADAM, ADAMW or SGD with momentum, each as torch.optim has it.

    Source: Kingma and Ba (2015); Loshchilov and Hutter (2019), decoupled weight decay.
    """

    ADAM = "adam"
    ADAMW = "adamw"
    SGD = "sgd"


class RateSchedule(StrEnum):
    """Learning rate of step t of the T steps of a TRAIN, counted from 0.

    CONSTANT: `training.learning_rate`. COSINE: that times (1 + cos(pi t / T)) / 2 (Loshchilov and Hutter, 2017).
    """

    CONSTANT = "constant"
    COSINE = "cosine"


class ClassWeights(StrEnum):
    """Weights of the classes in the losses that the classifier is trained on.

    NONE: every image counts alike. BALANCED: an image of class c counts n / (C' n_c), of n images trained on, n_c of
    them of class c and C' the number of classes among them, so that each class counts alike and the mean weight is 1;
    a class without an image has weight 1. Losses are means of weight times cross-entropy over the images of a batch.
    Of a virtual instance with a mixed target, each share of the target counts with the weight of its class.
    """

    NONE = "none"
    BALANCED = "balanced"


class VirtualImages(StrEnum):
    """Images of which virtual instances are made: PLAIN, each with a CROP_FLIP of its own, or UNNORMALISED pixels."""

    PLAIN = "plain"
    CROP_FLIP = "crop_flip"
    UNNORMALISED = "unnormalised"


class KeptTau(StrEnum):
    """The tau that a learned policy keeps.

    LAST: of the network after its last epoch. LOWEST_LOSS: met by each pair before its own step, in the epoch whose
    loss was the lowest.
    """

    LAST = "last"
    LOWEST_LOSS = "lowest_loss"


class Normalisation(StrEnum):
    """Mean and standard deviation that normalise the images: MEASURED on them, or those of the authors' RELEASE."""

    MEASURED = "measured"
    RELEASED = "released"


class Fit(StrEnum):
    """How a picture of a folder comes to the proportions of `data.height` and `data.width`.

    CROP: the largest centred part that has them. PAD: the whole picture, with black bars. STRETCH: the whole picture,
    its sides scaled each by itself.
    """

    CROP = "crop"
    PAD = "pad"
    STRETCH = "stretch"


class Layout(StrEnum):
    """What the folders in a folder of images are.

    CLASSES: each is a class. FLAT: nothing; the images of all depths are unlabelled. AUTO: as CLASSES where there are
    folders with images, but as FLAT where class names are declared and none is that of a folder; folders that look like
    dates are refused where no class names are declared.
    """

    AUTO = "auto"
    CLASSES = "classes"
    FLAT = "flat"


class Page(StrEnum):
    """What is read of a file of several pages.

    FIRST: the first page. MAX: the largest value over all pages. ALL: every page is an image, whose name ends in the
    number of its page.
    """

    FIRST = "first"
    MAX = "max"
    ALL = "all"


class BackboneNormalisation(StrEnum):
    """Mean and standard deviation by which pictures are normalised for a frozen backbone.

    AUTO takes those that its weights were trained on, or those of the IMAGES where it has new weights or does not say;
    IMAGENET those of ImageNet; NONE leaves pixels in [0, 1].
    """

    AUTO = "auto"
    IMAGENET = "imagenet"
    IMAGES = "images"
    NONE = "none"


class FeaturePrecision(StrEnum):
    """Number format in which the features of a frozen backbone are kept."""

    FLOAT16 = "float16"
    FLOAT32 = "float32"


Choice = TypeVar("Choice", bound=StrEnum)


class Ll4alTraining(StrEnum):
    """What the loss-prediction module of LL4AL learns from.

    MIXES: losses of the classifier on mixes of labelled images, all of which it has been trained on; a run without this
    setting in its run.json was made so. OUT_OF_FOLD: these, and the losses of the labelled images
    themselves, each by a classifier that has been trained without it; both kinds count alike. JOINT: the losses of the
    labelled images while the classifier is trained on them, in TRAIN and together with it, as its authors have it.
    """

    MIXES = "mixes"
    OUT_OF_FOLD = "out_of_fold"
    JOINT = "joint"


class VaalWeighting(StrEnum):
    """How the loss of VAAL's autoencoder weighs its terms and its two batches, labelled and unlabelled.

    IMAGE: each image has its squared error summed over pixels and its divergence summed over the code (Equation 1); the
    loss is the mean over the labelled batch plus that over the unlabelled one. RELEASE, as VAAL's authors have it: also
    one loss for each batch, but the squared error is the mean over pixels and images, the divergence the sum over both
    code and batch. POOLED: as IMAGE, with one mean over the images of both batches; a run without this setting in its
    run.json was made so.
    """

    POOLED = "pooled"
    IMAGE = "image"
    RELEASE = "release"


def member_named(setting: str, value: str, choices: Iterable[Choice]) -> Choice:
    """Member of an enum by its text.

    Args:
        setting: name of the setting, for the message.
        value: text of a member.
        choices: the members that are allowed; an enum itself allows all of its members.

    Raises:
        ConfigError: no allowed member has this text; the message lists the allowed ones.
    """
    allowed = list(choices)
    for choice in allowed:
        if choice.value == value:
            return choice
    raise unknown(setting, str(value), [choice.value for choice in allowed])


def by_text(setting: str, choices: Iterable[Choice]) -> BeforeValidator:
    """Let pydantic read a field with `member_named`, whose errors say more than its own."""
    allowed = tuple(choices)
    return BeforeValidator(lambda text: member_named(setting, text, allowed))
