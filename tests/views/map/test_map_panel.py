"""The words and thumbnails beside a map."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import CLASS_NAMES, make_image
from helpers.waiting import until
from PIL import Image

from lada_explore.analysis import map_points
from lada_explore.views.map.captions import caption_of, gauge_of
from lada_explore.views.map.panel import MAX_STRIP, atlas_of, sprite_of, strip_of


def test_the_gauge_says_how_far_points_moved_and_how_well_neighbours_are_kept(history, layouts):
    layout = replace(layouts.make(history, 2), displacement=4.2, trustworthiness=0.934, n_shared=31)
    assert gauge_of(layout) == (
        "31 images kept; mean move 4 % of the map's radius. Trustworthiness 0.93. Compared with the map of cycle 1"
    )
    assert gauge_of(layouts.make(history, 1)).startswith("First map of this run. Trustworthiness 0.")
    assert "Too few images are on the maps of both" in gauge_of(replace(layout, displacement=float("nan")))
    assert "Too few images to say" in gauge_of(replace(layout, trustworthiness=float("nan")))


def test_the_caption_says_what_distance_means_and_what_is_left_out(history):
    points = map_points(history, 2)
    assert "distances between far groups and the axes mean nothing" in caption_of(points)
    assert "The rest of the pool has no place on the map" in caption_of(points)
    assert "maximum (*average) entropy in bits in red" in caption_of(points)
    assert "the first 1,234 are left out" in caption_of(replace(points, n_left_out=1234))
    other = replace(points, virtual=replace(points.virtual, unit="probability"))
    assert "acquisition (probability)" in caption_of(other)
    assert (
        "a red x is one of 10 equally likely virtual instances of a pair that was asked about, at its τ*"
        in caption_of(points)
    )
    older = caption_of(replace(points, virtual=replace(points.virtual, follow_tau=False)))
    assert (
        "a red x is a virtual instance of a pair that was asked about, at even steps along its path whatever its τ*"
        in older
    )
    assert older.endswith("are of 10 equally likely virtual instances at τ*, which are not drawn.")
    early = replace(points, query_ids=points.query_ids[:0])
    assert caption_of(early).endswith("This cycle has not asked about any image yet.")


@pytest.mark.parametrize(("tau", "said"), [([0.04, 0.04], "2 of 2"), ([0.04, 1.0], "1 of 2"), ([1.0, 0.5], "")])
def test_the_caption_says_where_a_small_tau_makes_most_instances_the_images_themselves(history, tau, said):
    points = map_points(history, 2)
    virtual = replace(points.virtual, tau=np.array(tau, np.float32))
    caption = caption_of(replace(points, virtual=virtual))
    sentence = (
        f"At the τ* of {said} pairs most instances are one of the two images, λ 0.00 or 1.00, so the maximum "
        "may be that image's own."
    )
    assert (sentence in caption) is bool(said)
    assert ("may be that image's own" in caption) is bool(said)


def test_the_words_of_an_image_are_its_state_class_entropy_and_top_three(history):
    points = map_points(history, 2)
    details = atlas_of(points, CLASS_NAMES)["details"]
    star = int(points.query_ids[0])
    row = points.ids.tolist().index(star)
    top = zip(points.top_classes[row], points.top_probabilities[row], strict=True)
    assert details[f"{star},-1,-1"] == [
        f"image {star}",
        "★ asked about in this cycle",
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
    lam = virtual.lam[0, 2]
    assert lines[0] == f"virtual instance: {lam:.2f} of image {first} and {1 - lam:.2f} of image {second}"
    assert lines[1] == f"entropy {virtual.entropy_bits[0, 2]:.2f} bits"
    assert f"maximum {virtual.max_instance[0]:.2f}, average {virtual.mean_virtual[0]:.2f} bits" in lines[3]


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


def of_transforms(points, ids, images):
    """The points of a map with transforms of some images in place of the virtual instances."""
    virtual = points.virtual
    moved = replace(
        virtual,
        pair_ids=np.column_stack([ids, ids]),
        lam=np.ones((len(ids), 1), np.float32),
        entropy_bits=virtual.entropy_bits[: len(ids), :1],
        top_classes=virtual.top_classes[: len(ids), :1],
        top_probabilities=virtual.top_probabilities[: len(ids), :1],
        images=images,
        are_transforms=True,
    )
    return replace(points, virtual=moved)


def test_the_thumbnails_of_transforms_stand_behind_those_of_the_images(history):
    points = map_points(history, 2)
    ids = points.query_ids[:3]
    pixels = np.random.default_rng(0).integers(0, 256, (3, *points.images.shape[1:]), dtype=np.uint8)
    atlas = atlas_of(of_transforms(points, ids, pixels), CLASS_NAMES)
    assert (atlas["ids"], atlas["transforms"]) == (points.ids.tolist(), ids.tolist())
    sheet = np.asarray(Image.open(io.BytesIO(atlas["png"])))
    for place, expected in enumerate(np.concatenate([points.images, pixels])):
        top, left = 28 * (place // atlas["columns"]), 28 * (place % atlas["columns"])
        np.testing.assert_array_equal(sheet[top : top + 28, left : left + 28], expected[0])
    assert atlas["details"][f"{ids[0]},{ids[0]},0"][0] == f"transform of image {ids[0]}"


def test_transforms_without_pixels_have_no_thumbnails(history):
    points = map_points(history, 2)
    old = of_transforms(points, points.query_ids[:3], np.empty((0, 0, 0, 0), np.uint8))
    atlas = atlas_of(old, CLASS_NAMES)
    assert (atlas["transforms"], atlas["png"]) == ([], atlas_of(points, CLASS_NAMES)["png"])


def test_large_images_are_sent_small_and_missing_ones_not_at_all():
    columns, size, png = sprite_of(np.full((2, 3, 64, 128), 77, np.uint8))
    assert (columns, size) == (2, [32, 16])
    assert Image.open(io.BytesIO(png)).size == (64, 16)
    assert sprite_of(np.empty((0, 1, 28, 28), np.uint8)) == (0, [0, 0], b"")


def test_the_strip_lists_the_acquired_images_or_the_marked_ones_that_are_on_the_map(history):
    points = map_points(history, 2)
    strip = strip_of(points, ())
    assert strip["title"] == "Asked about in cycle 2: 6 images, best first"
    one = strip_of(replace(points, query_ids=points.query_ids[:1]), ())
    assert one["title"] == "Asked about in cycle 2: 1 image, best first"
    assert [image["id"] for image in strip["images"]] == points.query_ids.tolist()
    row = points.ids.tolist().index(int(points.query_ids[0]))
    assert strip["images"][0]["text"] == f"★ {points.entropy_bits[row]:.2f} bits"
    marked = strip_of(points, [int(points.ids[-1]), 999_999])
    assert (marked["title"], marked["images"][0]["text"]) == ("1 marked image", "labelled in cycle 1")
    assert (marked["answer"], strip["answer"]) == ("", "")
    first, second = points.ids[:2].tolist()
    says = [strip_of(points, ids, answers=True)["answer"] for ids in ([], [first], [first, second])]
    assert says == ["", "Answer it", "Answer them"]
    many = strip_of(points, points.ids.tolist())
    assert len(many["images"]) == MAX_STRIP
    assert many["title"] == f"66 marked images; the first {MAX_STRIP} are shown"


def test_pixels_of_the_atlas_are_those_of_the_images(drawn):
    view, session, _ = drawn
    until(lambda: view.atlas.get("cycle") == 2)
    sheet = np.asarray(Image.open(io.BytesIO(view.atlas["png"])))
    place = view.atlas["ids"].index(int(session.history[2].select.query_ids[0]))
    top, left = 28 * (place // view.atlas["columns"]), 28 * (place % view.atlas["columns"])
    np.testing.assert_array_equal(
        sheet[top : top + 28, left : left + 28], make_image(int(session.history[2].select.query_ids[0]))[0]
    )
