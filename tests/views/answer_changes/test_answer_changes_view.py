"""What an answer would change, as the page is told it: before the fits, while they run and after them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from helpers.pair_views import recorded, say
from helpers.small_runs import CLASSES, small_session
from helpers.waiting import until

from lada_explore.analysis.answer_changes import AnswerChange, AnswerChanges, answer_changes
from lada_explore.views import AnswerEffects, Selection
from lada_explore.views.answer_changes.answer_changes import effects_view_state


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    session = small_session(tmp_path_factory.mktemp("effects") / "run", "lada-entmix", cycles=2)
    session.run()
    session.close()
    return session.history


def view_of(history, selection=None):
    return AnswerEffects(recorded(*history), selection)


def test_it_begins_with_the_first_image_of_the_query_and_fits_nothing_unasked(history):
    view = view_of(history)
    asked = history[2].query.ids.tolist()
    assert (view.state["image"]["id"], view.state["asked"], view.state["answers"]) == (asked[0], asked, [])
    n_features = history[2].score.features.shape[1]
    assert view.state["cost"].startswith(f"4 fits of {n_features + 1} x 3 numbers to at most 11 images")
    say(view, type="image", id=asked[2])
    assert view.state["image"]["id"] == asked[2]
    view.close()


def test_a_refit_shows_each_answer_and_a_click_marks_what_it_changes(history):
    selection = Selection()
    view = view_of(history, selection)
    image = view.state["image"]["id"]
    say(view, type="refit")
    until(lambda: view.state["answers"])
    found = answer_changes(history, 2, image)
    assert [one["changed"] for one in view.state["answers"]] == [len(one.changed_ids) for one in found.answers]
    assert sum(one["given"] for one in view.state["answers"]) == 1  # the answer of the run
    assert view.state["busy"] is False
    most = max(found.answers, key=lambda one: len(one.changed_ids))
    say(view, type="mark", label=most.label)
    assert selection.selected.ids == (image, *most.changed_ids.tolist())
    until(lambda: view.state["image"]["id"] == image and view.state["answers"])
    view.close()


def test_the_next_image_of_the_query_is_shown_also_while_images_are_marked_and_gives_way_to_another_mark(history):
    selection = Selection()
    view = view_of(history, selection)
    asked = history[2].query.ids.tolist()
    say(view, type="refit")
    until(lambda: view.state["answers"])
    most = max(view.state["answers"], key=lambda one: one["changed"])
    say(view, type="mark", label=most["label"])
    assert len(selection.selected.ids) > 1
    until(lambda: view.state["image"]["id"] == asked[0])
    say(view, type="image", id=asked[1])
    assert (view.state["image"]["id"], view.state["answers"]) == (asked[1], [])
    say(view, type="refit")
    until(lambda: view.state["answers"])
    assert view.state["image"]["id"] == asked[1]
    other = next(i for i in history[2].subsample.subset_ids.tolist() if i not in asked)
    selection.mark([other])
    until(lambda: view.state["image"]["id"] == other)
    view.close()


def test_the_marked_image_is_taken_and_an_older_result_is_not_shown_for_it(history):
    selection = Selection()
    view = view_of(history, selection)
    say(view, type="refit")
    until(lambda: view.state["answers"])
    other = int(history[2].query.ids[3])
    selection.mark([999, other])  # the first is no candidate
    until(lambda: view.state["image"]["id"] == other)
    assert view.state["answers"] == []
    selection.show_cycle(0)
    until(lambda: view.state["message"].startswith("The start (cycle 0) asks before"))
    view.close()


def test_the_second_image_of_a_pair_is_shown_when_it_was_clicked(history):
    selection = Selection()
    view = view_of(history, selection)
    first, second = history[2].select.pair_ids[1].tolist()
    selection.choose_pair(first, second)
    until(lambda: view.state["image"]["id"] == first)
    selection.choose_pair(first, second, looked_at=second)
    until(lambda: view.state["image"]["id"] == second)
    view.close()


def test_a_marked_image_that_is_no_candidate_is_named_above_the_one_in_its_place(history):
    selection = Selection()
    view = view_of(history, selection)
    asked, labelled = history[2].query.ids.tolist(), int(history[0].query.ids[0])
    assert view.state["note"] == ""
    selection.mark([labelled])
    until(lambda: view.state["note"])
    assert view.state["note"] == f"Image {labelled} is no candidate of cycle 2; choose one that it asked about."
    assert view.state["image"]["id"] == asked[0]
    say(view, type="image", id=asked[1])  # so she did
    assert (view.state["note"], view.state["image"]["id"]) == ("", asked[1])
    selection.mark([labelled, asked[2]])  # one of them is a candidate
    until(lambda: view.state["image"]["id"] == asked[2])
    assert view.state["note"] == ""
    view.close()


def test_what_was_not_recorded_is_said_in_one_sentence(history):
    bare = dataclasses.replace(history[2].score, features=history[2].score.features[:0])
    view = view_of([*history[:2], history[2].including(bare, 0.0)])
    assert view.state["message"].startswith("This run kept no features of its candidates")
    view.close()


def test_changes_of_entropy_below_a_hundredth_are_not_printed(history):
    records = history[2]
    ids = records.subsample.subset_ids
    falls = [0.234, -0.05, 0.004]
    found = AnswerChanges(
        cycle=2,
        image_id=int(records.query.ids[0]),
        n_candidates=19,
        n_labelled=10,
        n_features=8,
        entropy=1.5,
        agreement=0.9,
        answers=tuple(
            AnswerChange(label=label, probability=0.3, changed_ids=ids[: 10 * (label == 0)], entropy_fall=fall)
            for label, fall in enumerate(falls)
        ),
        left_out=0.1,
        seconds=0.25,
    )
    state = effects_view_state(history, records, CLASSES, found.image_id, found)
    assert [one["entropy"] for one in state["answers"]] == [
        "falls by 0.23 bits",
        "rises by 0.05 bits",
        "changes by less than 0.01 bits",
    ]
    assert state["summary"] == (
        "On average 3 of 19 candidates would change class; the other answers, 10 % together, were not tried. Their "
        "mean entropy is 1.50 bits without the answer. The layer fitted without it agrees with the run's classifier on "
        "90 % of the candidates. It took 0.2 s."
    )
    assert np.allclose([one["share"] for one in state["answers"]], [10 / 19, 0, 0])
