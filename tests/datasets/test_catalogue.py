import hashlib
import pickle
import socket
import tarfile

import numpy as np
import pytest
import scipy.io
from torchvision.datasets import CIFAR10, CIFAR100, SVHN, cifar, svhn

from lada_explore.config import DataConfig
from lada_explore.datasets import CATALOGUE, load
from lada_explore.errors import ConfigError, DataError


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def planes(*colours):
    """CIFAR's rows: 1,024 red values, 1,024 green, 1,024 blue; the first pixel of each image is black."""
    rows = np.repeat(np.array(colours, dtype=np.uint8), 1024, axis=1).reshape(len(colours), 3, 1024)
    rows[:, :, 0] = 0
    rows[:, :, 31] = 9  # upper right corner
    return rows.reshape(len(colours), 3072)


def write_cifar10(folder, monkeypatch, cls=CIFAR10):
    """Small batches in the true layout; the class is told their MD5 sums, and still checks them."""
    base = folder / cls.base_folder
    base.mkdir(parents=True)
    for i, (name, _) in enumerate(cls.train_list):
        batch = {"data": planes([200 + i, 0, 0], [0, 0, 100 + i]), "labels": [i, 9]}
        (base / name).write_bytes(pickle.dumps(batch))
    (base / "test_batch").write_bytes(pickle.dumps({"data": planes([0, 50, 0]), "labels": [3]}))
    names = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    (base / "batches.meta").write_bytes(pickle.dumps({"label_names": names}))
    expect(monkeypatch, cls, base)


def write_cifar100(folder, monkeypatch):
    base = folder / CIFAR100.base_folder
    base.mkdir(parents=True)
    train = {"data": planes([200, 0, 0], [0, 0, 100]), "fine_labels": [99, 0], "coarse_labels": [1, 2]}
    (base / "train").write_bytes(pickle.dumps(train))
    (base / "test").write_bytes(pickle.dumps({"data": planes([0, 50, 0]), "fine_labels": [3]}))
    (base / "meta").write_bytes(pickle.dumps({"fine_label_names": [f"class{i}" for i in range(100)]}))
    expect(monkeypatch, CIFAR100, base)


def expect(monkeypatch, cls, base):
    monkeypatch.setattr(cls, "train_list", [[name, md5(base / name)] for name, _ in cls.train_list])
    monkeypatch.setattr(cls, "test_list", [[name, md5(base / name)] for name, _ in cls.test_list])
    monkeypatch.setattr(cls, "meta", cls.meta | {"md5": md5(base / cls.meta["filename"])})


def write_svhn(folder, monkeypatch):
    """X is (H, W, D, N) and y (N, 1), with 10 for the digit 0, as in the published files."""
    folder.mkdir(parents=True)
    split_list = {}
    for split, count in (("train", 3), ("test", 2)):
        pixels = np.zeros((32, 32, 3, count), dtype=np.uint8)
        pixels[:, :, 0, 0] = 200  # image 0 is red
        pixels[0, 31, 1, 1] = 50  # image 1 has a green upper right corner
        path = folder / f"{split}_32x32.mat"
        scipy.io.savemat(path, {"X": pixels, "y": np.array([[10], [1], [9]][:count], dtype=np.uint8)})
        split_list[split] = [SVHN.split_list[split][0], path.name, md5(path)]
    monkeypatch.setattr(SVHN, "split_list", split_list)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder on a machine without a network."""

    def offline(*_, **__):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(cifar, "download_and_extract_archive", offline)
    monkeypatch.setattr(svhn, "download_url", offline)
    monkeypatch.setenv("LADA_DATA", str(tmp_path / "sets"))
    return tmp_path / "sets"


def test_cifar10_is_read_in_the_order_of_its_batches_with_channels_first(folder, monkeypatch):
    write_cifar10(folder, monkeypatch)
    data = load(DataConfig(name="cifar10"))
    assert (len(data.train), len(data.test), data.train.shape) == (10, 1, (3, 32, 32))
    assert data.train.targets.tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9]
    assert data.train.images[:, :, 5, 5].tolist()[:3] == [[200, 0, 0], [0, 0, 100], [201, 0, 0]]
    assert data.train.images[0, :, 0, 0].tolist() == [0, 0, 0]
    assert data.train.images[0, :, 0, 31].tolist() == [9, 9, 9]
    assert data.test.images[0, :, 31, 0].tolist() == [0, 50, 0]
    assert data.train.class_names[8] == "ship"
    assert data.mean == (0.4914, 0.4822, 0.4465)


def test_cifar100_uses_the_fine_labels(folder, monkeypatch):
    write_cifar100(folder, monkeypatch)
    data = load(DataConfig(name="cifar100"))
    assert data.train.targets.tolist() == [99, 0]
    assert data.train.n_classes == 100
    assert data.train.images[:, :, 9, 9].tolist() == [[200, 0, 0], [0, 0, 100]]
    assert data.test.targets.tolist() == [3]


def test_a_cifar_archive_copied_by_hand_is_unpacked_without_a_network(folder, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("LADA_DATA", str(folder))
    write_cifar10(folder / "made", monkeypatch)
    archive = folder / CIFAR10.filename
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder / "made" / CIFAR10.base_folder, CIFAR10.base_folder)
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(archive))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:9/none")
    assert len(load(DataConfig(name="cifar10")).train) == 10


def test_svhn_is_transposed_and_its_label_10_is_the_digit_0(folder, monkeypatch):
    write_svhn(folder, monkeypatch)
    monkeypatch.setattr(svhn, "download_url", lambda *_: None)
    data = load(DataConfig(name="svhn"))
    assert data.train.images.shape == (3, 3, 32, 32)
    assert data.train.images[0, :, 7, 7].tolist() == [200, 0, 0]
    assert data.train.images[1].nonzero().tolist() == [[1, 0, 31]]
    assert data.train.targets.tolist() == [0, 1, 9]
    assert data.test.targets.tolist() == [0, 1]
    assert data.train.class_names[0] == "0"


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("svhn", "train_32x32.mat and test_32x32.mat"),
        ("cifar10", "cifar-10-python.tar.gz"),
        ("cifar100", "cifar-100-python.tar.gz"),
    ],
)
def test_a_download_that_cannot_happen_says_where_to_copy_which_files(folder, name, files):
    with pytest.raises(DataError) as caught:
        load(DataConfig(name=name))
    assert str(caught.value) == (
        f"{name} is not at {folder} and could not be downloaded (Network is unreachable); copy {files} to {folder}, "
        "or use --dataset fashion-mini, which needs no download"
    )
    assert socket.getdefaulttimeout() is None


def test_a_damaged_file_is_said_to_be_damaged(folder):
    folder.mkdir()
    (folder / "train_32x32.mat").write_bytes(b"half")
    with pytest.raises(DataError, match="svhn is damaged or incomplete at "):
        load(DataConfig(name="svhn"))


def test_a_folder_that_cannot_be_made_is_a_sentence_too(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LADA_DATA", str(tmp_path / "file" / "sets"))
    with pytest.raises(DataError, match=r"svhn is not at .*Not a directory.*or use --dataset fashion-mini"):
        load(DataConfig(name="svhn"))


def test_the_catalogue_names_the_papers_sets_with_their_classes_and_shapes():
    assert {name: (entry.n_classes, entry.shape) for name, entry in CATALOGUE.items()} == {
        "fashion-mini": (10, (1, 28, 28)),
        "fashion-mnist": (10, (1, 28, 28)),
        "digits": (10, (1, 28, 28)),
        "svhn": (10, (3, 32, 32)),
        "cifar10": (10, (3, 32, 32)),
        "cifar100": (100, (3, 32, 32)),
        "points:moons": (2, (2, 1, 1)),
        "points:blobs": (3, (2, 1, 1)),
        "points:rings": (2, (2, 1, 1)),
        "points:spiral": (3, (2, 1, 1)),
    }
    assert all("\n" not in entry.summary and entry.summary.endswith(".") for entry in CATALOGUE.values())


@pytest.mark.parametrize("name", ["fashion-mini", "digits", "points:moons", "points:blobs", "points:spiral"])
def test_an_entry_says_what_its_set_is(name):
    data = load(DataConfig(name=name))
    assert data.train.name == name
    assert (data.train.n_classes, data.train.shape) == (CATALOGUE[name].n_classes, CATALOGUE[name].shape)


def test_an_unknown_name_gets_the_known_ones_and_the_nearest():
    known = r"dataset 'cifar1' is unknown; .*folder:PATH, array:PATH, hf:NAME_OR_PATH, .*; did you mean 'cifar10'\?"
    with pytest.raises(ConfigError, match=known):
        load(DataConfig(name="cifar1"))


@pytest.mark.parametrize("kind", ["folder", "array"])
def test_a_folder_name_without_a_path_is_refused(kind):
    with pytest.raises(ConfigError, match=f"dataset '{kind}:' names no folder; write its path after the colon"):
        load(DataConfig(name=f"{kind}:"))


def test_class_names_for_a_set_of_the_catalogue_are_refused():
    with pytest.raises(ConfigError, match="class names a, b were given for digits, which has its own"):
        load(DataConfig(name="digits", classes=("a", "b")))
