"""What was left out of a folder of images, as `run` and `show` say it, and what is made of an exported set of links."""

import os
import shutil

from helpers.small_runs import SET_OPTIONS

from lada_explore.store import open_run

RUN = ["run", "--device", "cpu", "--cycles", "0", *SET_OPTIONS, "--set", "data.height=12", "--set", "data.width=12"]


def test_run_and_show_say_what_was_left_out(call, images, tmp_path):
    shutil.copytree(images, mine := tmp_path / "mine")
    (mine / "cat" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (mine / "dog" / "a.xmp").write_text("<x/>")
    code, out, _ = call(*RUN, "--dataset", f"folder:{mine}", "--out", tmp_path / "run")
    notes = [
        "left out cat/broken.jpg: not an image that Pillow can read",
        "passed over 1 entry that is not read as an image: .xmp",
        "held out 4 of 24 images for testing (test_share 0.2)",
    ]
    assert code == 0
    assert open_run(tmp_path / "run").image_notes == tuple(notes)
    assert [line for line in out.splitlines() if line.startswith("note on the images: ")] == [
        f"note on the images: {note}" for note in notes
    ]
    _, shown, _ = call("show", tmp_path / "run")
    assert all(f"note on the images: {note}" in " ".join(shown.split()) for note in notes)


def test_a_set_that_was_exported_with_links_is_read_as_the_same_images(call, run_of_images, tmp_path):
    assert call("export", run_of_images, "--labels", "folders", "--links", "--out", tmp_path / "set")[0] == 0
    linked = [path for path in (tmp_path / "set").glob("*/*") if os.path.islink(path)]
    share = ["--set", "data.test_share=0"]
    assert call(*RUN, *share, "--dataset", f"folder:{tmp_path / 'set'}", "--out", tmp_path / "run")[0] == 0
    info = open_run(tmp_path / "run").info
    assert (info.pool_size, info.class_names, len(linked)) == (8, ("cat", "dog"), 8)
