"""Five minutes to tau*: a profile to drag, its look-ahead value, and what an optimiser makes of the slope."""

from __future__ import annotations

import math

from lada_explore.errors import ConfigError
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.state_view import StateView

HIGHEST = math.log2(10)
"""Largest entropy of ten classes, in bits: the upper end of the axis."""

CAPTION = (
    "A(λ) is the classifier's entropy for the mixture of two images in which one has the share λ. λ is drawn from "
    "Beta(τ, τ), shaded, and V(τ) is the mean of A(λ) over the draws. Drag the three points; ▶ Run lets an optimiser "
    "follow the slope of V from τ = 0.5. Adam divides its steps by the size of the gradient, so only the sign of the "
    "slope decides: a gain of a hundredth moves τ as far. Plain gradient ascent hardly moves then."
)


class TauIntroduction(StateView):
    """Three points of a profile to drag, V(tau) with its slope, and an optimiser that goes to an end of the range.

    All of it is computed in the page as LOOK_AHEAD does: a monotone cubic through the points, read at 49 values of lam,
    and the line through these integrated exactly against Beta(tau, tau). One number z with tau = sigmoid(z) stands for
    the policy network. Adam moves it by at most about 0.025 a step, as fast as the policy of data/runs/tau/rate-5e-5.

    Args:
        values: A(0), A(1/2) and A(1) in bits where the points stand first, each from 0 to log2(10).

    Raises:
        ConfigError: other than three values, or one outside of that range.
    """

    _esm = module_of("tau_introduction")
    _css = style_of("tau_introduction")

    def __init__(self, values: tuple[float, float, float] = (0.93, 2.92, 1.33)) -> None:
        if len(values) != 3 or not all(0 <= value <= HIGHEST for value in values):
            raise ConfigError(
                f"values is {values!r}; give A(0), A(1/2) and A(1), three entropies from 0 to {HIGHEST:.2f} bits"
            )
        super().__init__(introduction_state(values))


def introduction_state(values: tuple[float, float, float]) -> dict[str, object]:
    """What the page of the view begins with.

    Args:
        values: as for `TauIntroduction`.
    """
    return {"title": "Five minutes to τ*", "caption": CAPTION, "values": list(values), "highest": HIGHEST}
