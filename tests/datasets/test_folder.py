"""Folders of images: what is train and test, which classes there are, and what cannot be read."""

import os
import warnings

import pytest
import torch
from helpers.image_folders import classes, read, save
from PIL import Image

from lada_explore.datasets.decode import MAX_NAMED
from lada_explore.datasets.levels import channel_statistics
from lada_explore.errors import ConfigError, DataError

# Layouts


def test_train_and_test_folders_are_read_as_they_are(tmp_path):
    save(tmp_path / "train" / "b" / "1.png", "red")
    save(tmp_path / "train" / "a" / "2.png", "green")
    save(tmp_path / "test" / "b" / "3.png", "blue")
    data = read(tmp_path)
    assert data.train.item_names == ("train/a/2.png", "train/b/1.png")
    assert data.train.class_names == ("a", "b")
    assert data.train.targets.tolist() == [0, 1]
    assert data.train.images[:, :, 0, 0].tolist() == [[0, 255, 0], [255, 0, 0]]
    assert data.test.item_names == ("test/b/3.png",)
    assert data.test.targets.tolist() == [1]
    assert data.notes == ("channel 2 is the same everywhere in the training images; it is not scaled",)
    assert data.std == (0.5, 0.5, 1.0)


def test_a_share_of_class_folders_is_held_out_the_same_each_time(tmp_path):
    classes(tmp_path, cat=10, dog=5)
    data, again = read(tmp_path), read(tmp_path)
    assert data.train.targets.bincount().tolist() == [8, 4]
    assert data.test.targets.bincount().tolist() == [2, 1]
    assert data.test.item_names == again.test.item_names
    assert sorted(data.train.item_names + data.test.item_names) == sorted(
        [f"cat/{i}.png" for i in range(10)] + [f"dog/{i}.png" for i in range(5)]
    )
    assert "held out 3 of 15 images for testing (test_share 0.2)" in data.notes


def test_ids_follow_the_paths_and_targets_their_folders(tmp_path):
    for name, colour in (("dog/z.png", "red"), ("dog/a.png", "green"), ("cat/deep/er/m.png", "blue")):
        save(tmp_path / name, colour)
    data = read(tmp_path, test_share=0)
    assert data.test is None
    assert data.train.item_names == ("cat/deep/er/m.png", "dog/a.png", "dog/z.png")
    assert data.train.targets.tolist() == [0, 1, 1]
    assert data.train.images[:, :, 3, 3].tolist() == [[0, 0, 255], [0, 255, 0], [255, 0, 0]]


def test_a_flat_folder_is_unlabelled_and_needs_class_names(tmp_path):
    save(tmp_path / "b.png", "red")
    save(tmp_path / "a.png", "green")
    data = read(tmp_path, classes=("yes", "no"))
    assert data.train.item_names == ("a.png", "b.png")
    assert data.train.targets is None
    assert data.test is None
    assert data.train.class_names == ("yes", "no")
    with pytest.raises(ConfigError, match=r"holds 2 images without class folders and 0 class names .*--classes a,b,c"):
        read(tmp_path)


def test_a_train_folder_alone_is_split(tmp_path):
    classes(tmp_path / "train", a=5, b=5)
    data = read(tmp_path)
    assert (len(data.train), len(data.test)) == (8, 2)
    assert all(name.startswith("train/") for name in data.test.item_names)


def test_train_and_test_without_class_folders_are_not_taken_for_classes(tmp_path):
    classes(tmp_path, train=3, test=3)
    with pytest.raises(DataError, match="hold images without class folders; sort them into train/CLASS"):
        read(tmp_path)


def test_a_class_may_be_called_train(tmp_path):
    classes(tmp_path, train=3, plane=3)
    assert read(tmp_path, test_share=0).train.class_names == ("plane", "train")


def test_class_folders_are_ordered_as_a_person_counts(tmp_path):
    classes(tmp_path, c10=1, c9=1, C1=1)
    assert read(tmp_path, test_share=0).train.class_names == ("C1", "c9", "c10")


def test_given_class_names_fix_the_order(tmp_path):
    classes(tmp_path, a=1, b=1)
    data = read(tmp_path, classes=("b", "a"), test_share=0)
    assert data.train.class_names == ("b", "a")
    assert data.train.targets.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("given", "why"),
    [(("a", "c"), "no images were found for 'c'"), (("a", "b", "z"), "no images were found for 'z'")],
)
def test_given_class_names_must_be_the_folders(tmp_path, given, why):
    classes(tmp_path, a=1, b=1)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, classes=given)
    assert f"the classes {', '.join(given)} do not match the class folders a, b of {tmp_path}: {why}" in str(
        caught.value
    )


def test_a_folder_missing_from_the_given_names_is_told(tmp_path):
    classes(tmp_path, a=1, b=1, c=1)
    with pytest.raises(ConfigError, match="'c' is not among them; pass exactly the folder names"):
        read(tmp_path, classes=("a", "b"))


def test_names_with_spaces_quotes_and_other_scripts_are_kept(tmp_path):
    names = ["naïve café", 'it\'s "odd"', "猫", "-rf; $(x)"]
    for name in names:
        save(tmp_path / name / "bild ümlaut '1'.png")
    data = read(tmp_path, test_share=0)
    assert set(data.train.class_names) == set(names)
    assert f"{names[0]}/bild ümlaut '1'.png" in data.train.item_names


def test_a_decomposed_folder_name_matches_a_typed_one(tmp_path):
    save(tmp_path / "cafe\u0301" / "1.png")
    save(tmp_path / "bar" / "1.png")
    assert read(tmp_path, classes=("caf\u00e9", "bar"), test_share=0).train.targets.tolist() == [1, 0]


def test_a_name_that_is_not_utf8_can_still_be_stored(tmp_path):
    classes(tmp_path, a=1, b=1)
    try:
        os.rename(tmp_path / "a" / "0.png", os.fsencode(tmp_path / "a") + b"/\xff.png")
    except OSError:
        pytest.skip("this file system refuses names that are not UTF-8")
    data = read(tmp_path, test_share=0)
    assert data.train.item_names[0] == "a/\ufffd.png"
    data.train.item_names[0].encode("utf-8")


LATIN_1 = ("caf\udce8", "caf\udce9")
"""Names in Latin-1, of which both bytes become the same replacement character."""


def test_class_folders_that_differ_only_in_bytes_that_are_no_text_are_refused(tmp_path):
    for name in (*LATIN_1, "tea"):
        save(tmp_path / name / "1.png")
    with pytest.raises(DataError) as caught:
        read(tmp_path, test_share=0)
    assert str(caught.value) == (
        f"the class folders 'caf\\udce8' and 'caf\\udce9' of {tmp_path} differ only in bytes that are no text in "
        "UTF-8, so that both classes would be called 'caf\ufffd'; rename one of them"
    )
    (tmp_path / LATIN_1[0]).rename(tmp_path / "cafè")
    assert read(tmp_path, test_share=0).train.class_names == ("cafè", "caf\ufffd", "tea")


def test_one_that_is_called_by_the_replacement_character_is_another_class_too(tmp_path):
    for name in (LATIN_1[0], "caf\ufffd"):
        save(tmp_path / name / "1.png")
    with pytest.raises(DataError, match=r"'caf\\udce8' and 'caf\ufffd' of .* differ only in bytes"):
        read(tmp_path, test_share=0)


def test_folders_of_test_images_are_not_taken_for_those_of_another_class(tmp_path):
    for name in ("train/tea", f"train/{LATIN_1[0]}", "test/tea", f"test/{LATIN_1[1]}"):
        save(tmp_path / name / "1.png")
    with pytest.raises(DataError, match=r"'train/caf\\udce8' and 'test/caf\\udce9' of .*; rename one of them"):
        read(tmp_path)
    (tmp_path / "test" / LATIN_1[1]).rename(tmp_path / "test" / LATIN_1[0])
    assert read(tmp_path).test.targets.tolist() == [0, 1]


def test_a_folder_without_images_is_no_class_to_be_told_apart(tmp_path):
    for name in (LATIN_1[0], "tea"):
        save(tmp_path / name / "1.png")
    (tmp_path / LATIN_1[1]).mkdir()
    assert read(tmp_path, test_share=0).train.class_names == ("caf\ufffd", "tea")


def test_two_spellings_of_one_name_are_one_class_and_noted(tmp_path):
    for name in ("caf\u00e9", "cafe\u0301", "tea"):
        save(tmp_path / name / "1.png")
    data = read(tmp_path, test_share=0)
    assert data.train.class_names == ("caf\u00e9", "tea")
    assert data.train.targets.tolist() == [0, 0, 1]
    note = r"the folders 'cafe\u0301' and 'caf\xe9' have one name in two spellings; they are one class, 'café'"
    assert [said for said in data.notes if "spellings" in said] == [note]


def test_files_whose_names_become_one_are_both_there_and_noted(tmp_path):
    classes(tmp_path, a=1, b=1)
    for name, colour in zip(LATIN_1, ("red", "blue"), strict=True):
        save(tmp_path / "a" / f"{name}.png", colour)
    data = read(tmp_path, test_share=0)
    assert data.train.item_names == ("a/0.png", "a/caf\ufffd.png", "a/caf\ufffd.png", "b/0.png")
    assert [file.name for file in data.train.files[1:3]] == [f"{name}.png" for name in LATIN_1]
    assert "images whose names differ only in bytes that are no text in UTF-8: 2, a/caf\ufffd.png, a/caf\ufffd.png" in (
        data.notes
    )


def test_hidden_files_and_other_endings_are_passed_over(tmp_path):
    classes(tmp_path, a=1, b=1)
    save(tmp_path / "a" / ".hidden.png")
    save(tmp_path / ".thumbs" / "1.png")
    (tmp_path / "a" / "notes.txt").write_text("not an image")
    (tmp_path / "readme.md").write_text("not an image")
    os.rename(tmp_path / "b" / "0.png", tmp_path / "b" / "0.PNG")
    data = read(tmp_path, test_share=0)
    assert data.train.item_names == ("a/0.png", "b/0.PNG")


def test_what_lies_beside_the_folders_in_use_is_told(tmp_path):
    classes(tmp_path, a=2, b=2)
    save(tmp_path / "stray.png")
    save(tmp_path / "stray2.png")
    (tmp_path / "void").mkdir()
    notes = read(tmp_path, test_share=0).notes
    assert "left out what lies beside the class folders: stray.png and 1 more" in notes
    assert "the folder void holds no readable image; it is not a class" in notes


def test_a_validation_folder_beside_train_and_test_is_told(tmp_path):
    classes(tmp_path / "train", a=2, b=2)
    classes(tmp_path / "test", a=1)
    classes(tmp_path / "val", a=1)
    data = read(tmp_path)
    assert len(data.train) == 4
    assert "left out what lies beside train and test: val" in data.notes


def test_links_are_followed_in_runs_from_before_the_layout_and_a_loop_of_links_ends(tmp_path):
    root = tmp_path / "root"
    classes(root, a=1, b=1)
    save(tmp_path / "elsewhere" / "far.png")
    (root / "a" / "loop").symlink_to(root, target_is_directory=True)
    (root / "a" / "self").symlink_to("self")
    (root / "a" / "self.png").symlink_to("self.png")
    (root / "a" / "gone.png").symlink_to(tmp_path / "nothing.png")
    (root / "b" / "far").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    data = read(root, test_share=0, layout=None)
    assert data.train.item_names == ("a/0.png", "b/0.png", "b/far/far.png")
    assert "left out a/gone.png: not a file, or a broken link" in data.notes


def test_mean_and_std_are_those_of_the_training_images(tmp_path):
    classes(tmp_path, a=6, b=6)
    data = read(tmp_path)
    mean, std = channel_statistics(data.train.images)
    assert data.mean == mean
    assert data.std == (std[0], 1.0, 1.0)
    assert data.std[0] > 0


def test_the_checksum_tells_when_a_file_changed(tmp_path):
    classes(tmp_path, a=2, b=2)
    before = read(tmp_path, test_share=0).train.checksum
    assert read(tmp_path, test_share=0).train.checksum == before
    save(tmp_path / "a" / "1.png", "blue")
    assert read(tmp_path, test_share=0).train.checksum != before


def test_a_broken_image_is_named_and_left_out(tmp_path):
    classes(tmp_path, a=2, b=2)
    (tmp_path / "a" / "broken.png").write_bytes(b"no pixels here")
    whole = (tmp_path / "a" / "0.png").read_bytes()
    (tmp_path / "b" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "b" / "empty.jpg").write_bytes(b"")
    data = read(tmp_path, test_share=0)
    assert data.train.item_names == ("a/0.png", "a/1.png", "b/0.png", "b/1.png")
    assert data.train.targets.tolist() == [0, 0, 1, 1]
    assert "left out a/broken.png: not an image that Pillow can read" in data.notes
    assert any(note.startswith("left out b/cut.png: ") for note in data.notes)
    assert "left out b/empty.jpg: not an image that Pillow can read" in data.notes


def test_many_broken_images_are_counted_after_the_first(tmp_path):
    classes(tmp_path, a=1, b=1)
    for i in range(MAX_NAMED + 5):
        (tmp_path / "a" / f"x{i:03}.png").write_bytes(b"")
    notes = read(tmp_path, test_share=0).notes
    assert len([note for note in notes if "not an image" in note]) == MAX_NAMED
    assert "left out 5 more files that cannot be read" in notes


# What cannot be read


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda root: None, "does not exist; give a folder of images"),
        (lambda root: root.write_text("x"), "is a file; give a folder of images"),
        (lambda root: root.mkdir(), "holds no images (files ending in"),
        (lambda root: (root / "a").mkdir(parents=True), "holds no images (files ending in"),
        (lambda root: classes(root, only=3), "has 1 class folder with readable images, 'only'"),
    ],
)
def test_a_folder_without_images_to_learn_from_is_refused(tmp_path, prepare, sentence):
    prepare(tmp_path / "mine")
    with pytest.raises(DataError) as caught:
        read(tmp_path / "mine")
    assert str(tmp_path / "mine") in str(caught.value)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("place", ["a/1.png", "train/a/1.png", "1.png"])
def test_a_folder_of_broken_images_only_is_refused_with_the_first_reason(tmp_path, place):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"broken")
    with pytest.raises(DataError, match=r"holds no image that can be read \(left out .*1.png: not an image"):
        read(tmp_path, classes=("a", "b"))


def test_a_test_class_that_is_not_trained_on_is_refused(tmp_path):
    classes(tmp_path / "train", a=1, b=1)
    classes(tmp_path / "test", a=1, z=1)
    with pytest.raises(DataError, match=r"test has the class folder 'z' but .*train has no readable image of it"):
        read(tmp_path)


def test_an_image_with_too_many_pixels_is_left_out_undecoded_and_without_a_warning(tmp_path, monkeypatch):
    classes(tmp_path, a=2, b=1)
    save(tmp_path / "a" / "big.png", size=(50, 50))
    save(tmp_path / "a" / "bomb.png", size=(100, 100))
    monkeypatch.setattr("lada_explore.datasets.picture_file.MAX_PIXELS", 2000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = read(tmp_path, test_share=0)
    assert "left out a/big.png: 50 x 50 pixels, above the limit of 2,000; save a smaller copy" in data.notes
    assert "left out a/bomb.png: more pixels than the limit of 2,000; save a smaller copy" in data.notes
    assert len(data.train) == 3


def test_sizes_and_modes_can_be_mixed(tmp_path):
    save(tmp_path / "a" / "1.png", size=(3, 50))
    save(tmp_path / "a" / "2.png", size=(500, 20), mode="L")
    save(tmp_path / "b" / "3.gif", size=(1, 1), mode="P")
    data = read(tmp_path, height=9, width=12, channels=1, test_share=0)
    assert data.train.shape == (1, 9, 12)
    assert data.train.images.dtype == torch.uint8
    assert data.train.images.unique().tolist() == [76]


def test_files_of_other_formats_are_counted_by_their_ending(tmp_path):
    classes(tmp_path, cat=2, dog=2)
    (tmp_path / "cat" / "drawing.SVG").write_text("<svg/>")
    (tmp_path / "dog" / "deep").mkdir()
    (tmp_path / "dog" / "deep" / "other.svg").write_text("<svg/>")
    (tmp_path / "README").write_text("about")
    for silent in (".DS_Store", "Thumbs.db", ".cache/x.svg"):
        (tmp_path / silent).parent.mkdir(exist_ok=True)
        (tmp_path / silent).write_text("")
    said = "passed over 6 entries that are not read as images: .svg (2), hidden (2), no ending, Thumbs.db"
    assert said in read(tmp_path).notes
    (tmp_path / "flat").mkdir()
    save(tmp_path / "flat" / "1.png")
    (tmp_path / "flat" / "a.svg").write_text("<svg/>")
    notes = read(tmp_path / "flat", classes=("cat", "dog")).notes
    assert "passed over 1 entry that is not read as an image: .svg" in notes
