"""What both estimators of the look-ahead value have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torch import Tensor

ScoreHidden = Callable[[Tensor], Tensor]
"""Acquisition (B,) of hidden states (B, D, H, W) at the mix layer; differentiable in the states."""


class LookAheadEstimator(Protocol):
    """V_i(tau) = E[A_i(lam)], lam ~ Beta(tau, tau), for the pairs of one cycle."""

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """Look-ahead value of some pairs at some tau.

        Args:
            rows: (B,) int64, which pairs, by their row in the cycle's pairs.
            tau: (B,) concentrations, above 0.

        Returns:
            (B,) values in the unit of the acquisition, differentiable in tau.
        """
