"""Whether what a run asks for is there: found before a run starts, where a cluster would wait for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lada_explore.errors import ConfigError


def lacking(nodes: Sequence[Mapping[str, Any]], threads: int, gpus: float) -> str:
    """Why no node of a Ray cluster can ever take a run, as the beginning of a sentence; empty if one can.

    Args:
        nodes: as `ray.nodes()` lists them.
        threads: CPUs of a run.
        gpus: GPUs of a run, also a share.
    """
    alive = [node.get("Resources", {}) for node in nodes if node.get("Alive")]
    having = sorted({(float(one.get("CPU", 0)), float(one.get("GPU", 0))) for one in alive}, reverse=True)
    if any(cpus >= threads and of_node >= gpus for cpus, of_node in having):
        return ""
    there = "; ".join(_said(*one) for one in having) or "no node is there"
    return f"a run asks for {_said(threads, gpus)}, and no node of the Ray cluster has them (nodes with {there})"


def require_gpus(device: str, gpus: float) -> None:
    """Raises ConfigError if runs are to compute on a GPU and are given none, so that they would see none."""
    if device.partition(":")[0] == "cuda" and not gpus:
        raise ConfigError(f"the runs are to compute on {device} and have no GPU; give --gpus 1, or leave --device out")


def _said(cpus: float, gpus: float) -> str:
    named = [f"{n:g} {name}{'' if n == 1 else 's'}" for n, name in ((cpus, "CPU"), (gpus, "GPU"))]
    return f"{named[0]} and {named[1] if gpus else 'no GPU'}"
