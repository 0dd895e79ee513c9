"""What looking ahead alone is worth: nine methods that differ by one step each, 20 seeds, on the demo's images.

python benchmarks/study.py --jobs 2             # the runs (resumable, see below), then the tables
python benchmarks/study.py --tables             # the tables again, from the committed results alone
python benchmarks/study.py --preset demo-pretrained --jobs 2     # with a head on features of a pretrained network

The outcome was fixed before the runs: mean test accuracy over all cycles after the start. So were COMPARISONS, which
are corrected together. The runs go to --runs and are resumed by the same command. It writes

results/study/runs.csv      every run's accuracy and seconds by cycle
results/study/right.npz     in how many cycles each run classified each test image correctly
results/study/study.json    the comparisons, the conditions and the hours of computing
../docs/comparison.md       both tables

and for the other preset results/study-pretrained/ and ../docs/comparison-pretrained.md.

With another number of seeds these go into --runs, and what is committed stays as it is.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lada_explore.experiments.paired import Difference, accuracy_rows, differences_of
from lada_explore.experiments.plan import Run
from lada_explore.experiments.results import CycleResult, Result, curves_of, results_of, runs_csv
from lada_explore.experiments.sweep import Outcome, Sweep, run_sweep
from lada_explore.experiments.tables import conditions, differences_markdown, to_markdown

HERE = Path(__file__).resolve().parent
STUDIES = {"demo": "study", "demo-pretrained": "study-pretrained"}
"""Folder in `results` of each preset's study."""

PAGES = {"demo": "comparison.md", "demo-pretrained": "comparison-pretrained.md"}
"""Page in `docs` of each preset's study."""

SEEDS = 20
"""Of the study that is committed."""

METHODS = (
    *("random", "max-entropy", "random-then-mixup", "random-pairs-mixup", "pairs-then-mixup"),
    *("ent-then-mixup", "lada-entmix-fixed", "lada-entmix", "lada-entmix-exact"),
)
SETTINGS = {"checkpoints": "last", "keep": "queried", "look_ahead.precision": "float32"}
"""What the runs keep, and the precision, which each process would otherwise choose by what is faster just then."""

COMPARISONS = {
    ("random-then-mixup", "random"): "virtual instances of the acquired images, in training",
    ("random-pairs-mixup", "random-then-mixup"): "mixing fixed pairs in place of new ones in each epoch",
    ("pairs-then-mixup", "random-pairs-mixup"): "choosing the pairs by the entropies of their two images",
    ("lada-entmix-fixed", "pairs-then-mixup"): "looking ahead: adding the value of the virtual instances to the score",
    ("lada-entmix", "lada-entmix-fixed"): "learning tau, in place of tau = 2",
    ("lada-entmix-exact", "lada-entmix"): "each pair's best tau, in place of the policy network's",
    ("lada-entmix", "ent-then-mixup"): "LADA, in place of entropy and mixup one after the other",
    ("lada-entmix", "random"): "LADA, in place of random images",
    ("max-entropy", "random"): "entropy alone, in place of random images",
}
"""What is compared, (method, against), and what alone differs between the two."""


def main(words: Sequence[str] | None = None) -> None:
    options = _options(words)
    runs = options.runs or Path("runs") / STUDIES[options.preset]
    folder, written = runs / "results", runs / "comparison.md"
    if options.seeds == SEEDS:
        folder, written = committed(options.preset)
    if not options.tables:
        _measure(options.preset, runs, options.seeds, options.jobs, folder)
    if not (folder / "right.npz").exists():
        raise SystemExit(f"{folder} holds no results of the study yet; run it without --tables")
    write_tables(folder, written)


def committed(preset: str) -> tuple[Path, Path]:
    """The folder of a preset's committed results, and its page."""
    return HERE / "results" / STUDIES[preset], HERE.parent / "docs" / PAGES[preset]


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--preset", choices=list(STUDIES), default="demo", help="settings of the runs (demo)")
    made.add_argument("--runs", type=Path, help="folder of the runs (runs/study, or runs/study-pretrained)")
    made.add_argument("--seeds", type=int, default=SEEDS, help=f"runs of each method ({SEEDS})")
    made.add_argument("--jobs", type=int, default=1, help="processes at a time, each with one thread")
    made.add_argument("--tables", action="store_true", help="write the tables from the committed results, without runs")
    return made.parse_args(words)


def _measure(preset: str, runs: Path, seeds: int, jobs: int, folder: Path) -> None:
    """Complete the runs, and write into a folder what is kept of them."""
    sweep = Sweep(methods=METHODS, seeds=seeds, out=runs, preset=preset, settings=SETTINGS)

    def report(outcome: Outcome) -> None:
        how = outcome.error or "complete"
        print(f"{outcome.done} of {outcome.total}: {outcome.run.method}, seed {outcome.run.seed}: {how}", flush=True)

    failed = [outcome for outcome in run_sweep(sweep, jobs=jobs, on_outcome=report) if outcome.error]
    if failed:
        raise SystemExit(f"{len(failed)} runs failed; the first, in {failed[0].run.path}: {failed[0].error}")
    results = results_of(sweep)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "runs.csv").write_text(runs_csv(results), encoding="utf-8")
    right = {
        f"{result.run.method} {result.run.seed}": np.sum(list(result.right.values()), axis=0, dtype=np.uint8)
        for result in results
    }
    np.savez_compressed(folder / "right.npz", **right)
    seconds = sum(entry.seconds for result in results for entry in result.cycles)
    hours = round(seconds / 3600, 2)
    about = {"preset": preset, "conditions": conditions(sweep), "seeds": seeds, "core_hours": hours}
    (folder / "study.json").write_text(json.dumps({"benchmark": "study", **about}, indent=1) + "\n", encoding="utf-8")


class Kept(NamedTuple):
    """What a folder keeps of the runs.

    Attributes:
        results: accuracies and times by cycle.
        right: by method and seed, (T,) number of cycles after the start in which each test image was classified
            correctly.
        about: what is said about them.
    """

    results: list[Result]
    right: dict[str, dict[int, np.ndarray]]
    about: dict

    def differences(self) -> list[Difference]:
        """The differences of `COMPARISONS`."""
        cycles = {result.run.method: len(result.cycles) - 1 for result in self.results}
        shares = {
            method: {seed: counts / cycles[method] for seed, counts in seeds.items()}
            for method, seeds in self.right.items()
        }
        return differences_of(shares, list(COMPARISONS))


def load(folder: Path) -> Kept:
    """What a folder keeps."""
    cycles: dict[tuple[str, int], list[CycleResult]] = {}
    for row in csv.DictReader(io.StringIO((folder / "runs.csv").read_text(encoding="utf-8"))):
        entry = CycleResult(
            cycle=int(row["cycle"]),
            labels=int(row["labels"]),
            accuracy=float(row["accuracy"]),
            seconds=float(row["seconds"]),
        )
        cycles.setdefault((row["method"], int(row["seed"])), []).append(entry)
    results = [
        Result(run=Run(method=method, seed=seed, path=Path()), cycles=tuple(entries), complete=True, right=None)
        for (method, seed), entries in cycles.items()
    ]
    right: dict[str, dict[int, np.ndarray]] = {}
    with np.load(folder / "right.npz") as found:
        for method, seed in cycles:
            right.setdefault(method, {})[seed] = found[f"{method} {seed}"].astype(np.int64)
    about = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    return Kept(results=results, right=right, about=about)


def write_tables(folder: Path, written: Path) -> None:
    """Write the page with both tables, and the comparisons into study.json."""
    kept = load(folder)
    found, about = kept.differences(), kept.about
    about["comparisons"] = [asdict(one) for one in found]
    (folder / "study.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    written.write_text(page(kept.results, found, about), encoding="utf-8")


def page(results: Sequence[Result], found: Sequence[Difference], about: dict) -> str:
    """The page with both tables."""
    rows = accuracy_rows(curves_of(results, METHODS), "random")
    preset = about["preset"]
    title, words = "# What looking ahead alone is worth", "python benchmarks/study.py"
    if preset != "demo":
        title, words = f"{title} on features of a pretrained network", f"{words} --preset {preset}"
    return (
        f"{title}\n\n"
        f"Written by `{words} --jobs 2`, {about['core_hours']} hours of computing in all; `{words} --tables` writes it "
        f"again from `benchmarks/results/{STUDIES[preset]}/`.\n\n"
        "## One step after the other\n\n"
        "Mean accuracy over all cycles after the start, the method minus that in the next column, in points, with the "
        f"95 % interval from resampling the {about['seeds']} seeds and the test images, and p-values before and after "
        f"Holm's correction for the {len(found)} comparisons. Outcome and comparisons were fixed before the runs.\n\n"
        f"{steps(found)}\n"
        "## Every cycle\n\n"
        f"{to_markdown(rows, METHODS, 'random', about['conditions'])}"
    )


def steps(found: Sequence[Difference]) -> str:
    """The comparisons as a table, each with what alone differs."""
    head, *rest = [line for line in differences_markdown(found).splitlines() if line.startswith("|")]
    what = ["what alone differs", "---", *(COMPARISONS[one.method, one.against] for one in found)]
    return "".join(f"| {words} {line}\n" for words, line in zip(what, (head, *rest), strict=True))


if __name__ == "__main__":
    main()
