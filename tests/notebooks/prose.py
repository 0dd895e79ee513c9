"""Numbers in words: every number of a text has to be claimed, by a value of the record or by a reason.

Numerals only. "One pair in seven" is looked at where a test states that sentence, and nowhere else.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from lada_explore import open_run
from lada_explore.analysis.tau_dynamics import TauDynamics, tau_dynamics

ROOT = Path(__file__).resolve().parents[2]

MINUS = "\N{MINUS SIGN}"

NUMBER = re.compile(r"(?<![\w.])[-+\N{MINUS SIGN}]?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?(?!\w)")

KINDS: Mapping[str, re.Pattern[str]] = {
    "code, which the reader types": re.compile(r"```.*?```|`[^`]*`"),
    "the number of an exercise": re.compile(r"(?<!\w)\d\. \*\*|\*\*\d\.\*\*"),
    "a place in a publication": re.compile(
        r"(?:section|supplement|Equations?|Tables?|Figure) [A-E]?\.?\d+(?:\.\d+)?(?:(?:,| to| and) \d+)*"
    ),
    "another lesson": re.compile(r"[Ll]essons? \d\d(?:(?:,| to| and) \d\d)*"),
    "the year of a publication": re.compile(r"(?:NeurIPS|ICLR|ICML|JAIR|Machine Learning) (?:19|20)\d\d"),
    "which cycle is meant": re.compile(r"[Cc]ycles? \d\d?(?:(?:, \d\d?)* (?:to|and) \d\d?(?!\d|\.\d| ?%))?"),
}
"""What is no statement about a run, by the reason."""

FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$")
MEASURED = re.compile(r"(?<!frac)\d{2}|\d\.\d")
"""In a formula: more than a constant below ten."""


class Prose:
    """A text whose numbers are claimed one sentence after the other.

    Args:
        text: in one line, words a space apart.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._claimed = [found.span() for kind in KINDS.values() for found in kind.finditer(text)]
        self._claimed += [found.span() for found in FORMULA.finditer(text) if not MEASURED.search(found[0])]

    def says(self, sentence: str) -> None:
        """The text has these words, and their numbers are right: the test made them of the record."""
        assert sentence in self.text, f"the text does not say {sentence!r}"
        at = self.text.find(sentence)
        while at >= 0:
            self._claimed.append((at, at + len(sentence)))
            at = self.text.find(sentence, at + 1)

    def needs_no_record(self, reasons: Mapping[str, Iterable[str]]) -> None:
        """The text has these words, and for the reason they stand under no record could contradict them."""
        for phrases in reasons.values():
            for phrase in phrases:
                assert re.search(r"[A-Za-zτ%$]", phrase), f"{phrase!r} is a bare number, which could stand anywhere"
                self.says(phrase)

    def unclaimed(self) -> list[str]:
        """Every number that nothing speaks for, with the words around it."""
        return [
            self.text[max(0, found.start() - 40) : found.end() + 40]
            for found in NUMBER.finditer(self.text)
            if not any(start <= found.start() and found.end() <= end for start, end in self._claimed)
        ]


@cache
def words_of(name: str) -> str:
    """What a notebook says in one line: its texts, and what its questions ask, answer and explain."""
    # Not by nbformat, which takes a second to load.
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    parts = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
        elif "Question(" in source:
            parts += _words_of_question(source)
    return " ".join(" ".join(part.split()) for part in parts)


def _words_of_question(source: str) -> list[str]:
    """The strings of a `Question(...)` in order, and its answer where that is a number."""
    (call,) = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Question"
    ]
    found = []
    said = [keyword.value for keyword in call.keywords if keyword.arg != "reveals"]
    for part in [*call.args, *said]:
        found += [node for node in ast.walk(part) if isinstance(node, ast.Constant)]
    strings = [node.value for node in found if isinstance(node.value, str)]
    numbers = [k.value.value for k in call.keywords if k.arg == "answer" and isinstance(k.value, ast.Constant)]
    return [*strings, *(f"(answer: {number:g})" for number in numbers if isinstance(number, (int, float)))]


@cache
def recorded(name: str):
    """A run in data/runs; read once, for nobody changes it."""
    return open_run(ROOT / "data" / "runs" / name)


def history_of(name: str):
    """The records of a run in data/runs."""
    return recorded(name).history


@cache
def dynamics_of(name: str) -> TauDynamics:
    """How tau* moved in a run in data/runs/tau."""
    return tau_dynamics(history_of(f"tau/{name}"))


def accuracies(name: str) -> list[float]:
    """Test accuracy by cycle of a run in data/runs/tau, in per cent."""
    return [100 * records.evaluate.accuracy for records in history_of(f"tau/{name}")]
