"""Features of a person's own: which row is taken for which image, and what is refused because it is not certain."""

import numpy as np
import pytest
import torch
from helpers.on_features import features_of, small_features
from helpers.small_runs import small_data

from lada_explore.config import DataConfig
from lada_explore.datasets import ImageData, ImageSet, load
from lada_explore.datasets.device_features import seen_of_pool, seen_of_test
from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.datasets.features import features_from
from lada_explore.datasets.features_file import features_of_file
from lada_explore.datasets.given_features import ONE, by_image, in_memory
from lada_explore.errors import DataError
from lada_explore.runtime import Runtime


@pytest.fixture
def folder(tmp_path):
    """Twelve pictures in two classes, of which some are held out for testing."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(6):
            pixels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "mine" / name / f"{number}.png")
    return load(DataConfig(name=f"folder:{tmp_path / 'mine'}", height=8, width=8))


def saved(tmp_path, **arrays):
    np.savez(tmp_path / "mine.npz", **arrays)
    return str(tmp_path / "mine.npz")


class TestFiles:
    def test_rows_of_an_array_are_in_the_order_of_the_ids_and_stay_on_disk(self, tmp_path):
        np.save(tmp_path / "mine.npy", features_of(60).astype(np.float16))
        features = features_of_file(str(tmp_path / "mine.npy"), small_data(tested=False))
        assert isinstance(features.train.values, np.memmap)
        assert features.test is None
        np.testing.assert_array_equal(features.train.take(np.array([59, 0])), features_of(60)[[59, 0]].astype("f2"))

    def test_rows_by_name_are_found_wherever_they_stand(self, tmp_path, folder):
        """The value of each row is its place in the file; images that are left out may have rows too."""
        names = np.array([f"{name}/{number}.png" for number in range(6) for name in ("b", "a")] + ["broken.png"])
        rows = np.arange(13, dtype=np.float32)[:, None] * [1, -1]
        features = features_of_file(saved(tmp_path, features=rows.astype("f4"), names=names), folder)
        for images, own in ((folder.train, features.train), (folder.test, features.test)):
            taken = own.take(np.arange(len(images)))
            assert [names[int(row)] for row in taken[:, 0]] == list(images.item_names)

    def test_rows_without_names_are_refused_where_test_images_were_drawn(self, tmp_path, folder):
        arrays = {"train": features_of(len(folder.train)), "test": features_of(len(folder.test))}
        with pytest.raises(DataError, match="were drawn from the same folder, .*'features' and 'names', the path of"):
            features_of_file(saved(tmp_path, **arrays), folder)

    def test_a_missing_name_is_told_with_the_form_of_those_there(self, tmp_path, folder):
        names = np.array([f"{name}/{number}" for number in range(6) for name in ("b", "a")])
        with pytest.raises(DataError, match=r"no features of 10 of 10 images, the first 'a/.\.png'; .* such as 'b/0'"):
            features_of_file(saved(tmp_path, features=features_of(12), names=names), folder)

    @pytest.mark.parametrize(
        ("arrays", "words"),
        [
            ({"features": features_of(12), "names": np.arange(12)}, "'names' .* are int64 of shape .*12 texts"),
            (
                {"features": features_of(12), "names": np.array(["a"])},
                r"are <U1 of shape \(1,\); they must be 12 t",
            ),
            ({"features": features_of(12)[:, 0], "names": np.array(["a"] * 12)}, r"features of shape \(12,\)"),
        ],
    )
    def test_names_are_a_text_for_each_row(self, tmp_path, folder, arrays, words):
        with pytest.raises(DataError, match=words):
            features_of_file(saved(tmp_path, **arrays), folder)

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("mine.txt", b"1 2", "give a file that ends in .npy or .npz"),
            ("mine.npy", b"", r"holds no features \(.*\); write floats \(N, F\) with numpy.save"),
            ("mine.npz", b"PK nothing", r"holds no features \(.*\); write floats"),
        ],
    )
    def test_another_file_is_one_sentence(self, tmp_path, name, content, words):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=words) as refused:
            features_of_file(str(tmp_path / name), small_data())
        assert "\n" not in str(refused.value)

    def test_a_missing_file_is_one_sentence(self, tmp_path):
        with pytest.raises(DataError, match="none.npy does not exist; give classifier.kind=features:PATH the path"):
            features_of_file(str(tmp_path / "none.npy"), small_data())

    def test_objects_are_never_unpickled(self, tmp_path):
        class Trap:
            def __reduce__(self):
                return (pytest.fail, ("it was unpickled",))

        trap = np.array([[Trap()]], dtype=object)
        np.save(tmp_path / "mine.npy", trap)
        np.savez(tmp_path / "mine.npz", train=trap)
        for name in ("mine.npy", "mine.npz"):
            with pytest.raises(DataError, match=r"holds no features \(it holds no plain arrays\)"):
                features_of_file(str(tmp_path / name), small_data(tested=False))

    def test_a_file_in_columns_or_of_64_bits_says_how_to_save_it(self, tmp_path):
        np.save(tmp_path / "columns.npy", np.asfortranarray(features_of(60)))
        np.save(tmp_path / "long.npy", features_of(60).astype(np.float64))
        data = small_data(tested=False)
        with pytest.raises(DataError, match="is in Fortran order, .*; save numpy.ascontiguousarray"):
            features_of_file(str(tmp_path / "columns.npy"), data)
        with pytest.raises(DataError, match=r"that are float64; .*, as features.astype\(numpy.float32\) makes them"):
            features_of_file(str(tmp_path / "long.npy"), data)


class TestMatching:
    def test_one_row_too_few_or_too_many_is_refused(self):
        data = small_data(tested=False)
        for n in (59, 61):
            with pytest.raises(DataError, match=f"mine has {n} rows of features for the 60 images to label of small"):
                by_image({ONE: features_of(n)}, data, "mine", "d")

    def test_a_test_set_needs_features_and_none_takes_none(self):
        with pytest.raises(DataError, match="and small has no test set; give one array, or a .npz with 'train' alone"):
            by_image(small_features(), small_data(tested=False), "mine", "d")
        train, test = by_image({"train": features_of(60)}, small_data(tested=False), "mine", "d")
        assert (len(train), test) == (60, None)

    def test_what_comes_in_python_is_copied_and_rounded(self):
        given = torch.ones(2, 3, dtype=torch.float64)
        kept = in_memory(given, "mine")
        given += 1
        assert kept.dtype == np.float32
        assert kept.tolist() == [[1, 1, 1]] * 2
        assert in_memory(torch.ones(2, 3, dtype=torch.bfloat16), "mine").dtype == np.float32


class TestStatistics:
    def test_features_are_normalised_by_those_of_the_images_to_label(self):
        """By hand: means 2 and 5, deviations 1 and 0, which counts as 1; a test image is normalised alike."""
        values = np.array([[1, 5], [3, 5]], dtype=np.float16)
        test = np.array([[4, 7]], dtype=np.float16)
        features = features_from(
            FeatureSet(values, np.array([0, 1]), "a"), FeatureSet(test, np.array([0]), "b"), {"from": "hand"}
        )
        assert (features.mean.tolist(), features.std.tolist()) == ([2, 5], [1, 1])
        assert features.made_of == {"features": "2", "digest": "a b", "from": "hand"}
        assert features.notes == ("1 of 2 features are the same for all images; they are not scaled",)
        pictures = np.zeros((3, 1, 8, 8), np.uint8)
        train, tested = (
            ImageSet.create(
                name="p",
                images=pictures[part],
                targets=np.zeros(len(pictures[part]), int),
                class_names=("a", "b"),
                source="",
            )
            for part in (slice(2), slice(2, 3))
        )
        data = ImageData(train=train, test=tested, mean=(0.0,), std=(1.0,), features=features)
        cpu = Runtime(torch.device("cpu"))
        assert data.input_shape == (2, 1, 1)
        assert seen_of_pool(data, cpu).batch(np.array([1, 0])).tolist() == [[[[1]], [[0]]], [[[-1]], [[0]]]]
        assert seen_of_test(data, cpu).batch(torch.tensor([0])).tolist() == [[[[2]], [[2]]]]
        assert seen_of_pool(data, cpu).unnormalised().batch(np.array([0])).flatten().tolist() == [1, 5]
        assert seen_of_pool(data, cpu).pixels(np.array([1])).shape == (1, 1, 8, 8)

    def test_statistics_of_many_rows_are_those_of_numpy(self, rng):
        """More rows than are read at once, with a mean a thousand times the deviation."""
        values = rng.normal(1000, 1, (5000, 3)).astype(np.float32)
        order = rng.permutation(5000)
        found = features_from(FeatureSet(values, order, "d"), None, {})
        np.testing.assert_allclose(found.mean, values.mean(axis=0, dtype=np.float64), rtol=1e-6)
        np.testing.assert_allclose(found.std, values.std(axis=0, dtype=np.float64), rtol=1e-5)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_a_value_that_is_not_finite_is_named(self, bad):
        values = features_of(3000)
        values[2500, 7] = bad
        features = FeatureSet(values, np.arange(3000), "d")
        with pytest.raises(DataError, match=f"feature 7 of image 2500 of the test images is {bad:g}; features must be"):
            features_from(FeatureSet(features_of(3), np.arange(3), "d"), features, {})

    def test_features_of_each_image_are_needed(self):
        own = features_from(FeatureSet(features_of(59), np.arange(59), "d"), None, {})
        data = small_data(tested=False)
        with pytest.raises(DataError, match="small: 60 images came with features of 59; give features of each"):
            ImageData(train=data.train, test=None, mean=data.mean, std=data.std, features=own)


def test_rows_in_memory_and_rows_that_stay_on_disk_give_the_same_batches(tmp_path):
    """Only the rows of a batch are read of a mapped file."""
    np.save(tmp_path / "mine.npy", features_of(60).astype(np.float16))
    data, cpu = small_data(tested=False), Runtime(torch.device("cpu"))
    batches = []
    for values in (np.load(tmp_path / "mine.npy"), np.load(tmp_path / "mine.npy", mmap_mode="r")):
        own = features_from(FeatureSet(values, np.arange(60)[::-1].copy(), "d"), None, {})
        seen = seen_of_pool(ImageData(train=data.train, test=None, mean=data.mean, std=data.std, features=own), cpu)
        assert (seen.on_device, len(seen)) == (not isinstance(values, np.memmap), 60)
        batches.append(seen.batch(np.array([3, 59, 3])))
    assert torch.equal(*batches)
    assert batches[0].shape == (3, 16, 1, 1)
