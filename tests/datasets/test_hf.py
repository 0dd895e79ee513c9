"""Images by the library datasets: saved folders, Parquet and tar shards."""

import io
import tarfile

import datasets
import numpy as np
import pytest
from PIL import Image

from lada_explore.config import DataConfig
from lada_explore.datasets import hf, load
from lada_explore.errors import ConfigError, DataError

CLASSES = datasets.ClassLabel(names=["cat", "dog"])


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Nothing is fetched, and what the library keeps is kept here."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "hf")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))


def picture(i):
    return Image.fromarray(np.random.default_rng(i).integers(0, 256, (20, 30, 3), dtype=np.uint8))


def columns(n, of_class=None, **more):
    """A data set of `n` pictures, a column of classes by this name, and other columns with their features."""
    labels = {} if of_class is None else {of_class: ([i % 2 for i in range(n)], CLASSES)}
    named = {"image": ([picture(i) for i in range(n)], datasets.Image())} | labels | more
    features = datasets.Features({name: feature for name, (_, feature) in named.items()})
    return datasets.Dataset.from_dict({name: values for name, (values, _) in named.items()}, features=features)


def read(place, **settings):
    return load(DataConfig(name=f"hf:{place}", height=10, width=15, **settings))


def test_saved_splits_with_names_a_test_set_and_statistics(tmp_path):
    splits = datasets.DatasetDict({"train": columns(20, "label"), "test": columns(6, "label")})
    splits.save_to_disk(tmp_path / "pets")
    data = read(tmp_path / "pets")
    assert (len(data.train), len(data.test), data.train.class_names) == (20, 6, ("cat", "dog"))
    assert (data.train.name, data.train.shape, data.train.targets.tolist()[:3]) == ("pets", (3, 10, 15), [0, 1, 0])
    assert data.mean == pytest.approx((data.train.images.numpy() / 255).mean(axis=(0, 2, 3)))
    assert data.loaded_as == (f"hf:{tmp_path / 'pets'}", data.train.checksum)
    content = io.BytesIO()
    picture(3).save(content, "PNG")
    (tmp_path / "files" / "a").mkdir(parents=True)
    (tmp_path / "files" / "a" / "3.png").write_bytes(content.getvalue())
    as_file = load(
        DataConfig(name=f"folder:{tmp_path / 'files'}", height=10, width=15, classes=("u", "v"), layout="flat")
    )
    assert (data.train.images[3] == as_file.train.images[0]).all()


def test_one_split_that_was_saved_and_parquet(tmp_path):
    columns(8, "label").save_to_disk(tmp_path / "one")
    assert (len(read(tmp_path / "one").train), read(tmp_path / "one").test) == (8, None)
    (tmp_path / "parquet").mkdir()
    columns(8, "label").to_parquet(tmp_path / "parquet" / "train.parquet")
    assert read(tmp_path / "parquet").train.checksum == read(tmp_path / "one").train.checksum


def test_tar_shards(tmp_path):
    (tmp_path / "shards").mkdir()
    for shard in range(2):
        with tarfile.open(tmp_path / "shards" / f"{shard:03}.tar", "w") as tar:
            for i in range(4):
                content = io.BytesIO()
                picture(i).save(content, "PNG")
                for ending, value in (("png", content.getvalue()), ("cls", str(i % 2).encode())):
                    about = tarfile.TarInfo(f"{shard}{i}.{ending}")
                    about.size = len(value)
                    tar.addfile(about, io.BytesIO(value))
    data = read(tmp_path / "shards")
    assert (len(data.train), data.train.class_names, data.train.targets.tolist()) == (8, ("0", "1"), [0, 1] * 4)


def test_texts_are_names_of_classes_and_without_labels_a_person_answers(tmp_path):
    columns(4, **{"class": (["u", "v"] * 2, datasets.Value("string"))}).save_to_disk(tmp_path / "texts")
    assert read(tmp_path / "texts").train.class_names == ("u", "v")
    columns(4).save_to_disk(tmp_path / "bare")
    data = read(tmp_path / "bare", classes=("a", "b"))
    assert (data.train.targets, data.train.class_names) == (None, ("a", "b"))
    with pytest.raises(DataError, match="bare has no labels and no class names; name the classes"):
        read(tmp_path / "bare")


def test_of_several_columns_the_usual_one_is_taken_and_told(tmp_path):
    more = {"coarse": ([0] * 4, CLASSES), "fine_label": ([1, 0] * 2, CLASSES)}
    more["second"] = ([picture(9)] * 4, datasets.Image())
    columns(4, **more).save_to_disk(tmp_path / "many")
    data = read(tmp_path / "many")
    assert data.train.targets.tolist() == [1, 0, 1, 0]
    assert data.notes[0] == "hf:many has 2 columns of images; the images of 'image' are taken"


@pytest.mark.parametrize(
    ("name", "column", "feature", "said"),
    [
        (
            "labels",
            [[0], [0, 1]],
            datasets.List(CLASSES),
            "the column 'labels' of hf:bad holds several labels an image, ",
        ),
        ("label", [[0], [0, 1]], datasets.List(datasets.Value("int64")), "holds several labels an image, but only one"),
        (
            "bbox",
            [[0.0], [1.0]],
            datasets.List(datasets.Value("float32")),
            "the column 'bbox' of hf:bad holds boxes, but",
        ),
        (
            "objects",
            [[{"bbox": [1.0], "category": 0}], []],
            datasets.List({"bbox": datasets.List(datasets.Value("float32")), "category": CLASSES}),
            "the column 'objects' of hf:bad holds boxes, but only one class for each image is supported",
        ),
    ],
)
def test_several_labels_and_boxes_are_refused(tmp_path, name, column, feature, said):
    columns(2, None, **{name: (column, feature)}).save_to_disk(tmp_path / "bad")
    with pytest.raises(DataError, match=said):
        read(tmp_path / "bad")


def test_what_cannot_be_read_is_named(tmp_path, monkeypatch):
    datasets.Dataset.from_dict({"text": ["a"]}).save_to_disk(tmp_path / "texts")
    with pytest.raises(DataError, match="hf:texts has the columns text and none of images"):
        read(tmp_path / "texts")
    broken = datasets.Dataset.from_dict(
        {"image": [{"bytes": b"no picture", "path": None}], "label": [0]},
        features=datasets.Features({"image": datasets.Image(), "label": CLASSES}),
    )
    broken.save_to_disk(tmp_path / "broken")
    with pytest.raises(DataError, match="image 0 of broken cannot be read"):
        read(tmp_path / "broken")
    with pytest.raises(DataError, match="hf:nobody/nothing cannot be read .*; check the name and the hub"):
        read("nobody/nothing")
    monkeypatch.setattr(hf, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"needs the package datasets; run pip install 'lada-explore\[hf\]'"):
        read("mnist")
