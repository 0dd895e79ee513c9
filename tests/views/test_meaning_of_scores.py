"""What the gallery says of a score whose unit does not say what it is."""

from __future__ import annotations

import pytest
from helpers.fakes import CLASS_NAMES, FakeSession

from lada_explore.acquisition import acquisition_of
from lada_explore.config import ACQUISITIONS, compose
from lada_explore.config.presets import configure
from lada_explore.views.query_gallery.query_gallery import QueryGallery, gallery_state


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("vaal", "A score is the probability that an image is unlabelled, by the discriminator of VAAL."),
        ("margin", "A score is 1 minus the difference of the two highest class probabilities."),
        ("lada-varratiomix", "A score is 1 minus the probability of the most probable class."),
    ],
)
def test_the_gallery_says_what_a_probability_is_of(method, said):
    session = FakeSession(method=method)
    session.run(2)
    assert QueryGallery(session).state["caption"].endswith(f" {said}")
    # The start scores no image.
    assert said not in gallery_state(session.history, CLASS_NAMES, 0, meaning=said)["caption"]


def test_every_acquisition_of_probabilities_says_what_they_are_of():
    units = {name: acquisition_of(configure("demo", compose(name))).unit for name in ACQUISITIONS}
    of_probability = [name for name, unit in units.items() if unit == "probability"]
    assert all(ACQUISITIONS[name].capabilities.meaning for name in of_probability)
    assert of_probability == ["var_ratio", "margin", "vaal"]
