"""How much of what is drawn at random is tried: little in `make test`, more in `make fuzz`."""

from __future__ import annotations

import os
import random

ROUNDS = int(os.environ.get("LADA_FUZZ", "1"))
"""Rounds of every test that draws at random."""

SEED = int(os.environ.get("LADA_FUZZ_SEED", "0"))
"""Where the drawing starts; another one tries other things."""


def drawn(of: str, n: int, most: int) -> list[int]:
    """Numbers below n in order: all of them, or as many as the rounds allow, the first and the last among them."""
    if n <= most * ROUNDS:
        return list(range(n))
    return sorted({0, n - 1, *drawing(of).sample(range(n), most * ROUNDS - 2)})


def drawing(of: str) -> random.Random:
    """A generator for one test, which draws the same whenever the seed is the same."""
    return random.Random(f"{SEED} {of}")
