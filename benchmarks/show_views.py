"""Tables of what was measured of the views in a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from show_table import Results, table


def redraw(runs: Sequence[Results]) -> str:
    head = ["tab", "all views, ms", "plotly.js alone, ms", "ratio", "each view, ms"]
    rows = [
        [title, f"**{views['all']['median_ms']:.0f}**", bare_ms(views), ratio(r, title), ", ".join(each(views))]
        for r in runs
        for title, views in r["tabs"].items()
    ]
    alone = [r for r in runs if "maps" in r]
    maps = [
        [f"{int(n):,}", f"**{of['median_ms']:.0f}**", f"{of['moves_per_s']:.0f}"]
        for r in alone
        for n, of in r["maps"].items()
    ]
    if not alone:  # measured before the maps by themselves were
        return table(head, rows)
    more = table(["images of a map alone", "another cycle, ms", "pictures a second while it is dragged"], maps)
    return f"{table(head, rows)}\n\n{more}\n\n{busy(alone)}"


def bare_ms(views: Mapping[str, Mapping[str, float]]) -> str:
    """Milliseconds of a bare redraw of a tab's figures; a tab without figures has none."""
    bare = views.get("bare", {}).get("median_ms", 0)
    return f"{bare:.0f}" if bare > 1 else ""


def ratio(results: Results, title: str) -> str:
    """How many times as long as plotly.js alone a tab takes; a tab without figures has none."""
    found = results.get("ratio_to_bare", {}).get(title)
    return "" if found is None else f"{found:.1f}"


def busy(runs: Sequence[Results]) -> str:
    """How busy the machine was, itself included."""
    loads = " and ".join(f"{r['load_of_a_core']:.1f}" for r in runs)
    return f"Programs that waited for a core, or had it, at the end: {loads} for each core."


def first_map(runs: Sequence[Results]) -> str:
    names = {
        "demo": "the recorded demo",
        "again": "a finished run, opened again",
        "first_opening": "the same, at first",
    }
    rows = [
        [names[run], *(f"{took[part] / 1000:.2f}" for part in ("frame", "sentence")), f"**{took['map'] / 1000:.2f}**"]
        for r in runs
        for run, took in r["ms"].items()
    ]
    return f"{table(['seconds after the cell', 'frame', 'a sentence', 'map'], rows)}\n\n{busy(runs)}"


def each(views: Mapping[str, Any]) -> list[str]:
    """The views that have one name in every cycle."""
    named = {name.removeprefix("lada-"): took for name, took in views.items() if name not in ("all", "bare", "Chart")}
    return [f"{name} {took['median_ms']:.0f}" for name, took in named.items() if not name[-1].isdigit()]


def notebooks(runs: Sequence[Results]) -> str:
    """A row for each notebook, a column of seconds for each run of the benchmark."""
    names = sorted({name for r in runs for name in r["seconds"]})
    head = ["notebook", *(f"s, of at most {r['limit_s']}" for r in runs)]
    found = [[f"**{r['seconds'][name]:.0f}**" if name in r["seconds"] else "" for r in runs] for name in names]
    return table(head, [[f"`{name}`", *seconds] for name, seconds in zip(names, found, strict=True)])
