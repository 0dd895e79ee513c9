import numpy as np
import pytest
import torch
from helpers.by_hand import by_hand

from lada_explore.acquisition import MaxEntropy
from lada_explore.beta import beta_weights
from lada_explore.config import HIDDEN_NODES
from lada_explore.config.presets import configure
from lada_explore.errors import NumericsError
from lada_explore.functional import mix
from lada_explore.lookahead import policies
from lada_explore.models import PolicyNetwork
from lada_explore.records import SubsampleRecord
from lada_explore.stages import profiles
from lada_explore.stages.look_ahead import hidden_pairs, look_ahead, no_look_ahead
from lada_explore.stages.progress import no_tick
from lada_explore.stages.score import score

PAIR_IDS = np.random.default_rng(5).permutation(60)[:40].reshape(20, 2)


@pytest.fixture
def ahead(tiny_classifier, tiny_images, cpu):
    """Look ahead over 20 pairs by a method, with some settings changed."""
    # Three times the logits, so that entropies differ enough for tau to matter.
    tiny_classifier.head.weight.mul_(3)

    def run(method="lada-entmix", *, mix_layer=1, acquisition=None, seed=0, tick=no_tick, chunk=100, **settings):
        defaults = {"policy.epochs": 2, "policy.batch_size": 8, "policy.learning_rate": 1e-2}
        config = configure("demo", method, settings=defaults | {k.replace("__", "."): v for k, v in settings.items()})
        ids = PAIR_IDS.reshape(-1)
        candidates = by_hand(SubsampleRecord, cycle=3, subset_ids=ids, pair_ids=PAIR_IDS, mix_layer=mix_layer)
        scored = score(
            3,
            ids,
            labelled_ids=ids[:0],
            keep_features=False,
            acquisition=MaxEntropy(),
            classifier=tiny_classifier,
            images=tiny_images,
            chunk=100,
            tick=no_tick,
        )
        return look_ahead(
            3,
            candidates,
            scored=scored,
            acquisition=acquisition or MaxEntropy(),
            mix=mix,
            classifier=tiny_classifier,
            images=tiny_images,
            config=config,
            runtime=cpu,
            chunk=chunk,
            gradient_chunk=chunk,
            seed=seed,
            tick=tick,
        )

    run.classifier = tiny_classifier
    run.images = tiny_images
    return run


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_the_profile_is_the_entropy_of_the_mixed_states(ahead, mix_layer):
    record = ahead("lada-entmix-fixed", mix_layer=mix_layer, look_ahead__nodes=5)
    assert record.nodes.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert record.outputs.shape == (20, 5, 3)
    assert record.profile.shape == (20, 33)
    np.testing.assert_allclose(record.grid[::8], record.nodes)
    first, second = (ahead.classifier.to_layer(ahead.images.batch(PAIR_IDS[:, end]), mix_layer) for end in (0, 1))
    for g, lam in enumerate(record.nodes.tolist()):
        outputs = MaxEntropy().outputs(ahead.classifier, lam * first + (1 - lam) * second, mix_layer)
        np.testing.assert_allclose(record.outputs[:, g], outputs.numpy(), atol=1e-4)
        np.testing.assert_allclose(record.profile[:, 8 * g], MaxEntropy().score(outputs).numpy(), atol=1e-4)
    assert np.abs(record.profile[:, 0] - record.profile[:, -1]).max() > 0.05
    assert record.max_virtual.tolist() == record.profile.max(axis=1).tolist()


def test_the_largest_of_the_virtual_instances_is_not_that_of_the_images_themselves(ahead):
    record = ahead("lada-entmix-fixed", policy__fixed_tau=1.0)
    lam = np.arange(0.05, 1, 0.1)
    by_hand = [np.interp(lam, record.grid, along).max() for along in record.profile]
    np.testing.assert_allclose(record.max_instance, by_hand, atol=1e-6)
    # Where the path is highest at an end, the number is below that image's own.
    at_end = np.isin(record.profile.argmax(axis=1), (0, record.profile.shape[1] - 1))
    assert at_end.any()
    assert (record.max_instance[at_end] < record.max_virtual[at_end]).all()


@pytest.mark.parametrize(
    ("method", "mix_layer", "tau", "nodes"), [("lada-entmix-fixed", 2, 2.0, 8), ("lada-entinmix-fixed", 0, 0.2, 11)]
)
def test_the_fixed_policy_gives_every_pair_the_tau_of_table_1(ahead, method, mix_layer, tau, nodes):
    record = ahead(method, mix_layer=mix_layer, look_ahead__tolerance=None)
    assert record.policy == "fixed"
    assert record.tau.tolist() == pytest.approx([tau] * 20)
    assert record.tau_by_epoch.tolist() == [record.tau.tolist()]
    assert record.policy_loss.shape == (0,)
    assert record.nodes.tolist() == pytest.approx(np.linspace(0, 1, nodes).tolist())
    grid = np.linspace(0, 1, 8 * (nodes - 1) + 1)
    expected = record.profile @ beta_weights(grid, np.array([tau]))[0]
    np.testing.assert_allclose(record.value, expected, atol=1e-5)


def test_the_exact_policy_takes_each_pairs_best_tau(ahead):
    record = ahead("lada-entmix-exact")
    assert record.tau.tolist() == record.best_tau.tolist()
    np.testing.assert_allclose(record.value, record.best_value, atol=1e-6)
    assert len(set(record.tau.tolist())) > 1


@pytest.mark.parametrize("tau_max", [1.0, 3.0])
def test_the_best_tau_is_that_of_brute_force_within_the_range(ahead, tau_max):
    record = ahead("lada-entmix", policy__tau_max=tau_max)
    grid = np.linspace(tau_max / 256, tau_max, 2001)
    values = record.profile.astype(np.float64) @ beta_weights(record.grid.astype(np.float64), grid).T
    np.testing.assert_allclose(record.best_value, values.max(axis=1), atol=1e-5)
    assert ((record.best_tau > 0) & (record.best_tau <= tau_max)).all()


def test_the_learned_policy_is_never_better_than_the_best_tau(ahead):
    for tau_max in (1.0, 3.0):
        record = ahead("lada-entmix", policy__tau_max=tau_max)
        regret = record.best_value - record.value
        assert regret.min() >= -1e-6
        assert regret.max() > 1e-3
        assert ((record.tau > 0.4 * tau_max) & (record.tau < tau_max)).all()


@pytest.mark.parametrize(
    ("method", "mix_layer", "tau"),
    [("lada-entmix-fixed", 1, 2.0), ("pairs-then-mixup", 1, 2.0), ("lada-entinmix-fixed", 0, 0.2)],
)
def test_a_fixed_tau_is_never_better_than_the_best_tau_of_a_range_that_contains_it(ahead, method, mix_layer, tau):
    record = ahead(method, mix_layer=mix_layer)
    assert (record.best_value - record.mean_virtual).min() >= -1e-6
    assert ((record.best_tau > 0) & (record.best_tau <= max(1.0, tau))).all()
    grid = np.linspace(0.001, max(1.0, tau), 2001)
    values = record.profile.astype(np.float64) @ beta_weights(record.grid.astype(np.float64), grid).T
    np.testing.assert_allclose(record.best_value, values.max(axis=1), atol=2e-3)


def test_a_fixed_tau_between_the_steps_of_the_search_counts_as_a_best_tau_too(ahead):
    record = ahead("lada-entmix-fixed", policy__fixed_tau=0.0001)
    falling = record.profile.argmax(axis=1) % (record.profile.shape[1] - 1) == 0
    assert falling.any()
    assert (record.best_value - record.mean_virtual).min() >= -1e-6


def test_tau_is_recorded_before_training_and_after_every_epoch(ahead):
    record = ahead("lada-entmix", policy__epochs=6)
    assert record.tau_by_epoch.shape == (7, 20)
    assert record.policy_loss.shape == (6,)
    assert record.tau_by_epoch[-1].tolist() == record.tau.tolist()
    assert (record.tau_by_epoch[0] != record.tau).all()
    assert record.policy_loss[-1] < record.policy_loss[0]


def test_by_quadrature_the_value_is_the_exact_mean_of_the_virtual_instances(ahead):
    record = ahead("lada-entmix")
    np.testing.assert_array_equal(record.value, record.mean_virtual)
    weights = beta_weights(np.linspace(0, 1, len(record.grid)), record.tau.astype(np.float64))
    np.testing.assert_allclose(record.value, (weights * record.profile).sum(axis=1), atol=1e-5)
    assert (record.estimator, record.unit, record.cycle) == ("quadrature", "bits", 3)


def test_by_sampling_the_value_scatters_around_that_mean(ahead):
    # 17 nodes leave an interpolation error far below the standard error of 400 draws.
    settings = {"look_ahead__estimator": "pathwise", "look_ahead__nodes": 17}
    many = ahead("lada-entmix-fixed", look_ahead__draws=400, **settings)
    few = ahead("lada-entmix-fixed", look_ahead__draws=4, **settings)
    assert many.estimator == "pathwise"
    np.testing.assert_array_equal(many.mean_virtual, few.mean_virtual)
    spread = np.ptp(many.profile, axis=1)
    assert (np.abs(many.value - many.mean_virtual) < 5 * spread / 2 / np.sqrt(400)).all()
    assert np.abs(few.value - few.mean_virtual).mean() > 3 * np.abs(many.value - many.mean_virtual).mean() > 0


def test_the_policy_can_be_learned_through_the_classifier(ahead):
    record = ahead("lada-entmix", look_ahead__estimator="pathwise", look_ahead__draws=20)
    assert record.tau_by_epoch.shape == (3, 20)
    assert (record.tau_by_epoch[0] != record.tau).all()
    assert all(parameter.grad is None for parameter in ahead.classifier.parameters())


@pytest.mark.parametrize("estimator", ["quadrature", "pathwise"])
def test_the_same_seed_gives_the_same_record_and_the_global_generator_is_left_alone(ahead, estimator):
    state = torch.get_rng_state()
    first = ahead(look_ahead__estimator=estimator)
    assert torch.equal(torch.get_rng_state(), state)
    torch.rand(9)
    again, other = ahead(look_ahead__estimator=estimator), ahead(look_ahead__estimator=estimator, seed=1)
    for name in ("profile", "tau_by_epoch", "policy_loss", "value"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.tau, other.tau)
    assert np.array_equal(first.profile, other.profile)


@pytest.mark.parametrize("estimator", ["quadrature", "pathwise"])
def test_the_chunk_does_not_change_what_is_found(ahead, estimator):
    expected = ahead("lada-entmix", look_ahead__estimator=estimator)
    record = ahead("lada-entmix", look_ahead__estimator=estimator, chunk=7)
    np.testing.assert_allclose(record.tau, expected.tau, atol=1e-5)
    np.testing.assert_allclose(record.profile, expected.profile, atol=1e-5)
    np.testing.assert_allclose(record.value, expected.value, atol=1e-5)


def test_hidden_states_come_in_the_order_of_the_ids(ahead):
    pair_ids = np.array([[9, 2], [33, 2], [4, 9]])
    pairs = hidden_pairs(pair_ids, 2, ahead.classifier, ahead.images, chunk=2, tick=no_tick)
    assert pairs.shape == (3, 8, 12, 12)
    assert pairs.is_contiguous(memory_format=torch.channels_last)
    for i, (first, second) in enumerate(pair_ids):
        alone = [ahead.classifier.to_layer(ahead.images.batch(np.array([end])), 2)[0] for end in (first, second)]
        torch.testing.assert_close(pairs[i], torch.cat(alone))


def test_progress_runs_to_the_end_of_each_part(ahead):
    points = []
    ahead("lada-entmix", look_ahead__nodes=8, tick=lambda *point: points.append(point))
    units = list(dict.fromkeys(unit for _, _, unit in points))
    assert units == ["pairs of hidden states", "virtual instances", "policy batches"]
    last = {unit: (done, total) for done, total, unit in points}
    # 20 pairs, 6 inner nodes of 8, and 2 epochs of 3 batches.
    assert last == {"pairs of hidden states": (20, 20), "virtual instances": (120, 120), "policy batches": (6, 6)}


def test_an_acquisition_that_is_not_finite_names_the_stage_and_the_first_pair(ahead):
    class Broken(MaxEntropy):
        def outputs(self, classifier, hidden, mix_layer):
            outputs = super().outputs(classifier, hidden, mix_layer)
            return torch.where(torch.arange(len(outputs))[:, None] == 2, torch.nan, outputs)

    # In chunks of 10 pairs, the third of each of the two.
    i, j = PAIR_IDS[2]
    with pytest.raises(NumericsError, match=rf"Look ahead of cycle 3: .* of 2 pairs .* the first is \({i}, {j}\)"):
        ahead("lada-entmix-fixed", acquisition=Broken(), mix_layer=2, chunk=10, look_ahead__nodes=8)


def test_without_pairs_the_record_is_empty():
    record = no_look_ahead(4, "bits")
    assert (record.cycle, record.policy, record.estimator, record.unit) == (4, "none", "none", "bits")
    arrays = [value for value in (getattr(record, name) for name in record.__slots__) if isinstance(value, np.ndarray)]
    assert len(arrays) == 15
    assert all(array.size == 0 for array in arrays)


def test_with_input_mixup_the_policys_first_convolution_sees_both_images_of_a_pair(ahead, monkeypatch):
    made, seen = [], []

    class Spied(PolicyNetwork):
        def __init__(self, *given):
            super().__init__(*given)
            made.append(self)

        def forward(self, pairs):
            seen.append(pairs.clone())
            return super().forward(pairs)

    monkeypatch.setattr(policies, "PolicyNetwork", Spied)
    ahead("lada-entinmix", mix_layer=0)
    assert len(made) == 1
    assert made[0].layers[0].in_channels == 2  # Two images of one channel.
    # The first pass predicts tau of all pairs: x_i on the first channel, x'_i on the second.
    assert torch.equal(seen[0][:, :1], ahead.images.batch(PAIR_IDS[:, 0]))
    assert torch.equal(seen[0][:, 1:], ahead.images.batch(PAIR_IDS[:, 1]))


@pytest.fixture
def small_trials(monkeypatch):
    """A trial in cycles of few pairs, too."""
    monkeypatch.setattr(profiles, "TRIAL_FROM", 1)


def test_a_cycle_of_few_pairs_has_the_usual_nodes_since_a_trial_would_take_more(ahead, monkeypatch):
    usual = ahead("lada-entmix-fixed")
    assert (len(usual.nodes), usual.curve, usual.value_error) == (HIDDEN_NODES, "monotone", None)
    assert usual.evaluations == 20 * (HIDDEN_NODES - 2)
    monkeypatch.setattr(profiles, "TRIAL_FROM", 20)
    assert ahead("lada-entmix-fixed").curve == "spline"


@pytest.mark.usefixtures("small_trials")
@pytest.mark.parametrize(("method", "mix_layer"), [("lada-entmix-fixed", 1), ("lada-entmix", 2), ("lada-entmix", 0)])
def test_as_many_nodes_are_taken_as_keep_the_error_within_the_tolerance(ahead, method, mix_layer):
    record = ahead(method, mix_layer=mix_layer, look_ahead__tolerance=0.03)
    fine = ahead(method, mix_layer=mix_layer, look_ahead__nodes=65)
    spread = record.profile[:, [0, -1]].std()
    tau = np.array([0.25, 0.5, 1.0, record.tau[0]])
    values, exact = (
        one.profile.astype(np.float64) @ beta_weights(one.grid.astype(np.float64), tau).T for one in (record, fine)
    )
    rms = np.sqrt(((values - exact) ** 2).mean(axis=0)).max()
    assert rms < 1.3 * 0.03 * spread
    assert record.value_error <= 0.03 * spread
    finer = ahead(method, mix_layer=mix_layer, look_ahead__tolerance=0.003)
    assert len(finer.nodes) > len(record.nodes)
    assert finer.value_error < record.value_error
    assert (record.curve, fine.curve, fine.value_error) == ("spline", "monotone", None)


@pytest.mark.usefixtures("small_trials")
@pytest.mark.parametrize("settings", [{}, {"look_ahead__nodes": 5}, {"look_ahead__tolerance": 0.3}])
def test_the_record_counts_the_mixed_states_that_were_evaluated(ahead, settings):
    class Counting(MaxEntropy):
        evaluated = 0

        def outputs(self, classifier, hidden, mix_layer):
            self.evaluated += len(hidden)
            return super().outputs(classifier, hidden, mix_layer)

    acquisition = Counting()
    record = ahead("lada-entmix-fixed", acquisition=acquisition, **settings)
    assert record.evaluations == acquisition.evaluated
    inner = len(record.nodes) - 2
    tried = 0 if "look_ahead__nodes" in settings else 8
    assert record.evaluations >= 20 * inner
    assert (record.evaluations - (20 - tried) * inner) % max(tried, 1) == 0


@pytest.mark.usefixtures("small_trials")
def test_the_outputs_at_the_nodes_are_those_of_the_mixed_states_also_of_the_pairs_that_were_tried(ahead):
    record = ahead("lada-entmix-fixed", look_ahead__tolerance=0.01)
    exact = ahead("lada-entmix-fixed", look_ahead__nodes=len(record.nodes))
    np.testing.assert_allclose(record.outputs[8:], exact.outputs[8:], atol=1e-5)
    np.testing.assert_allclose(record.outputs[:8], exact.outputs[:8], atol=0.02)
    np.testing.assert_array_equal(record.outputs[:, [0, -1]], exact.outputs[:, [0, -1]])


@pytest.mark.usefixtures("small_trials")
def test_a_pair_has_the_same_profile_whatever_comes_after_the_trial(ahead, monkeypatch):
    all_of_them = ahead("lada-entmix-fixed")
    monkeypatch.setattr(f"{__name__}.PAIR_IDS", PAIR_IDS[:12])
    fewer = ahead("lada-entmix-fixed")
    assert len(fewer.profile) == 12
    assert len(fewer.nodes) == len(all_of_them.nodes)
    np.testing.assert_allclose(fewer.profile, all_of_them.profile[:12], atol=1e-5)
