"""The exported page by its content: the records' numbers, and nothing that leaves the file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers.fake_runs import record
from helpers.fakes import CLASS_NAMES, FakeSession

from lada_explore.analysis import map_points, pair_path
from lada_explore.apps.lesson import MAX_BYTES, extent, lesson_page, write_lesson
from lada_explore.apps.lesson.packing import Packer, restored, unpacked
from lada_explore.apps.lesson.run_content import _frames
from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.store import open_run
from lada_explore.views.story.story import story_state
from lada_explore.views.tau.introduction import introduction_state

pytestmark = pytest.mark.slow

DEMO = "data/runs/demo"


def run_of(path, until=None, **settings):
    session = FakeSession(**{"cycles": 3} | settings)
    if until is None:
        session.run()
    while until is not None and (session.cycle, session.next_stage) != until:
        session.step()
    return record(session, path)


def content_of(page):
    """What the page unpacks, with what it holds of its first run."""
    (text,) = re.findall(r'<script type="text/plain" id="content">([A-Za-z0-9+/=]+)</script>', page)
    values = restored(*unpacked(text))
    return values | values["runs"][0]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "demo")


@pytest.fixture(scope="module")
def page(run):
    return lesson_page(run)


@pytest.fixture(scope="module")
def content(page):
    return content_of(page)


def trace(spec, name):
    return next(entry for entry in spec["figure"]["data"] if entry.get("name") == name)


def test_the_frame_of_the_map_follows_compact_maps_around_a_middle_that_stays():
    wide, narrow = np.array([[-2.0, 2.0], [-1.0, 1.0]]), np.array([[-1.0, 0.5], [-0.5, 0.5]])
    frames = _frames([wide, wide, narrow, narrow, narrow])
    np.testing.assert_array_equal(frames[0], wide)
    np.testing.assert_array_equal(frames[2], wide)  # a neighbour is wide: what moves stays in sight
    np.testing.assert_array_equal(frames[4], [[-1.0, 1.0], [-0.5, 0.5]])
    assert _frames([]) == []


def test_five_sentences_and_the_five_minutes_to_tau_come_first_where_there_are_pairs(content, page, tmp_path):
    assert len(content["primer"]) == 5
    assert "to 3.32 bits where 10 classes are equally likely" in content["primer"][0]
    assert content["introduction"] == {"revision": 1, "error": "", **introduction_state((0.93, 2.92, 1.33))}
    assert content["story"] == {"revision": 1, "error": "", **json.loads(json.dumps(story_state()))}
    assert page.index('id="primer"') < page.index('id="introduction"') < page.index('id="questions"')
    singles = content_of(lesson_page(run_of(tmp_path / "singles", method="max-entropy")))
    assert (singles["primer"], singles["introduction"], singles["story"]) == ([], None, None)


def test_the_mixer_of_every_pair_holds_its_profile_its_values_and_its_tau(run, content):
    for records in run.history[1:]:
        mixer = content["cycles"][records.cycle]["mixer"]
        assert len(mixer["pairs"]) == len(mixer["choices"]) == len(records.look_ahead.tau)
        for row, pair in enumerate(records.subsample.pair_ids.tolist()):
            state = mixer["pairs"][f"{pair[0]},{pair[1]}"]
            path = pair_path(records, pair, tau_limit=2.0)
            # Fewer than 24 points are held as they are, the 202 of tau in steps.
            np.testing.assert_array_equal(state["profile"], records.look_ahead.profile[row])
            np.testing.assert_allclose(state["table"]["tau"], path.table.tau, atol=2e-5)
            np.testing.assert_allclose(state["table"]["value"], path.table.value, atol=2e-5)
            assert state["table"]["tau"][-2] == pytest.approx(records.look_ahead.tau[row], abs=2e-5)
            assert state["table"]["tau"][-1] == pytest.approx(records.look_ahead.best_tau[row], abs=2e-5)
            np.testing.assert_allclose(state["terms"], records.select.score_terms[row], rtol=1e-5)
            np.testing.assert_array_equal(state["learned"], records.look_ahead.tau_by_epoch[:, row])
            for held, exact in zip(state["classes"]["probabilities"], path.classes.probabilities, strict=True):
                np.testing.assert_allclose(held, exact, atol=2e-4)


def test_the_map_has_stars_with_entropies_and_virtual_instances_with_maximum_and_average(run, content):
    for records in run.history[1:]:
        held = content["cycles"][records.cycle]["map"]
        points = map_points(run.history, records.cycle)
        spec = held["specs"]["true class"]
        row_of = {i: row for row, i in enumerate(points.ids.tolist())}
        bits = [points.entropy_bits[row_of[i]] for i in records.select.query_ids.tolist()]
        assert trace(spec, "entropy of an acquired image")["text"] == [f"{value:.2f}" for value in bits]
        pairs = zip(points.virtual.max_instance, points.virtual.mean_virtual, strict=True)
        assert trace(spec, "maximum (*average) of a pair")["text"] == [f"{a:.2f} (*{b:.2f})" for a, b in pairs]
        stars = trace(spec, "acquired: entropy (bits)")
        assert stars["customdata"][:, 0].tolist() == records.select.query_ids.tolist()
        where = dict(zip(held["atlas"]["ids"], held["where"].tolist(), strict=True))
        np.testing.assert_array_equal(
            np.column_stack([stars["x"], stars["y"]]), [where[i] for i in records.select.query_ids.tolist()]
        )
        assert held["virtual"]["pairs"] == records.select.pair_ids.tolist()
        assert held["virtual"]["where"].shape == (len(records.select.pair_ids), records.select.virtual_lam.shape[-1], 2)
        assert set(held["specs"]) == {"true class", "predicted class", "entropy", "cycle acquired", "correctness"}


def test_the_page_says_that_the_classes_are_too_many_for_a_legend(run, content, monkeypatch):
    said = "10 classes are too many for a legend: point at an image for its class."
    assert said not in content["cycles"][2]["map"]["specs"]["true class"]["caption"]
    monkeypatch.setattr("lada_explore.views.map.look.MAX_LEGEND", 9)
    specs = content_of(lesson_page(run))["cycles"][2]["map"]["specs"]
    assert {name for name, spec in specs.items() if said in spec["caption"]} == {"true class", "predicted class"}


def test_all_maps_have_one_middle_and_a_frame_in_which_everything_lies(content):
    middles = []
    for held in (cycle["map"] for cycle in content["cycles"][1:]):
        axes = [spec["figure"]["layout"] for spec in held["specs"].values()]
        (ranges,) = {(*axis["xaxis"]["range"], *axis["yaxis"]["range"]) for axis in axes}
        low, high = np.reshape(ranges, (2, 2)).T
        assert ((held["where"] > low) & (held["where"] < high)).all()
        middles.append((low + high) / 2)
    np.testing.assert_allclose(middles, np.broadcast_to(middles[0], (len(middles), 2)), atol=1e-9)


def test_every_image_of_the_page_is_held_once_and_whole(run, content):
    ids, pixels = content["images"]["ids"], content["images"]["pixels"]
    assert len(set(ids)) == len(ids)
    held = dict(zip(ids, np.frombuffer(b"".join(pixels), np.uint8).reshape(-1, 1, 28, 28), strict=True))
    for records in run.history[1:]:
        for image_id, image in zip(records.subsample.subset_ids.tolist(), records.subsample.images, strict=True):
            np.testing.assert_array_equal(held[image_id], image)


def test_the_page_tells_what_each_stage_did_and_what_was_asked(run, content):
    assert [cycle["cycle"] for cycle in content["cycles"]] == [0, 1, 2, 3]
    assert [len(cycle["stages"]) for cycle in content["cycles"]] == [4, 7, 7, 7]
    assert content["slider"]["cycles"][3] == "Cycle 3 · 38 labels · 72.1 % right"
    for records, cycle in zip(run.history, content["cycles"], strict=True):
        shown = [image["id"] for group in cycle["gallery"]["groups"] for image in group["images"]]
        assert shown == records.select.query_ids.tolist()
    means = [float(records.look_ahead.tau.mean()) for records in run.history[1:]]
    np.testing.assert_allclose(trace(content["cycles"][2]["tau"], "mean of all pairs")["y"], means, rtol=1e-6)
    np.testing.assert_allclose(
        trace(content["cycles"][2]["accuracy"], "accuracy")["y"],
        [100 * records.evaluate.accuracy for records in run.history],
        rtol=1e-6,
    )


def told_classes(content) -> set[tuple[int, int]]:
    """Each cycle, and image on its map, of which the page tells the true class."""
    return {
        (shown["cycle"], int(key.split(",")[0]))
        for shown in content["cycles"]
        for key, lines in shown["map"].get("atlas", {"details": {}})["details"].items()
        if any(isinstance(line, dict) and "told" in line for line in lines)
    }


def test_a_person_who_answered_is_not_told_the_classes_of_images_without_a_label(run, content, tmp_path):
    session = FakeSession(cycles=3)
    session.run()
    hidden = content_of(lesson_page(record(session, tmp_path / "run", oracle="person")))
    labelled = {int(i) for records in run.history for i in records.query.ids}
    told = told_classes(content)
    assert {i for _, i in told} > labelled
    assert told_classes(hidden) == {(cycle, i) for cycle, i in told if i in labelled} != set()


def test_a_class_that_the_classifier_only_guesses_is_called_a_guess_wherever_it_stands(content):
    def named(text):
        return any(name in text for name in CLASS_NAMES)

    for cycle in content["cycles"][1:]:
        for choice in cycle["mixer"]["choices"]:
            assert re.fullmatch(r"\d+(?: ●)?  guess: .+ \+ .+  [\d.]+ bits", choice["text"])
        for lines in cycle["map"]["atlas"]["details"].values():
            assert not [line for line in lines if isinstance(line, str) and named(line)]
            assert {frozenset(line) for line in lines if isinstance(line, dict)} <= {
                frozenset({"guess"}),
                frozenset({"told", "known"}),
            }
    told = [text for question in content["questions"] for text in question["choices"]]
    told += [caption for question in content["questions"] for caption, _ in question["figures"]]
    assert [text for text in told if named(text)]
    assert [text for text in told if named(text) and "guess: " not in text] == []


def test_nothing_in_the_page_asks_anything_of_a_network(page):
    assert "connect-src" not in page  # default-src 'none' holds for it
    assert "content=\"default-src 'none'; " in page
    # The name of SVG's namespace is the only address, and nobody asks for it.
    assert set(re.findall(r"https?:[^\s\"'`)]*", page)) == {"http://www.w3.org/2000/svg"}
    assert (
        re.findall(r"<(?:link|iframe|object|embed|base)\b|<script[^>]+src|\bimport\(|^import ", page, re.MULTILINE)
        == []
    )


def test_a_class_named_like_markup_ends_no_element_early(tmp_path):
    import dataclasses

    session = FakeSession(cycles=1)
    session.run()
    recorded = record(session, tmp_path / "run")
    names = ("</script><script>alert(1)</script>", "@@code@@", *CLASS_NAMES[2:])
    recorded.info = dataclasses.replace(recorded.info, class_names=names)
    page = lesson_page(recorded)
    assert page.count("</script>") == page.count("<script") == 3
    assert "alert(1)" not in page
    told = str(content_of(page)["cycles"][1])
    assert "</script><script>alert(1)</script>" in told
    assert "@@code@@" in told


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"until": (2, Stage.TRAIN)}, "It was not finished: cycle 2 of 3 goes on with the stage Train."),
        ({"until": (2, Stage.SUBSAMPLE)}, "It was not finished: 1 of 3 cycles are recorded."),
        ({"until": (0, Stage.TRAIN)}, "It was not finished: cycle 0 of 3 goes on with the stage Train."),
        ({"method": "max-entropy"}, "Its method scores single images: there are no pairs to mix"),
    ],
)
def test_an_unfinished_run_and_one_without_pairs_say_so_in_a_sentence(tmp_path, settings, sentence):
    content = content_of(lesson_page(run_of(tmp_path / "run", **settings)))
    assert any(said.startswith(sentence) for said in content["about"])


def test_a_view_that_has_nothing_to_show_says_why(tmp_path):
    content = content_of(lesson_page(run_of(tmp_path / "run", method="max-entropy", tested=False)))
    last = content["cycles"][-1]
    assert last["mixer"] == {"message": "This method scores single images, so there are no pairs to show."}
    assert last["tau"]["message"] == "This method scores single images, so there is no τ to show."
    assert last["accuracy"]["message"].startswith("This data has no labelled test set, so accuracy cannot be measured;")
    assert last["map"]["virtual"]["pairs"] == []
    assert len(trace(last["map"]["specs"]["entropy"], "acquired: entropy (bits)")["x"]) == 6


def test_a_larger_run_is_cut_evenly_and_the_page_says_what_is_left_out(run, monkeypatch):
    for name, value in {"MAX_CYCLES": 3, "MAX_PAIRS": 20, "MAX_POINTS": 40}.items():
        monkeypatch.setattr(extent, name, value)
    content = content_of(lesson_page(run))
    assert [cycle["cycle"] for cycle in content["cycles"]] == [0, 2, 3]
    assert content["slider"]["cycles"][1].startswith("Cycle 2 · 32 labels")
    assert content["about"][1:] == [
        "Images: Drawn by the tests, for anyone.",
        "3 of the run's 4 cycles are in this page, evenly spaced.",
        "Each map shows up to 20 of the 40 candidates, and all that were asked about.",
        "10 of the 20 candidate pairs of a cycle can be mixed: those asked about, the best, and an even sample of the "
        "others.",
    ]
    for cycle in content["cycles"][1:]:
        records = run.history[cycle["cycle"]]
        assert len(cycle["mixer"]["pairs"]) == 10
        assert {f"{a},{b}" for a, b in records.select.pair_ids.tolist()} <= set(cycle["mixer"]["pairs"])
        on_map = set(cycle["map"]["atlas"]["ids"])
        assert set(records.select.query_ids.tolist()) <= on_map
        assert len(on_map & set(records.subsample.subset_ids.tolist())) <= 26
        ranks = [int(choice["text"].split()[0]) for choice in cycle["mixer"]["choices"]]
        assert ranks == sorted(ranks)
        assert ranks[-1] == 20


def test_images_that_are_too_large_are_shrunk(rng):
    store = extent.ImageStore()
    images = rng.integers(0, 256, (2, 3, 64, 32), dtype=np.uint8)
    store.take([4, 9], images)
    packer = Packer()
    state = restored(*unpacked(packer.packed(store.state(packer))))
    assert (state["ids"], state["shape"]) == ([4, 9], [3, 32, 16])
    small = np.frombuffer(b"".join(state["pixels"]), np.uint8).reshape(2, 3, 32, 16)
    exact = images.reshape(2, 3, 32, 2, 16, 2).astype(float).mean(axis=(3, 5))
    np.testing.assert_allclose(small, exact, atol=1.01)


@pytest.mark.slow
def test_the_shipped_demo_run_is_in_the_page_whole_and_below_10_mb(tmp_path):
    recorded = open_run(DEMO)
    size = write_lesson(DEMO, tmp_path / "lesson.html")
    assert size == (tmp_path / "lesson.html").stat().st_size < MAX_BYTES
    readme = " ".join(Path("README.md").read_text(encoding="utf-8").split())
    assert f"the page of the bundled run is {size / 1e6:.1f} MB" in readme
    content = content_of((tmp_path / "lesson.html").read_text(encoding="utf-8"))
    (_, images) = content["about"]
    assert images.startswith("Images: Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), MIT licence")
    assert [len(cycle["mixer"]["pairs"]) for cycle in content["cycles"][1:]] == [200] * 12
    assert [len(cycle["map"]["atlas"]["ids"]) for cycle in content["cycles"][1:]] == [
        410 + 10 * c for c in range(1, 13)
    ]
    assert len(content["questions"]) == 6
    shown = {image for question in content["questions"] for _, ids in question["figures"] for image in ids}
    assert shown
    assert shown <= set(content["images"]["ids"])
    ahead = recorded.history[5].look_ahead
    for row, (first, second) in enumerate(recorded.history[5].subsample.pair_ids.tolist()):
        state = content["cycles"][5]["mixer"]["pairs"][f"{first},{second}"]
        np.testing.assert_allclose(state["profile"], ahead.profile[row], atol=3e-5)
        assert state["table"]["value"][-2] == pytest.approx(float(ahead.mean_virtual[row]), abs=1e-4)


class TestCommand:
    def test_writes_the_page_and_says_its_size(self, run, tmp_path, call):
        code, said, _ = call("lesson", run.path, "--out", tmp_path / "lesson.html")
        assert code == 0
        size = (tmp_path / "lesson.html").stat().st_size
        assert f"wrote {tmp_path / 'lesson.html'}, {size / 1e6:.1f} MB" in said
        assert [path.name for path in tmp_path.iterdir()] == ["lesson.html"]

    def test_refuses_a_file_in_the_run_one_of_another_kind_and_one_that_cannot_be_written(self, run, tmp_path, call):
        inside = run.path / "lesson.html"
        code, _, said = call("lesson", run.path, "--out", inside)
        assert code == 2
        assert f"{inside} is inside the run, whose files are its record; choose a file elsewhere with --out" in said
        assert "does not end in .html" in call("lesson", run.path, "--out", tmp_path / "lesson.pdf")[2]
        assert "cannot be written" in call("lesson", run.path, "--out", tmp_path / "none" / "lesson.html")[2]

    def test_a_run_without_a_stage_has_nothing_to_show(self, tmp_path):
        recorded = record(FakeSession(), tmp_path / "run")
        with pytest.raises(
            ConfigError, match="has no finished stage, so there is nothing to show; resume the run first"
        ):
            write_lesson(recorded.path, tmp_path / "lesson.html")
