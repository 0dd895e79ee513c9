"""What a stage puts out as feature maps (B, D, H, W), and back; every form is linear, so that mixes agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import pad

MAX_PREFIXES = 8
"""Largest number of tokens before those of the grid: a class token, one of distillation and a few registers."""


class Form(Protocol):
    """A layout of states."""

    def to_map(self, state: Tensor) -> Tensor:
        """(B, D, H, W) feature maps of a state as the stage puts it out."""

    def from_map(self, hidden: Tensor) -> Tensor:
        """The state of feature maps (B, D, H, W)."""


@dataclass(frozen=True, slots=True)
class Maps:
    """Feature maps (B, D, H, W), as convolutions put them out."""

    def to_map(self, state: Tensor) -> Tensor:
        """The state itself."""
        return state

    def from_map(self, hidden: Tensor) -> Tensor:
        """The maps themselves."""
        return hidden


@dataclass(frozen=True, slots=True)
class ChannelsLast:
    """Feature maps with their channels last, (B, H, W, D)."""

    def to_map(self, state: Tensor) -> Tensor:
        """(B, D, H, W) of (B, H, W, D)."""
        return state.permute(0, 3, 1, 2)

    def from_map(self, hidden: Tensor) -> Tensor:
        """(B, H, W, D) of (B, D, H, W)."""
        return hidden.permute(0, 2, 3, 1).contiguous()


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors (B, F), which are maps of one pixel."""

    def to_map(self, state: Tensor) -> Tensor:
        """(B, F, 1, 1) of (B, F)."""
        return state[:, :, None, None]

    def from_map(self, hidden: Tensor) -> Tensor:
        """(B, F) of (B, F, 1, 1)."""
        return hidden.flatten(1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens (B, N, D): a grid of them, after `prefixes` others, such as the class token, that belong to no place.

    The map has the others in rows of their own above the grid, filled up with zeros.
    """

    prefixes: int
    height: int
    width: int

    @property
    def _rows(self) -> int:
        return -(-self.prefixes // self.width)

    def to_map(self, state: Tensor) -> Tensor:
        """(B, D, R + H, W) of (B, P + H W, D), with R rows for the P others."""
        missing = self._rows * self.width - self.prefixes
        first, grid = state[:, : self.prefixes], state[:, self.prefixes :]
        maps = pad(first.transpose(1, 2), (0, missing)), grid.transpose(1, 2)
        above, below = (tokens.unflatten(2, (-1, self.width)) for tokens in maps)
        return torch.cat([above, below], dim=2) if self._rows else below

    def from_map(self, hidden: Tensor) -> Tensor:
        """(B, P + H W, D) of (B, D, R + H, W)."""
        tokens = hidden.flatten(2).transpose(1, 2)
        if not self._rows:
            return tokens.contiguous()
        first, grid = tokens[:, : self.prefixes], tokens[:, self._rows * self.width :]
        return torch.cat([first, grid], dim=1)


def form_of(state: Tensor, size: tuple[int, int], prefixes: int | None) -> Form | None:
    """The form of a state by its shape; None for one that is none of them.

    Args:
        state: what a stage puts out.
        size: (H, W) of the images as the network takes them.
        prefixes: number of tokens before the grid; None if the network does not say.
    """
    shape = tuple(state.shape)
    match len(shape):
        case 2:
            return Vectors()
        case 3:
            return _tokens(shape[1], size, prefixes)
        case 4 if _proportional(shape[1:3], size) and not _proportional(shape[2:4], size):
            return ChannelsLast()
        case 4:
            return Maps()
    return None


def _tokens(n: int, size: tuple[int, int], prefixes: int | None) -> Tokens:
    """The grid that has the proportions of the image, after as few other tokens as can be; else a single column."""
    height, width = size
    told = () if prefixes is None else (prefixes,)
    # A class token may come after this stage, whatever the network says.
    for before in (*told, *range(MAX_PREFIXES + 1)):
        rows = round(((n - before) * height / width) ** 0.5) if n > before else 0
        if rows and (n - before) % rows == 0 and _proportional((rows, (n - before) // rows), size):
            return Tokens(before, rows, (n - before) // rows)
    return Tokens(0, n, 1)


def _proportional(sides: tuple[int, ...], size: tuple[int, int]) -> bool:
    """Whether (H', W') is what some stride leaves of (H, W), rounded up or down."""
    return any(
        all(side in (whole // stride, -(-whole // stride)) for side, whole in zip(sides, size, strict=True))
        for stride in range(1, max(size) + 1)
    )
