"""A question to a student: predict, answer, and only then see the result."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets
from IPython.core.formatters import DisplayFormatter

from lada_explore.errors import ConfigError
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.state_view import StateView

NUMBER = re.compile(r"([+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*)")
"""A number, its decimals behind a point or a comma, and what follows it."""

TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}(?:[eE].*)?")
"""A comma that may stand before decimals or between thousands."""

AGAIN = "Think again, or have the answer shown."
LOOK = "Look at the result below and think again."
WAITING = "The result is shown below after your answer."

OTHER_NAMES = {"%": ("per cent", "percent"), "bits": ("bit",)}
"""Other ways to write a unit, by the unit."""


class Question(StateView):
    """A question with choices, or for a number; the answer is checked and explained.

    The right answer stays in the kernel until the student has answered, so that it cannot be read from the page; so
    does what it `reveals`, which appears below it after an answer, right or wrong, or for somebody who asks to be shown
    it. "Run all" therefore tells nothing beforehand.

    Args:
        text: the question, plain text.
        choices: answers to choose from; empty asks for a number.
        answer: the right choice, as it is written in `choices`, or the right number.
        tolerance: how far a number may be off.
        why: explanation shown with the right answer.
        hints: hint shown after a wrong choice, by the choice.
        unit: unit of the number.
        reveals: what the question is about: a view, any other value, a list of these, or a function without arguments
            that returns one of them and is called when it is to be seen. None for a question without a result of its
            own.

    Attributes:
        state: what the page shows: the question, and the verdict after an answer.
        revealed: where `reveals` appears; displayed below the question, empty until then.

    Raises:
        ConfigError: `answer` is not among the choices, or is no number; or a hint belongs to no choice.
    """

    _esm = module_of("question")
    _css = style_of("question")

    def __init__(
        self,
        text: str,
        choices: Sequence[str] = (),
        answer: str | float = "",
        *,
        tolerance: float = 0.0,
        why: str = "",
        hints: Mapping[str, str] | None = None,
        unit: str = "",
        reveals: Any = None,
    ) -> None:
        self._reveals = reveals
        self.revealed = Panel([])
        self._choices = tuple(choices)
        self._answer, self._tolerance = answer, tolerance
        self._why = why
        self._hints = dict(hints or {})
        if self._choices and answer not in self._choices:
            raise ConfigError(f"the answer {answer!r} is none of the choices {', '.join(self._choices)}")
        if unknown := [choice for choice in self._hints if choice not in self._choices]:
            raise ConfigError(f"the hint for {unknown[0]!r} fits none of the choices {', '.join(self._choices)}")
        if not self._choices and not (isinstance(answer, (int, float)) and math.isfinite(answer) and tolerance >= 0):
            raise ConfigError(f"the answer {answer!r} is no number; give one, or choices")
        super().__init__(
            {
                "text": text,
                "choices": list(self._choices),
                "unit": unit,
                "verdict": "",
                "says": "",
                "why": "",
                "tries": 0,
                "waiting": "" if reveals is None else WAITING,
            }
        )

    def _ipython_display_(self, **kwargs: Any) -> None:
        super()._ipython_display_(**kwargs)
        if self._reveals is not None and self.comm is not None:
            self.revealed._ipython_display_()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Check an answer, or show the right one."""
        if content.get("type") == "answer":
            self.check(content["given"])
        elif content.get("type") == "reveal" and (self.state["tries"] or self.state["waiting"]):
            self.reveal()

    @property
    def verdict(self) -> str:
        """Verdict on the last answer: "right", "wrong", "shown" after giving up, or "" before the first answer."""
        verdict: str = self.state["verdict"]
        return verdict

    def check(self, given: str | float) -> str:
        """Take an answer and show whether it is right; returns the verdict.

        Args:
            given: a choice, or a number as such or as text; see `number_in`.

        Raises:
            ConfigError: `given` is not among the choices, or is no number, or one with two readings.
        """
        right = self._is_right(given)
        self._show(
            verdict="right" if right else "wrong",
            says="Right."
            if right
            else f"Not so. {self._hints.get(str(given), AGAIN if self._reveals is None else LOOK)}",
            why=self._why if right else "",
            tries=self.state["tries"] + 1,
        )
        self._show_result()
        return self.verdict

    def reveal(self) -> None:
        """Show the answer to somebody who gave up."""
        shown = self._answer if self._choices else self._in_words()
        self._show(verdict="shown", says=f"The answer is: {shown}", why=self._why)
        self._show_result()

    def close(self) -> None:
        """Take the question off every page, and what it has revealed."""
        self.revealed.close()
        super().close()

    def _show_result(self) -> None:
        """Show what the question is about below it, once."""
        if not self.state["waiting"]:
            return
        made = self._reveals() if callable(self._reveals) else self._reveals
        shown = made if isinstance(made, list) else [made]
        self.revealed.children = tuple(
            part if isinstance(part, ipywidgets.DOMWidget) else displayed(part) for part in shown
        )
        self._show(waiting="")

    def _is_right(self, given: str | float) -> bool:
        if self._choices:
            if given not in self._choices:
                raise ConfigError(f"{given!r} is none of the choices; choose one of them")
            return given == self._answer
        number = number_in(str(given), self.state["unit"])
        # A rounding of the typed number in binary must not make 0.3 + 0.1 wrong at a tolerance of 0.1.
        return abs(number - float(self._answer)) <= self._tolerance + 1e-9

    def _in_words(self) -> str:
        unit = f" {self.state['unit']}" if self.state["unit"] else ""
        within = f", give or take {self._tolerance:g}" if self._tolerance else ""
        return f"{float(self._answer):g}{unit}{within}"

    def _show(self, **changes: Any) -> None:
        self._change(**{"error": "", **changes})

    def _show_error(self, sentence: str) -> None:
        """Show why an answer could not be checked, and remove the reply to an earlier one, which would be misread."""
        self._show(error=sentence, verdict="", says="", why="")


def displayed(value: object) -> ipywidgets.HTML:
    """A value as a notebook displays it, as a widget.

    It is no `Output` widget: with one of these that a message of the page has made, ipywidgets 8.1 finds no widget of
    the notebook any more when the page is reloaded.
    """
    data, _ = DisplayFormatter().format(value, include=("text/html", "text/plain"))  # type: ignore[no-untyped-call]
    return ipywidgets.HTML(data.get("text/html") or f"<pre>{html.escape(data['text/plain'])}</pre>")


def number_in(text: str, unit: str = "") -> float:
    """The number that a person typed, with or without its unit behind it: "0.7", "0,7", "70 %", "0.7 bits".

    Decimals stand behind a point or a comma. A comma that may as well stand between thousands is not guessed at.

    Args:
        text: what was typed.
        unit: of the number; "" where it has none.

    Raises:
        ConfigError: no finite number, one with two readings, or one in another unit.
    """
    typed = text.strip().replace("\N{MINUS SIGN}", "-")
    found = NUMBER.fullmatch(typed)
    value = math.nan if found is None else float(found[1].replace(",", "."))
    if found is None or not math.isfinite(value) or found[2][:1].isdigit() or found[2][:1] in (".", ","):
        raise ConfigError(f"{text!r} is no number; type one such as 0.5")
    if TWO_READINGS.fullmatch(found[1]):
        whole, decimals = found[1].split(",")
        raise ConfigError(
            f"{text!r} may mean {whole}.{decimals} or {whole}{decimals}; type a point before decimals, and nothing "
            "between thousands"
        )
    written = found[2].casefold()
    if written and written not in (unit.casefold(), *OTHER_NAMES.get(unit, ())):
        wanted = f"the answer is in {unit}" if unit else "the answer has no unit"
        raise ConfigError(f"{text!r} has {found[2]!r} behind the number, but {wanted}; type the number alone")
    return value
