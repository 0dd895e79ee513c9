"""The tables of whole runs: beside other libraries, and several at a time."""

from __future__ import annotations

from collections.abc import Sequence

from show_table import Results, table

HERE = "here"


def peers(runs: Sequence[Results]) -> str:
    """A row for each acquisition and side; the ratios stand in the rows of the other libraries."""
    head = ["method", "by", "a cycle, s of the processor", "s of the clock", "times as fast here, processor", "clock"]
    head.append("mean accuracy, %")
    parts = []
    for r in runs:
        rows = []
        for method, of in r["by_method"].items():
            for name, took in of["processor_seconds_a_cycle"].items():
                ratios = ["", ""]
                if name != HERE:
                    times = (of[what][name] for what in ("processor_times_as_fast", "times_as_fast"))
                    ratios = [f"**{one:.2f}**" for one in times]
                found = of["mean_accuracy"][name]
                accuracy = f"{100 * found['mean']:.1f} (sd {100 * found['sd']:.1f})"
                clock = of["seconds_a_cycle"][name]["median_s"]
                rows.append([f"`{method}`", name, f"{took['median_s']:.2f}", f"{clock:.2f}", *ratios, accuracy])
        used, (before, after) = r["settings"], r["load_before_and_after"]
        versions = ", ".join(f"{name} {number}" for name, number in r["packages"].items())
        said = f"{used['seeds']} seeds, {used['cycles']} cycles after the start, {versions}. Load of the machine"
        parts.append(f"{table(head, rows)}\n\n{said} before and after: {before:.1f} and {after:.1f}.")
    return "\n\n".join(parts)


def sweep(runs: Sequence[Results]) -> str:
    """A column of numbers for each run of the benchmark."""
    head = ["", *(f"{len(r['single_s'])} runs, {r['settings']['jobs']} at a time" for r in runs)]
    rows = [
        ["a run alone, s (median)", *(f"{r['single']['median_s']:.1f}" for r in runs)],
        ["all of them, one alone after the other, s", *(f"{r['sum_s']:.1f}" for r in runs)],
        ["the sweep, s", *(f"{r['wall_s']:.1f}" for r in runs)],
        ["`wall_to_half_the_sum`", *(f"**{r['wall_to_half_the_sum']:.2f}**" for r in runs)],
        ["`largest_error_of_time_left`", *(f"**{r['largest_error_of_time_left']:.2f}**" for r in runs)],
        ["median error of the time left", *(f"{r['median_error_of_time_left']:.2f}" for r in runs)],
    ]
    loads = [f"{before:.1f} and {after:.1f}" for before, after in (r["load_before_and_after"] for r in runs)]
    return f"{table(head, rows)}\n\nLoad of the machine before and after: {'; '.join(loads)}."
