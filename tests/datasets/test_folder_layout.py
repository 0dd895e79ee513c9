"""Folders of images: which folders are classes, and what in them is not read."""

import os

import pytest
from helpers.image_folders import classes, read, save

from lada_explore.config import DataConfig, config_from_dict
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, DataError

PETS = ("cat", "dog")


def by_month(root, year="2024", each=2):
    """`root`/`year`/01 to 12, with `each` images; returns their ids."""
    for month in range(1, 13):
        for n in range(each):
            save(root / year / f"{month:02}" / f"IMG {n}.JPG", (20 * month, 100 * n, 0))
    return tuple(f"{year}/{month:02}/IMG {n}.JPG" for month in range(1, 13) for n in range(each))


def test_photographs_by_date_with_classes_declared_are_unlabelled(tmp_path):
    ids = by_month(tmp_path)
    save(tmp_path / "z.png")
    data = read(tmp_path, classes=PETS)
    assert data.train.item_names == (*ids, "z.png")
    assert (data.train.targets, data.test, data.train.class_names) == (None, None, PETS)
    said = f"none of the classes cat, dog is a folder of {tmp_path}, so the images in 2024 are read as unlabelled"
    assert data.notes[0] == f"{said} (data.layout=flat)"
    asked = read(tmp_path, classes=PETS, layout="flat")
    assert (asked.train.item_names, asked.train.checksum) == (data.train.item_names, data.train.checksum)


def test_months_below_a_year_are_no_classes_unasked(tmp_path):
    by_month(tmp_path)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "2024")
    assert str(caught.value) == (
        f"the folders 01, 02, 03 and 9 more of {tmp_path / '2024'} look like dates and not like a class; pass --set "
        "data.layout=classes to take the folders as classes, or --unlabelled --classes a,b,c to label the images "
        "yourself"
    )
    assert len(read(tmp_path / "2024", layout="classes").train.class_names) == 12
    assert len(read(tmp_path / "2024", layout="flat", classes=PETS).train) == 24
    assert len(read(tmp_path / "2024", classes=PETS).train) == 24


@pytest.mark.parametrize(
    "names",
    [
        ("2024",),
        ("1998", "2003"),
        ("2024-01", "2024-02"),
        ("2024_11", "2024_12"),
        ("2024-01-31", "2023_12_01"),
        ("20240131", "20240201"),
        ("2024", "cats"),
        ("train/2023", "train/2024"),
        ("January 2024", "Feb_2024"),
        ("2024 May", "2023-december"),
        ("2024-05-12 Ana's birthday", "2024-06-30_coast"),
        ("2024-05", "best"),
        ("01.05.2024", "31.12.2023"),
        ("5-1-2024", "12-31-2024"),
        ("2024-W01", "2024-KW12", "2023 Q4"),
        ("Photos from 2023", "Fotos von 2024"),
        ("Berlin, 5 May 2024", "1. Mai 2024", "May 12, 2024"),
        ("Januar 2024", "2024 fe\u0301vrier"),
    ],
)
def test_what_looks_like_a_date_is_asked_about(tmp_path, names):
    classes(tmp_path, **dict.fromkeys(names, 5))
    with pytest.raises(
        ConfigError, match=r"looks? like (a date|dates) and not like a class; .*layout=classes .* or --u"
    ):
        read(tmp_path)


@pytest.mark.parametrize(
    "names",
    [
        ("January", "feb", "Sept 3"),
        ("05 May", "06-June"),
        ("1", "2", "best"),
        ("Januar", "Ma\u0308rz"),
        ("01 Janvier", "02 F\u00e9vrier"),
        ("0501", "12-31"),
        ("Q1", "KW 12"),
    ],
)
def test_names_of_months_below_a_year_are_asked_about(tmp_path, names):
    classes(tmp_path / "2024", **dict.fromkeys(names, 1))
    with pytest.raises(ConfigError, match="look like dates"):
        read(tmp_path / "2024")
    os.rename(tmp_path / "2024", tmp_path / "year")
    assert len(read(tmp_path / "year", test_share=0).train.class_names) == len(names)


def test_digits_below_a_folder_that_is_called_like_a_year_stay_classes(tmp_path):
    classes(tmp_path / "2012", **{str(digit): 1 for digit in range(10)})
    assert len(read(tmp_path / "2012", test_share=0).train.class_names) == 10


def test_days_below_a_month_are_asked_about_through_a_link_too(tmp_path):
    classes(tmp_path / "2024" / "05", **{"1": 5, "31": 5})
    (tmp_path / "may").symlink_to(tmp_path / "2024" / "05")
    for place in ("2024/05", "may"):
        with pytest.raises(ConfigError, match="the folders 1, 31 of .* look like dates"):
            read(tmp_path / place)


@pytest.mark.parametrize(
    "names",
    [
        [str(digit) for digit in range(10)],
        ["1", "2", "3"],
        ["0", "1999", "2000", "2500"],
        ["2024-13", "2024-00"],
        ["1850", "3000"],
        ["model 2024", "2024s"],
        ["May", "June", "April"],
        ["2024 cats", "2024-05 strain 7"],
        ["mars", "Januar"],
        ["001.ak47", "200.stained-glass", "n01440764", "12345678"],
        ["photo", "bilder 12"],
    ],
)
def test_numbers_and_what_is_no_date_stay_classes(tmp_path, names):
    classes(tmp_path / "set", **dict.fromkeys(names, 1))
    assert sorted(read(tmp_path / "set", test_share=0).train.class_names) == sorted(names)


def test_dates_that_are_declared_are_classes(tmp_path):
    classes(tmp_path, **{"2023": 1, "2024": 1})
    assert read(tmp_path, classes=("2024", "2023"), test_share=0).train.targets.tolist() == [1, 0]


def test_a_class_in_another_case_is_no_sign_of_a_flat_folder(tmp_path):
    classes(tmp_path, cat=1, dog=1)
    with pytest.raises(ConfigError, match="do not match the class folders cat, dog .* or pass --unlabelled"):
        read(tmp_path, classes=("Cat", "Dog"))


def test_train_and_test_are_not_mixed_unasked(tmp_path):
    classes(tmp_path / "train", a=1, b=1)
    classes(tmp_path / "test", a=1, b=1)
    with pytest.raises(ConfigError, match="the classes cat, dog do not match the class folders a, b"):
        read(tmp_path, classes=PETS)
    assert len(read(tmp_path, classes=PETS, layout="flat").train) == 4


def test_class_folders_that_are_asked_for_must_be_there(tmp_path):
    save(tmp_path / "a.png")
    with pytest.raises(DataError, match="holds 1 images without class folders and data.layout is 'classes'; sort"):
        read(tmp_path, classes=PETS, layout="classes")


def test_what_lies_beside_an_image_is_counted_in_one_note(tmp_path):
    root = tmp_path / "root"
    for name in ("a.png", ".hidden.png", "._a.png"):
        save(root / name)
    for name in ("Thumbs.db", "desktop.ini", "a.xmp", "b.xmp", "b.svg", "a.aae", "a.thm"):
        (root / name).write_bytes(b"x")
    for name, content in (("c.jpg", b"\xff\xd8\xff"), ("d.png", b"")):
        (root / name).write_bytes(content)
    (root / "link.png").symlink_to("a.png")
    data = read(root, classes=PETS)
    assert data.train.item_names == ("a.png", "link.png")
    assert [note for note in data.notes if "link.png" in note] == [
        "images with the same pixels as another at this size: 1, link.png as a.png"
    ]
    assert len([note for note in data.notes if note.startswith(("left out c.jpg: ", "left out d.png: "))]) == 2
    (said,) = [note for note in data.notes if "passed over" in note]
    listed = ".xmp (2), hidden (2), .aae, .svg, .thm and 2 more kinds"
    assert said == f"passed over 9 entries that are not read as images: {listed}"


@pytest.mark.parametrize("layout", ["auto", "classes", "flat"])
def test_links_out_of_the_folder_and_in_circles_are_left_out_and_counted(tmp_path, layout):
    root = tmp_path / "root"
    classes(root, cat=1, dog=1)
    save(tmp_path / "root-2" / "far.png")
    (root / "cat" / "up").symlink_to(root)
    (root / "cat" / "self.png").symlink_to("self.png")
    (root / "cat" / "far.png").symlink_to(tmp_path / "root-2" / "far.png")
    (root / "cat" / "gone.png").symlink_to(tmp_path / "nothing.png")
    (root / "dog" / "far").symlink_to(tmp_path / "root-2")
    data = read(root, classes=PETS, test_share=0, layout=layout)
    assert data.train.item_names == ("cat/0.png", "dog/0.png")
    said = "passed over 5 entries that are not read as images: links out of the folder (3), links in circles (2)"
    assert said in data.notes


def test_a_link_within_the_folder_is_followed_once(tmp_path):
    classes(tmp_path, cat=1, dog=1)
    (tmp_path / "also").symlink_to("cat")
    assert read(tmp_path, test_share=0).train.item_names == ("also/0.png", "cat/0.png", "dog/0.png")
    data = read(tmp_path, classes=PETS, layout="flat")
    assert data.train.item_names == ("cat/0.png", "dog/0.png")
    assert "passed over 1 entry that is not read as an image: links to folders read in their own place" in data.notes


def test_class_folders_that_are_links_are_followed(tmp_path):
    root = tmp_path / "root"
    classes(tmp_path / "elsewhere", cat=2, dog=1)
    classes(root, bird=1)
    (tmp_path / "elsewhere" / "cat" / "a.txt").write_text("")
    for name in ("cat", "dog"):
        (root / name).symlink_to(tmp_path / "elsewhere" / name)
    data = read(root, test_share=0)
    assert data.train.item_names == ("bird/0.png", "cat/0.png", "cat/1.png", "dog/0.png")
    assert "passed over 1 entry that is not read as an image: .txt" in data.notes
    flat = read(root, classes=PETS, layout="flat")
    assert flat.train.item_names == ("bird/0.png",)
    assert "passed over 2 entries that are not read as images: links out of the folder (2)" in flat.notes


@pytest.mark.parametrize("layout", ["auto", "classes", "flat"])
def test_where_all_images_are_behind_links_the_links_are_followed(tmp_path, layout):
    root, far = tmp_path / "root", tmp_path / "far"
    classes(far, **{"1": 2, "2": 1})
    for name in ("cat", "dog"):
        (root / name).mkdir(parents=True)
    for place, source in (("cat/a.png", "1/0.png"), ("cat/b.png", "1/1.png"), ("dog/a.png", "2/0.png")):
        (root / place).symlink_to(far / source)
    (far / "2" / "back").symlink_to(root)
    (root / "dog" / "up").symlink_to(tmp_path)
    data = read(root, classes=PETS, layout=layout, test_share=0)
    assert data.train.item_names == ("cat/a.png", "cat/b.png", "dog/a.png")
    assert "passed over 1 entry that is not read as an image: links in circles" in data.notes


def test_one_image_of_its_own_is_enough_to_leave_out_links_to_images_elsewhere(tmp_path):
    save(tmp_path / "far.png")
    save(tmp_path / "root" / "own.png")
    (tmp_path / "root" / "a.png").symlink_to(tmp_path / "far.png")
    data = read(tmp_path / "root", classes=PETS)
    assert data.train.item_names == ("own.png",)
    (tmp_path / "root" / "own.png").rename(tmp_path / "root" / ".own.png")
    assert read(tmp_path / "root", classes=PETS).train.item_names == ("a.png",)


def test_a_folder_without_images_says_what_it_holds(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    with pytest.raises(DataError, match=r"holds no images \(.*; passed over 1 entry .*: \.svg\)"):
        read(tmp_path, classes=PETS)


@pytest.mark.parametrize(
    ("declared", "wrong"),
    [(("cat", "mouse"), "no images were found for 'mouse'"), (("cat", "dog"), "'2024' is not among them")],
)
def test_classes_that_match_some_of_the_folders_are_refused(tmp_path, declared, wrong):
    classes(tmp_path, cat=1, dog=1, **{"2024": 1})
    with pytest.raises(ConfigError, match=f"{wrong}; pass exactly the folder names, .* or pass --unlabelled"):
        read(tmp_path, classes=declared)


def test_names_with_accents_and_spaces_are_kept_and_declared_in_either_spelling(tmp_path):
    classes(tmp_path, **{"mes e\u0301tats": 1, "d\u00e9j\u00e0 vu": 1})
    save(tmp_path / "d\u00e9j\u00e0 vu" / "e\u0301 1.PNG", (9, 9, 9))
    data = read(tmp_path, classes=("d\u00e9ja\u0300 vu", "mes \u00e9tats"), test_share=0)
    assert data.train.class_names == ("d\u00e9j\u00e0 vu", "mes \u00e9tats")
    assert data.train.item_names == (
        "d\u00e9j\u00e0 vu/0.png",
        "d\u00e9j\u00e0 vu/e\u0301 1.PNG",
        "mes e\u0301tats/0.png",
    )


def test_a_run_from_before_the_layout_reads_the_same_images(tmp_path):
    by_month(tmp_path)
    save(tmp_path / "far.png")
    os.symlink(tmp_path / "far.png", tmp_path / "2024" / "01" / "out.png")
    stored = configure(dataset=f"folder:{tmp_path / '2024'}").to_dict()
    assert stored["data"]["layout"] == "auto"
    del stored["data"]["layout"], stored["data"]["scale"]
    config = config_from_dict(stored).data
    assert (config.layout, config) == (None, DataConfig(name=f"folder:{tmp_path / '2024'}"))
    data = read(tmp_path / "2024", layout=None, test_share=0)
    assert (len(data.train.class_names), data.train.item_names[2]) == (12, "01/out.png")
    with pytest.raises(ConfigError, match="do not match the class folders"):
        read(tmp_path / "2024", layout=None, classes=PETS)


def test_folders_of_a_camera_are_no_classes_unasked(tmp_path):
    classes(tmp_path / "DCIM", **{"100CANON": 2, "101_PANA": 1})
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "DCIM")
    assert str(caught.value).startswith(
        f"the folders 100CANON, 101_PANA of {tmp_path / 'DCIM'} look like those of a camera and not like a class; pass "
    )
    with pytest.raises(DataError, match="needs at least 2 classes, so add another, or .* pass --unlabelled --classes"):
        read(tmp_path)
    assert len(read(tmp_path, classes=PETS).train) == 3
    assert read(tmp_path / "DCIM", layout="classes", test_share=0).train.class_names == ("100CANON", "101_PANA")


def test_a_folder_around_the_class_folders_is_named(tmp_path):
    classes(tmp_path / "images", cat=1, dog=1)
    classes(tmp_path, __MACOSX=1)
    with pytest.raises(DataError, match=f"so name {tmp_path / 'images'} if its folders cat, dog are the classes, add"):
        read(tmp_path)


@pytest.mark.parametrize(("train", "test"), [("Train", "Test"), ("training", "testing"), ("Training", "test")])
def test_training_and_test_images_are_told_apart_in_other_spellings_too(tmp_path, train, test):
    for part in (train, test):
        classes(tmp_path / part, cat=2, dog=1)
    (tmp_path / "val").mkdir()
    save(tmp_path / "val" / "0.png")
    data = read(tmp_path)
    assert (len(data.train), data.train.class_names, len(data.test)) == (3, PETS, 3)
    assert f"left out what lies beside {train} and {test}: val" in data.notes
    for part in (train, test):
        for name in PETS:
            for file in (tmp_path / part / name).iterdir():
                file.rename(tmp_path / part / f"{name}{file.name}")
    (tmp_path / "val" / "0.png").unlink()
    with pytest.raises(DataError, match=f"hold images without class folders; sort them into {train}/CLASS and "):
        read(tmp_path)


def test_a_class_may_be_called_train(tmp_path):
    classes(tmp_path, Train=1, Car=1)
    classes(tmp_path / "Train", steam=1)
    data = read(tmp_path, test_share=0)
    assert (data.train.class_names, len(data.train)) == (("Car", "Train"), 3)
    assert "images in folders of a class folder are of its class: Train (steam)" in data.notes


@pytest.mark.parametrize("layout", ["flat", "auto"])
def test_folders_of_programs_and_thumbnails_beside_images_are_left_out(tmp_path, layout):
    for place in (
        "a.jpg",
        "thumbs/a.jpg",
        "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
        "$RECYCLE.BIN/b.jpg",
        "__MACOSX/c.jpg",
    ):
        save(tmp_path / place)
    data = read(tmp_path, classes=PETS, layout=layout)
    assert data.train.item_names == ("a.jpg",)
    listed = "$RECYCLE.BIN, @eaDir, __MACOSX, thumbs"
    assert data.notes == (f"passed over 4 entries that are not read as images: {listed}", *data.notes[1:])


def test_a_class_may_be_called_thumbs(tmp_path):
    classes(tmp_path, thumbs=1, fist=1)
    assert read(tmp_path, test_share=0).train.class_names == ("fist", "thumbs")


def test_a_run_from_before_the_layout_reads_folders_of_programs_too(tmp_path):
    classes(tmp_path, **{"@eaDir": 1, "Train": 1, "Test": 1})
    classes(tmp_path / "Train", cat=1)
    classes(tmp_path / "Test", cat=1)
    assert read(tmp_path, layout=None, test_share=0).train.class_names == ("@eaDir", "Test", "Train")
