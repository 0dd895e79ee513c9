"""What `compare` returns: its rows as tables, for a notebook, a terminal and CSV files. Needs no torch."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lada_explore.config.paths import expanded
from lada_explore.exchange.report import Row, percent, to_csv
from lada_explore.experiments.compared import Compared
from lada_explore.experiments.comparison_shown import ShownTable, shown_tables
from lada_explore.experiments.figures import difference_file
from lada_explore.experiments.paired import At
from lada_explore.experiments.sides import Side
from lada_explore.files import OF_EXPORT, encoded, write_folder
from lada_explore.labelling.annotators import html_table
from lada_explore.records import class_name

WHICH = ("run", "against")
"""Columns of every table: the side, and A, with which it is compared."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "accuracy": (
        *(*WHICH, "labels", "summary", "runs", "accuracy_percent", "against_percent"),
        *("difference_points", "lower_points", "upper_points", "interval_over", "p", "test_images"),
        *("differ_percent", "only_run_percent", "only_against_percent"),
    ),
    "overall": (*WHICH, "seeds", "difference_points", "lower_points", "upper_points", "p", "p_holm"),
    "asked": (
        *(*WHICH, "seed", "cycle", "shared", "both", "only_run", "only_against", "overlap", "candidates_of_both"),
        *("both_so_far", "overlap_so_far", "labelled_otherwise"),
    ),
    "images": (*WHICH, "seed", "cycle", "id", "asked_by", "class_in_run", "class_in_against"),
    "classes": (*WHICH, "seed", "cycle", "label", "class", "in_run", "in_against", "only_run", "only_against"),
    "tau": (
        *(*WHICH, "seed", "cycle", "tau_mean", "tau_q1", "tau_q3"),
        *("against_tau_mean", "against_tau_q1", "against_tau_q3"),
    ),
}
"""Columns of each table; shares are in per cent, differences in points, overlaps in [0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Comparison:
    """Runs compared with A; a notebook shows it as tables, and `lada_explore.views.ComparedRuns` with its images.

    Attributes:
        sides: A and the others.
        compared: each other side compared with A.
        class_names: names of the classes by label.
    """

    sides: tuple[Side, ...]
    compared: tuple[Compared, ...]
    class_names: tuple[str, ...]

    @property
    def tables(self) -> dict[str, list[Row]]:
        """Its rows by table, for any library: `pandas.DataFrame(comparison.tables["accuracy"])`.

        "accuracy": one row for each number of labels, then the mean, see `AccuracyRow`; "overall": the difference over
        all cycles of several seeds; "asked": what each labelled, by cycle, see `AskedInCycle`; "images": every labelled
        image; "classes": how many of each class, by the label that each run has of the image; "tau": mean and quartiles
        of tau* over the candidate pairs. `COLUMNS` names their columns.
        """
        makers: dict[str, Callable[[Compared], Iterator[tuple[Any, ...]]]] = {
            "accuracy": _accuracy_rows,
            "overall": _overall_rows,
            "asked": _asked_rows,
            "images": partial(_image_rows, class_names=self.class_names),
            "classes": partial(_class_rows, class_names=self.class_names),
            "tau": _tau_rows,
        }
        return {
            name: [
                dict(zip(COLUMNS[name], (one.second.title, one.first.title, *values), strict=True))
                for one in self.compared
                for values in make(one)
            ]
            for name, make in makers.items()
        }

    def write(self, out: str | Path) -> None:
        """Write each table as a CSV file, and the differences as figures for print (SVG, PDF), into a new folder.

        Raises:
            ConfigError: the folder exists and is not empty, or cannot be written.
        """

        def fill(folder: Path) -> None:
            for name, rows in self.tables.items():
                (folder / f"{name}.csv").write_bytes(encoded(to_csv(rows, COLUMNS[name])))
            for file_format in ("svg", "pdf"):
                if (figure := difference_file(self.compared, file_format, "lada_explore compare")) is not None:
                    (folder / f"difference.{file_format}").write_bytes(figure)

        write_folder(expanded(out), fill, overwrite=False, refusal=OF_EXPORT)

    def shown(self, one: Compared) -> Iterator[ShownTable]:
        """The tables of one of `compared`, as people read them."""
        return shown_tables(one, self.class_names)

    def __repr__(self) -> str:
        sides = "; ".join(side.title for side in self.sides)
        notes = [note for one in self.compared for note in one.notes]
        return "\n".join([f"Comparison({sides})", *notes])

    def _repr_html_(self) -> str:
        parts = []
        for one in self.compared:
            parts.append(f"<p><b>{html.escape(one.first.title)}<br>{html.escape(one.second.title)}</b></p>")
            parts += [f"<p>{html.escape(note)}</p>" for note in one.notes]
            for shown in self.shown(one):
                rows = list(zip(*shown.columns.values(), strict=True))
                parts.append(f"<p>{html.escape(shown.title)}</p>{html_table(list(shown.columns), rows)}")
        return "".join(parts)


def _accuracy_rows(one: Compared) -> Iterator[tuple[Any, ...]]:
    for row in one.accuracy:
        place = (None, row.at.value) if isinstance(row.at, At) else (row.at, None)
        shares = (row.second, row.first, row.difference, row.lower, row.upper)
        agree = (row.differ, row.only_second, row.only_first)
        over = None if row.over is None else row.over.value
        yield (*place, row.n_runs, *map(percent, shares), over, row.p, row.n_test or None, *map(percent, agree))


def _overall_rows(one: Compared) -> Iterator[tuple[Any, ...]]:
    if (found := one.overall) is not None:
        shares = map(percent, (found.difference, found.lower, found.upper))
        yield (found.seeds, *shares, found.p, found.p_holm)


def _asked_rows(one: Compared) -> Iterator[tuple[Any, ...]]:
    for pair in one.pairs:
        for asked in pair.asked:
            counts = (len(asked.both), len(asked.only_b), len(asked.only_a), asked.overlap, asked.candidates)
            so_far = (asked.so_far_both, asked.overlap_so_far, len(asked.otherwise))
            yield (pair.seed, asked.cycle, asked.cycle <= pair.shared, *counts, *so_far)


def _image_rows(one: Compared, class_names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for pair in one.pairs:
        for asked in pair.asked:
            mine, theirs = pair.labels_of(asked.cycle)
            for who, ids in (("both", asked.both), ("run", asked.only_b), ("against", asked.only_a)):
                for i in ids:
                    named = [class_name(of[i], class_names) if i in of else None for of in (theirs, mine)]
                    yield (pair.seed, asked.cycle, i, who, *named)


def _class_rows(one: Compared, class_names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for pair in one.pairs:
        for asked in pair.asked:
            mine, theirs = pair.labels_of(asked.cycle)
            only_a = [mine[i] for i in asked.only_a]
            only_b = [theirs[i] for i in asked.only_b]
            of = (list(theirs.values()), list(mine.values()), only_b, only_a)
            for label, name in enumerate(class_names):
                yield (pair.seed, asked.cycle, label, name, *(labels.count(label) for labels in of))


def _tau_rows(one: Compared) -> Iterator[tuple[Any, ...]]:
    for pair in one.pairs:
        for cycle, (mine, theirs) in sorted(pair.tau.items()):
            values = [(None,) * 3 if tau is None else (tau.mean, tau.q1, tau.q3) for tau in (theirs, mine)]
            yield (pair.seed, cycle, *values[0], *values[1])
