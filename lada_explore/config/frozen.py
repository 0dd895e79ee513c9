"""Checks of settings that a head on frozen features makes possible, and of those that it makes impossible."""

from __future__ import annotations

from lada_explore.config.backbone import BackboneConfig
from lada_explore.config.choices import VirtualImages
from lada_explore.config.head import HeadConfig
from lada_explore.config.run import RunConfig
from lada_explore.errors import ConfigError


def check_frozen(config: RunConfig) -> None:
    """Check what the kind of the classifier says of its backbone, of its head and of how images are shown.

    Raises:
        ConfigError: a setting of a backbone or of a head that this kind has not got, or of images that are changed in
            each epoch where features are computed once.
    """
    kind = config.classifier.kind
    config.classifier.check_kind()
    for part, usual in (("backbone", BackboneConfig()), ("head", HeadConfig())):
        own = getattr(config, part)
        if own == usual or config.uses(part):
            continue
        name = next(name for name in type(own).__slots__ if getattr(own, name) != getattr(usual, name))
        other = "frozen:timm:resnet18" + (" or features:PATH" if part == "head" else "")
        raise ConfigError(
            f"{part}.{name} is {getattr(own, name)}, but classifier.kind {kind!r} has nothing that it could apply to; "
            f"set {part}.{name}={getattr(usual, name)}, or choose a kind such as {other}"
        )
    if not config.classifier.is_frozen:
        return
    training, changes = config.training, []
    if training.crop_flip:
        changes.append("training.crop_flip to false")
    if training.virtual_images is VirtualImages.CROP_FLIP:
        changes.append("training.virtual_images to 'plain'")
    if changes:
        raise ConfigError(
            f"images are cropped and flipped in each epoch by these settings, but the features of classifier.kind "
            f"{kind!r} are computed once, of each image as it is; set {' and '.join(changes)}"
        )
