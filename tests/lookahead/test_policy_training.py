import pytest
import torch

from lada_explore.config import PolicyConfig
from lada_explore.errors import NumericsError
from lada_explore.lookahead import Quadrature, predict_tau, train_policy, uniform_nodes
from lada_explore.models import PolicyNetwork

P = 12
NODES = uniform_nodes(9)
HUMP = (NODES * (1 - NODES)).float()


@pytest.fixture
def pairs():
    return torch.randn(P, 4, 12, 12)


def learn(estimator, pairs, *, epochs=8, batch_size=5, learning_rate=3e-3, weights=1, shuffle=1, **more):
    torch.manual_seed(weights)
    network = PolicyNetwork((2, 12, 12))
    config = PolicyConfig(epochs=epochs, batch_size=batch_size, learning_rate=learning_rate)
    generator = torch.Generator().manual_seed(shuffle)
    tau, _, loss = train_policy(network, estimator, pairs, config, generator=generator, **more)
    return network, tau, loss


def worth(*profiles):
    return Quadrature(torch.stack([profiles[i % len(profiles)] for i in range(P)]), NODES, 1.0)


def test_tau_rises_where_the_middle_of_the_path_is_worth_most(pairs):
    _, tau, loss = learn(worth(HUMP), pairs)
    assert tau.shape == (9, P)
    assert loss.shape == (8,)
    assert (tau[-1] > tau[0] + 0.05).all()
    assert (loss.diff() < 0).all()


def test_tau_falls_where_the_ends_of_the_path_are_worth_most(pairs):
    _, tau, loss = learn(worth(-HUMP), pairs)
    assert (tau[-1] < tau[0] - 0.05).all()
    assert (loss.diff() < 0).all()


def test_each_pair_can_learn_its_own_tau(pairs):
    _, tau, _ = learn(worth(HUMP, -HUMP), pairs, epochs=80)
    assert tau[-1, ::2].mean() > tau[-1, 1::2].mean() + 0.3


def test_the_loss_is_the_negative_mean_value_over_the_pairs_whatever_the_batches(pairs):
    estimator = worth(HUMP, 2 * HUMP + 1)
    # So small a step leaves tau where it is; 12 pairs make batches of 5, 5 and 2.
    _, tau, loss = learn(estimator, pairs, epochs=2, learning_rate=1e-12)
    expected = -estimator.value(torch.arange(P), tau[0]).mean()
    torch.testing.assert_close(tau[0], tau[-1])
    torch.testing.assert_close(loss, expected.expand(2))


def test_a_plain_loop_on_minus_the_mean_value_of_each_batch_learns_the_same(pairs):
    estimator = worth(HUMP, 3 * HUMP)
    _, tau, _ = learn(estimator, pairs, epochs=3)
    torch.manual_seed(1)
    network, generator = PolicyNetwork((2, 12, 12)), torch.Generator().manual_seed(1)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for _ in range(3):
        for rows in torch.randperm(P, generator=generator).split(5):
            optimiser.zero_grad()
            (-estimator.value(rows, network(pairs[rows])).sum() / len(rows)).backward()
            optimiser.step()
    assert (tau[-1] - tau[0]).abs().max() > 0.02
    torch.testing.assert_close(tau[-1], network(pairs).detach(), rtol=0, atol=1e-4)


def test_the_first_row_is_tau_before_training_and_the_last_is_what_the_network_says_now(pairs):
    network, tau, _ = learn(worth(HUMP), pairs)
    torch.manual_seed(1)
    torch.testing.assert_close(tau[0], predict_tau(PolicyNetwork((2, 12, 12)), pairs))
    torch.testing.assert_close(tau[-1], predict_tau(network, pairs, chunk=5))


def test_without_epochs_tau_is_that_of_the_new_network(pairs):
    network, tau, loss = learn(worth(HUMP), pairs, epochs=0)
    assert loss.shape == (0,)
    assert torch.equal(tau, predict_tau(network, pairs)[None])


def test_the_generator_decides_the_batches_and_nothing_else_does(pairs):
    estimator = worth(HUMP, -HUMP)
    _, tau, loss = learn(estimator, pairs)
    torch.rand(100)
    _, again, loss_again = learn(estimator, pairs)
    _, other, _ = learn(estimator, pairs, shuffle=2)
    assert torch.equal(tau, again)
    assert torch.equal(loss, loss_again)
    assert torch.equal(tau[0], other[0])
    assert not torch.equal(tau[-1], other[-1])


def test_progress_counts_every_batch(pairs):
    done = []
    learn(worth(HUMP), pairs, epochs=2, on_batch=lambda *progress: done.append(progress))
    assert done == [(n, 6) for n in range(1, 7)]


def test_a_value_that_is_not_finite_raises_with_the_epoch_and_the_remedy(pairs):
    with pytest.raises(NumericsError, match=r"policy loss is nan after epoch 1; lower policy.learning_rate, now 0.003"):
        learn(worth(HUMP * float("nan")), pairs)


class Spy:
    """A fixed worth, which notes rows and tau of every batch."""

    def __init__(self, estimator):
        self.estimator, self.seen = estimator, []

    def value(self, rows, tau):
        self.seen.append((rows.clone(), tau.detach().clone()))
        return self.estimator.value(rows, tau)


def test_tau_during_an_epoch_is_what_each_pair_had_before_the_step_of_its_batch(pairs):
    spy = Spy(worth(HUMP, -HUMP))
    torch.manual_seed(1)
    network = PolicyNetwork((2, 12, 12))
    config = PolicyConfig(epochs=3, batch_size=5, learning_rate=3e-3)
    after, during, _ = train_policy(network, spy, pairs, config, generator=torch.Generator().manual_seed(1))
    assert during.shape == (3, P)
    for epoch in range(3):
        expected = torch.empty(P)
        for rows, tau in spy.seen[3 * epoch : 3 * epoch + 3]:
            expected[rows] = tau
        assert torch.equal(during[epoch], expected)
        assert not torch.equal(during[epoch], after[epoch + 1])


def test_the_sum_over_a_batch_is_learned_from_as_the_mean_is(pairs):
    # The release sums the losses of a batch; Adam divides the factor out again, but for its epsilon.
    _, tau, _ = learn(worth(HUMP, -HUMP), pairs, batch_size=4)
    _, of_sum, _ = learn(worth(4 * HUMP, -4 * HUMP), pairs, batch_size=4)
    torch.testing.assert_close(tau, of_sum, rtol=0, atol=1e-3)
    assert (tau[-1] - tau[0]).abs().max() > 0.05


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_tau_that_is_not_finite_raises_though_the_loss_still_is(pairs, epoch):
    class BadSlope:
        """The value is tau; its gradient is none from this epoch on."""

        batches = 0

        def value(self, rows, tau):
            self.batches += 1
            value = tau * 1.0
            value.register_hook(lambda gradient: gradient * (float("nan") if self.batches >= epoch else 1.0))
            return value

    with pytest.raises(NumericsError, match=rf"policy loss is -0\.\d+ after epoch {epoch}; lower"):
        learn(BadSlope(), pairs, epochs=epoch, batch_size=P)
