"""A Ray cluster of two nodes with one CPU each, on this machine, in processes of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TRIES = 4
"""Starts of a node: Ray gives up after 15 s, which a node needs where other programs keep the cores busy."""


@contextmanager
def ray_cluster(gpus: int = 0) -> Iterator[Any]:
    """A `ray.cluster_utils.Cluster` whose node is said to have so many GPUs; everything is ended with the block."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = _started(lambda cluster: cluster.add_node(num_cpus=max(1, gpus), num_gpus=gpus, include_dashboard=False))
    session = cluster.head_node.get_session_dir_path()
    try:
        yield cluster
    finally:
        cluster.shutdown()
        shutil.rmtree(session, ignore_errors=True)


def add_node(cluster: Any) -> Any:
    """One node more."""
    for _ in range(TRIES - 1):
        try:
            return cluster.add_node(num_cpus=1)
        except Exception as error:
            print(error)
    return cluster.add_node(num_cpus=1)


def _started(begin: Any) -> Any:
    from ray.cluster_utils import Cluster

    for last in [False] * (TRIES - 1) + [True]:
        cluster = Cluster()
        try:
            begin(cluster)
            return cluster
        except Exception as error:
            cluster.shutdown()
            if last:
                raise
            print(error)
    raise AssertionError
