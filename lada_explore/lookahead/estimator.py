"""The protocol of both estimators of the look-ahead value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torch import Tensor

ScoreHidden = Callable[[Tensor], Tensor]
"""Acquisition score (B,) of hidden states (B, D, H, W) after the mix layer; differentiable in the states."""


class LookAheadEstimator(Protocol):
    """Estimates V_i(tau) = E[A_i(lam)], lam ~ Beta(tau, tau), for the pairs of one cycle."""

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """Look-ahead value of some pairs, each at its own tau.

        Args:
            rows: (B,) int64 rows of the pairs among those of the cycle.
            tau: (B,) concentrations, above 0.

        Returns:
            (B,) values in the unit of the acquisition, differentiable in tau.
        """
