"""A grid of settings: names, combinations, folders, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.experiments.found import with_all_there
from lada_explore.experiments.grid import axis, named, parts_of
from lada_explore.experiments.plan import run_of
from lada_explore.experiments.sweep import Sweep, with_grid
from lada_explore.experiments.tables import conditions
from lada_explore.store import RunFolder


def sweep_of(out, *methods, **settings):
    return Sweep(methods=methods, seeds=1, out=out, cycles=1, settings=settings, device="cpu")


class TestNames:
    def test_hold_the_settings_of_a_method(self):
        settings = {"policy.tau_max": "4", "classifier.blocks": "1,1"}
        assert named("lada-entmix", settings) == "lada-entmix@policy.tau_max=4@classifier.blocks=1,1"
        assert parts_of("lada-entmix@policy.tau_max=4@classifier.blocks=1,1") == ("lada-entmix", settings)
        assert parts_of("random") == ("random", {})

    @pytest.mark.parametrize("name", ["random@", "random@=2", "random@schedule.budget", "random@a=1@a=2"])
    def test_that_hold_none_are_refused(self, name):
        with pytest.raises(ConfigError, match="does not name a method and settings; write it as random@schedule"):
            parts_of(name)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("policy.tau_max=1,4", ("policy.tau_max", ("1", "4"))),
            ("classifier.blocks=1,1;2,2", ("classifier.blocks", ("1,1", "2,2"))),
            ("training.lr=0.1, 1e-3", ("training.lr", ("0.1", "1e-3"))),
        ],
    )
    def test_of_a_grid_are_a_setting_and_its_values(self, text, found):
        assert axis(text) == found

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("policy.tau_max", "does not name a setting and two values"),
            ("policy.tau_max=1", "does not name a setting and two values"),
            ("=1,2", "does not name a setting and two values"),
            ("data.holdout=0.1,0.2", "varies data.holdout, and the methods of a table have the same images"),
            ("seed=0,1", "varies seed, and"),
            ("classifier.kind=timm:a/b,c", "holds 'timm:a/b', which cannot be a part of the name of a folder"),
        ],
    )
    def test_that_no_table_can_have_are_refused(self, text, sentence):
        with pytest.raises(ConfigError, match=sentence):
            axis(text)


class TestCombinations:
    def test_are_every_method_with_every_combination_of_values_of_settings_that_it_uses(self, tmp_path):
        sweep = with_grid(
            sweep_of(tmp_path, "random", "lada-entmix"), ["policy.tau_max=1,4", "schedule.subset_size=20,30"]
        )
        assert sweep.methods == (
            "random@schedule.subset_size=20",
            "random@schedule.subset_size=30",
            "lada-entmix@policy.tau_max=1@schedule.subset_size=20",
            "lada-entmix@policy.tau_max=1@schedule.subset_size=30",
            "lada-entmix@policy.tau_max=4@schedule.subset_size=20",
            "lada-entmix@policy.tau_max=4@schedule.subset_size=30",
        )
        config = sweep.config(sweep.methods[-1], 3)
        assert (config.policy.tau_max, config.schedule.subset_size, config.seed) == (4.0, 30, 3)
        assert config.method.name == "lada-entmix"
        paths = [run.path for run in sweep.runs()]
        assert paths[0] == tmp_path / "random@schedule.subset_size=20" / "seed-0"
        assert len(set(paths)) == 6

    def test_without_a_grid_are_the_methods(self, tmp_path):
        sweep = sweep_of(tmp_path, "random", "margin")
        assert with_grid(sweep, []) == sweep

    @pytest.mark.parametrize(
        ("settings", "grid", "sentence"),
        [
            ({}, ["policy.tau_max=1,1.0"], "tau_max=1 and lada-entmix@policy.tau_max=1.0 are the same settings"),
            ({}, ["policy.tau_max=1,2", "policy.tau_max=3,4"], "--grid names policy.tau_max twice"),
            ({"policy.tau_max": 3}, ["policy.tau_max=1,2"], "is given with --grid and with --set; give it with one"),
            ({}, ["schedule.budget=4,5"], "budget 5 is odd"),
            ({}, ["policy.taumax=1,2"], "'policy.taumax' is unknown"),
        ],
    )
    def test_that_cannot_work_are_refused_before_anything_runs(self, tmp_path, settings, grid, sentence):
        with pytest.raises(ConfigError, match=sentence):
            with_grid(sweep_of(tmp_path / "out", "lada-entmix", **settings), grid)
        assert list(tmp_path.iterdir()) == []

    def test_of_a_setting_that_no_method_uses_are_refused(self, tmp_path):
        with pytest.raises(
            ConfigError, match=r"^policy\.tau_max in --grid changes nothing: none of margin, random uses"
        ):
            with_grid(sweep_of(tmp_path, "margin", "random"), ["policy.tau_max=1,4"])


class TestFolders:
    def made(self, out, name, config):
        RunFolder.create(run_of(out, name, 0).path, replace(info_of(FakeSession(cycles=1)), config=config))

    def test_are_found_by_a_later_sweep_with_the_settings_of_their_names(self, tmp_path):
        grid = with_grid(sweep_of(tmp_path, "random"), ["schedule.budget=4,6"])
        for name in grid.methods:
            self.made(tmp_path, name, grid.config(name, 0))
        later = with_all_there(sweep_of(tmp_path, "margin"))
        assert later.methods == ("margin", "random@schedule.budget=4", "random@schedule.budget=6")
        assert "; what a name says after @ holds for that method alone; " in conditions(later)
        assert "after @" not in conditions(sweep_of(tmp_path, "margin"))

    def test_whose_runs_have_other_settings_than_the_name_says_are_refused(self, tmp_path):
        sweep = sweep_of(tmp_path, "random")
        self.made(tmp_path, "random@schedule.budget=6", sweep.config("random@schedule.budget=4", 0))
        with pytest.raises(ConfigError, match="holds a run with schedule.budget = 4, not 6"):
            with_all_there(sweep)
