"""Records on disk."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from helpers.fakes import FakeSession

from lada_explore.errors import StoreError
from lada_explore.records import QueryRecord, Stage
from lada_explore.store.codec import ARRAYS_FILE, RECORD_FILE, read_record, write_record


@pytest.fixture(scope="module")
def records():
    """One record of each stage."""
    last = FakeSession(cycles=1).run()[-1]
    return {stage: last.get(stage) for stage in Stage}


def written(folder, record):
    folder.mkdir()
    write_record(folder, record)
    return folder


@pytest.mark.parametrize("stage", Stage)
def test_a_record_is_read_back_with_its_values_types_and_shapes(records, stage, tmp_path):
    record = records[stage]
    back = read_record(written(tmp_path / "it", record), stage)
    assert type(back) is type(record)
    for field in fields(record):
        before, after = getattr(record, field.name), getattr(back, field.name)
        if isinstance(before, np.ndarray):
            assert (after.dtype, after.shape) == (before.dtype, before.shape), field.name
            np.testing.assert_array_equal(after, before)
        else:
            assert (type(after), after) == (type(before), before), field.name


@pytest.mark.parametrize("stage", Stage)
def test_equal_records_have_equal_bytes(records, stage, tmp_path):
    one, two = (written(tmp_path / name, records[stage]) for name in ("one", "two"))
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name


def test_scalars_are_plain_json_and_arrays_are_in_the_npz(records, tmp_path):
    folder = written(tmp_path / "it", records[Stage.EVALUATE])
    values = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
    assert values == {
        "cycle": 1,
        "n_labelled": 26,
        "n_test": 2000,
        "accuracy": 0.64,
        "mean_nll": 1.2,
        "tested_on": "test set",
    }
    with np.load(folder / ARRAYS_FILE) as arrays:
        assert arrays.files == ["confusion", "calibration", "predicted", "stop_ids", "stop_logits"]


def test_a_value_that_json_has_no_word_for_is_refused(tmp_path, records):
    (tmp_path / "it").mkdir()
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_record(tmp_path / "it", replace(records[Stage.EVALUATE], mean_nll=float("nan")))


def test_a_pickle_in_the_arrays_is_refused_and_never_run(tmp_path):
    folder = written(
        tmp_path / "it", QueryRecord(cycle=0, ids=np.array([1, 2], np.int64), labels=np.array([0, 1], np.int64))
    )
    touched = tmp_path / "touched"

    class Trap:
        def __reduce__(self):
            return touched.touch, ()

    trap = io.BytesIO()
    np.lib.format.write_array(trap, np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(folder / ARRAYS_FILE, "w") as archive:
        archive.writestr("ids.npy", trap.getvalue())
        archive.writestr("labels.npy", pickle.dumps(Trap()))
    with pytest.raises(StoreError, match="is damaged .*restore it from a copy, or let `lada-explore repair"):
        read_record(folder, Stage.QUERY)
    assert not touched.exists()


@pytest.mark.parametrize("name", [RECORD_FILE, ARRAYS_FILE])
@pytest.mark.parametrize("size", [0, 1, 20, -1])
def test_a_truncated_file_is_a_sentence(records, tmp_path, name, size):
    path = written(tmp_path / "it", records[Stage.SCORE]) / name
    path.write_bytes(path.read_bytes()[:size] if size >= 0 else path.read_bytes()[:-3])
    with pytest.raises(StoreError, match="is damaged .*restore it from a copy, or let `lada-explore repair"):
        read_record(path.parent, Stage.SCORE)


@pytest.mark.parametrize("name", [RECORD_FILE, ARRAYS_FILE])
def test_a_missing_file_is_a_sentence_that_never_advises_to_delete_the_rest(records, tmp_path, name):
    folder = written(tmp_path / "it", records[Stage.SCORE])
    (folder / name).unlink()
    with pytest.raises(StoreError, match=f"it/{name} is missing.*restore it from a copy") as caught:
        read_record(folder, Stage.SCORE)
    assert "delete" not in str(caught.value)


@pytest.mark.parametrize("text", ["[]", "null", "3", "\xff"])
def test_json_of_another_kind_is_a_sentence(records, tmp_path, text):
    folder = written(tmp_path / "it", records[Stage.SCORE])
    (folder / RECORD_FILE).write_text(text, encoding="latin-1")
    with pytest.raises(StoreError, match="is damaged"):
        read_record(folder, Stage.SCORE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda values: values.pop("cycle"), f"{RECORD_FILE} lacks the field 'cycle'"),
        (lambda values: values.update(more=2), f"{RECORD_FILE} has the field 'more', which is not known here"),
    ],
)
def test_a_field_missing_or_unknown_is_named_with_its_file_and_nothing_is_to_be_deleted(
    records, tmp_path, change, words
):
    path = written(tmp_path / "it", records[Stage.SCORE]) / RECORD_FILE
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(StoreError, match=f"{words}; another version of lada-explore .* may have written it") as caught:
        read_record(path.parent, Stage.SCORE)
    assert "delete" not in str(caught.value)


@pytest.mark.parametrize(
    ("stage", "field"),
    [
        (Stage.SELECT, "rule"),
        (Stage.LOOK_AHEAD, "policy"),
        (Stage.LOOK_AHEAD, "estimator"),
        (Stage.EVALUATE, "tested_on"),
    ],
)
def test_a_text_outside_the_closed_set_of_its_field_is_named_and_nothing_is_to_be_deleted(
    records, tmp_path, stage, field
):
    path = written(tmp_path / "it", records[stage]) / RECORD_FILE
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(values | {field: "oracle"}), encoding="utf-8")
    words = f"{RECORD_FILE} holds a value that is not known here .*'oracle'.*; another version .* may have written it"
    with pytest.raises(StoreError, match=words) as caught:
        read_record(path.parent, stage)
    assert "delete" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda arrays: arrays.pop("ids"), f"{ARRAYS_FILE} lacks the field 'ids'"),
        (lambda arrays: arrays.update(more=np.ones(2)), f"{ARRAYS_FILE} has the field 'more', which is not known here"),
    ],
)
def test_an_array_missing_or_unknown_is_named_with_its_file_and_nothing_is_to_be_deleted(
    records, tmp_path, change, words
):
    path = written(tmp_path / "it", records[Stage.QUERY]) / ARRAYS_FILE
    with np.load(path) as found:
        arrays = dict(found)
    change(arrays)
    np.savez_compressed(path, **arrays)
    with pytest.raises(StoreError, match=f"{words}; another version of lada-explore .* may have written it") as caught:
        read_record(path.parent, Stage.QUERY)
    assert "delete" not in str(caught.value)


def as_numpy_2_1_did(file, **arrays):
    """`savez_compressed` before numpy 2.2: it has no option of this name, and takes it for an array."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, np.asanyarray(array))


def test_a_record_that_numpy_2_0_or_2_1_wrote_is_read(records, tmp_path):
    record = records[Stage.QUERY]
    folder = written(tmp_path / "it", record)
    as_numpy_2_1_did(folder / ARRAYS_FILE, allow_pickle=False, ids=record.ids, labels=record.labels)
    np.testing.assert_array_equal(read_record(folder, Stage.QUERY).labels, record.labels)


def test_a_numpy_that_writes_other_arrays_than_it_was_given_is_found_while_saving(records, tmp_path, monkeypatch):
    monkeypatch.setattr(np, "savez_compressed", as_numpy_2_1_did)
    (tmp_path / "it").mkdir()
    with pytest.raises(StoreError, match=r"did not write .*arrays.npz correctly \(see 'allow_pickle'\)"):
        write_record(tmp_path / "it", records[Stage.SCORE])


@pytest.mark.slow
def test_a_byte_that_flips_anywhere_is_a_sentence_or_harmless(tmp_path):
    record = QueryRecord(cycle=3, ids=np.arange(40, dtype=np.int64), labels=np.arange(40, dtype=np.int64) % 3)
    folder = written(tmp_path / "it", record)
    path = folder / ARRAYS_FILE
    content = path.read_bytes()
    refused = 0
    for place in range(len(content)):
        for flip in (0x01, 0x80):
            path.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
            try:
                back = read_record(folder, Stage.QUERY)
            except StoreError:
                refused += 1
            else:
                # Times, attributes and versions of the zip file; never the content, which has checksums.
                np.testing.assert_array_equal(back.ids, record.ids)
                np.testing.assert_array_equal(back.labels, record.labels)
    assert refused > len(content)


def test_a_file_that_may_not_be_read_is_not_called_damaged(records, tmp_path, monkeypatch):
    folder = written(tmp_path / "it", records[Stage.SCORE])

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(zipfile, "ZipFile", refuse)
    with pytest.raises(StoreError, match=r"may not be read \(Permission denied\); give yourself permission"):
        read_record(folder, Stage.SCORE)


def test_arrays_of_an_augmentation_are_kept_by_name_and_read_back(records, tmp_path):
    own = {"cut": np.array([0.5, 0.25], np.float32), "boxes": np.zeros((2, 3, 4), np.float32)}
    folder = written(tmp_path / "it", replace(records[Stage.TRAIN], own=own))
    back = read_record(folder, Stage.TRAIN)
    assert list(back.own) == ["cut", "boxes"]
    for name, array in own.items():
        np.testing.assert_array_equal(back.own[name], array)
    with np.load(folder / ARRAYS_FILE) as arrays:
        assert [name for name in arrays.files if name.startswith("own")] == ["own.cut", "own.boxes"]
    without = written(tmp_path / "without", records[Stage.TRAIN])
    assert "own" not in json.loads((without / RECORD_FILE).read_text())


def test_arrays_by_name_in_a_field_that_holds_none_are_refused(records, tmp_path):
    folder = written(tmp_path / "it", records[Stage.TRAIN])
    with np.load(folder / ARRAYS_FILE) as found:
        arrays = {name: found[name] for name in found.files}
    np.savez_compressed(folder / ARRAYS_FILE, **arrays, **{"region.more": np.zeros(2)})
    with pytest.raises(StoreError, match="has the field 'region.more', which is not known here"):
        read_record(folder, Stage.TRAIN)
