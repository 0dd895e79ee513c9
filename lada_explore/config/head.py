"""The settings of the head that is trained on the features of a frozen classifier."""

from __future__ import annotations

from dataclasses import dataclass

from lada_explore.config.limits import MAX_WIDTH, at_most
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadConfig:
    """What is trained on features, by the settings of `training`; no other kind of classifier has such a head.

    Attributes:
        hidden: units of the one hidden layer, with ReLUs; 0 for a linear layer alone.
    """

    hidden: int = 0

    def __post_init__(self) -> None:
        if self.hidden < 0:
            raise ConfigError(f"head.hidden is {self.hidden}; it must be 0, for a linear head, or more, try 256")
        at_most("head.hidden", self.hidden, MAX_WIDTH)
