"""The search for an image and its table, without a browser."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import images, pair_cycle
from helpers.pair_views import recorded, say
from helpers.waiting import until

from lada_explore.analysis.find_images import classes_of, find_images
from lada_explore.records import CycleRecords, QueryRecord, SelectRecord, SelectRule
from lada_explore.store.items import Added, Item, Items, ItemsHead
from lada_explore.views import Selection, WhyNot
from lada_explore.views.base.selection import Selected
from lada_explore.views.why_not.why_not import HINT, KnownImages, first_image, why_not_view_state

NAMES = ["even cat", "odd dog"]
"""The class of image i of `pair_records` is i modulo 2."""


def state_of(history, **settings):
    return why_not_view_state(history, NAMES, Selected(), **settings)


def cells(history, image, row=0):
    return state_of(history, image=image)["rows"][row]["cells"]


def answered(records, *, ids, **fields):
    query = QueryRecord(
        cycle=records.cycle,
        ids=np.array(ids),
        labels=np.array(ids) % 2,
        pair_ids=records.select.pair_ids,
        pair_tau=records.select.pair_tau,
        **fields,
    )
    return records.including(query, 0.0)


def test_a_pair_that_was_not_chosen_says_its_sum_its_rank_and_what_it_lacked():
    row = state_of([pair_cycle()], image=11)["rows"][0]
    assert row["cells"] == [
        "a candidate, not chosen",
        "1.00 bits",
        "1.55 + 1.00 + 1.64 = 4.19 bits, with image 10",
        "3 of 4 pairs",
        "0.29 bits",
    ]
    assert (row["pair"], row["outcome"]) == ([10, 11], "not_chosen")


def test_a_chosen_pair_has_its_place_and_lacked_nothing():
    assert cells([pair_cycle()], 20) == [
        "chosen, pair 2",
        "1.50 bits",
        "1.50 + 2.00 + 0.98 = 4.47 bits, with image 21",
        "2 of 4 pairs",
        "",
    ]


@pytest.mark.parametrize(("below", "said"), [(0.0, "nothing: a tie"), (0.004, "below 0.01 bits")])
def test_what_is_below_a_hundredth_is_not_printed(below, said):
    records = pair_cycle()
    scores = records.select.scores.copy()
    scores[0] = scores[1] - below
    close = dataclasses.replace(records.select, scores=scores)
    assert cells([records.including(close, 0.0)], 10)[-1].startswith(said)


def test_a_set_has_no_rank_and_says_so():
    single = pair_cycle()
    select = SelectRecord(
        **{field.name: getattr(single.select, field.name) for field in dataclasses.fields(SelectRecord)}
        | {
            "rule": SelectRule.SET,
            "scores": single.score.scores,
            "score_terms": np.empty((0, 3), np.float32),
            "pair_ids": np.empty((0, 2), np.int64),
        }
    )
    subsample = dataclasses.replace(single.subsample, pair_ids=np.empty((0, 2), np.int64))
    records = CycleRecords(cycle=1, subsample=subsample, score=single.score, select=select)
    assert cells([records], 10) == [
        "a candidate, not chosen",
        "1.55 bits",
        "",
        "no rank: the images were chosen together",
        "",
    ]
    assert cells([records], 20)[0] == "chosen, place 3"


def test_images_that_were_no_candidates_say_why():
    first = answered(pair_cycle(cycle=1), ids=[40, 41, 20, 21], skipped_ids=np.array([7]))
    second = answered(
        pair_cycle(cycle=2), ids=[40, 41, 9], ahead_ids=np.array([9]), given_ids=np.array([9]), images=images([9])
    )
    third = CycleRecords(cycle=3, subsample=dataclasses.replace(pair_cycle().subsample, subset_ids=np.arange(8) + 80))
    history = [first, second, third]
    rows = {image: state_of(history, image=image)["rows"] for image in (7, 9, 5, 80)}
    said = {image: [row["cells"][0] for row in rows[image]] for image in rows}
    assert [(row["from"], row["cycle"], row["shown"]) for row in rows[7]] == [(2, 3, True), (1, 1, False)]
    assert said[7] == [
        "not drawn; skipped in cycle 1 and set aside until it is brought back",
        "skipped by a person",
    ]
    assert said[9] == [
        "labelled already, in cycle 2",
        "labelled without being asked about",
        "not among the 8 candidates that were drawn",
    ]
    assert said[5] == ["not among the 8 candidates that were drawn"]
    assert said[80][0] == "a candidate, nothing is chosen yet"


def test_an_image_is_found_by_id_then_file_name_then_class():
    history = [answered(pair_cycle(), ids=[40, 41, 20, 21])]
    names = [f"photos/{'dog' if i == 30 else 'x'}{i:02d}.png" for i in range(60)]

    def found(text):
        return find_images(text, classes_of(history), NAMES, names=names, pool_size=60, limit=9).ids

    assert found("10") == (10,)
    assert found(" 99 ") == found("") == found("horse") == ()
    assert found("DOG3") == (30,)
    assert found("dog")[:5] == (30, 11, 21, 31, 41)  # the file, then those of the class
    assert found("0.png") == (0, 10, 20, 30, 40, 50)
    assert find_images("x", classes_of(history), NAMES, names=names, limit=2).count == 59


def test_the_class_of_an_image_that_is_asked_about_is_not_given_away():
    known = classes_of([pair_cycle()]).known
    assert {i: known.get(i) for i in (10, 11, 40, 41)} == {10: 0, 11: 1, 40: None, 41: None}
    assert classes_of([answered(pair_cycle(), ids=[40, 41])]).known[41] == 1


def test_a_name_and_the_cycle_of_an_image_that_was_added_are_read_from_the_items():
    head = ItemsHead(
        run="r",
        n_train=2,
        n_test=0,
        labelled=False,
        mean=(0.5,),
        std=(0.3,),
        added=(Added(first_id=1, n=1, cycle=2, time=0.0),),
    )
    items = Items(head=head, train=tuple(Item(name, "", 1, 1) for name in ("a.png", "b.png")), test=())
    known = KnownImages(names=("a.png", "b.png"), pool_size=2, items=items)
    history = [pair_cycle(cycle=1), pair_cycle(cycle=2)]
    state = state_of(history, image=1, known=known)
    assert state["image"]["name"] == "b.png"
    assert [row["cells"][0] for row in state["rows"]] == [
        "not among the 8 candidates that were drawn",
        "not in the pool yet; cycle 2 was the first to draw from it",
    ]
    assert state_of(history, image=2, known=known)["error"] == "there is no image 2; ids run from 0 to 1"


def test_what_is_found_is_marked_and_what_is_marked_is_shown():
    selection = Selection()
    view = WhyNot(recorded(pair_cycle()), selection)
    assert view.state["image"]["id"] == selection.selected.pair[0] == 40
    assert view.state["hint"].startswith("Image 40 is the first of the chosen pair. Find an image by its id")
    say(view, type="find", text="31")
    assert [found["id"] for found in view.state["found"]] == [31]
    say(view, type="image", id=31)
    until(lambda: (view.state["image"] or {}).get("id") == 31)
    assert view.state["hint"] == ""
    assert selection.selected.ids == (31,)
    selection.mark([20, 21])
    until(lambda: (view.state["image"] or {}).get("id") == 20)
    assert [one["id"] for one in view.state["marked"]] == [20, 21]
    say(view, type="image", id=21)
    assert view.state["image"]["id"] == 21
    assert selection.selected.ids == (20, 21)
    say(view, type="cycle", cycle=1, pair=[20, 21])
    assert (selection.selected.cycle, selection.selected.pair) == (1, (20, 21))
    until(lambda: view.state["rows"][0]["shown"])
    assert view.state["image"]["id"] == 21


def test_the_second_image_of_a_pair_is_shown_when_it_was_clicked():
    selection = Selection()
    view = WhyNot(recorded(pair_cycle()), selection)
    selection.choose_pair(40, 41)
    until(lambda: view.state["marked"])
    assert view.state["image"]["id"] == 40
    selection.choose_pair(40, 41, looked_at=41)
    until(lambda: view.state["image"]["id"] == 41)
    say(view, type="cycle", cycle=1, pair=[40, 41])
    assert selection.selected.ids == (41, 40)
    view.close()


def test_it_begins_with_the_best_image_of_the_cycle_where_there_are_no_pairs():
    history = [answered(pair_cycle(cycle=cycle), ids=[40, 41]) for cycle in (1, 2)]
    assert first_image([], Selected()) == (None, "")
    assert first_image(history, Selected()) == (40, "Image 40 is the first that cycle 2 chose.")
    assert first_image(history, Selected(cycle=1)) == (40, "Image 40 is the first that cycle 1 chose.")
    assert first_image(history, Selected(pair=(7, 8))) == (7, "Image 7 is the first of the chosen pair.")
    state = state_of(history)
    assert (state["image"], state["rows"], state["hint"]) == (None, [], HINT)


def test_a_live_run_without_a_folder_is_searched_by_id_and_class():
    session = FakeSession()
    session.run(2)
    view = WhyNot(session)
    view.find("Boot")
    assert view.state["error"] == ""
    assert view.state["summary"].endswith(("images", "image", "are shown"))
