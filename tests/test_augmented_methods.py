"""Methods that augment otherwise than by look-ahead mixup: whole and interrupted runs, and what views make of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.small_runs import record_bytes, small_data, small_session

from lada_explore.analysis import describe, map_points, queried, tau_by_cycle, theta_afterwards
from lada_explore.analysis.embedding import first_layout
from lada_explore.analysis.map_points import Kind
from lada_explore.analysis.pairs import pairs_at
from lada_explore.analysis.theta import frames_of
from lada_explore.errors import StageStopped
from lada_explore.records import Stage, TrainRecord
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.views import Explorer, TauObservatory
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.text import ROUNDED
from lada_explore.views.map.captions import caption_of
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.publication import map_file
from lada_explore.views.map.scene import map_scene
from lada_explore.views.query_gallery.query_gallery import gallery_state
from lada_explore.views.tau.theta_chart import theta_figure_spec

pytestmark = pytest.mark.slow

METHODS = ("ent-then-mixup", "ent-then-adamixup", "ent-then-stn", "lada-entstn", "lada-entstn-fixed")
SETTINGS = {"cycles": 3, "training__epochs": 3, "policy__epochs": 3, "policy__learning_rate": 5e-3}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder of a whole run of three cycles of each method."""
    made = {}
    for method in METHODS:
        made[method] = tmp_path_factory.mktemp("runs") / method
        session = small_session(made[method], method, **SETTINGS)
        session.run()
        session.close()
    return made


@pytest.mark.parametrize("method", METHODS)
def test_a_run_stopped_in_the_middle_of_a_stage_is_resumed_to_the_same_records(runs, tmp_path, method):
    session, stopped = small_session(tmp_path / "run", method, **SETTINGS), []
    while session.next_stage is not None:
        here, points = (session.cycle, session.next_stage), []

        def gate(here=here, points=points):
            points.append(here)
            if here[0] == 2 and here[1] in (Stage.LOOK_AHEAD, Stage.TRAIN) and len(points) == 2 and here not in stopped:
                stopped.append(here)
                raise StageStopped("stopped")

        try:
            session.step(gate)
        except StageStopped:
            session.close()
            session = Session.resume(tmp_path / "run", data=small_data())
    session.close()
    looks_ahead = method.startswith("lada")
    assert stopped == [(2, Stage.LOOK_AHEAD)] * looks_ahead + [(2, Stage.TRAIN)]
    assert record_bytes(tmp_path / "run") == record_bytes(runs[method])


@pytest.mark.parametrize("method", METHODS)
def test_its_run_draws_in_every_tab_of_the_explorer(runs, method):
    made = Explorer(open_run(runs[method]))
    try:
        assert ("θ" in made._tabs.titles) == (method in ("ent-then-stn", "lada-entstn", "lada-entstn-fixed"))
        assert ("τ*" in made._tabs.titles) == open_run(runs[method]).config.method.uses_pairs
        for title, part in made.parts:
            made.show(title, part)
            states = [getattr(view, "spec", None) or view.state for view in views_of(made.view)]
            assert [state["error"] for state in states if state.get("error")] == []
    finally:
        made.close()


CLASSIFIER_ONLY = "that changed its weights, not how images are transformed"


def size(records) -> str:
    """The sentence on how far the transforms that TRAIN recorded are from their images."""
    train, moved, changed = records.train, [], []
    for image_id, theta, pixels in zip(
        train.transformed_ids.tolist(), train.transformed_theta, train.transformed_images, strict=True
    ):
        moved.append(max(abs(float(a) - b) for a, b in zip(theta, (1, 0, 0, 0, 1, 0), strict=True)))
        before = records.select.query_images[records.select.query_ids.tolist().index(image_id)]
        changed.append(np.abs(pixels.astype(int) - before.astype(int)).mean() / 2.55)
    assert 0 < np.mean(moved) < 1 < np.mean(changed) < 100
    return (
        "The identity leaves an image as it is. Of the six numbers of an image's θ (no unit), the one that differs "
        f"most from the identity's differs by {np.mean(moved):.2g}, and a pixel changes by {np.mean(changed):.2g} % of "
        "its range; both are means over these images."
    )


def views_of(view) -> list:
    if isinstance(view, Panel):
        return [inner for child in view.children for inner in views_of(child)]
    return [view]


@pytest.mark.parametrize("method", METHODS)
def test_every_stage_is_told_in_a_sentence(runs, method):
    for records in open_run(runs[method]).history:
        for stage in Stage:
            if (record := records.get(stage)) is not None:
                assert describe(record, ("a", "b", "c")).endswith(".")


@pytest.mark.parametrize(
    ("method", "charts"),
    [
        ("lada-entstn", ["ThetaChart"]),
        ("ent-then-stn", ["ThetaChart"]),
        ("ent-then-mixup", ["TauChart"]),
    ],
)
def test_theta_stands_for_every_method_of_transforms_and_a_refusal_stands_once(runs, method, charts):
    observatory = TauObservatory(open_run(runs[method]))
    try:
        assert [type(view).__name__ for view in observatory.children] == charts
    finally:
        observatory.close()


def test_without_pairs_only_the_query_of_single_images_is_compared(runs):
    made = Explorer(open_run(runs["ent-then-mixup"]))
    try:
        assert [part for title, part in made.parts if title == "Scores"] == ["Why not this one?", "Another rule"]
        made.show("Scores", "Another rule")
        shown = views_of(made.view)[-1]
        assert shown.state["title"] == "Cycle 3: what would another rule ask about?"
        assert [rule["kind"] for rule in shown.state["rules"]] == ["margin", "var_ratio", "draw"]
    finally:
        made.close()


def test_after_entropy_alone_there_is_no_tau_to_show_but_mixing(runs):
    history = open_run(runs["ent-then-mixup"]).history
    assert tau_by_cycle(history).reason == (
        "This method scores single images, so there is no τ to show. The images asked about are mixed in random pairs "
        "only afterwards, while the classifier trains."
    )


class TestTransforms:
    def test_the_score_is_the_images_own_entropy_and_that_of_its_transform(self, runs):
        for records in open_run(runs["lada-entstn"]).history[1:]:
            terms = np.column_stack([records.score.scores, records.look_ahead.value])
            assert np.array_equal(records.select.score_terms, terms)
            best = np.argsort(-terms.sum(axis=1), kind="stable")[:4]
            assert records.select.query_ids.tolist() == records.subsample.subset_ids[best].tolist()
            assert "its own and" in describe(records.select, ())
            assert describe(records.look_ahead, ()).startswith("Learned how to transform 20 images: θ is 0.")

    def test_theta_moves_while_it_is_learned_and_training_moves_it_for_the_fixed_policy(self, runs):
        learned = open_run(runs["lada-entstn"]).history[1].look_ahead.theta_by_epoch
        assert (np.abs(np.diff(learned, axis=0)).max(axis=(1, 2)) > 0).all()
        identity = np.array([1, 0, 0, 0, 1, 0])
        fixed = [records.look_ahead.theta for records in open_run(runs["lada-entstn-fixed"]).history[1:]]
        assert all(np.abs(theta - identity).max() > 1e-4 for theta in fixed)
        assert not np.array_equal(fixed[0], fixed[1])

    def test_the_legend_of_the_map_names_transforms_and_threads_to_their_image(self, runs):
        for method, names in (
            ("lada-entstn", ("transform", "line to its image", "line to its image, chosen")),
            ("ent-then-stn", ("virtual instance", "line to a parent image", "line to a parent image, chosen pair")),
        ):
            points = map_points(open_run(runs[method]).history, 2)
            scene = map_scene(points, first_layout(2, points.ids, points.features), "true class", ("a", "b", "c"))
            drawn = {trace["name"]: trace for trace in map_figure(scene)["data"]}
            assert set(names) <= set(drawn)
            assert drawn[names[0]]["showlegend"] == drawn[names[1]]["showlegend"] == points.virtual.are_transforms
            published = map_file(scene, "svg").decode()
            assert (">transform<" in published, ">virtual instance<" in published) == (
                points.virtual.are_transforms,
                False,
            )

    def test_the_map_has_the_transform_of_every_queried_image(self, runs):
        history = open_run(runs["lada-entstn"]).history
        points, select = map_points(history, 2), history[2].select
        assert points.virtual.are_transforms
        assert points.virtual.pair_ids.tolist() == [[i, i] for i in select.query_ids.tolist()]
        assert sorted(points.ids[points.kind == Kind.ACQUIRED]) == sorted(select.query_ids)
        np.testing.assert_allclose(points.virtual.entropy_bits[:, 0], points.virtual.max_instance, atol=2e-3)
        np.testing.assert_array_equal(points.virtual.images, select.transformed_images)
        older = replace(select, transformed_images=select.transformed_images[:0])
        assert len(map_points([*history[:2], replace(history[2], select=older)], 2).virtual.images) == 0

    def test_the_gallery_has_the_transform_beside_the_image(self, runs):
        records = open_run(runs["lada-entstn"]).history[3]
        groups = queried(records)
        assert [group.total for group in groups] == pytest.approx(sorted(records.select.scores)[::-1][:4], abs=1e-5)
        for group, pixels in zip(groups, records.select.transformed_images, strict=True):
            assert group.images[0].transform.tolist() == pixels.tolist()
            assert group.value == pytest.approx(group.total - group.images[0].score, abs=1e-5)

    def test_without_look_ahead_the_gallery_has_the_transforms_that_train_learned_from_and_no_score_of_them(self, runs):
        records = open_run(runs["ent-then-stn"]).history[3]
        groups = queried(records)
        learned = dict(zip(records.train.transformed_ids.tolist(), records.train.transformed_images, strict=True))
        assert {group.images[0].id for group in groups} == set(learned)
        for group in groups:
            np.testing.assert_array_equal(group.images[0].transform, learned[group.images[0].id])
            assert (group.value, group.total) == (None, None)
        assert queried(replace(records, train=None))[0].images[0].transform is None

    def test_views_say_of_the_transforms_they_show_that_train_learned_from_them(self, runs):
        history = open_run(runs["lada-entstn"]).history
        words = f"In every epoch the training of the classifier took a step on these transforms; {CLASSIFIER_ONLY}."
        assert gallery_state(history, (), 3)["caption"].endswith(
            f"grid on which it was taken. {ROUNDED} {size(history[3])} {words}"
        )
        assert theta_figure_spec(history, 3).caption.endswith(
            f"that of the transform, in bits. {size(history[3])} {words}"
        )
        assert caption_of(map_points(history, 3)).endswith(f"entropy in bits in red. {words}")
        waiting = [*history[:3], replace(history[3], train=None)]
        captions = [gallery_state(waiting, (), 3)["caption"], theta_figure_spec(waiting, 3).caption]
        captions.append(caption_of(map_points(waiting, 3)))
        assert not any("took a step" in caption for caption in captions)
        history = open_run(runs["ent-then-stn"]).history
        state = gallery_state(history, (), 3)
        made = "Beside it is its transform, made only afterwards, while the classifier trained."
        assert state["caption"] == f"Each image was chosen by its own score. {made} {size(history[3])} {words}"
        assert theta_figure_spec(history, 3, afterwards=True).caption.endswith(
            f"its transform and its own score, in bits. {size(history[3])} {words}"
        )

    def test_views_of_a_method_that_transforms_only_afterwards_show_the_transforms_or_say_where_they_are(self, runs):
        history = open_run(runs["ent-then-stn"]).history
        train = history[3].train
        found = theta_afterwards(history)
        assert (found.cycle, found.epochs.tolist(), found.value.tolist()) == (3, [], [])
        assert found.query_ids.tolist() == history[3].asked.ids.tolist()
        row = {image_id: place for place, image_id in enumerate(train.transformed_ids.tolist())}
        rows = [row[image_id] for image_id in found.query_ids.tolist()]
        np.testing.assert_array_equal(found.transforms, train.transformed_images[rows])
        np.testing.assert_array_equal(found.frames, frames_of(train.transformed_theta[rows]))
        score = dict(zip(history[3].subsample.subset_ids.tolist(), history[3].score.scores, strict=True))
        assert found.own.tolist() == [score[image_id] for image_id in found.query_ids.tolist()]
        spec = theta_figure_spec(history, 3, afterwards=True)
        assert (
            "transforms the images that were asked about only afterwards, while the classifier trains: by the θ"
            in spec.caption
        )
        assert "below each its transform and its own score, in bits." in spec.caption
        assert len(spec.figure["layout"]["images"]) == 2 * len(found.query_ids)
        caption = caption_of(map_points(history, 3))
        assert f"The classifier then trained on {len(rows)} transforms of these images too" in caption
        waiting = [*history[:3], replace(history[3], train=None)]
        assert caption_of(map_points(waiting, 3)).endswith("with its predictive entropy in bits.")
        assert theta_figure_spec(waiting, 3, afterwards=True).message == (
            "Cycle 3 has not trained yet; this method transforms the images asked about only then, and θ appears here."
        )
        assert pairs_at(history, 3)[1] == (
            "This method scores single images, so there are no pairs to show. The images asked about are transformed "
            "only afterwards, while the classifier trains."
        )
        assert pairs_at(open_run(runs["lada-entstn"]).history, 3)[1] == (
            "This method scores single images, each together with its transform, so there are no pairs to show."
        )

    def test_a_run_that_recorded_no_transforms_says_so(self, runs):
        history = open_run(runs["ent-then-stn"]).history
        blank = TrainRecord.__dataclass_fields__
        names = ("transformed_ids", "transformed_theta", "transformed_images")
        none = {name: blank[name].default_factory() for name in names}
        older = [replace(records, train=replace(records.train, **none)) for records in history]
        found = "recorded no transform of the images that it asked about, so there is no θ to show."
        assert theta_figure_spec(older, 2, afterwards=True).message == f"Cycle 2 has {found}"
        assert theta_figure_spec(older, 0, afterwards=True).message.startswith("The start transforms no candidates")
        assert theta_figure_spec(older, afterwards=True).message.startswith("No cycle has recorded a transform")

    def test_where_look_ahead_has_no_epochs_the_images_take_the_place_of_the_curves(self, runs):
        spec = theta_figure_spec(open_run(runs["lada-entstn-fixed"]).history, 3)
        assert [trace["name"] for trace in spec.figure["data"]] == ["grid of the transform"]
        assert "xaxis" not in spec.figure["layout"]
        assert spec.figure["layout"]["xaxis2"]["domain"] == [0, 1]
        assert spec.label == "θ of cycle 3: the transforms of the images that it asked about"
        assert not any(word in spec.caption for word in ("Curves", "bands", "On the right"))
        learned = theta_figure_spec(open_run(runs["lada-entstn"]).history, 3)
        # Three epochs: without a step, plotly would put ticks at halves and print them rounded, as 1, 2, 2.
        assert learned.figure["layout"]["xaxis"]["dtick"] == 1
        assert (
            "Curves are means over all candidates, bands the middle half of the shifts. On the right,"
            in learned.caption
        )

    def test_views_count_the_transforms_that_train_left_out(self, runs):
        records = open_run(runs["lada-entstn"]).history[3]
        kept = records.train.transformed_ids[:3]
        fewer = replace(
            records.train,
            transformed_ids=kept,
            transformed_theta=records.train.transformed_theta[:3],
            transformed_images=records.train.transformed_images[:3],
        )
        records = replace(records, train=fewer)
        words = (
            f"the training of the classifier took a step on 3 of these 4 transforms and no others; {CLASSIFIER_ONLY}."
        )
        assert gallery_state([records], (), 3)["caption"].endswith(words)
        assert theta_figure_spec([records], 3).caption.endswith(words)
