"""What a part of a student's page shows: for the teacher, and for the address that opens it there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lada_explore.analysis import pairs_at
from lada_explore.apps.served.given import Given
from lada_explore.records import Stage
from lada_explore.store import RecordedRun
from lada_explore.views.base.kept_pair import pairs_by_rank, rank_of
from lada_explore.views.explorer.explorer import Explorer
from lada_explore.views.pair_mixer.pair_mixer import tau_limit_of
from lada_explore.views.playground.playground import PlaygroundView
from lada_explore.views.playground.start import DATASETS, DRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a tab shows.

    Attributes:
        about: the data set, the method and the seed, or the run.
        last: what was done last.
        cycle: the cycle that is shown; None where there is none.
        address: parts of an address that begins there, see `served.given`; without what it begins with anyway.
    """

    about: str = ""
    last: str = ""
    cycle: int | None = None
    address: Mapping[str, str] = field(default_factory=dict)


def shown_of_playground(view: PlaygroundView) -> Shown:
    """What a playground shows. Points that were drawn by hand, and answers by hand, are in no address."""
    start, look = view.start, view.look
    methods = " against ".join(start.methods)
    address: dict[str, str] = {}
    if start.dataset != DRAWN:
        address = {"data": start.dataset.removeprefix("points:"), "method": start.method}
        address |= {"compare": start.compare_method} if start.compare_method else {}
        address |= {"seed": str(start.seed)}
        if look is not None:
            address |= {"cycle": str(look.cycle)} | ({} if look.stage is Stage.SELECT else {"stage": look.stage})
            address |= _of_pair(look.pair, look.tau)
    return Shown(
        about=f"{DATASETS[start.dataset]}, {methods}, seed {start.seed}",
        last=view.done,
        cycle=None if look is None else look.cycle,
        address=address,
    )


def shown_of_explorer(view: Explorer, run: RecordedRun) -> Shown:
    """What the explorer of a recorded run shows."""
    tabs, selected = view.tabs, view.selection.selected
    title, parts = tabs.titles[tabs.shown], tabs.parts[tabs.shown]
    part = parts[tabs.part[tabs.shown]] if parts else ""
    address = {} if selected.cycle is None else {"cycle": str(selected.cycle)}
    address |= {"view": title} if tabs.shown else {}
    address |= {"part": part} if part and part != parts[0] else {}
    records, _ = pairs_at(run.history, selected.cycle)
    if records is not None and selected.pair is not None:
        address |= _of_pair(rank_of(records, selected.pair), selected.tau)
    latest = run.history[-1].cycle if run.history else None
    return Shown(
        about=run.path.name,
        last=", ".join(filter(None, [title, part])),
        cycle=latest if selected.cycle is None else selected.cycle,
        address=address,
    )


def begin_explorer(view: Explorer, run: RecordedRun, given: Given) -> None:
    """Let an explorer begin where an address says, as far as its run has that."""
    cycles = [records.cycle for records in run.history]
    if not cycles:
        given.leave_out(("cycle", "pair", "tau"), "this run has no cycle yet")
        return
    if given.names("cycle"):
        view.selection.show_cycle(given.whole("cycle", cycles[0], cycles[-1], cycles[-1]))
    records, why = pairs_at(run.history, view.selection.selected.cycle)
    if records is None or records.look_ahead is None:
        given.leave_out(("pair", "tau"), why.removesuffix("."))
    else:
        ranked = pairs_by_rank(records)
        rank = given.rank("pair", len(ranked))
        if rank is not None:
            view.selection.choose_pair(*ranked[rank - 1])
        limit = max(tau_limit_of(run.config_of(records.cycle)), float(records.look_ahead.tau.max()))
        view.selection.show_tau(given.number("tau", limit, "the pair's own τ*"))
    title = given.choice("view", view.tabs.titles, view.tabs.titles[0])
    parts = view.tabs.parts[view.tabs.titles.index(title)]
    if parts:
        view.show(title, given.choice("part", parts, parts[0]))
    else:
        given.leave_out(("part",), f"{title} has no parts")
        view.show(title)


def _of_pair(rank: int | None, tau: float | None) -> dict[str, str]:
    pair = {} if rank in (None, 1) else {"pair": str(rank)}
    return pair if tau is None else pair | {"tau": f"{tau:.4g}"}
