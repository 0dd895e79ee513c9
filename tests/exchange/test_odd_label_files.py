"""Files of labels as people have them: titles above the header, dates beside the labels, encodings not stated."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from datetime import datetime, timedelta

import pyarrow
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from lada_explore.errors import ConfigError
from lada_explore.exchange import By, Takes, plan_import, read_given

NAMES, CLASSES = ("a.png", "b.png", "c.png"), ("cat", "dog")


def planned(path, *, names=NAMES, classes=CLASSES, by=By.NAME):
    given = read_given(path, known=(*names, *classes))
    plan = plan_import(
        given.entries, class_names=classes, names=names, size=len(names), takes=Takes(labelled={}), by=by
    )
    return {names[i]: classes[label] for i, label in plan.labels.items()}, plan.refused, given


def written(tmp_path, content, name="x.csv"):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path / name


# Text


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "cp850", "mac_roman", "utf-16-le"])
def test_the_names_of_the_run_tell_an_encoding_that_the_file_does_not_state(tmp_path, encoding):
    names, classes = ("Höhe.png", "Grün.png"), ("Bär", "Löwe")
    text = "file;class\nHöhe.png;Bär\nC:\\fotos\\Grün.png;Löwe\n"
    taken, refused, given = planned(written(tmp_path, text.encode(encoding)), names=names, classes=classes)
    assert (taken, refused) == ({"Höhe.png": "Bär", "Grün.png": "Löwe"}, ())
    assert "which is a guess" in given.notes[0]


def test_a_western_text_with_few_accents_is_read_as_such_without_the_names_of_a_run(tmp_path):
    place = written(tmp_path, "file;class\nHöhe.png;Bär\nGrün.png;Löwe\n".encode("cp1252"))
    given = read_given(place)
    assert [(entry.file, entry.class_name) for entry in given.entries] == [("Höhe.png", "Bär"), ("Grün.png", "Löwe")]
    assert "it was read as Windows-1252" in given.notes[0]


def test_random_bytes_are_no_text_whatever_the_names_of_the_run_are(tmp_path):
    content = bytes(range(256)) * 20
    with pytest.raises(ConfigError, match=r"cannot be read \(it is text in no known encoding\)"):
        read_given(written(tmp_path, content), known=("é.png",))


@pytest.mark.parametrize("above", ["\n\n", "# labels of Ann, 2026\n", "Labels of autumn;;\n;;\n"])
def test_titles_remarks_and_empty_lines_may_stand_above_the_header(tmp_path, above):
    taken, refused, given = planned(written(tmp_path, f"{above}file;class;\na.png;cat;\n;;\n  ; ;\nb.png;dog\n"))
    assert (taken, refused) == ({"a.png": "cat", "b.png": "dog"}, ())
    notes = (
        ()
        if not above.strip()
        else (f"the header stands in line {above.count(chr(10)) + 1}; what is above it was left out",)
    )
    assert given.notes == notes


@pytest.mark.parametrize(
    "header", ["Image Name,Class Label", "file-name,className", "\ufeffFile_Name,CATEGORY", "#file,class"]
)
def test_columns_are_known_in_any_case_and_with_anything_between_their_words(tmp_path, header):
    assert planned(written(tmp_path, f"{header}\na.png,cat\n"))[0] == {"a.png": "cat"}


@pytest.mark.parametrize("header", ["file,label,label_name", "file,target,label", "file,label,target"])
def test_a_column_of_numbers_beside_one_of_names_agrees_with_it_or_is_refused(tmp_path, header):
    taken, refused, _ = planned(written(tmp_path, f"{header}\na.png,0,cat\nb.png,1,dog\nc.png,1,cat\n"))
    assert taken == {"a.png": "cat", "b.png": "dog"}
    assert refused == (
        "line 4: its columns contradict each other: one says 'cat', the other '1', which is the class 'dog'",
    )


# Excel


def excel(tmp_path, *rows, name="x.xlsx"):
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return written(tmp_path, content.getvalue(), name)


def test_what_a_column_beside_the_labels_holds_does_not_matter(tmp_path):
    others = (datetime(2026, 3, 4), timedelta(hours=1), "#N/A", 0.5)
    rows = [[f"{stem}.png", "cat", other] for stem, other in zip("abcd", others, strict=True)]
    names = tuple("abcd"[i] + ".png" for i in range(4))
    taken, refused, _ = planned(excel(tmp_path, ["file", "class", "when"], *rows), names=names)
    assert (taken, refused) == (dict.fromkeys(names, "cat"), ())


def test_a_length_of_time_is_refused_as_a_date_is(tmp_path):
    _, refused, _ = planned(excel(tmp_path, ["file", "class"], ["a.png", timedelta(hours=3)]))
    assert refused[0].startswith("row 2: cell B2 holds a date, of which the text that was typed is not known; format")


@pytest.mark.parametrize("name", ["x.csv", "x", "x.xls"])
def test_an_excel_file_is_told_by_its_content_and_may_have_a_title(tmp_path, name):
    taken, refused, given = planned(excel(tmp_path, ["Labels"], [], ["file", "class"], ["a.png", "cat"], name=name))
    assert (taken, refused, given.form) == ({"a.png": "cat"}, (), "Excel")
    assert given.notes == ("the header stands in row 3; what is above it was left out",)


# Files that hold no labels


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), "file,class\na.png,cat\n")  # of 1980: the same in every process
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (archive("labels.csv"), "it is an archive and no Excel file; unpack it and give what is in it"),
        (archive(), "it is an archive and no Excel file; unpack it and give what is in it"),
        (archive("mimetype", "content.xml"), "it is a spreadsheet of OpenDocument; save it as .xlsx or CSV"),
        (archive("xl/workbook.bin"), "it is a binary file of Excel; save it as .xlsx or CSV"),
        (gzip.compress(b"file,class\na.png,cat\n", mtime=0), "it is packed by gzip; unpack it and give what is in it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "it is a picture"),
        (b"%PDF-1.4\n", "it is a PDF; save the table as .xlsx or CSV"),
        (b"ARROW1\x00\x00", "it is a file of Arrow; save it as Parquet or CSV"),
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_a_file_that_can_hold_no_labels_is_called_what_it_is(tmp_path, content, why, name):
    with pytest.raises(ConfigError) as raised:
        read_given(written(tmp_path, content, name))
    assert f"{name} cannot be read ({why}); give a CSV file" in str(raised.value)


# JSON


@pytest.mark.parametrize("ending", ["jsonl", "ndjson", "json"])
def test_lines_of_objects_may_hold_any_character_and_a_bad_one_is_named(tmp_path, ending):
    lines = ['{"file": "a.png", "class": "cat", "note": "x\u2028y"}', "", '{"file": "b.png", "class": "dog"}']
    assert planned(written(tmp_path, "\n".join(lines), f"x.{ending}"))[0] == {"a.png": "cat", "b.png": "dog"}
    with pytest.raises(
        ConfigError, match=r"cannot be read \(line 3 is no JSON: Expecting value: .*\); give a CSV file"
    ):
        read_given(written(tmp_path, f'{lines[0]}\n\n{{"file":', f"x.{ending}"))
    with pytest.raises(ConfigError, match=r"cannot be read \(line 2 is no object, as \{\.\.\.\}\); give a CSV file"):
        read_given(written(tmp_path, f"{lines[0]}\n[1]", f"x.{ending}"))


@pytest.mark.parametrize(
    "text", ['[{"file": "a.png", "class": "cat", "class": "dog"}]', '{"labels": {"a": 0, "a": 1}}']
)
def test_a_key_that_is_there_twice_is_refused(tmp_path, text):
    with pytest.raises(ConfigError, match=r"cannot be read \(an object in it has the key '(class|a)' twice\)"):
        read_given(written(tmp_path, text, "x.json"))


def test_values_of_json_are_their_texts_and_what_is_missing_is_no_class(tmp_path):
    rows = [
        {"file": {"bytes": None, "path": "set/a.png"}, "label": ["cat"]},
        {"file": "b.png", "label": float("nan")},
        {"file": "c.png", "label": ["cat", "dog"]},
    ]
    taken, refused, _ = planned(written(tmp_path, json.dumps(rows), "x.json"), classes=("cat", "nan"))
    assert taken == {"a.png": "cat"}
    assert refused == (
        "entry 2: it names no class; fill in a class name",
        'entry 3: \'["cat", "dog"]\' is no class of this run',
    )


# Parquet


def test_numbers_of_classes_are_the_names_that_the_file_gives_them(tmp_path):
    features = {"label": {"_type": "ClassLabel", "names": ["dog", "cat"]}, "file": {"_type": "Value"}}
    table = pyarrow.table({"file": ["a.png", "b.png", "c.png"], "label": [0, 1, -1]})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, tmp_path / "x.parquet")
    taken, refused, _ = planned(tmp_path / "x.parquet")
    assert taken == {"a.png": "dog", "b.png": "cat"}
    assert refused == ("row 3: '-1' is no class of this run",)
    taken, refused, _ = planned(tmp_path / "x.parquet", by=By.INDEX)
    assert taken == {}
    assert refused[0] == "row 1: 'dog' is not the position of a class, which run from 0 to 1"


def test_bytes_of_parquet_are_text_and_what_is_no_number_is_missing(tmp_path):
    table = pyarrow.table({"file": [b"a.png", b"b.png"], "class": [b"cat", b"\xff"], "target": [float("nan"), None]})
    parquet.write_table(table, tmp_path / "x.parquet")
    taken, refused, _ = planned(tmp_path / "x.parquet", classes=("cat", "nan"))
    assert taken == {"a.png": "cat"}
    assert refused == ("row 2: it names no class; fill in a class name",)


# Folders


def folder(tmp_path, *paths):
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def test_the_folders_in_a_class_folder_tell_images_of_one_name_apart(tmp_path):
    taken, refused, _ = planned(folder(tmp_path, "cat/x/a.png", "dog/y/a.png"), names=("x/a.png", "y/a.png"))
    assert (taken, refused) == ({"x/a.png": "cat", "y/a.png": "dog"}, ())


def test_nothing_in_or_beside_class_folders_is_left_out_in_silence(tmp_path):
    root = folder(tmp_path / "set", "cat/a.png", "b.png", "notes.txt")
    os.symlink(folder(tmp_path / "elsewhere", "c.png"), root / "cat" / "more")
    taken, refused, given = planned(root)
    assert taken == {"a.png": "cat"}
    assert refused == ("cat/more: it is a link to a folder, which is not followed; put the folder itself there",)
    assert given.notes == ("left out, because they stand in no class folder: b.png, notes.txt",)


def test_the_metadata_of_an_image_folder_may_be_a_table(tmp_path):
    root = folder(tmp_path, "a.png", "cat/b.png")
    (root / "metadata.csv").write_text("file_name,label\na.png,dog\n")
    assert planned(root)[0] == {"a.png": "dog"}


def test_a_data_set_that_datasets_saved_is_called_what_it_is(tmp_path):
    with pytest.raises(
        ConfigError, match="holds no class folders; it was saved by the library datasets; save it by to_"
    ):
        read_given(folder(tmp_path, "state.json", "data-00000-of-00001.arrow"))


# Files that could mean two things


def test_two_files_that_would_be_one_image_show_which_folder_is_not_that_of_the_images(tmp_path):
    lines = ["train/a.png,cat", "test/a.png,cat", "test/b.png,dog", "train/c.png,dog"]
    given = read_given(written(tmp_path, "\n".join(["file,class", *lines])))

    def plan(root):
        takes = Takes(labelled={})
        found = plan_import(given.entries, class_names=CLASSES, names=NAMES, size=3, takes=takes, root=root)
        return {NAMES[i]: CLASSES[label] for i, label in found.labels.items()}, found

    taken, found = plan("/somewhere/train")
    assert taken == {"a.png": "cat", "c.png": "dog"}
    assert [row.kind for row in found.rows] == ["take", "refused", "refused", "take"]
    assert found.refused[1] == (
        "line 4: the folder test may be another one than that of the images: test/a.png (line 3) and train/a.png (line "
        "2) would both be image 0 (a.png); give paths within the folder of the images"
    )
    assert plan("/somewhere/pictures")[0] == {}
    assert plan("")[0] == {}


def test_paths_of_another_machine_are_taken_and_the_folder_is_told(tmp_path):
    lines = ["C:\\Users\\Ann\\pics\\a.png,cat", "/Volumes/bob/pics/a.png,cat", "/Volumes/bob/pics/b.png,dog"]
    given = read_given(written(tmp_path, "\n".join(["file,class", *lines])))
    for root, notes in (
        ("/here/photos", ("taken for the folder of the images: pics; its name is another one here",)),
        ("/here/Pics", ()),
    ):
        found = plan_import(
            given.entries, class_names=CLASSES, names=NAMES, size=3, takes=Takes(labelled={}), root=root
        )
        assert (found.labels, found.notes) == ({0: 0, 1: 1}, notes)
        assert [row.kind for row in found.rows] == ["take", "repeated", "take"]


def test_the_column_lada_id_is_the_id_of_this_run_whatever_the_files_are_called(tmp_path):
    names = ("1.png", "10.png", "2.png")
    taken, refused, _ = planned(written(tmp_path, "id,class\n1,cat\n"), names=names)
    assert taken == {}
    assert refused[0].startswith("line 2: 1 may be image 1 (10.png) or the name of 1.png; give file names, in a column")
    assert planned(written(tmp_path, "lada_id,id,class\n1,77,cat\n"), names=names)[0] == {"10.png": "cat"}
    assert planned(written(tmp_path, "file,class\n1,cat\n"), names=names)[0] == {"1.png": "cat"}


def test_coco_with_one_id_for_two_things_says_nothing_of_either(tmp_path):
    value = {
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 1, "file_name": "b.png"}, {"id": "2", "file_name": "c.png"}],
        "categories": [
            {"id": 1, "name": "cat"},
            {"id": 2, "name": "cat"},
            {"id": 2, "name": "dog"},
            {"id": 3, "name": 7},
        ],
        "annotations": [
            {"image_id": image, "category_id": category} for image, category in ((1, 1), (2, 2), (2, 3), ([1], {}))
        ],
    }
    taken, refused, _ = planned(written(tmp_path, json.dumps(value), "x.json"), classes=("cat", "7"))
    assert taken == {"c.png": "7"}
    assert refused == (
        "annotation 1: it is about image 1, of which the file gives 2 names (a.png, b.png)",
        "annotation 2: it has the category 2, of which the file gives 2 names (cat, dog)",
        "annotation 4: it is about image [1], of which the file names no file",
    )


@pytest.mark.parametrize(
    "value",
    [
        {"file": ["a.png", "b.png"], "class": ["cat", "dog"]},
        {"file": {"0": "a.png", "1": "b.png"}, "class": {"0": "cat", "1": "dog"}},
    ],
)
def test_a_table_may_be_written_column_by_column(tmp_path, value):
    assert planned(written(tmp_path, json.dumps(value), "x.json"))[0] == {"a.png": "cat", "b.png": "dog"}
    value["class"] = ["cat"]
    with pytest.raises(ConfigError, match="its JSON is none of COCO"):
        read_given(written(tmp_path, json.dumps(value), "x.json"))


def test_tasks_without_a_class_are_counted_and_annotations_of_one_task_told_apart(tmp_path):
    chosen = [{"result": [{"value": {"choices": [name]}}], "completed_by": by} for by, name in enumerate(CLASSES)]
    boxes = [{"result": [{"value": {"rectanglelabels": ["cat"]}}]}]
    tasks = [
        {"id": 5, "data": {"image": "a.png"}, "annotations": chosen},
        {"id": 6, "data": {"image": "b.png"}, "annotations": boxes},
        {"id": 7, "data": {"image": "c.png"}, "annotations": [], "predictions": chosen},
        {"id": 8, "data": {"image": "c.png"}, "annotations": [{**chosen[0], "was_cancelled": True}, chosen[1]]},
    ]
    taken, refused, given = planned(written(tmp_path, json.dumps(tasks), "x.json"))
    assert taken == {"c.png": "dog"}
    assert (
        refused[0]
        == "task 5, annotation 1: image 0 (a.png) is 'cat' here and 'dog' in task 5, annotation 2; keep one of them"
    )
    assert [entry.where for entry in given.entries] == ["task 5, annotation 1", "task 5, annotation 2", "task 8"]
    assert given.notes == (
        "tasks that give no class (no annotation, skipped, predictions alone, or no choice in them): 2",
    )


@pytest.mark.parametrize(
    "value", [{"a.png": "cat", "x/b.png": "dog"}, {"cat": ["a.png"], "dog": ["x\\b.png"], "bird": []}]
)
def test_an_object_may_have_the_class_of_each_file_or_the_files_of_each_class(tmp_path, value):
    taken, refused, _ = planned(written(tmp_path, json.dumps(value), "x.json"))
    assert (taken, refused) == ({"a.png": "cat", "b.png": "dog"}, ())


@pytest.mark.parametrize(
    "value", [{"0": "cat", "1": "dog"}, {"a.png": "cat", "n": 2}, {"cat": ["a"]}, {"a.png": {"x": 1}}, {}]
)
def test_an_object_of_anything_else_is_refused(tmp_path, value):
    with pytest.raises(ConfigError, match="its JSON is none of COCO"):
        read_given(written(tmp_path, json.dumps(value), "x.json"))


ROWS = {"file,class": "file,class\na.png,cat\n", "tabs": "file\tclass\na.png\tcat\n"}
OBJECTS = {"a list": '[{"file": "a.png", "class": "cat"}]', "lines": '{"file": "a.png", "class": "cat"}\n' * 2}


@pytest.mark.parametrize("name", ["x.csv", "x.tsv", "x.txt", "x.json", "x"])
@pytest.mark.parametrize("text", [*ROWS.values(), *OBJECTS.values()], ids=[*ROWS, *OBJECTS])
def test_what_a_file_of_labels_is_its_content_tells_and_not_its_name(tmp_path, text, name):
    assert planned(written(tmp_path, text, name))[0] == {"a.png": "cat"}
