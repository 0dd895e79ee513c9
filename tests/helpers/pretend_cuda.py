"""Tensors that are on the CPU and pretend to be on a GPU, so that code can be tried for mixed devices without one.

Inside `pretended()`, memory is marked as being on "cuda:0" where a program puts it there, and what is computed from
marked tensors is marked too. `Tensor.device` says so. Each operation of torch, those of backward passes included, is
checked: CUDA refuses one whose tensors are on different devices, but for numbers and copies, and here it is put down
with the line of the package that asked for it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_leaves

from lada_explore.runtime import Runtime, arithmetic
from lada_explore.runtime.device import PRECISIONS

GPU, REAL = torch.device("cuda:0"), torch.device("cpu")
COPIES = ("copy_", "_to_copy", "set_")
"""Operations between devices that CUDA allows."""
INDEXING = ("index", "index_put_", "_index_put_impl_", "_unsafe_index")
"""Operations in which the numbers of rows may be on the CPU."""

LIKE = ("one_hot", "new_")
"""Functions that make a tensor on the device of another, where no mark of that one can be seen."""


class Marks:
    """Which memory is on the GPU, and what went wrong.

    Attributes:
        problems: by sentence, how often.
        computed: number of operations on the GPU.
    """

    def __init__(self) -> None:
        self._marked: dict[int, StorageWeakRef] = {}
        self.problems: Counter[str] = Counter()
        self.computed = 0

    def on_gpu(self, tensor: Tensor) -> bool:
        with torch._C.DisableTorchFunction():
            reference = self._marked.get(tensor.untyped_storage()._cdata)
        return reference is not None and not reference.expired()

    def mark(self, found: Any) -> Any:
        for tensor in tree_leaves(found):
            if isinstance(tensor, Tensor) and not self.on_gpu(tensor):
                with torch._C.DisableTorchFunction():
                    storage = tensor.untyped_storage()
                    self._marked[storage._cdata] = StorageWeakRef(storage)
        return found

    def report(self, what: str) -> None:
        frame = sys._getframe(1)
        while frame is not None and "/lada_explore/" not in frame.f_code.co_filename:
            frame = frame.f_back
        place = "" if frame is None else f"{frame.f_code.co_filename.rpartition('/lada_explore/')[2]}:{frame.f_lineno}"
        self.problems[f"{what} at {place}"] += 1


class _Operations(TorchDispatchMode):
    """Checks every operation."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self._marks = marks

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        on = [self._marks.on_gpu(tensor) for tensor in tensors]
        out = func(*args, **(kwargs or {}))
        if not tensors and torch._C._current_graph_task_id() != -1:
            return self._marks.mark(out)  # Made within a backward pass, on the device of the gradient.
        if not any(on):
            return out
        self._marks.computed += 1
        name = func._schema.name.partition("::")[2]
        if not all(on) and name not in COPIES and not (name in INDEXING and on[0]):
            away = [tensor for tensor, here in zip(tensors, on, strict=True) if not here]
            if name.startswith(("_fused", "_foreach", "cat", "stack")) or any(tensor.dim() for tensor in away):
                self._marks.report(f"{name} of tensors on two devices")
        if name != "_local_scalar_dense":
            self._marks.mark(out)
        return out


class _Functions(TorchFunctionMode):
    """Says where tensors are, and moves them between the two."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self._marks = marks
        self._reads = {Tensor.device.__get__: lambda on: GPU if on else REAL, Tensor.is_cuda.__get__: bool}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, marks = dict(kwargs or {}), self._marks
        if func in self._reads:
            return self._reads[func](marks.on_gpu(args[0]))
        if func in (Tensor.numpy, Tensor.__array__) and marks.on_gpu(args[0]):
            marks.report("numpy() of a tensor on the GPU")
        if func is Tensor.cpu:
            return _copy(args[0]) if marks.on_gpu(args[0]) else args[0]
        if func is Tensor.to:
            return self._moved(args, kwargs)
        if func.__name__.startswith(LIKE) and marks.on_gpu(args[0]):
            with _disable_current_modes():
                return marks.mark(func(*args, **kwargs))
        wanted = kwargs.get("device")
        if wanted is not None:
            kwargs["device"] = REAL
        with _disable_current_modes() if func is Tensor.item else nullcontext():
            out = func(*args, **kwargs)
        if wanted is not None and torch.device(wanted).type == "cuda":
            given = [arg for arg in args if isinstance(arg, Tensor) and func is torch.as_tensor]
            return marks.mark(_copy(out) if given and not marks.on_gpu(given[0]) else out)
        if func == Tensor.grad.__get__ and out is not None and marks.on_gpu(args[0]):
            marks.mark(out)
        return out

    def _moved(self, args: Any, kwargs: dict[str, Any]) -> Any:
        tensor, rest, target = args[0], list(args[1:]), None
        for place, arg in enumerate(rest):
            if isinstance(arg, torch.device | str):
                target, rest[place] = torch.device(arg).type == "cuda", REAL
            elif isinstance(arg, Tensor):
                target = self._marks.on_gpu(arg)
        if kwargs.get("device") is not None:
            target, kwargs["device"] = torch.device(kwargs["device"]).type == "cuda", REAL
        was = self._marks.on_gpu(tensor)
        out = Tensor.to(tensor, *rest, **kwargs)
        if target is None or target == was:
            return out
        if out.untyped_storage()._cdata == tensor.untyped_storage()._cdata or not target:
            out = _copy(out)
        return self._marks.mark(out) if target else out


def _copy(tensor: Tensor) -> Tensor:
    """A copy without a mark, in the same layout; differentiable."""
    with torch._C.DisableTorchFunction(), _disable_current_modes():
        return tensor.clone(memory_format=torch.preserve_format)


@contextmanager
def pretended(monkeypatch: Any) -> Iterator[Marks]:
    """Let "cuda" be a device inside the block, of which nothing but the tensors pretends to be there."""
    autocast, forked = torch.autocast, torch.random.fork_rng

    def choose(cls: type[Runtime], name: str, precision: str, threads: int | None, gpu: Any) -> Runtime:
        return cls(GPU, PRECISIONS["float32" if precision == "auto" else precision], 1, 1, gpu)

    for name, answer in {"mem_get_info": (2**36, 2**36), "memory_reserved": 0, "memory_allocated": 0}.items():
        monkeypatch.setattr(torch.cuda, name, lambda device, answer=answer: answer)
    monkeypatch.setattr(Runtime, "choose", classmethod(choose))
    monkeypatch.setattr(arithmetic, "_set_wanted", lambda: None)
    monkeypatch.setattr(torch, "autocast", lambda kind, *args, **more: autocast("cpu", *args, **more))
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: forked(devices=[]))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device=None: "pretended")
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda seed: None)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device=None: None)
    marks = Marks()
    with _Functions(marks), _Operations(marks):
        yield marks
