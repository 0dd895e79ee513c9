"""Adam of the classifier: a new one for each training, or one whose state is kept from one training to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

_PARTS = ("step", "exp_avg", "exp_avg_sq")


class AdamState:
    """What Adam remembers of each parameter: its number of steps, and the moving averages of gradient and square.

    Args:
        parameters: by name; nothing is remembered of them yet.
    """

    def __init__(self, parameters: Iterable[tuple[str, nn.Parameter]]) -> None:
        self._of: dict[nn.Parameter, dict[str, Tensor]] = {}
        self._names: dict[str, nn.Parameter] = {}
        for name, parameter in parameters:
            self._names[name] = parameter
            # As a new Adam makes them, fused or not; it would do so at its first step.
            step = torch.zeros((), dtype=torch.float32, device=parameter.device)
            zeros = [torch.zeros_like(parameter, memory_format=torch.preserve_format).detach() for _ in range(2)]
            self._of[parameter] = dict(zip(_PARTS, [step, *zeros], strict=True))

    def tensors(self) -> dict[str, Tensor]:
        """The state by "PART.NAME OF THE PARAMETER"; the tensors themselves, not copies."""
        return {f"{part}.{name}": self._of[of][part] for name, of in self._names.items() for part in _PARTS}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Load what `tensors` returned."""
        for name, tensor in self.tensors().items():
            tensor.copy_(tensors[name])

    def clear(self) -> None:
        """Forget everything, as if Adam were new."""
        for tensor in self.tensors().values():
            tensor.zero_()

    def give_to(self, optimiser: torch.optim.Optimizer) -> None:
        """Let an optimiser go on from this state and change it; parameters that are not known here start anew."""
        for group in optimiser.param_groups:
            for parameter in group["params"]:
                if parameter in self._of:
                    optimiser.state[parameter] = self._of[parameter]
