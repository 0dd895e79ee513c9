"""How many nodes a profile needs, and whether each pair should have a number of its own.

    OMP_NUM_THREADS=1 python benchmarks/adaptive_nodes.py --json benchmarks/results/adaptive_nodes.json

The outputs of a classifier on the mixing paths of some pairs are computed at 97 nodes, and everything else is read off
these. V from all of them is the reference; errors are rms over the pairs, at whichever tau is worst.

`cases`: the number of nodes that the trial of a cycle (`lookahead/trial.py`) chooses, evaluations a pair beyond the two
ends, and the error of V, each a mean over 100 trials with different pairs; `fixed`: the error of a fixed number of
nodes.

`per_pair`: evaluations a pair until the error is `WANTED_BITS`, if all pairs have equally many, and if a pair is
evaluated at twice as many only where its own error seems to be above a threshold: the best threshold and the best
number to begin with, found with the reference.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import common
import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor

from lada_explore.acquisition import Margin, MaxEntropy, VarRatio
from lada_explore.beta import beta_weights
from lada_explore.config import TOLERANCE
from lada_explore.lookahead import (
    GRID_AT_LEAST,
    acquisition_profile,
    n_tried,
    outputs_along_path,
    profile_grid,
    try_nodes,
    uniform_nodes,
)
from lada_explore.lookahead.profile import spline_weights
from lada_explore.models import folded
from lada_explore.records import Curve, FloatArray
from lada_explore.runtime import Runtime
from lada_explore.stages.look_ahead import hidden_pairs
from lada_explore.stages.progress import no_tick

FINE = 97
TAU = (0.25, 0.5, 1.0)
WANTED_BITS = 0.01
FIXED = {"monotone": (8, 11), "spline": (3, 4, 5, 6, 7, 8, 9, 11, 13)}
PAIRS_OF_A_RUN = {"demo": 200, "full": 1000}
"""Pairs of a cycle of the presets with these classifiers: one in sixteen is tried, and adds its evaluations."""

DOUBLED = ((4, 7), (5, 9), (7, 13))
"""Numbers of nodes before and after a pair is evaluated at twice as many."""

Score = Callable[[Tensor], Tensor]

SCORES: Mapping[str, Score] = {
    "max_entropy": MaxEntropy().score,
    "margin": Margin().score,
    "var_ratio": VarRatio().score,
}
"""Acquisitions of logits; `nodes.py` has the others."""


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, "float32")
    cases, per_pair = [], []
    for width in options.widths:
        for labels in options.labels:
            start = common.trained(width, labels, options.training_epochs[width], runtime)
            for layer in options.layers:
                logits = outputs_of(start, layer, options.pairs[width], runtime)
                where = {"width": width, "labels": labels, "mix_layer": layer}
                for name, score in SCORES.items():
                    paths = Paths(logits, score)
                    cases.append(where | {"acquisition": name, **paths.adaptive(PAIRS_OF_A_RUN[width])})
                    if name == "max_entropy":
                        per_pair.append(where | paths.compared())
    sizes = {name: getattr(options, name) for name in ("pairs", "training_epochs")}
    results = {
        "sizes": sizes | {"fine_nodes": FINE, "tau": TAU, "tolerance": TOLERANCE, "wanted_bits": WANTED_BITS},
        "cases": cases,
        "per_pair": per_pair,
        "mean": means(cases),
    }
    common.finish("adaptive_nodes", results, runtime, options.json)


def outputs_of(start: common.Trained, layer: int, n_pairs: int, runtime: Runtime) -> Tensor:
    """Logits (P, FINE, C) along the paths of some pairs."""
    classifier = folded(start.classifier, runtime.precision)
    ids = start.pool.draw_unlabelled(2 * n_pairs, np.random.default_rng(1)).reshape(-1, 2)
    pairs = hidden_pairs(ids, layer, classifier, start.images, chunk=40, tick=no_tick)
    first, second = pairs.chunk(2, dim=1)
    outputs = partial(classifier.from_layer, mix_layer=layer)
    return outputs_along_path(outputs, first, second, uniform_nodes(FINE), chunk=40)


class Paths:
    """Logits (P, FINE, C) along the paths of some pairs, and how they are scored."""

    def __init__(self, fine: Tensor, score: Score) -> None:
        self.fine, self.score = fine, score
        self.exact = self.values(FINE)
        ends = score(fine[:, [0, -1]].flatten(0, 1))
        self.spread = float(ends.std(correction=0))

    def at(self, nodes: Tensor, rows: slice | FloatArray = slice(None)) -> Tensor:
        """Outputs (B, G, K) at some nodes, read off the curve through all of them."""
        weights = spline_weights(uniform_nodes(FINE), nodes).to(self.fine)
        return torch.einsum("gf,pfk->pgk", weights, self.fine[rows])

    def values(self, n_nodes: int, curve: Curve = Curve.SPLINE, nodes: Tensor | None = None) -> FloatArray:
        """V (P, tau) from so many nodes, or from some of them."""
        nodes = uniform_nodes(n_nodes) if nodes is None else nodes
        grid = profile_grid(n_nodes, max(GRID_AT_LEAST, FINE - 1))
        profile = acquisition_profile(self.score, self.at(nodes), nodes, grid, curve=curve)
        return np.asarray(profile.double().numpy() @ beta_weights(grid.numpy(), np.array(TAU)).T)

    def error(self, values: FloatArray) -> float:
        return float(np.sqrt(((values - self.exact) ** 2).mean(axis=0)).max())

    def adaptive(self, pairs_of_a_run: int) -> dict[str, Any]:
        """What the trial chooses, and what it leaves."""
        draw, n_pairs = np.random.default_rng(2), len(self.fine)
        found: dict[int, FloatArray] = {}
        tried = n_tried(pairs_of_a_run)
        rows: list[tuple[int, float, float, float]] = []
        for _ in range(100):
            some = draw.choice(n_pairs, min(tried, n_pairs), replace=False)
            ends = self.fine[some][:, [0, -1]]
            at = partial(self.at, rows=some)
            trial = try_nodes(at, ends, self.score, tolerance=TOLERANCE * self.spread, tau=TAU)
            values = found.setdefault(trial.n_nodes, self.values(trial.n_nodes))
            beyond = trial.along.shape[1] - trial.n_nodes
            evaluations = trial.n_nodes - 2 + tried / pairs_of_a_run * beyond
            rows.append((evaluations, self.error(values), float(np.abs(values - self.exact).max()), trial.error))
        evaluations, errors, worst, estimated = np.array(rows).T
        return {
            "spread": self.spread,
            "tolerance": TOLERANCE * self.spread,
            "evaluations": float(evaluations.mean()),
            "rms_error": float(np.sqrt((errors**2).mean())),
            "rms_error_of_the_worst_trial": float(errors.max()),
            "estimated_error": float(np.sqrt((estimated**2).mean())),
            "worst_pair": float(worst.mean()),
            "fixed": {
                curve: {str(n): self.error(self.values(n, Curve(curve))) for n in numbers}
                for curve, numbers in FIXED.items()
            },
        }

    def compared(self) -> dict[str, Any]:
        """Evaluations until the error is as wanted: equally many for all pairs, and by each estimate of their own."""
        numbers = list(range(3, 18))
        errors = [self.error(self.values(n)) for n in numbers]
        equally = reached([n - 2 for n in numbers], errors)
        by_estimate: dict[str, dict[str, Any]] = {}
        for before, after in DOUBLED:
            few, many = self.values(before), self.values(after)
            wrong = np.abs(few - self.exact).max(axis=1)
            for name, estimate in self.estimates(before, few).items():
                order = np.argsort(-estimate, kind="stable")
                mixed, evaluations = [], []
                for share in np.linspace(0, 1, 41):
                    refined = order[: round(share * len(order))]
                    values = few.copy()
                    values[refined] = many[refined]
                    mixed.append(self.error(values))
                    evaluations.append(before - 2 + (after - before) * len(refined) / len(order))
                best = by_estimate.setdefault(name, {"evaluations": None, "rank_correlation": {}})
                best["rank_correlation"][str(before)] = float(spearmanr(estimate, wrong).statistic)
                at = reached(evaluations, mixed)
                if at is not None and (best["evaluations"] is None or at < best["evaluations"]):
                    best["evaluations"] = at
        return {"equally_many": equally, "by_estimate": by_estimate}

    def estimates(self, n_nodes: int, values: FloatArray) -> dict[str, FloatArray]:
        """Estimates (P,) of the error of each pair, from what was evaluated at these nodes alone."""
        nodes = uniform_nodes(n_nodes)
        middle = self.at(nodes[1:-1])
        straight = torch.lerp(self.fine[:, :1], self.fine[:, -1:], nodes[1:-1, None].float())
        without = [self.values(n_nodes, nodes=nodes[torch.arange(n_nodes) != g]) for g in range(1, n_nodes - 1)]
        coarser = self.values(n_nodes, nodes=nodes[:: 2 if n_nodes % 2 else 3])
        return {
            "level difference": np.abs(values - coarser).max(axis=1),
            "leave one out": np.sqrt(sum(((values - one) ** 2).max(axis=1) for one in without)),
            "outputs at inner nodes": (middle - straight).abs().amax(dim=(1, 2)).numpy(),
            "two curves": np.abs(values - self.values(n_nodes, Curve.MONOTONE)).max(axis=1),
        }


def reached(evaluations: list[float], errors: list[float], wanted: float = WANTED_BITS) -> float | None:
    """Evaluations at which the error falls to what is wanted, between two of them by a power of their number + 1."""
    if errors[0] <= wanted:
        return float(evaluations[0])
    for a, b, more, less in zip(evaluations, evaluations[1:], errors, errors[1:], strict=False):
        if less <= wanted:
            share = np.log(more / wanted) / np.log(more / less)
            return float(np.exp((1 - share) * np.log(a + 1) + share * np.log(b + 1)) - 1)
    return None


def means(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Over hidden states and over images, of the entropies: evaluations a pair, rms error and the worst pair of all."""
    found = {}
    for name, mixes in {"hidden states": (1, 2), "images": (0,)}.items():
        some = [c for c in cases if c["acquisition"] == "max_entropy" and c["mix_layer"] in mixes]
        if some:
            found[name] = {
                "evaluations": float(np.mean([c["evaluations"] for c in some])),
                "rms_error": float(np.sqrt(np.mean([c["rms_error"] ** 2 for c in some]))),
                "worst_pair": max(c["worst_pair"] for c in some),
            }
    return found


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--widths", nargs="+", choices=list(common.CLASSIFIERS), default=["demo"], help="(demo)")
    parser.add_argument("--labels", type=int, nargs="+", default=[20, 100, 220], help="labels trained on (20 100 220)")
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 1, 2, 3], help="mix layers (0 1 2 3)")
    parser.add_argument("--demo-pairs", type=int, default=200, help="pairs at demo width (200)")
    parser.add_argument("--full-pairs", type=int, default=64, help="pairs at full width (64)")
    parser.add_argument("--demo-epochs", type=int, default=20, help="epochs of training at demo width (20)")
    parser.add_argument("--full-epochs", type=int, default=50, help="epochs of training at full width (50)")
    options = parser.parse_args()
    options.pairs = {"demo": options.demo_pairs, "full": options.full_pairs}
    options.training_epochs = {"demo": options.demo_epochs, "full": options.full_epochs}
    return options


if __name__ == "__main__":
    main()
