"""What a reader of the page has to know before the first question, in five sentences."""

from __future__ import annotations

import math
from typing import Any

from lada_explore.config import Method
from lada_explore.views.story.story import story_state
from lada_explore.views.tau.introduction import introduction_state

FIRST = (0.93, 2.92, 1.33)
"""A(0), A(1/2) and A(1) of the profile that the introduction begins with, in bits."""


def primer_of(*runs: tuple[Method, int]) -> list[str]:
    """Five sentences on entropy, pairs, virtual instances, tau and the query.

    Args:
        runs: method and number of classes of each run.

    Returns:
        The sentences; none where no method looks ahead with pairs.
    """
    if not any(method.look_ahead and method.uses_pairs for method, _ in runs):
        return []
    numbers = dict.fromkeys(n_classes for _, n_classes in runs)
    ends = " and ".join(f"{math.log2(n):.2f} bits where {n} classes are equally likely" for n in numbers)
    return [
        "The classifier gives every class a probability; their entropy says how unsure it is, from 0 bits where one "
        f"class has all to {ends}.",
        "A pair is two unlabelled images, and a virtual instance is a mixture of them: the share λ of the one and "
        "1 - λ of the other.",
        "A(λ) is what the acquisition, mostly the entropy, gives for that mixture: A(1) and A(0) are the two images "
        "themselves.",
        "λ is drawn from Beta(τ, τ), which stays near the two images for a small τ and is even along the segment at "
        "τ = 1; the look-ahead value V(τ) is the mean of A(λ) over the draws.",
        "In every cycle a small network learns for each pair the τ* that makes V large; the pairs with the highest "
        "A(1) + A(0) + V(τ*) are asked about, and the classifier trains on the answers and on mixtures of these pairs.",
    ]


def first_of(*runs: tuple[Method, int]) -> dict[str, Any]:
    """What the page shows before its runs, where one of them looks ahead with pairs: primer, five minutes, story.

    Args:
        runs: method and number of classes of each run.
    """
    primer = primer_of(*runs)
    if not primer:
        return {"primer": [], "introduction": None, "story": None}
    common = {"revision": 1, "error": ""}
    return {
        "primer": primer,
        "introduction": common | introduction_state(FIRST),
        "story": common | story_state(),
    }
