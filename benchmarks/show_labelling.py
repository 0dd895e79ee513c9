"""The tables of what a person who labels waits for and is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from show_table import Results, table


def opening(runs: Sequence[Results]) -> str:
    names = {
        "few": "{pictures:,} pictures of {pixels}",
        "many": "{pictures:,} pictures of {pixels}",
        "large": "{pictures:,} pictures of {pixels}",
        "classes": "{pictures:,} pictures of {pixels}, {classes} classes",
        "broken": "{pictures:,} pictures of {pixels}, a tenth of them broken",
    }
    head = ["", "small network: cold, s", "warm, s", "peak, MiB", "frozen features: cold, s", "warm, s", "peak, MiB"]
    rows = []
    for r in runs:
        for case, of in r["cases"].items():
            row = [names[case].format(**of)]
            for seen in ("small", "frozen"):
                cold, warm = of[seen]["cold"], of[seen]["warm"]
                peak = max(cold["peak_mib"], warm["peak_mib"])
                row += [f"{cold['seconds']:.1f}", f"{warm['seconds']:.1f}", f"**{peak:.0f}**"]
            rows.append(row)
    return table(head, rows)


def stopping(runs: Sequence[Results]) -> str:
    """Where each rule would have stopped each run, against the plateau."""
    head = ["run", "images compared", "labels at the plateau", "largest mean kappa", "stopped by kappa"]
    head += ["stopped by expected gain", "labels after the plateau", "points still to gain"]
    rows = []
    for r in runs:
        for name, found in r["runs"].items():
            kappa, gain = found["kappa_rule"], found["gain_rule"]
            rows.append(
                [
                    f"`{name}`{' (chosen by)' if found['chosen'] else ''}",
                    str(found["images"]),
                    str(found["plateau_labels"]),
                    f"{found['largest_mean_kappa']:.2f}",
                    stopped(kappa, found["labels"]),
                    stopped(gain, found["labels"]),
                    "" if gain["labels"] is None else f"**{gain['after_plateau']:+d}**",
                    "" if gain["labels"] is None else f"**{100 * gain['still_to_gain']:.1f}**",
                ]
            )
    return table(head, rows)


def stopped(rule: Results, last: int) -> str:
    """Labels at which a rule stopped, or that it did not up to the end of the run."""
    labels: Any = rule["labels"]
    return f"not up to {last}" if labels is None else str(labels)


PARTS = {
    "start": "the start, without an answer",
    "start_beside_given": "the same start, beside the given labels",
    "query": "the query of cycle 1",
    "end_of_query": "the last answers of that query",
}


def answers_at_scale(runs: Sequence[Results]) -> str:
    """From a key to the saved answer, in each part of each run."""
    head = ["lines of the journal", "", "median, ms", "95 of 100 within, ms", "by a digit, ms", "typed and Enter, ms"]
    rows = []
    for r in runs:
        for part, name in PARTS.items():
            of = r[part]
            ways = [f"{of[way]['median_ms']:.0f}" if of[way] else "" for way in ("by_digit", "typed")]
            rows.append([f"{of['lines']:,}", name, f"**{of['median_ms']:.0f}**", f"{of['p95_ms']:.0f}", *ways])
    loads = [f"{before:.1f} and {after:.1f}" for before, after in (r["load_before_and_after"] for r in runs)]
    return f"{table(head, rows)}\n\nLoad of the machine before and after: {'; '.join(loads)}."
