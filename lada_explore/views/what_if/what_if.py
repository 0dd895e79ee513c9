"""What the same classifier would have queried by another rule, compared with what it queried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import traitlets

from lada_explore.analysis import (
    Choice,
    Counterfactual,
    Rule,
    counts_values,
    draws_note,
    image_rules_for,
    known_of,
    pairs_at,
    predicted_of,
    rule_kind_named,
    rules_for,
    sampled_values,
    starting_rule,
    what_if,
)
from lada_explore.analysis.pairs import SINGLE_IMAGES
from lada_explore.errors import ConfigError
from lada_explore.records import DRAW_UNIT, CycleRecords, IntArray, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.record_view import RecordView
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.text import known_name
from lada_explore.views.score_ledger.score_ledger import thumbnails

MAX_SWAPPED = 60
"""Images drawn on either side; the number beside them counts all."""

MIN_SHOWN = 0.01
"""Smallest difference between two means that is printed."""

TAU_SLIDER_END = 5.0
"""Least upper end of the slider of a fixed tau."""

NO_OTHER = " No rule that is offered here would have asked about other images in this cycle."
"""Said at the start of the view, which looks for one that would."""

CAPTION = (
    "The classifier, the candidates and their pairs are those of the cycle; only the rule of choice differs. No label "
    "is asked and nothing is trained, so this shows what would be asked about, not how much would be learned from it."
)

SAMPLED = (
    " The score of this cycle counted V as a mean over random draws of λ. The rules here take the exact integral, "
    "and V(τ) in the table is exact on both sides, so it is not quite the mean of V(τ*) in the ledger."
)
ADDS_V = " The rules that look ahead add V, which this method does not count."

OF_IMAGES = (
    "The classifier and the candidates are those of the cycle; only the rule of choice differs: another measure of "
    "what the classifier predicts for each image, or a random draw. No label is asked and nothing is trained, so this "
    "shows what would be asked about, not how much would be learned from it."
)
DRAWN_IMAGES = " The scores of this method are uniform draws, which say nothing of the images."


class WhatIf(RecordView):
    """The query of a cycle against that of another rule: overlap, swapped images, difference in score.

    Pairs are compared with other ways to rank them, single images with other acquisitions of the recorded predictions.
    A click on a swapped image marks it in every view.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        rule: what to compare with first. When None, the first that is offered and chooses another query in the cycle
            that is shown first; it then stays, whatever the cycle.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("what_if")
    _css = style_of("what_if")
    stages: ClassVar[tuple[Stage, ...]] = (Stage.SELECT,)
    marked = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, session: Any, selection: Selection | None = None, *, rule: Rule | None = None) -> None:
        self._rule = rule
        super().__init__(session, selection)

    def choose(self, rule: Rule) -> None:
        """Compare with this rule."""
        self._rule = rule
        self.redraw()

    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection."""
        state = what_if_view_state(
            history, self._source.class_names, selected.cycle, self._rule, self._source.config.policy.tau_max
        )
        if self._rule is None and state.get("kept") != state.get("total"):
            self._rule = Rule(**state["rule"])
        return state

    def handle(self, content: Mapping[str, Any]) -> None:
        """A rule, or an image that is to be marked.

        {"type": "rule", "kind": text of a RuleKind, "tau": number, "seed": text of the number box} or {"type": "image",
        "id": ...}.
        """
        match content.get("type"):
            case "rule":
                self.choose(rule_asked(content))
            case "image":
                self.selection.mark([int(content["id"])])

    def _redraw(self) -> None:
        self.marked = list(self.selection.selected.ids)
        super()._redraw()


def rule_asked(content: Mapping[str, Any]) -> Rule:
    """The rule of a message. Raises ConfigError for a rule, tau or seed that cannot be."""
    text = str(content.get("seed", 0)).strip()
    if not text.removeprefix("-").isdecimal():
        raise ConfigError(f"{text!r} is no seed; type a whole number, 0 or more")
    return Rule(kind=rule_kind_named(str(content.get("kind"))), tau=float(content.get("tau", 2.0)), seed=int(text))


def what_if_view_state(
    history: Sequence[CycleRecords], class_names: Sequence[str], cycle: int | None, rule: Rule | None, tau_max: float
) -> dict[str, Any]:
    """The state of the view, or a sentence on why there is none.

    Args:
        history: records of a run.
        class_names: by label.
        cycle: which; None for the latest that chose its query.
        rule: what to compare with; the first that is offered where this one is not, and `starting_rule` if None.
        tau_max: upper end of the range of a learned tau.
    """
    records, reason = _cycle_of(history, cycle)
    if records is None:
        return {"message": reason}
    of_pairs = records.select is not None and records.select.rule.of_pairs
    offered = rules_for(records.look_ahead) if of_pairs and records.look_ahead else image_rules_for(records)
    starts = rule is None
    if rule is None:
        rule = starting_rule(records)
    if rule.kind not in offered:
        rule = replace(rule, kind=next(iter(offered)))
    found = what_if(records, rule)
    return {
        "message": "",
        "title": f"Cycle {records.cycle}: what would another rule ask about?",
        "caption": f"{CAPTION}{_on_the_score(records, found.unit)}" if of_pairs else _of_images(found.unit),
        "rules": [{"kind": kind, "text": known.text, "takes": known.takes} for kind, known in offered.items()],
        "rule": {"kind": rule.kind, "tau": rule.tau, "seed": rule.seed},
        "tau_end": max(TAU_SLIDER_END, tau_max, rule.tau),
        "kept": len(found.kept_ids),
        "total": len(found.real.ids),
        "headline": _headline(found) + (NO_OTHER if starts and not len(found.leaving_ids) else ""),
        "leaving": _swapped(records, found.leaving_ids, class_names),
        "entering": _swapped(records, found.entering_ids, class_names),
        "numbers": _numbers(found),
    }


def _on_the_score(records: CycleRecords, unit: str) -> str:
    """How the rules differ from the score of a cycle of pairs, and whether that says anything of the images."""
    if unit == DRAW_UNIT:
        return draws_note(unit, "the scores and V(τ) in the table")
    if not counts_values(records):
        return ADDS_V
    return SAMPLED if sampled_values(records) else ""


def _cycle_of(history: Sequence[CycleRecords], cycle: int | None) -> tuple[CycleRecords | None, str]:
    """The cycle whose query is compared and an empty text, or None and a sentence on why there is none."""
    rules = [entry.select.rule for entry in history if entry.select is not None]
    single = any(rule in SINGLE_IMAGES for rule in rules)
    chosen = [
        entry
        for entry in history
        if entry.select is not None and (entry.select.rule in SINGLE_IMAGES or entry.select.rule.of_pairs)
    ]
    if single and cycle is None:
        return chosen[-1], ""
    if single and cycle == 0:
        return None, "The start (cycle 0) draws its images at random, before there is a classifier; go to cycle 1."
    if single:
        found = next((entry for entry in chosen if entry.cycle == cycle), None)
        return found, "" if found else f"Cycle {cycle} has not chosen its query yet."
    records, reason = pairs_at(chosen if cycle is None and chosen else history, cycle)
    if records is not None and records.select is None:
        return None, f"Cycle {records.cycle} has not chosen its query yet."
    return records, reason


def _of_images(unit: str) -> str:
    return f"{OF_IMAGES}{DRAWN_IMAGES if unit == DRAW_UNIT else ''}"


def _headline(found: Counterfactual) -> str:
    kept, total = len(found.kept_ids), len(found.real.ids)
    if kept == total:
        return f"All {total:,} images are the same."
    return f"{kept:,} of {total:,} images are the same; {total - kept:,} would be swapped."


def _swapped(records: CycleRecords, ids: IntArray, class_names: Sequence[str]) -> dict[str, Any]:
    shown = ids[:MAX_SWAPPED].tolist()
    urls = thumbnails(records, shown)
    known, guessed = known_of(records, shown), predicted_of(records, shown)
    return {
        "count": len(ids),
        "images": [
            {
                "id": i,
                "url": urls[str(i)],
                "known": known_name(label, class_names),
                "guess": known_name(guess, class_names),
            }
            for i, label, guess in zip(shown, known, guessed, strict=True)
        ],
    }


def _numbers(found: Counterfactual) -> list[list[str]]:
    """Rows of the table: what, of the query, of the other rule, difference."""
    real, other = found.real, found.other
    rows = [["own score of the images", *_compared(real.own, other.own, found.unit)]]
    if real.expected is None:
        return rows
    what = "V(τ) of the pairs"
    if other.expected is None:
        rows.append([what, _amount(real), _amount(other), ""])
    else:
        rows.append([what, *_compared(real.expected, other.expected, found.unit)])
    return rows


def _amount(choice: Choice) -> str:
    return "none" if choice.expected is None else f"{choice.expected:.2f}"


def _compared(real: float, other: float, unit: str) -> list[str]:
    difference = f"{other - real:+.2f}".replace("-", "\N{MINUS SIGN}")
    if abs(other - real) < MIN_SHOWN:
        difference = f"less than {MIN_SHOWN}"
    return [f"{real:.2f}", f"{other:.2f}", f"{difference} {unit}"]
