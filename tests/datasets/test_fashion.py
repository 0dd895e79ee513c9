import gzip
import hashlib
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from lada_explore.config import DataConfig, paths
from lada_explore.datasets import fashion, load
from lada_explore.datasets.idx import read_idx, write_idx
from lada_explore.errors import DataError

DATA = Path(__file__).parents[2] / "data"
FILES = [f"{stem}.gz" for stems in fashion.STEMS.values() for stem in stems]
full_data = pytest.mark.skipif(
    not fashion.DEBIAN_FOLDER.is_dir(), reason=f"the full Fashion-MNIST is not at {fashion.DEBIAN_FOLDER}"
)


def write_raw(folder, n_train=4, n_test=2, ending="", value=7):
    """The four files, small: image i is filled with `value + i`, its label is i."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, count in (("train", n_train), ("test", n_test)):
        images = np.repeat(np.arange(value, value + count, dtype=np.uint8), 784).reshape(count, 28, 28)
        images[:, 0, 27] = 255  # upper right corner
        for stem, array in zip(fashion.STEMS[part], (images, np.arange(count, dtype=np.uint8)), strict=True):
            write_idx(folder / f"{stem}{ending}", array)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A machine with nothing installed and no network."""
    from torchvision.datasets import mnist

    def offline(*_, **__):
        raise mnist.URLError("no route to host")

    monkeypatch.setattr(mnist, "download_and_extract_archive", offline)
    monkeypatch.setattr(fashion, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setenv("LADA_DATA", str(tmp_path / "cache"))
    return tmp_path


def test_fashion_mini_has_600_training_and_200_test_images_of_each_class():
    data = load(DataConfig(name="fashion-mini"))
    assert (len(data.train), len(data.test), data.train.shape) == (6000, 2000, (1, 28, 28))
    assert data.train.targets.bincount().tolist() == [600] * 10
    assert data.test.targets.bincount().tolist() == [200] * 10
    assert data.train.class_names[9] == "Ankle boot"
    assert data.notes == ()


def test_fashion_mini_is_what_its_origin_page_says():
    origin = (DATA / "fashion-mini" / "ORIGIN.md").read_text(encoding="utf-8")
    for name in FILES:
        digest = hashlib.sha256((DATA / "fashion-mini" / name).read_bytes()).hexdigest()
        assert f"| `{name}` | `{digest}` |" in origin
    licence = (DATA / "fashion-mini" / "LICENSE").read_text(encoding="utf-8")
    assert "2017 Zalando SE" in licence
    assert "Permission is hereby granted, free of charge" in licence


def test_the_copy_inside_an_installed_package_comes_before_the_checkouts(tmp_path, monkeypatch):
    write_raw(tmp_path / "lada_explore" / "_data" / "fashion-mini", ending=".gz")
    write_raw(tmp_path / "data" / "fashion-mini", n_train=5)
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "lada_explore")
    assert len(load(DataConfig(name="fashion-mini")).train) == 4
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "none" / "lada_explore")
    with pytest.raises(DataError, match=r"fashion-mini is not at .*none.data.fashion-mini; install the package again"):
        load(DataConfig(name="fashion-mini"))


@pytest.mark.slow
@pytest.mark.full_data
@full_data
def test_fashion_mini_is_an_ordered_part_of_the_full_set():
    mini, full = load(DataConfig(name="fashion-mini")), load(DataConfig(name="fashion-mnist"))
    assert (len(full.train), len(full.test)) == (60_000, 10_000)
    for part, whole in ((mini.train, full.train), (mini.test, full.test)):
        places = {}
        for i, image in enumerate(whole.images.numpy()):
            places.setdefault(image.tobytes(), []).append(i)
        found = [places[image.tobytes()] for image in part.images.numpy()]
        # A few images occur more than once in the full set; the others fix the order.
        unique = [(i, ids[0]) for i, ids in enumerate(found) if len(ids) == 1]
        assert len(unique) > 0.99 * len(part)
        at = np.array([place for _, place in unique])
        assert (np.diff(at) > 0).all()
        assert (whole.targets[at] == part.targets[[i for i, _ in unique]]).all()


@pytest.mark.slow
@pytest.mark.full_data
@full_data
def test_mean_and_std_are_those_of_the_full_training_set():
    from lada_explore.datasets.levels import channel_statistics

    mean, std = channel_statistics(load(DataConfig(name="fashion-mnist")).train.images)
    assert round(mean[0], 4) == fashion.MEAN[0]
    assert round(std[0], 4) == fashion.STD[0]


@pytest.mark.slow
@pytest.mark.full_data
@full_data
def test_the_script_makes_the_committed_files_again(tmp_path):
    script = DATA / "make_fashion_mini.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    for name in FILES:
        made, committed = (tmp_path / name).read_bytes(), (DATA / "fashion-mini" / name).read_bytes()
        assert gzip.decompress(made) == gzip.decompress(committed)
        if "ng" not in zlib.ZLIB_RUNTIME_VERSION:
            assert made == committed


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_torchvisions_folder_is_read_without_a_network(home, ending):
    write_raw(home / "cache" / "FashionMNIST" / "raw", ending=ending)
    data = load(DataConfig(name="fashion-mnist"))
    assert data.train.images[:, 0, 5, 5].tolist() == [7, 8, 9, 10]
    assert data.train.images[0, 0, 0, 27] == 255
    assert data.test.targets.tolist() == [0, 1]


def test_debians_folder_comes_first(home):
    write_raw(home / "cache" / "FashionMNIST" / "raw", value=7)
    write_raw(home / "debian", value=100, ending=".gz")
    assert load(DataConfig(name="fashion-mnist")).train.images[0, 0, 5, 5] == 100


def test_without_files_and_network_the_sentence_says_what_to_do(home):
    with pytest.raises(DataError) as caught:
        load(DataConfig(name="fashion-mnist"))
    message = str(caught.value)
    assert f"fashion-mnist is not at {home / 'cache' / 'FashionMNIST' / 'raw'} and could not be downloaded" in message
    assert "no route to host" in message
    assert "\n" not in message
    assert message.endswith("or use --dataset fashion-mini, which needs no download")
    assert all(name in message for name in FILES)


def test_a_file_cut_short_is_named(home):
    raw = home / "cache" / "FashionMNIST" / "raw"
    write_raw(raw, ending=".gz")
    path = raw / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz is damaged \(.*\); delete it and fetch it again"):
        load(DataConfig(name="fashion-mnist"))


def test_counts_that_disagree_are_told(home):
    raw = home / "cache" / "FashionMNIST" / "raw"
    write_raw(raw)
    write_idx(raw / "train-labels-idx1-ubyte", np.zeros(3, np.uint8))
    with pytest.raises(DataError, match=r"holds 4 images but .*labels-idx1-ubyte holds labels of shape \(3,\)"):
        load(DataConfig(name="fashion-mnist"))


def test_images_and_labels_swapped_are_told(home):
    raw = home / "cache" / "FashionMNIST" / "raw"
    write_raw(raw)
    shutil.copy(raw / "train-labels-idx1-ubyte", raw / "train-images-idx3-ubyte")
    with pytest.raises(DataError, match=r"holds an array of \(4,\); Fashion-MNIST is \(N, 28, 28\)"):
        load(DataConfig(name="fashion-mnist"))


def test_a_label_out_of_range_is_told(home):
    raw = home / "cache" / "FashionMNIST" / "raw"
    write_raw(raw)
    write_idx(raw / "train-labels-idx1-ubyte", np.array([0, 1, 2, 10], np.uint8))
    with pytest.raises(DataError, match=r"1 of 4 targets are outside 0..9, the first 10 at id 3"):
        load(DataConfig(name="fashion-mnist"))
    assert read_idx(raw / "train-labels-idx1-ubyte").tolist() == [0, 1, 2, 10]
