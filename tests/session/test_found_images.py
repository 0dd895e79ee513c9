"""Images of a run that are looked for where names were exchanged, files came back, or another folder was given."""

from __future__ import annotations

from contextlib import closing

import pytest
from helpers.frozen import drawn_pixels, saved
from helpers.growing import N, add, id_of, opened, resumed, step_to

from lada_explore import export_labels, import_labels, open_run
from lada_explore.errors import StoreError
from lada_explore.exchange import FORMS
from lada_explore.records import Stage
from lada_explore.session.opening import open_session

OTHER = {"cat": "dog", "dog": "cat"}


def begun(photos, run):
    """A run on the photos that has begun; the pixels of each of its images by id."""
    with closing(opened(photos, run)) as session:
        session.step()
        return session.data.train.take(range(N))


def test_files_that_exchange_their_names_keep_their_ids_and_labels(photos, tmp_path):
    before = begun(photos, tmp_path / "run")
    names = [f"{i:04}.png" for i in range(N)]
    for name in names:
        (photos / name).rename(photos / f"{name}~")
    for old, new in zip(names, [*names[1:], "9999.png"], strict=True):  # Numbered on, to make room for one in front.
        (photos / f"{old}~").rename(photos / new)
    add(photos, names[0])
    for _ in range(2):
        with closing(resumed(tmp_path / "run")) as session:
            assert len(session.data.train) == N + 1
            assert (session.data.train.take(range(N)) == before).all()
            assert not len(session.data.train.absent_ids)
            assert [id_of(session, name) for name in ("9999.png", names[1], names[0])] == [N - 1, 0, N]


def test_a_picture_that_took_the_name_of_a_lost_one_is_not_taken_for_it(photos, tmp_path):
    before = begun(photos, tmp_path / "run")
    (photos / "0001.png").replace(photos / "0000.png")
    for _ in range(2):
        with closing(resumed(tmp_path / "run")) as session:
            notes = [note for note in session.notes if note.startswith("files")]
            assert session.data.train.absent_ids.tolist() == [0, 1]
            assert [note.split(";")[0] for note in notes] == [
                "files of images of this run that are gone: 0001.png",
                "files that hold another picture than the run knows: 0000.png",
            ]
            assert (session.data.train.take(range(2, N)) == before[2:]).all()


def test_a_folder_around_that_of_the_images_is_refused_and_the_right_one_named(photos, tmp_path):
    begun(photos, tmp_path / "runs" / "first")
    around = tmp_path / "pictures"
    around.mkdir()
    photos = photos.rename(around / "of the run")
    saved(around / "others", drawn_pixels(3, seed=4))
    with pytest.raises(StoreError) as said:
        resumed(tmp_path / "runs" / "first", around)
    assert str(said.value) == (
        f"the images of {tmp_path / 'runs' / 'first'} are in {photos}, and {around} holds others beside that folder; "
        "give that folder, with --data PATH on the command line or data=PATH in Python"
    )
    resumed(tmp_path / "runs" / "first", photos).close()


def test_an_image_that_was_skipped_because_its_file_was_gone_is_let_back_with_the_file(photos, tmp_path):
    run = tmp_path / "run"
    with closing(opened(photos, run)) as session:
        session.step()
        lost, by_hand = session.open_query.tolist()[:2]
        session.labelling.skip(by_hand)
        name = session.data.train.item_names[lost]
    away = (photos / name).rename(tmp_path / "away.png")
    (tmp_path / "labels.csv").write_text(f"file,class\n{name},a\n")
    with closing(resumed(run)) as session:
        assert set(session.labelling.sheet().skipped) == {lost, by_hand}
        assert import_labels(session, tmp_path / "labels.csv").refused == (
            f"line 2: image {lost} ({name}) was skipped, by a person or because its file was gone; bring it back in "
            "the labeller, or restore its file and resume the run, then import again",
        )
    away.rename(photos / name)
    with closing(resumed(run)) as session:
        assert session.labelling.sheet().skipped == (by_hand,)
        assert import_labels(session, tmp_path / "labels.csv").labels == {lost: 0}
        step_to(session, 1, Stage.SUBSAMPLE)
        assert lost in session.pool.labelled_ids.tolist()


def test_new_images_are_looked_for_and_lost_ones_let_back_while_a_run_is_open(photos, tmp_path):
    with closing(opened(photos, tmp_path / "run")) as session:
        session.step()
        lost = session.open_query.tolist()[0]
        place = photos / session.data.train.item_names[lost]
        away = place.rename(tmp_path / "away.png")
        session.look_for_images()
        assert session.labelling.sheet().skipped == (lost,)
        away.rename(place)
        session.look_for_images()
        assert session.labelling.sheet().skipped == ()


def test_the_names_of_the_run_tell_the_encoding_of_a_file_of_labels(photos, tmp_path):
    (photos / "0000.png").rename(photos / "Höhe.png")
    open_session(
        tmp_path / "run",
        dataset=f"folder:{photos}",
        classes="Bär,Löwe",
        cycles=1,
        settings={"data.size": 8},
        device="cpu",
    ).close()
    (tmp_path / "labels.csv").write_bytes("file;class\nHöhe.png;Löwe\n".encode("mac_roman"))
    plan = import_labels(tmp_path / "run", tmp_path / "labels.csv", dry_run=True)
    assert [(row.image.split(" ")[-1], row.class_name) for row in plan.rows] == [("(Höhe.png)", "Löwe")]
    assert "it was read as mac_roman, which is a guess" in plan.notes[0]


def test_labels_of_test_images_are_refused_and_not_given_to_an_image_of_the_same_name(tmp_path):
    for seed, name in enumerate(("cat", "dog")):
        saved(tmp_path / "set" / name, drawn_pixels(10, seed=seed))
    settings = {"data.size": 8, "data.test_share": 0.3, "schedule.initial_per_class": 1, "classifier.width": 4}
    run, given = tmp_path / "run", tmp_path / "labels.csv"
    data = f"folder:{tmp_path / 'set'}"
    open_session(run, dataset=data, cycles=1, settings=settings, oracle="person", device="cpu").close()
    items = open_run(run).items
    pool = {item.name for item in items.train}
    tested = next(item.name for item in items.test if f"{OTHER[item.name[:3]]}{item.name[3:]}" in pool)
    given.write_text(f"file,class\n{tested[4:]},cat\n{tested},cat\n{OTHER[tested[:3]]}{tested[3:]},cat\n")
    plan = import_labels(run, given, dry_run=True)
    assert [row.kind for row in plan.rows] == ["refused", "refused", "take"]
    assert plan.refused[0].startswith(f"line 2: several images of this run are called {tested[4:]} (")
    assert plan.refused[1] == f"line 3: {tested} is a test image of this run, which takes no label; leave it out"


def test_the_folder_where_the_images_are_now_tells_paths_in_it_apart(photos, tmp_path):
    begun(photos, tmp_path / "run")
    photos = photos.rename(tmp_path / "pictures")
    resumed(tmp_path / "run", photos).close()
    lines = ["pictures/0000.png,a", "others/0000.png,a", "others/0001.png,b"]
    (tmp_path / "labels.csv").write_text("\n".join(["file,class", *lines]))
    plan = import_labels(tmp_path / "run", tmp_path / "labels.csv", dry_run=True)
    assert [row.kind for row in plan.rows] == ["take", "refused", "refused"]


@pytest.mark.parametrize("form", FORMS)
def test_labels_of_one_run_are_those_of_another_on_the_same_images_whatever_its_ids_are(photos, tmp_path, form):
    names = ["0001.png", "album/0001.png", "x" * 230 + ".png"]
    (photos / "album").mkdir()
    for old, new in zip(("0008.png", "0009.png"), names[1:], strict=True):
        (photos / old).rename(photos / new)
    begun(photos, tmp_path / "first")
    add(photos, "0000 new.png", "album/0000 new.png")
    (tmp_path / "labels.csv").write_text("\n".join(["file,class", f"{names[0]},a", f"{names[1]},b", f"{names[2]},b"]))
    import_labels(tmp_path / "first", tmp_path / "labels.csv")
    out = tmp_path / "out"
    export_labels(tmp_path / "first", out, form)
    begun(photos, tmp_path / "second")
    plan = import_labels(tmp_path / "second", out, dry_run=True)
    items = open_run(tmp_path / "second").items.train
    assert plan.refused == ()
    assert {items[i].name: label for i, label in plan.labels.items()} == dict(zip(names, (0, 1, 1), strict=True))


def test_a_file_that_is_there_and_cannot_be_read_is_not_said_to_be_gone(photos, tmp_path):
    begun(photos, tmp_path / "run")
    (photos / "0000.png").unlink()
    (photos / "0001.png").write_bytes((photos / "0001.png").read_bytes()[:60])
    (photos / "new.png").write_text("no picture")
    with closing(resumed(tmp_path / "run")) as session:
        out = "they are not asked about, and neither trained nor tested on while they"
        left_out = [note for note in session.notes if note.startswith("left out")]
        assert [note.split(":")[0] for note in left_out] == ["left out 0001.png", "left out new.png"]
        assert session.notes[-2:] == (
            f"files of images of this run that are gone: 0000.png; {out} are",
            f"files of images of this run that cannot be read: 0001.png; {out} cannot",
        )
