from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import torch

from lada_explore.acquisition import acquisition_of
from lada_explore.augmentation import RealImages
from lada_explore.config.presets import configure
from lada_explore.labelling.oracles import GroundTruth
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, Stage, stages_of
from lada_explore.stages import train_cycle
from lada_explore.stages.progress import no_tick
from lada_explore.stages.runner import StageRunner
from lada_explore.store.journal import Journal

SETTINGS = {
    "classifier.width": 4,
    "classifier.blocks": (1, 1),
    "schedule.initial_per_class": 2,
    "schedule.budget": 4,
    "schedule.subset_size": 20,
    "training.epochs": 2,
    "policy.epochs": 1,
}


class Run:
    """Runs stages one after the other and keeps what a session would keep."""

    def __init__(self, data, cpu, journal, method, **settings):
        config = configure("demo", method, settings=SETTINGS | settings)
        self.stages = StageRunner(
            config,
            data,
            acquisition=acquisition_of(config),
            oracle=GroundTruth(data.train.targets),
            journal=journal,
            runtime=cpu,
        )
        self.pool = Pool(size=len(data.train))

    def cycle(self, number):
        done = CycleRecords(cycle=number)
        for stage in stages_of(number):
            run = partial(self.stages.run, stage, number, done, self.pool, no_tick)
            asks = stage is Stage.QUERY
            record = self.stages.ask(done, nullcontext(), gate=lambda: None, then=run) if asks else run()
            done = done.including(record, 0.0)
            if stage is Stage.QUERY:
                self.pool = self.pool.with_labels(number, record.ids, record.labels)
        return done

    def weights(self):
        return torch.cat(
            [tensor.flatten().double() for tensor in self.stages.networks.classifier.state_dict().values()]
        )


@pytest.fixture
def start(tiny_data, cpu, tmp_path):
    journals = []

    def make(method, **settings):
        journals.append(Journal(tmp_path / f"{len(journals)}.sqlite"))
        return Run(tiny_data, cpu, journals[-1], method, **settings)

    yield make
    for journal in journals:
        journal.close()


@pytest.mark.parametrize("method", ["random", "max-entropy", "lada-entmix", "lada-entmix-fixed", "lada-entmix-exact"])
def test_a_cycle_of_every_method_hands_each_stage_what_the_earlier_ones_found(start, method, tiny_data):
    run = start(method)
    first = run.cycle(0)
    assert (first.select.rule, first.train.n_labelled, first.train.n_virtual) == ("initial", 6, 0)
    second = run.cycle(1)
    pairs = method.startswith("lada")
    assert second.select.rule == ("pairs" if pairs else "singles")
    assert second.query.labels.tolist() == tiny_data.train.targets[second.select.query_ids].tolist()
    assert (second.train.n_labelled, second.train.n_virtual) == (10, 2 if pairs else 0)
    assert second.evaluate.n_test == 12
    assert not set(second.subsample.subset_ids.tolist()) & set(first.query.ids.tolist())
    if pairs:
        terms = second.select.score_terms
        np.testing.assert_array_equal(terms[:, 0], second.look_ahead.profile[:, -1])
        np.testing.assert_array_equal(terms[:, 1], second.look_ahead.profile[:, 0])
        np.testing.assert_array_equal(terms[:, 2], second.look_ahead.value)
        winner = second.subsample.pair_ids[terms.sum(axis=1).argmax()]
        assert second.select.pair_ids[0].tolist() == winner.tolist()
    else:
        assert second.select.query_ids[0] == second.subsample.subset_ids[second.score.scores.argmax()]


def batches_of(monkeypatch):
    """The virtual batch of each training, as they come."""
    virtual, train = [], train_cycle.train

    def seen(*args, **more):
        virtual.append(more["virtual"])
        return train(*args, **more)

    monkeypatch.setattr(train_cycle, "train", seen)
    return virtual


def test_virtual_instances_are_made_from_the_queried_pairs_with_their_labels_and_tau(start, monkeypatch, tiny_data):
    virtual = batches_of(monkeypatch)
    run = start("lada-entmix", **{"schedule.budget": 10})
    run.cycle(0)
    record = run.cycle(1)
    assert type(virtual[0]) is RealImages
    acquired = virtual[1].acquired
    assert acquired.pair_ids.tolist() == record.select.pair_ids.tolist()
    assert acquired.labels.tolist() == tiny_data.train.targets[record.select.pair_ids].tolist()
    assert acquired.mix_layer == record.subsample.mix_layer
    tau = {
        tuple(pair): tau for pair, tau in zip(record.subsample.pair_ids.tolist(), record.look_ahead.tau, strict=True)
    }
    assert acquired.tau.tolist() == [tau[tuple(pair)] for pair in record.select.pair_ids.tolist()]


def test_the_acquired_images_are_mixed_after_they_were_chosen_by_themselves(start, monkeypatch, tiny_data):
    virtual = batches_of(monkeypatch)
    run, plain = start("ent-then-mixup", **{"schedule.budget": 5}), start("max-entropy", **{"schedule.budget": 5})
    first, record = run.cycle(0), run.cycle(1)
    plain.cycle(0)
    # Until it trains, it is max-entropy: no pairs, no look-ahead.
    assert record.select.query_ids.tolist() == plain.cycle(1).select.query_ids.tolist()
    assert (record.select.rule, record.subsample.mix_layer, len(record.look_ahead.tau)) == ("singles", -1, 0)
    assert type(virtual[0]) is RealImages
    acquired = virtual[1].acquired
    assert acquired.ids.tolist() == record.select.query_ids.tolist()
    assert acquired.labels.tolist() == tiny_data.train.targets[record.select.query_ids].tolist()
    assert (acquired.tau, acquired.mix_layer) == (2.0, record.train.mix_layer)
    assert (first.train.n_virtual, record.train.n_virtual) == (0, 2)
    assert {run.cycle(cycle).train.mix_layer for cycle in range(2, 8)} == {1, 2}


def test_the_classifier_is_frozen_and_in_eval_mode_except_while_it_trains(start):
    run = start("lada-entmix")
    run.cycle(0)
    run.cycle(1)
    assert not run.stages.networks.classifier.training
    assert not any(parameter.requires_grad for parameter in run.stages.networks.classifier.parameters())


def test_the_seed_decides_the_weights_and_the_start(start):
    first, again, other = start("random"), start("random"), start("random", seed=1)
    assert torch.equal(first.weights(), again.weights())
    assert not torch.equal(first.weights(), other.weights())
    starts = [run.cycle(0).select.query_ids.tolist() for run in (first, again, other)]
    assert starts[0] == starts[1] != starts[2]


def test_all_methods_begin_with_the_same_weights_and_the_same_labelled_images(start):
    ours, theirs = start("lada-entmix"), start("max-entropy")
    assert torch.equal(ours.weights(), theirs.weights())
    assert ours.cycle(0).select.query_ids.tolist() == theirs.cycle(0).select.query_ids.tolist()
    assert torch.equal(ours.weights(), theirs.weights())


def test_weights_carry_over_unless_each_cycle_starts_afresh(start):
    """So small a learning rate leaves the weights where training found them."""
    frozen = {"training.learning_rate": 1e-12}

    def head(run):
        return run.stages.networks.classifier.head.weight.clone()

    carried, afresh = start("random", **frozen), start("random", **frozen, **{"training.reinitialise": True})
    before = head(carried)
    torch.testing.assert_close(head(afresh), before)
    carried.cycle(0), afresh.cycle(0)
    torch.testing.assert_close(head(carried), before)
    torch.testing.assert_close(head(afresh), before)
    carried.cycle(1), afresh.cycle(1)
    torch.testing.assert_close(head(carried), before)
    assert (head(afresh) - before).abs().max() > 0.1
