"""What each method of METHODS leaves in the records of a small run, written out: one line a method."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What a cycle after the start holds.

    Attributes:
        asks: what is chosen: "singles", a "set" of images, "pairs", or single images with their "transforms".
        policy: as LOOK_AHEAD records it.
        mix_layers: those that SUBSAMPLE may have drawn.
        virtual: virtual instances of an epoch for a query of 4 images.
        unit: of scores and look-ahead values.
        keeps: whether what the acquisition learned is kept beside SCORE.
    """

    asks: str
    policy: str
    mix_layers: tuple[int, ...]
    virtual: int
    unit: str
    keeps: bool = False


NONE = (-1,)
HIDDEN = (1, 2)
IMAGE = (0,)

METHOD_TABLE: dict[str, Row] = {
    "random": Row("singles", "none", NONE, 0, "uniform draw"),
    "max-entropy": Row("singles", "none", NONE, 0, "bits"),
    "random-then-mixup": Row("singles", "none", NONE, 2, "uniform draw"),
    "random-pairs-mixup": Row("pairs", "fixed", HIDDEN, 2, "uniform draw"),
    "pairs-then-mixup": Row("pairs", "fixed", HIDDEN, 2, "bits"),
    "ent-then-mixup": Row("singles", "none", NONE, 2, "bits"),
    "ent-then-adamixup": Row("singles", "none", NONE, 2, "bits"),
    "ent-then-stn": Row("singles", "none", NONE, 4, "bits"),
    "lada-entstn": Row("transforms", "learned", NONE, 4, "bits"),
    "lada-entstn-fixed": Row("transforms", "fixed", NONE, 4, "bits"),
    "lada-entmix": Row("pairs", "learned", HIDDEN, 2, "bits"),
    "lada-entmix-fixed": Row("pairs", "fixed", HIDDEN, 2, "bits"),
    "lada-entmix-exact": Row("pairs", "exact", HIDDEN, 2, "bits"),
    "lada-entinmix": Row("pairs", "learned", IMAGE, 2, "bits"),
    "lada-entinmix-fixed": Row("pairs", "fixed", IMAGE, 2, "bits"),
    "var-ratio": Row("singles", "none", NONE, 0, "probability"),
    "lada-varratiomix": Row("pairs", "learned", HIDDEN, 2, "probability"),
    "margin": Row("singles", "none", NONE, 0, "probability"),
    "lada-marginmix": Row("pairs", "learned", HIDDEN, 2, "probability"),
    "bald": Row("singles", "none", NONE, 0, "bits of information"),
    "lada-baldmix": Row("pairs", "learned", HIDDEN, 2, "bits of information"),
    "coreset": Row("set", "none", NONE, 0, "feature distance"),
    "badge": Row("set", "none", NONE, 0, "gradient norm"),
    "vaal": Row("singles", "none", NONE, 0, "probability", keeps=True),
    "lada-vaalmix": Row("pairs", "learned", IMAGE, 2, "probability", keeps=True),
    "lada-vaalmix-fixed": Row("pairs", "fixed", IMAGE, 2, "probability", keeps=True),
    "ll4al": Row("singles", "none", NONE, 0, "predicted loss", keeps=True),
    "lada-ll4almix": Row("pairs", "learned", IMAGE, 2, "predicted loss", keeps=True),
    "lada-ll4almix-fixed": Row("pairs", "fixed", IMAGE, 2, "predicted loss", keeps=True),
}

SINGLES = ("random", "max_entropy", "var_ratio", "margin", "bald", "vaal", "ll4al")
SETS = ("coreset", "badge")
MIXED_OR_MOVED = ("none", "manifold_mixup", "input_mixup", "stn", "adamixup")
"""The acquisitions of single images and of sets, and the augmentations, that the methods above are made of. More may be
in the catalogues: a person adds one by a file and a line."""

LONG_STAGE = {"singles": "train", "set": "select", "pairs": "look_ahead", "transforms": "look_ahead"}
"""The stage that takes longest, by what is asked."""
