"""What in a record does not agree with the rest of the run is a sentence, also where every digest fits it."""

import json

import numpy as np
import pytest
from helpers.reseal import reseal, unseal
from helpers.small_runs import copied, small_config, small_data

from lada_explore.errors import StoreError
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.repair import repair_run

pytestmark = pytest.mark.slow


def empty(array):
    return np.zeros((0,) * array.ndim, array.dtype)


def swapped(array):
    return array.astype(array.dtype.newbyteorder("S"))


def never_right(confusion):
    return np.roll(np.diag(confusion.sum(axis=1)), 1, axis=1)


def narrow(array):
    return array[..., :-1]


WRONG = {
    "no labels": ("001/query", "labels", empty, r"labels has the shape \(0,\)"),
    "no ids": ("001/query", "ids", empty, r"labels has the shape \(4,\)"),
    "a label beyond the classes": (
        "001/query",
        "labels",
        lambda a: a + 100,
        "labels holds 10., and there are 3 classes",
    ),
    "nobody asked": ("001/select", "query_ids", empty, r"query_images has the shape \(4, "),
    "a pair of others": (
        "001/select",
        "pair_ids",
        lambda a: a[:, ::-1],
        r"pair_ids holds \(.*not among the candidates",
    ),
    "asked about others": ("001/query", "pair_ids", lambda a: a[:, ::-1], r"pair_ids holds \(.*not among the candid"),
    "asked without tau": ("001/query", "pair_tau", empty, "pair_tau is empty, and pair_ids is not"),
    "pixels of others": (
        "001/query",
        "images",
        lambda a: np.zeros((1, 1, 12, 12), np.uint8),
        "images holds 1, and ids 0 beside those chosen",
    ),
    "a pair twice": ("001/subsample", "pair_ids", lambda a: a[[0] * len(a)], "pair_ids holds an id twice"),
    "no pixels": ("001/select", "query_images", empty, r"query_images has the shape \(0, 0, 0, 0\)"),
    "no scores": ("001/select", "scores", empty, "scores is empty, and rule is pairs"),
    "no terms of scores": ("001/select", "score_terms", empty, "score_terms has 0 rows for"),
    "too few scores": ("001/score", "scores", lambda a: a[:-1], "predicted has the shape"),
    "tau of 0": ("001/look_ahead", "tau", lambda a: a * 0, "tau holds 0.0, which is not above 0"),
    "tau beyond all": ("001/look_ahead", "tau_by_epoch", lambda a: a * 0 + 101, "holds 101.0, which is not within"),
    "no loss": ("001/train", "train_loss", empty, "train_loss is empty"),
    "pairs without tau": ("001/select", "pair_tau", empty, "pair_tau is empty, and pair_ids is not"),
    "no logits of virtual ones": ("001/select", "virtual_logits", empty, "virtual_logits is empty, and virtual_feat"),
    "a profile without a grid": ("001/look_ahead", "grid", empty, "grid is empty, and nodes is not"),
    "nodes without a profile": ("001/look_ahead", "profile", empty, "profile is empty, and nodes is not"),
    "no tau": ("001/look_ahead", "tau", empty, "tau is empty, and nodes is not"),
    "nodes all alike": ("001/look_ahead", "nodes", lambda a: a * 0, "nodes does not increase"),
    "a grid backwards": ("001/look_ahead", "grid", lambda a: a[::-1], "grid does not increase"),
    "bytes the other way": (
        "001/score",
        "scores",
        swapped,
        "scores holds float32 in the byte order of another",
    ),
    "fewer classes": ("001/score", "logits", narrow, "labelled_logits has the shape"),
    "fewer of mixtures": ("001/select", "virtual_logits", narrow, "virtual_logits is of 2 classes, and the run of 3"),
    "no confusion": ("001/evaluate", "confusion", empty, "confusion is empty, and calibration is not"),
    "other confusion": ("000/evaluate", "confusion", never_right, "accuracy is .*, and confusion counts"),
    "calibration of others": ("000/evaluate", "calibration", lambda a: a * 2, "calibration counts"),
    "predictions of others": ("000/evaluate", "predicted", lambda a: (a + 1) % 3, "predicted and confusion count the"),
    "too few predictions": ("000/evaluate", "predicted", lambda a: a[1:], "predicted has .* classes for"),
    "accuracy of others": ("000/evaluate", "accuracy", lambda a: a + 0.01, "accuracy is .*, and confusion counts"),
    "no accuracy": ("000/evaluate", "accuracy", lambda a: None, "accuracy is None, and n_test is"),
    "no likelihood": ("000/evaluate", "mean_nll", lambda a: None, "mean_nll is None, and n_test is"),
    "another unit": ("001/score", "unit", lambda a: "nats", "unit is 'nats', and that of the run 'bits'"),
    "another unit of values": ("001/look_ahead", "unit", lambda a: "nats", "unit is 'nats'"),
    "another policy": ("001/look_ahead", "policy", lambda a: "exact", "policy is exact, and that of the run learned"),
    "values not counted": (
        "001/look_ahead",
        "use",
        lambda a: "recorded",
        "use is recorded, and the method of the run loo",
    ),
    "ahead of itself": ("001/query", "ahead_model_cycle", lambda a: 1, "ahead_model_cycle is 1, and the cycle is 1"),
}


def change(stage, name, how):
    place = stage / "record.json"
    values = json.loads(place.read_text(encoding="utf-8"))
    if name in values:
        values[name] = how(values[name])
        place.write_text(json.dumps(values), encoding="utf-8")
        return
    with np.load(stage / "arrays.npz") as found:
        arrays = dict(found)
    arrays[name] = how(arrays[name])
    np.savez_compressed(stage / "arrays.npz", **arrays)


@pytest.mark.parametrize(("where", "name", "how", "said"), WRONG.values(), ids=WRONG)
def test_a_field_that_does_not_agree_with_the_run_is_a_sentence_with_and_without_digests(
    finished, tmp_path, where, name, how, said
):
    for number, digests in enumerate((reseal, unseal)):
        run = copied(finished, tmp_path / str(number))
        change(run / "cycles" / where, name, how)
        digests(run)
        with pytest.raises(StoreError, match=f"{where} is damaged .*{said}.*repair"):
            open_run(run)
        assert f"cycles/{where}" in repair_run(run).dropped
        open_run(run)


def test_a_transform_of_an_image_that_nobody_was_asked_about_is_a_sentence(tmp_path):
    session = Session.create(small_config("lada-entstn", cycles=1), tmp_path / "run", data=small_data())
    session.run()
    session.close()
    start = session.history[0].query.ids
    change(tmp_path / "run" / "cycles" / "001" / "train", "transformed_ids", lambda ids: np.append(ids[1:], start[0]))
    reseal(tmp_path / "run")
    said = f"001/train is damaged .transformed_ids holds {start[0]}, which is not among those with an answer"
    with pytest.raises(StoreError, match=said):
        open_run(tmp_path / "run")


def test_an_answer_of_a_class_that_nobody_added_is_a_sentence_and_repaired(tmp_path):
    """A person may add classes to images without labels, so that only the journal tells how many there are."""
    data = small_data(labelled=False, tested=False)
    session = Session.create(small_config(cycles=1), tmp_path / "run", data=data)
    while not len(session.open_query):
        session.step()
    while session.next_stage == "query":
        session.submit({i: i % 3 for i in session.open_query.tolist()})
        session.step()
    session.close()
    change(tmp_path / "run" / "cycles" / "000" / "query", "labels", lambda labels: labels + 1)
    reseal(tmp_path / "run")
    for opening in (open_run, lambda run: Session.resume(run, data=data)):
        with pytest.raises(StoreError, match="000/query is damaged .labels holds 3, and there are 3 classes"):
            opening(tmp_path / "run")
    done = repair_run(tmp_path / "run")
    assert (done.dropped, done.position.next_stage) == (("cycles/000/query",), "query")
    assert "names a class that neither run nor journal has" in done.faults[0]
    Session.resume(tmp_path / "run", data=data).close()
