"""Write the last results into README.md: the tables between its two marks are made from results/*.json.

python benchmarks/show.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from show_inference import adaptive_nodes, engines
from show_labelling import answers_at_scale, opening, stopping
from show_sweeps import peers, sweep
from show_table import Results, table
from show_views import first_map, notebooks, redraw

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- results: made by show.py -->", "<!-- end of results -->"


def main() -> None:
    page = HERE / "README.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("results/*.json"))}
    page.write_text(f"{before}{BEGIN}\n\n{tables(found)}\n\n{END}{after}", encoding="utf-8")


def tables(found: Mapping[str, Results]) -> str:
    """A table for each benchmark that has results, each with its conditions."""
    parts = []
    for name, title in TITLES.items():
        runs = {file: results for file, results in found.items() if results["benchmark"] == name}
        if runs:
            parts += [f"### {title}", TABLES[name](list(runs.values())), *conditions(runs)]
    return "\n\n".join(parts)


def conditions(runs: Mapping[str, Results]) -> list[str]:
    """One line for each file: where and with what it was measured."""
    lines = []
    for file, results in runs.items():
        at = results["conditions"]
        rate = f"{at['matmul_gflop_per_s']:.0f} GFLOP/s in a matrix product, " if "matmul_gflop_per_s" in at else ""
        lines.append(
            f"`results/{file}.json`: {at['device']}, {at['cpu_capability']}, {at['threads']} threads, {rate}"
            f"{at['precision']}, torch {at['versions']['torch']}."
        )
    return lines


def side_by_side(titles: Sequence[str], rows: Mapping[str, Callable[[Results], str]], runs: Sequence[Results]) -> str:
    """A column for each run, a row for each thing measured."""
    return table(["", *titles], [[name, *(of(r) for r in runs)] for name, of in rows.items()])


def look_ahead(runs: Sequence[Results]) -> str:
    titles = [f"{r['sizes']['width']}, {r['sizes']['pairs']} pairs, {r['sizes']['labels']} labels" for r in runs]
    rows: dict[str, Callable[[Results], str]] = {
        "plain, seconds": lambda r: f"{r['seconds']['plain']['median_s']:.1f}",
        "`quadrature`, seconds": lambda r: f"{r['seconds']['quadrature']['median_s']:.2f}",
        "`pathwise`, seconds": lambda r: f"{r['seconds']['pathwise']['median_s']:.1f}",
        "`speedup_quadrature`": lambda r: f"**{r['speedup_quadrature']:.1f}**",
        "`speedup_pathwise`": lambda r: f"**{r['speedup_pathwise']:.1f}**",
        "evaluations a pair beyond the two ends": lambda r: f"{r.get('evaluations_per_pair', r['n_nodes'] - 2):.1f}",
        "`rms_error_bits` of V(0.5)": lambda r: f"{r['rms_error_bits']:.4f}",
        "the same, 10 draws": lambda r: f"{r['rms_error_bits_of_draws']['plain']:.3f}",
        "`rank_correlation`": lambda r: f"{r['rank_correlation']:.5f}",
        "`fraction_of_peak`": lambda r: f"{r['fraction_of_peak']:.2f}",
    }
    return side_by_side(titles, rows, runs)


def training(runs: Sequence[Results]) -> str:
    head = ["", "ms a step", "ours against it"]
    rows = []
    for r in runs:
        sizes = r["sizes"]
        ms = r["ms_per_step"]
        rows += [
            [
                f"TRAIN ({sizes['width']}, {sizes['labels']} labels, batch {sizes['batch_size']})",
                f"{ms['ours']:.1f}",
                "",
            ],
            ["bare loop", f"{ms['bare']:.1f}", f"**{r['ratio_to_bare_loop']:.2f}**"],
            ["DataLoader, per-sample transforms", f"{ms['loader']:.1f}", f"**{r['ratio_to_loader']:.2f}**"],
        ]
    return table(head, rows)


def fine_tuning(runs: Sequence[Results]) -> str:
    head = ["network", "TRAIN, ms a step", "bare loop", "ours against it", "the same, channels-last", "ours against it"]
    rows = []
    for r in runs:
        for kind, of in r["by_kind"].items():
            ms, plain, last = of["ms_per_step"], of["ratio_to_bare_loop"], of["ratio_to_channels_last_loop"]
            loops = [f"{ms['bare']:.1f}", f"**{plain:.2f}**", f"{ms['channels_last']:.1f}", f"**{last:.2f}**"]
            rows.append([f"{kind}, {r['sizes']['side']} x {r['sizes']['side']}", f"{ms['ours']:.1f}", *loops])
    return table(head, rows)


def embed(runs: Sequence[Results]) -> str:
    head = ["", *[f"{r['sizes']['pictures']:,} pictures of {r['sizes']['pixels']}" for r in runs]]
    rows = [
        [
            "backbone of the pass",
            *[f"{r['pass']['kind'].rpartition(':')[2]}, {r['pass']['side']} pixels" for r in runs],
        ],
        ["the pass, images/s", *[f"{r['pass']['images_per_s']['ours']:.1f}" for r in runs]],
        ["bare loop, images/s", *[f"{r['pass']['images_per_s']['bare']:.1f}" for r in runs]],
        ["`ratio_to_bare_loop`", *[f"**{r['pass']['ratio_to_bare_loop']:.2f}**" for r in runs]],
        [
            "processor, ms an image: the pass; bare loop",
            *["; ".join(f"{r['pass']['processor_ms'][name]:.1f}" for name in ("ours", "bare")) for r in runs],
        ],
        ["`processor_ratio_to_bare_loop`", *[f"**{r['pass']['processor_ratio_to_bare_loop']:.2f}**" for r in runs]],
        ["largest difference of features", *[f"{r['pass']['largest_difference']:.1g}" for r in runs]],
        [
            "peak memory, MiB, few and many",
            *[" and ".join(f"{m:.0f}" for m in r["many"]["peak_mib"].values()) for r in runs],
        ],
        ["`peak_ratio`", *[f"**{r['many']['peak_ratio']:.3f}**" for r in runs]],
        ["decoding and a small network, images/s", *[f"{r['many']['images_per_s']:.0f}" for r in runs]],
        ["second opening, s", *[f"**{r['many']['second_opening_s']:.2f}**" for r in runs]],
        ["100 more, s; 100 alone, s", *[f"{r['many']['added_s']:.2f}; {r['many']['alone_s']:.2f}" for r in runs]],
    ]
    return table(head, rows)


def stem(runs: Sequence[Results]) -> str:
    head = ["pixels", "step, 3x3, ms", "step, 7x7s4, ms", "`speedup_step`"]
    head += ["SCORE, 3x3, ms an image", "SCORE, 7x7s4, ms an image", "`speedup_score`"]
    rows = []
    for r in runs:
        for side, of in r["by_side"].items():
            step, score = of["ms_per_step"], of["ms_per_score"]
            times = [f"{step['3x3']:.0f}", f"{step['7x7s4']:.0f}", f"**{of['speedup_step']:.1f}**"]
            times += [f"{score['3x3']:.1f}", f"{score['7x7s4']:.1f}", f"**{of['speedup_score']:.1f}**"]
            rows.append([f"{side} x {side}", *times])
    return table(head, rows)


def cycle(runs: Sequence[Results]) -> str:
    stages = ("subsample", "score", "look_ahead", "select", "train", "evaluate")
    parts = []
    for r in runs:
        of = r["sizes"]
        measured = dict(r["seconds_by_method"])
        for what, by_size in r["seconds_by_growth"].items():
            measured |= {f"{of['growth_of']}, {what} {size}": seconds for size, seconds in by_size.items()}
        rows = [
            [name, *(f"{seconds['median_s'][stage]:.2f}" for stage in stages), f"{max(seconds['cycles_s']):.2f}"]
            for name, seconds in measured.items()
        ]
        parts.append(
            table(
                [f"seconds, {of['preset']} preset, {of['width']} width, {counted(of)}", *stages, "slowest cycle"], rows
            )
        )
        parts.append(f"Longest time between two progress points, which Pause may wait: {r['longest_wait_s']:.3f} s.")
    return "\n\n".join(parts)


def counted(sizes: Mapping[str, Any]) -> str:
    cycles = "1 cycle" if sizes["cycles"] == 1 else f"median of {sizes['cycles']} cycles"
    return f"{cycles}, {sizes['test_images']:,} test images"


def pool(runs: Sequence[Results]) -> str:
    rows = [
        [f"{int(size):,}", f"{at['median_s']:.2f}", f"{at['opening_s']:.1f}", f"{at['resident_mib']:.0f}"]
        for r in runs
        for size, at in r["pools"].items()
    ]
    ratios = "; ".join(
        f"largest to smallest: cycle **{r['ratio_largest_to_smallest']:.2f}**, "
        f"memory **{r['resident_ratio_largest_to_smallest']:.2f}**"
        for r in runs
    )
    return table(["images", "a cycle, s", "opening, s", "resident, MiB"], rows) + f"\n\n{ratios}."


def frozen_cycle(runs: Sequence[Results]) -> str:
    rows = [
        [
            *(f"{int(size):,}", str(r["settings"]["head.hidden"])),
            *(f"{at['median_s']:.2f}", f"{at['fastest_s']:.2f}", f"{at['stages_s']['look_ahead']:.2f}"),
            f"{at['resident_mib']:.0f}",
        ]
        for r in runs
        for size, at in r["pools"].items()
    ]
    ratios = "; ".join(f"largest to smallest: **{r['ratio_largest_to_smallest']:.2f}**" for r in runs)
    head = ["images", "hidden units", "a cycle, s", "the fastest, s", "of it LOOK_AHEAD, s", "resident, MiB"]
    return table(head, rows) + f"\n\n{ratios}."


def embedding(runs: Sequence[Results]) -> str:
    rows = []
    for r in runs:
        sizes = r["sizes"]
        what = f"{sizes['images'][0]:,} images, {sizes['shared'][0]:,} of them in both cycles"
        rows += [[f"going on from the last layout ({what})", *described(r["warm"])]]
        rows += [["started anew, then laid onto the last by Procrustes", *described(r["restarted"])]]
    return table(["", "seconds", "moved, % of the radius", "trustworthiness"], rows)


def classroom(runs: Sequence[Results]) -> str:
    titles = [f"{r['kernels']} students on {r['cores']} cores" for r in runs]
    rows: dict[str, Callable[[Results], str]] = {
        "memory of a student, MB": lambda r: f"**{r['student_megabytes']:.0f}**",
        "of twenty, GB": lambda r: f"{r['twenty_students_gigabytes']:.1f}",
        "a cycle of the playground, alone, s": lambda r: f"{r['cycle_alone_s']:.2f}",
        "the same, all students at once, s": lambda r: f"**{r['cycle_at_once_s']:.2f}**",
        "slowest student's time to the fastest's": lambda r: f"{r['slowest_to_fastest']:.2f}",
        "answer to a student who computes nothing, ms": lambda r: reply(r["reply_alone_ms"]),
        "the same, all others at once, ms": lambda r: reply(r["reply_at_once_ms"]),
    }
    return side_by_side(titles, rows, runs)


def neighbours(runs: Sequence[Results]) -> str:
    titles = [f"{r['sizes']['width']} width, {r['sizes']['candidates']} candidates" for r in runs]
    rows: dict[str, Callable[[Results], str]] = {
        "a cycle alone, s (the fastest)": lambda r: f"{r['seconds']['alone']['fastest_s']:.2f}",
        "beside one busy process for each core, s": lambda r: f"{r['seconds']['beside']['fastest_s']:.2f}",
        "beside to alone": lambda r: f"**{r['beside_to_alone']:.2f}**",
        "alone, all threads as torch comes, s": lambda r: f"{r['seconds']['before_alone']['fastest_s']:.2f}",
        "alone to that": lambda r: f"**{r['alone_to_before']:.2f}**",
        "threads chosen in each run, for steps and for passes": lambda r: ", ".join(
            f"{s} {p}" for s, p in r["threads"]
        ),
    }
    return side_by_side(titles, rows, runs)


def reply(found: Mapping[str, float]) -> str:
    return f"{found['median']:.0f}, at worst {found['worst']:.0f}"


def described(layouts: Results) -> list[str]:
    seconds = layouts["seconds"]["median_s"]
    return [f"{seconds:.2f}", f"{layouts['displacement']:.1f} %", f"{layouts['trustworthiness']:.3f}"]


def journal(runs: Sequence[Results]) -> str:
    return "\n\n".join(_journal(r) for r in runs)


def _journal(r: Results) -> str:
    lines, ratios = [str(n) for n in r["lines"]], r["ratios_longest_to_shortest"]
    head = ["ms on disk, by lines in the journal", *(f"{int(n):,}" for n in lines), "longest to shortest", "computing"]
    rows = [
        [
            f"{kind} and sheet",
            *(f"{1000 * r['seconds'][kind][n]['median_s']:.2f}" for n in lines),
            f"**{ratios[kind]:.2f}**",
            f"**{ratios[f'computing {kind}']:.2f}**",
        ]
        for kind in ("answer", "undo")
    ]
    return table(head, rows)


def head(runs: Sequence[Results]) -> str:
    lines: dict[tuple[int, float], list[str]] = {}
    for entry in runs[0]["grid"]:
        epochs, rate = entry["training.epochs"], entry["training.learning_rate"]
        best = "**" if entry == runs[0]["best"] else ""
        row = lines.setdefault((epochs, rate), [str(epochs), f"{rate:g}"])
        row.append(f"{best}{100 * entry['mean']:.1f}{best}")
    decays = dict.fromkeys(f"decay {entry['training.weight_decay']:g}" for entry in runs[0]["grid"])
    return table(["epochs", "learning rate", *decays], list(lines.values()))


def released(runs: Sequence[Results]) -> str:
    lines = []
    for r in runs:
        sizes, variants = r["sizes"], r["variants"]
        for name, found in r["differences"].items():
            settings = ", ".join(f"`{key}={value}`" for key, value in variants[name]["settings"].items())
            own, other = (mean_of(variants[key]["accuracy_by_seed"]) for key in (name, found["against"]))
            interval = (
                "" if found["interval"] is None else " to ".join(f"{100 * end:+.1f}" for end in found["interval"])
            )
            difference = f"**{100 * found['mean']:+.1f}**"
            method = f"`{variants[name]['method']}`"
            seeds = str(len(variants[name]["accuracy_by_seed"]))
            lines.append([settings, method, f"{100 * other:.1f}", f"{100 * own:.1f}", difference, interval, seeds])
    head = [
        f"accuracy %, mean over {sizes['cycles']} cycles",
        "method",
        "without",
        "with",
        "difference",
        "95 %",
        "seeds",
    ]
    return table(head, lines)


def mean_of(by_seed: Mapping[str, float]) -> float:
    return sum(by_seed.values()) / len(by_seed)


def vaal(runs: Sequence[Results]) -> str:
    rows = [
        [f"`{name}`", *(f"**{auc:.2f}**" for auc in aucs.values()), _accuracy_of(r, name)]
        for r in runs
        for name, aucs in r["mean_auc"].items()
    ]
    found = [f"missing classes found, {n} labels" for n in runs[0]["sizes"]["labels"]]
    return table(["`vaal.weighting`", *found, "mean accuracy, %"], rows)


def _accuracy_of(results: Results, name: str) -> str:
    accuracies = results["mean_accuracy"]
    return f"{100 * accuracies[name]:.1f}" if name in accuracies else "not measured"


def loss_ranking(runs: Sequence[Results]) -> str:
    rows = []
    for r in runs:
        for training, means in r["mean"].items():
            for n, mean in means.items():
                of_seeds = [ranks[n]["module"] for ranks in r["by_training"][training].values()]
                each = ", ".join(f"{rank:.2f}" for rank in of_seeds)
                others = [f"{mean[what]:.2f}" for what in ("unseen", "entropy")]
                rows.append([f"`{training}`", n, each, f"**{mean['module']:.2f}**", *others])
    head = ["`ll4al.training`", "labels", "module, each seed", "mean", "on as many unseen images", "entropy"]
    return table(head, rows)


TITLES = {
    "lookahead": "Look-ahead",
    "adaptive_nodes": "Nodes of a path",
    "engines": "Inference engines",
    "training": "Training",
    "stem": "The stem on larger pictures",
    "fine_tuning": "Fine-tuning a network that others made",
    "embed": "Features of a frozen backbone",
    "opening": "Opening a run on a folder",
    "cycle": "A cycle, stage by stage",
    "neighbours": "A cycle beside busy neighbours",
    "peers": "A cycle by other libraries",
    "sweep": "A sweep on two cores",
    "pool": "Pools",
    "frozen_cycle": "Cycles on frozen features",
    "embedding": "The map's layout",
    "redraw": "Another cycle in the explorer",
    "first_map": "The first map of a run",
    "classroom": "A class",
    "notebooks": "Run all, of each notebook",
    "journal": "A click, early and late in a study",
    "head": "The head of demo-pretrained: accuracy %, mean over 20, 120 and 220 random labels and three seeds",
    "released": "What the authors' release does differently",
    "stopping": "Enough labels? Where the hint would have stopped",
    "answers_at_scale": "From a key to the saved answer, with 1,000 classes and 100,000 images",
}
TABLES = {
    "lookahead": look_ahead,
    "adaptive_nodes": adaptive_nodes,
    "engines": engines,
    "training": training,
    "stem": stem,
    "fine_tuning": fine_tuning,
    "embed": embed,
    "opening": opening,
    "cycle": cycle,
    "neighbours": neighbours,
    "peers": peers,
    "sweep": sweep,
    "pool": pool,
    "frozen_cycle": frozen_cycle,
    "embedding": embedding,
    "redraw": redraw,
    "first_map": first_map,
    "classroom": classroom,
    "notebooks": notebooks,
    "journal": journal,
    "head": head,
    "released": released,
    "stopping": stopping,
    "answers_at_scale": answers_at_scale,
}

if __name__ == "__main__":
    main()
