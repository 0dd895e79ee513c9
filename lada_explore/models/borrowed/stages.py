"""The usual places at which a network is cut into stages, where a person names none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from lada_explore.config.limits import unknown
from lada_explore.errors import ConfigError
from lada_explore.models.borrowed.cutting import Call

_STAGE = re.compile(r"(layer|stage|block|s)_?\d+")
"""Names of stages that stand side by side in a network, as in ResNets and RegNets."""

_CONTAINERS = ("features", "stages", "layers", "blocks", "encoder.layers", "trunk_output")
"""Names of submodules whose children are stages or blocks, as in VGG, EfficientNet, ConvNeXt and transformers."""

MAX_USUAL = 6
"""Largest number of stages that are chosen; more can be named."""


def usual_stages(network: nn.Module, calls: Sequence[Call]) -> tuple[str, ...]:
    """Names of stages, in the order in which they are called; empty if none are found.

    timm's own list (`feature_info`); else children named layer1, stage1, block1 and so on; else the children of
    features, stages, layers, blocks or the like, of which the last of each resolution counts, and the last. Blocks of
    one resolution, as those of a transformer, are six, spread evenly.

    Args:
        network: the network.
        calls: calls of its submodules while it sees images.
    """
    called = {call.name: call for call in calls}
    listed = [entry["module"] for entry in _feature_info(network)]
    if listed and all(name in called for name in listed):
        return _spread(_in_order(listed, called))
    beside = [name for name, _ in network.named_children() if _STAGE.fullmatch(name) and name in called]
    if beside:
        return _in_order(beside, called)
    for container in _CONTAINERS:
        children = [name for name in called if name.rpartition(".")[0] == container and name not in listed]
        if len(children) > 1:
            return _spread(_ends_of_resolutions(_in_order(children, called), called))
    return ()


def _feature_info(network: nn.Module) -> list[dict[str, str]]:
    info: Any = getattr(network, "feature_info", None)
    found = info.get_dicts() if hasattr(info, "get_dicts") else info
    return [entry for entry in found if isinstance(entry, dict) and entry.get("module")] if found else []


def _in_order(names: Sequence[str], called: dict[str, Call]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: called[name].end))


def _ends_of_resolutions(names: tuple[str, ...], called: dict[str, Call]) -> tuple[str, ...]:
    """The last submodule of each height and width; all of them if these never change."""
    sizes = [tuple(made.shape[2:]) if isinstance(made := called[name].made, Tensor) else () for name in names]
    if len(set(sizes)) == 1:
        return names
    following = [*sizes[1:], None]
    return tuple(name for name, size, after in zip(names, sizes, following, strict=True) if size != after)


def _spread(names: tuple[str, ...]) -> tuple[str, ...]:
    """At most `MAX_USUAL` of the names, evenly, with the last."""
    if len(names) <= MAX_USUAL:
        return names
    return tuple(names[(number + 1) * len(names) // MAX_USUAL - 1] for number in range(MAX_USUAL))


def checked_stages(
    network: nn.Module, segments: Sequence[str], calls: Sequence[Call], head: Call
) -> tuple[tuple[str, Call], ...]:
    """The calls of the named stages, or of the usual ones if none are named.

    Args:
        network: the network.
        segments: names that a person gave.
        calls: calls of its submodules while it sees images.
        head: the call of its last layer.

    Raises:
        ConfigError: there are no stages, a name is no submodule, or a stage is not called once, after those before it.
    """
    kind = type(network).__name__
    names = tuple(segments) or usual_stages(network, calls)
    known = [name for name, _ in network.named_modules() if name]
    if not names:
        raise ConfigError(
            f"{kind} has no stages that are known by their names (layer1, stages.0, blocks.0); name some of its "
            f"submodules in classifier.segments, such as {', '.join(known[:3]) or 'layer1,layer2'}"
        )
    found: list[tuple[str, Call]] = []
    for name in names:
        if name not in known:
            raise unknown("classifier.segments", name, known)
        of_stage = [call for call in calls if call.name == name]
        if len(of_stage) != 1:
            raise ConfigError(
                f"stage {name!r} of {kind} is called {len(of_stage)} times for an image, and a cut needs exactly one; "
                "name another submodule in classifier.segments"
            )
        if found and of_stage[0].begin < found[-1][1].end:
            raise ConfigError(
                f"stage {name!r} of {kind} is not called after {found[-1][0]!r} has ended; name the stages in the "
                "order in which they are called, none within another"
            )
        if of_stage[0].end > head.begin:
            raise ConfigError(f"stage {name!r} of {kind} is not called before its last layer; leave it out")
        found.append((name, of_stage[0]))
    return tuple(found)
