"""Look-ahead value by sampling: the paper's estimator, whose gradient flows through the classifier."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Beta

from lada_explore.functional import mix
from lada_explore.lookahead.estimator import ScoreHidden


class Pathwise:
    """Mean of N draws A_i(lam), lam = Beta(tau, tau).rsample(); draws come from torch's global generator.

    All draws of a batch are evaluated together, `chunk` states at a time. tau reaches A_i through lam alone, one
    number for each draw, so each chunk gives A_i and dA_i/dlam and is forgotten: memory does not grow with N.

    Args:
        score_hidden: acquisition of hidden states at the mix layer, each by itself, by a frozen classifier.
        first: (P, D, H, W) hidden states of x_i.
        second: (P, D, H, W) hidden states of x'_i.
        n_draws: N.
        chunk: mixed states in one pass.

    Source: supplement, section C, Equations 3 to 5: dlam/dtau is the velocity of probability mass. torch's rsample
    computes it by the same optimal-mass-transport argument (Jankowiak and Obermeyer, ICML 2018).
    """

    def __init__(self, score_hidden: ScoreHidden, first: Tensor, second: Tensor, n_draws: int, chunk: int) -> None:
        self.score_hidden = score_hidden
        self.first = first
        self.second = second
        self.n_draws = n_draws
        self.chunk = chunk

    def draws(self, rows: Tensor, tau: Tensor) -> Tensor:
        """Acquisition (N, B) of N virtual instances of each pair, differentiable in tau (B,)."""
        lam = Beta(tau, tau).rsample((self.n_draws,))  # (N, B)
        with_slope = torch.is_grad_enabled() and lam.requires_grad
        values, slopes = self._evaluate(rows.repeat(self.n_draws), lam.detach().flatten(), with_slope)
        if not with_slope:
            return values.reshape(lam.shape)
        # Worth `values`, with the derivative `slopes` in lam, and through it in tau.
        return values.reshape(lam.shape) + slopes.reshape(lam.shape) * (lam - lam.detach())

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """V_i(tau) of pairs `rows` (B,) at tau (B,); see `LookAheadEstimator`."""
        return self.draws(rows, tau).mean(dim=0)

    def _evaluate(self, rows: Tensor, lam: Tensor, with_slope: bool) -> tuple[Tensor, Tensor]:
        """A_i(lam) and dA_i/dlam, both (S,) for S states; the slopes are zero unless asked for."""
        values, slopes = torch.empty_like(lam), torch.zeros_like(lam)
        for start in range(0, len(lam), self.chunk):
            part = slice(start, start + self.chunk)
            with torch.set_grad_enabled(with_slope):
                at = lam[part].clone().requires_grad_(with_slope)
                acquired = self.score_hidden(mix(self.first[rows[part]], self.second[rows[part]], at)).to(lam.dtype)
                if with_slope:
                    (slopes[part],) = torch.autograd.grad(acquired.sum(), at)
            values[part] = acquired.detach()
        return values, slopes
