"""Labels that classifiers trained without them find unlikely: which are found, and how they are listed."""

import sys
from contextlib import closing

import numpy as np
import pytest
from helpers.small_runs import small_config, small_data

from lada_explore import Session, check_again, open_session
from lada_explore.errors import ConfigError
from lada_explore.session.check_again import Doubts, issues


def noisy_run(tmp_path, name="run", **settings):
    """120 labels on two well separated clouds of points, of which an oracle gets about a tenth wrong."""
    plan = {"schedule.budget": 50, "schedule.cycles": 2, "schedule.initial_per_class": 10} | settings
    session = open_session(
        tmp_path / name, preset="plane", method="random", dataset="points:blobs", oracle="noisy:0.1", settings=plan
    )
    session.run()
    return session


def test_wrong_labels_are_found_by_classifiers_that_were_trained_without_them(tmp_path):
    with closing(noisy_run(tmp_path)) as session:
        truth, pool = session.data.train.targets.numpy(), session.pool
        wrong = set(pool.labelled_ids[truth[pool.labelled_ids] != pool.labels].tolist())
        assert len(wrong) >= 5
        weights = {name: values.clone() for name, values in session.classifier.state_dict().items()}
        seen = []
        found = check_again(session, tick=lambda *done: seen.append(done))
        flagged = {doubt.id for doubt in found}
        assert len(flagged & wrong) >= 0.8 * len(wrong)
        assert len(flagged - wrong) <= len(wrong)
        assert seen == [(fold, 5, "folds") for fold in range(1, 6)]
        labels = dict(zip(pool.labelled_ids.tolist(), pool.labels.tolist(), strict=True))
        for doubt in found:
            assert doubt.label == labels[doubt.id] != doubt.suggested
            assert doubt.label_probability < doubt.suggested_probability
            given, other = (session.class_names[one] for one in (doubt.label, doubt.suggested))
            assert doubt.reason == (
                f"labelled {given}; trained without it the model gives {100 * doubt.suggested_probability:.0f} % to "
                f"{other} and {100 * doubt.label_probability:.0f} % to {given}"
            )
        # The least probable comes first, nothing of the run has changed, and the same comes again.
        assert [doubt.label_probability for doubt in found] == sorted(doubt.label_probability for doubt in found)
        assert all((weights[name] == values).all() for name, values in session.classifier.state_dict().items())
        assert list(check_again(session)) == list(found)
        assert found.sentence == f"{len(found)} of {found.n_checked} labels are worth another look."
        assert "<img" not in found._repr_html_()  # Points have no pictures.


def test_a_table_without_doubts_is_a_sentence():
    nothing = Doubts([], None, 12)
    assert nothing.sentence == "None of 12 labels is unlikely."
    assert nothing._repr_html_() == "<p>None of 12 labels is unlikely.</p>"


def test_images_come_with_their_pictures(tmp_path):
    session = Session.create(small_config("random", cycles=3), tmp_path / "run", data=small_data(n=60))
    with closing(session):
        session.run()
        found = check_again(session, folds=2)
        assert found.n_checked == len(session.pool.labels)
        page = found._repr_html_()
        assert page.count("data:image/png;base64,") == len(found)
        assert repr(found).splitlines()[0] == found.sentence


def test_confident_learning_finds_the_label_that_all_others_of_its_class_contradict():
    # Ten of each class, probability 0.9 of it but for one, whose label is the other one.
    labels = np.array([0] * 10 + [1] * 10 + [0])
    probabilities = np.where(np.arange(21)[:, None] < 10, [[0.9, 0.1, 0.0]], [[0.1, 0.9, 0.0]])
    assert issues(labels, probabilities).tolist() == [20]
    assert issues(labels[:20], probabilities[:20]).tolist() == []


def test_what_cannot_be_checked_is_refused_with_the_remedy(tmp_path, monkeypatch):
    session = Session.create(small_config("random"), tmp_path / "run", data=small_data())
    with closing(session):
        with pytest.raises(ConfigError, match=r"0 labels cannot be checked: at least two classes need two labels each"):
            check_again(session)
        session.run(1)
        with pytest.raises(ConfigError, match="folds is 1; at least 2 are needed"):
            check_again(session, folds=1)
        monkeypatch.setitem(sys.modules, "cleanlab.filter", None)
        with pytest.raises(ConfigError, match=r"run pip install 'lada-explore\[check\]'"):
            check_again(session)
