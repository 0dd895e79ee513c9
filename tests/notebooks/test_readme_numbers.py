"""Every number of the README is the one that was recorded or set, or has a reason to need none."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from statistics import mean

from prose import ROOT, Prose, recorded, words_of

from lada_explore import configure
from lada_explore.apps.served.process import IDLE_S

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPARISON = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
STUDY = (ROOT / "benchmarks" / "study.py").read_text(encoding="utf-8")
LESSONS = (
    "05_tau_star_dynamics",
    "06_gradients_through_a_beta",
    "07_look_ahead_or_pipeline",
    "08_when_the_oracle_is_wrong",
)

REASONS = {
    "the level of an interval, Z_95 in analysis/accuracy.py and paired_interval in sweep.py": (
        "with the 95 % interval of each method's difference",
        "with its 95 % interval (Student's t",
    ),
    "no number of a run": (
        "in any browser of 2023 or later",  # the first year in which all had DecompressionStream, see lesson.js
        "makes 3 the seed of all",
        "CC BY 4.0",
    ),
    "asserted by tests/apps/lesson/test_lesson_page.py, which writes that page": (
        "the page of the bundled run is 8.4 MB",
    ),
    "asserted by the tests in tests/cli/": ("A wrong input is answered with one sentence and exit code 2.",),
    "the two ends of a path: notation": (
        "A<sub>i</sub>(1) and A<sub>i</sub>(0) of the pairs",
        "A<sub>i</sub>(1) + A<sub>i</sub>(0) + V<sub>i</sub>",
    ),
    "what is scored: mathematics": (
        "1 \N{MINUS SIGN} the largest probability",
        "1 \N{MINUS SIGN} the margin",
    ),
}


def results(name: str):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def cells(line: str) -> tuple[float, ...]:
    """Numbers of a line of the comparison, by its first cell."""
    (found,) = [row for row in COMPARISON.splitlines() if row.startswith(f"| {line} |")]
    return tuple(map(float, re.findall(r"[-+]?\d+\.\d+", found)))


def what_is_needed_and_bundled(text: Prose) -> None:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    text.says(f"Python {python.removeprefix('>=')} or later")
    info = recorded("demo").info
    text.says(f"The images are bundled ({info.pool_size:,} + {info.n_test:,} of Fashion-MNIST)")
    minutes = [int(re.search(r"About (\d+) minutes", words_of(name))[1]) for name in LESSONS]
    text.says(f"Four notebooks for a class, {min(minutes)} to {max(minutes)} minutes each")


def a_class(text: Prose) -> None:
    found = results("classroom")
    opened = mean(row["opened"]["proportional"] for row in found["rows"])
    resident = mean(row["played"]["resident"] for row in found["rows"])
    text.says(f"or {IDLE_S / 60:g} minutes after the page was lost")
    text.says(f"takes {found['student_megabytes']:.0f} MB ({resident:.0f} MB resident")
    text.says(f"so twenty take about {found['twenty_students_gigabytes']:.0f} GB")
    text.says(f"before the playground is started it is {opened:.0f} MB")
    text.says("Five students on two cores, as many for each core as twenty on eight")
    assert (found["kernels"], found["cores"]) == (5, 2)
    text.says(f"a cycle of the playground takes {found['cycle_alone_s']:.1f} s alone")
    text.says(f"and {found['cycle_at_once_s']:.1f} s with all five computing at once")
    text.says(f"the slowest student is {100 * (found['slowest_to_fastest'] - 1):.0f} % behind the fastest")
    reply = found["reply_at_once_ms"]
    text.says(f"is answered in {reply['median']:.0f} ms ({reply['worst']:.0f} ms at worst)")


def a_large_pool(text: Prose) -> None:
    pools = results("pool")["pools"]
    largest = max(pools, key=int)
    bytes_an_image = 28 * 28 + 8  # uint8 pixels and an int64 target, as benchmarks/pool.py writes them
    gigabytes = int(largest) * bytes_an_image / 1e9
    text.says(f"({pools[largest]['first_opening_s']:.0f} s for {gigabytes:.0f} GB)")


def the_methods(text: Prose) -> None:
    fixed = {method: configure("demo", method).fixed_tau for method in ("lada-entmix-fixed", "lada-entinmix-fixed")}
    text.says(f"τ by the policy network, {fixed['lada-entmix-fixed']:g}, or each pair's best")
    text.says(f"τ by the policy network, or {fixed['lada-entinmix-fixed']:g} |")


def the_comparison(text: Prose) -> None:
    rows = [line for line in README.splitlines() if re.match(r"\| (\d+|mean) \|", line)]
    assert len(rows) == 7
    for row in rows:
        assert row in COMPARISON.splitlines()
        text.says(row)
    (said,) = re.findall(r"Preset demo on fashion-mini, .*? float32\.", COMPARISON)
    width, cycles, labels, seeds, threads, torch = re.search(
        r"width (\d+), (\d+) cycles of (\d+) labels, (\d+) seeds; cpu \((\d+) threads\), torch ([\d.]+),", said
    ).groups()
    assert threads == "1"
    text.says(f"width {width}, {cycles} cycles of {labels} labels, one CPU thread, torch {torch}.")
    text.says(f"The last line is the mean over all {cycles} cycles.")
    text.says(f"mean over {seeds} seeds; below it")
    text.says(f"and {seeds} seeds decide nothing between the learned policy, τ fixed at 2 and each pair's best.")
    n_test = recorded("demo").info.n_test
    text.says(f"on `fashion-mini` ({n_test:,} test images)")


def what_the_comparison_says(text: Prose) -> None:
    random, *others = cells("mean")
    methods = ("max-entropy", "ent-then-mixup", "lada-entmix-fixed", "lada-entmix", "lada-entmix-exact")
    mean_of = dict(zip(methods, others[::4], strict=True))
    interval_of = dict(zip(methods, zip(others[2::4], others[3::4], strict=True), strict=True))
    looking_ahead = [mean_of[method] for method in methods[2:]]
    text.says(f"three methods that look ahead lie about {mean(looking_ahead) - random:.0f} points above `random`")
    text.says("(the interval of the learned policy just includes 0)")
    assert -0.1 < interval_of["lada-entmix"][0] < 0
    first, second, third = (f"{value - mean_of['ent-then-mixup']:.1f}" for value in looking_ahead)
    text.says(f"and {first}, {second} and {third} points above `ent-then-mixup`")
    (seeds,) = re.findall(r'"--seeds", type=int, default=(\d+)', STUDY)
    text.says(f"`benchmarks/study.py` compares them with {seeds} seeds")
    text.says("Entropy alone is indistinguishable from `random` here")
    assert interval_of["max-entropy"][0] < 0 < interval_of["max-entropy"][1]


CLAIMS = (
    what_is_needed_and_bundled,
    a_class,
    a_large_pool,
    the_methods,
    the_comparison,
    what_the_comparison_says,
)


def test_every_number_of_the_readme_is_claimed_by_a_record_or_a_reason():
    text = Prose(" ".join(README.split()))
    for claim in CLAIMS:
        claim(text)
    text.needs_no_record(REASONS)
    assert text.unclaimed() == []
