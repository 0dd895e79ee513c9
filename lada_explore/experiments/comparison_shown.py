"""The tables of a comparison as people read them, in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lada_explore.analysis.paired_cycles import AskedInCycle, TauOfCycle
from lada_explore.exchange.report import text_table
from lada_explore.experiments.compared import AccuracyRow, Compared
from lada_explore.experiments.paired import At
from lada_explore.experiments.printed import half_up, interval_text, p_text
from lada_explore.experiments.statistics import few_seeds
from lada_explore.records import class_name

MAX_CLASSES = 20
"""Classes that are listed; those with the most images first where there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table.

    Attributes:
        title: what it shows.
        columns: the texts of each column by its name, from top to bottom.
    """

    title: str
    columns: Mapping[str, Sequence[str]]

    def text(self, width: int) -> str:
        """The columns for a terminal of this width."""
        return text_table(self.columns, width)


def shown_tables(one: Compared, class_names: Sequence[str]) -> Iterator[ShownTable]:
    """Accuracy, what was asked by cycle, its classes, and tau*; those with a line only."""
    for table in (_accuracy(one), _overall(one), _asked(one), _classes(one, class_names), _tau(one)):
        if any(table.columns.values()):
            yield table


def _accuracy(one: Compared) -> ShownTable:
    a, b = one.first.letter, one.second.letter
    rows = one.accuracy
    several = len(one.pairs) > 1
    columns: dict[str, list[str]] = {
        "labels": [_place(row) for row in rows],
        **({"runs": [str(row.n_runs) for row in rows]} if several else {}),
        f"{a} %": [_points(row.first) for row in rows],
        f"{b} %": [_points(row.second) for row in rows],
    }
    if one.same_test:
        columns |= {
            f"{b} - {a}": [_signed(row.difference) for row in rows],
            "95 % interval": [
                "-" if row.lower is None or row.upper is None else interval_text(row.lower, row.upper) for row in rows
            ],
        }
        if not several:
            columns["p"] = ["-" if row.p is None else p_text(row.p) for row in rows]
        columns |= {
            "differ %": [_points(row.differ) for row in rows],
            f"only {a} %": [_points(row.only_first) for row in rows],
            f"only {b} %": [_points(row.only_second) for row in rows],
        }
    columns = {name: texts for name, texts in columns.items() if set(texts) != {"-"}}
    said = [
        "Test accuracy by number of labels" if one.same_test else "Accuracy by number of labels",
        "the difference in points" if one.same_test else "",
        "differ: test images for which the predictions differ" if "differ %" in columns else "",
        "only: those that one alone classified correctly" if f"only {a} %" in columns else "",
        "same: every prediction is the same, so there is no interval"
        if any(row.same and not row.shared for row in rows)
        else "",
    ]
    return ShownTable(title=f"{'; '.join(filter(None, said))}.", columns=columns)


def _place(row: AccuracyRow) -> str:
    if isinstance(row.at, At):
        return "mean"
    if row.shared:
        return f"{row.at} (shared)"
    return f"{row.at} (same)" if row.same else f"{row.at}"


def _overall(one: Compared) -> ShownTable:
    found = [] if one.overall is None else [one.overall]
    return ShownTable(
        title="Mean accuracy over all cycles, in points, by resampling seeds and test images; p (Holm) is corrected "
        "for all sides that are compared." + "".join(few_seeds(row.seeds) for row in found),
        columns={
            "seeds": [str(row.seeds) for row in found],
            f"{one.second.letter} - {one.first.letter}": [_signed(row.difference) for row in found],
            "95 % interval": [interval_text(row.lower, row.upper) for row in found],
            "p": [p_text(row.p) for row in found],
            "p (Holm)": [p_text(row.p_holm) for row in found],
        },
    )


def _asked(one: Compared) -> ShownTable:
    """What both labelled by cycle, from the last shared one on; means over the runs where they are several."""
    a, b = one.first.letter, one.second.letter
    by_cycle: dict[int, list[AskedInCycle]] = {}
    for pair in one.pairs:
        for asked in pair.asked:
            if asked.cycle >= pair.shared:
                by_cycle.setdefault(asked.cycle, []).append(asked)
    shared = max((pair.shared for pair in one.pairs), default=-1)
    rows = [by_cycle[cycle] for cycle in sorted(by_cycle)]

    def column(value: Callable[[AskedInCycle], float | None], places: int = 0) -> list[str]:
        return [_mean([value(asked) for asked in row], places if len(row) == 1 else max(places, 1)) for row in rows]

    return ShownTable(
        title="Images labelled by cycle; overlap: those of both by those of either"
        + (", means over the runs." if len(one.pairs) > 1 else "."),
        columns={
            "cycle": [f"{cycle} (shared)" if cycle <= shared else f"{cycle}" for cycle in sorted(by_cycle)],
            "both": column(lambda asked: len(asked.both)),
            f"only {a}": column(lambda asked: len(asked.only_a)),
            f"only {b}": column(lambda asked: len(asked.only_b)),
            "overlap": column(lambda asked: asked.overlap, 2),
            "candidates of both": column(lambda asked: asked.candidates),
            "overlap so far": column(lambda asked: asked.overlap_so_far, 2),
        },
    )


def _classes(one: Compared, class_names: Sequence[str]) -> ShownTable:
    a, b = one.first.letter, one.second.letter
    counts: dict[int, list[int]] = {}
    for pair in one.pairs:
        for asked in pair.asked:
            if asked.cycle <= max(pair.shared, 0):
                continue
            mine, theirs = pair.labels_of(asked.cycle)
            of = [mine.values(), theirs.values()]
            of_one = [[mine[i] for i in asked.only_a], [theirs[i] for i in asked.only_b]]
            for place, labels in enumerate((*of, *of_one)):
                for label in labels:
                    counts.setdefault(label, [0, 0, 0, 0])[place] += 1
    most = sorted(counts, key=lambda label: (-sum(counts[label][:2]), label))[:MAX_CLASSES]
    labels = sorted(most)
    more = f", the {MAX_CLASSES} with the most of {len(counts):,}" if len(counts) > MAX_CLASSES else ""
    names = ("class", a, b, f"only {a}", f"only {b}")
    values = [[class_name(label, class_names), *map(str, counts[label])] for label in labels]
    begins = 1 + max(0, *(pair.shared for pair in one.pairs))
    return ShownTable(
        title=f"Classes of the images labelled from cycle {begins} on{more}; only: not labelled by the other in that "
        "cycle.",
        columns={name: [line[place] for line in values] for place, name in enumerate(names)},
    )


def _tau(one: Compared) -> ShownTable:
    sides: tuple[dict[int, list[TauOfCycle]], ...] = ({}, {})
    cycles = set[int]()
    for pair in one.pairs:
        for cycle, both in pair.tau.items():
            for side, tau in zip(sides, both, strict=True):
                if cycle > pair.shared and tau is not None:
                    side.setdefault(cycle, []).append(tau)
                    cycles.add(cycle)
    columns = {"cycle": [str(cycle) for cycle in sorted(cycles)]}
    for side, letter in zip(sides, (one.first.letter, one.second.letter), strict=True):
        there = [side.get(cycle, []) for cycle in sorted(cycles)]
        columns[f"tau* {letter}"] = [_mean([tau.mean for tau in row], 3) for row in there]
        columns[f"quartiles {letter}"] = [
            f"{_mean([tau.q1 for tau in row], 3)} to {_mean([tau.q3 for tau in row], 3)}" if row else "-"
            for row in there
        ]
    return ShownTable(
        title="tau* over the candidate pairs: mean and quartiles"
        + (", means over the runs." if len(one.pairs) > 1 else "."),
        columns=columns,
    )


def _mean(values: Sequence[float | None], places: int) -> str:
    known = [value for value in values if value is not None]
    return str(half_up(sum(known) / len(known), places)) if known else "-"


def _points(share: float | None) -> str:
    return "-" if share is None else str(half_up(100 * share, 2))


def _signed(share: float | None) -> str:
    return "-" if share is None else f"{half_up(100 * share, 2):+}"
