"""Whether what a run asks for is there: found before a run starts, where a cluster would wait for ever."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from lada_explore.config.paths import expanded
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


def shared_gpus(jobs: int, runs: int, gpus: int) -> str:
    """What is to be said where runs at a time and GPUs of this machine are not as many; empty if they fit.

    Args:
        jobs: runs at a time.
        runs: all of them.
        gpus: GPUs that they may use.
    """
    if gpus and min(jobs, runs) > gpus:
        of = "the GPU" if gpus == 1 else f"{gpus} GPUs"
        return f"{min(jobs, runs)} runs at a time share {of}; give --jobs {gpus} for one on each GPU"
    if jobs < min(gpus, runs):
        more = min(gpus, runs)
        return (
            f"{jobs} of {gpus} GPUs {'is' if jobs == 1 else 'are'} used, one by each run; give --jobs {more} for more"
        )
    return ""


def require_gpus(device: str, gpus: float) -> None:
    """Raises ConfigError if runs are to compute on a GPU and are given none, so that they would see none."""
    if device.partition(":")[0] == "cuda" and not gpus:
        raise ConfigError(f"the runs are to compute on {device} and have no GPU; give --gpus 1, or leave --device out")


def require_whole_path(dataset: str) -> None:
    """Raises ConfigError if images are named by a relative path, which is another place on each node of a cluster."""
    kind, _, path = dataset.partition(":")
    is_folder = kind in ("folder", "array") or (kind == "hf" and os.path.isdir(path))
    if is_folder and not expanded(path).is_absolute():
        raise ConfigError(
            f"{dataset} names its folder from the one that this command runs in, and the nodes of the Ray cluster look "
            f"for it in others; name it as {kind}:{os.path.abspath(path)}, a place that all nodes have"
        )


def _said(cpus: float, gpus: float) -> str:
    named = [f"{n:g} {name}{'' if n == 1 else 's'}" for n, name in ((cpus, "CPU"), (gpus, "GPU"))]
    return f"{named[0]} and {named[1] if gpus else 'no GPU'}"
