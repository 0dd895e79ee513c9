"""States of every form as feature maps, and back."""

import pytest
import torch

from lada_explore.models.borrowed.forms import ChannelsLast, Maps, Tokens, Vectors, form_of


@pytest.mark.parametrize(
    ("form", "shape", "maps"),
    [
        (Maps(), (2, 3, 4, 5), (2, 3, 4, 5)),
        (ChannelsLast(), (2, 4, 5, 3), (2, 3, 4, 5)),
        (Vectors(), (2, 7), (2, 7, 1, 1)),
        (Tokens(0, 2, 3), (2, 6, 5), (2, 5, 2, 3)),
        (Tokens(1, 2, 3), (2, 7, 5), (2, 5, 3, 3)),
        (Tokens(5, 2, 3), (2, 11, 5), (2, 5, 4, 3)),
    ],
)
def test_they_come_back_as_they_were_and_mixes_agree(form, shape, maps):
    one, other = torch.randn(2, *shape)
    assert form.to_map(one).shape == maps
    assert torch.equal(form.from_map(form.to_map(one)), one)
    mixed = 0.3 * form.to_map(one) + 0.7 * form.to_map(other)
    torch.testing.assert_close(form.from_map(mixed), 0.3 * one + 0.7 * other)


def test_tokens_stand_where_their_patches_are_and_the_others_in_a_row_above():
    tokens = torch.arange(7.0).reshape(1, 7, 1)
    assert Tokens(1, 2, 3).to_map(tokens)[0, 0].tolist() == [[0, 0, 0], [1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("shape", "size", "prefixes", "form"),
    [
        ((2, 64, 7, 7), (28, 28), None, Maps()),
        ((2, 7, 7, 64), (28, 28), None, ChannelsLast()),
        ((2, 7, 14, 64), (28, 56), None, ChannelsLast()),
        ((2, 50, 8), (28, 28), None, Tokens(1, 7, 7)),
        ((2, 101, 8), (160, 160), 1, Tokens(1, 10, 10)),
        ((2, 100, 8), (160, 160), 1, Tokens(0, 10, 10)),
        ((2, 11, 8), (28, 28), None, Tokens(2, 3, 3)),
        ((2, 64), (28, 28), None, Vectors()),
        ((2, 2, 2, 2, 2), (28, 28), None, None),
    ],
)
def test_a_form_is_known_by_the_shape(shape, size, prefixes, form):
    assert form_of(torch.zeros(shape), size, prefixes) == form
