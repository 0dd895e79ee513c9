"""Every number of the README is the one that was recorded or set, or has a reason to need none."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from statistics import mean, median

import torchvision
from prose import ROOT, Prose, dynamics_of, history_of, recorded, words_of

from lada_explore import configure
from lada_explore.analysis.stopping import GAIN_TO_STOP, KAPPA_TO_STOP, LAG
from lada_explore.analysis.tau_dynamics import tau_dynamics
from lada_explore.apps.served.process import IDLE_S
from lada_explore.config import ClassifierConfig, DataConfig
from lada_explore.config.choices import LARGE_ABOVE, Stem
from lada_explore.datasets.decoded import MAX_KEPT, MAX_KEPT_BYTES
from lada_explore.datasets.levels import PERCENTILES
from lada_explore.datasets.samples import FULL_DEPTH, FULL_FLOAT
from lada_explore.experiments.tables import half_up
from lada_explore.features.at_hand import DOWNLOADED, REACHED_S
from lada_explore.models import ResNet
from lada_explore.models.borrowed.installed import efficientnet_lite0
from lada_explore.records.thumbnails import MAX_BYTES
from lada_explore.session.cost import WORTH_TELLING_S
from lada_explore.session.own_folder import SMALL, THUMBNAIL
from lada_explore.stages.stop_set import STOP_SET_SIZE

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMPARISON, PRETRAINED = (
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("comparison.md", "comparison-pretrained.md")
)
LESSONS = (
    "05_tau_star_dynamics",
    "06_gradients_through_a_beta",
    "07_look_ahead_or_pipeline",
    "08_when_the_oracle_is_wrong",
)

REASONS = {
    "the level of an interval, Z_95 in analysis/accuracy.py and CONFIDENCE in experiments/statistics.py": (
        "with the 95 % interval of each method's difference",
    ),
    "an example of the sentence that tests/session/test_cost.py asserts": (
        "A cycle will take about 40 s here (Train 30 s, Score 6 s, Look ahead 4 s)",
    ),
    "no number of a run": (
        "in any browser of 2023 or later",  # the first year in which all had DecompressionStream, see lesson.js
        "makes 3 the seed of all",
        "CC BY 4.0",
    ),
    "asserted by the tests in tests/apps/lesson/, which write those pages": (
        "the page of the bundled run is 8.6 MB",
        "so it stays below 10 MB",
        "with random labels takes 4.3 MB",
    ),
    "asserted by the tests in tests/cli/": ("A wrong input is answered with one sentence and exit code 2.",),
    "the two ends of a path: notation": (
        "A<sub>i</sub>(1) and A<sub>i</sub>(0) of the pairs",
        "A<sub>i</sub>(1) + A<sub>i</sub>(0) + V<sub>i</sub>",
    ),
    "bits and channels of file formats, asserted by tests/datasets/test_scientific_images.py": (
        "TIFF files of 8 to 64 bits",
        "PNG files of 16 bits a channel",
        "for files of more than 8 bits, the range of",
        "reads those of 8 bits as they are",
        "for sets of 8 bits too",
        "by its number from 0 or as",
        "needed for files of 2 channels, or more than 4",
        "compressed TIFF of more than 8 bits",
        "full depth of 16-bit PNG",
    ),
    "what is scored: mathematics": (
        "1 \N{MINUS SIGN} the largest probability",
        "1 \N{MINUS SIGN} the margin",
    ),
}


def results(name: str):
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))


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


def the_lesson_pages(text: Prose) -> None:
    jumping = dynamics_of("noisy-tops").tau
    text.says(f"jumps from {jumping[1]:.2f} to {jumping[2]:.2f} between two cycles")
    assert tau_dynamics(history_of("demo")).tau.min() > 0.97
    text.says("whose τ\\* stays near 1, into `lessons/`")


def a_gpu(text: Prose) -> None:
    paper = results("gpu/paper")
    assert (paper["method"], paper["complete"], paper["settings"]["gpu"]) == ("lada-entmix", True, "fast")
    model = paper["conditions"]["device"].removeprefix("cuda (").removesuffix(")")
    text.says(f"the paper's `fashion` run took {paper['wall_minutes']:.1f} minutes on one {model}")


def a_large_pool(text: Prose) -> None:
    pools = results("pool")["pools"]
    largest = max(pools, key=int)
    bytes_an_image = 28 * 28 + 8  # uint8 pixels and an int64 target, as benchmarks/pool.py writes them
    gigabytes = int(largest) * bytes_an_image / 1e9
    text.says(f"({pools[largest]['first_opening_s']:.0f} s for {gigabytes:.0f} GB)")


def enough_labels(text: Prose) -> None:
    found = results("stopping")
    runs = [run for run in found["runs"].values() if run["on_stop_set"]]
    assert (len(runs), found["rules"]["gain"], found["rules"]["lag"]) == (6, GAIN_TO_STOP, LAG)
    text.says(f"a fixed random sample of {STOP_SET_SIZE} unlabelled images")
    text.says(f"(Bloodgood and Vijay-Shanker, CoNLL 2009, stop at {found['rules']['kappa']})")
    assert found["rules"]["kappa"] == KAPPA_TO_STOP
    text.says(f"in six runs of up to {max(run['labels'] for run in runs):,} labels")
    assert 0.95 < max(run["largest_mean_kappa"] for run in runs) < 0.96
    assert all(run["kappa_rule"]["labels"] is None for run in runs)
    text.says("kappa stayed below 0.96")
    after = [run["gain_rule"]["after_plateau"] for run in runs]
    text.says(f"said enough from {-min(after)} labels before the plateau of the test accuracy to {max(after)} after it")
    points = [100 * run["gain_rule"]["still_to_gain"] for run in runs]
    text.says(f"with {min(points):.1f} to {max(points):.1f} points still to come")


def a_folder_of_ones_own(text: Prose) -> None:
    text.says(f"a run on frozen features keeps thumbnails of at most {MAX_BYTES // 1024} KB there and nothing else")
    text.says(f"at most {MAX_KEPT} folders and {MAX_KEPT_BYTES // 10**9} GB")
    text.says(f"where a server answers within {('no', 'one', 'two', 'three')[round(REACHED_S)]} seconds")
    offered = torchvision.models.get_model_weights(DOWNLOADED.partition(":")[2]).DEFAULT
    text.says(f"the {offered.meta['_file_size']:.0f} MB of torchvision's ResNet-18")
    text.says(f"Pictures of at most {SMALL} pixels are shown at that size")
    text.says(f"{THUMBNAIL} x {THUMBNAIL} pixels of each are kept to look at")


def the_scale_of_scientific_images(text: Prose) -> None:
    (low, high), (black, white), (dark, bright) = PERCENTILES, FULL_DEPTH, FULL_FLOAT
    text.says(f"the range of the middle {high - low:.1f} % of the pixel values of the whole set")
    text.says(f"{black:.0f} to {white:,.0f} for integers and {dark:.0f} to {bright:.0f} for floats")


def the_stems(text: Prose) -> None:
    size = DataConfig(name="folder:photos")
    assert size.height == size.width
    text.says(f"`data.height` and `data.width` ({size.height}) are the size")
    convolution = ResNet(ClassifierConfig(), 3, 2, Stem.LARGE).segments[0][0]
    assert {convolution.kernel_size, convolution.stride} == {(7, 7), (4, 4)}
    text.says(f"above {LARGE_ABOVE} pixels the network begins with a 7x7 convolution of stride 4")
    assert ResNet(ClassifierConfig(), 3, 2, Stem.SMALL).segments[0][0].kernel_size == (3, 3)
    text.says("the 3x3 one of the paper")
    text.says("`classifier.stem=3x3`")


def when_the_time_is_told(text: Prose) -> None:
    text.says(f"Where a cycle will take more than {WORTH_TELLING_S:g} s, `run` and `open_session` say so")


def the_methods(text: Prose) -> None:
    fixed = {method: configure("demo", method).fixed_tau for method in ("lada-entmix-fixed", "lada-entinmix-fixed")}
    text.says(f"τ by the policy network, {fixed['lada-entmix-fixed']:g}, or each pair's best")
    text.says(f"τ by the policy network, or {fixed['lada-entinmix-fixed']:g} |")


def the_conditions_of_the_study(text: Prose) -> None:
    about = results("study/study")
    width, cycles, labels, seeds, torch = re.search(
        r"width (\d+), (\d+) cycles of (\d+) labels, (\d+) seeds.*; cpu \(1 thread\), torch ([\d.]+), float32",
        about["conditions"],
    ).groups()
    assert int(seeds) == about["seeds"]
    assert len(about["comparisons"]) == 9  # "The nine comparisons".
    n_test = recorded("demo").info.n_test
    text.says(f"`demo` on `fashion-mini` ({n_test:,} test images), width {width}, {cycles} cycles of {labels} labels")
    text.says(f"torch {torch}, float32")
    text.says(f"runs all of it again, {about['core_hours']:.0f} hours of computing")
    text.says(f"indistinguishable from leaving it out, in {seeds} seeds")
    text.says(f"with the 95 % interval from resampling the {seeds} seeds and the test images")
    text.says("before and after Holm's correction for the nine comparisons")


def the_steps_of_the_study(text: Prose) -> None:
    """The tables are those of docs/comparison*.md, which a test holds against the committed results."""
    for page in (COMPARISON, PRETRAINED):
        start = page.index("| what alone differs")
        for row in page[start : page.index("\n\n", start)].splitlines():
            assert row in README.splitlines()
            text.says(" ".join(row.split()))


def what_the_study_says(text: Prose) -> None:
    found = {(one["method"], one["against"]): one for one in results("study/study")["comparisons"]}

    def points(*names: str) -> str:
        return str(half_up(100 * found[names]["difference"], 2))

    def told_apart(*names: str) -> bool:
        assert (found[names]["p_holm"] < 0.05) <= (found[names]["lower"] * found[names]["upper"] > 0)
        return found[names]["p_holm"] < 0.05

    alone = found["lada-entmix-fixed", "pairs-then-mixup"]
    less, more = (half_up(100 * end, 2) for end in (-alone["lower"], alone["upper"]))
    text.says(f"indistinguishable from leaving it out: it changes accuracy by something between {less} points less")
    text.says(f"points less and {more} more (95 %)")
    assert alone["lower"] < 0 < alone["upper"]
    text.says("Learning τ, and taking each pair's best in place of the learned one, are indistinguishable")
    assert not told_apart("lada-entmix", "lada-entmix-fixed")
    assert not told_apart("lada-entmix-exact", "lada-entmix")
    text.says(f"is worth {points('random-pairs-mixup', 'random-then-mixup')} points more than mixing it with a new one")
    assert told_apart("random-pairs-mixup", "random-then-mixup")
    new = found["random-then-mixup", "random"]
    text.says(f"Mixing with new partners comes out {half_up(-100 * new['difference'], 2)} points below `random`")
    text.says(f"after the correction (p = {half_up(new['p_holm'], 3)}) the two are not told apart")
    assert not told_apart("random-then-mixup", "random")
    text.says("choosing pairs by the entropies of their two images is indistinguishable from random pairs")
    assert not told_apart("pairs-then-mixup", "random-pairs-mixup")
    text.says("choosing single images by theirs is indistinguishable from random images")
    assert not told_apart("max-entropy", "random")
    text.says(f"better than `random` by {points('lada-entmix', 'random')} points")
    text.says(f"one after the other by {points('lada-entmix', 'ent-then-mixup')}, and both survive the correction")
    assert told_apart("lada-entmix", "random")
    assert told_apart("lada-entmix", "ent-then-mixup")


def what_was_not_planned(text: Prose) -> None:
    rows = [row for row in rows_of("study") if int(row["cycle"]) > 0]
    planned = {(one["method"], one["against"]) for one in results("study/study")["comparisons"]}

    def points(*names: str) -> str:
        assert names not in planned
        first, second = (mean(float(row["accuracy"]) for row in rows if row["method"] == of) for of in names)
        return str(half_up(100 * (first - second), 2))

    above = points("random-pairs-mixup", "random")
    text.says(f"Fixed pairs drawn at random are {above} points above `random`")
    text.says(f"and `lada-entmix` is {points('lada-entmix', 'random-pairs-mixup')} above those")
    text.says("these two comparisons were not planned and are not corrected")


def rows_of(study: str) -> list[dict[str, str]]:
    with (ROOT / "benchmarks" / "results" / study / "runs.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def the_pretrained_network(text: Prose) -> None:
    """Both networks side by side, and what the study on features says in words."""
    about, config = results("study-pretrained/study"), configure("demo-pretrained")
    text.says(f"sees the images at {config.backbone.size} pixels")
    text.says(f"It shows the network {config.backbone.size} pixels, for the bundled images hold no more")
    assert efficientnet_lite0().pretrained_cfg["input_size"][1:] == (224, 224)  # the size in the command
    text.says(f"Test accuracy in per cent, mean over {about['seeds']} seeds:")
    text.says("| method | small network, 20 labels | 120 | 220 | pretrained, 20 labels | 120 | 220 |")
    by_study = {study: rows_of(study) for study in ("study", "study-pretrained")}

    def percent(study: str, method: str, labels: int) -> str:
        of = [row for row in by_study[study] if (row["method"], row["labels"]) == (method, str(labels))]
        assert len(of) == 20
        return str(half_up(100 * mean(float(row["accuracy"]) for row in of), 1))

    for method in dict.fromkeys(row["method"] for row in by_study["study"]):
        cells = [percent(study, method, labels) for study in by_study for labels in (20, 120, 220)]
        row = f"| {method} | {' | '.join(cells)} |"
        assert row in README.splitlines()
        text.says(row)
    text.says(f"{about['core_hours']} hours of computing once the features are there")
    seconds = [median(float(row["seconds"]) for row in of if row["cycle"] != "0") for of in by_study.values()]
    text.says(f"A cycle took {seconds[1]:.1f} s in these runs and {seconds[0]:.1f} s in those of the small network")
    what_the_study_on_features_says(text, {(one["method"], one["against"]): one for one in about["comparisons"]})


def what_the_study_on_features_says(text: Prose, found: dict) -> None:
    alone = found["lada-entmix-fixed", "pairs-then-mixup"]
    assert alone["lower"] < 0 < alone["upper"]
    less, more = (half_up(100 * end, 2) for end in (-alone["lower"], alone["upper"]))
    text.says("**Looking ahead alone** is indistinguishable from leaving it out here too")
    text.says(f"it changes accuracy by something between {less} points less and {more} more (95 %). Mixing with")
    new = found["random-then-mixup", "random"]
    assert new["upper"] < 0
    costs, p = half_up(-100 * new["difference"], 2), half_up(new["p_holm"], 3)
    text.says(f"in each epoch costs {costs} points against `random` (p = {p} after the correction)")
    assert found["random-pairs-mixup", "random-then-mixup"]["p_holm"] > 0.05
    text.says("Fixed pairs, which help the small network, are not told apart from new ones.")
    whole = found["lada-entmix", "ent-then-mixup"]
    assert whole["p_holm"] < 0.05
    text.says(f"LADA as a whole is {half_up(100 * whole['difference'], 2)} points better than entropy and mixup")
    assert found["lada-entmix", "random"]["p_holm"] > 0.05
    text.says("and not told apart from random images")


CLAIMS = (
    what_is_needed_and_bundled,
    a_class,
    the_lesson_pages,
    a_gpu,
    a_large_pool,
    enough_labels,
    a_folder_of_ones_own,
    the_scale_of_scientific_images,
    the_stems,
    when_the_time_is_told,
    the_methods,
    the_conditions_of_the_study,
    the_steps_of_the_study,
    what_the_study_says,
    what_was_not_planned,
    the_pretrained_network,
)


def test_every_number_of_the_readme_is_claimed_by_a_record_or_a_reason():
    text = Prose(" ".join(README.split()))
    for claim in CLAIMS:
        claim(text)
    text.needs_no_record(REASONS)
    assert text.unclaimed() == []
