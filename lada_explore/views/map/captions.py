"""What is said about a map: what stands on it, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lada_explore.analysis import Layout, MapPoints
from lada_explore.analysis.theta import learned_words
from lada_explore.analysis.whole_pool import NEIGHBOURS, PoolPlaces
from lada_explore.beta import N_INSTANCES, instance_lam
from lada_explore.records import DRAW_UNIT, ENTROPY_UNIT, CycleRecords
from lada_explore.session.worker import Worker
from lada_explore.views.base.source import RunSource
from lada_explore.views.map.look import UNKNOWN, Look

KEYS = "Arrow keys go from image to image, Enter chooses, Space marks."
"""What the name of a map's chart says of its keys."""

SAME_AS_IMAGE = 0.005
"""An instance whose lam is this close to 0 or 1 is the image there, to two decimals of lam."""


def caption_of(points: MapPoints, pool: PoolPlaces | None = None, *, offered: bool = True) -> str:
    """What the map shows and what its distances mean.

    Args:
        points: on the map.
        pool: the whole pool behind them, if it is shown.
        offered: whether a person can ask for it.
    """
    shown = (
        "Images that look alike to the classifier lie together; distances between far groups and the axes mean "
        f"nothing. {_pool_words(pool, offered)}"
    )
    if points.n_left_out:
        shown += f" Of the images labelled earlier, the first {points.n_left_out:,} are left out."
    if len(points.query_ids) == 0:
        return f"{shown} This cycle has not asked about any image yet."
    what = f"an image that {'is' if points.waiting else 'was'} asked about"
    stars = f"A star is {what} with its predictive entropy in bits"
    if len(points.virtual.pair_ids) == 0:
        return f"{shown} {stars}.{_afterwards(points)}"
    if points.virtual.are_transforms:
        return (
            f"{shown} {stars}; a red x is its transform, placed among the images it "
            f"resembles, with a line to the image and its {_measure(points)} in red. "
            f"{learned_words(points.virtual.n_learned, len(points.virtual.pair_ids))}"
        ).rstrip()
    return (
        f"{shown} {stars}; a red x is {_instance(points)}, placed among the images it resembles, "
        f"with lines to its parents and {_in_red(points)}{_of_images(points)}"
    )


def _pool_words(pool: PoolPlaces | None, offered: bool) -> str:
    """What is shown of the rest of the pool."""
    if pool is None:
        how = "; Whole pool shows the density of the others behind it" if offered else ""
        return f"The rest of the pool has no place on the map, which lays out candidates and labelled images only{how}."
    n = len(pool.positions)
    drawn = f" drawn at random from {pool.pool_size:,}" if n < pool.pool_size else ""
    return (
        f"The grey shade is the density of {n:,} images of the pool{drawn}; it grows with the square root of their "
        "number. It is a projection: an image that is not laid out stands at the mean place of the "
        f"{NEIGHBOURS} images of the map with the nearest features, weighted by 1 / distance, so one that is like none "
        "of them stands among them too."
    )


def legend_note(look: Look) -> str:
    """A sentence, with a space before it, where classes are too many for a legend; otherwise nothing."""
    if look.in_legend:
        return ""
    n_classes = sum(group.colour != UNKNOWN for group in look.groups)
    return f" {n_classes:,} classes are too many for a legend: point at an image for its class."


def _afterwards(points: MapPoints) -> str:
    """What became of the images that were asked about, after the map, where TRAIN transformed them."""
    if points.n_afterwards == 0:
        return ""
    return (
        f" The classifier then trained on {points.n_afterwards:,} transforms of these images too; they were made "
        "only after this map, so they are not on it, but stand in the gallery beside the images."
    )


def _instance(points: MapPoints) -> str:
    """What a red x is. In older records the instances do not depend on tau*."""
    if points.virtual.follow_tau:
        return (
            f"one of {N_INSTANCES} equally likely virtual instances of a pair that was asked about, at its "
            f"{_tau(points)}"
        )
    return (
        f"a virtual instance of a pair that was asked about, at even steps along its path whatever its {_tau(points)}"
    )


def _tau(points: MapPoints) -> str:
    """What the tau of a pair is called; nothing chose it where scores are random draws."""
    return "τ" if points.virtual.unit == DRAW_UNIT else "τ*"


def _in_red(points: MapPoints) -> str:
    """What the red numbers of pairs are."""
    if points.virtual.unit == DRAW_UNIT:
        return (
            "the entropy in bits of the pair's most uncertain one in red. The scores of this method are uniform draws, "
            "of virtual instances too, so none of them stands here."
        )
    return f"the pair's maximum (*average) {_measure(points)} in red.{_of_others(points)}"


def _of_others(points: MapPoints) -> str:
    """Which instances the red numbers are of, where these are not the ones that are drawn."""
    if points.virtual.follow_tau:
        return ""
    return f" These numbers are of {N_INSTANCES} equally likely virtual instances at τ*, which are not drawn."


def _of_images(points: MapPoints) -> str:
    """How many pairs have a tau* so small that most of their instances are images; with a space before it."""
    lam = instance_lam(points.virtual.tau)
    pairs = int((((lam < SAME_AS_IMAGE) | (lam > 1 - SAME_AS_IMAGE)).mean(axis=1) > 0.5).sum())
    if not pairs:
        return ""
    return (
        f" At the {_tau(points)} of {pairs:,} of {len(lam):,} pairs most instances are one of the two images, λ 0.00 "
        "or 1.00, so the maximum may be that image's own."
    )


def _measure(points: MapPoints) -> str:
    unit = points.virtual.unit
    return "entropy in bits" if unit in (ENTROPY_UNIT, DRAW_UNIT) else f"acquisition ({unit})"


def gauge_of(layout: Layout) -> str:
    """How far the images moved since the last map, and how well the map preserves neighbours."""
    kept = (
        "Too few images to say how well neighbours stay together"
        if np.isnan(layout.trustworthiness)
        else f"Trustworthiness {layout.trustworthiness:.2f}"
    )
    if layout.since is None:
        return f"First map of this run. {kept}"
    if np.isnan(layout.displacement):
        return f"Too few images are on the maps of both cycle {layout.since} and this one to align them. {kept}"
    return (
        f"{layout.n_shared:,} images kept; mean move {layout.displacement:.0f} % of the map's radius. {kept}. "
        f"Compared with the map of cycle {layout.since}"
    )


def next_deed(source: RunSource, history: Sequence[CycleRecords]) -> str:
    """What brings a run that has only begun to its first map; empty for any other run."""
    if not isinstance(source, Worker) or len(history) != 1:
        return ""
    if history[0].select is not None and history[0].query is None:
        return " The images of the start wait for their labels first."
    return " Next cycle, in the bar of the run, runs it."
