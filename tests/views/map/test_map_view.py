"""The map without a browser: colours, places, numbers, the panel, what clicks do, and the saved figure."""

from __future__ import annotations

import io
import re
import threading
import time
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession, make_image
from PIL import Image

from lada_explore.analysis import Kind, Layouts, map_points
from lada_explore.analysis import layouts as layouts_module
from lada_explore.errors import ConfigError
from lada_explore.views import MapView, Selection
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.map.figure import caption_of, gauge_of, map_figure
from lada_explore.views.map.look import CLASS_COLOURS, CLASS_SYMBOLS, SCALE, UNKNOWN, Range, look_of, scale_colour
from lada_explore.views.map.panel import MAX_STRIP, atlas_of, sprite_of, strip_of
from lada_explore.views.map.publication import MARKERS
from lada_explore.views.map.scene import map_scene, sides_apart

BLACK, RED = "entropy of an acquired image", "maximum (*average) of a pair"


def until(condition, timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def history():
    return FakeSession(cycles=4).run(4)


@pytest.fixture(scope="module")
def layouts():
    return Layouts()


@pytest.fixture
def scene(history, layouts):
    return scene_of(history, layouts, 2)


def scene_of(history, layouts, cycle, colour="true class"):
    return map_scene(map_points(history, cycle), layouts.make(history, cycle), colour, CLASS_NAMES)


def trace(figure, name):
    (found,) = [entry for entry in figure.data if entry.name == name]
    return found


@pytest.fixture
def drawn():
    """A view whose first map is drawn, its session and its selection."""
    session, selection = FakeSession(cycles=4), Selection()
    session.run(3)
    view = MapView(session, selection)
    until(lambda: view.spec["figure"] is not None)
    yield view, session, selection
    view.close()


def handle(view, **content) -> None:
    """What the page sends."""
    view._handle_custom_msg(content, [])


# What is drawn -------------------------------------------------------------------------------------------------------


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
    assert list(red.text) == [f"{ahead.max_virtual[row]:.2f} (*{ahead.mean_virtual[row]:.2f})" for row in rows]


def test_a_red_number_stands_at_its_pairs_most_uncertain_virtual_instance(scene):
    red = trace(go.Figure(map_figure(scene)), RED)
    virtual = scene.points.virtual
    for pair, (x, y) in enumerate(zip(red.x, red.y, strict=True)):
        np.testing.assert_allclose([x, y], scene.virtual_positions[pair, virtual.entropy_bits[pair].argmax()])


def test_threads_lead_from_each_virtual_instance_to_its_two_parents(scene):
    figure = go.Figure(map_figure(scene))
    threads = trace(figure, "thread to a parent")
    x, y = threads.x.reshape(-1, 4), threads.y.reshape(-1, 4)
    assert np.isnan(x[:, 3]).all()
    row_of = scene.row_of()
    flat = scene.virtual_positions.reshape(-1, 2)
    parents = np.repeat(scene.points.virtual.pair_ids, len(scene.points.virtual.lam), axis=0)
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
    instances = len(scene.points.virtual.lam)
    assert len(trace(figure, "thread to a parent, chosen pair").x) == 4 * instances
    assert len(trace(figure, "thread to a parent").x) == 4 * instances * 2


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


# Colours -------------------------------------------------------------------------------------------------------------


def test_a_class_has_one_colour_and_one_shape_and_a_hundred_classes_differ():
    looks = {(CLASS_COLOURS[c % len(CLASS_COLOURS)], CLASS_SYMBOLS[c % len(CLASS_SYMBOLS)]) for c in range(110)}
    assert len(looks) == 110
    assert set(CLASS_SYMBOLS) <= set(MARKERS)


def test_colours_tell_the_true_class_the_predicted_class_and_whether_it_is_right(history):
    points = map_points(history, 2)
    rows = np.arange(40)
    true, predicted, right = (
        look_of(points, name, CLASS_NAMES) for name in ("true class", "predicted class", "correctness")
    )
    assert [true.groups[g].name for g in true.group[:40]] == [CLASS_NAMES[t] for t in points.target[:40]]
    assert [predicted.groups[g].name for g in predicted.group[:40]] == [CLASS_NAMES[t] for t in points.predicted[:40]]
    assert predicted.groups[predicted.group[-1]].name == CLASS_NAMES[points.predicted[-1]]
    names = {1: "predicted right", 0: "predicted wrong", -1: "not known"}
    assert [right.groups[g].name for g in right.group] == [names[value] for value in points.correct.tolist()]
    assert true.colours(rows) == [CLASS_COLOURS[t] for t in points.target[:40]]


def test_entropy_is_told_by_colour_and_size_from_zero_to_the_largest_possible(history):
    points = map_points(history, 2)
    look = look_of(points, "entropy", CLASS_NAMES)
    assert (look.scale.low, look.scale.high) == (0, pytest.approx(np.log2(10)))
    order = np.argsort(points.entropy_bits[:40])
    assert (np.diff(look.sizes[order]) > 0).all()
    last = len(points.ids) - 1
    assert look.colours(np.array([last])) == [scale_colour(float(points.entropy_bits[last]), look.scale)]


def test_what_an_older_run_does_not_know_of_labelled_images_has_a_colour_of_its_own(history):
    score = replace(history[2].score, labelled_logits=np.empty((0, 0), np.float32))
    points = map_points([*history[:2], replace(history[2], score=score), *history[3:]], 2)
    last = len(points.ids) - 1
    for name, group in (("entropy", "entropy not recorded"), ("predicted class", "not predicted")):
        look = look_of(points, name, CLASS_NAMES)
        assert look.groups[look.group[last]].name == group
        assert look.colours(np.array([last])) == [UNKNOWN]
    assert atlas_of(points, CLASS_NAMES)["details"][f"{points.ids[last]},-1,-1"][3:] == []


def test_the_cycle_is_told_by_colour_and_by_its_number(history):
    points = map_points(history, 3)
    look = look_of(points, "cycle acquired", CLASS_NAMES)
    assert look.texts[-1] == "2"
    assert look.texts[int(np.flatnonzero(points.kind == Kind.ACQUIRED)[0])] == "3"
    assert look.colours(np.array([40, len(points.ids) - 1])) == [SCALE[0], scale_colour(2, Range("", 0, 3))]


def test_the_scale_runs_from_its_first_to_its_last_colour():
    scale = Range("x", 1.0, 3.0)
    assert scale_colour(1.0, scale) == SCALE[0].lower()
    assert scale_colour(3.0, scale) == SCALE[-1].lower()
    assert scale_colour(9.0, scale) == SCALE[-1].lower()
    assert scale_colour(1.0, Range("one cycle", 1.0, 1.0)) == SCALE[0].lower()


def test_more_than_twenty_classes_have_no_legend(history):
    points = map_points(history, 1)
    many = replace(points, target=np.arange(len(points.ids)) % 25)
    assert not look_of(many, "true class", ()).in_legend
    assert look_of(points, "true class", ()).in_legend


# Numbers beside points -----------------------------------------------------------------------------------------------


def test_a_lone_number_stands_above_and_one_with_a_neighbour_above_it_below():
    alone = sides_apart(np.array([[0.0, 0.0]]), ["2.31"], np.array([[0.0, 0.0]]), 100)
    assert alone == ["top center"]
    crowded = sides_apart(np.array([[0.0, 0.0]]), ["2.31"], np.array([[0.0, 0.0], [0.0, 0.17]]), 100)
    assert crowded == ["bottom center"]


def test_two_numbers_of_one_point_do_not_stand_on_one_side():
    sides = sides_apart(np.zeros((2, 2)), ["2.31", "2.90 (*2.45)"], np.zeros((1, 2)), 100)
    assert len(set(sides)) == 2


# Words ---------------------------------------------------------------------------------------------------------------


def test_the_gauge_says_how_far_points_moved_and_how_well_neighbours_are_kept(history, layouts):
    layout = replace(layouts.make(history, 2), displacement=4.2, trustworthiness=0.934, n_shared=31)
    assert gauge_of(layout) == (
        "The 31 images that were on the map before moved 4 % of its radius since cycle 1; neighbours preserved: "
        "trustworthiness 0.93."
    )
    assert gauge_of(layouts.make(history, 1)).startswith("First layout of this run; neighbours preserved")
    assert "Too few images are on the maps of both" in gauge_of(replace(layout, displacement=float("nan")))
    assert "too few images to say" in gauge_of(replace(layout, trustworthiness=float("nan")))


def test_the_caption_says_what_distance_means_and_what_is_left_out(history):
    points = map_points(history, 2)
    assert "distances between far groups and the axes mean nothing" in caption_of(points)
    assert "maximum (*average) entropy in bits in red" in caption_of(points)
    assert "the first 1,234 are left out" in caption_of(replace(points, n_left_out=1234))
    other = replace(points, virtual=replace(points.virtual, unit="probability"))
    assert "acquisition (probability)" in caption_of(other)
    early = replace(points, query_ids=points.query_ids[:0])
    assert caption_of(early).endswith("Nothing of this cycle is acquired yet.")


def test_the_words_of_an_image_are_its_state_class_entropy_and_top_three(history):
    points = map_points(history, 2)
    details = atlas_of(points, CLASS_NAMES)["details"]
    star = int(points.query_ids[0])
    row = points.ids.tolist().index(star)
    top = zip(points.top_classes[row], points.top_probabilities[row], strict=True)
    assert details[f"{star},-1,-1"] == [
        f"image {star}",
        "★ acquired in this cycle",
        {"told": "true class", "known": CLASS_NAMES[star % 10]},
        f"entropy {points.entropy_bits[row]:.2f} bits",
        {"guess": ", ".join(f"{CLASS_NAMES[c]} {100 * p:.0f} %" for c, p in top)},
        f"paired with image {points.partner[row]}",
    ]
    old = int(points.ids[-1])
    words = details[f"{old},-1,-1"]
    given = {"told": "label given", "known": CLASS_NAMES[old % 10]}
    assert words[:3] == [f"image {old}", "labelled in cycle 1", given]
    assert words[3] == f"entropy {points.entropy_bits[-1]:.2f} bits"
    assert words[4]["guess"].startswith(f"{CLASS_NAMES[points.predicted[-1]]} ")


def test_the_words_of_a_virtual_instance_name_its_parents_lam_and_the_pairs_numbers(history):
    points = map_points(history, 2)
    virtual = points.virtual
    first, second = virtual.pair_ids[0].tolist()
    lines = atlas_of(points, CLASS_NAMES)["details"][f"{first},{second},2"]
    lam = virtual.lam[2]
    assert lines[0] == f"virtual instance: {lam:.2f} of image {first} and {1 - lam:.2f} of image {second}"
    assert lines[1] == f"entropy {virtual.entropy_bits[0, 2]:.2f} bits"
    assert f"maximum {virtual.max_virtual[0]:.2f}, average {virtual.mean_virtual[0]:.2f} bits" in lines[3]


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_thumbnails_stand_row_by_row_in_one_picture(channels):
    images = np.random.default_rng(0).integers(0, 256, (7, channels, 5, 4), dtype=np.uint8)
    columns, size, png = sprite_of(images)
    assert (columns, size) == (3, [4, 5])
    sheet = np.asarray(Image.open(io.BytesIO(png)))
    for place in range(7):
        top, left = 5 * (place // 3), 4 * (place % 3)
        expected = images[place].transpose(1, 2, 0) if channels == 3 else images[place, 0]
        np.testing.assert_array_equal(sheet[top : top + 5, left : left + 4], expected)


def test_large_images_are_sent_small_and_missing_ones_not_at_all():
    columns, size, png = sprite_of(np.full((2, 3, 64, 128), 77, np.uint8))
    assert (columns, size) == (2, [32, 16])
    assert Image.open(io.BytesIO(png)).size == (64, 16)
    assert sprite_of(np.empty((0, 1, 28, 28), np.uint8)) == (0, [0, 0], b"")


def test_the_strip_lists_the_acquired_images_or_the_marked_ones_that_are_on_the_map(history):
    points = map_points(history, 2)
    strip = strip_of(points, ())
    assert strip["title"] == "Acquired in cycle 2, best first"
    assert [image["id"] for image in strip["images"]] == points.query_ids.tolist()
    row = points.ids.tolist().index(int(points.query_ids[0]))
    assert strip["images"][0]["text"] == f"★ {points.entropy_bits[row]:.2f} bits"
    marked = strip_of(points, [int(points.ids[-1]), 999_999])
    assert (marked["title"], marked["images"][0]["text"]) == ("1 marked image", "labelled in cycle 1")
    many = strip_of(points, points.ids.tolist())
    assert len(many["images"]) == MAX_STRIP
    assert many["title"] == f"66 marked images; the first {MAX_STRIP} are shown"


# The view ------------------------------------------------------------------------------------------------------------


def test_the_view_says_that_it_lays_out_and_then_draws_without_keeping_the_caller():
    session = FakeSession(cycles=2)
    session.run(2)
    began = time.monotonic()
    view = MapView(session)
    assert time.monotonic() - began < 2
    assert view.spec["message"] == "Laying out 60 images of cycle 1 …"
    until(lambda: view.spec["figure"] is not None)
    assert view.panel["gauge"].startswith("First layout of this run")
    assert view.panel["busy"] == ""
    until(lambda: view.atlas.get("cycle") == 1)
    view.close()


def test_the_view_follows_the_selected_cycle_and_keeps_the_last_map_until_the_next_is_laid_out(drawn):
    view, session, selection = drawn
    assert view.panel["cycle"] == 2
    selection.show_cycle(1)
    until(lambda: view.panel["cycle"] == 1)
    assert view.spec["figure"] is not None
    selection.show_cycle(None)
    session.run(1)
    until(lambda: view.panel["cycle"] == 3)
    assert view.spec["figure"] is not None
    assert "since cycle 2" in view.panel["gauge"]
    until(lambda: view.atlas.get("cycle") == 3)


def test_cycles_without_a_map_are_a_sentence(drawn):
    view, _, selection = drawn
    selection.show_cycle(0)
    until(lambda: view.spec["message"].startswith("The start has no map"))
    assert view.panel["save"] == []
    selection.show_cycle(4)
    until(lambda: view.spec["message"].startswith("Cycle 4 has not scored its candidates yet"))
    selection.show_cycle(2)
    until(lambda: view.spec["figure"] is not None)


def test_a_run_that_has_only_begun_and_a_lean_one_are_a_sentence():
    assert "The start has no map" in MapView(FakeSession()).spec["message"]
    lean = FakeSession()
    lean.run(2)
    score = lean.history[1].score
    lean.history = (lean.history[0], replace(lean.history[1], score=replace(score, features=score.features[:0])))
    assert 'keep="candidates"' in MapView(lean).spec["message"]


def test_a_first_layout_is_drawn_before_the_long_chain_and_the_view_says_so(monkeypatch):
    session, go_on = FakeSession(cycles=6), threading.Event()
    session.run()
    step = layouts_module.next_layout
    monkeypatch.setattr(layouts_module, "next_layout", lambda *given, **more: go_on.wait(20) and step(*given, **more))
    view = MapView(session)
    until(lambda: view.spec["figure"] is not None)
    assert view.panel["cycle"] == 6
    assert view.spec["notes"] == [
        "This is a first layout; it is being aligned with the maps of the other cycles, and will move once."
    ]
    until(lambda: view.panel["busy"] == "aligning with the other cycles: 2 of 6 …")
    assert (view.panel["gauge"], view.panel["save"]) == ("", [])
    first = view.spec["figure"]
    go_on.set()
    until(lambda: view.spec["notes"] == [])
    assert "since cycle 5" in view.panel["gauge"]
    assert (view.panel["busy"], view.panel["save"]) == ("", ["svg", "pdf", "png"])
    assert view.spec["figure"] != first
    view.close()


def test_a_layout_that_fails_is_a_sentence_and_is_not_tried_for_ever(monkeypatch):
    session = FakeSession()
    session.run(2)
    score = session.history[1].score
    broken = score.features.copy()
    broken[3] = np.inf
    session.history = (session.history[0], replace(session.history[1], score=replace(score, features=broken)))
    tries = []
    make = Layouts.make
    monkeypatch.setattr(Layouts, "make", lambda *given: tries.append(1) or make(*given))
    view = MapView(session)
    until(lambda: "features of 1 images are not finite" in view.spec["message"])
    time.sleep(0.3)
    view.redraw()
    assert len(tries) == 1


def test_a_click_on_an_image_chooses_its_pair_in_order_and_on_a_labelled_one_marks_it(drawn):
    view, session, selection = drawn
    first, second = session.history[2].subsample.pair_ids[4].tolist()
    handle(view, type="click", points=[{"trace": 0, "point": 0, "customdata": [second, -1, -1]}])
    assert selection.selected.pair == (first, second)
    labelled = int(session.history[0].query.ids[0])
    handle(view, type="pick", key=[labelled, -1, -1])
    assert selection.selected.ids == (labelled,)
    assert selection.selected.pair == (first, second)


def test_a_click_on_a_virtual_instance_chooses_its_pair(drawn):
    view, session, selection = drawn
    first, second = session.history[2].select.pair_ids[1].tolist()
    handle(view, type="click", points=[{"trace": 0, "point": 0, "customdata": [first, second, 3]}])
    assert selection.selected.pair == (first, second)


def test_a_lasso_marks_its_images_and_the_parents_of_virtual_instances(drawn):
    view, _, selection = drawn
    points = [
        {"trace": 0, "point": n, "customdata": key} for n, key in enumerate(([5, -1, -1], [7, 8, 0], [5, -1, -1]))
    ]
    handle(view, type="select", points=[*points, {"trace": 9, "point": 0, "customdata": None}])
    assert selection.selected.ids == (5, 7, 8)
    handle(view, type="select", points=[])
    assert selection.selected.ids == ()


def test_the_toolbar_sets_colour_and_method_and_a_wrong_one_is_a_sentence(drawn):
    view, _, _ = drawn
    handle(view, type="colour", value="correctness")
    assert view.colour == "correctness"
    names = [entry.get("name") for entry in view.spec["figure"]["data"]]
    assert "predicted right" in names
    handle(view, type="colour", value="taste")
    assert view.spec["error"].startswith("colour is 'taste'; choose one of true class, predicted class")
    with pytest.raises(ConfigError, match="method is 'pca'; choose one of t-sne, umap"):
        MapView(FakeSession(), method="pca")


@pytest.mark.slow
def test_umap_lays_out_the_map_too():
    session = FakeSession(cycles=1)
    session.run(2)
    view = MapView(session, method="umap")
    assert view.spec["message"].endswith("The first UMAP of a session takes up to a minute.")
    until(lambda: view.spec["figure"] is not None, 120)
    assert view.spec["figure"]["layout"]["xaxis"]["title"]["text"] == "UMAP 1 (no unit)"
    view.close()


# Saving --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_one_call_saves_the_selected_map(drawn, tmp_path, ending, begins):
    view, _, selection = drawn
    selection.show_cycle(1)
    file = view.save(tmp_path / f"map.{ending}")
    assert file.read_bytes().startswith(begins)
    again = view.save(tmp_path / f"again.{ending}")
    assert again.read_bytes() == file.read_bytes()


def test_the_saved_figure_has_its_numbers_and_names_as_text(drawn, tmp_path):
    view, session, _ = drawn
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", view.save(tmp_path / "map.svg").read_text())
    records = session.history[2]
    score = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
    for i in records.select.query_ids.tolist():
        assert f"{score[i]:.2f}" in texts
    assert "&lt;b&gt;Dress&lt;/b&gt;" in texts


@pytest.mark.parametrize("colour", ["predicted class", "entropy", "cycle acquired", "correctness"])
def test_every_colour_can_be_saved(drawn, tmp_path, colour):
    view, _, _ = drawn
    view.colour = colour
    assert b"acquired: entropy (bits)" in view.save(tmp_path / "map.svg").read_bytes()


def test_a_wrong_ending_a_missing_folder_and_a_cycle_without_a_map_are_refused(drawn, tmp_path):
    view, _, selection = drawn
    with pytest.raises(ConfigError, match=r"'map.jpg' names no format that the map can be saved in; end it in .svg"):
        view.save(tmp_path / "map.jpg")
    with pytest.raises(ConfigError, match=r"cannot be written \(No such file or directory\); choose a folder"):
        view.save(tmp_path / "nowhere" / "map.svg")
    selection.show_cycle(0)
    with pytest.raises(ConfigError, match="cycle 0 has no map to save: The start has no map"):
        view.save(tmp_path / "map.svg")


def test_a_button_sends_the_file_to_the_page_that_asked(drawn):
    view, _, _ = drawn
    sent = []
    view.send = lambda content, buffers=None: sent.append((content, buffers[0]))
    handle(view, type="save", format="pdf", page="a1")
    until(lambda: sent)
    assert sent[0][0] == {"type": "file", "page": "a1", "name": "map_cycle_2.pdf"}
    assert sent[0][1].startswith(b"%PDF")
    handle(view, type="save", format="exe", page="a1")
    assert view.spec["error"] == "format is 'exe'; choose one of svg, pdf, png"


def test_pixels_of_the_atlas_are_those_of_the_images(drawn):
    view, session, _ = drawn
    until(lambda: view.atlas.get("cycle") == 2)
    sheet = np.asarray(Image.open(io.BytesIO(view.atlas["png"])))
    place = view.atlas["ids"].index(int(session.history[2].select.query_ids[0]))
    top, left = 28 * (place // view.atlas["columns"]), 28 * (place % view.atlas["columns"])
    np.testing.assert_array_equal(
        sheet[top : top + 28, left : left + 28], make_image(int(session.history[2].select.query_ids[0]))[0]
    )


# Work off the kernel's threads ----------------------------------------------------------------------------------------


def test_only_the_job_asked_for_last_is_done_and_a_superseded_one_is_told():
    done, go_on, began = [], threading.Event(), threading.Event()

    def slow(still_wanted):
        began.set()
        go_on.wait(5)
        done.append(("slow", still_wanted()))

    latest = LatestOnlyExecutor(lambda error: done.append(error))
    latest.want(1, slow)
    assert began.wait(5)
    latest.want(2, lambda still_wanted: done.append("skipped"))
    latest.want(3, lambda still_wanted: done.append(("last", still_wanted())))
    latest.want(3, lambda still_wanted: done.append("twice"))
    go_on.set()
    until(lambda: len(done) == 2)
    time.sleep(0.05)
    assert done == [("slow", False), ("last", True)]


def test_what_a_job_raises_is_reported_and_the_same_can_be_asked_again():
    reported = []
    latest = LatestOnlyExecutor(reported.append)
    for n in (1, 2):
        latest.want("key", lambda still_wanted: 1 / 0)
        until(lambda n=n: len(reported) == n and not latest._running)
    assert [type(error) for error in reported] == [ZeroDivisionError] * 2


def test_a_cancelled_job_is_not_begun():
    done, go_on = [], threading.Event()
    latest = LatestOnlyExecutor(done.append)
    latest.want(1, lambda still_wanted: go_on.wait(5))
    latest.want(2, lambda still_wanted: done.append("begun"))
    latest.cancel()
    go_on.set()
    until(lambda: not latest._running)
    assert done == []
