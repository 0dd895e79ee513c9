"""The pathwise estimator of the paper: the look-ahead value by sampling, with a gradient through the classifier."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Beta

from lada_explore.functional import Mix, mix
from lada_explore.lookahead.estimator import ScoreHidden


class Pathwise:
    """Mean of A_i(lam) over N draws lam = Beta(tau, tau).rsample(), from torch's global generator.

    All draws of a batch are evaluated `chunk` states at a time. A_i depends on tau only through lam, one number for
    each draw. So each chunk is reduced to A_i and dA_i/dlam, and memory does not grow with N.

    Args:
        score_hidden: acquisition score of each hidden state after the mix layer, with a frozen classifier.
        first: (P, D, H, W) hidden states of x_i; on any device.
        second: (P, D, H, W) hidden states of x'_i; on the same.
        n_draws: N, number of draws for each pair.
        chunk: number of mixed states in one pass.
        mix: how a pair is mixed; differentiable in lam.

    Source: supplement, section C, Equations 3 to 5: dlam/dtau is the velocity of probability mass. torch's rsample
    computes it by the same optimal-mass-transport argument (Jankowiak and Obermeyer, ICML 2018).
    """

    def __init__(
        self, score_hidden: ScoreHidden, first: Tensor, second: Tensor, n_draws: int, chunk: int, mix: Mix = mix
    ) -> None:
        self.score_hidden = score_hidden
        self.first = first
        self.second = second
        self.n_draws = n_draws
        self.chunk = chunk
        self.mix = mix

    def draws(self, rows: Tensor, tau: Tensor) -> Tensor:
        """Acquisition scores (N, B) of N virtual instances of each pair; differentiable in tau (B,)."""
        lam = Beta(tau, tau).rsample((self.n_draws,))  # (N, B)
        with_slope = torch.is_grad_enabled() and lam.requires_grad
        values, slopes = self._evaluate(rows.repeat(self.n_draws), lam.detach().flatten(), with_slope)
        if not with_slope:
            return values.reshape(lam.shape)
        # Its value is `values`, and its derivative with respect to lam, and through lam to tau, is `slopes`.
        return values.reshape(lam.shape) + slopes.reshape(lam.shape) * (lam - lam.detach())

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """V_i(tau) of the pairs in `rows` (B,) at tau (B,); see `LookAheadEstimator`."""
        return self.draws(rows, tau).mean(dim=0)

    def _evaluate(self, rows: Tensor, lam: Tensor, with_slope: bool) -> tuple[Tensor, Tensor]:
        """A_i(lam) (S,) and dA_i/dlam (S,) of S mixed states; the slopes are zero unless `with_slope`."""
        values, slopes = torch.empty_like(lam), torch.zeros_like(lam)
        for start in range(0, len(lam), self.chunk):
            part = slice(start, start + self.chunk)
            with torch.set_grad_enabled(with_slope):
                at = lam[part].clone().requires_grad_(with_slope)
                of_part = rows[part].to(self.first.device)
                one, other = (states[of_part].to(at.device) for states in (self.first, self.second))
                mixed = self.mix(one, other, at)
                acquired = self.score_hidden(mixed).to(lam.dtype)
                if with_slope:
                    (slopes[part],) = torch.autograd.grad(acquired.sum(), at)
            values[part] = acquired.detach()
        return values, slopes
