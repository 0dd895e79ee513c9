"""Base class of classifiers: a chain of segments that can be split after any segment, to mix hidden states there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Self

import torch
from torch import Tensor, nn

from lada_explore.models.given import Frozen, Given
from lada_explore.models.trained_part import TrainedPart


class Classifier(nn.Module):
    """The classifier f; f(x) = from_layer(to_layer(x, k), k) for every layer k.

    Layer 0 is the image itself, layer k the output of segment k. The penultimate features are the states after the last
    segment, averaged over height and width.

    Args:
        segments: networks from states (B, D, H, W) to states (B, D', H', W'), applied one after another.
        n_features: F, channels of the states after the last segment.
        n_classes: C.
        stage_widths: channels of the output of each stage; all segments except the first, or the only one, are stages.

    Attributes:
        stage_widths: as in Args.
        head: linear layer from features (B, F) to logits (B, C).
        precision: number format of the segments; their outputs, the features and the logits are always float32.
        notes: what a person should know of how it was made, such as a head that was replaced.
        weights_digest: SHA-256 of the weights that it was given at the start; empty for new ones.
    """

    head: nn.Linear

    def __init__(
        self, segments: Sequence[nn.Module], n_features: int, n_classes: int, stage_widths: Sequence[int]
    ) -> None:
        super().__init__()
        self.segments = nn.ModuleList(segments)
        self.stage_widths = list(stage_widths)
        self.head = nn.Linear(n_features, n_classes)
        self.n_classes = n_classes
        self.precision = torch.float32
        self.notes: tuple[str, ...] = ()
        self.weights_digest = ""
        self._trained = TrainedPart()

    @staticmethod
    def from_module(network: nn.Module, segments: Sequence[str] | str = ()) -> Given:
        """A network of your own for `Session.create(..., classifier=...)` and `open_session`.

        Args:
            network: from images (B, D, H, W) to logits (B, C), with a linear layer at the end.
            segments: names of its submodules, in the order in which they are called, after which states are mixed,
                or one text as "layer1,layer2"; empty for the usual ones, see `lada_explore.models.borrowed.stages`.

        Raises:
            ConfigError: `network` is no `nn.Module`, or is TorchScript.
        """
        names = segments.split(",") if isinstance(segments, str) else segments
        return Given(network, tuple(name.strip() for name in names if name.strip()))

    @staticmethod
    def frozen(source: nn.Module | Callable[[Tensor], Any] | Any) -> Frozen:
        """Features of your own for `Session.create(..., classifier=...)` and `open_session`: a head is trained on them.

        Args:
            source: a network that is never trained; a function from float32 images (B, D, H, W) in [0, 1] to features
                (B, F); features (N, F), a row for each image in the order of the ids; or a dict of arrays, "train" and
                "test", or "features" and "names".
        """
        return Frozen(source)

    @property
    def n_layers(self) -> int:
        """Number of layers after which states can be mixed, without layer 0 (the image)."""
        return len(self.segments)

    @property
    def manifold_layers(self) -> tuple[int, ...]:
        """Layers after which hidden states are mixed: the first two; of a ResNet its stem and its first stage."""
        return tuple(range(1, min(2, self.n_layers) + 1))

    @property
    def _first_stage(self) -> int:
        """Position of the first of the segments that are stages: the second, or the only one."""
        return min(1, self.n_layers - 1)

    def to_layer(self, images: Tensor, mix_layer: int) -> Tensor:
        """Hidden states (B, D', H', W') after `mix_layer`, of images (B, D, H, W)."""
        return self._through(images, 0, mix_layer)

    def features_from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Penultimate features (B, F) of hidden states (B, D, H, W) after `mix_layer`."""
        return self._through(hidden, mix_layer, self.n_layers).mean(dim=(2, 3))

    def stages_from_layer(self, hidden: Tensor, mix_layer: int) -> list[Tensor]:
        """Outputs of all stages, all segments except the first or the only one, from states after `mix_layer`.

        Args:
            hidden: (B, D, H, W) hidden states.
            mix_layer: layer of the states, at most 2, the output of the first stage.

        Returns:
            One tensor (B, D_s, H_s, W_s) for each stage.
        """
        states = [hidden]
        for layer in range(mix_layer, self.n_layers):
            states.append(self._through(states[-1], layer, layer + 1))
        return states[self._first_stage - self.n_layers :]

    def stages_and_logits(self, hidden: Tensor, mix_layer: int) -> tuple[list[Tensor], Tensor]:
        """`stages_from_layer`, and the logits (B, C), in one pass."""
        stages = self.stages_from_layer(hidden, mix_layer)
        return stages, self.head(stages[-1].mean(dim=(2, 3)))

    def from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Logits (B, C) of hidden states (B, D, H, W) after `mix_layer`."""
        logits: Tensor = self.head(self.features_from_layer(hidden, mix_layer))
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, C) of images (B, D, H, W)."""
        return self.from_layer(images, 0)

    def shape_after(self, mix_layer: int, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        """(D', H', W') of the hidden states after a layer, of images of shape (D, H, W)."""
        device = self.head.weight.device
        with torch.no_grad():
            depth, height, width = self.to_layer(torch.zeros(1, *shape, device=device), mix_layer).shape[1:]
        return depth, height, width

    # What other code sees of a pass ------------------------------------------------------------------------------

    @contextmanager
    def features_kept(self) -> Iterator[list[Tensor]]:
        """A list that gets the penultimate features (B, F) of each pass to the last stage inside the block."""
        kept: list[Tensor] = []
        hook = self.segments[-1].register_forward_hook(
            lambda module, given, made: kept.append(made.float().mean(dim=(2, 3)))
        )
        try:
            yield kept
        finally:
            hook.remove()

    @contextmanager
    def outputs_kept(self) -> Iterator[list[list[Tensor]]]:
        """Lists that get the output of each stage, and last of the head, in each pass inside the block."""
        modules = [*self.segments[self._first_stage :], self.head]
        kept: list[list[Tensor]] = [[] for _ in modules]
        hooks = [
            module.register_forward_hook(lambda module, given, made, of_module=of_module: of_module.append(made))
            for module, of_module in zip(modules, kept, strict=True)
        ]
        try:
            yield kept
        finally:
            for hook in hooks:
                hook.remove()

    # What is trained ---------------------------------------------------------------------------------------------

    def train_only(self, part: TrainedPart) -> None:
        """Freeze the rest from now on: no gradients, and eval mode, so that batch-norm keeps its statistics too."""
        self._trained = part

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """As torch's, but what `train_only` froze never has gradients."""
        if self._trained.everything:
            return super().requires_grad_(requires_grad)
        super().requires_grad_(False)
        for module in self._trained_modules():
            for parameter in module.parameters(recurse=False):
                parameter.requires_grad_(requires_grad)
        return self

    def train(self, mode: bool = True) -> Self:
        """As torch's, but what `train_only` froze stays in eval mode."""
        super().train(mode and self._trained.everything)
        if mode and not self._trained.everything:
            self.training = True
            for module in self._trained_modules():
                module.training = True
        return self

    def _trained_modules(self) -> list[nn.Module]:
        """The modules that are trained, of which each counts for its own parameters alone."""
        last = self._trained.last(self.n_layers)
        parts = [*(self.segments[-last:] if last else []), self.head]
        return [module for part in parts for module in part.modules()]

    def _through(self, hidden: Tensor, start: int, stop: int) -> Tensor:
        full = self.precision == torch.float32
        # Cast first: what is added to a float32 state, as by the shortcut of a first stage, would be float32 as well.
        hidden = hidden if full else hidden.to(self.precision)
        with nullcontext() if full else torch.autocast(hidden.device.type, self.precision):
            for segment in self.segments[start:stop]:
                hidden = segment(hidden)
        return hidden.float()
