import math

import pytest
import torch

from lada_explore.errors import ConfigError
from lada_explore.functional import affine_transform
from lada_explore.models import SpatialTransformer
from lada_explore.models.spatial_transformer import IDENTITY

BLACK = torch.tensor([-2.0])


def picture(*rows):
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def moved(image, *theta):
    return affine_transform(image, torch.tensor([theta], dtype=torch.float32), BLACK)


IMAGE = picture([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16])


class TestTransform:
    def test_the_identity_gives_the_same_image(self):
        torch.testing.assert_close(moved(IMAGE, *IDENTITY), IMAGE, rtol=0, atol=1e-5)

    def test_a_shift_by_one_pixel_takes_the_neighbour_and_black_from_outside(self):
        # One of four pixels is 2 / 4 of the way from -1 to 1; each pixel is taken from the one to its right.
        shifted = picture([2, 3, 4, -2], [6, 7, 8, -2], [10, 11, 12, -2], [14, 15, 16, -2])
        torch.testing.assert_close(moved(IMAGE, 1, 0, 0.5, 0, 1, 0), shifted, rtol=0, atol=1e-5)

    def test_a_shift_by_half_a_pixel_is_the_mean_of_two(self):
        first = torch.tensor([1.5, 2.5, 3.5, (4 - 2) / 2])
        torch.testing.assert_close(moved(IMAGE, 1, 0, 0.25, 0, 1, 0)[0, 0, 0], first, rtol=0, atol=1e-5)

    def test_a_quarter_turn_is_exact(self):
        # (x, y) is taken from (-y, x): the first row from the left column, read upwards.
        turned = picture([13, 9, 5, 1], [14, 10, 6, 2], [15, 11, 7, 3], [16, 12, 8, 4])
        torch.testing.assert_close(moved(IMAGE, 0, 1, 0, -1, 0, 0), turned, rtol=0, atol=1e-5)

    def test_every_image_has_a_theta_of_its_own(self):
        both = affine_transform(
            IMAGE.repeat(2, 1, 1, 1), torch.tensor([IDENTITY, (1, 0, 0.5, 0, 1, 0)], dtype=torch.float32), BLACK
        )
        torch.testing.assert_close(both[0], IMAGE[0], rtol=0, atol=1e-5)
        assert both[1, 0, 0].tolist() == pytest.approx([2, 3, 4, -2], abs=1e-5)

    def test_the_gradient_reaches_theta(self):
        theta = torch.tensor([IDENTITY], dtype=torch.float64, requires_grad=True)
        image = torch.rand(1, 1, 6, 6, dtype=torch.float64)
        # Off the pixel centres, where bilinear sampling has no kink.
        offset = torch.tensor([[0.0313, 0.0571, 0.0237, 0.0419, -0.0731, 0.1173]], dtype=torch.float64)
        assert torch.autograd.gradcheck(lambda t: affine_transform(image, t + offset, BLACK.double()), theta)


class TestNetwork:
    def test_it_starts_by_leaving_every_image_as_it_is(self):
        network, images = SpatialTransformer((1, 12, 12), 0.3, (-2.0,)), torch.randn(5, 1, 12, 12)
        assert network.theta(images).tolist() == [list(IDENTITY)] * 5
        torch.testing.assert_close(network(images), images, rtol=0, atol=1e-5)

    def test_its_gradient_at_the_start_is_not_zero(self):
        network, images = SpatialTransformer((1, 12, 12), 0.3, (-2.0,)), torch.randn(5, 1, 12, 12)
        (network(images) ** 2).sum().backward()
        assert network.layers[-1].weight.grad.abs().max() > 0

    def test_theta_stays_within_its_bound_whatever_the_weights(self):
        network = SpatialTransformer((1, 12, 12), 0.3, (-2.0,))
        torch.nn.init.normal_(network.layers[-1].weight, std=100.0)
        change = network.theta(torch.randn(50, 1, 12, 12)) - torch.tensor(IDENTITY)
        assert 0.29 < change.abs().max() <= 0.3 + 1e-6

    def test_within_the_bound_an_image_keeps_its_area_and_stays_in_view(self):
        corners = torch.cartesian_prod(*[torch.tensor([-0.3, 0.3])] * 6)
        theta = corners + torch.tensor(IDENTITY)
        area = theta[:, 0] * theta[:, 4] - theta[:, 1] * theta[:, 3]
        # 0.7 * 0.7 - 0.3 * 0.3 and 1.3 * 1.3 + 0.3 * 0.3.
        assert (area.min().item(), area.max().item()) == (pytest.approx(0.40), pytest.approx(1.78))
        inside = affine_transform(torch.ones(64, 1, 28, 28), theta, torch.zeros(1)).mean(dim=(1, 2, 3))
        assert inside.min() > 0.45

    def test_the_layers_of_table_2_end_in_six_numbers(self):
        shapes = [tuple(p.shape) for p in SpatialTransformer((3, 32, 32), 0.3, (0.0,) * 3).parameters() if p.dim() > 1]
        assert shapes == [(6, 3, 5, 5), (16, 6, 5, 5), (120, 576), (60, 120), (6, 60)]
        assert math.prod(shapes[0]) == 450

    def test_images_that_are_too_small_are_refused(self):
        with pytest.raises(ConfigError, match="at least 12 x 12 but these are 8 x 8"):
            SpatialTransformer((1, 8, 8), 0.3, (0.0,))
