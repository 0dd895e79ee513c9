"""The settings of a frozen backbone."""

import pytest

from lada_explore.config import BackboneConfig, BackboneNormalisation, FeaturePrecision
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError


def test_they_are_read_from_text_and_recorded():
    settings = {"backbone.size": "96", "backbone.normalisation": "imagenet", "backbone.precision": "float32"}
    config = configure("demo", settings=settings)
    assert config.backbone == BackboneConfig(
        size=96, normalisation=BackboneNormalisation.IMAGENET, precision=FeaturePrecision.FLOAT32
    )
    assert config.to_dict()["backbone"] == {"size": 96, "normalisation": "imagenet", "precision": "float32"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"size": 7}, "backbone.size is 7; .*8"),
        ({"size": 5000}, "backbone.size is 5,?000; .*2,?048"),
        ({"normalisation": "imagnet"}, "backbone.normalisation 'imagnet' is unknown; .*did you mean 'imagenet'"),
        ({"precision": "bfloat16"}, "backbone.precision 'bfloat16' is unknown; the known ones are float16, float32"),
    ],
)
def test_wrong_ones_are_one_sentence(settings, message):
    with pytest.raises(ConfigError, match=message):
        BackboneConfig(**settings)
