"""What stands on a map, and where the numbers beside its points go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession
from helpers.maps import BLACK, RED, scene_of, trace

from lada_explore.analysis import Kind, Layouts
from lada_explore.views.map.captions import caption_of
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.look import spans_of


def test_every_image_stands_once_at_its_place_with_its_id(scene):
    figure = go.Figure(map_figure(scene))
    stood = {}
    for entry in figure.data:
        if entry.customdata is not None:
            for key, x, y in zip(entry.customdata, entry.x, entry.y, strict=True):
                if key[1] < 0:
                    assert int(key[0]) not in stood
                    stood[int(key[0])] = (x, y)
    assert sorted(stood) == sorted(scene.points.ids.tolist())
    for i, position in zip(scene.points.ids.tolist(), scene.layout.positions, strict=True):
        assert stood[i] == pytest.approx(tuple(position))


def test_black_numbers_are_the_entropies_and_red_ones_the_maximum_and_average(scene, history):
    figure = go.Figure(map_figure(scene))
    score = dict(zip(history[2].subsample.subset_ids.tolist(), history[2].score.scores.tolist(), strict=True))
    query_ids = history[2].select.query_ids.tolist()
    black, stars = trace(figure, BLACK), trace(figure, "acquired: entropy (bits)")
    assert list(black.text) == [f"{score[i]:.2f}" for i in query_ids]
    assert stars.customdata[:, 0].tolist() == query_ids
    np.testing.assert_allclose(np.column_stack([black.x, black.y]), np.column_stack([stars.x, stars.y]))
    ahead, pairs = history[2].look_ahead, history[2].subsample.pair_ids.tolist()
    rows = [pairs.index(pair) for pair in history[2].select.pair_ids.tolist()]
    red = trace(figure, RED)
    assert list(red.text) == [f"{ahead.max_instance[row]:.2f} (*{ahead.mean_virtual[row]:.2f})" for row in rows]


def test_a_pair_whose_path_is_highest_at_one_of_its_images_shows_the_maximum_of_its_virtual_instances(history, layouts):
    ahead, pairs = history[2].look_ahead, history[2].subsample.pair_ids.tolist()
    row = pairs.index(history[2].select.pair_ids[0].tolist())
    profile, tau = ahead.profile.copy(), ahead.tau.copy()
    profile[row], tau[row] = 2 * ahead.grid, 1.0
    highest = ahead.max_virtual.copy()
    highest[row] = 2.0
    # As an older run records it: no number of the instances, and the path's maximum is that of the first image itself.
    older = replace(ahead, profile=profile, tau=tau, max_virtual=highest, max_instance=np.empty(0, np.float32))
    changed = [*history[:2], replace(history[2], look_ahead=older), *history[3:]]
    red = trace(go.Figure(map_figure(scene_of(changed, layouts, 2))), RED)
    # At tau = 1 the outermost of ten equally likely instances has 0.95 of the first image.
    assert red.text[0].startswith("1.90 (*")


def test_a_red_number_stands_at_its_pairs_most_uncertain_virtual_instance(scene):
    red = trace(go.Figure(map_figure(scene)), RED)
    virtual = scene.points.virtual
    for pair, (x, y) in enumerate(zip(red.x, red.y, strict=True)):
        np.testing.assert_allclose([x, y], scene.virtual_positions[pair, virtual.entropy_bits[pair].argmax()])


def test_threads_lead_from_each_virtual_instance_to_its_two_parents(scene):
    figure = go.Figure(map_figure(scene))
    threads = trace(figure, "line to a parent image")
    x, y = threads.x.reshape(-1, 4), threads.y.reshape(-1, 4)
    assert np.isnan(x[:, 3]).all()
    row_of = scene.row_of()
    flat = scene.virtual_positions.reshape(-1, 2)
    parents = np.repeat(scene.points.virtual.pair_ids, scene.points.virtual.lam.shape[1], axis=0)
    for line in range(len(flat)):
        ends = scene.layout.positions[[row_of[int(i)] for i in parents[line]]]
        np.testing.assert_allclose(np.column_stack([x, y]).reshape(-1, 2, 4)[line, :, 0], ends[0])
        np.testing.assert_allclose([x[line, 1], y[line, 1]], flat[line])
        np.testing.assert_allclose([x[line, 2], y[line, 2]], ends[1])


def test_marked_images_get_a_ring_and_the_chosen_pair_strong_threads(scene):
    first, second = scene.points.virtual.pair_ids[1].tolist()
    figure = go.Figure(map_figure(scene, (first, 999_999), (second, first)))
    ring = trace(figure, "marked")
    np.testing.assert_allclose([ring.x[0], ring.y[0]], scene.layout.positions[scene.row_of()[first]])
    assert len(ring.x) == 1
    instances = scene.points.virtual.lam.shape[1]
    assert len(trace(figure, "line to a parent image, chosen pair").x) == 4 * instances
    assert len(trace(figure, "line to a parent image").x) == 4 * instances * 2


def test_axes_have_no_ticks_the_same_scale_and_hold_every_point(scene):
    figure = go.Figure(map_figure(scene))
    assert not figure.layout.xaxis.showticklabels
    assert figure.layout.yaxis.scaleanchor == "x"
    for axis, (low, high) in zip((0, 1), scene.bounds, strict=True):
        assert low < scene.layout.positions[:, axis].min()
        assert high > scene.layout.positions[:, axis].max()
        assert (low % 0.25, high % 0.25) == (0, 0)


def test_class_names_reach_plotly_as_text(scene):
    names = {entry.name for entry in go.Figure(map_figure(scene)).data}
    assert "&lt;b&gt;Dress&lt;/b&gt;" in names
    assert not any("<b>" in name for name in names)


def test_a_method_without_pairs_has_stars_and_no_threads(layouts):
    history = FakeSession(cycles=2, method="max-entropy").run(2)
    scene = scene_of(history, Layouts(), 1)
    figure = go.Figure(map_figure(scene))
    assert len(trace(figure, BLACK).text) == 6
    assert len(trace(figure, RED).x) == 0
    assert len(trace(figure, "virtual instance").x) == 0
    assert caption_of(scene.points).endswith("with its predictive entropy in bits.")


def test_each_number_says_of_which_point_it_is(scene):
    figure = go.Figure(map_figure(scene))
    virtual = scene.points.virtual
    assert list(trace(figure, BLACK).ids) == [f"{i},-1,-1" for i in scene.points.query_ids.tolist()]
    highest = virtual.entropy_bits.argmax(axis=1)
    told = zip(virtual.pair_ids.tolist(), highest.tolist(), strict=True)
    assert list(trace(figure, RED).ids) == [f"{first},{second},{at}" for (first, second), at in told]


def test_a_chosen_pair_that_is_not_acquired_has_the_entropies_of_its_images(scene):
    candidates = scene.rows(Kind.CANDIDATE)[:2]
    pair = tuple(scene.points.ids[candidates].tolist())
    chosen = map_figure(scene, (), pair)
    assert chosen["layout"]["meta"] == {"pair": list(pair)}
    numbers = trace(go.Figure(chosen), "entropy of an image of the chosen pair")
    assert list(numbers.text) == [f"{bits:.2f}" for bits in scene.points.entropy_bits[candidates]]
    acquired = trace(go.Figure(map_figure(scene, (), tuple(scene.points.query_ids[:2].tolist()))), numbers.name)
    assert list(acquired.text) == []


def test_labelled_images_are_shaded_by_the_cycle_in_which_they_were_labelled(scene):
    drawn = go.Figure(map_figure(scene, by_cycle=True))
    labelled = scene.rows(Kind.LABELLED)
    cycles = scene.points.acquired_cycle[labelled]
    assert set(cycles.tolist()) == {0, 1}
    for name, cycle in (("labelled at the start", 0), ("labelled in cycle 1", 1)):
        shown = trace(drawn, name)
        assert sorted(shown.customdata[:, 0].tolist()) == sorted(scene.points.ids[labelled[cycles == cycle]].tolist())
    colours = {trace(drawn, name).marker.color for name in ("labelled at the start", "labelled in cycle 1")}
    assert len(colours) == 2
    assert not [entry for entry in drawn.data if entry.name == "labelled earlier"]


@pytest.mark.parametrize(
    ("last", "spans"),
    [
        (0, [(0, 0)]),
        (4, [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]),
        (11, [(0, 0), (1, 3), (4, 6), (7, 9), (10, 11)]),
        (100, [(0, 0), (1, 25), (26, 50), (51, 75), (76, 100)]),
    ],
)
def test_the_legend_of_cycles_has_five_entries_at_most(last, spans):
    found = spans_of(np.arange(last + 1))
    assert [(span.first, span.last) for span in found] == spans
    assert len({span.colour for span in found}) == len(found)
    assert found[0].name == "labelled at the start"


def test_a_span_without_labels_has_no_entry():
    assert [span.name for span in spans_of(np.array([0, 0, 8]))] == [
        "labelled at the start",
        "labelled in cycles 7 to 8",
    ]
    assert spans_of(np.array([], np.int64)) == ()
