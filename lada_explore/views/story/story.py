"""The story of tau*: six states with a caption each, drawn from what recorded runs hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.state_view import StateView

RECORDS = Path(__file__).with_name("records.json")
"""Made of data/runs by data/make_story.py."""


class Story(StateView):
    """How tau* comes about, in six states: ends, boundary, profile, tau, sign flip and cap.

    A person goes on and back by buttons, by the arrow keys, or to any state. Every number is one of a recorded run in
    data/runs and comes with the package, so the view needs no run.

    Args:
        at: the state that is shown first, from 1 to 6; another number shows the nearest.
    """

    _esm = module_of("story")
    _css = style_of("story")

    def __init__(self, at: int = 1) -> None:
        super().__init__(story_state(at))


def story_state(at: int = 1) -> dict[str, Any]:
    """What the page of the view shows.

    Args:
        at: as for `Story`.
    """
    records = json.loads(RECORDS.read_text(encoding="utf-8"))
    captions = captions_of(records)
    return {"title": "The story of τ*", "at": min(max(at, 1), len(captions)), "captions": captions, **records}


def captions_of(records: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and caption of each state.

    Args:
        records: the content of `RECORDS`.
    """
    pair, flip, caps = records["pair"], records["flip"], records["caps"]
    own, other = pair["guesses"]
    profile, taus, values = pair["profile"], pair["taus"], pair["values"]
    middle = profile[len(profile) // 2]
    before, after = flip["cycles"]
    low, high = caps
    return [
        (
            "Two images",
            f"Two unlabelled images. The classifier takes the right one for {_one(own)}, with an entropy of A(1) = "
            f"{profile[-1]:.2f} bits, and the left one for {_one(other)}, with A(0) = {profile[0]:.2f} bits. Ten "
            f"equally likely classes would have {math.log2(10):.2f} bits: it is fairly sure of both, and right.",
        ),
        (
            "The boundary",
            f"λ is the share of the right image in a mixture of both. At λ = {pair['boundary']:.2f} the classifier "
            f"changes its mind from {_one(other)} to {_one(own)}: the way between the two images crosses the boundary "
            "of two classes.",
        ),
        (
            "The profile",
            f"A(λ) is the entropy all along the way, known at {len(pair['nodes'])} mixtures and joined by a curve. "
            f"Halfway it is {middle:.2f} bits, although the classifier is sure of both images: mixtures can be worth "
            "more than what they are made of.",
        ),
        (
            "τ",
            "λ is drawn from Beta(τ, τ), shaded, and V(τ) is the mean of A(λ) over the draws. The policy network "
            f"began at τ = {taus[0]:.2f} with V = {values[0]:.3f} bits; {len(taus) - 1} epochs took it to τ* = "
            f"{taus[-1]:.2f}, where λ is spread evenly, and V = {values[-1]:.3f} bits: {values[-1] - values[0]:.3f} "
            f"bits gained. (The score is A(1) + A(0) + V, so this pair, with two sure images, is number "
            f"{pair['rank']} of {pair['n_pairs']}.)",
        ),
        (
            "The sign flips",
            "Another run, on noisy pictures, as a mean over its pairs: how far A(λ) lies above or below the straight "
            f"line between its two ends. In cycle {before['cycle']} mixing takes {-before['added']:.3f} bits away, so "
            f"V falls with τ, and learning took τ to {before['tau']:.2f}, for a gain of {before['gain']:.3f} bits. In "
            f"cycle {after['cycle']} it adds {after['added']:.3f} bits, V rises, and τ* is {after['tau']:.2f}, for a "
            f"gain of {after['gain']:.3f} bits. The sign decides between the two ends.",
        ),
        (
            "The cap",
            f"How far τ* goes is decided by where its range ends. With a range up to {low['limit']:g} the mean τ* of "
            f"cycle {low['cycle']} goes from {low['taus'][0]:.2f} to {low['taus'][-1]:.2f}, for a gain of "
            f"{low['gain']:.3f} bits; the same run with one up to {high['limit']:g} goes from {high['taus'][0]:.2f} to "
            f"{high['taus'][-1]:.2f}, for one of {high['gain']:.3f} bits. So a τ* near the end says that V rises "
            "there, and not how much mixing is right.",
        ),
    ]


def _one(name: str) -> str:
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name.lower()}"
