"""SELECT: choose the images to ask about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.beta import instance_lam
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError
from lada_explore.labelling.open_query import highest
from lada_explore.labelling.seed_round import SEED_BATCH, seed_candidates
from lada_explore.records import (
    FloatArray,
    HalfArray,
    IntArray,
    LookAheadRecord,
    ScoreRecord,
    SelectRecord,
    SelectRule,
    SubsampleRecord,
)

MAX_VIRTUAL_PAIRS = 50
"""Largest number of queried pairs whose virtual instances are recorded; with more, a map is unreadable."""


def select_initial(
    targets: Tensor | None,
    *,
    pool_size: int,
    n_classes: int,
    per_class: int,
    images: DeviceImages,
    seed: int,
    features: Callable[[IntArray], NDArray[np.float32]] | None = None,
) -> SelectRecord:
    """Choose the images of the start: `per_class` of each class, or without labels the first images of the seed round.

    Args:
        targets: (N,) true classes, used only to balance the start, as in the paper; None for unlabelled images, about
            which the seed round asks until it has found all classes, see `labelling.seed_round`.
        pool_size: N.
        n_classes: C.
        per_class: number of initial images of each class (Table 1: 2, or 10 for CIFAR-100).
        images: images of the pool.
        seed: seed of this stage.
        features: function from ids (B,) to features (B, F) of a frozen network, by which the seed round finds
            neighbours; None to compare pixels.

    Raises:
        ConfigError: a class, or the pool, has too few images.
    """
    rng = np.random.default_rng(seed)
    seed_ids, seed_neighbours = np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.int64)
    if targets is None:
        n = per_class * n_classes
        if n > pool_size:
            raise ConfigError(
                f"the start needs {n} images ({per_class} for each of {n_classes} classes) but there are {pool_size}; "
                "lower schedule.initial_per_class"
            )
        seed_ids, seed_neighbours = seed_candidates(
            pool_size, lambda wanted: images.pixels(wanted).numpy(), seed, features=features
        )
        ids = seed_ids[:SEED_BATCH]
    else:
        drawn = [_of_class(targets.numpy(), label, per_class, rng) for label in range(n_classes)]
        ids = rng.permutation(np.concatenate(drawn))
    return SelectRecord(
        cycle=0,
        rule=SelectRule.INITIAL,
        query_ids=ids.astype(np.int64),
        pair_ids=np.empty((0, 2), dtype=np.int64),
        pair_tau=np.empty(0, dtype=np.float32),
        score_terms=np.empty((0, 3), dtype=np.float32),
        scores=np.empty(0, dtype=np.float32),
        query_images=images.thumbnails(ids.astype(np.int64)),
        seed_ids=seed_ids,
        seed_neighbours=seed_neighbours,
        **_no_virtual(),
    )


def _of_class(targets: IntArray, label: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    members = np.flatnonzero(targets == label)
    if len(members) < n:
        remedy = "lower schedule.initial_per_class" if len(members) else "add some, or leave the class out"
        raise ConfigError(f"class {label} has {len(members)} images but the start needs {n} of each; {remedy}")
    return rng.choice(members, size=n, replace=False)


def rows_of_pairs(candidates: SubsampleRecord) -> IntArray:
    """(P, 2) positions in the subset of the two images of every pair."""
    order = np.argsort(candidates.subset_ids)
    rows: IntArray = order[np.searchsorted(candidates.subset_ids, candidates.pair_ids, sorter=order)]
    return rows


def _no_virtual() -> dict[str, Any]:
    """Values of the fields that a query without pairs leaves empty."""
    return {
        "virtual_lam": np.empty(0, dtype=np.float32),
        "virtual_features": np.empty((0, 0, 0), dtype=np.float16),
        "virtual_logits": np.empty((0, 0, 0), dtype=np.float32),
    }


def select_pairs(
    candidates: SubsampleRecord,
    scored: ScoreRecord,
    ahead: LookAheadRecord,
    *,
    counted: bool = True,
    budget: int,
    images: DeviceImages,
    virtual: Callable[[IntArray, FloatArray], tuple[HalfArray, FloatArray]],
    choose: Callable[[FloatArray, int], IntArray] | None = None,
) -> SelectRecord:
    """Choose the budget / 2 pairs with the highest score_i = A_i(1) + A_i(0) + V_i(tau*_i).

    Args:
        candidates: P pairs.
        scored: acquisition score of every candidate.
        ahead: look-ahead value and tau* of every pair.
        counted: False to rank by A_i(1) + A_i(0) alone, as a method of pairs that does not look ahead.
        budget: B, even number of images to ask about.
        images: images of the pool.
        virtual: function from pairs (Q, 2) and lam (Q, V) to features and logits of their virtual instances, see
            `stages.virtual`; only for the record.
        choose: `acquisition.PairAcquisition.choose_pairs`, which takes scores (P,) and a number of pairs and returns
            rows; None to take the highest scores.

    Source: section 3.2, Algorithm of the main text.
    """
    added = ahead.value if counted else np.zeros_like(ahead.value)
    terms = np.column_stack([scored.scores[rows_of_pairs(candidates)], added])
    scores = terms.sum(axis=1)
    winners = highest(scores, budget // 2) if choose is None else choose(scores, budget // 2)
    ids = candidates.pair_ids[winners].reshape(-1)
    lam = instance_lam(ahead.tau[winners[:MAX_VIRTUAL_PAIRS]])
    features, logits = virtual(candidates.pair_ids[winners[:MAX_VIRTUAL_PAIRS]], lam)
    return SelectRecord(
        cycle=candidates.cycle,
        rule=SelectRule.PAIRS if choose is None else SelectRule.PAIR_SET,
        query_ids=ids,
        pair_ids=candidates.pair_ids[winners],
        pair_tau=ahead.tau[winners],
        score_terms=terms,
        scores=scores,
        query_images=images.thumbnails(ids),
        virtual_lam=lam,
        virtual_features=features,
        virtual_logits=logits,
    )


def select_singles(
    candidates: SubsampleRecord,
    scored: ScoreRecord,
    *,
    budget: int,
    images: DeviceImages,
    choose: Callable[[Tensor, int], IntArray] | None = None,
) -> SelectRecord:
    """Choose single images: those with the highest scores, or those that the acquisition chooses as a set.

    Args:
        candidates: M images.
        scored: acquisition score of every candidate.
        budget: B, number of images to ask about.
        images: images of the pool.
        choose: `acquisition.BatchAcquisition.choose`, which takes outputs (M, K) and the budget and returns rows; None
            to take the highest scores.
    """
    rows = highest(scored.scores, budget) if choose is None else choose(torch.from_numpy(scored.outputs), budget)
    ids = candidates.subset_ids[rows]
    return SelectRecord(
        cycle=candidates.cycle,
        rule=SelectRule.SINGLES if choose is None else SelectRule.SET,
        query_ids=ids,
        pair_ids=np.empty((0, 2), dtype=np.int64),
        pair_tau=np.empty(0, dtype=np.float32),
        score_terms=np.empty((0, 3), dtype=np.float32),
        scores=scored.scores,
        query_images=images.thumbnails(ids),
        **_no_virtual(),
    )
