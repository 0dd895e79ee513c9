"""Whether an augmentation has what its line in the catalogue announces; asked before a run."""

from __future__ import annotations

from typing import cast

import torch

from lada_explore.augmentation.protocol import Augmentation, PairMixing
from lada_explore.config import AugmentationCapabilities, Mixes
from lada_explore.errors import ConfigError

_PLACE = "its line in config/catalogue.py"


def check_announced(name: str, augmentation: Augmentation, capabilities: AugmentationCapabilities) -> None:
    """Raises ConfigError for a method that the capabilities announce and the augmentation does not have.

    Args:
        name: key in the catalogue.
        augmentation: object of its class.
        capabilities: what its line in the catalogue declares.
    """
    announced = {
        "mixes=Mixes.PAIRS": ("mix",) if capabilities.mixes is Mixes.PAIRS else (),
        "looks_ahead=True": (
            ("find_theta", "transform", "transform_pixels")
            if capabilities.looks_ahead and capabilities.mixes is Mixes.IMAGES
            else ()
        ),
    }
    for declared, methods in announced.items():
        for method in methods:
            if not callable(getattr(augmentation, method, None)):
                raise ConfigError(
                    f"augmentation {name!r} has no method {method!r}; add it to {type(augmentation).__name__}, or take "
                    f"{declared} out of {_PLACE}"
                )


def check_mixing(name: str, augmentation: Augmentation, linear: bool, shape: tuple[int, ...]) -> None:
    """Mix two random states, and check that the result is what LOOK_AHEAD and the views take it for.

    Args:
        name: key in the catalogue.
        augmentation: one that mixes pairs.
        linear: whether it is declared to mix linearly.
        shape: (D, H, W) of the states.

    Raises:
        ConfigError: mixed states of another shape, ends that are not the two states themselves, one number for lam
            that gives something else than a row of the same numbers, or a mix that is not linear as declared.
    """
    generator = torch.Generator().manual_seed(0)
    first, second = torch.rand((2, 2, *shape), generator=generator)
    mix = cast(PairMixing, augmentation).mix
    half, rows = mix(first, second, 0.4), mix(first, second, torch.tensor([0.4, 0.4]))
    wrong = ""
    if half.shape != first.shape:
        wrong = f"makes states of shape {tuple(half.shape)} from states of shape {tuple(first.shape)}; keep the shape"
    elif not torch.allclose(mix(first, second, 1.0), first) or not torch.allclose(mix(first, second, 0.0), second):
        wrong = "does not give the first states at lam = 1 and the second at lam = 0; let it, as their scores are known"
    elif not torch.allclose(half, rows, atol=1e-5):
        wrong = "gives other states for lam = 0.4 than for a row of the same lam; let it depend on its arguments alone"
    elif linear and not torch.allclose(half, 0.4 * first + 0.6 * second, atol=1e-5):
        wrong = f"is not linear; declare linear=False in {_PLACE}"
    if wrong:
        raise ConfigError(f"method 'mix' of augmentation {name!r} {wrong}")
