"""Look-ahead value by sampling: the paper's estimator, whose gradient flows through the classifier."""

from __future__ import annotations

from torch import Tensor
from torch.distributions import Beta

from lada_explore.functional import mix
from lada_explore.lookahead.estimator import ScoreHidden


class Pathwise:
    """Mean of N draws A_i(lam), lam = Beta(tau, tau).rsample(); draws come from torch's global generator.

    Freeze the classifier's weights before use: only the gradient in lam is needed.

    Args:
        score_hidden: acquisition of hidden states at the mix layer, by the frozen classifier.
        first: (P, D, H, W) hidden states of x_i.
        second: (P, D, H, W) hidden states of x'_i.
        n_draws: N.

    Source: supplement, section C, Equations 3 to 5: dlam/dtau is the velocity of probability mass. torch's rsample
    computes it by the same optimal-mass-transport argument (Jankowiak and Obermeyer, ICML 2018).
    """

    def __init__(self, score_hidden: ScoreHidden, first: Tensor, second: Tensor, n_draws: int) -> None:
        self.score_hidden = score_hidden
        self.first = first
        self.second = second
        self.n_draws = n_draws

    def draws(self, rows: Tensor, tau: Tensor) -> Tensor:
        """Acquisition (N, B) of N virtual instances of each pair, differentiable in tau (B,)."""
        lam = Beta(tau, tau).rsample((self.n_draws,))  # (N, B)
        first = self.first[rows].repeat(self.n_draws, *[1] * (self.first.dim() - 1))
        second = self.second[rows].repeat(self.n_draws, *[1] * (self.second.dim() - 1))
        return self.score_hidden(mix(first, second, lam.flatten())).reshape(self.n_draws, len(rows))

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """V_i(tau) of pairs `rows` (B,) at tau (B,); see `LookAheadEstimator`."""
        return self.draws(rows, tau).mean(dim=0)
