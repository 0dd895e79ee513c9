import itertools

from lada_explore.records import Stage
from lada_explore.seeds import stage_seed, weights_seed


def test_seeds_are_distinct_for_every_seed_cycle_and_stage():
    places = list(itertools.product(range(20), range(101), Stage))
    seeds = {stage_seed(*place) for place in places} | {weights_seed(s, c) for s in range(20) for c in range(101)}
    assert len(seeds) == 20 * 101 * (len(Stage) + 1)


def test_seeds_fit_into_63_bits_and_use_them():
    seeds = [stage_seed(seed, 1, Stage.TRAIN) for seed in range(200)]
    assert min(seeds) >= 0
    assert 2**62 < max(seeds) < 2**63


def test_seeds_never_change_because_recorded_runs_depend_on_them():
    assert stage_seed(0, 0, Stage.SUBSAMPLE) == 6_375_474_604_893_067_239
    assert stage_seed(3, 7, Stage.TRAIN) == 8_601_258_445_184_918_603
    assert weights_seed(3, 7) == 3_636_045_798_204_777_050
