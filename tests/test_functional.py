import math

import numpy as np
import pytest
import scipy.stats
import torch
from torch.nn.functional import cross_entropy, one_hot

from lada_explore.functional import entropy_bits, mix, soft_cross_entropy


@pytest.mark.parametrize("spread", [0.1, 1.0, 10.0, 100.0])
def test_entropy_equals_scipys_on_random_distributions(spread):
    log_probs = torch.log_softmax(spread * torch.randn(500, 10, dtype=torch.float64), dim=-1)
    expected = scipy.stats.entropy(log_probs.exp().numpy(), base=2, axis=-1)
    np.testing.assert_allclose(entropy_bits(log_probs).numpy(), expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(entropy_bits(log_probs.float()).numpy(), expected, atol=3e-6)


@pytest.mark.parametrize(
    ("probabilities", "bits"),
    [
        ([0.5, 0.5], 1.0),
        ([0.25] * 4, 2.0),
        ([0.1] * 10, math.log2(10)),
        ([0.5, 0.25, 0.25], 1.5),
        ([1.0, 0.0, 0.0], 0.0),
        ([1.0 - 1e-30, 1e-30], 1e-30 * 30 * math.log2(10)),
    ],
)
def test_entropy_of_distributions_known_by_hand(probabilities, bits):
    log_probs = torch.tensor(probabilities, dtype=torch.float64).log()
    assert entropy_bits(log_probs).item() == pytest.approx(bits, rel=1e-12, abs=1e-28)


def test_entropy_keeps_the_leading_axes():
    log_probs = torch.log_softmax(torch.randn(2, 3, 5), dim=-1)
    bits = entropy_bits(log_probs)
    assert bits.shape == (2, 3)
    assert bits[1, 2] == entropy_bits(log_probs[1, 2])


def test_the_gradient_of_entropy_is_its_formula():
    logits = torch.randn(7, 4, dtype=torch.float64, requires_grad=True)
    log_probs = torch.log_softmax(logits, dim=-1)
    bits = entropy_bits(log_probs)
    bits.sum().backward()
    # dH/dz_j = -p_j (log2 p_j + H)
    expected = -log_probs.exp() * (log_probs / math.log(2) + bits[:, None])
    torch.testing.assert_close(logits.grad, expected.detach())


@pytest.mark.parametrize("margin", [50.0, 1e4, 1e30])
def test_the_gradient_of_entropy_is_finite_where_a_class_is_certain(margin):
    logits = torch.tensor([[margin, 0.0, 0.0]], requires_grad=True)
    bits = entropy_bits(torch.log_softmax(logits, dim=-1))
    bits.sum().backward()
    assert bits.item() == pytest.approx(0.0, abs=1e-18)
    assert torch.isfinite(logits.grad).all()

    certain = torch.tensor([[0.0, -math.inf]], requires_grad=True)
    entropy_bits(certain).sum().backward()
    assert torch.isfinite(certain.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_entropy_refuses_half_precision(dtype):
    with pytest.raises(TypeError, match=r"must be float32 or float64, got torch\.b?float16; cast before log_softmax"):
        entropy_bits(torch.zeros(2, 3, dtype=dtype))


def test_mix_by_hand():
    first = torch.tensor([[1.0, 2.0], [10.0, 20.0], [5.0, 6.0]])
    second = torch.tensor([[3.0, 6.0], [30.0, 60.0], [7.0, 8.0]])
    lam = torch.tensor([0.25, 1.0, 0.0])
    assert mix(first, second, lam).tolist() == [[2.5, 5.0], [10.0, 20.0], [7.0, 8.0]]


def test_mix_takes_one_lam_for_each_row_of_any_shape_and_keeps_the_type_of_the_states():
    first, second = torch.ones(2, 3, 4, 5), torch.zeros(2, 3, 4, 5)
    mixed = mix(first, second, torch.tensor([0.25, 0.75], dtype=torch.float64))
    assert mixed.dtype == torch.float32
    assert mixed[0].unique().tolist() == [0.25]
    assert mixed[1].unique().tolist() == [0.75]


def test_soft_cross_entropy_of_one_hot_targets_is_cross_entropy():
    logits, labels = torch.randn(20, 5, dtype=torch.float64), torch.randint(0, 5, (20,))
    torch.testing.assert_close(soft_cross_entropy(logits, one_hot(labels, 5).double()), cross_entropy(logits, labels))


def test_soft_cross_entropy_is_linear_in_the_targets():
    logits, labels = torch.randn(20, 5, dtype=torch.float64), torch.randint(0, 5, (2, 20))
    first, second = one_hot(labels, 5).double()
    mixed = soft_cross_entropy(logits, 0.3 * first + 0.7 * second)
    torch.testing.assert_close(mixed, 0.3 * cross_entropy(logits, labels[0]) + 0.7 * cross_entropy(logits, labels[1]))


def test_a_class_whose_probability_is_exactly_0_adds_nothing_to_the_entropy():
    logits = torch.tensor([[200.0, 0.0, 0.0], [200.0, 200.0, 0.0]])
    probabilities = logits.softmax(dim=1)
    assert (probabilities == 0).sum() == 3
    # What the authors' release computes: adding 1e-100 changes nothing in single precision.
    assert (probabilities * (probabilities + 1e-100).log2()).sum(dim=1).isnan().all()
    torch.testing.assert_close(entropy_bits(logits.log_softmax(dim=1)), torch.tensor([0.0, 1.0]))
