"""A run whose folder of images moves or loses files while it goes on."""

from __future__ import annotations

import os
import shutil
from contextlib import closing

import numpy as np
import pytest
from helpers.frozen import drawn_pixels, saved
from helpers.growing import N, add, finish, id_of, opened, resumed, step_to
from helpers.small_runs import record_bytes

from lada_explore import open_run
from lada_explore.errors import ConfigError, StoreError
from lada_explore.exchange import labels_of
from lada_explore.records import Stage
from lada_explore.session.opening import open_session
from lada_explore.store.items import ITEMS_FILE

# Moving ---------------------------------------------------------------------------------------------------------------


def test_a_folder_that_moves_is_named_once_and_the_run_goes_on_to_the_byte(photos, tmp_path, uninterrupted):
    run, moved = tmp_path / "run", tmp_path / "elsewhere" / "pictures"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SCORE)
    moved.parent.mkdir()
    photos.rename(moved)
    with pytest.raises(StoreError) as said:
        resumed(run)
    assert str(said.value) == (
        f"the folder of the images of {run} is gone (looked for {photos}); say where it is now, with --data PATH on "
        "the command line or data=PATH in Python; its labels can be exported without it"
    )
    with closing(resumed(run, moved)) as session:
        step_to(session, 1, Stage.TRAIN)
    with closing(resumed(run)) as session:  # The new place is remembered.
        finish(session)
    assert record_bytes(run) == uninterrupted


def test_a_run_and_its_folder_that_move_together_find_each_other(photos, tmp_path):
    with closing(opened(photos, tmp_path / "runs" / "first")) as session:
        session.step()
    (tmp_path / "stick").mkdir()
    shutil.move(photos, tmp_path / "stick" / "photos")
    shutil.move(tmp_path / "runs", tmp_path / "stick" / "runs")
    with closing(resumed(tmp_path / "stick" / "runs" / "first")) as session:
        assert session.data.train.files[0].is_relative_to(tmp_path / "stick")


def test_a_folder_that_was_named_relatively_is_found_from_everywhere(photos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(opened("photos", "run")) as session:
        session.step()
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    with closing(resumed(tmp_path / "run")) as session:
        assert len(session.data.train) == N


def test_the_cell_that_opened_a_run_opens_it_with_the_new_place_of_its_folder(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        session.step()
    moved = photos.rename(tmp_path / "moved")
    with closing(opened(moved, tmp_path / "run")) as session:
        assert session.data.train.files[0].parent == moved
    with closing(resumed(tmp_path / "run")) as session:
        assert session.data.train.files[0].parent == moved


def test_a_folder_of_other_images_is_refused_and_not_remembered(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        session.step()
    saved(tmp_path / "others", drawn_pixels(N, seed=1))
    with pytest.raises(StoreError) as said:
        resumed(tmp_path / "run", tmp_path / "others")
    assert str(said.value) == (
        f"{tmp_path / 'others'} has 0 of the 40 images of {tmp_path / 'run'} as they were (others there: 0 new, 40 "
        "with another picture under the same name); give the folder that holds them, with --data PATH on the command "
        "line or data=PATH in Python"
    )
    resumed(tmp_path / "run").close()


def test_only_a_folder_can_be_given_by_its_path(tmp_path):
    run = tmp_path / "run"
    open_session(run, dataset="points:moons", settings={"classifier.kind": "mlp"}, cycles=1, device="cpu").close()
    with pytest.raises(ConfigError, match="the images of this run are points:moons, and those of a folder alone can"):
        resumed(run, tmp_path)


# Files that go and change ---------------------------------------------------------------------------------------------


def test_what_is_gone_or_changed_is_named_and_neither_drawn_nor_trained_on(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
        known = session.pool.labelled_ids.tolist()
        names = session.data.train.item_names
    free = next(i for i in range(N) if i not in known)
    (photos / names[known[0]]).unlink()
    add(photos, names[free])
    with closing(resumed(run)) as session:
        gone, changed = (note for note in session.notes if note.startswith("files"))
        out = "they are not asked about, and neither trained nor tested on while they"
        assert gone == f"files of images of this run that are gone: {names[known[0]]}; {out} are"
        assert changed == f"files that hold another picture than the run knows: {names[free]}; {out} do"
        np.testing.assert_array_equal(session.data.train.absent_ids, sorted([known[0], free]))
        assert not session.data.train.take([known[0]]).any()
        pool = session.pool
        assert pool.labelled_ids[~pool.in_training_set].tolist() == [known[0]]
        assert pool.n_unlabelled == N - len(known) - 1
        assert free not in pool.draw_unlabelled(pool.n_unlabelled, np.random.default_rng(0))
        step_to(session, 1, Stage.EVALUATE)
        assert session.history[-1].evaluate is None
        session.step()
        assert session.history[-1].evaluate.n_labelled == len(known) - 1 + 4
    # The label is kept, and both are what they were once the files are back.
    assert names[known[0]] in {label.file for label in labels_in(run)}
    saved(photos, drawn_pixels(N))
    with closing(resumed(run)) as session:
        assert not len(session.data.train.absent_ids)
        assert session.pool.in_training_set.all()


def labels_in(run):
    recorded = open_run(run)
    names = [item.name for item in recorded.items.train]
    return labels_of(recorded, lambda i: names[i])


def test_an_image_of_the_open_query_that_is_gone_is_replaced_by_the_next_best(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.QUERY)
        asked = session.open_query.tolist()
        (photos / session.data.train.item_names[asked[0]]).unlink()
    with closing(resumed(run)) as session:
        now = session.open_query.tolist()
        assert asked[0] not in now
        assert len(now) == len(asked)
        (skip,) = [line for line in session.labelling.answers() if line.action == "skip"]
        assert (skip.id, skip.annotator) == (asked[0], "lada-explore")


def test_an_image_that_goes_between_the_drawing_and_the_query_is_not_asked(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SELECT)
    with closing(resumed(run)) as session:
        chosen = session.step().query_ids.tolist()
        name = session.data.train.item_names[chosen[0]]
    shutil.rmtree(run / "cycles" / "001" / "select")
    (photos / name).unlink()
    with closing(resumed(run)) as session:
        step_to(session, 1, Stage.QUERY)
        session.step()
        assert chosen[0] not in session.open_query.tolist()


def test_files_that_were_renamed_are_found_by_their_content(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
        id_of_3 = id_of(session, "0003.png")
    (photos / "album").mkdir()
    (photos / "0003.png").rename(photos / "album" / "cat.png")
    # Two files with one content: which of them an image became cannot be told.
    (photos / "0004.png").rename(photos / "album" / "4a.png")
    shutil.copy(photos / "album" / "4a.png", photos / "album" / "4b.png")
    with closing(resumed(run)) as session:
        assert id_of(session, "album/cat.png") == id_of_3
        assert "images that were renamed or moved within the folder: 0003.png is album/cat.png now" in session.notes
        (gone,) = [note for note in session.notes if note.startswith("files of images")]
        assert "gone: 0004.png;" in gone
        assert session.data.train.item_names[N:] == ("album/4a.png", "album/4b.png")
    with closing(resumed(run)) as session:
        assert id_of(session, "album/cat.png") == id_of_3
        assert len(session.data.train) == N + 2


# Features -------------------------------------------------------------------------------------------------------------


def test_features_are_normalised_as_when_the_run_began(photos, tmp_path):
    run = tmp_path / "run"
    kind = {"classifier.kind": "frozen:module:helpers.frozen:means", "backbone.size": 8, "data.size": 64}
    with closing(opened(photos, run, **kind)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
        before, features = session.data.features, session.data.features.train.take(np.arange(N))
    (photos / "0000.png").unlink()
    saved(photos / "new", np.full((8, 3, 8, 8), 250, dtype=np.uint8) - drawn_pixels(8, seed=3) // 30)
    with closing(resumed(run)) as session:
        now = session.data.features
        np.testing.assert_array_equal(now.mean, before.mean)
        np.testing.assert_array_equal(now.std, before.std)
        lost = id_of(session, "0000.png")
        taken = now.train.take(np.arange(N + 8))
        assert not taken[lost].any()
        kept = np.delete(np.arange(N), lost)
        np.testing.assert_array_equal(taken[kept], features[kept])
        assert taken[N:].all()
        finish(session)


# Runs from before -----------------------------------------------------------------------------------------------------


def test_an_old_run_learns_its_images_when_it_is_opened_with_them(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
    content = (run / ITEMS_FILE).read_bytes()
    (run / ITEMS_FILE).unlink()
    resumed(run).close()
    assert (run / ITEMS_FILE).read_bytes() == content
    (run / ITEMS_FILE).unlink()
    (photos / "0000.png").unlink()
    with pytest.raises(StoreError, match="changed since the run was made"):
        resumed(run)
    assert not (run / ITEMS_FILE).exists()


def test_an_old_run_whose_folder_has_moved_remembers_the_new_place(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
    (run / ITEMS_FILE).unlink()
    moved = photos.rename(tmp_path / "moved")
    with pytest.raises(StoreError) as said:
        resumed(run)
    assert str(said.value) == (
        f"the folder of the images of {run} is gone (looked for {photos}); say where it is now, with --data PATH on "
        "the command line or data=PATH in Python"
    )
    resumed(run, moved).close()
    resumed(run).close()
    assert open_run(run).items.head.folder == str(moved)


def test_images_that_are_handed_over_leave_what_is_recorded_of_the_folder(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
        data = session.data
    moved = photos.rename(tmp_path / "moved")
    resumed(run, moved).close()
    before = (run / ITEMS_FILE).read_bytes()
    resumed(run, data).close()
    assert (run / ITEMS_FILE).read_bytes() == before
    add(moved, "new.png")
    resumed(run).close()
    with pytest.raises(StoreError, match="has 41 images since some were added to their folder, and 40 were"):
        resumed(run, data)


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_with_bytes_that_are_no_text_is_said_so_that_a_page_can_show_it(photos, tmp_path):
    odd = os.fsdecode(os.fsencode(photos) + b"/\xff.png")
    (photos / "0000.png").rename(odd)
    with closing(opened(photos, tmp_path / "run")) as session:
        session.step()
    os.unlink(odd)
    with closing(resumed(tmp_path / "run")) as session:
        (note,) = session.notes
        assert note.encode().startswith("files of images of this run that are gone: \ufffd.png; ".encode())
