"""What a label in a file means in a run: names first, positions only when asked for, and nothing that fits two."""

from __future__ import annotations

import unicodedata

import pytest

from lada_explore.exchange import By, Given
from lada_explore.exchange.matching import ClassFinder, ImageFinder

NAMES = ("a.png", "x/b.png", "y/b.png", "x/C.png", "deep/er/d.png", "0005.png", "9.png", "e f.png")


def image(file, *, names=NAMES, root="", **more):
    found = ImageFinder(names, len(names), root)(Given(where="line 2", file=file, **more))
    return names[found] if isinstance(found, int) else found


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("x\\b.png", "x/b.png"),
        ("C:\\Users\\ann\\set\\x\\b.png", "x/b.png"),
        (".\\x\\b.png", "x/b.png"),
        ("./x/b.png", "x/b.png"),
        ("/somewhere/y/b.png", "y/b.png"),
        ("c.PNG", "x/C.png"),
        ("er/d.png", "deep/er/d.png"),
        (" a.png ", "a.png"),
        ("https://example.org/set/e%20f.png?version=3", "e f.png"),
        ("file:///data/x/b.png", "x/b.png"),
        ("e%20f.png", "e f.png"),
        ("A", "a.png"),
        ("set/x/c", "x/C.png"),
    ],
)
def test_a_path_means_the_one_image_that_it_can_mean(file, name):
    assert image(file) == name


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("b.png", "several images of this run are called b.png (x/b.png, y/b.png); give the whole path"),
        (
            "z/b.png",
            "no image of this run is called z/b.png; x/b.png, y/b.png have the same file name in another folder",
        ),
        ("z/C.png", "no image of this run is called z/C.png; x/C.png has the same file name in another folder"),
        ("z", "no image of this run is called z"),
        ("b", "several images of this run are called b (x/b.png, y/b.png); give the whole path"),
        ("a.jpg", "no image of this run is called a.jpg; a.png has the same name with another ending"),
        ("\u200ba.png", "no image of this run is called '\\u200ba.png'"),
        ("ab12cd34-a.png", "no image of this run is called ab12cd34-a.png"),
    ],
)
def test_a_path_that_fits_two_images_or_none_is_refused_and_named(file, why):
    assert image(file) == why


def test_case_and_the_forms_of_unicode_can_make_a_name_fit_two():
    assert image("img.png", names=("IMG.png", "Img.png")).startswith("several images of this run are called img.png (")
    assert image("IMG.png", names=("IMG.png", "Img.png")) == "IMG.png"
    forms = tuple(unicodedata.normalize(form, "é.png") for form in ("NFC", "NFD"))
    assert image(forms[0], names=forms).endswith("give their ids")
    assert image(forms[1], names=forms[:1]) == forms[0]


def test_the_folder_of_the_images_decides_between_a_file_in_it_and_one_below():
    names = ("b.png", "x/b.png")
    assert image("/set/x/b.png", names=names).startswith("several images")
    assert image("/set/x/b.png", names=names, root="/set") == "x/b.png"
    assert image("/set/x/b.png", names=names, root="/set/x") == "b.png"


def test_a_path_can_mean_a_test_image_which_takes_no_label():
    find = ImageFinder(("cat/1.png", "dog/2.png"), 2, "/set", ("dog/1.png", "cat/3.png"))
    assert find(Given(where="line 2", file="1.png")) == (
        "several images of this run are called 1.png (cat/1.png, dog/1.png); give the whole path"
    )
    assert find(Given(where="line 2", file="cat/1.png")) == 0
    assert find(Given(where="line 2", file="3.png")) == (
        "cat/3.png is a test image of this run, which takes no label; leave it out"
    )
    assert find(Given(where="line 2", id=7)) == "there is no image 7; ids run from 0 to 1"


def test_columns_of_an_image_must_agree():
    assert image("b.png", more_files=("y/b.png",)) == "y/b.png"
    assert image("a.png", more_files=("9.png",)) == "its columns contradict each other: a.png is a.png, 9.png is 9.png"
    assert image("a.png", more_files=("unknown",)) == "a.png"
    assert image("gone.png", more_files=("a",)) == "no image of this run is called gone.png"
    others = "; if the ids are not those of this run, leave their column out"
    assert image("a.png", id=1) == f"image 1 is x/b.png, not a.png{others}"
    assert image("gone.png", id=1) == f"image 1 is x/b.png, not gone.png{others}"
    assert image("a.png", id=99) == f"there is no image 99; ids run from 0 to 7{others}"


def test_the_file_decides_where_the_id_is_that_of_the_run_that_exported_it():
    assert image("a.png", id=1, exported=True) == image("a.png", id=99, exported=True) == "a.png"
    assert image("b.png", id=1, exported=True) == "x/b.png"  # Two are called so, of which the id is one.
    assert image("b.png", id=0, exported=True).startswith("image 0 is a.png, not b.png; if the ids are not")
    assert image("gone.png", id=0, exported=True).startswith("image 0 is a.png, not gone.png; if the ids are not")
    assert image("", id=0, exported=True) == (
        "it has the id 0 of the run that exported it and no file; call the column lada_id if that was this run"
    )


def test_an_id_that_is_written_like_the_name_of_another_image_is_refused():
    assert image("", id=5, id_text="0005") == "0005.png"
    assert image("", id=3, id_text="3") == "x/C.png"
    names = ("0001.png", "0000.png")
    assert image("", names=names, id=1, id_text="0001") == (
        "0001 may be image 1 (0000.png) or the name of 0001.png; give file names, in a column called file, or call "
        "this one lada_id if it holds the ids of this run"
    )
    # As Excel writes 0001, and as files that are numbered without zeros are sorted.
    assert image("", names=names, id=1, id_text="1").startswith("1 may be image 1 (0000.png) or the name of 0001.png;")
    assert image("", names=("1.png", "10.png", "2.png"), id=1, id_text="1").startswith("1 may be image 1 (10.png) or")
    assert image("", names=names, id=1) == "0000.png"
    assert image("", names=("10.png", "2.png"), id=10, id_text="10") == (
        "there is no image 10; ids run from 0 to 1; if that is the name of 10.png, call the column file"
    )


def label(classes, by=By.NAME, **given):
    found = ClassFinder(classes, by)(Given(where="line 2", **given))
    return classes[found] if isinstance(found, int) else found


@pytest.mark.parametrize(
    ("classes", "given", "expected"),
    [
        (("1", "2", "3"), {"label": "1"}, "1"),
        (("1", "2", "3"), {"label": "4"}, "'4' is no class of this run"),
        (
            ("1", "2", "3"),
            {"label": "01"},
            "'01' is no class of this run; as a position, which --by index takes numbers ",
        ),
        (("cat", "dog"), {"label": "1"}, "'1' is no class of this run; as a position, which --by index takes numbers "),
        (("cat", "dog"), {"label": "1.0"}, "'1.0' is no class of this run"),
        (("10", "1"), {"label": "1.0"}, "'1.0' is no class of this run; did you mean '1'?"),
        (("nan", "NA", "TRUE"), {"label": "NA"}, "NA"),
        (("nan", "NA", "TRUE"), {"label": "true"}, "TRUE"),
        (("cat", "dog"), {"class_name": "CAT"}, "cat"),
        (
            ("Cat", "cAt"),
            {"class_name": "cat"},
            "'cat' fits several classes of this run ('Cat', 'cAt'); write the name",
        ),
        (("Cat", "cat"), {"class_name": "cat"}, "cat"),
        (("café", "thé"), {"class_name": "cafe\u0301"}, "café"),
    ],
)
def test_a_class_is_found_by_its_name(classes, given, expected):
    assert label(classes, **given).startswith(expected)


@pytest.mark.parametrize(
    ("classes", "given", "expected"),
    [
        (("1", "2", "3"), {"label": "1"}, "2"),
        (("1", "2", "3"), {"label": "1.0"}, "2"),
        (("1", "2", "3"), {"label": "1.5"}, "'1.5' is not the position of a class, which run from 0 to 2"),
        (("cat", "dog"), {"class_name": "1"}, "dog"),
        (("cat", "dog"), {"class_name": "dog", "label": "1"}, "dog"),
        (("cat", "dog"), {"class_name": "cat", "label": "1"}, "its columns contradict each other: one says '1', the "),
        (("cat", "dog"), {"label": "2"}, "'2' is not the position of a class, which run from 0 to 1"),
        (("cat", "dog"), {"label": "cat"}, "'cat' is not the position of a class, which run from 0 to 1"),
    ],
)
def test_a_number_is_a_position_when_that_is_asked_for(classes, given, expected):
    assert label(classes, By.INDEX, **given).startswith(expected)


def test_the_columns_of_an_export_agree_whatever_the_classes_are_called():
    for classes in (("1", "2", "3"), ("1", "0"), ("cat", "dog"), ("0", "1")):
        for by in By:
            for number, name in enumerate(classes):
                assert label(classes, by, class_name=name, label=str(number)) == name


def test_a_name_beside_another_name_or_the_number_of_another_class_is_refused():
    assert label(("cat", "dog"), class_name="cat", label="1") == (
        "its columns contradict each other: one says 'cat', the other '1', which is the class 'dog'"
    )
    assert label(("cat", "dog"), class_name="cat", label="bird").endswith("'bird', which is no class of this run")
    assert label(("cat", "dog"), class_name="cat", more_classes=("dog",)).startswith("its columns contradict")
    assert label(("cat", "dog")) == "it names no class; fill in a class name"
    assert label(("cat", "dog"), By.INDEX) == "it names no class; fill in the number of a class, from 0 to 1"


def test_many_labels_that_fit_nothing_or_many_images_are_told_in_time():
    # Without a limit, similar names would be looked for 20,000 times, at 4 ms each, and 50,000 paths compared as often.
    classes, names = [f"class {i}" for i in range(1000)], [f"{i}/image.png" for i in range(50_000)]
    find_class, find_image = ClassFinder(classes), ImageFinder(names, len(names))
    told = {find_class(Given(where="line 2", class_name=f"clazz {i}")) for i in range(20_000)}
    assert sum("did you mean 'class" in one for one in told) == 100
    entry = Given(where="line 2", file="image.png")
    assert {find_image(entry) for _ in range(20_000)} == {
        "several images of this run are called image.png (0/image.png, 1/image.png, 2/image.png and 49,997 more); give "
        "the whole path"
    }
