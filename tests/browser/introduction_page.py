"""What the page of the introduction to tau* shows in numbers, and what an integration gives for them."""

from __future__ import annotations

import re

from scipy.integrate import quad
from scipy.interpolate import PchipInterpolator
from scipy.stats import beta

INTEGRATED = 1e-3
"""Most by which V may differ from an integral of the cubic itself, as a share of the axis: as in LOOK_AHEAD, lines join
49 of its points."""


def points(page) -> list[float]:
    """A(0), A(1/2) and A(1) where they stand, in bits."""
    said = [handle.get_attribute("aria-valuetext") for handle in page.locator(".lada-ti-handle").all()]
    return [float(text.split()[0]) for text in said]


def shown(page, name: str) -> float:
    """V or its slope as the page writes it."""
    text = page.locator(".lada-ti-side .lada-mix-readout", has_text=name).inner_text().replace("\N{MINUS SIGN}", "-")
    return float(re.search(r"(-?[\d.]+) bits", text).group(1))


def integral(values: list[float], tau: float) -> float:
    """V(tau) of the monotone cubic through three points."""
    curve, lam = PchipInterpolator([0, 0.5, 1], values), beta(tau, tau)
    return quad(lambda share: float(curve(lam.ppf(share))), 0, 1, points=[0.5], limit=200)[0]
