"""Files of labels as spreadsheets and other programs write them: each comes to the same labels, as texts."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from openpyxl import Workbook

from lada_explore.errors import ConfigError
from lada_explore.exchange import Takes, plan_import, read_given

TABLE = (("file", "class"), ("é.png", "café"), ('the "odd", one.png', "thé"), ("01.png", "01"), ("NA.png", "nan"))
"""A header and four rows with everything that a reader of tables is tempted to change."""


def planned(given, names, classes):
    takes = Takes(labelled={})
    plan = plan_import(given.entries, class_names=classes, names=names, size=len(names), takes=takes)
    return {names[i]: classes[label] for i, label in plan.labels.items()}, plan.refused


def pairs(given):
    return tuple((entry.file, entry.class_name or entry.label) for entry in given.entries)


def text_of(separator: str) -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in row] for row in TABLE]
    return "".join(separator.join(row) + "\r\n" for row in quoted)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_the_same_in_every_encoding_and_with_every_separator(tmp_path, encoding, separator):
    (tmp_path / "x.csv").write_bytes(text_of(separator).encode(encoding))
    given = read_given(tmp_path / "x.csv")
    assert pairs(given) == TABLE[1:]
    guessed = encoding in ("cp1252", "utf-16-le", "utf-16-be")
    assert [("a guess" in note) for note in given.notes] == [True] * guessed
    assert all(("Windows-1252" if encoding == "cp1252" else "UTF-16") in note for note in given.notes)


def test_an_encoding_can_be_named_and_a_wrong_one_is_a_sentence(tmp_path):
    (tmp_path / "x.csv").write_bytes("file,class\nдым.png,дым\n".encode("cp1251"))
    given = read_given(tmp_path / "x.csv", encoding="cp1251")
    assert (pairs(given), given.notes) == ((("дым.png", "дым"),), ())
    with pytest.raises(ConfigError, match=r"x\.csv cannot be read \(it is not text in UTF-8\); give a CSV file"):
        read_given(tmp_path / "x.csv", encoding="utf8")
    for name in ("nonsense", "base64"):
        with pytest.raises(ConfigError, match=f"encoding '{name}' is unknown; give one that Python knows"):
            read_given(tmp_path / "x.csv", encoding=name)


def test_the_line_of_excel_that_names_the_separator_is_no_header(tmp_path):
    (tmp_path / "x.csv").write_text("sep=;\nfile;class\na,1.png;cat\n")
    given = read_given(tmp_path / "x.csv")
    assert (pairs(given), given.entries[0].where) == ((("a,1.png", "cat"),), "line 3")


def test_a_row_with_an_unquoted_separator_is_refused_and_not_shifted(tmp_path):
    (tmp_path / "x.csv").write_text("file,class\na,1.png,cat\n")
    with pytest.raises(ConfigError, match="has 3 cells in line 2 and 2 columns; write a cell that holds ',' in double"):
        read_given(tmp_path / "x.csv")


def excel(path, *sheets):
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def test_an_excel_file_is_read_as_the_texts_it_shows(tmp_path):
    excel(tmp_path / "x.xlsx", [], [["a note"]], [*TABLE, (7, 1), (2.5, True), ("=1", None)])
    given = read_given(tmp_path / "x.xlsx")
    assert given.form == "Excel"
    assert pairs(given)[:6] == (*TABLE[1:], ("7", "1"), ("2.5", "TRUE"))
    assert given.entries[0].where == "row 2"


def test_a_number_of_excel_with_zeros_before_it_keeps_them_and_a_date_is_refused(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (["file", "class"], [7, "cat"], ["b.png", datetime(2026, 3, 4)], ["c.png", 0.5]):
        sheet.append(row)
    sheet["A2"].number_format, sheet["B4"].number_format = "0000", "0%"
    book.save(tmp_path / "x.xlsx")
    given = read_given(tmp_path / "x.xlsx")
    assert given.entries[0].file == "0007"
    _, refused = planned(given, ("0007", "b.png", "c.png"), ("cat",))
    assert refused == (
        "row 3: cell B3 holds a date, of which the text that was typed is not known; format the column as text, type "
        "it again",
        "row 4: cell B4 holds a number that is shown as '0%'; format the column as text, type it again",
    )


def test_labels_on_two_sheets_are_refused_and_named(tmp_path):
    excel(tmp_path / "x.xlsx", TABLE, TABLE)
    with pytest.raises(ConfigError, match="has labels on the sheets 'sheet 0' and 'sheet 1'; leave one of them"):
        read_given(tmp_path / "x.xlsx")


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"])
def test_a_damaged_or_old_file_of_excel_is_a_sentence(tmp_path, content):
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(ConfigError, match=r"x\.xlsx cannot be read \(.+\); give a CSV file"):
        read_given(tmp_path / "x.xlsx")


# Label Studio

UPLOADED = "/data/upload/1/ab12cd34-{}"
CHOICE = {"from_name": "choice", "to_name": "image", "type": "choices"}


def task(number, image, *choices, **more):
    results = [{**CHOICE, "value": {"choices": list(chosen)}} for chosen in choices]
    return {"id": number, "data": {"image": image}, "annotations": [{"id": 1, "result": results, **more}]}


def written(tmp_path, value, name="x.json"):
    (tmp_path / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return read_given(tmp_path / name)


NAMES = ("a.png", "my photo (1).png", "é/ü ß.png", "deadbeef-c.png", "x/d.png", "y/d.png")


def test_tasks_of_label_studio_name_the_file_that_was_uploaded(tmp_path):
    tasks = [
        task(1, UPLOADED.format("a.png"), ["cat"]),
        task(2, UPLOADED.format("my_photo_1.png"), ["dog"]),
        task(3, "/data/local-files/?d=set%2F%C3%A9%2F%C3%BC%20%C3%9F.png", ["dog"]),
        task(4, UPLOADED.format("deadbeef-c.png"), ["cat"]),
        task(5, UPLOADED.format("d.png"), ["cat"]),
        task(6, "s3://bucket/set/x/d.png", ["dog"]),
    ]
    taken, refused = planned(written(tmp_path, tasks), NAMES, ("cat", "dog"))
    assert taken == dict(zip(NAMES[:5], ("cat", "dog", "dog", "cat", "dog"), strict=True))
    assert refused == (
        "task 5: several images of this run are called /data/upload/1/ab12cd34-d.png (x/d.png, y/d.png); give the "
        "whole path",
    )


def test_a_prefix_that_is_a_part_of_another_images_name_fits_two(tmp_path):
    names = ("ab12cd34-a.png", "a.png")
    taken, refused = planned(written(tmp_path, [task(1, UPLOADED.format("a.png"), ["cat"])]), names, ("cat",))
    assert taken == {}
    assert "several images of this run are called" in refused[0]
    assert planned(written(tmp_path, [task(1, UPLOADED.format("a.png"), ["cat"])]), names[:1], ("cat",))[0] == {
        names[0]: "cat"
    }


def test_cancelled_and_empty_annotations_say_nothing_and_several_choices_are_refused(tmp_path):
    tasks = [
        task(1, "a.png", ["cat"], was_cancelled=True),
        task(2, "a.png"),
        {"id": 3, "data": {"image": "a.png"}, "annotations": []},
        task(4, "a.png", ["cat", "dog"]),
        task(5, "a.png", ["cat"], ["dog"]),
    ]
    given = written(tmp_path, tasks)
    taken, refused = planned(given, NAMES, ("cat", "dog"))
    assert (taken, given.form) == ({}, "Label Studio")
    assert refused == (
        "task 4: it has 2 choices (cat, dog); an image has one class",
        "task 5: its columns contradict each other: one says 'cat', the other 'dog', which is the class 'dog'",
    )


@pytest.mark.parametrize("column", ["choice", "my_tag"])
def test_the_csv_of_label_studio_has_ids_of_tasks_and_choices_as_texts_or_objects(tmp_path, column):
    lines = [
        f"annotation_id,annotator,created_at,id,image,lead_time,{column},updated_at",
        f"7,1,2026-01-01T00:00:00Z,2,{UPLOADED.format('a.png')},2.5,cat,2026-01-01T00:00:00Z",
        '8,1,2026-01-01T00:00:00Z,1,x/d.png,2.5,"{""choices"": [""dog""]}",2026-01-01T00:00:00Z',
        '9,1,2026-01-01T00:00:00Z,1,y/d.png,2.5,"{""choices"":[""cat"",""dog""]}",2026-01-01T00:00:00Z',
    ]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    taken, refused = planned(read_given(tmp_path / "x.csv"), NAMES, ("cat", "dog"))
    assert taken == {"a.png": "cat", "x/d.png": "dog"}
    assert refused == ("line 4: it has 2 choices (cat, dog); an image has one class",)


def test_the_short_json_of_label_studio_is_a_list_of_objects(tmp_path):
    entries = [{"image": UPLOADED.format("a.png"), "id": 3, "choice": "cat", "annotation_id": 1, "lead_time": 2.0}]
    assert planned(written(tmp_path, entries), NAMES, ("cat", "dog"))[0] == {"a.png": "cat"}


# COCO, FiftyOne, objects


def coco(*annotations, contributor="somebody"):
    return {
        "info": {"contributor": contributor},
        "images": [{"id": 9, "file_name": "a.png"}, {"id": 8, "file_name": "images/ab12cd34-d.png"}, {"id": 7}],
        "categories": [{"id": 3, "name": "cat"}, {"id": 4, "name": "dog"}],
        "annotations": [{"image_id": image, "category_id": category} for image, category in annotations],
    }


def test_coco_names_images_by_file_and_classes_by_category(tmp_path):
    taken, refused = planned(written(tmp_path, coco((9, 4), (9, 4), (7, 3), (9, 5))), NAMES, ("cat", "dog"))
    assert taken == {"a.png": "dog"}
    assert refused == (
        "annotation 3: it is about image 7, of which the file names no file",
        "annotation 4: it has the category 5, of which the file names no name",
    )


def test_the_prefix_of_uploads_is_known_in_the_coco_of_label_studio_alone(tmp_path):
    names = ("a.png", "d.png")
    assert planned(written(tmp_path, coco((8, 3), contributor="Label Studio")), names, ("cat", "dog"))[0] == {
        "d.png": "cat"
    }
    assert planned(written(tmp_path, coco((8, 3))), names, ("cat", "dog"))[0] == {}


@pytest.mark.parametrize("classes", [["dog", "cat"], None])
def test_fiftyone_names_images_without_ending_and_classes_by_its_own_list(tmp_path, classes):
    labels = {"a": 1, "x/d": 0, "my photo (1)": None} if classes else {"a": "cat", "x/d": {"label": "dog"}}
    given = written(tmp_path, {"classes": classes, "labels": labels}, "labels.json")
    assert given.form == "FiftyOne"
    assert given.notes == (("images without a label in the file: 1",) if classes else ())
    assert planned(given, NAMES, ("cat", "dog")) == ({"a.png": "cat", "x/d.png": "dog"}, ())


def test_a_name_without_ending_that_two_files_have_is_refused(tmp_path):
    given = written(tmp_path, {"classes": None, "labels": {"a": "cat", "b": 3, "c": ["cat", "dog"]}}, "labels.json")
    taken, refused = planned(given, ("a.png", "a.jpg", "b.png", "c.png"), ("cat", "dog"))
    assert taken == {}
    assert refused == (
        "label 'a': several images of this run are called a (a.png, a.jpg); give the whole path",
        "label 'b': its label is no single class",
        "label 'c': its label is no single class",
    )


@pytest.mark.parametrize("lines", [False, True])
def test_plain_objects_are_rows_and_their_values_texts(tmp_path, lines):
    rows = [{"file_name": "a.png", "label": "01"}, {"file_name": "b.png", "label": 1, "extra": None}]
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    (tmp_path / ("metadata.jsonl" if lines else "x.json")).write_text(text)
    given = read_given(tmp_path / ("metadata.jsonl" if lines else "x.json"))
    assert planned(given, ("a.png", "b.png"), ("1", "01")) == ({"a.png": "01", "b.png": "1"}, ())


@pytest.mark.parametrize("text", ["{", "[1, 2]", '{"a": 1}', "null", '"text"', "[" * 100_000])
def test_json_of_another_form_is_a_sentence(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ConfigError, match=r"x\.json cannot be read \(.+\); give a CSV file"):
        read_given(tmp_path / "x.json")
