"""theta, as arrays and as a figure, on a cycle whose transforms are known."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.by_hand import by_hand
from helpers.pair_records import pair_cycle

from lada_explore.analysis import theta_of_cycle
from lada_explore.analysis.theta import IDENTITY, frames_of
from lada_explore.records import CycleRecords, QueryRecord, TrainRecord
from lada_explore.views.tau.theta_chart import theta_figure_spec

IDS = [40, 10, 31]


def theta_cycle(*, learned=True, selected=True, cycle=1):
    """Eight candidates; candidate m is shifted in x by m / 10 after two epochs, by half of it after the first."""
    made = pair_cycle(cycle=cycle)
    ids = made.subsample.subset_ids
    theta = np.tile(IDENTITY, (8, 1))
    theta[:, 2] = np.arange(8) / 10
    by_epoch = np.stack([np.tile(IDENTITY, (8, 1)), (theta + IDENTITY) / 2, theta]).astype(np.float32)
    ahead = replace(
        made.look_ahead,
        tau=np.empty(0, np.float32),
        value=np.arange(8, dtype=np.float32),
        policy_loss=np.array([-1, -2], np.float32)[: 2 * learned],
        theta=theta.astype(np.float32),
        theta_by_epoch=by_epoch if learned else by_epoch[-1:],
    )
    terms = np.column_stack([np.full(8, 0.25), ahead.value]).astype(np.float32)
    pixels = np.tile(np.array(IDS, np.uint8)[:, None, None, None], (1, 1, 2, 2))
    select = replace(
        made.select,
        rule="singles",
        query_ids=np.array(IDS),
        score_terms=terms,
        scores=terms.sum(axis=1),
        query_images=pixels,
        transformed_images=pixels + 1,
    )
    records = CycleRecords(cycle=cycle)
    for record in (made.subsample, made.score, ahead, select if selected else None):
        records = records if record is None else records.including(record, 0.0)
    assert ids.tolist() == [10, 11, 20, 21, 30, 31, 40, 41]
    return records


def test_means_and_quartiles_over_the_candidates_by_epoch():
    found = theta_of_cycle([theta_cycle()])
    assert found.epochs.tolist() == [0, 1, 2]
    # 0, 0.1 ... 0.7 in the end: mean 0.35, quartiles 0.175 and 0.525.
    assert found.mean[:, 2].tolist() == pytest.approx([0, 0.175, 0.35])
    assert (found.lower[2, 2], found.upper[2, 2]) == (pytest.approx(0.175), pytest.approx(0.525))
    assert np.abs(found.mean[:, [0, 1, 3, 4, 5]]).max() == 0
    assert (found.loss.tolist(), found.unit) == ([-1, -2], "bits")


def test_the_queried_images_come_with_their_own_values_and_frames():
    found = theta_of_cycle([theta_cycle()])
    # Candidates 6, 0 and 5, shifted by 0.6, 0 and 0.5.
    assert (found.query_ids.tolist(), found.value.tolist()) == (IDS, [6, 0, 5])
    assert found.frames[:, 0].tolist() == [pytest.approx([x, -1]) for x in (-0.4, -1, -0.5)]
    assert found.own.tolist() == [0.25] * 3


def test_an_image_that_took_the_place_of_a_skipped_one_is_drawn_once_train_has_recorded_its_transform():
    records = theta_cycle()
    asked = [40, 31, 20]
    pixels = np.full((1, 1, 2, 2), 20, np.uint8)
    query = by_hand(QueryRecord, ids=np.array(asked), pair_ids=np.empty((0, 2), np.int64), pair_tau=[], images=pixels)
    records = records.including(query, 0.0)
    assert theta_of_cycle([records]).query_ids.tolist() == [40, 31]
    transforms = np.array([41, 32, 21], np.uint8)[:, None, None, None] + np.zeros((1, 1, 2, 2), np.uint8)
    train = by_hand(
        TrainRecord,
        transformed_ids=np.array(asked),
        transformed_theta=records.look_ahead.theta[[6, 5, 2]],
        transformed_images=transforms,
    )
    found = theta_of_cycle([records.including(train, 0.0)])
    assert (found.query_ids.tolist(), found.value.tolist(), found.n_learned) == (asked, [6, 5, 2], 3)
    assert found.originals[:, 0, 0, 0].tolist() == asked
    assert found.transforms[:, 0, 0, 0].tolist() == [41, 32, 21]


def test_a_quarter_turn_turns_the_frame():
    frame = frames_of(np.array([[0, 1, 0, -1, 0, 0]], np.float32))[0]
    # The upper left corner of the transform, (-1, -1), is taken from the lower left one of the original.
    assert frame.tolist() == [[-1, 1], [-1, -1], [1, -1], [1, 1], [-1, 1]]


def test_the_figure_shows_curves_images_and_grids():
    figure = go.Figure(theta_figure_spec([theta_cycle()]).figure)
    (curve,) = [trace for trace in figure.data if trace.name == "shift in x"]
    assert list(curve.y) == pytest.approx([0, 0.175, 0.35])
    assert len(figure.layout.images) == 6
    (grid,) = [trace for trace in figure.data if trace.name == "grid of the transform"]
    # Three images, ten lines each of two ends and a gap; the first begins at the shifted corner of candidate 6.
    assert (len(grid.x), grid.x[0], grid.y[0]) == (90, pytest.approx(-0.4), -1)
    assert [note.text for note in figure.layout.annotations][-3:] == [
        "0.25, 6.00",
        "0.25, 0.00",
        "0.25, 5.00",
    ]


def test_how_many_of_the_queried_images_are_drawn_is_said_where_some_find_no_place():
    ids = [10, 11, 20, 21, 30, 31, 40, 41, 10]
    records = theta_cycle()
    pixels = np.tile(np.array(ids, np.uint8)[:, None, None, None], (1, 1, 2, 2))
    select = replace(records.select, query_ids=np.array(ids), query_images=pixels, transformed_images=pixels)
    layout = theta_figure_spec([replace(records, select=select)]).figure["layout"]
    assert layout["annotations"][1]["text"] == "Best 8 of 9 images asked about and their transforms"
    assert len(layout["images"]) == 16
    assert theta_figure_spec([theta_cycle()]).figure["layout"]["annotations"][1]["text"] == (
        "Images asked about and their transforms"
    )


def test_before_selection_and_without_learning_what_is_known_is_drawn():
    waiting = theta_figure_spec([theta_cycle(selected=False)])
    assert go.Figure(waiting.figure).layout.images == ()
    fixed = theta_figure_spec([theta_cycle(learned=False)])
    assert fixed.notes == ("Only the training of the classifier changes θ here, so look-ahead has no epochs to show.",)
    nothing = theta_figure_spec([theta_cycle(learned=False, selected=False)])
    assert (nothing.figure, nothing.message) == (
        None,
        f"{fixed.notes[0]} The transforms appear here once the images to ask about are chosen.",
    )


@pytest.mark.parametrize(
    ("history", "cycle", "sentence"),
    [
        ([], None, "No cycle has looked ahead yet; θ appears here when it has."),
        ([theta_cycle()], 0, "The start transforms no candidates; θ begins with cycle 1."),
        ([theta_cycle()], 2, "Cycle 2 has not looked ahead yet; θ appears here when it has."),
        ([pair_cycle()], None, "This method transforms no images while it looks ahead, so there is no θ to show."),
    ],
)
def test_where_there_is_no_theta_a_sentence_stands(history, cycle, sentence):
    picture = theta_figure_spec(history, cycle)
    assert (picture.figure, picture.message) == (None, sentence)
