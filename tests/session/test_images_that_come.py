"""A run whose folder of images grows while it goes on."""

from __future__ import annotations

import logging
import threading
from contextlib import closing

import numpy as np
import pytest
from helpers.growing import N, add, finish, labelled_folder, open_labelled, opened, resumed, step_to
from helpers.small_runs import record_bytes
from helpers.waiting import until

from lada_explore import export_labels, open_run
from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import Stage

# Growing --------------------------------------------------------------------------------------------------------------


def test_new_files_get_the_next_ids_and_are_drawn_from_the_next_cycle_on(photos, tmp_path, uninterrupted, caplog):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        step_to(session, 1, Stage.TRAIN)
    add(photos, "0-first.png", "zz.png", "deep/er.png")
    caplog.set_level(logging.WARNING)
    with closing(resumed(run)) as session:
        names = session.data.train.item_names
        assert names[:N] == tuple(f"{i:04}.png" for i in range(N))
        assert names[N:] == ("0-first.png", "deep/er.png", "zz.png")
        said = "3 images were added to the folder of the images (ids 40 to 42); cycle 2 is the first to draw from them"
        assert said in session.notes
        assert said in [record.getMessage() for record in caplog.records]
        assert session.pool.size == N  # Of this cycle, whose candidates are drawn already.
        step_to(session, 2, Stage.SUBSAMPLE)
        assert session.pool.size == N + 3
        drawn = session.pool.draw_unlabelled(session.pool.n_unlabelled, np.random.default_rng(0))
        assert {40, 41, 42} <= set(drawn.tolist())
        finish(session)
    grown = record_bytes(run)
    # What the folder has become changes nothing of the cycle that was under way, statistics of the pixels included.
    before = {name for name in uninterrupted if "/002/" not in f"/{name}"}
    assert {name: grown[name] for name in before} == {name: uninterrupted[name] for name in before}
    assert open_run(run).info.pool_size == N + 3


def test_an_image_that_was_added_is_asked_answered_trained_on_and_exported(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run, **{"schedule.subset_size": 36, "schedule.budget": 4})) as session:
        step_to(session, 1, Stage.SUBSAMPLE)
    for path in photos.iterdir():  # So that the new ones are asked for certain.
        if path.stem in map(str, range(6, N)) and int(path.stem) not in labelled(run):
            path.unlink()
    add(photos, *(f"new/{i}.png" for i in range(40)))
    with closing(resumed(run)) as session:
        finish(session)
        assert max(session.history[-1].query.ids) >= N
    with closing(resumed(run)) as session:
        assert session.next_stage is None
    text = export_labels(run, tmp_path / "out.csv", "csv")
    assert "labels" in text
    assert "new/" in (tmp_path / "out.csv").read_text()


def labelled(run):
    records = open_run(run).history[0].query
    names = open_run(run).items.train
    return {int(names[i].name.removesuffix(".png")) for i in records.ids.tolist()}


def test_a_run_that_is_complete_does_not_grow(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        finish(session)
    add(photos, "new.png")
    with closing(resumed(tmp_path / "run")) as session:
        assert len(session.data.train) == N
    assert open_run(tmp_path / "run").info.pool_size == N


# Labelled folders -----------------------------------------------------------------------------------------------------


def test_the_test_set_of_a_labelled_folder_stays_when_the_folder_grows(tmp_path):
    root, run = labelled_folder(tmp_path / "sorted", "cat", "dog"), tmp_path / "run"
    with closing(open_labelled(root, run)) as session:
        session.run(until=0)
        train, test = session.data.train.item_names, session.data.test.item_names
    add(root, *(f"cat/n{i}.png" for i in range(10)))
    with closing(resumed(run)) as session:
        assert session.data.train.item_names[: len(train)] == train
        assert session.data.train.item_names[len(train) :] == tuple(f"cat/n{i}.png" for i in range(10))
        assert session.data.test.item_names == test
        assert session.data.train.targets[len(train) :].tolist() == [0] * 10
        session.run()
        assert session.next_stage is None


def test_a_new_class_folder_is_not_taken_for_a_class_of_the_run(tmp_path):
    root, run = labelled_folder(tmp_path / "sorted", "cat", "dog"), tmp_path / "run"
    open_labelled(root, run).close()
    labelled_folder(root, "cat", "dog", "owl")
    with pytest.raises(StoreError, match="sorted are cat, dog, owl, and the classes of the run cat, dog; restore the"):
        resumed(run)


# Looking for new images while a run is open ---------------------------------------------------------------------------


def test_new_images_are_found_while_a_run_is_open(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        step_to(session, 1, Stage.QUERY)
        session.step()
        asked = session.open_query.tolist()
        assert session.look_for_images() == f"There are no new images in {photos}."
        add(photos, "new/a.png", "new/b.png")
        (photos / session.data.train.item_names[asked[0]]).unlink()
        said = "2 images were added to the folder of the images (ids 40 to 41); cycle 2 is the first to draw from them"
        assert session.look_for_images() == f"{said}."
        assert said in session.notes
        assert session.look_for_images() == f"There are no new images in {photos}."
        assert len(session.data.train) == N + 2
        assert session.labelling.pixels([41]).shape == (1, 3, 8, 8)
        now = session.open_query.tolist()
        assert asked[0] not in now
        assert len(now) == len(asked)
        step_to(session, 2, Stage.SUBSAMPLE)
        drawn = session.pool.draw_unlabelled(session.pool.n_unlabelled, np.random.default_rng(0))
        assert {40, 41} <= set(drawn.tolist())
        finish(session)


def test_they_are_looked_for_on_a_thread_while_the_query_is_answered_and_drawn_in_the_next_cycle(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        step_to(session, 1, Stage.QUERY)
        session.step()
        add(photos, "new/a.png", "new/b.png")
        search = session.worker.image_search
        assert search.start(session.look_for_images)
        session.submit({int(session.open_query[0]): 0})
        until(lambda: not search.running, 20)
        said = "2 images were added to the folder of the images (ids 40 to 41); cycle 2 is the first to draw from them."
        assert (search.sentence, len(session.data.train)) == (said, N + 2)
    # In a run that was closed meanwhile nothing is written.
    with closing(resumed(tmp_path / "run")) as session:
        add(photos, "new/c.png")
    assert session.worker.image_search.start(session.look_for_images)
    until(lambda: not session.worker.image_search.running, 20)
    assert "is closed" in session.worker.image_search.sentence
    assert open_run(tmp_path / "run").info.pool_size == N + 2


def test_new_images_are_not_looked_for_while_a_stage_runs_or_where_no_person_answers(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        said = []

        def gate():
            thread = threading.Thread(target=lambda: said.append(refusal(session)))
            thread.start()
            thread.join()

        session.step(gate)
        assert said[0] == "a stage is running; look for new images when it has ended, or pause the run"
    root = labelled_folder(tmp_path / "sorted", "cat", "dog")
    with closing(open_labelled(root, tmp_path / "truth")) as session:
        words = "new images are looked for where a person answers; of this run, when it is resumed"
        assert refusal(session) == words


def refusal(session):
    with pytest.raises(ConfigError) as error:
        session.look_for_images()
    return str(error.value)
