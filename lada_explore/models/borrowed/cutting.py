"""A network of any make, cut after named submodules: it runs from the input or a cut to a later cut or its last layer.

The network's own `forward` does the computation. To start after a stage, what it calls up to the end of that stage is
not computed: submodules hand back zeros of the shapes that they put out when the network was first run, and the stage
hands back the given state. To end after a stage, its output is taken and the rest is left out. What `forward` does
between submodules is done on the zeros and comes to nothing. A shortcut around a stage would be lost, so `Borrowed`
refuses a network whose logits are not those of its states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

PROBED = 2
"""Images with which a network is first run."""


class _Reached(BaseException):
    """Leaves `forward` with a state. Not an `Exception`, which `forward` might catch."""

    def __init__(self, state: Any) -> None:
        super().__init__()
        self.state = state


@dataclass(slots=True, eq=False)
class Call:
    """One call of a submodule.

    Attributes:
        name: of the submodule in the network.
        begin, end: when it began and ended, counted in beginnings and ends; `end` is -1 for one that did not.
        within: the call during which it was made; None for one made by `forward` itself.
        made: what it handed back.
    """

    name: str
    begin: int
    within: Call | None
    end: int = -1
    made: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Skipped:
    """A submodule that is not computed to start after a stage, and what its first calls hand back instead."""

    name: str
    made: tuple[Any, ...]


@torch.no_grad()
def recorded(network: nn.Module, images: Tensor) -> tuple[list[Call], Any]:
    """The calls of submodules while the network sees images (B, D, H, W), in order, and what it puts out."""
    calls: list[Call] = []
    open_calls: list[Call] = []
    clock = iter(range(10**9))

    def began(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, given: Any) -> None:
            open_calls.append(Call(name, next(clock), open_calls[-1] if open_calls else None))
            calls.append(open_calls[-1])

        return hook

    def ended(module: nn.Module, given: Any, made: Any) -> None:
        call = open_calls.pop()
        call.end, call.made = next(clock), made

    hooks = []
    for name, module in network.named_modules():
        if name:
            hooks += [module.register_forward_pre_hook(began(name)), module.register_forward_hook(ended)]
    try:
        return calls, network(images)
    finally:
        for hook in hooks:
            hook.remove()


def skipped_until(stage: Call, calls: Sequence[Call]) -> tuple[Skipped, ...]:
    """What is not computed to start after a stage: the outermost calls that end before it does, but for its own parts.

    Args:
        stage: the one call of the stage.
        calls: all calls.
    """
    made: dict[str, list[Any]] = {}
    for call in calls:
        outer, nested = call.within, False
        while outer is not None:
            nested = nested or outer is stage or outer.end < stage.begin
            outer = outer.within
        if call.end < stage.end and not nested:
            made.setdefault(call.name, []).append(tree_map(_shape_of, call.made))
    return tuple(Skipped(name, tuple(shapes)) for name, shapes in made.items())


@dataclass(frozen=True, slots=True)
class _Shape:
    sizes: tuple[int, ...]
    dtype: torch.dtype


def _shape_of(value: Any) -> Any:
    """The shape and number format of a tensor; another value as it is."""
    return _Shape(tuple(value.shape), value.dtype) if isinstance(value, Tensor) else value


def _zeros(shape: Any, batch: int, device: torch.device) -> Any:
    """Zeros of a shape that was recorded with `PROBED` images, for `batch` of them."""
    if not isinstance(shape, _Shape):
        return shape
    first, *rest = shape.sizes or (1,)
    if shape.sizes and first % PROBED == 0:
        first = first // PROBED * batch
    sizes = (first, *rest) if shape.sizes else ()
    return torch.zeros(sizes, dtype=shape.dtype, device=device)


def run(
    network: nn.Module,
    given: Tensor,
    *,
    after: str | None = None,
    skipped: Sequence[Skipped] = (),
    until: str,
    of_input: bool = False,
    watch: Mapping[str, Callable[[Any], None]] | None = None,
    image_shape: tuple[int, ...] = (),
) -> Any:
    """Run a network from its input, or from the output of a stage, until a submodule.

    Args:
        network: the network.
        given: images (B, D, H, W), or the output of the stage `after`.
        after: name of a stage; None to start with the images.
        skipped: `skipped_until` that stage.
        until: submodule at which it ends.
        of_input: whether to return what this submodule is given, instead of what it puts out.
        watch: functions that get the outputs of submodules on the way, by name.
        image_shape: (D, H, W) of the images, for a start after a stage.
    """
    hooks = []
    last = network.get_submodule(until)

    def reached(module: nn.Module, arguments: Any, made: Any = None) -> None:
        raise _Reached(arguments[0] if of_input else made)

    for name, see in (watch or {}).items():
        hooks.append(network.get_submodule(name).register_forward_hook(_seen_by(see)))
    hooks.append(last.register_forward_pre_hook(reached) if of_input else last.register_forward_hook(reached))
    try:
        if after is None:
            network(given)
        else:
            with _starting(network, given, after, skipped):
                network(torch.zeros((len(given), *image_shape), dtype=torch.float32, device=given.device))
    except _Reached as end:
        return end.state
    finally:
        for hook in hooks:
            hook.remove()
    raise RuntimeError(f"the network did not come to {until!r}, which it did when it was first run")


def _seen_by(see: Callable[[Any], None]) -> Callable[..., None]:
    return lambda module, arguments, made: see(made)


@contextmanager
def _starting(network: nn.Module, state: Tensor, after: str, skipped: Sequence[Skipped]) -> Iterator[None]:
    """Inside the block the stage hands back a state, and what comes before it hands back zeros."""
    replaced: list[tuple[nn.Module, Any]] = []

    def replace(module: nn.Module, made: list[Any]) -> None:
        own = module.forward

        def forward(*arguments: Any, **named: Any) -> Any:
            return made.pop(0) if made else own(*arguments, **named)

        replaced.append((module, module.__dict__.get("forward")))
        module.forward = forward

    try:
        for one in skipped:
            zeros = [tree_map(lambda shape: _zeros(shape, len(state), state.device), made) for made in one.made]
            replace(network.get_submodule(one.name), zeros)
        replace(network.get_submodule(after), [state])
        yield
    finally:
        for module, before in reversed(replaced):
            del module.__dict__["forward"]
            if before is not None:
                module.__dict__["forward"] = before
