"""Any acquisition with any augmentation and policy: it runs, is recorded, drawn and resumed, or is refused with why."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from helpers.method_table import MIXED_OR_MOVED, SETS, SINGLES
from helpers.small_runs import cut_before, record_bytes, small_config, small_data

from lada_explore.config import (
    ACQUISITIONS,
    AUGMENTATIONS,
    METHODS,
    AcquisitionCapabilities,
    DataConfig,
    Entry,
    Method,
    Policy,
    compose,
    method_named,
)
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.session.checks import check_data_suffices
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.views import Explorer

WITHOUT = {("none", "none"), ("manifold_mixup", "fixed"), ("input_mixup", "fixed"), ("stn", "fixed")} | {
    ("adamixup", "learned_after")
}
AHEAD = {(mixup, policy) for mixup in ("manifold_mixup", "input_mixup") for policy in ("learned", "fixed", "exact")} | {
    ("stn", "learned"),
    ("stn", "fixed"),
}
CAN_WORK = (
    {(name, augmentation, policy, False) for name in SINGLES + SETS for augmentation, policy in WITHOUT}
    | {(name, augmentation, policy, True) for name in SINGLES for augmentation, policy in AHEAD}
) - {
    ("random", "stn", "learned", True),
    *(("vaal", "manifold_mixup", policy, True) for policy in ("learned", "fixed", "exact")),
}


def made(parts):
    acquisition, augmentation, policy, look_ahead = parts
    return Method(acquisition=acquisition, augmentation=augmentation, policy=policy, look_ahead=look_ahead)


def test_what_can_work_can_be_made_and_all_else_is_refused_with_one_sentence():
    for parts in product(SINGLES + SETS, MIXED_OR_MOVED, Policy, (False, True)):
        parts = (*parts[:2], parts[2].value, parts[3])
        if parts in CAN_WORK:
            method = made(parts)
            assert method_named(method.name) in (method, compose(*parts))
        else:
            with pytest.raises(ConfigError, match=r"^method '.*(choose|use|come from) ") as refused:
                made(parts)
            assert "\n" not in str(refused.value)


def test_what_is_in_the_catalogues_beside_it_can_be_made_too_or_is_refused_with_one_sentence():
    refusals = []
    for parts in product(ACQUISITIONS, AUGMENTATIONS, Policy, (False, True)):
        try:
            method = made(parts)
        except ConfigError as refused:
            refusals.append(str(refused))
        else:
            assert method_named(method.name) in (method, compose(*parts))
    assert [sentence for sentence in refusals if "\n" in sentence] == []


def test_the_named_methods_are_found_by_their_parts():
    for name, method in METHODS.items():
        parts = (method.acquisition, method.augmentation, method.policy, method.look_ahead, method.pairs)
        assert compose(*parts) is method, name


def test_pairs_can_be_chosen_by_their_own_scores_with_every_mixup_and_every_score_of_single_images():
    for acquisition, augmentation in product(SINGLES, ("manifold_mixup", "input_mixup")):
        if (acquisition, augmentation) == ("vaal", "manifold_mixup"):  # VAAL scores no hidden states.
            continue
        method = compose(acquisition, augmentation, pairs=True)
        assert (method.uses_pairs, method.look_ahead, method.mixes_acquired, method.policy) == (
            *(True, False, False),
            "fixed",
        )
        assert method_named(method.name) == method
    assert compose("margin", "input_mixup", pairs=True).name == "margin-pairs-then-input_mixup"


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"acquisition": "coreset", "augmentation": "manifold_mixup"}, "cannot choose pairs by 'coreset', which choo"),
        (
            {"augmentation": "stn"},
            "chooses pairs for an STN, which does not mix chosen pairs; choose augmentation 'man",
        ),
        ({"augmentation": "adamixup"}, "chooses pairs for AdaMixup, which does not mix chosen pairs; choose"),
        ({}, "has pairs=True without an augmentation, so no pair would be mixed; choose augmentation 'manifold"),
        ({"augmentation": "manifold_mixup", "look_ahead": True}, "looks ahead and has pairs=True, which leaves"),
        ({"augmentation": "manifold_mixup", "policy": "exact"}, "has policy 'exact', which is found by looking ahead"),
        (
            {"acquisition": "vaal", "augmentation": "manifold_mixup"},
            "whose network sees images; use augmentation 'input_mixup' in place",
        ),
    ],
)
def test_pairs_that_cannot_be_chosen_so_are_refused(parts, sentence):
    with pytest.raises(ConfigError, match=sentence):
        compose(**parts, pairs=True)
    with pytest.raises(ConfigError, match="pairs of a method is 1; it must be True or False"):
        compose("margin", "input_mixup", pairs=1)


@pytest.mark.parametrize(
    ("parts", "name", "looks_ahead", "policy"),
    [
        (("margin", "input_mixup", "exact"), "lada-margin-input_mixup-exact", True, "exact"),
        (("margin", "input_mixup"), "lada-margin-input_mixup-learned", True, "learned"),
        (("margin", "input_mixup", "fixed"), "lada-margin-input_mixup-fixed", True, "fixed"),
        (("margin", "input_mixup", "fixed", False), "margin-then-input_mixup", False, "fixed"),
        (("coreset", "manifold_mixup"), "coreset-then-manifold_mixup", False, "fixed"),
        (("badge", "adamixup"), "badge-then-adamixup", False, "learned_after"),
        (("bald", "stn"), "lada-bald-stn-learned", True, "learned"),
        (("random", "stn"), "lada-random-stn-fixed", True, "fixed"),  # Random scores have no gradient to learn from.
        (("vaal", "manifold_mixup"), "vaal-then-manifold_mixup", False, "fixed"),  # VAAL scores no hidden states.
        (("vaal", "manifold_mixup", "fixed"), "vaal-then-manifold_mixup", False, "fixed"),
        (("margin",), "margin", False, "none"),
        (("max_entropy", "manifold_mixup"), "lada-entmix", True, "learned"),
    ],
)
def test_what_is_left_out_is_what_one_would_expect(parts, name, looks_ahead, policy):
    method = compose(*parts)
    assert (method.name, method.look_ahead, method.policy) == (name, looks_ahead, policy)
    assert method_named(name) == method


def test_what_a_message_advises_is_computed_from_the_declarations(monkeypatch):
    scoring, mixing = AcquisitionCapabilities(), AUGMENTATIONS["input_mixup"].capabilities
    monkeypatch.setitem(ACQUISITIONS, "newest", Entry("nowhere:Newest", scoring))
    monkeypatch.setitem(AUGMENTATIONS, "cut", Entry("nowhere:Cut", mixing))
    with pytest.raises(ConfigError, match=r"or look ahead with .*'max_entropy', .*'ll4al'.* or 'newest'$"):
        compose("coreset", "input_mixup", "learned")
    with pytest.raises(ConfigError, match="or acquisition .*'max_entropy', .* or 'newest'$"):
        compose("random", "stn", "learned")
    with pytest.raises(ConfigError, match="use augmentation .*'input_mixup'.* or 'cut' in place of 'manifold_mixup'$"):
        compose("vaal", "manifold_mixup", "exact")
    with pytest.raises(ConfigError, match="looks ahead with AdaMixup, .*augmentation .* or 'cut'$"):
        compose("margin", "adamixup", look_ahead=True)
    for acquisition, sentence in (
        ("vaal", "choose acquisition .*'max_entropy', .* or 'newest'$"),
        ("margin", "or 'cut'$"),
    ):
        with pytest.raises(ConfigError, match=f"but points:moons holds points; .*{sentence}"):
            check_data_suffices(configure("plane", compose(acquisition, "stn")), load(DataConfig(name="points:moons")))


def test_the_owner_of_a_policy_is_named_by_its_title(monkeypatch):
    capabilities = replace(AUGMENTATIONS["adamixup"].capabilities, title="another")
    monkeypatch.setitem(AUGMENTATIONS, "another", Entry("nowhere:Another", capabilities))
    with pytest.raises(
        ConfigError, match="has policy 'learned_after', which only AdaMixup, another has; choose policy"
    ):
        compose("margin", "input_mixup", "learned_after", look_ahead=False)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("margn",), "acquisition 'margn' is unknown; .* did you mean 'margin'"),
        (("margin", "mixup"), "augmentation 'mixup' is unknown; the known ones are none, manifold_mixup"),
        (("margin", "stn", "best"), "policy 'best' is unknown; the known ones are none, learned"),
        (
            ("coreset", "input_mixup", "exact"),
            "cannot look ahead with 'coreset', which chooses a set .* without",
        ),
        (("margin", "none", "exact"), "has policy 'exact', which has nothing to decide without an augmentation"),
        (("margin", "stn", "learned_after", True), "choose policy 'learned' or 'fixed'$"),
        (("margin", "input_mixup", "learned_after", True), "choose policy 'learned', 'fixed' or 'exact'$"),
        (("vaal", "manifold_mixup", None, True), "cannot score hidden states with 'vaal', whose network sees images"),
        (
            ("random", "stn", "learned"),
            "cannot learn how to transform from 'random', .* no gradient; choose policy",
        ),
    ],
)
def test_parts_that_cannot_work_together_are_refused_with_the_reason(parts, sentence):
    with pytest.raises(ConfigError, match=sentence):
        compose(*parts)


def test_the_pathwise_estimator_needs_scores_with_a_gradient():
    settings = {"look_ahead.estimator": "pathwise"}
    method = compose("random", "input_mixup", "learned")
    with pytest.raises(ConfigError, match="'pathwise', whose gradient goes through .* 'random' have none; use 'quad"):
        configure("demo", method, settings=settings)
    assert configure("demo", compose("random", "input_mixup", "fixed"), settings=settings).method.policy == "fixed"


def test_a_method_whose_parts_are_set_is_named_after_them():
    config = configure("demo", "lada-entmix", settings={"method.acquisition": "margin"})
    assert config.method is METHODS["lada-marginmix"]
    config = configure("demo", "lada-entmix", settings={"method.acquisition": "margin", "method.policy": "exact"})
    assert config.method.name == "lada-margin-manifold_mixup-exact"


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        (Method(name="lada-entmix", acquisition="margin"), {}),
        (Method(name="badge-then-stn", acquisition="badge", augmentation="adamixup", policy="learned_after"), {}),
        ("margin", {"method.name": "lada-entmix"}),
    ],
)
def test_a_method_is_not_recorded_under_the_name_of_another(method, settings):
    with pytest.raises(ConfigError, match=r"^method.name is '.*', which is another method \(.*\) than this \(.*; l"):
        configure("demo", method, settings=settings)


def test_a_method_may_have_a_name_of_ones_own_that_can_be_shown():
    mine = Method(name="mine", acquisition="margin")
    assert configure("demo", mine).method.name == "mine"
    with pytest.raises(ConfigError, match="^a method has the character U\\+000A in its name, which cannot be shown; t"):
        configure("demo", Method(name="two\nlines", acquisition="margin"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: Method(acquisition="margin", augmentation=None),
            "^augmentation of a method is None; it must be a n",
        ),
        (lambda: Method(acquisition=["margin"]), "^acquisition of a method is \\['margin'\\]; it must be a name"),
        (lambda: compose(["margin"]), "^acquisition of a method is \\['margin'\\]; it must be a name"),
        (
            lambda: compose("margin", "input_mixup", "exact", "no"),
            "^look_ahead of a method is 'no'; it must be True",
        ),
        (lambda: configure("demo", None), "^method is None; give a name, or a Method as `compose` makes it$"),
        (lambda: configure("demo", {"acquisition": "margin"}), "^method is {'acquisition': 'margin'}; give a name"),
    ],
)
def test_what_is_no_name_is_refused_in_a_sentence(make, sentence):
    with pytest.raises(ConfigError, match=sentence):
        make()


@pytest.mark.slow
@pytest.mark.parametrize("acquisition", SINGLES + SETS)
def test_everything_that_can_work_runs_a_cycle(acquisition, tmp_path):
    for parts in sorted(parts for parts in CAN_WORK if parts[0] == acquisition):
        method = compose(*parts)
        session = Session.create(small_config(method, cycles=1), tmp_path / method.name, data=small_data())
        history = session.run()
        session.close()
        assert history[1].look_ahead.policy == (parts[2] if parts[3] else "none"), method.name
        assert len(history[1].query.ids) == 4, method.name


@pytest.mark.parametrize(
    "parts",
    [("margin", "input_mixup", "exact"), ("bald", "stn", "learned"), ("coreset", "input_mixup"), ("badge", "adamixup")],
)
def test_a_composed_method_is_recorded_resumed_and_drawn(parts, tmp_path):
    method, out = compose(*parts), tmp_path / "run"
    session = Session.create(small_config(method, cycles=2), out, data=small_data())
    session.run()
    session.close()
    whole = record_bytes(out)
    for stage in (Stage.LOOK_AHEAD, Stage.SELECT, Stage.TRAIN):
        cut_before(out, 2, stage)
        session = Session.resume(out, data=small_data())
        assert session.config.method == method
        session.run()
        session.close()
        assert record_bytes(out) == whole, stage
    explorer = Explorer(open_run(out))
    try:
        for title in explorer._tabs.titles:
            explorer.show(title)
    finally:
        explorer.close()


def test_a_run_is_opened_by_a_method_of_ones_own(tmp_path):
    method, settings = compose("margin", "input_mixup", "exact"), {"schedule.subset_size": 40}
    session = open_session(tmp_path / "run", "plane", method, cycles=1, settings=settings)
    session.run()
    session.close()
    again = open_session(tmp_path / "run", "plane", "lada-margin-input_mixup-exact", cycles=1, settings=settings)
    assert again.next_stage is None
    again.close()
