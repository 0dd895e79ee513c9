"""`lada-explore compare`, and `compare` of runs on the disk."""

from __future__ import annotations

import shutil

import pytest
from helpers.frozen import drawn_pixels, saved
from helpers.growing import FEW
from helpers.small_runs import small_config, small_data, small_session

from lada_explore import branch, compare
from lada_explore.errors import ConfigError, LadaError
from lada_explore.experiments.plan import Plan, Planned, write_plan
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run

pytestmark = pytest.mark.slow


def ended(session: Session) -> None:
    try:
        session.run()
    finally:
        session.close()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two methods with two seeds each, and two branches of one of them: another method, and nothing changed."""
    folder = tmp_path_factory.mktemp("compared")
    for method in ("random", "lada-entmix"):
        for seed in (0, 1):
            ended(small_session(folder / method / f"seed-{seed}", method, seed=seed))
    parent = folder / "random" / "seed-0"
    ended(branch(parent, folder / "branch", at=1, method="max-entropy", data=small_data()))
    ended(branch(parent, folder / "twin", at=1, data=small_data()))
    return folder


def test_two_folders_of_runs_are_sides_of_several_seeds(call, runs, tmp_path):
    code, told, error = call("compare", runs / "random", runs / "lada-entmix", "--out", tmp_path / "tables")
    assert (code, error) == (0, "")
    assert "A: random, 2 seeds" in told
    assert "B: lada-entmix, 2 seeds" in told
    assert "over 2 seeds" in told
    assert sorted(place.name for place in (tmp_path / "tables").iterdir()) == [
        *("accuracy.csv", "asked.csv", "classes.csv", "difference.pdf", "difference.svg"),
        *("images.csv", "overall.csv", "tau.csv"),
    ]


def test_the_folder_of_a_sweep_is_a_side_for_each_of_its_methods(call, runs, tmp_path):
    out = tmp_path / "sweep"
    for method in ("random", "lada-entmix"):
        shutil.copytree(runs / method, out / method)
    assert [one.title for one in compare(out).sides] == ["A: lada-entmix, 2 seeds", "B: random, 2 seeds"]
    planned = tuple(Planned(method=method, seed=0, cycles=2) for method in ("random", "lada-entmix"))
    write_plan(out, Plan(engine="local", at_once=1, runs=planned))
    shutil.rmtree(out / "random" / "seed-1" / "cycles")
    (begun,) = compare(out).compared  # In the order of the plan, without the run that has no cycle yet.
    assert [begun.first.title, begun.second.title] == ["A: seed-0 (random, seed 0)", "B: lada-entmix, 2 seeds"]
    assert [pair.seed for pair in begun.pairs] == [0]
    (out / "lada-entmix").rename(out / "lada-entmix@schedule.budget=4")
    code, told, error = call("compare", out)
    assert (code, error) == (0, "")
    assert "B: lada-entmix@schedule.budget=4, 2 seeds" in told


def test_runs_that_have_just_begun_are_left_out_and_said(call, runs, tmp_path):
    for method in ("random", "lada-entmix"):
        shutil.copytree(runs / method, tmp_path / method)
    shutil.rmtree(tmp_path / "random" / "seed-1" / "cycles")
    (one,) = compare(tmp_path / "random", tmp_path / "lada-entmix").compared
    assert [pair.seed for pair in one.pairs] == [0]
    assert "Seeds without a complete cycle are left out: A 1." in one.notes
    shutil.rmtree(tmp_path / "random" / "seed-0" / "cycles")
    said = f"No run in {tmp_path / 'random'} has a complete cycle yet, so none is compared."
    for given in ([tmp_path], [tmp_path / "random", tmp_path / "lada-entmix"]):
        code, _, error = call("compare", *given)
        assert code
        assert f"{said} A comparison needs two sides; run cycle 0 there, or name another run" in " ".join(error.split())
    shutil.copytree(runs / "random", tmp_path / "random@schedule.budget=4")
    (one,) = compare(tmp_path).compared
    assert [one.first.title, one.second.title] == ["A: lada-entmix, 2 seeds", "B: random@schedule.budget=4, 2 seeds"]
    assert one.notes[-1] == said


def test_of_more_than_two_runs_one_that_has_just_begun_is_left_out_and_said(call, runs, tmp_path):
    new = tmp_path / "new"
    shutil.copytree(runs / "random" / "seed-1", new)
    shutil.rmtree(new / "cycles")
    sides = [runs / "branch", runs / "lada-entmix" / "seed-0"]
    (one,) = compare(new, *sides).compared
    assert [one.first.letter, one.second.letter] == ["A", "B"]
    assert [one.first.runs[0].path, one.second.runs[0].path] == [str(side) for side in sides]
    said = f"{new} has no complete cycle yet, so it is not compared."
    assert one.notes[-1] == said
    shutil.copytree(new, tmp_path / "newer")
    config = (tmp_path / "newer" / "run.json").read_text()
    (tmp_path / "newer" / "run.json").write_text(config.replace('"budget": 10', '"budget": 5'))
    with pytest.raises(ConfigError) as raised:
        compare(new, tmp_path / "newer", sides[0])
    assert str(raised.value) == (
        f"{said} {tmp_path / 'newer'} has no complete cycle yet, so it is not compared. A comparison needs two sides; "
        "run cycle 0 there, or name another run"
    )


def test_a_folder_of_runs_of_several_methods_is_told_to_be_named_one_by_one(call, runs, tmp_path):
    for name in ("random", "lada-entmix"):
        shutil.copytree(runs / name / "seed-0", tmp_path / name)
    code, _, error = call("compare", tmp_path)
    words = " ".join(error.split())
    assert code == 2
    assert f"the 2 runs in {tmp_path} are given as one side and differ in more than their seed" in words
    assert "name those to compare one after the other, as " in words


def test_a_branch_is_compared_with_its_parent_from_where_they_part(call, runs):
    code, told, error = call("compare", runs / "random" / "seed-0", runs / "branch")
    words = " ".join(told.split())
    assert (code, error) == (0, "")
    assert "Cycles 0 to 1 are shared: the same records, so what differs begins with cycle 2." in words
    assert "10 (shared)" in told
    # Images that were handed over are not at hand on the command line.
    assert "The true classes of the test images cannot be read" in words


def test_a_branch_with_nothing_changed_is_identical(runs):
    (one,) = compare(runs / "random" / "seed-0", runs / "twin").compared
    assert one.identical
    assert one.notes[1].startswith("The runs are identical up to cycle 2")


def test_the_handed_over_images_give_intervals_over_the_test_images(runs):
    first, second = (open_run(runs / "random" / f"seed-{seed}") for seed in (0, 1))
    (one,) = compare(first, second, data=small_data()).compared
    last = one.accuracy[-2]
    assert (last.at, last.n_test, last.over) == (14, 12, "test images")
    targets = small_data().test.targets.numpy()
    a, b = (run.history[2].evaluate.predicted == targets for run in (first, second))
    assert (last.only_first, last.only_second) == ((a & ~b).mean(), (b & ~a).mean())
    (without,) = compare(first, second, data=small_data(tested=False)).compared
    assert "they have no test set any more" in " ".join(without.notes)
    assert {row.over for row in without.accuracy} == {None}


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """Two runs on a folder with a test set that has moved since, and where it is now."""
    folder = tmp_path_factory.mktemp("moved")
    for part, count in (("train", 20), ("test", 6)):
        for name, seed in (("a", 1), ("b", 2)):
            saved(folder / "photos" / part / name, drawn_pixels(count, seed=seed + count))
    for seed in (0, 1):
        ended(
            open_session(
                folder / f"run{seed}",
                method="random",
                seed=seed,
                dataset=f"folder:{folder / 'photos'}",
                cycles=1,
                settings=FEW,
                device="cpu",
                threads=1,
            )
        )
    (folder / "photos").rename(folder / "elsewhere")
    return folder


def test_the_folder_of_images_that_has_moved_can_be_named(call, moved):
    runs = [moved / f"run{seed}" for seed in (0, 1)]
    (without,) = compare(*runs).compared
    assert "The true classes of the test images cannot be read (the folder of the images" in " ".join(without.notes)
    for place in (moved / "elsewhere", str(moved / "elsewhere")):
        (one,) = compare(*runs, data=place).compared
        assert {row.only_first is None for row in one.accuracy if row.at != "mean"} == {False}
    code, told, error = call("compare", *runs, "--data", moved / "elsewhere")
    assert (code, error) == (0, "")
    assert "cannot be read" not in told
    for place, sentence in (("nowhere", "nowhere"), ("elsewhere/train/a", "holds 20 images without class folders")):
        with pytest.raises(LadaError, match=sentence):
            compare(*runs, data=moved / place)


def test_a_folder_is_refused_for_images_that_are_in_none(runs, tmp_path):
    with pytest.raises(ConfigError, match="those of a folder alone can be given by its path; leave .* out"):
        compare(runs / "random" / "seed-0", runs / "random" / "seed-1", data=tmp_path)


def test_a_folder_for_the_tables_that_is_taken_is_told_before_anything_is_computed(call, runs, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    code, told, error = call("compare", runs / "random", runs / "lada-entmix", "--out", tmp_path)
    assert (code, told) == (2, "")
    assert "exists already and is left as it is; choose another place with --out" in error


def test_candidates_are_held_without_their_pixels_scores_and_features(runs):
    first, _ = (side.runs[0] for side in compare(runs / "random" / "seed-0", runs / "twin").sides)
    read = open_run(runs / "random" / "seed-0").history[1]
    held = first.history[1]
    assert len(read.subsample.images) == 20
    assert (len(held.subsample.images), held.score) == (0, None)
    assert held.subsample.subset_ids.tolist() == read.subsample.subset_ids.tolist()
    assert held.pixels_kept().keys() == read.pixels_kept().keys()


def test_a_session_and_its_worker_are_runs_that_go_on(runs, tmp_path):
    session = small_session(tmp_path / "going", "max-entropy")
    session.run(until=1)
    try:
        (one,) = compare(runs / "random" / "seed-0", session).compared
        assert one.pairs[0].last == 1
        assert "A has come to cycle 2 and B to cycle 1" in " ".join(one.notes)
        assert compare(runs / "twin", session.worker).sides[1].runs[0].path == str(tmp_path / "going")
    finally:
        session.close()


def test_runs_that_two_people_answered_are_compared_by_the_labels_that_each_gave(tmp_path):
    sessions = [
        Session.create(
            small_config("random", cycles=1, schedule__initial_per_class=2),
            tmp_path / name,
            data=small_data(),
            oracle="person",
        )
        for name in ("ada", "bob")
    ]
    for session, mistakes in zip(sessions, (0, 2), strict=True):
        while session.next_stage is not None:
            session.run()
            if session.next_stage is not None:
                asked = session.open_query.tolist()
                wrong = asked[:mistakes] if session.cycle == 1 else []
                session.submit({i: (i + (i in wrong)) % 3 for i in asked})
        session.close()
    (one,) = compare(tmp_path / "ada", tmp_path / "bob", data=small_data()).compared
    assert [len(asked.otherwise) for asked in one.pairs[0].asked] == [0, 2]
    assert [asked.overlap for asked in one.pairs[0].asked] == [1, 1]
    assert not one.identical
    assert "2 images that both have labelled have another label in one than in the other." in one.notes


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["random/seed-0"], "1 run is given; a comparison needs two, so name another run or folder of runs"),
        (["random"], "1 side is given, the 2 runs in"),
        (["random/seed-0", "twin", "twin"], "is given twice, and a run does not differ from itself"),
        (["random/seed-0", "nowhere"], "nowhere is not a run folder"),
        (["random/seed-0", "random/seed-0/cycles"], "cycles is not a run folder"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence_and_code_2(call, runs, names, sentence):
    code, told, error = call("compare", *(runs / name for name in names))
    assert (code, told) == (2, "")
    assert sentence in error
    assert len(error.strip().splitlines()) == 1


def test_what_is_no_run_is_named():
    with pytest.raises(ConfigError, match="a float is no run; give the path of its folder"):
        compare(1.5, 2.5)
    with pytest.raises(ConfigError, match="a side of the comparison is an empty list"):
        compare([], [])
