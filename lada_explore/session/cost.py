"""What a cycle of a run will take, told before anything long begins: from a timed step and a timed pass."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lada_explore.augmentation import mix_layers_of
from lada_explore.config import ACQUISITIONS, ESTIMATORS, POLICIES, Mixes, RunConfig
from lada_explore.datasets import ImageData
from lada_explore.models import Classifier, PolicyNetwork, Shape, folded
from lada_explore.records import STAGE_NAMES, Stage
from lada_explore.runtime import Runtime
from lada_explore.runtime.memory import ran_out_of_memory
from lada_explore.stages.optimiser import new_optimiser
from lada_explore.stages.stop_set import STOP_SET_SIZE

WORTH_TELLING_S = 5.0
"""Seconds of a cycle below which nothing is told: it is over before a person could have acted on it."""

LONG_S = 0.2
"""Seconds after which a trial is not repeated, and a larger one is extrapolated from it."""

LOOKED_AT = 4
"""Images in the first trial of a step or a pass."""

PASSED = 32
"""Images in a pass of the trial."""

BACKWARD = 3
"""A forward and a backward pass take about as long as so many forward passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleCost:
    """Seconds that a cycle is expected to take, by the long stages of its method.

    Attributes:
        first: of the first cycle after the start.
        last_s: of the last cycle, whose TRAIN has more labels, in all.
        last_labels: number of labels in the last cycle.
        beside: networks of the acquisition's own that are not counted; empty without any.
    """

    first: Mapping[Stage, float]
    last_s: float
    last_labels: int
    beside: str = ""

    @property
    def seconds(self) -> float:
        """Of the first cycle, in all."""
        return sum(self.first.values())

    def sentence(self) -> str:
        """For people."""
        long = {stage: taken for stage, taken in self.first.items() if taken >= self.seconds / 100}
        parts = ", ".join(f"{STAGE_NAMES[stage]} {for_people(taken)}" for stage, taken in long.items())
        later = ""
        if self.last_s > 1.3 * self.seconds:
            later = f", and the last one, with {self.last_labels:,} labels, about {for_people(self.last_s)}"
        beside = f", beside what {self.beside} trains of its own" if self.beside else ""
        return f"A cycle will take about {for_people(self.seconds)} here ({parts}){later}, from a timed batch{beside}."


def for_people(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def cycle_cost(config: RunConfig, data: ImageData, classifier: Classifier, runtime: Runtime) -> CycleCost | None:
    """What a cycle of a run will take; None if it is less than `WORTH_TELLING_S`, or if memory does not suffice.

    One image goes through the classifier, and only if that lets a cycle seem long are a step and a pass timed, on
    copies. Nothing is drawn at random and nothing of the run is changed.

    Args:
        config: settings of the run.
        data: its images.
        classifier: its classifier, frozen and in eval mode.
        runtime: its device, precision and threads.
    """
    try:
        return _timed(_Work(config, data), config, data.input_shape, classifier, runtime)
    except (RuntimeError, MemoryError) as error:
        if ran_out_of_memory(error):
            return None  # The stage that needs the memory says so, with a remedy.
        raise


def _timed(work: _Work, config: RunConfig, shape: Shape, classifier: Classifier, runtime: Runtime) -> CycleCost | None:
    one = runtime.place_states(_grey(1, shape))
    with torch.no_grad(), runtime.passing():
        most = _seconds(lambda: classifier(one), runtime) * work.most_passes()
    if most < WORTH_TELLING_S:
        return None
    with runtime.computing():
        step_s = _step_s(config, work.in_step, classifier, shape, runtime)
    with torch.no_grad(), runtime.passing():
        pass_s = _pass_s(folded(classifier, runtime.precision), shape, runtime)
    first = {stage: pass_s * passes for stage, passes in work.passes.items() if passes}
    if work.policy_steps:
        first[Stage.LOOK_AHEAD] += work.policy_steps * _policy_step_s(
            config, work.in_policy_step, classifier, one, runtime
        )
    rest = sum(first.values())
    first = {Stage.TRAIN: step_s * work.steps(work.first_labels), **first}
    if sum(first.values()) < WORTH_TELLING_S:
        return None
    last = step_s * work.steps(work.last_labels) + rest
    return CycleCost(first=first, last_s=last, last_labels=work.last_labels, beside=work.beside)


class _Work:
    """What the stages of a cycle compute, in passes of one image and in training steps.

    Attributes:
        first_labels, last_labels: labels of the first cycle after the start and of the last one.
        in_step: labelled images in a full step.
        passes: passes of an image through the classifier, by stage; those that start at the mix layer count in full.
        policy_steps: steps of the policy network, of pairs.
        in_policy_step: pairs in a full one.
        beside: name of an acquisition that trains networks of its own, which are not counted; else empty.
    """

    def __init__(self, config: RunConfig, data: ImageData) -> None:
        schedule, method = config.schedule, config.method
        n_classes = max(2, data.train.n_classes)
        per_class = schedule.start_per_class(n_classes, labelled=data.train.targets is not None)
        start = min(per_class * n_classes, len(data.train))
        self._training = config.training
        self._virtual = method.augmentation_capabilities.mixes is not Mixes.NOTHING
        self.first_labels = start + schedule.budget
        self.last_labels = start + schedule.budget * max(1, schedule.cycles)
        self.in_step = max(2, min(config.training.batch_size, self.first_labels))
        scored = min(schedule.subset_size, len(data.train))
        known = ACQUISITIONS.get(method.acquisition)
        self.beside = method.acquisition if known is not None and known.capabilities.trains else ""
        pairs = scored // 2 if method.uses_pairs and POLICIES[method.policy].trains else 0
        self.in_policy_step = max(1, min(config.policy.batch_size, pairs))
        self.policy_steps = config.policy.epochs * -(-pairs // self.in_policy_step)
        tested = min(STOP_SET_SIZE, len(data.train)) + (0 if data.test is None else len(data.test))
        self.passes = {Stage.SCORE: scored, Stage.LOOK_AHEAD: _looked_ahead(config, scored), Stage.EVALUATE: tested}

    def steps(self, labels: int) -> float:
        """Number of steps of a TRAIN with so many labels; a part of a batch counts as that part."""
        return self._training.epochs * (labels / self.in_step + self._virtual)

    def most_passes(self) -> float:
        """An upper estimate of all work of the last cycle, in passes of one image."""
        return sum(self.passes.values()) + BACKWARD * self.in_step * self.steps(self.last_labels)


def _looked_ahead(config: RunConfig, scored: int) -> int:
    """Passes of LOOK_AHEAD: at the inner nodes of each pair, and where a gradient goes through them in each epoch."""
    method, epochs = config.method, config.policy.epochs if POLICIES[config.method.policy].trains else 0
    if method.uses_transforms:
        return scored * (1 + BACKWARD * epochs)
    if not method.uses_pairs:
        return 0
    pairs = scored // 2
    passes = pairs * config.usual_nodes
    if ESTIMATORS[config.look_ahead.estimator].needs_gradient:
        passes += pairs * config.look_ahead.draws * (1 + BACKWARD * epochs)
    return passes


def _step_s(config: RunConfig, n: int, classifier: Classifier, shape: Shape, runtime: Runtime) -> float:
    """Seconds of a training step on n images."""
    network = copy.deepcopy(classifier).requires_grad_(True).train()
    optimiser = new_optimiser([network], config.training, None, capturable=False)

    def step(images: Tensor) -> None:
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(images), torch.arange(len(images), device=images.device) % 2).backward()
        optimiser.step()

    return _of_batch(step, n, shape, runtime)


def _policy_step_s(config: RunConfig, n: int, classifier: Classifier, one: Tensor, runtime: Runtime) -> float:
    """Seconds of a step of the policy network on n pairs, given one image."""
    layer = mix_layers_of(config.method.augmentation, classifier)[0]
    with torch.no_grad():
        channels, height, width = classifier.to_layer(one, layer).shape[1:]
    with runtime.seeded(0):  # New weights are drawn; the state of the generators is restored.
        network = runtime.place(PolicyNetwork((channels, height, width)))
    optimiser = torch.optim.Adam(network.parameters())

    def step(pairs: Tensor) -> None:
        optimiser.zero_grad()
        network(pairs).mean().backward()
        optimiser.step()

    with runtime.computing():
        return _of_batch(step, n, (2 * channels, height, width), runtime)


def _pass_s(classifier: Classifier, shape: Shape, runtime: Runtime) -> float:
    """Seconds of the pass of one image, of many in one pass."""
    return _of_batch(classifier, PASSED, shape, runtime) / PASSED


def _of_batch(work: Callable[[Tensor], object], n: int, shape: Shape, runtime: Runtime) -> float:
    """Seconds of work on n images; extrapolated from a few of them if it would take longer than `LONG_S`."""
    few = runtime.place_states(_grey(min(n, LOOKED_AT), shape))
    taken = _seconds(lambda: work(few), runtime) * n / len(few)
    if len(few) == n or taken > LONG_S:
        return taken
    images = runtime.place_states(_grey(n, shape))
    return _seconds(lambda: work(images), runtime)


def _grey(n: int, shape: Shape) -> Tensor:
    """(n, D, H, W) values from -1 to 1, none of them drawn at random."""
    return torch.linspace(-1, 1, n * math.prod(shape)).reshape(n, *shape)


def _seconds(work: Callable[[], object], runtime: Runtime) -> float:
    """Seconds of the faster of two runs after the first one, or of the first one if that is long."""
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        if runtime.device.type == "cuda":
            torch.cuda.synchronize(runtime.device)
        taken.append(time.perf_counter() - began)
        if taken[0] > LONG_S:
            return taken[0]
    return min(taken[1:])
