"""A Ray that starts nothing: what it was asked, for what a real cluster does too seldom or takes minutes to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any


class RayError(Exception):
    """As Ray's."""


class RayTaskError(RayError):
    """As Ray's."""


class FakeRay:
    """Stands for the module.

    Args:
        nodes: (CPUs, GPUs) of each node.
        answers: gives what a run sends back, item by item, from the arguments of its task.

    Attributes:
        started: arguments of each task.
    """

    def __init__(self, *nodes: tuple[float, float], answers: Callable[..., Iterator[Any]] = lambda *given: iter(())):
        self._nodes, self._answers, self.started = nodes, answers, list[tuple[Any, ...]]()
        self.exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def nodes(self) -> list[dict[str, Any]]:
        """As Ray's."""
        gone = {"Alive": False, "Resources": {"CPU": 64.0, "GPU": 8.0}}
        resources = [{"CPU": cpus, **({"GPU": gpus} if gpus else {})} for cpus, gpus in self._nodes]
        return [gone, *({"Alive": True, "Resources": one} for one in resources)]

    def is_initialized(self) -> bool:
        """As Ray's."""
        return False

    def init(self, **options: Any) -> None:
        """As Ray's."""

    def shutdown(self) -> None:
        """As Ray's."""

    def cancel(self, stream: Any, *, force: bool) -> None:
        """As Ray's."""

    def remote(self, **options: Any) -> Any:
        """The task of a function; it is not called."""
        return lambda function: SimpleNamespace(remote=self._stream)

    def _stream(self, *given: Any) -> Iterator[Any]:
        self.started.append(given)
        return self._answers(*given)

    def wait(self, streams: list[Any], *, num_returns: int, timeout: float) -> tuple[list[Any], list[Any]]:
        """As Ray's: the first is always ready."""
        return streams[:num_returns], streams[num_returns:]

    def get(self, item: Any) -> Any:
        """As Ray's, of what a stream gave; an exception is raised."""
        if isinstance(item, Exception):
            raise item
        return item
