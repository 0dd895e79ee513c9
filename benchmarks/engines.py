"""Inference engines against torch's eager passes, with what it costs to give them each cycle's weights.

    pip install onnxruntime openvino onnx onnxscript
    python benchmarks/engines.py --width demo --json benchmarks/results/engines.json

A pass is that of SCORE (from the image to the logits) and that of a profile (from the first mix layer on), of as many
states as a run takes at once; batch-norm is folded, and eager passes are channels-last, as in a run. Engines:

- inductor: `torch.compile`, which needs a C++ compiler, with weights as inputs (compiled once a run), and frozen
  (compiled again for each cycle's weights);
- onnxruntime, openvino: the network is exported once a run as ONNX; each cycle puts its weights into that and makes a
  new session. That is counted for each of three graphs: a run cuts its network at the image and after two mix layers.

`cycle_ratio` is the time of a cycle by the time it would take with the engine, computed from what is measured here: a
training step, a step of the policy network, the eager passes and those of the engine, and the new sessions.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import common
import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.config.presets import PRESETS
from lada_explore.models import PolicyNetwork, ResNet, folded, footprint
from lada_explore.runtime import Runtime

CLASSES, SHAPE = 10, (1, 28, 28)
LAYERS = (0, 1)
"""SCORE starts at the image, a profile after the first mix layer."""

GRAPHS = 3
"""Graphs of a run on manifold mixup: from the image, and from each of two mix layers."""

EVALUATIONS = 4.5
"""Evaluations a pair of a profile, beyond its ends."""

LONG_S = 2.0
"""Seconds after which a new session is not timed again."""

Pass = Callable[[Tensor], Tensor]
Engine = Callable[["Network"], Pass]


def main() -> None:
    options = parsed()
    torch.set_num_threads(options.threads)
    runtime = Runtime.choose("cpu", "float32")
    torch.manual_seed(0)
    trained = ResNet(common.CLASSIFIERS[options.width], SHAPE[0], CLASSES).requires_grad_(False)
    runtime.place(trained)
    trained.eval()
    image = runtime.place_states(torch.randn(1, *SHAPE))
    one = footprint(trained, image)
    chunk = options.chunk or runtime.chunk(one.largest, one.scoring)
    results: dict[str, Any] = {
        "sizes": {"width": options.width, "chunk": chunk, "threads": options.threads},
        "engines": {name: [] for name in ENGINES if name in options.engines},
        "parts_s": parts(trained, runtime),
    }
    for layer in LAYERS:
        network = Network(folded(trained), layer).eval()  # type: ignore[assignment]
        states = runtime.place_states(torch.randn(chunk, *trained.shape_after(layer, SHAPE)))
        for name, measured in measure(network, states, options, runtime).items():
            results["engines"][name].append({"layer": layer, **measured})
    results["cycle_ratio"] = {
        name: {title: ratio(of, results["parts_s"], cycle) for title, cycle in CYCLES[options.width].items()}
        for name, of in results["engines"].items()
    }
    common.finish("engines", results, runtime, options.json)


class Network(nn.Module):
    """The part of a classifier behind a layer, and its weights in another cycle."""

    def __init__(self, classifier: Any, layer: int) -> None:
        super().__init__()
        self.classifier, self.layer = classifier, layer

    def forward(self, states: Tensor) -> Tensor:
        logits: Tensor = self.classifier.from_layer(states, self.layer)
        return logits

    def of_another_cycle(self) -> Network:
        other = copy.deepcopy(self)
        with torch.no_grad():
            for weight in other.parameters():
                weight.mul_(1.01)
        return other


def measure(
    network: Network, states: Tensor, options: argparse.Namespace, runtime: Runtime
) -> dict[str, dict[str, Any]]:
    """Milliseconds of a pass by each engine, in turns; seconds to make it, and to give it other weights."""
    later = network.of_another_cycle()
    passes: dict[str, Pass] = {}
    made: dict[str, dict[str, Any]] = {}
    with torch.no_grad():
        right = later(states)
        for name, engine in ENGINES.items():
            if name not in options.engines or not all(map(importlib.util.find_spec, NEEDS.get(name, ()))):
                continue
            began = time.perf_counter()
            of_weights = engine(network)
            of_weights(network)(states)
            first = time.perf_counter() - began
            seconds = []
            for _ in range(3):
                began = time.perf_counter()
                passes[name] = of_weights(later)
                passes[name](states)
                seconds.append(time.perf_counter() - began)
                if seconds[-1] > LONG_S:
                    break
            found = passes[name](states)
            made[name] = {
                "first_s": first,
                "with_other_weights_s": min(seconds),
                "largest_difference": float((found - right).abs().max()),
                "largest_logit": float(right.abs().max()),
            }
        runs = common.alternate({n: partial(p, states) for n, p in passes.items()}, options.rounds, runtime)
    for name, taken in runs.items():
        made[name] |= {"fastest_ms": 1e3 * min(taken), "median_ms": 1e3 * common.summary(taken)["median_s"]}
        made[name] |= {"ms_a_state": 1e3 * min(taken) / len(states), "speedup": min(runs["eager"]) / min(taken)}
    return made


def eager(network: Network) -> Callable[[Network], Pass]:
    return lambda other: other


def inductor(network: Network, *, frozen: bool) -> Callable[[Network], Pass]:
    """Compiled for the network; with weights as inputs, another network's are copied into its own."""

    def anew(other: Network) -> Pass:
        torch._dynamo.reset()  # Else what was compiled for the last weights is taken again.
        return torch.compile(copy.deepcopy(other), options={"freezing": True}, dynamic=False)  # type: ignore[return-value]

    if frozen:
        return anew
    own = copy.deepcopy(network)
    compiled = torch.compile(own, dynamic=False)

    def of(other: Network) -> Pass:
        own.load_state_dict(other.state_dict())
        return compiled  # type: ignore[return-value]

    return of


@dataclass
class Exported:
    """A network as ONNX, whose weights can be replaced by those of another cycle."""

    network: Network

    def __post_init__(self) -> None:
        import onnx

        layer, shape = self.network.layer, SHAPE
        states = torch.randn(2, *self.network.classifier.shape_after(layer, shape))
        file = io.BytesIO()
        torch.onnx.export(
            self.network,
            (states,),
            file,
            input_names=["states"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            dynamo=True,
            verbose=False,
            external_data=False,
        )
        self.model = onnx.load_from_string(file.getvalue())

    def with_weights_of(self, other: Network) -> bytes:
        from onnx import numpy_helper

        weights = dict(other.named_parameters())
        for place in self.model.graph.initializer:
            if place.name in weights:
                place.CopyFrom(numpy_helper.from_array(weights[place.name].contiguous().numpy(), place.name))
        found: bytes = self.model.SerializeToString()
        return found


def onnxruntime(network: Network) -> Callable[[Network], Pass]:
    import onnxruntime as ort

    exported, options = Exported(network), ort.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()

    def of(other: Network) -> Pass:
        session = ort.InferenceSession(exported.with_weights_of(other), options, providers=["CPUExecutionProvider"])
        return lambda states: torch.from_numpy(session.run(None, {"states": states.contiguous().numpy()})[0])

    return of


def openvino(network: Network) -> Callable[[Network], Pass]:
    import openvino as ov

    exported, core = Exported(network), ov.Core()
    hints = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "INFERENCE_PRECISION_HINT": "f32"}
    hints |= {"PERFORMANCE_HINT": "LATENCY"}

    def of(other: Network) -> Pass:
        compiled = core.compile_model(core.read_model(exported.with_weights_of(other)), "CPU", hints)
        request = compiled.create_infer_request()

        def run(states: Tensor) -> Tensor:
            return torch.from_numpy(np.array(request.infer([states.contiguous().numpy()])[0]))

        return run

    return of


ENGINES: Mapping[str, Callable[[Network], Callable[[Network], Pass]]] = {
    "eager": eager,
    "inductor, weights as inputs": partial(inductor, frozen=False),
    "inductor, frozen": partial(inductor, frozen=True),
    "onnxruntime": onnxruntime,
    "openvino": openvino,
}
NEEDS = {"onnxruntime": ("onnx", "onnxscript", "onnxruntime"), "openvino": ("onnx", "onnxscript", "openvino")}


def parts(classifier: ResNet, runtime: Runtime) -> dict[str, float]:
    """Seconds of a training step on ten images, and of a step of the policy network on a pair."""
    network = copy.deepcopy(classifier).requires_grad_(True).train()
    runtime.place(network)
    optimiser = torch.optim.Adam(network.parameters())
    images, labels = runtime.place_states(torch.randn(10, *SHAPE)), torch.arange(10)
    layer = classifier.shape_after(1, SHAPE)
    policy = runtime.place(PolicyNetwork(layer))
    of_policy = torch.optim.Adam(policy.parameters())
    pairs = runtime.place_states(torch.randn(20, 2 * layer[0], *layer[1:]))

    def train() -> None:
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimiser.step()

    def learn() -> None:
        of_policy.zero_grad()
        policy(pairs).mean().backward()
        of_policy.step()

    seconds = common.alternate({"train": train, "policy": learn}, 8, runtime)
    return {"training_step": min(seconds["train"][1:]), "policy_step_a_pair": min(seconds["policy"][1:]) / len(pairs)}


CYCLES: Mapping[str, Mapping[str, tuple[str, int, int]]] = {
    "demo": {"preset demo, 20 labels": ("demo", 20, 2_000), "preset demo, 220 labels": ("demo", 220, 2_000)},
    "full": {
        "preset demo at full width, 20 labels": ("demo", 20, 2_000),
        "preset fashion, 20 labels": ("fashion", 20, 10_000),
        "preset fashion, 220 labels": ("fashion", 220, 10_000),
    },
}
"""Preset, labels and test images of the cycles that are computed, by the width of the classifier."""


def ratio(measured: list[dict[str, Any]], seconds: Mapping[str, float], cycle: tuple[str, int, int]) -> float:
    """Seconds of a cycle with eager passes, by those with an engine's."""
    preset, labels, n_test = PRESETS[cycle[0]], cycle[1], cycle[2]
    candidates, epochs = preset.schedule.subset_size, preset.policy.epochs
    pairs = candidates / 2
    others = seconds["training_step"] * preset.training.epochs * (labels / 10 + 1)
    others += seconds["policy_step_a_pair"] * pairs * epochs
    states = {0: candidates + labels + n_test, 1: EVALUATIONS * pairs}
    of = {entry["layer"]: entry for entry in measured}
    passes = sum(n * of[layer]["ms_a_state"] * of[layer]["speedup"] / 1e3 for layer, n in states.items())
    engine = sum(n * of[layer]["ms_a_state"] / 1e3 for layer, n in states.items())
    if all(entry["speedup"] == 1 for entry in measured):
        return 1.0
    engine += GRAPHS * max(entry["with_other_weights_s"] for entry in measured)
    return (others + passes) / (others + engine)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="demo", help="classifier (demo)")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch and of the engines (2)")
    parser.add_argument("--chunk", type=int, help="states in a pass (as in a run)")
    parser.add_argument("--rounds", type=int, default=30, help="passes of each engine (30)")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), help="engines to compare (all there are)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
