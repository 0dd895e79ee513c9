"""Oracles: the ground truth, a noisy oracle, and a person."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from torch import Tensor

from lada_explore.errors import ConfigError, OracleError
from lada_explore.records import IntArray, OracleName


class Oracle(Protocol):
    """Answers those queried images that it can answer at once; the session waits for the others.

    One that leaves its images to a person declares so in an attribute `asks_a_person = True`; see `asks_a_person`.
    """

    @property
    def name(self) -> str:
        """Name of the oracle, which the journal records as annotator."""

    def answer(self, ids: IntArray, cycle: int) -> dict[int, int]:
        """Labels by id, for any subset of the queried `ids` (B,) of this cycle.

        It may take any time. What it returns after its session was closed is dropped; the session does not wait for it.
        """


class GroundTruth:
    """Answers at once with the targets of the data set.

    Args:
        targets: (N,) class indices, or None.

    Raises:
        OracleError: the data set has no targets.
    """

    name = OracleName.GROUND_TRUTH.value

    def __init__(self, targets: Tensor | None) -> None:
        if targets is None:
            raise OracleError("these images have no labels of their own; answer by yourself with --oracle person")
        self._targets = targets

    def answer(self, ids: IntArray, cycle: int) -> dict[int, int]:
        """The target of each id."""
        return {int(i): int(self._targets[int(i)]) for i in ids}


class NoisyOracle:
    """Answers with the targets, except for a share of wrong answers, drawn uniformly from the other classes.

    Which images get a wrong answer, and which class, depends only on the seed and the id.

    Args:
        targets: (N,) class indices, or None.
        rate: probability of a wrong answer, in [0, 1].
        seed: seed of the run.
        n_classes: C, at least 2.
        cycles: first and last cycle with wrong answers; None for all cycles.

    Raises:
        OracleError: the data set has no targets, or the rate or the cycles are out of range.
    """

    prefix = "noisy:"

    def __init__(
        self,
        targets: Tensor | None,
        rate: float,
        seed: int,
        *,
        n_classes: int,
        cycles: tuple[int, int] | None = None,
    ) -> None:
        if not 0 <= rate <= 1:
            raise OracleError(f"the rate of wrong answers is {rate:g}; it must be from 0 to 1, try noisy:0.1")
        if cycles is not None and not 0 <= cycles[0] <= cycles[1]:
            raise OracleError(
                f"no cycle lies from {cycles[0]} to {cycles[1]}; write the first cycle first, as in noisy:0.1@3-5"
            )
        self._truth = GroundTruth(targets)
        self._rate, self._seed, self._n_classes, self._cycles = rate, seed, n_classes, cycles

    @property
    def name(self) -> str:
        """Name from which `named` makes the same oracle: "noisy:0.1" or "noisy:0.1@3-5"."""
        return f"{self.prefix}{self._rate:g}" + (
            "" if self._cycles is None else f"@{self._cycles[0]}-{self._cycles[1]}"
        )

    @classmethod
    def named(cls, name: str, targets: Tensor | None, seed: int, *, n_classes: int) -> NoisyOracle:
        """Make an oracle from a name "noisy:RATE", "noisy:RATE@CYCLE" or "noisy:RATE@FIRST-LAST".

        Raises:
            OracleError: the name has another form, or its numbers are out of range.
        """
        found = re.fullmatch(cls.prefix + r"(\d*\.?\d+(?:e-\d+)?)(?:@(\d+)(?:-(\d+))?)?", name)
        if found is None:
            raise OracleError(f"oracle {name!r} cannot be read; write noisy:0.1, or noisy:0.1@3-5 for cycles 3 to 5")
        rate, first, last = found.groups()
        cycles = None if first is None else (int(first), int(last or first))
        return cls(targets, float(rate), seed, n_classes=n_classes, cycles=cycles)

    def answer(self, ids: IntArray, cycle: int) -> dict[int, int]:
        """A label for each id."""
        true = self._truth.answer(ids, cycle)
        if self._cycles is not None and not self._cycles[0] <= cycle <= self._cycles[1]:
            return true
        return {image_id: self._noisy(image_id, label) for image_id, label in true.items()}

    def _noisy(self, image_id: int, label: int) -> int:
        rng = np.random.default_rng([self._seed, image_id])
        if rng.random() >= self._rate:
            return label
        return (label + int(rng.integers(1, self._n_classes))) % self._n_classes


class Person:
    """Stands for a person: answers nothing itself, so that the session waits for `Session.submit`."""

    name = OracleName.PERSON.value
    asks_a_person = True

    def answer(self, ids: IntArray, cycle: int) -> dict[int, int]:
        """No answers."""
        return {}


def asks_a_person(oracle: Oracle) -> bool:
    """Whether what an oracle leaves open waits for a person, who may also answer ahead of a query.

    Otherwise the oracle itself is waited for, and asked again with the next command to run.
    """
    return getattr(oracle, "asks_a_person", False) is True


_BY_NAME: Mapping[str, Callable[[Tensor | None], Oracle]] = {
    GroundTruth.name: GroundTruth,
    Person.name: lambda targets: Person(),
}


def oracle_named(name: str, targets: Tensor | None, seed: int, *, n_classes: int) -> Oracle:
    """Make an oracle from its name: "ground-truth", "person" or "noisy:RATE"; see `NoisyOracle` for the arguments.

    Raises:
        OracleError: the name is unknown, or the oracle needs targets and the data set has none.
    """
    if name in _BY_NAME:
        return _BY_NAME[name](targets)
    if name.startswith(NoisyOracle.prefix):
        return NoisyOracle.named(name, targets, seed, n_classes=n_classes)
    raise OracleError(
        f"oracle {name!r} is unknown; use {', '.join(_BY_NAME)} or noisy:0.1, or an object of your own in Python"
    )


def check_oracle(oracle: object) -> None:
    """Raises ConfigError for an oracle that is no object with a name and the method `answer`."""
    if isinstance(oracle, type):
        raise ConfigError(f"oracle={oracle.__name__} is a class; pass an object of it, oracle={oracle.__name__}(...)")
    kind = type(oracle).__name__
    if not isinstance(getattr(oracle, "name", None), str):
        raise ConfigError(f"oracle {kind} has no name; give it one, such as name = 'my answers', for the journal")
    if not callable(getattr(oracle, "answer", None)):
        raise ConfigError(f"oracle {kind} has no method answer(ids, cycle) that returns labels by id; add it")


def answers_of(oracle: Oracle, ids: IntArray, cycle: int, n_classes: int) -> dict[int, int]:
    """The answers of an oracle to some of `ids` (B,).

    Raises:
        OracleError: the oracle answered something else than labels by id, or as for `check_answers`.
    """
    answers: object = oracle.answer(ids, cycle)
    if not isinstance(answers, Mapping):
        raise OracleError(
            f"oracle {oracle.name!r} answered {reprlib.repr(answers)}; its method answer(ids, cycle) has to return "
            "labels by id, as {3: 0, 7: 1}, or {} while it knows none"
        )
    check_answers(answers, ids, n_classes)
    return {int(image_id): int(label) for image_id, label in answers.items()}


def check_answers(answers: Mapping[int, int], asked_ids: IntArray, n_classes: int) -> None:
    """Raises OracleError if an id was not asked or a label is not a class index."""
    asked = set(asked_ids.tolist())
    for image_id, label in answers.items():
        if image_id not in asked:
            raise OracleError(f"id {image_id} is not in the open query; it asks for {sorted(asked)}")
        if not isinstance(label, (int, np.integer)):
            raise OracleError(
                f"label {reprlib.repr(label)} for id {image_id} is no whole number; labels are the numbers of the "
                f"classes, from 0 to {n_classes - 1}"
            )
        if not 0 <= label < n_classes:
            raise OracleError(f"label {label} for id {image_id} is no class; labels run from 0 to {n_classes - 1}")
