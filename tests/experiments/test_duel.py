"""A duel: both sides begin with the same state, and its scoreboard is that of two branches made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.small_runs import record_bytes, small_config, small_data

from lada_explore import Session, branch
from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.analysis import describe
from lada_explore.config import method_named
from lada_explore.errors import ConfigError, OracleError
from lada_explore.experiments.duel import DuelRuns, PickedPairs, Picks, own_method
from lada_explore.labelling.open_query import ranked_rows
from lada_explore.records import SelectRule, Stage
from lada_explore.store import open_run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    out = tmp_path_factory.mktemp("duel") / "run"
    config = small_config(cycles=3, checkpoints="all")
    session = Session.create(config, out, data=small_data(), threads=1)
    session.run()
    session.close()
    return out


@pytest.fixture
def duel(parent, tmp_path):
    made = DuelRuns(parent, tmp_path / "duel", at=1, data=small_data())
    yield made
    made.close()


def first_of(duel):
    return duel.candidates()[: duel.budget].tolist()


def test_both_begin_with_the_same_state_and_choose_among_the_same_candidates(duel, parent):
    assert (duel.yours.cycle, duel.theirs.cycle, duel.budget) == (2, 2, 4)
    candidates = duel.candidates()
    duel.pick(first_of(duel))
    assert duel.play()
    assert np.array_equal(duel.theirs.history[2].subsample.subset_ids, candidates)
    start, played = duel.scoreboard()
    assert start.cycle == 1
    assert start.picked == ((), ())
    assert start.accuracy[0] == start.accuracy[1] == open_run(parent).history[1].evaluate.accuracy
    assert start.labels == (10, 10)
    assert played.labels == (14, 14)
    assert played.picked[0] == tuple(candidates[:4].tolist())
    assert set(played.picked[1]) == set(open_run(parent).history[2].query.ids.tolist())
    assert played.shared == len(set(played.picked[0]) & set(played.picked[1]))


def test_the_scoreboard_is_that_of_two_branches_made_by_hand(duel, parent, tmp_path):
    rows = []
    while not duel.over:
        candidates = duel.candidates()
        ids = candidates[::-1][: duel.budget].tolist()
        rows.append([len(candidates) - 1 - n for n in range(duel.budget)])
        duel.pick(ids)
        assert duel.play()

    picks = Picks()
    mine = branch(
        parent, tmp_path / "mine", at=1, method="ent-then-mixup", acquisition=picks, data=small_data(), threads=1
    )
    for n in (0, 1):
        picks.rows = np.array(rows[n])
        mine.run(1)
    mine.close()
    theirs = branch(parent, tmp_path / "theirs", at=1, data=small_data(), threads=1)
    theirs.run()
    theirs.close()
    for side, by_hand in ((duel.yours, "mine"), (duel.theirs, "theirs")):
        assert record_bytes(side.folder.path) == record_bytes(tmp_path / by_hand)
    for line, mine_at, theirs_at in zip(duel.scoreboard(), mine.history[1:], theirs.history[1:], strict=True):
        assert line.accuracy == (mine_at.evaluate.accuracy, theirs_at.evaluate.accuracy)
    later = {name: content for name, content in record_bytes(parent).items() if name[7:10] in ("002", "003")}
    assert later.items() <= record_bytes(duel.theirs.folder.path).items()


def test_it_goes_on_where_it_was_left(duel, parent, tmp_path):
    duel.pick(first_of(duel))
    duel.play()
    board = duel.scoreboard()
    duel.close()
    again = DuelRuns(parent, tmp_path / "duel", at=1, data=small_data())
    assert again.scoreboard() == board
    again.pick(first_of(again))
    assert again.play()
    assert again.over
    assert len(again.scoreboard()) == 3
    with pytest.raises(ConfigError, match="the duel is over after cycle 3; look at its scoreboard"):
        again.candidates()
    again.close()


@pytest.mark.parametrize("side", ["yours", "theirs"])
@pytest.mark.parametrize("last", [False, True])
def test_a_round_that_was_cut_short_goes_on_where_it_was(parent, tmp_path, side, last):
    whole = DuelRuns(parent, tmp_path / "whole", at=1, data=small_data())
    cut = DuelRuns(parent, tmp_path / "cut", at=1, data=small_data())
    for n in range(1 + last):
        for duel in (whole, cut):
            duel.pick(first_of(duel))
        assert whole.play()
        if n < last:
            assert cut.play()
    cycle = 2 + last
    if side == "yours":
        while cut.yours.next_stage is not Stage.TRAIN:
            cut.yours.step()
    else:
        cut.yours.run(until=cycle)
        while cut.theirs.next_stage is not Stage.TRAIN:
            cut.theirs.step()
    cut.close()
    again = DuelRuns(parent, tmp_path / "cut", at=1, data=small_data())
    assert again.under_way
    assert not again.over
    assert again.play()
    assert not again.under_way
    assert again.over == last
    assert again.scoreboard() == whole.scoreboard()
    for duel in (whole, again):
        duel.close()


def test_the_same_call_goes_on_after_the_run_has_gone_on(tmp_path):
    session = Session.create(small_config(cycles=3, checkpoints="all"), tmp_path / "run", data=small_data(), threads=1)
    session.run(until=1)
    duel = DuelRuns(session, tmp_path / "duel", data=small_data())
    duel.close()
    session.run(until=2)
    again = DuelRuns(session, tmp_path / "duel", data=small_data())
    assert again.yours.folder.info.last_shared == 1
    again.close()
    session.close()


def test_a_person_may_label_her_own_choice(parent, tmp_path):
    duel = DuelRuns(parent, tmp_path / "own", at=1, data=small_data(), oracle="person")
    picked = first_of(duel)
    duel.pick(picked)
    assert not duel.play()
    assert duel.waits_for_labels
    with pytest.raises(ConfigError, match="the images of cycle 2 are picked already"):
        duel.candidates()
    duel.yours.submit({i: 0 for i in picked})
    assert duel.play()
    assert duel.yours.history[2].query.labels.tolist() == [0, 0, 0, 0]
    assert duel.theirs.history[2].evaluate is not None
    duel.close()


def test_what_cannot_be_picked_is_one_sentence_and_changes_nothing(duel):
    candidates = duel.candidates().tolist()
    stranger = next(i for i in range(60) if i not in candidates)
    for ids, sentence in (
        (candidates[:3], "3 images are picked and the query takes 4; pick 4"),
        ([candidates[0]] * 4, "an image is picked twice"),
        ([*candidates[:3], stranger], f"image {stranger} is no candidate of cycle 2"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            duel.pick(ids)
    with pytest.raises(ConfigError, match="0 images are picked and the query takes 4"):
        duel.play()
    assert duel.yours.history[-1].select is None


def test_a_run_that_a_person_answers_has_nobody_to_answer_the_method(tmp_path):
    session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle="person", threads=1)
    session.close()
    with pytest.raises(ConfigError, match="a person answers in .*, so nobody can answer the method's query"):
        DuelRuns(tmp_path / "run", tmp_path / "duel", data=small_data())


@pytest.mark.parametrize(
    ("method", "own"),
    [
        ("lada-entmix", "ent-then-mixup"),
        ("lada-entmix-fixed", "ent-then-mixup"),
        ("max-entropy", "max-entropy"),
        ("random", "max-entropy"),
    ],
)
def test_a_person_trains_as_the_method_does(method, own):
    used = own_method(method_named(method))
    assert used.name == own
    assert used.augmentation == method_named(method).augmentation


def test_rounds_are_at_least_one(parent, tmp_path):
    with pytest.raises(ConfigError, match="rounds is 0; a duel has at least 1"):
        DuelRuns(parent, tmp_path / "duel", rounds=0, data=small_data())
    longer = DuelRuns(parent, tmp_path / "longer", data=small_data())
    assert longer.yours.config.schedule.cycles == 8
    longer.close()


@pytest.fixture
def pair_duel(parent, tmp_path):
    made = DuelRuns(parent, tmp_path / "pairs", at=1, data=small_data(), pairs=True)
    yield made
    made.close()


def test_picked_pairs_are_asked_about_and_mixed_as_the_methods_own_are(pair_duel, parent, tmp_path):
    rows = []
    while not pair_duel.over:
        pairs = pair_duel.candidate_pairs()
        worst = np.argsort(pair_duel.yours.history[-1].look_ahead.value)[:2]
        rows.append(worst)
        pair_duel.pick(pairs[worst].ravel().tolist())
        assert pair_duel.play()
        done = pair_duel.yours.history[-1]
        assert done.select.pair_ids.tolist() == done.query.pair_ids.tolist() == pairs[worst].tolist()
        assert done.select.pair_tau.tolist() == done.look_ahead.tau[worst].tolist()
        assert done.query.ids.tolist() == pairs[worst].ravel().tolist()
    picks = PickedPairs()
    mine = branch(parent, tmp_path / "mine", at=1, acquisition=picks, data=small_data(), threads=1)
    for n in (0, 1):
        picks.rows = rows[n]
        mine.run(1)
    mine.close()
    assert record_bytes(pair_duel.yours.folder.path) == record_bytes(tmp_path / "mine")
    later = {name: content for name, content in record_bytes(parent).items() if name[7:10] in ("002", "003")}
    assert later.items() <= record_bytes(pair_duel.theirs.folder.path).items()


def test_whoever_picks_the_pairs_of_the_method_trains_the_same_classifier(pair_duel, parent):
    asked = open_run(parent).history[2].select.pair_ids
    pair_duel.candidates()
    pair_duel.pick(asked.ravel().tolist())
    assert pair_duel.play()
    yours, theirs = (side.history[2] for side in (pair_duel.yours, pair_duel.theirs))
    assert yours.evaluate.accuracy == theirs.evaluate.accuracy
    assert np.array_equal(yours.evaluate.predicted, theirs.evaluate.predicted)
    assert (yours.select.rule, theirs.select.rule) == (SelectRule.PAIR_SET, SelectRule.PAIRS)
    assert ranked_rows(yours, frozenset())[:2].tolist() == ranked_rows(theirs, frozenset())[:2].tolist()
    said = describe(yours.select, ("a",))
    assert said == "Chose 2 of 10 pairs to ask about as a set, 4 labels, so not the 2 highest scores."


def test_pairs_that_cannot_be_picked_are_one_sentence(pair_duel, parent, tmp_path):
    pairs = pair_duel.candidate_pairs().tolist()
    with pytest.raises(ConfigError, match=f"{pairs[0][0]} and {pairs[1][0]} are no candidate pair of cycle 2"):
        pair_duel.pick([pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]])
    with pytest.raises(ConfigError, match="0 pairs are picked and the query takes 2; pick 2 of the candidates"):
        pair_duel.play()
    assert pair_duel.yours.history[-1].select is None
    with pytest.raises(ConfigError, match="pairs cannot be picked against max-entropy: only against a method of pairs"):
        DuelRuns(parent, tmp_path / "singles", at=1, method="max-entropy", data=small_data(), pairs=True)


class TestARefusedDuel:
    """The corrected call finds nothing in its way."""

    def test_for_its_method_leaves_no_folder(self, parent, tmp_path):
        with pytest.raises(ConfigError, match="pairs cannot be picked against max-entropy"):
            DuelRuns(parent, tmp_path / "duel", at=1, method="max-entropy", data=small_data(), pairs=True)
        assert not (tmp_path / "duel").exists()
        DuelRuns(parent, tmp_path / "duel", at=1, data=small_data(), pairs=True).close()

    @pytest.mark.parametrize("kept", [(), ("notes.txt",)])
    def test_for_the_persons_side_takes_the_other_side_along_and_nothing_else(self, parent, tmp_path, kept):
        for name in kept:
            (tmp_path / "duel").mkdir()
            (tmp_path / "duel" / name).touch()
        with pytest.raises(OracleError, match="nosy"):
            DuelRuns(parent, tmp_path / "duel", at=1, oracle="nosy:1", data=small_data())
        assert [place.name for place in tmp_path.glob("duel/*")] == [*kept]
        duel = DuelRuns(parent, tmp_path / "duel", at=1, method="random", oracle="noisy:1", data=small_data())
        duel.close()
        with pytest.raises(ConfigError):
            DuelRuns(parent, tmp_path / "duel", at=1, method="random", oracle="nosy:1", data=small_data())
        assert (tmp_path / "duel" / "method" / "run.json").exists()


class Surest(MaxEntropy):
    """An acquisition of one's own: what the classifier is surest of."""

    def score(self, outputs):
        return -super().score(outputs)


def test_a_run_with_an_acquisition_of_ones_own_is_an_opponent_with_it(parent, tmp_path):
    made = branch(parent, tmp_path / "run", at=0, method="random", acquisition=Surest(), data=small_data(), threads=1)
    made.run()
    made.close()
    duel = DuelRuns(tmp_path / "run", tmp_path / "duel", at=1, acquisition=Surest(), data=small_data())
    duel.pick(first_of(duel))
    assert duel.play()
    duel.close()
    assert duel.theirs.history[2].query.ids.tolist() == open_run(tmp_path / "run").history[2].query.ids.tolist()
    assert "Surest" in duel.theirs.config.method.acquisition
    assert "Surest" not in duel.yours.config.method.acquisition
    with pytest.raises(ConfigError, match="pairs cannot be picked against an acquisition of one's own"):
        DuelRuns(parent, tmp_path / "pairs", acquisition=Surest(), data=small_data(), pairs=True)
