"""Colours that colour-blind readers tell apart, on white and on black (Okabe and Ito 2008)."""

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
GREY = "rgba(128, 128, 128, 0.45)"


def faint(colour: str, opacity: float) -> str:
    """A hex colour with an opacity in [0, 1], as CSS."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"
