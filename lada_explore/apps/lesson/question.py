"""One question of a lesson page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CLEAR = 0.02
"""Least difference, in bits or in tau, between the right answer and a wrong one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonQuestion:
    """One question, with the page's reply to each answer.

    Attributes:
        text: the question.
        choices: the answers.
        answer: the right one.
        why: reply to the right answer.
        hints: reply to each wrong answer, by the answer.
        figures: images above the choices: a caption and one or two image ids each.
        cycle: the cycle that shows the answer.
        pair: the pair that shows it; None without one.
        view: the part of the page that shows it: "map", "queries", "tau" or "accuracy".
    """

    text: str
    choices: tuple[str, ...]
    answer: str
    why: str
    hints: Mapping[str, str]
    cycle: int
    view: str
    pair: tuple[int, int] | None = None
    figures: tuple[tuple[str, tuple[int, ...]], ...] = field(default=())
