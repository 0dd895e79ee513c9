"""What the notebooks 01 to 04 say in numbers, as `test_lesson_numbers` claims it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torchvision
from prose import ROOT, Prose, history_of, recorded

from lada_explore import configure
from lada_explore.analysis import pair_row, tau_worth
from lada_explore.analysis.plane import N_DRAWS
from lada_explore.apps.playground import plane_config
from lada_explore.beta import beta_weights
from lada_explore.datasets.points import CLASSES, DRAWN
from lada_explore.features.at_hand import DOWNLOADED
from lada_explore.models.borrowed.installed import efficientnet_lite0
from lada_explore.session.session import Session
from lada_explore.views.playground.playground import Start

SKETCH = (ROOT / "lada_explore" / "views" / "playground" / "sketch.js").read_text(encoding="utf-8")
PLAYGROUND = (ROOT / "lada_explore" / "views" / "playground" / "controls.js").read_text(encoding="utf-8")


def low_share(records) -> float:
    """Share of pairs whose best tau is next to 0."""
    return float((records.look_ahead.best_tau < 0.05).mean())


def the_images_and_the_policy_of_the_first_run(text: Prose):
    info, demo = recorded("demo").info, history_of("demo")
    text.says(f"the images are {info.pool_size:,} bundled ones of Fashion-MNIST")
    text.says(f"Accuracy on the {info.n_test:,} test images")
    assert info.config.schedule.initial_per_class == 2  # "two images of each class"
    text.says(f"the policy starts near τ = {demo[1].look_ahead.tau_by_epoch[0].mean():.1f}.")
    text.says("The paper reports τ\\* close to 1 for Fashion-MNIST, and the policy here gets there too.")
    assert min(records.look_ahead.tau.mean() for records in demo[1:]) > 0.95
    text.says("is close to 0 for about one pair in seven")
    assert np.mean([low_share(records) for records in demo[1:]]) == pytest.approx(1 / 7, abs=0.02)
    fixed = configure("demo", "lada-entmix-fixed").fixed_tau
    text.says(f'`method="lada-entmix-fixed"` uses τ = {fixed:g}, above the end of the sigmoid')
    text.says(f"lets the policy go beyond {configure('demo').policy.tau_max:g}.")


def the_pretrained_network(text: Prose):
    config = configure("demo-pretrained")
    with (ROOT / "benchmarks" / "results" / "study" / "runs.csv").open(encoding="utf-8") as file:
        start = [float(row["accuracy"]) for row in csv.DictReader(file) if row["cycle"] == "0"]
    labels = config.schedule.initial_per_class * 10
    text.says(f"after {labels} labels it is right on about one test image in five")
    assert np.mean(start) == pytest.approx(1 / 5, abs=0.02)
    features = efficientnet_lite0()._fc.in_features
    text.says(f"Its *features*, {features:,} numbers for each image")
    text.says(f"up to {labels + config.schedule.budget * config.schedule.cycles} labels")
    assert config.head.hidden == 0  # "a single linear layer"


def how_the_recorded_run_was_made(text: Prose):
    config = recorded("demo").config
    text.says(
        f"`lada-explore run --preset {config.preset} --method {config.method.name} --seed {config.seed} "
        f"--cycles {config.schedule.cycles}`"
    )


def what_the_policy_of_the_recorded_run_was_worth(text: Prose):
    history = history_of("demo")
    first, last = history[1], history[-1]
    text.says(f"The histograms answer it for cycle {last.cycle}, the last.")
    text.says("nearly all pairs at one τ\\*, close to 1, where most of them have their best value too")
    assert last.look_ahead.tau.mean() > 0.95
    assert last.look_ahead.tau.std() < 0.02
    assert (last.look_ahead.best_tau > 0.95).mean() > 0.5
    text.says("About one pair in six would be best left unmixed, at τ near 0")
    assert low_share(last) == pytest.approx(1 / 6, abs=0.02)
    worth = tau_worth(first.look_ahead)
    least = 0.01
    text.says(f"after {history[0].evaluate.n_labelled} labels both the gain and the regret were below {least} bits")
    assert max(abs(worth.gain), worth.regret.mean()) < least


def the_folder_of_digits(text: Prose):
    n = len(list((ROOT / "data" / "digits-unlabelled").glob("*.png")))
    text.says(f"`data/digits-unlabelled`, {n} small images of handwritten digits")
    data = configure("demo", dataset="folder:any").data
    by = "\N{MULTIPLICATION SIGN}"
    text.says(f"a small network is trained on {data.height} {by} {data.width} pixels in colour")
    assert data.channels == 3
    offered = torchvision.models.get_model_weights(DOWNLOADED.partition(":")[2]).DEFAULT
    text.says(f"{offered.meta['_file_size']:.0f} MB of weights are downloaded")


def the_settings_of_the_plane(text: Prose):
    config = configure("plane", "lada-entinmix")
    pairs = config.schedule.subset_size // 2
    text.says(f"{pairs} random pairs of unlabelled points")
    assert config.schedule.budget == 4  # "the two pairs that are asked about", "the four most uncertain points"
    assert config.schedule.initial_per_class == 2  # "the classes of four of them"
    assert (CLASSES["moons"], CLASSES["spiral"]) == (2, 3)  # "six labels (two of each of the three classes)"
    text.says(f"the same {N_DRAWS} draws all the time")
    steps = config.policy.epochs * pairs // config.policy.batch_size
    text.says(f"learns in {steps} steps")
    text.says(f"The policy's sigmoid ends at τ = {config.policy.tau_max:g} (supplement")
    text.says(f"go beyond {config.policy.tau_max:g} now")


@cache
def first_cycle():
    """The records of the cycle that the notebook opens the two moons with."""
    return run_on_the_plane(Start(), 1)[1]


def run_on_the_plane(start: Start, cycles: int):
    """The records of a run of the playground."""
    with TemporaryDirectory() as folder:
        session = Session.create(plane_config(start, start.method), Path(folder) / "run", device="cpu")
        with closing(session):
            session.run(until=cycles)
            return session.history


def what_the_first_cycle_shows(text: Prose):
    records = first_cycle()
    ahead, place = records.look_ahead, pair_row(records, None)
    ends = sorted((float(ahead.profile[place, 0]), float(ahead.profile[place, -1])), reverse=True)
    text.says(f"its ends have {ends[0]:.2f} and {ends[1]:.2f} bits, {sum(ends) / 2:.2f} on average")
    text.says(f"its look-ahead value at τ\\* is {ahead.value[place]:.2f}")
    text.says(f"its profile sags to {ahead.profile[place].min():.2f} in between")
    assert ahead.value[place] < sum(ends) / 2
    smallest = ahead.best_tau == ahead.best_tau.min()
    least = 0.7
    text.says(f"of the {smallest.sum()} pairs that want the smallest τ it gave")
    text.says(f"it gave {(ahead.tau[smallest] > least).sum()} more than {least}")
    assert ((ahead.best_tau < 0.05) | (ahead.best_tau > 0.95)).mean() > 0.5  # "most ... at one of the two ends"


def two_clouds_drawn_by_hand(text: Prose):
    a_click, clicks = int(re.search(r"const BRUSH = (\d+);", SKETCH)[1]), 5
    each = a_click * clicks
    plan = configure("plane").schedule
    assert 2 * each - 2 * plan.initial_per_class - 9 * plan.budget >= plan.subset_size
    text.says(f"five clicks for each class: {each} points of each leave {plan.subset_size} candidates in each")
    rng = np.random.default_rng(0)
    clouds = [np.clip(rng.normal((x, 0), 0.09, (each, 2)), -1, 1) for x in (-0.5, 0.5)]
    drawn = tuple((*map(float, point), label) for label, cloud in enumerate(clouds) for point in cloud)
    records = run_on_the_plane(Start(dataset=DRAWN, points=drawn), 10)[10]
    ahead = records.look_ahead
    across = np.logical_xor(*(records.subsample.pair_ids >= each).T)
    low, high = (ahead.profile @ beta_weights(ahead.grid.astype(float), np.array([0.05, 1.0])).T)[across].mean(axis=0)
    text.says("was about 0.5 bits at τ = 1 and below 0.1 at τ = 0.05 in cycle 10")
    assert high == pytest.approx(0.5, abs=0.1)
    assert low < 0.1
    regret = tau_worth(ahead).regret
    text.says("The regret is small, about 0.01 bits or less")
    assert max(regret[across].mean(), regret[~across].mean()) < 0.015
    text.says("because the policy gave them τ\\* near 1, which is what they want")
    assert ahead.tau[across].min() > 0.9
    assert np.median(ahead.best_tau[across]) > 0.9
    assert ahead.value[~across].mean() < 0.1 * high + 0.1  # "a low A all along"


def what_many_seeds_said(text: Prose):
    study = json.loads((ROOT / "benchmarks" / "results" / "study" / "study.json").read_text(encoding="utf-8"))
    text.says(f"On images, {study['seeds']} seeds could not tell looking ahead from leaving it out")
    (alone,) = [
        one
        for one in study["comparisons"]
        if (one["method"], one["against"]) == ("lada-entmix-fixed", "pairs-then-mixup")
    ]
    assert alone["lower"] < 0 < alone["upper"]


def what_a_pair_wants_whose_profile_sags(text: Prose):
    low, high = 0.5, 0.9
    text.says(f"A pair has A(0) = {high} and A(1) = {low} bits, and its profile sags to 0.1 in between.")
    text.says(f"Half of ({high} + {low}).")
    text.says(f"(answer: {(low + high) / 2:g})")


def the_paces_of_the_playground(text: Prose):
    (pace,) = [said for said in PLAYGROUND.split('"') if said == "a cycle in 0.7 s"]
    text.says(f"with *{pace}*")


CLAIMS_01_TO_04: dict[str, tuple[Callable[[Prose], None], ...]] = {
    "01": (the_images_and_the_policy_of_the_first_run, the_pretrained_network),
    "02": (how_the_recorded_run_was_made, what_the_policy_of_the_recorded_run_was_worth),
    "03": (the_folder_of_digits,),
    "04": (
        the_settings_of_the_plane,
        what_the_first_cycle_shows,
        two_clouds_drawn_by_hand,
        what_many_seeds_said,
        what_a_pair_wants_whose_profile_sags,
        the_paces_of_the_playground,
    ),
}
