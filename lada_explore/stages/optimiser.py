"""The optimiser of the classifier: which one, its learning rate, and its state where that is kept between trainings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from lada_explore.config import Optimiser, RateSchedule, TrainingConfig

_STEP = "step"
"""Number of steps, the one part of a state that is not of the shape of the parameter."""


def new_optimiser(
    networks: Iterable[nn.Module], config: TrainingConfig, state: OptimiserState | None, *, capturable: bool
) -> torch.optim.Optimizer:
    """The optimiser of all parameters of the networks, which goes on from a state if one is given.

    Args:
        networks: what it trains.
        config: names the optimiser, its first learning rate, momentum and weight decay.
        state: what it remembers of earlier trainings, changed in place; None to start anew.
        capturable: whether a GPU records its steps; SGD's are never recorded.
    """
    parameters = [parameter for network in networks for parameter in network.parameters()]
    rate, decay = config.learning_rate, config.weight_decay
    optimiser: torch.optim.Optimizer
    if config.optimiser is Optimiser.SGD:
        optimiser = torch.optim.SGD(parameters, lr=rate, momentum=config.momentum, weight_decay=decay, fused=True)
    else:
        kind = torch.optim.AdamW if config.optimiser is Optimiser.ADAMW else torch.optim.Adam
        optimiser = kind(parameters, lr=rate, weight_decay=decay, fused=True, capturable=capturable)
    if state is not None:
        state.give_to(optimiser)
    return optimiser


def learning_rate(config: TrainingConfig, step: int, n_steps: int) -> float:
    """Learning rate of a step of a training by `training.schedule`.

    Args:
        config: the first rate, and the schedule.
        step: number of the step, from 0.
        n_steps: T, number of steps of the training.

    Source: COSINE is Equation 5 of Loshchilov and Hutter (ICLR 2017), without restarts and down to 0.
    """
    if config.schedule is RateSchedule.CONSTANT:
        return config.learning_rate
    return config.learning_rate * (1 + math.cos(math.pi * step / n_steps)) / 2


def _parts(config: TrainingConfig) -> tuple[str, ...]:
    """What the optimiser remembers of each parameter, by torch's names."""
    if config.optimiser is Optimiser.SGD:
        return ("momentum_buffer",) if config.momentum else ()
    return (_STEP, "exp_avg", "exp_avg_sq")


class OptimiserState:
    """What the optimiser remembers of each parameter.

    Of Adam and AdamW these are the number of steps and the moving averages of gradient and square, of SGD the momentum.

    Args:
        parameters: by name; nothing is remembered of them yet.
        config: names the optimiser.
    """

    def __init__(self, parameters: Iterable[tuple[str, nn.Parameter]], config: TrainingConfig) -> None:
        self._parts = _parts(config)
        self._of: dict[nn.Parameter, dict[str, Tensor]] = {}
        self._names: dict[str, nn.Parameter] = {}
        for name, parameter in parameters:
            self._names[name] = parameter
            self._of[parameter] = {part: _nothing(part, parameter) for part in self._parts}

    def tensors(self) -> dict[str, Tensor]:
        """The state by "PART.NAME OF THE PARAMETER"; the tensors themselves, not copies."""
        return {f"{part}.{name}": self._of[of][part] for name, of in self._names.items() for part in self._parts}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Load what `tensors` returned."""
        for name, tensor in self.tensors().items():
            tensor.copy_(tensors[name])

    def clear(self) -> None:
        """Forget everything, as if the optimiser were new."""
        for tensor in self.tensors().values():
            tensor.zero_()

    def give_to(self, optimiser: torch.optim.Optimizer) -> None:
        """Let an optimiser go on from this state and change it; parameters that are not known here start anew."""
        for group in optimiser.param_groups:
            for parameter in group["params"]:
                if parameter in self._of:
                    optimiser.state[parameter] = self._of[parameter]


def _nothing(part: str, parameter: nn.Parameter) -> Tensor:
    """A part of a state as a new optimiser makes it at its first step, fused or not."""
    if part == _STEP:
        return torch.zeros((), dtype=torch.float32, device=parameter.device)
    return torch.zeros_like(parameter, memory_format=torch.preserve_format).detach()
