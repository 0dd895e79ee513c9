"""What a person asks for when a run is begun, before it is known which settings that comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lada_explore.config.method import Method
from lada_explore.config.presets import configure
from lada_explore.config.run import RunConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Arguments of `lada_explore.config.presets.configure`.

    Attributes:
        preset, method, seed, dataset, cycles: as there.
        settings: by dotted name, as there; those that a person named.
    """

    preset: str = "demo"
    method: str | Method = "lada-entmix"
    seed: int = 0
    dataset: str | None = None
    cycles: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def config(self, unless_named: Mapping[str, Any] | None = None) -> RunConfig:
        """The settings of the run.

        Args:
            unless_named: settings that hold where the person named none.

        Raises:
            ConfigError: as `configure`.
        """
        settings = {**(unless_named or {}), **self.settings}
        return configure(
            self.preset, self.method, seed=self.seed, dataset=self.dataset, cycles=self.cycles, settings=settings
        )
