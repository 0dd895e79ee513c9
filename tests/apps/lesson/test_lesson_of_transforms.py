"""The page of a run whose virtual instances are transforms or are made only afterwards: it says what the run did."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.small_runs import small_session

from lada_explore.apps.lesson import lesson_page
from lada_explore.apps.lesson.about import about, title_of
from lada_explore.apps.lesson.packing import restored, unpacked
from lada_explore.apps.lesson.questions import questions_of
from lada_explore.config.presets import configure
from lada_explore.store import open_run


def content_of(path):
    """What the page of a run unpacks, with what it holds of the run."""
    text = lesson_page(open_run(path)).split('<script type="text/plain" id="content">')[1].split("<")[0]
    values = restored(*unpacked(text))
    return values | values["runs"][0]


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Content of the page of a run of each method."""
    found = {}
    for method in ("lada-entstn", "ent-then-stn", "ent-then-mixup"):
        folder = tmp_path_factory.mktemp("runs") / method
        session = small_session(folder, method, policy__learning_rate=5e-3)
        session.run()
        session.close()
        found[method] = content_of(folder)
    return found


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (
            "lada-entstn",
            "Its method scores single images, each together with its transform, its virtual instance: there are no "
            "pairs to mix, and in place of τ* each image has a θ, which says how it is transformed.",
        ),
        (
            "ent-then-stn",
            "Its method scores single images: there are no pairs to mix and no τ*. Virtual instances are made only "
            "while the classifier trains, by transforming images.",
        ),
        (
            "ent-then-mixup",
            "Its method scores single images: there are no pairs to mix and no τ* to look ahead with. Virtual "
            "instances are made only while the classifier trains, by mixing the images asked about in random pairs.",
        ),
    ],
)
def test_what_a_run_without_pairs_makes_instead_is_said_at_the_top(contents, method, sentence):
    about = contents[method]["about"]
    assert sentence in about
    assert not [said for said in about if "no virtual instances" in said]


@pytest.mark.parametrize(
    ("method", "asks"),
    [
        ("random-pairs-mixup", "pairs drawn at random"),
        (
            "pairs-then-mixup",
            "the pairs with the highest A(1) + A(0), the acquisition of their two images, and leaves V out",
        ),
    ],
)
def test_of_pairs_without_look_ahead_the_top_says_how_they_are_chosen_and_mixed(tmp_path, method, asks):
    small_session(tmp_path / "run", method, cycles=1).close()
    run = open_run(tmp_path / "run")
    assert title_of(run).startswith(f"Active learning without look-ahead: {method} on ")
    fields = {name: getattr(run, name) for name in ("config", "info", "class_names")}
    recorded = SimpleNamespace(**fields, history=FakeSession(cycles=1, method=method).run())
    assert about(recorded, SimpleNamespace(left_out=()))[1:2] == [
        f"Its method does not look ahead: it asks about {asks}. The classifier then trains on mixes of these pairs at "
        "τ = 2, the same for every pair."
    ]


@pytest.mark.parametrize(("settings", "released"), [({"fidelity": "released"}, True), ({}, False)])
def test_the_page_of_a_run_made_as_released_says_so_at_the_top(settings, released):
    session = FakeSession(cycles=1)
    config = configure("demo", "lada-entmix", settings=settings)
    info = SimpleNamespace(acquisition_unit="bits", image_source="")
    run = SimpleNamespace(config=config, info=info, class_names=CLASS_NAMES, history=session.run())
    assert title_of(run).startswith("Look-ahead active learning: lada-entmix on ")
    sentence = "It was made as the authors' release of LADA, in all that the setting fidelity=released sets."
    assert (sentence in about(run, SimpleNamespace(left_out=()))) is released


def test_theta_and_the_transforms_stand_where_tau_would(contents):
    content = contents["lada-entstn"]
    assert content["tau_title"] == "θ, and the transforms of the images asked about"
    spec = content["cycles"][2]["tau"]
    assert spec["message"] == ""
    assert spec["figure"]["layout"]["annotations"][0]["text"] == "Change of θ while cycle 2 learned"
    queried = [group["images"][0]["id"] for group in content["cycles"][2]["gallery"]["groups"]]
    assert len(spec["figure"]["layout"]["images"]) == 2 * len(queried) == 8
    assert contents["ent-then-mixup"]["tau_title"] == "τ* from cycle to cycle, and inside one"


def test_what_train_learned_from_is_called_transforms(contents):
    (said,) = [text for stage, text in contents["lada-entstn"]["cycles"][2]["stages"] if stage == "Train"]
    assert "transforms an epoch: loss" in said
    (mixed,) = [text for stage, text in contents["ent-then-mixup"]["cycles"][2]["stages"] if stage == "Train"]
    assert "virtual instances an epoch: loss" in mixed


def test_a_method_that_does_not_look_ahead_says_what_it_does_with_the_acquired_images(contents):
    for method, what in (("ent-then-stn", "transforms"), ("ent-then-mixup", "mixes")):
        (said,) = [text for stage, text in contents[method]["cycles"][2]["stages"] if stage == "Look ahead"]
        assert said.startswith(
            f"This method does not look ahead: it scores single images, and {what} those asked about"
        )


def test_the_asked_image_is_the_one_with_the_highest_sum_of_its_entropy_and_that_of_its_transform():
    history = FakeSession(cycles=1, method="max-entropy").run()
    records = history[1]
    own, ids = records.score.scores, records.subsample.subset_ids
    # Transforms whose entropies turn the order of the images' own ones around.
    terms = np.column_stack([own, 2 * (own.max() - own)]).astype(np.float32)
    scores = terms.sum(axis=1)
    best = np.argsort(-scores, kind="stable")[: len(records.select.query_ids)]
    select = replace(records.select, score_terms=terms, scores=scores, query_ids=ids[best])
    changed = replace(records, select=select, query=replace(records.query, ids=ids[best]))
    (question,) = [found for found in questions_of([changed], CLASS_NAMES) if "four images" in found.text]
    shown = {text: image_id for text, (_, (image_id,)) in zip(question.choices, question.figures, strict=True)}
    assert shown[question.answer] == ids[best[0]]
    assert question.why.startswith(
        f"Its score is {scores[best[0]]:.2f} bits, {terms[best[0], 0]:.2f} of the image and "
        f"{terms[best[0], 1]:.2f} of its transform, all rounded. The {len(best)} candidates with the highest scores "
        "were asked"
    )
    for text, hint in question.hints.items():
        row = ids.tolist().index(shown[text])
        assert hint.startswith(f"Its score is {scores[row]:.2f} bits, ")
        assert hint.endswith("as they are and transformed: it adds the two entropies.")
