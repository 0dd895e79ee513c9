"""What the images are called on which a classifier was tested."""

from __future__ import annotations

from lada_explore.records import EvaluatedOn


def tested_images(on: EvaluatedOn) -> str:
    """The images, in the plural: those of the test set, or those whose answers were held out from training."""
    return "test images" if on is EvaluatedOn.TEST_SET else "images held out for testing"
