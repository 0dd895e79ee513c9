"""Labels to look at again with their buttons: what is changed and what is kept is on disk."""

from __future__ import annotations

import json
from contextlib import closing
from types import SimpleNamespace

import pytest
from helpers.small_runs import CLASSES, answered, small_config, small_data

from lada_explore import Session, check_again, open_run
from lada_explore.errors import ConfigError, OracleError
from lada_explore.events import REDRAWS
from lada_explore.session.check_again import with_changes
from lada_explore.views import CheckAgain


@pytest.fixture
def session(tmp_path):
    made = Session.create(small_config("random", cycles=3), tmp_path / "run", data=small_data(n=60))
    made.run(2)
    with closing(made):
        yield made


@pytest.fixture
def view(session):
    found = check_again(session, folds=2)
    assert len(found) > 1  # The small classifier is hardly trained.
    return CheckAgain(found, annotator="ada")


def row_of(view, image_id):
    return next(row for row in view.state["rows"] if row["id"] == image_id)


def test_each_doubtful_label_is_a_row_with_picture_and_reason(session, view):
    found = check_again(session, folds=2)
    assert [row["id"] for row in view.state["rows"]] == [doubt.id for doubt in found]
    assert view.state["title"] == found.sentence
    assert view.state["classes"] == list(CLASSES)
    first = view.state["rows"][0]
    assert (first["given"], first["now"], first["kept"]) == (found[0].label, found[0].label, False)
    assert first["url"].startswith("data:image/png;base64,")
    json.dumps(view.state)


def test_a_change_is_in_the_journal_and_the_sentence_says_what_is_stale(session, view):
    row = view.state["rows"][0]
    view.handle({"type": "relabel", "id": row["id"], "label": row["suggested"]})
    assert answered(session.folder.path)[-1] == (row["id"], row["suggested"], "ada", session.cycle, "relabel")
    assert row_of(view, row["id"])["now"] == row["suggested"]
    assert view.state["says"].endswith("was made with the old label and stays as it was recorded.")
    view.handle({"type": "relabel", "id": row["id"], "label": row["given"]})
    assert row_of(view, row["id"])["now"] == row["given"]
    session.run(1)
    assert session.history[-1].train.relabelled_ids.tolist() == []


def test_a_changed_label_is_what_a_further_check_looks_at(session, view):
    row = view.state["rows"][0]
    view.handle({"type": "relabel", "id": row["id"], "label": row["suggested"]})
    pool = with_changes(session.pool, session._run.journal.label_state().relabels)
    changed = pool.labelled_ids[pool.labels != session.pool.labels]
    assert changed.tolist() == [row["id"]]
    again = {doubt.id: doubt.label for doubt in check_again(session, folds=2)}
    assert again.get(row["id"], row["suggested"]) == row["suggested"]


def test_an_undo_elsewhere_is_shown(session, view):
    row = view.state["rows"][0]
    view.handle({"type": "relabel", "id": row["id"], "label": row["suggested"]})
    session.labelling.undo("ada")
    REDRAWS.wait(30)
    assert row_of(view, row["id"])["now"] == row["given"]
    view.close()


def test_what_is_kept_is_in_the_journal_and_a_further_check_lists_it_no_more(session, view):
    row = view.state["rows"][1]
    view.handle({"type": "keep", "id": row["id"]})
    assert row_of(view, row["id"])["kept"]
    assert view.state["says"] == f"Image {row['id']} confirmed: a further check lists no label that was confirmed."
    assert answered(session.folder.path)[-1] == (row["id"], row["given"], "ada", session.cycle, "confirm")
    n = len(answered(session.folder.path))
    view.handle({"type": "keep", "id": row["id"]})
    assert len(answered(session.folder.path)) == n
    listed = [doubt.id for doubt in check_again(session, folds=2)]
    assert listed == [other["id"] for other in view.state["rows"] if other["id"] != row["id"]]
    assert check_again(session, folds=2).note.endswith("1 more is unlikely and confirmed by a person.")
    # A label that is changed afterwards is another one, and what is taken back is not kept.
    view.handle({"type": "relabel", "id": row["id"], "label": row["suggested"]})
    assert not row_of(view, row["id"])["kept"]
    session.labelling.undo("ada")
    assert session.labelling.undo("ada").action == "confirm"
    REDRAWS.wait(30)
    assert not row_of(view, row["id"])["kept"]
    assert row["id"] in [doubt.id for doubt in check_again(session, folds=2)]
    view.close()


def test_a_confirmed_label_trains_as_before_and_the_run_opens_again(session, view):
    row = view.state["rows"][0]
    labels = dict(zip(session.pool.labelled_ids.tolist(), session.pool.labels.tolist(), strict=True))
    view.handle({"type": "keep", "id": row["id"]})
    session.run(1)
    assert session.history[-1].train.relabelled_ids.tolist() == []
    after = dict(zip(session.pool.labelled_ids.tolist(), session.pool.labels.tolist(), strict=True))
    assert {i: after[i] for i in labels} == labels
    assert open_run(session.folder.path).history[-1].cycle == session.history[-1].cycle


def test_a_label_that_is_not_there_is_not_confirmed(session, view):
    row = view.state["rows"][0]
    n = len(answered(session.folder.path))
    with pytest.raises(OracleError, match=f"image {row['id']} is .* by now, so .* is not confirmed"):
        session.labelling.confirm({row["id"]: row["suggested"]})
    open_one = next(i for i in range(60) if i not in session.pool.labelled_ids)
    with pytest.raises(OracleError, match=f"image {open_one} has no label that could be confirmed"):
        session.labelling.confirm({open_one: 0})
    assert len(answered(session.folder.path)) == n


def test_an_error_is_a_sentence_and_the_rows_stay(view):
    rows = view.state["rows"]
    view._on_message(None, {"type": "relabel", "id": rows[0]["id"], "label": 17}, [])
    assert "17" in view.state["error"]
    assert view.state["rows"] == rows


def test_something_else_is_refused():
    with pytest.raises(ConfigError, match=r"list is no list of doubtful labels; give check_again\(session\)"):
        CheckAgain([])
    with pytest.raises(ConfigError, match="SimpleNamespace is no list"):
        CheckAgain(SimpleNamespace(labelling=None))
