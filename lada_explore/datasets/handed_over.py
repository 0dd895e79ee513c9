"""Images that a person hands over in Python, or that a function of their own makes: "object:NAME", "module:PLACE"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from lada_explore.config import DataConfig, Layout, Normalisation, RunConfig
from lada_explore.config.paths import OBJECT
from lada_explore.config.reading import AUTO
from lada_explore.datasets.image_set import ImageData
from lada_explore.datasets.own_sources import Form, from_arrays, from_dataset
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.errors import ConfigError, DataError
from lada_explore.files import converting, reason_of

FORMS = "an ImageData, a data set of torch, or arrays (x, y)"


def handed_over(given: Any, names: Sequence[str] = (), form: Form | None = None) -> ImageData:
    """What a person hands over, as images.

    Args:
        given: an ImageData; a data set as torch has them; or arrays (x, y) or (x, y, names), of which y may be None.
        names: of the classes, where it has none of its own.
        form: of a data set of torch; that of `ImageData.from_dataset` when None.

    Raises:
        ConfigError: it is none of these, or class names are given for an ImageData.
        DataError: its images or targets are not what they should be.
    """
    if isinstance(given, ImageData):
        if names:
            raise ConfigError(
                f"class names {', '.join(names)} were given for {given.train.name}, which has its own; leave them out"
            )
        return given
    if isinstance(given, (tuple, list)) and len(given) in (2, 3):
        return from_arrays(given[0], given[1], names or (given[2] if given[2:] else None), None, "arrays")
    if hasattr(given, "__getitem__") and hasattr(given, "__len__") and not isinstance(given, (str, bytes, dict)):
        return from_dataset(given, None, names or None, None, form or Form())
    raise ConfigError(f"data is {type(given).__name__}; give {FORMS}")


def load_object(place: Path, config: DataConfig) -> ImageData:
    """Raises DataError: these images cannot be read by their name."""
    raise DataError(
        f"the images of this run are the object {str(place)!r}, which was handed over in Python; open the run there "
        "and pass the same images as data=..."
    )


def load_module(place: Path, config: DataConfig) -> ImageData:
    """The images that a function of a person's own makes.

    Args:
        place: "package.module:function", which is called without arguments.
        config: declared shape, for a data set of torch; and class names, where it has none.

    Raises:
        ConfigError: there is no such function, it fails, or makes something else.
        DataError: its images or targets are not what they should be.
    """
    module, _, name = str(place).partition(":")
    if not module or not name:
        raise ConfigError(f"dataset is 'module:{place}'; write it as module:package.module:function")

    def unmade(error: Exception) -> ConfigError:
        remedy = "set PYTHONPATH to its folder, PYTHONPATH=. for this one, or repair it"
        return ConfigError(f"dataset is 'module:{place}', which cannot be made ({reason_of(error)}); {remedy}")

    with converting(unmade):
        made = getattr(import_module(module), name)()
    shape = (config.channels, config.height, config.width)
    return handed_over(made, config.classes, Form(shape=shape, reader=PictureReader.of(config)))


def named(config: RunConfig, data: ImageData | None) -> RunConfig:
    """The settings that a run records: "object:NAME" for images that were handed over, in place of others' name.

    Args:
        config: settings of the run.
        data: images that were handed over, None if there are none.
    """
    # What was read by this name is named so, unless it was changed since.
    if data is None or data.loaded_as == (config.data.name, data.train.checksum):
        return config
    if config.data.points or config.data.normalisation is Normalisation.RELEASED:
        return config
    own = DataConfig(name=f"{OBJECT}:{data.train.name}", layout=Layout.AUTO, scale=AUTO, holdout=config.data.holdout)
    return replace(config, data=own)
