import pytest
import torch

from lada_explore.datasets.transforms import crop_and_flip, draw_crops, normalise
from lada_explore.errors import DataError


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def one_by_one(images, crops, padding):
    """The same crops by slicing one image at a time."""
    _, channels, height, width = images.shape
    result = []
    for image, (down, right, flip) in zip(images, crops.T.tolist(), strict=True):
        canvas = torch.zeros(channels, height + 2 * padding, width + 2 * padding, dtype=images.dtype)
        canvas[:, padding : padding + height, padding : padding + width] = image
        crop = canvas[:, down : down + height, right : right + width]
        result.append(torch.flip(crop, [2]) if flip else crop)
    return torch.stack(result)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
@pytest.mark.parametrize("padding", [0, 2, 4])
def test_crops_are_those_of_slicing_one_image_at_a_time(dtype, padding):
    images = torch.randint(1, 256, (40, 3, 8, 6), generator=seeded()).to(dtype)
    crops = draw_crops(40, seeded(1), padding)
    cropped = crop_and_flip(images, crops, padding)
    assert cropped.dtype == dtype
    assert cropped.shape == images.shape
    assert torch.equal(cropped, one_by_one(images, crops, padding))


def test_the_same_generator_state_gives_the_same_crops_and_the_next_state_others():
    generator = seeded(5)
    first, second = draw_crops(20, generator), draw_crops(20, generator)
    assert torch.equal(first, draw_crops(20, seeded(5)))
    assert not torch.equal(first, second)


def test_every_offset_and_both_flips_are_drawn_about_equally_often():
    # One lit pixel in the middle of 9 x 9 lands at 5 x 5 places, flipped or not.
    images = torch.zeros(5000, 1, 9, 9, dtype=torch.uint8)
    images[:, 0, 4, 4] = 1
    seen = crop_and_flip(images, draw_crops(5000, seeded(), 2), 2).sum(0)[0]
    inside = seen[2:7, 2:7]
    assert inside.sum() == 5000
    assert inside.min() > 140
    assert inside.max() < 260
    ramp = torch.arange(9, dtype=torch.float32).expand(5000, 1, 9, 9)
    flipped = crop_and_flip(ramp, draw_crops(5000, seeded(), 0), 0)[:, 0, 0, 0] == 8
    assert 0.47 < flipped.float().mean() < 0.53


def test_the_pixels_given_are_left_alone():
    images = torch.randint(0, 256, (4, 1, 8, 8), generator=seeded()).to(torch.uint8)
    before = images.clone()
    crop_and_flip(images, draw_crops(4, seeded()))
    assert torch.equal(images, before)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_crops_as_the_cpu_does():
    images = torch.randint(0, 256, (40, 3, 32, 32), generator=seeded()).to(torch.uint8)
    crops = draw_crops(40, seeded(1))
    on_gpu = crop_and_flip(images.cuda(), crops.cuda())
    assert on_gpu.device.type == "cuda"
    assert torch.equal(on_gpu.cpu(), crop_and_flip(images, crops))


def test_normalise_scales_then_shifts_each_channel():
    images = torch.tensor([0, 51, 102, 255, 0, 255], dtype=torch.uint8).reshape(1, 3, 1, 2)
    result = normalise(images, (0.0, 0.4, 0.5), (1.0, 0.3, 0.5))
    assert result.dtype == torch.float32
    torch.testing.assert_close(result.flatten(), torch.tensor([0.0, 0.2, 0.0, 2.0, -1.0, 1.0]))


def test_normalised_images_are_not_normalised_again():
    with pytest.raises(DataError, match=r"images to normalise are torch.float32; they must be uint8"):
        normalise(torch.zeros(1, 1, 2, 2), (0.5,), (0.5,))


def test_channels_means_and_deviations_must_agree():
    with pytest.raises(DataError, match="came with 3 means and 1 standard deviations"):
        normalise(torch.zeros(1, 1, 2, 2, dtype=torch.uint8), (0.5, 0.5, 0.5), (0.5,))


def test_a_negative_padding_or_a_single_image_is_refused():
    with pytest.raises(DataError, match="padding is -1; it must be 0 or more"):
        draw_crops(1, seeded(), -1)
    with pytest.raises(DataError, match=r"images to crop have shape \(1, 2, 2\)"):
        crop_and_flip(torch.zeros(1, 2, 2), draw_crops(1, seeded()))


def test_every_image_needs_its_crop():
    with pytest.raises(DataError, match=r"crops of 2 images have shape \(3, 1\); draw \(3, 2\)"):
        crop_and_flip(torch.zeros(2, 1, 2, 2), draw_crops(1, seeded()))


def test_means_and_deviations_may_be_tensors():
    images = torch.randint(0, 256, (4, 2, 3, 3), generator=seeded()).to(torch.uint8)
    as_tensors = normalise(images, torch.tensor([0.1, 0.4]), torch.tensor([0.2, 0.3]))
    assert torch.equal(as_tensors, normalise(images, (0.1, 0.4), (0.2, 0.3)))
