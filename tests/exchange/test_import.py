"""Labels from files: what is taken, what agrees, what is in conflict, and what cannot be taken and why."""

from __future__ import annotations

import pytest
from PIL import Image

from lada_explore.errors import ConfigError
from lada_explore.exchange import By, Given, Takes, VerdictKind, plan_import, read_given

CLASSES = ("cat", "dog", "100 %", 'a "quoted", <i>name</i>')
NAMES = ("a.png", "deep/b.png", "other/b.png", "ü space.png", "e.png", "100%25.png")


def csv_file(tmp_path, *lines: str):
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def planned(given, *, asked=None, labelled=None, names=NAMES, classes=CLASSES, by=By.NAME):
    takes = Takes(asked=asked, labelled=labelled or {})
    given = getattr(given, "entries", given)
    return plan_import(given, class_names=classes, names=names, size=len(names) or 6, takes=takes, by=by)


def test_a_csv_by_file_and_class_name(tmp_path):
    given = read_given(
        csv_file(tmp_path, "file,class", "a.png,cat", "deep/b.png, dog ", '"ü space.png","a ""quoted"", <i>name</i>"')
    )
    assert given.entries[0] == Given(where="line 2", file="a.png", class_name="cat")
    assert planned(given).labels == {0: 0, 1: 1, 3: 3}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("image,category", "e.png,dog"),
        ("ID,Class", "4,dog"),
        ("filename,label", "e.png,dog"),
        ("image_id,class_name", "4,dog"),
    ],
)
def test_the_columns_that_other_programs_write_are_known(tmp_path, header, row):
    assert planned(read_given(csv_file(tmp_path, header, row))).labels == {4: 1}


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbfid,class\r\n2,dog\r\n")
    assert planned(read_given(path)).labels == {2: 1}


def test_what_cannot_be_taken_is_said_line_by_line(tmp_path):
    rows = ["a.png,caat,", "nowhere.png,cat,", "b.png,cat,", ",cat,", "e.png,,", ",dog,9", "a.png,dog,4"]
    given = read_given(csv_file(tmp_path, "file,class,id", *rows, "ü space.png,dog,"))
    plan = planned(given, asked=[0, 1, 2])
    assert plan.labels == {}
    assert plan.refused == (
        "line 2: 'caat' is no class of this run; did you mean 'cat'?",
        "line 3: no image of this run is called nowhere.png",
        "line 4: several images of this run are called b.png (deep/b.png, other/b.png); give the whole path",
        "line 5: it names no image; fill in its id or its file",
        "line 6: it names no class; fill in a class name",
        "line 7: there is no image 9; ids run from 0 to 5",
        "line 8: image 4 is e.png, not a.png; if the ids are not those of this run, leave their column out",
        "line 9: image 3 (ü space.png) is not asked now; import again when it is, or leave out --only-asked",
    )


def test_what_stands_already_is_counted_and_what_differs_is_a_conflict():
    given = [Given(where=f"line {i}", id=i, class_name="dog") for i in (0, 1, 2)]
    plan = planned(given, labelled={0: 1, 1: 0})
    assert (plan.labels, plan.agreed) == ({2: 1}, 1)
    assert plan.conflicts == ("image 1 (deep/b.png) is 'dog' in line 1 but was labelled 'cat', which is kept",)


def test_two_rows_that_differ_on_an_image_are_both_refused_and_two_that_agree_are_one():
    given = [Given(where="line 2", id=0, class_name="dog"), Given(where="line 9", file="a.png", class_name="cat")]
    plan = planned(given)
    assert (plan.labels, plan.conflicts) == ({}, ())
    assert plan.refused == (
        "line 2: image 0 (a.png) is 'dog' here and 'cat' in line 9; keep one of them",
        "line 9: image 0 (a.png) is 'cat' here and 'dog' in line 2; keep one of them",
    )
    plan = planned([given[0], given[0]])
    assert plan.labels == {0: 1}
    assert [row.kind for row in plan.rows] == [VerdictKind.TAKE, VerdictKind.REPEATED]


def test_class_folders_of_a_persons_own(tmp_path):
    for name in ("dog/a.png", "100 %25/100%25.png", "cat/inner/e.png", "cat/.hidden.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8)).save(tmp_path / name)
    plan = planned(read_given(tmp_path))
    assert (plan.labels, plan.refused) == ({0: 1, 5: 2, 4: 0}, ())


def test_numbered_files_are_ids_where_the_set_has_no_files(tmp_path):
    for name in ("dog/000003.png", "cat/000000.png", "cat/x.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    plan = planned(read_given(tmp_path), names=())
    assert plan.labels == {3: 1, 0: 0}
    assert plan.refused == ("cat/x.png: no image of this run is called x.png",)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["who,what", "a,b"], "has the columns who, what; it needs a column 'id' or 'file'"),
        (["id,class", '"1,cat'], r"cannot be read as CSV \(line 2: unexpected end of data\); correct that line"),
        (["[" * 100_000], r"has the columns \[{300} \.\.\.; it needs a column 'id' or 'file'"),
        (["file,class,File", "a.png,cat,b.png"], "has the column 'file' twice; leave one of them out and import again"),
        ([""], r"cannot be read \(it is empty\); give a CSV file"),
        ([",,", ","], "has no header line; it needs a column 'id' or 'file'"),
    ],
)
def test_a_file_that_is_no_csv_or_lacks_a_column_is_refused(tmp_path, lines, sentence):
    with pytest.raises(ConfigError, match=sentence):
        read_given(csv_file(tmp_path, *lines))


def test_a_place_without_labels_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_given(tmp_path / "missing.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="it is not text in UTF-16"):
        read_given(tmp_path / "binary.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="holds no class folders"):
        read_given(tmp_path / "empty")


LOST = ("a/caf\ufffd.png", "a/caf\ufffd.png", "b/caf\ufffd.png", "b/tea\ufffd.png")
"""Names of four files, of which two differ in bytes that are no text."""


def test_a_label_is_not_given_to_one_of_two_images_that_have_the_same_name():
    given = [Given(where=f"line {n}", file=name, class_name="cat") for n, name in enumerate(dict.fromkeys(LOST), 2)]
    plan = planned(given, names=LOST, asked=range(4))
    assert plan.labels == {2: 0, 3: 0}
    assert plan.refused == ("line 2: several images of this run are called a/caf\ufffd.png; give their ids",)
    by_id = [Given(where="line 2", id=1, file=LOST[1], class_name="cat")]
    assert planned(by_id, names=LOST, asked=range(4)).labels == {1: 0}


def test_an_escape_that_is_no_text_is_not_taken_for_another_name():
    given = [Given(where="line 2", file="tea%E9.png", class_name="cat"), Given(where="line 3", id=0, class_name="c%E9")]
    plan = planned(given, classes=("cat", "c\ufffd"), names=LOST)
    assert plan.labels == {}
    assert [reason.partition(";")[0] for reason in plan.refused] == [
        "line 2: no image of this run is called tea%E9.png",
        "line 3: 'c%E9' is no class of this run",
    ]
