"""Images from arrays and from data sets as torch has them."""

from io import BytesIO

import numpy as np
import pytest
import torch
from helpers.torch_sets import Pictures
from PIL import Image
from torch.utils.data import Subset

from lada_explore.datasets import ImageData, own_sources, streamed
from lada_explore.errors import DataError

ONE_CLASS = (
    "only one class for each image is supported, neither boxes \\(detection\\) nor several labels \\(multi-label\\)"
)


def drawn(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("x", "first"),
    [
        (drawn(6, 9, 8), lambda x: x[:, None]),
        (drawn(6, 3, 9, 8), lambda x: x),
        (drawn(6, 9, 8, 3), lambda x: x.transpose(0, 3, 1, 2)),
        (drawn(6, 9, 8, 1), lambda x: x.transpose(0, 3, 1, 2)),
    ],
)
def test_arrays_of_any_order_of_axes_with_their_own_statistics(x, first):
    data = ImageData.from_arrays(x, [0, 1, 2, 0, 1, 2])
    expected = first(x)
    assert (data.train.images.numpy() == expected).all()
    assert data.mean == pytest.approx((expected / 255).mean(axis=(0, 2, 3)))
    assert data.std == pytest.approx((expected / 255).std(axis=(0, 2, 3)))
    assert (data.train.class_names, data.train.targets.tolist()) == (("0", "1", "2"), [0, 1, 2, 0, 1, 2])
    assert data.train.files is None


def test_floats_tensors_names_and_a_test_set():
    x = torch.from_numpy(drawn(6, 3, 9, 8) / 255)
    data = ImageData.from_arrays(x, ["b", "a"] * 3, test=(x[:2], ["a", "b"]), name="mine")
    assert (data.train.images.numpy() == drawn(6, 3, 9, 8)).all()
    assert (data.train.class_names, data.train.targets.tolist()[:2]) == (("a", "b"), [1, 0])
    assert (data.test.name, data.test.targets.tolist()) == ("mine-test", [0, 1])
    assert ImageData.from_arrays(x, torch.tensor([0, 1] * 3), ["u", "v", "w"]).train.class_names == ("u", "v", "w")
    unlabelled = ImageData.from_arrays(x, names=["u", "v"])
    assert (unlabelled.train.targets, unlabelled.train.n_classes) == (None, 2)


def test_a_channel_that_never_changes_is_told_and_not_scaled():
    x = drawn(6, 3, 9, 8)
    x[:, 1] = 7
    data = ImageData.from_arrays(x, [0, 1] * 3)
    assert data.std[1] == 1
    assert data.notes == ("channel 1 is the same everywhere in the training images; it is not scaled",)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.eye(2)[[0, 1] * 3], f"arrays: the targets have shape \\(6, 2\\), but {ONE_CLASS}; give one class index"),
        ([[0], [1, 0]] * 3, f"the targets are no array of one kind; {ONE_CLASS}"),
        ([{"boxes": []}] * 6, ONE_CLASS),
        ([0.0, 1.0] * 3, "targets are float64; give class indices as integers, or names of classes"),
        ([0, -1, 1] * 2, "2 of 6 targets are outside 0..1, the first -1 at id 1"),
        ([0, 1], "6 images came with targets of shape \\(2,\\)"),
        (None, "has no labels and no class names; name the classes"),
    ],
)
def test_other_targets_are_refused_in_a_sentence(y, message):
    with pytest.raises(DataError, match=message):
        ImageData.from_arrays(drawn(6, 9, 8), y)


def test_images_of_several_sizes_and_class_names_that_lack_one_are_refused():
    with pytest.raises(DataError, match="the images differ in size; make them one array, or pass a data set"):
        ImageData.from_arrays(np.array([drawn(3, 4), drawn(4, 4)], dtype=object), [0, 1])
    with pytest.raises(DataError, match="the class 'dog' of a target is not among the names"):
        ImageData.from_arrays(drawn(6, 9, 8), ["cat", "dog"] * 3, ["cat", "bird"])


def test_a_class_name_that_is_no_text_is_refused():
    with pytest.raises(DataError, match="arrays: the class name 1 is an int; give each class a name that is text"):
        ImageData.from_arrays(drawn(6, 9, 8), [0, 1] * 3, ["a", 1])


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_texts_of_any_container_are_class_names_and_none_may_be_missing(missing):
    texts = np.array(["b", "a"] * 3, dtype=object)
    found = ImageData.from_arrays(drawn(6, 9, 8), texts).train
    assert (found.class_names, found.targets.tolist()) == (("a", "b"), [1, 0] * 3)
    texts[4] = missing
    with pytest.raises(DataError, match=f"arrays: image 4 has the target {missing}; give each image a class, leave"):
        ImageData.from_arrays(drawn(6, 9, 8), texts)


# Data sets ---


def test_a_data_set_is_read_to_a_mapped_file_with_its_names_and_statistics(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path))
    given = Pictures()
    data = ImageData.from_dataset(given, test=Pictures(4))
    assert (data.train.name, data.train.class_names, data.train.shape) == ("Pictures", ("cat", "dog"), (3, 20, 10))
    expected = np.stack([given.pixels(i).transpose(2, 0, 1) for i in range(12)])
    assert (data.train.images.numpy() == expected).all()
    assert data.train.targets.tolist() == [0, 1] * 6
    assert data.mean == pytest.approx((expected / 255).mean(axis=(0, 2, 3)))
    assert (len(data.train.mappings), len(data.test), data.test.name) == (1, 4, "Pictures-test")
    assert list(tmp_path.iterdir()) == []
    assert ImageData.from_dataset(given).train.checksum == data.train.checksum


def test_no_more_than_a_block_of_a_large_data_set_is_in_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path))
    held = []
    monkeypatch.setattr(streamed.PixelFile, "finish", lambda self: held.append(self._block.nbytes) or finish(self))
    ImageData.from_dataset(Pictures(600, (64, 64)))
    assert held[0] < 600 * 3 * 64 * 64


finish = streamed.PixelFile.finish


def test_a_cache_that_cannot_be_written_leaves_the_pixels_in_memory(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "file" / "below"))
    data = ImageData.from_dataset(Pictures())
    assert data.train.mappings == ()
    assert data.train.images.shape == (12, 3, 20, 10)
    assert (
        data.notes[0].endswith("cannot be written (Not a directory)") or "are held in memory because" in data.notes[0]
    )


@pytest.mark.parametrize(
    ("size", "shape", "expected"),
    [((200, 100), None, (3, 64, 32)), ((20, 10), (1, 8, 8), (1, 8, 8)), ((40, 40), (3, 16, 24), (3, 16, 24))],
)
def test_pictures_come_to_a_shape(size, shape, expected):
    assert ImageData.from_dataset(Pictures(size=size), shape=shape).train.shape == expected


def test_tensors_grey_pictures_palettes_and_a_part_of_a_data_set():
    pixels = drawn(12, 12)
    images = [
        torch.from_numpy(pixels[None] / 255),
        Image.fromarray(pixels),
        pixels,
        torch.from_numpy(pixels),
    ]
    data = ImageData.from_dataset([(image, i % 2) for i, image in enumerate(images)])
    assert (data.train.images.numpy() == pixels[None]).all()
    assert data.train.shape == (1, 12, 12)
    palette = Image.fromarray(drawn(12, 12, 3)).quantize(8)
    coloured = ImageData.from_dataset([(palette, 0), (drawn(3, 12, 12), 1)])
    assert (coloured.train.images[0].numpy() == np.asarray(palette.convert("RGB")).transpose(2, 0, 1)).all()
    assert ImageData.from_dataset(Subset(Pictures(), [3, 4])).train.class_names == ("cat", "dog")


def test_a_data_set_without_targets_is_for_a_person():
    data = ImageData.from_dataset(Pictures(target=None), names=["a", "b", "c"])
    assert (data.train.targets, data.train.class_names) == (None, ("a", "b", "c"))


class Broken(Pictures):
    def __getitem__(self, index):
        if index == 5:
            raise OSError("no such picture")
        return super().__getitem__(index)


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (Pictures(target=lambda i: {"boxes": [], "labels": []}), f"image 0 of Pictures is a dict, but {ONE_CLASS}"),
        (
            Pictures(target=lambda i: torch.tensor([0, 1])),
            f"the target of image 0 of Pictures is a Tensor, but {ONE_CLASS}",
        ),
        (
            Pictures(target=lambda i: [0, 1] if i == 3 else 0),
            f"the target of image 3 of Pictures is a list, but {ONE_CLASS}",
        ),
        (Pictures(target=lambda i: 0.5), "the target of image 0 of Pictures is a float; give a class index"),
        (Pictures(target=lambda i: 7), "targets are outside 0..1, the first 7 at id 0"),
        (
            [(drawn(9, 9), "cat")],
            "the target of image 0 of list is the text 'cat'; give class indices, and name the classes",
        ),
        (
            [{"image": drawn(9, 9), "label": 0}],
            "item 0 of list is a dict with the keys image, label; its items must be \\(image, class index\\).*hf:NAME",
        ),
        (Broken(), "image 5 of Broken cannot be read \\(no such picture\\); repair it"),
        (Pictures(0), "Pictures holds no image"),
        ([(drawn(5, 5, 5), 0)], "has shape \\(5, 5, 5\\); give \\(D, H, W\\) with D = 1"),
        ([("a.png", 0)], "image 0 of list is a str; give PIL images, tensors or arrays"),
        ([(torch.randn(3, 9, 9) - 5, 0)], "holds float32 that are not all in \\[0, 1\\].*without a normalisation"),
        ([(drawn(9, 9), 0, 1)], "item 0 of list has 3 parts"),
        ([(drawn(9, 9), 0), drawn(9, 9)], "list: image 1 has no target, unlike others"),
        ([drawn(9, 9), (drawn(9, 9), 0)], "list: image 1 has a target, unlike others"),
    ],
)
def test_what_is_no_image_with_one_class_is_refused_in_a_sentence(dataset, message):
    with pytest.raises(DataError, match=message):
        ImageData.from_dataset(dataset)


def test_an_integer_of_any_library_is_a_class_index():
    for target in (1, np.int64(1), torch.tensor(1), np.array(1), np.array([1]), True):
        assert own_sources.class_index(target, "it") == 1


def test_images_that_use_few_of_their_levels_are_named():
    dark = np.random.default_rng(0).integers(0, 16, (20, 8, 8), dtype=np.uint8)
    data = ImageData.from_arrays(dark, np.arange(20) % 2, name="scans")
    words = "the images of scans use only the levels 0 to 15 of 0 to 255; scale them to the whole range before you hand"
    assert [note for note in data.notes if note.startswith(words)]
    assert ImageData.from_arrays(dark * 16, np.arange(20) % 2).notes == ()


def test_arrays_and_names_of_other_kinds_are_taken_or_refused_in_a_sentence():
    pixels = np.zeros((4, 8, 8), dtype=np.uint8)
    for names in ("cat,dog", np.array(["cat", "dog"])):
        assert ImageData.from_arrays(pixels, np.arange(4) % 2, names).train.class_names == ("cat", "dog")
    floats = torch.full((4, 8, 8), 0.5, dtype=torch.bfloat16)
    assert ImageData.from_arrays(floats, np.arange(4) % 2).train.pixels.unique().tolist() == [128]
    with pytest.raises(DataError, match="the class names are a dict; give them as a list, by class index"):
        ImageData.from_arrays(pixels, np.arange(4) % 2, {"cat": 0})
    with pytest.raises(DataError, match="the images differ in size"):
        ImageData.from_arrays([np.zeros((8, 8)), np.zeros((9, 8))], np.arange(2))


def test_pictures_of_a_data_set_are_turned_upright_whatever_their_size():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    stored = np.zeros((16, 16, 3), dtype=np.uint8)
    stored[:, :8] = 255  # white on the left, which is above once it is turned
    content = BytesIO()
    Image.fromarray(stored).save(content, "PNG", exif=exif)
    for shape in ((3, 16, 16), (3, 8, 8)):
        pictures = [(Image.open(BytesIO(content.getvalue())), i % 2) for i in range(2)]
        shown = ImageData.from_dataset(pictures, shape=shape).train.images[0]
        half = shape[1] // 2
        assert shown[:, : half - 1].min() > 200
        assert shown[:, half + 1 :].max() < 50
