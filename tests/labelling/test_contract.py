"""What every labelling service does: the real one on a run of 60 images, and the fake that tests of the page take."""

from __future__ import annotations

from contextlib import closing

import pytest
from helpers.fake_service import FakeLabellingService
from helpers.sessions import resume
from helpers.small_runs import CLASSES, copied, small_config, small_data

from lada_explore.errors import OracleError
from lada_explore.labelling.protocol import LabellingFeed, QueryKind
from lada_explore.session.session import Session
from lada_explore.store.journal_entry import AnswerRule


@pytest.fixture(params=["real", "fake"])
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def asks_at_the_start(tmp_path_factory):
    """A run that waits for the classes of its start, of images without labels."""
    out = tmp_path_factory.mktemp("start") / "run"
    with closing(Session.create(small_config(cycles=1), out, data=unlabelled(), oracle="person")) as session:
        session.run()
    return out


@pytest.fixture
def start(kind, tmp_path, asks_at_the_start):
    """A service that asks about the start of images without labels."""
    if kind == "fake":
        yield FakeLabellingService(10, "initial", class_names=CLASSES)
        return
    run = copied(asks_at_the_start, tmp_path / "run")
    with closing(Session.resume(run, data=unlabelled())) as session:
        yield session.labelling


@pytest.fixture
def pairs(kind, tmp_path, asked_pairs):
    """A service that asks about two pairs."""
    if kind == "fake":
        yield FakeLabellingService(4, class_names=CLASSES)
        return
    with closing(resume(copied(asked_pairs, tmp_path / "run"))) as session:
        yield session.labelling


def unlabelled():
    return small_data(labelled=False, tested=False)


def ids(service) -> list[int]:
    return [image.id for image in service.sheet().images]


def labels(service) -> list[int | None]:
    return [image.label for image in service.sheet().images]


def test_it_has_every_method_of_the_protocol(pairs):
    assert [
        name for name in dir(LabellingFeed) if not name.startswith("_") and not callable(getattr(pairs, name))
    ] == []


def test_a_sheet_of_pairs_says_why_each_image_is_asked(pairs):
    sheet = pairs.sheet()
    assert (sheet.kind, sheet.unit, sheet.rule) == (QueryKind.PAIRS, "bits", AnswerRule.LAST)
    assert sheet.model_cycle == sheet.cycle - 1
    assert sheet.class_names == CLASSES
    one, two, three, four = sheet.images
    assert (one.partner_id, two.partner_id, three.partner_id, four.partner_id) == (two.id, one.id, four.id, three.id)
    assert [image.pair for image in sheet.images] == [0, 0, 1, 1]
    assert (one.pair_score, three.pair_score) == (two.pair_score, four.pair_score)
    assert one.pair_score > three.pair_score
    for image in sheet.images:
        assert image.score is not None
        assert 0 <= image.guess < 3
        assert 0 < image.guess_probability <= 1
        assert image.tau > 0
        assert (image.label, dict(image.answers), image.disputed, image.flagged) == (None, {}, False, False)


def test_a_sheet_of_the_start_says_what_is_looked_for(start):
    sheet = start.sheet()
    assert (sheet.kind, sheet.cycle, sheet.model_cycle, sheet.unit) == (QueryKind.INITIAL, 0, -1, "")
    assert sheet.classes_may_grow
    assert dict(sheet.wanted) == {0: 2, 1: 2, 2: 2}
    assert {image.score for image in sheet.images} == {image.guess for image in sheet.images} == {None}


def test_an_answer_is_in_the_next_sheet_and_another_by_the_same_person_takes_its_place(pairs):
    first = ids(pairs)[0]
    pairs.submit({first: 1}, "ada")
    pairs.submit({first: 2}, "ada")
    image = pairs.sheet().images[0]
    assert (image.label, dict(image.answers), image.disputed) == (2, {"ada": 2}, False)
    assert labels(pairs)[1:] == [None, None, None]


@pytest.mark.parametrize("answer", [{10_000: 0}, {"first": 3}, {"first": -1}])
def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_kept(pairs, answer):
    given = {ids(pairs)[0] if image == "first" else image: label for image, label in answer.items()}
    with pytest.raises(OracleError):
        pairs.submit(given, "ada")
    assert labels(pairs) == [None] * 4


@pytest.mark.parametrize(
    ("rule", "after_two", "after_three"), [("last", 1, 2), ("majority", None, 2), ("adjudicate", None, None)]
)
def test_answers_that_differ_are_settled_by_the_rule(pairs, rule, after_two, after_three):
    first = ids(pairs)[0]
    pairs.set_rule(rule)
    assert pairs.sheet().rule == rule
    pairs.submit({first: 2}, "ada")
    pairs.submit({first: 1}, "ben")
    assert labels(pairs)[0] == after_two
    assert pairs.sheet().images[0].disputed
    pairs.submit({first: 2}, "cyd")
    assert labels(pairs)[0] == after_three
    pairs.adjudicate(first, 0, "ada")
    assert labels(pairs)[0] == 0


def test_a_rule_that_is_none_is_refused(pairs):
    with pytest.raises(OracleError):
        pairs.set_rule("first")


def test_a_skipped_image_is_replaced_with_its_pair_and_can_be_let_back(pairs):
    before = ids(pairs)
    pairs.skip(before[0], "ada")
    sheet = pairs.sheet()
    assert not set(before[:2]) & set(ids(pairs))
    assert set(before[2:]) < set(ids(pairs))
    assert sum(image.replaces for image in sheet.images) == 2
    assert sheet.skipped == (before[0],)
    pairs.unskip([before[0]], "ada")
    assert pairs.sheet().skipped == ()
    with pytest.raises(OracleError):
        pairs.skip(before[0], "ada")


def test_several_images_are_skipped_at_once_and_one_undo_asks_them_again(pairs, kind):
    before = ids(pairs)
    pairs.skip([before[0], before[3]], "ada")
    sheet = pairs.sheet()
    assert sorted(sheet.skipped) == sorted([before[0], before[3]])
    assert not set(ids(pairs)) & set(before)
    assert [image.replaces for image in sheet.images] == [True] * 4
    assert sheet.undo["ada"] == 1
    taken = pairs.undo("ada")
    assert (taken.action, taken.ids) == ("skip", (before[0], before[3]))
    if kind == "real":  # The fake forgets what it replaced.
        assert (ids(pairs), pairs.sheet().skipped) == (before, ())
    with pytest.raises(OracleError, match="is not in the open query"):
        pairs.skip([ids(pairs)[0], 1_000_000], "ada")
    assert 1_000_000 not in pairs.sheet().skipped
    assert ids(pairs)[0] not in pairs.sheet().skipped


def test_several_images_are_flagged_at_once_those_with_a_flag_left_out_and_one_undo_takes_the_flags_away(pairs):
    first, second, third, _ = ids(pairs)
    pairs.flag(second, annotator="ada")
    pairs.flag([first, second, third], annotator="ada")
    assert [image.flagged for image in pairs.sheet().images] == [True, True, True, False]
    assert pairs.undo("ada").ids == (first, third)
    assert [image.flagged for image in pairs.sheet().images] == [False, True, False, False]
    pairs.flag([], annotator="ada")
    pairs.flag([first, second], False, "ada")
    assert [image.flagged for image in pairs.sheet().images] == [False] * 4
    assert pairs.sheet().undo["ada"] == 2


def test_a_flag_is_set_and_taken_away_and_changes_nothing_else(pairs):
    first = ids(pairs)[0]
    pairs.flag(first, annotator="ada")
    assert [image.flagged for image in pairs.sheet().images] == [True, False, False, False]
    pairs.flag(first, False, "ada")
    assert [image.flagged for image in pairs.sheet().images] == [False] * 4
    assert labels(pairs) == [None] * 4


def test_each_person_takes_back_his_own_actions_last_first(pairs):
    first, second = ids(pairs)[:2]
    pairs.submit({first: 1}, "ada")
    pairs.submit({first: 2}, "ben")
    pairs.submit({second: 0}, "ada")
    assert (pairs.sheet().undo["ada"], pairs.sheet().undo["ben"]) == (2, 1)
    result = pairs.undo("ada")
    assert (result.action, result.id, result.label, result.stale) == ("label", second, 0, "")
    assert pairs.undo("ada").id == first
    assert pairs.undo("ada").action == ""
    assert dict(pairs.sheet().images[0].answers) == {"ben": 2}


def test_classes_are_added_and_found_absent_in_the_start(start):
    assert start.add_class("ring", "ada") == 3
    assert start.sheet().class_names == (*CLASSES, "ring")
    assert set(start.sheet().wanted) == {0, 1, 2, 3}
    start.mark_class_absent(3, "ada")
    assert start.sheet().absent_classes == (3,)
    assert set(start.sheet().wanted) == {0, 1, 2}
    for name in ("ring", ""):
        with pytest.raises(OracleError):
            start.add_class(name, "ada")
    assert start.sheet().class_names == (*CLASSES, "ring")


def test_labels_found_are_no_longer_wanted(start):
    start.submit({image: 0 for image in ids(start)[:2]}, "ada")
    assert dict(start.sheet().wanted) == {1: 2, 2: 2}


def test_every_change_is_told_once_it_can_be_read_until_told_to_stop(pairs):
    heard = []
    forget = pairs.on_change(lambda: heard.append(labels(pairs)[0]))
    first = ids(pairs)[0]
    pairs.submit({first: 1}, "ada")
    assert set(heard) == {1}
    told = len(heard)
    pairs.undo("ada")
    assert heard[told:]
    assert set(heard[told:]) == {None}
    forget()
    forget()
    told = len(heard)
    pairs.submit({first: 1}, "ada")
    assert len(heard) == told


def test_who_looks_at_which_image_is_known_to_all_and_told(pairs):
    first, second = ids(pairs)[:2]
    seen = []
    forget = pairs.on_change(lambda: seen.append(dict(pairs.presence())))
    pairs.look_at("a page", "ada", first)
    pairs.look_at("another", "ben", second)
    pairs.look_at("another", "ben", second)
    pairs.look_at("a page", "ada", second)
    assert seen == [{"ada": first}, {"ada": first, "ben": second}, {"ada": second, "ben": second}]
    assert labels(pairs) == [None] * 4
    forget()


def test_who_leaves_is_at_work_no_longer_which_is_told_once(pairs):
    first, second = ids(pairs)[:2]
    pairs.look_at("a page", "ada", first)
    pairs.look_at("another", "ben", second)
    seen = []
    forget = pairs.on_change(lambda: seen.append(dict(pairs.presence())))
    for view in ("a page", "a page", "never seen"):
        pairs.leave(view)
    assert seen == [{"ben": second}]
    pairs.look_at("a page", "ada", first)
    assert seen[1:] == [{"ben": second, "ada": first}]
    forget()


def test_a_person_with_two_views_is_where_she_moved_last_and_stays_until_she_leaves_both(pairs):
    first, second = ids(pairs)[:2]
    pairs.look_at("a page", "ada", first)
    pairs.look_at("another", "ada", second)
    assert pairs.presence() == {"ada": second}
    pairs.look_at("a page", "ada", second)
    pairs.look_at("a page", "ada", first)
    assert pairs.presence() == {"ada": first}
    pairs.leave("a page")
    assert pairs.presence() == {"ada": second}
    pairs.leave("another")
    assert pairs.presence() == {}


def test_whoever_takes_over_a_view_takes_the_place_of_who_looked_through_it(pairs):
    first = ids(pairs)[0]
    pairs.look_at("a page", "ada", first)
    pairs.look_at("another", "ben", first)
    pairs.look_at("a page", "cyd", first)
    assert pairs.presence() == {"ben": first, "cyd": first}


def test_pixels_are_bytes_in_the_order_asked(pairs):
    some = ids(pairs)[:3]
    pixels = pairs.pixels(some)
    assert (pixels.dtype.name, len(pixels), pixels.ndim) == ("uint8", 3, 4)
    assert (pairs.pixels(some[::-1]) == pixels[::-1]).all()
