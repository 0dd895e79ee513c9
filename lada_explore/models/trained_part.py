"""Which part of the classifier TRAIN trains: all of it, its last stages, or the head alone."""

from __future__ import annotations

from dataclasses import dataclass

from lada_explore.config import trained_stages
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TrainedPart:
    """As `classifier.train` says it.

    Attributes:
        stages: number of the last stages that are trained with the head; None for everything.
    """

    stages: int | None = None

    @classmethod
    def named(cls, text: str, n_layers: int) -> TrainedPart:
        """The part of a classifier of `n_layers` stages; raises ConfigError if it has fewer than are to be trained."""
        stages = trained_stages(text)
        if stages is not None and stages > n_layers:
            raise ConfigError(
                f"classifier.train is {text!r}, but this classifier has {n_layers} stages; use at most "
                f"'last:{n_layers}', or 'all'"
            )
        return cls(stages)

    @property
    def everything(self) -> bool:
        """Whether nothing is frozen."""
        return self.stages is None

    def last(self, n_layers: int) -> int:
        """Number of the last stages that are trained."""
        return n_layers if self.stages is None else self.stages
