"""A network that others made as the classifier: cut after its stages, with a head for the classes of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor, nn

from lada_explore.errors import ConfigError
from lada_explore.files import converting
from lada_explore.models.borrowed.cutting import PROBED, Call, Skipped, recorded, run, skipped_until
from lada_explore.models.borrowed.forms import Form, form_of
from lada_explore.models.borrowed.preprocessing import Preprocessing, Wanted
from lada_explore.models.borrowed.refusals import (
    not_cut,
    not_cut_by,
    not_finite,
    only_head_left,
    unseen_by,
    without_head,
)
from lada_explore.models.borrowed.single_values import allow_single_values
from lada_explore.models.borrowed.stages import checked_stages
from lada_explore.models.classifier import Classifier
from lada_explore.models.trained_part import TrainedPart

TOLERANCE = 1e-4
"""Largest difference, in units of the largest logit, between the logits of a network and those after a cut in it."""


Watch = Mapping[str, Callable[[Any], None]]
"""Functions that get the outputs of submodules, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A cut.

    Attributes:
        name: the stage after which it is.
        form: of the states there.
        skipped: what is not computed to start there.
        shape: (D', H', W') of the states as maps.
        changed: whether the network writes into the states that it is given there.
    """

    name: str
    form: Form
    skipped: tuple[Skipped, ...]
    shape: tuple[int, int, int]
    changed: bool = True

    def as_maps(self, state: Tensor) -> Tensor:
        """(B, D', H', W') float32 maps of a state that the network goes on with."""
        return self.form.to_map(state.clone() if self.changed else state).float()


class Borrowed(Classifier):
    """A network from images to logits, cut after named stages. Layer 0 is the image, layer k the output of stage k.

    The penultimate features are what the last linear layer is given. As in the other classifiers, the stages whose
    outputs other networks see (`stage_widths`) are those after the first, or the only one.

    Args:
        network: the network, which is changed: its last layer is replaced if it has another number of classes.
        shape: (D, H, W) of the images.
        n_classes: C.
        segments: names of the stages; empty for the usual ones.
        wanted: images as the network wants them.
        mean, std: (D,) by which the images are normalised; empty if they are not known.

    Raises:
        ConfigError: the network cannot see these images, does not end in a linear layer, or cannot be cut.
    """

    def __init__(
        self,
        network: nn.Module,
        shape: tuple[int, int, int],
        n_classes: int,
        *,
        segments: Sequence[str] = (),
        wanted: Wanted | None = None,
        mean: tuple[float, ...] = (),
        std: tuple[float, ...] = (),
    ) -> None:
        nn.Module.__init__(self)
        wanted = wanted or Wanted()
        if wanted.channels is None:
            wanted = replace(wanted, channels=input_channels(network))
        self.preprocessing = Preprocessing(shape, mean, std, wanted)
        self.network = allow_single_values(network).eval()
        self.n_classes, self.precision = n_classes, torch.float32
        self.weights_digest, self._trained = "", TrainedPart()
        self._kept: list[Tensor] | None = None
        self._calls: tuple[tuple[str, int], ...] = ()
        frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
        calls, head = self._first_run(shape, wanted.made_for)
        found = checked_stages(network, segments, calls, head)
        self.head_name = head.name
        self._frozen = tuple(sorted(name for name in frozen if name.rpartition(".")[0] != head.name))
        self.notes = (*self.preprocessing.notes, *self._with_head(n_classes), *self._frozen_note())
        self._layers = tuple(self._layer(name, call, calls) for name, call in found)
        self._check_cuts(shape)
        self._calls = tuple((call.name, call.begin) for call in calls)
        self._ends = tuple(call.end for _, call in found)
        self.stage_widths = [layer.shape[0] for layer in self._layers[self._first_stage - 1 :]]
        self.train()

    # Making ------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def _first_run(self, shape: tuple[int, int, int], made_for: tuple[int, int] | None) -> tuple[list[Call], Call]:
        """The calls of submodules, and that of the last layer. Raises ConfigError if there is no such layer."""
        shown = self.preprocessing(_drawn(PROBED, shape))
        with converting(partial(unseen_by, self.network, self.preprocessing.shape, made_for)):
            calls, logits = recorded(self.network, shown)
        last = [call for call in calls if isinstance(self.network.get_submodule(call.name), nn.Linear)]
        head = next((call for call in last if call.made is logits), None)
        if head is None or logits.ndim != 2:
            raise without_head(self.network, logits, last)
        if not torch.isfinite(logits).all():
            raise not_finite(self.network)
        return calls, head

    def _with_head(self, n_classes: int) -> tuple[str, ...]:
        """Replace the head if it has another number of classes, and say so; its new weights are drawn."""
        head = self.network.get_submodule(self.head_name)
        assert isinstance(head, nn.Linear)
        replaced = head.out_features != n_classes
        if replaced:
            new = nn.Linear(head.in_features, n_classes)
            self.network.set_submodule(self.head_name, new)
        # Not registered a second time: it is a part of the network.
        self.__dict__["head"] = self.network.get_submodule(self.head_name)
        if not replaced:
            return ()
        return (f"its head for {head.out_features} classes was replaced by a new one for {n_classes}",)

    def _layer(self, name: str, call: Call, calls: Sequence[Call]) -> Layer:
        kind, made = type(self.network).__name__, call.made
        prefixes = getattr(self.network, "num_prefix_tokens", None)
        size = self.preprocessing.shape[1:]
        of_images = isinstance(made, Tensor) and made.ndim > 0 and len(made) == PROBED
        form = form_of(made, (size[0], size[1]), prefixes) if of_images else None
        if form is None:
            what = f"a tensor of {made.ndim} axes" if isinstance(made, Tensor) else type(made).__name__
            if isinstance(made, Tensor) and not of_images:
                what = f"a tensor of shape {tuple(made.shape)} for {PROBED} images, which are not its first axis"
            raise ConfigError(
                f"stage {name!r} of {kind} puts out {what}, and states to mix are feature maps, tokens or vectors; "
                "name another submodule in classifier.segments"
            )
        depth, height, width = form.to_map(made).shape[1:]
        return Layer(name, form, skipped_until(call, calls), (depth, height, width))

    @torch.no_grad()
    def _check_cuts(self, shape: tuple[int, int, int]) -> None:
        """Raises ConfigError if the logits after a cut are not those of the network itself."""
        states: dict[int, Tensor] = {}
        watch = {layer.name: partial(_keep, states, n, layer) for n, layer in enumerate(self._layers, start=1)}
        whole = self.head(self._features(_drawn(PROBED + 1, shape), 0, watch))
        layers = list(self._layers)
        for number, layer in enumerate(layers, start=1):
            hidden = states[number]
            with converting(partial(not_cut_by, self.network, layer.name)):
                found, changed = self._after_cut(hidden, layer)
            if not torch.allclose(found, whole, rtol=0, atol=TOLERANCE * max(1.0, float(whole.abs().max()))):
                raise not_cut(self.network, layer.name, "its logits are other ones")
            layers[number - 1] = replace(layer, changed=changed)
        self._layers = tuple(layers)

    def _after_cut(self, hidden: Tensor, layer: Layer) -> tuple[Tensor, bool]:
        """Logits of hidden states after a cut, and whether the network has written into the states."""
        state = layer.form.from_map(hidden)
        version = state._version
        features = self._go(state, layer, until=self.head_name, of_input=True)
        return self.head(features.float()), state._version != version

    # The classifier ----------------------------------------------------------------------------------------------

    @property
    def n_layers(self) -> int:
        """Number of stages."""
        return len(self._layers)

    @property
    def _first_stage(self) -> int:
        """Number of the first layer whose output is one of `stages_from_layer`."""
        return min(2, self.n_layers)

    def shape_after(self, mix_layer: int, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        """(D', H', W') of the hidden states after a layer, as the network was made for images of shape (D, H, W)."""
        return self._layers[mix_layer - 1].shape if mix_layer else shape

    def to_layer(self, images: Tensor, mix_layer: int) -> Tensor:
        """Hidden states (B, D', H', W') after `mix_layer`, of images (B, D, H, W)."""
        if mix_layer == 0:
            return images
        layer = self._layers[mix_layer - 1]
        return layer.form.to_map(self._run(images, 0, until=layer.name)).float()

    def features_from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Penultimate features (B, F) of hidden states (B, D, H, W) after `mix_layer`."""
        return self._features(hidden, mix_layer)

    def stages_from_layer(self, hidden: Tensor, mix_layer: int) -> list[Tensor]:
        """Outputs (B, D_s, H_s, W_s) of the stages after the first, from hidden states after `mix_layer`, at most 2."""
        return self._stages(hidden, mix_layer)[0]

    def stages_and_logits(self, hidden: Tensor, mix_layer: int) -> tuple[list[Tensor], Tensor]:
        """`stages_from_layer`, and the logits (B, C), in one pass."""
        stages, features = self._stages(hidden, mix_layer)
        return stages, self.head(features)

    def _stages(self, hidden: Tensor, mix_layer: int) -> tuple[list[Tensor], Tensor]:
        seen: dict[int, Tensor] = {mix_layer: hidden}
        numbers = range(max(self._first_stage, mix_layer + 1), self.n_layers + 1)
        watch = {self._layers[n - 1].name: partial(_keep, seen, n, self._layers[n - 1]) for n in numbers}
        features = self._features(hidden, mix_layer, watch)
        return [seen[number] for number in range(self._first_stage, self.n_layers + 1)], features

    def _features(self, hidden: Tensor, mix_layer: int, watch: Watch | None = None) -> Tensor:
        features: Tensor = self._run(hidden, mix_layer, until=self.head_name, of_input=True, watch=watch).float()
        if self._kept is not None:
            self._kept.append(features)
        return features

    def _run(
        self,
        hidden: Tensor,
        start: int,
        *,
        until: str,
        of_input: bool = False,
        watch: Watch | None = None,
    ) -> Any:
        layer = self._layers[start - 1] if start else None
        state = self.preprocessing(hidden) if layer is None else layer.form.from_map(hidden)
        if layer is not None and layer.changed:
            state = state.clone()
        return self._go(state, layer, until=until, of_input=of_input, watch=watch)

    def _go(
        self,
        state: Tensor,
        layer: Layer | None,
        *,
        until: str,
        of_input: bool = False,
        watch: Watch | None = None,
    ) -> Any:
        full = self.precision == torch.float32
        state = state if full else state.to(self.precision)  # As in `Classifier`, for what is added to it.
        with nullcontext() if full else torch.autocast(state.device.type, self.precision):
            return run(
                self.network,
                state,
                after=None if layer is None else layer.name,
                skipped=() if layer is None else layer.skipped,
                until=until,
                of_input=of_input,
                watch=watch,
                image_shape=self.preprocessing.shape,
            )

    # What other code sees of a pass ------------------------------------------------------------------------------

    @contextmanager
    def features_kept(self) -> Iterator[list[Tensor]]:
        """A list that gets the penultimate features (B, F) of each pass inside the block."""
        before, self._kept = self._kept, []
        try:
            yield self._kept
        finally:
            self._kept = before

    @contextmanager
    def outputs_kept(self) -> Iterator[list[list[Tensor]]]:
        """Lists that get the output of each stage, and last of the head, in each pass inside the block."""
        layers = self._layers[self._first_stage - 1 :]
        kept: list[list[Tensor]] = [[] for _ in range(len(layers) + 1)]
        modules = [self.network.get_submodule(layer.name) for layer in layers]
        hooks = [
            module.register_forward_hook(partial(_keep_made, of_layer, layer))
            for module, layer, of_layer in zip(modules, layers, kept[:-1], strict=True)
        ]
        hooks.append(self.head.register_forward_hook(lambda module, given, made: kept[-1].append(made)))
        try:
            yield kept
        finally:
            for hook in hooks:
                hook.remove()

    # What is trained ---------------------------------------------------------------------------------------------

    def _frozen_note(self) -> tuple[str, ...]:
        more = f" and {len(self._frozen) - 1} more" if len(self._frozen) > 1 else ""
        return (f"parameters without requires_grad are not trained: {self._frozen[0]}{more}",) if self._frozen else ()

    def train_only(self, part: TrainedPart) -> None:
        """As a classifier's; raises ConfigError if that leaves the head alone because the rest is frozen already."""
        super().train_only(part)
        of_head = set(self.head.parameters())
        # Which have gradients counts from the next call of `requires_grad_` on.
        trained = self.requires_grad_(True).parameters()
        others = [parameter.requires_grad for parameter in trained if parameter not in of_head]
        if self._frozen and part.stages != 0 and not any(others):
            raise only_head_left(self.network)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """As torch's, but what `train_only` froze, or was frozen when it was handed over, never has gradients."""
        super().requires_grad_(requires_grad)
        for name in self._frozen:
            self.network.get_parameter(name).requires_grad_(False)
        return self

    def _trained_modules(self) -> list[nn.Module]:
        """The head, and the submodules first called after the end of the last frozen stage, with their parts."""
        last = self._trained.last(self.n_layers)
        if last == 0:
            return [self.head]
        begins = self._ends[-last - 1] if last < self.n_layers else -1
        first: dict[str, int] = {}
        for name, begin in self._calls:
            first.setdefault(name, begin)
        early = {name for name, begin in first.items() if begin < begins}
        late = [name for name, begin in first.items() if begin > begins]
        parts = {
            f"{name}.{inner}".rstrip("."): module
            for name in late
            for inner, module in self.network.get_submodule(name).named_modules()
        }
        return [module for name, module in parts.items() if name not in early]


def _keep(seen: dict[int, Tensor], number: int, layer: Layer, made: Tensor) -> None:
    seen[number] = layer.as_maps(made)


def _keep_made(kept: list[Tensor], layer: Layer, module: nn.Module, given: Any, made: Tensor) -> None:
    kept.append(layer.as_maps(made))


def _drawn(n: int, shape: tuple[int, int, int]) -> Tensor:
    """(n, D, H, W) random images, which change nothing that is drawn otherwise."""
    return torch.rand(n, *shape, generator=torch.Generator().manual_seed(0))


def input_channels(network: nn.Module) -> int | None:
    """Channels that the first convolution takes; None for a network without one."""
    return next((module.in_channels for module in network.modules() if isinstance(module, nn.Conv2d)), None)
