"""Look-ahead: the paper's algorithm written plainly, against `quadrature` and the fast `pathwise`.

All three get the same pairs, the same trained classifier and the same policy network to start from. The plain one is
what a straightforward implementation does: in every policy batch and for every draw, a forward pass of the classifier
on both images, mixed on the way, and a backward pass with the gradients of all weights; contiguous layout, batch-norm
as it stands. The other two are the LOOK_AHEAD stage itself.

    python benchmarks/lookahead.py --width full --pairs 100 --draws 10 --epochs 10
"""

from __future__ import annotations

import argparse
import copy
import itertools
import statistics
from dataclasses import dataclass
from functools import partial
from typing import Any

import common
import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor, nn
from torch.distributions import Beta

from lada_explore.acquisition import MaxEntropy
from lada_explore.config import PolicyConfig, RunConfig
from lada_explore.config.presets import configure
from lada_explore.functional import entropy_bits, mix
from lada_explore.lookahead import (
    GRID_AT_LEAST,
    Quadrature,
    acquisition_profile,
    outputs_along_path,
    profile_grid,
    uniform_nodes,
)
from lada_explore.models import PolicyNetwork, ResNet, folded, footprint
from lada_explore.records import Curve, IntArray, LookAheadRecord, ScoreRecord, SubsampleRecord
from lada_explore.runtime import Runtime
from lada_explore.stages.look_ahead import hidden_pairs, look_ahead
from lada_explore.stages.progress import no_tick
from lada_explore.stages.score import score

N_REFERENCE = 65
NODE_COUNTS = (4, 5, 6, 7, 8, 9, 11, 17)


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, options.precision)
    start = common.trained(options.width, options.labels, options.training_epochs, runtime)
    bench = Bench(start, runtime, options)
    plain, quadrature, pathwise = Plain(bench), Staged(bench, "quadrature"), Staged(bench, "pathwise")
    seconds: common.Seconds = {"plain": [], "quadrature": [], "pathwise": []}
    for _ in range(options.rounds):
        # The quadrature is short: it runs on either side of the long ones, and the median counts.
        beside = [common.timed(quadrature.run, runtime)]
        seconds["plain"].append(common.timed(plain.run, runtime))
        beside.append(common.timed(quadrature.run, runtime))
        seconds["pathwise"].append(common.timed(pathwise.run, runtime))
        beside.append(common.timed(quadrature.run, runtime))
        seconds["quadrature"].append(statistics.median(beside))
    results = {
        "sizes": {
            name: getattr(options, name) for name in ("width", "labels", "pairs", "mix_layer", "draws", "epochs")
        },
        "seconds": {name: common.summary(runs) for name, runs in seconds.items()},
        "speedup_quadrature": common.median_ratio(seconds["plain"], seconds["quadrature"]),
        "speedup_pathwise": common.median_ratio(seconds["plain"], seconds["pathwise"]),
        **agreement(bench, plain, quadrature.record, pathwise.record),
        **rates(bench, options.rate_rounds),
    }
    common.finish("lookahead", results, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="demo", help="classifier (demo)")
    parser.add_argument("--pairs", type=int, default=100, help="pairs P (100)")
    parser.add_argument("--draws", type=int, default=10, help="draws N of lam a pair (10)")
    parser.add_argument("--epochs", type=int, default=10, help="epochs of the policy network (10)")
    parser.add_argument("--nodes", type=int, help="nodes of a path, ends included (as the stage chooses)")
    parser.add_argument("--mix-layer", type=int, default=1, help="depth at which the pairs are mixed (1)")
    parser.add_argument("--labels", type=int, default=20, help="labels the classifier was trained on (20)")
    parser.add_argument("--training-epochs", type=int, default=50, help="epochs it was trained (50)")
    parser.add_argument("--rounds", type=int, default=1, help="runs of each contestant (1)")
    parser.add_argument("--rate-rounds", type=int, default=5, help="runs of each convolution alone (5)")
    return parser.parse_args()


class Bench:
    """The pairs, the classifier and the settings that all contestants share."""

    def __init__(self, start: common.Trained, runtime: Runtime, options: argparse.Namespace) -> None:
        self.classifier, self.images, self.runtime = start.classifier, start.images, runtime
        ids = start.pool.draw_unlabelled(2 * options.pairs, np.random.default_rng(1))
        self.pair_ids: IntArray = ids.reshape(-1, 2)
        self.mix_layer = int(options.mix_layer)
        self.candidates = SubsampleRecord(
            cycle=1,
            subset_ids=ids,
            pair_ids=self.pair_ids,
            mix_layer=self.mix_layer,
            targets=ids,
            images=start.images.pixels(ids[:0]).numpy(),
        )
        # Batch size and learning rate as in A.3.
        self.policy = PolicyConfig(epochs=options.epochs, batch_size=100, learning_rate=5e-5)
        self.n_draws, self.n_nodes = int(options.draws), options.nodes
        image = start.images.batch(np.zeros(1, dtype=np.int64))
        one = footprint(start.classifier, image)
        self.chunk = runtime.chunk(one.largest, one.scoring)
        self.gradient_chunk = runtime.chunk(one.largest, one.differentiating)
        self.scored: ScoreRecord = score(
            1,
            ids,
            labelled_ids=ids[:0],
            keep_features=False,
            acquisition=MaxEntropy(),
            classifier=self.frozen(),
            images=start.images,
            chunk=self.chunk,
            tick=no_tick,
        )

    def frozen(self) -> ResNet:
        return folded(self.classifier, self.runtime.precision)

    def outputs(self, classifier: ResNet, hidden: Tensor) -> Tensor:
        return MaxEntropy().outputs(classifier, hidden, self.mix_layer)

    def config(self, estimator: str) -> RunConfig:
        settings = {
            "policy.epochs": self.policy.epochs,
            "policy.batch_size": self.policy.batch_size,
            "policy.learning_rate": self.policy.learning_rate,
            "look_ahead.estimator": estimator,
            "look_ahead.draws": self.n_draws,
        } | ({"look_ahead.nodes": self.n_nodes} if self.n_nodes else {})
        return configure("fashion", "lada-entmix", settings=settings)

    def along(self, n_nodes: int) -> Tensor:
        """(P, G, C) logits at uniform nodes, ends included."""
        classifier = self.frozen()
        pairs = hidden_pairs(self.pair_ids, self.mix_layer, classifier, self.images, chunk=self.chunk, tick=no_tick)
        first, second = pairs.chunk(2, dim=1)
        nodes = uniform_nodes(n_nodes)
        return outputs_along_path(partial(self.outputs, classifier), first, second, nodes, chunk=self.chunk)

    def quadrature(self, n_nodes: int) -> Quadrature:
        """Look-ahead values as the stage takes them, from this many nodes."""
        nodes, grid = uniform_nodes(n_nodes), profile_grid(n_nodes, GRID_AT_LEAST)
        profile = acquisition_profile(MaxEntropy().score, self.along(n_nodes), nodes, grid, curve=Curve.SPLINE)
        return Quadrature(profile, grid, 1.0)


@dataclass
class Staged:
    """The LOOK_AHEAD stage with one of its estimators, all of it: folding, hidden states, profile, policy, values."""

    bench: Bench
    estimator: str

    def run(self) -> None:
        bench = self.bench
        self.record: LookAheadRecord = look_ahead(
            1,
            bench.candidates,
            scored=bench.scored,
            acquisition=MaxEntropy(),
            mix=mix,
            classifier=bench.frozen(),
            images=bench.images,
            config=bench.config(self.estimator),
            runtime=bench.runtime,
            chunk=bench.chunk,
            gradient_chunk=bench.gradient_chunk,
            seed=0,
            tick=no_tick,
        )


class Plain:
    """The paper's look-ahead as one would first write it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.classifier = copy.deepcopy(bench.classifier).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        self.classifier.requires_grad_(True)
        self.tau = torch.empty(0)
        self.value = torch.empty(0)

    def run(self) -> None:
        bench, device = self.bench, self.bench.runtime.device
        first, second = (bench.images.batch(ids).contiguous() for ids in bench.pair_ids.T)
        with bench.runtime.seeded(0):
            shape = tuple(self.states(first[:1]).shape[1:])
            network = PolicyNetwork(shape).to(device)
            optimiser = torch.optim.Adam(network.parameters(), lr=bench.policy.learning_rate)
            for _ in range(bench.policy.epochs):
                for rows in torch.randperm(len(first)).to(device).split(bench.policy.batch_size):
                    self.step(network, optimiser, first[rows], second[rows])
            with torch.no_grad():
                self.tau = network(torch.cat([self.states(first), self.states(second)], dim=1))
                draws = [self.acquired(first, second, self.tau) for _ in range(bench.n_draws)]
                self.value = torch.stack(draws).mean(dim=0)

    def step(self, network: nn.Module, optimiser: torch.optim.Optimizer, first: Tensor, second: Tensor) -> None:
        """One batch of the policy, each draw with a backward pass of its own, as memory would not hold them all."""
        with torch.no_grad():
            pairs = torch.cat([self.states(first), self.states(second)], dim=1)
        tau = network(pairs)
        at = tau.detach().requires_grad_()
        for _ in range(self.bench.n_draws):
            (-self.acquired(first, second, at).mean() / self.bench.n_draws).backward()
        optimiser.zero_grad()
        tau.backward(at.grad)
        optimiser.step()

    def states(self, images: Tensor) -> Tensor:
        return self.classifier.to_layer(images, self.bench.mix_layer)

    def acquired(self, first: Tensor, second: Tensor, tau: Tensor) -> Tensor:
        mixed = mix(self.states(first), self.states(second), Beta(tau, tau).rsample())
        return entropy_bits(torch.log_softmax(self.classifier.from_layer(mixed, self.bench.mix_layer), dim=1))


def agreement(bench: Bench, plain: Plain, ours: LookAheadRecord, sampled: LookAheadRecord) -> dict[str, Any]:
    """How close V, tau and the selected pairs are to each other, and to a reference of 65 nodes."""
    along = bench.along(N_REFERENCE)
    # No interpolation of outputs here: so many nodes are scored one by one.
    fine = MaxEntropy().score(along.flatten(0, 1)).reshape(along.shape[:2])
    reference = Quadrature(fine, uniform_nodes(N_REFERENCE), 1.0)
    rows = torch.arange(len(fine), device=fine.device)
    half = torch.full((len(fine),), 0.5, device=fine.device)
    at_half = reference.value(rows, half)

    def at(tau: Any) -> Any:
        return reference.value(rows, torch.as_tensor(tau, device=fine.device)).cpu().numpy()

    def rms(values: Any, against: Any) -> float:
        return float(np.sqrt(np.mean((np.asarray(values) - np.asarray(against)) ** 2)))

    errors = {}
    for n in NODE_COUNTS:
        errors[str(n)] = rms(bench.quadrature(n).value(rows, half).cpu(), at_half.cpu())
    own = bench.scored.scores.reshape(-1, 2).sum(axis=1)
    plain_tau, plain_value = plain.tau.cpu().numpy(), plain.value.cpu().numpy()
    profile, grid = torch.from_numpy(ours.profile).to(fine), torch.from_numpy(ours.grid).double()
    of_half = (Quadrature(profile, grid, 1.0).value(rows, half) - at_half).cpu().numpy()
    best, drawn = own + at(ours.tau), own + plain_value
    return {
        "n_nodes": len(ours.nodes),
        "evaluations_per_pair": ours.evaluations / len(own),
        "rms_error_bits": rms(of_half, 0.0),
        "largest_error_bits": float(np.abs(of_half).max()),
        "estimated_error_bits": ours.value_error,
        "rms_error_bits_at_tau_star": rms(ours.value, at(ours.tau)),
        "rms_error_bits_by_nodes": errors,
        "rms_error_bits_of_draws": {
            "plain": rms(plain_value, at(plain_tau)),
            "pathwise": rms(sampled.value, at(sampled.tau)),
        },
        "mean_error_bits_of_draws": {
            "plain": float((plain_value - at(plain_tau)).mean()),
            "pathwise": float((sampled.value - at(sampled.tau)).mean()),
            "standard_error": rms(plain_value, at(plain_tau)) / len(own) ** 0.5,
        },
        "rank_correlation": spearman(own + ours.value, best),
        "rank_correlation_plain": spearman(drawn, own + at(plain_tau)),
        "mean_tau": {
            "plain": float(plain_tau.mean()),
            "quadrature": float(ours.tau.mean()),
            "pathwise": float(sampled.tau.mean()),
        },
        "same_of_5_best": {
            "quadrature": overlap(own + ours.value, best),
            "plain": overlap(drawn, best),
            "pathwise": overlap(own + sampled.value, best),
        },
    }


def spearman(a: Any, b: Any) -> float:
    return float(spearmanr(a, b).statistic)


def overlap(a: Any, b: Any, n: int = 5) -> int:
    """How many of the n best of `a` are among the n best of `b`."""
    return len(set(np.argsort(-a)[:n].tolist()) & set(np.argsort(-b)[:n].tolist()))


def rates(bench: Bench, rounds: int) -> dict[str, Any]:
    """The profile's passes against the same convolutions alone, one after the other, at the same chunk."""
    classifier = bench.frozen()
    n = min(bench.chunk, len(bench.pair_ids))
    pairs = hidden_pairs(bench.pair_ids[:n], bench.mix_layer, classifier, bench.images, chunk=n, tick=no_tick)
    first, second = pairs.chunk(2, dim=1)
    nodes = uniform_nodes(8)[1:-1]
    alone, flops = convolutions(classifier, first, bench)

    @torch.no_grad()
    def convolve() -> None:
        for module, states, weight, bias in alone:
            nn.functional.conv2d(states, weight, bias, module.stride, module.padding)

    def profile() -> None:
        outputs_along_path(partial(bench.outputs, classifier), first, second, nodes, chunk=n)

    a, b = (torch.ones(2048, 2048, device=pairs.device, dtype=bench.runtime.precision) for _ in range(2))
    seconds = common.alternate(
        {"convolutions": convolve, "profile": profile, "matmul": lambda: a @ b}, rounds, bench.runtime
    )
    passes = len(nodes)
    rate = passes * flops / statistics.median(seconds["profile"])
    return {
        "fraction_of_peak": common.median_ratio([passes * s for s in seconds["convolutions"]], seconds["profile"]),
        "profile_flop_per_s": rate,
        "convolutions_flop_per_s": flops / statistics.median(seconds["convolutions"]),
        "matmul_flop_per_s": 2 * 2048**3 / statistics.median(seconds["matmul"]),
        "fraction_of_matmul": rate * statistics.median(seconds["matmul"]) / (2 * 2048**3),
    }


Alone = tuple[Any, Tensor, Tensor, Tensor]
"""A convolution with its input, weight and bias, in the precision of the passes."""


def convolutions(classifier: ResNet, hidden: Tensor, bench: Bench) -> tuple[list[Alone], int]:
    """Each convolution behind the mix layer, and the FLOPs of all."""
    found: list[Alone] = []
    flops = 0

    def note(module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal flops
        assert isinstance(module, nn.Conv2d)
        assert module.bias is not None
        found.append((module, *(x.to(output.dtype) for x in (args[0].clone(), module.weight, module.bias))))
        weights_per_output = module.weight[0].numel()
        flops += 2 * output.numel() * weights_per_output

    modules = itertools.chain(*(segment.modules() for segment in classifier.segments[bench.mix_layer :]))
    hooks = [module.register_forward_hook(note) for module in modules if isinstance(module, nn.Conv2d)]
    with torch.no_grad():
        bench.outputs(classifier, hidden)
    for hook in hooks:
        hook.remove()
    return found, flops


if __name__ == "__main__":
    main()
