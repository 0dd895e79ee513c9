"""Pools in .npy files: the same images as in memory, mapped, and what is said about files that are wrong."""

import json
import os
import sys
import warnings

import numpy as np
import pytest
import torch
from helpers.small_runs import answered, record_bytes, small_config

from lada_explore.config import DataConfig
from lada_explore.datasets import ImageSet, arrays, device_images, load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.datasets.levels import channel_statistics
from lada_explore.datasets.transforms import draw_crops
from lada_explore.errors import ConfigError, DataError
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

CLASSES = ("disc", "square", "star")
PIXELS = np.random.default_rng(3).integers(0, 256, (60, 1, 12, 12), dtype=np.uint8)
TARGETS = np.arange(60) % 3


def write(folder, **files):
    """A folder of arrays; `files` changes or, with None, leaves out some of them."""
    folder.mkdir(exist_ok=True)
    content = {"images": PIXELS, "targets": TARGETS, "test_images": PIXELS[:12], "test_targets": TARGETS[:12]} | files
    for name, array in content.items():
        if array is not None:
            np.save(folder / f"{name}.npy", array)
    (folder / "classes.txt").write_text("disc\nsquare\nstar\n", encoding="utf-8")
    return folder


def read(folder, **settings):
    return load(DataConfig(name=f"array:{folder}", **settings))


def in_memory(pixels=PIXELS, targets=TARGETS):
    return ImageSet.create(name="pool", images=pixels, targets=targets, class_names=CLASSES, source="Random pixels.")


# What is read


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, ">i4"])
def test_mapped_images_are_those_of_the_files_and_have_the_checksum_of_the_same_set_in_memory(tmp_path, dtype):
    data = read(write(tmp_path / "pool", targets=TARGETS.astype(dtype)))
    assert np.array_equal(data.train.images, PIXELS)
    assert data.train.targets.dtype == torch.int64
    assert data.train.targets.tolist() == TARGETS.tolist()
    assert data.train.class_names == CLASSES
    assert data.train.checksum == in_memory().checksum
    assert data.test.checksum == in_memory(PIXELS[:12], TARGETS[:12]).checksum
    assert (data.mean, data.std) == channel_statistics(in_memory().images)
    assert (data.train.name, data.test.name) == ("pool", "pool-test")


def test_grey_images_may_come_without_a_channel_axis_and_colour_ones_with_three(tmp_path):
    grey = read(write(tmp_path, images=PIXELS[:, 0], test_images=PIXELS[:12, 0]))
    assert grey.train.checksum == in_memory().checksum
    colour = PIXELS.reshape(20, 3, 12, 12)
    pool = write(
        tmp_path / "colour", images=colour, targets=TARGETS[:20], test_images=colour, test_targets=TARGETS[:20]
    )
    assert read(pool).train.shape == (3, 12, 12)
    assert (read(pool).mean, read(pool).std) == channel_statistics(torch.from_numpy(colour))


def test_blocks_of_any_size_give_the_same_checksum_and_statistics(tmp_path, monkeypatch):
    # In bytes: less than an image, 7 images of 144 with 4 left over, and more than there are.
    found = set()
    for size in (1, 1100, 2**20):
        monkeypatch.setattr(arrays, "BLOCK_BYTES", size)
        data = read(write(tmp_path / str(size)))
        found.add((data.train.checksum, data.mean, data.std))
    assert found == {(in_memory().checksum, *channel_statistics(in_memory().images))}


def test_a_channel_that_never_changes_is_not_scaled(tmp_path):
    data = read(write(tmp_path, images=np.full_like(PIXELS, 51)))
    assert (data.mean, data.std) == ((0.2,), (1.0,))
    assert data.notes == ("channel 0 is the same everywhere in the training images; it is not scaled",)


def test_without_targets_a_person_is_the_oracle_and_without_test_arrays_nothing_is_tested(tmp_path):
    data = read(write(tmp_path, targets=None, test_images=None, test_targets=None))
    assert data.train.targets is None
    assert data.test is None


def test_class_names_may_be_given_instead_of_the_file(tmp_path):
    pool = write(tmp_path)
    with pytest.raises(ConfigError, match=r"a, b, c were given but .*classes.txt names them already; leave --classes"):
        read(pool, classes=("a", "b", "c"))
    (pool / "classes.txt").unlink()
    assert read(pool, classes=("a", "b", "c")).train.class_names == ("a", "b", "c")


# Mapped, not copied


def test_the_pixels_and_targets_lie_in_the_files(tmp_path):
    data = read(write(tmp_path))
    images, targets = (np.frombuffer(mapping, dtype=np.uint8) for mapping in data.train.mappings)
    assert np.shares_memory(images, data.train.images.numpy())
    assert np.shares_memory(targets, data.train.targets.numpy())


def test_opening_warns_of_nothing_and_what_is_written_to_the_tensors_never_reaches_the_file(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = read(write(tmp_path))
    data.train.images.zero_()
    data.train.targets.zero_()
    data.train.release_pages()
    assert np.array_equal(np.load(tmp_path / "images.npy"), PIXELS)
    assert np.array_equal(np.load(tmp_path / "targets.npy"), TARGETS)


@pytest.mark.skipif(sys.platform != "linux", reason="a sparse file, and /proc, are Linux's")
def test_a_pool_may_be_larger_than_memory(tmp_path):
    pages = os.sysconf("SC_PHYS_PAGES")
    size = 2 * pages * os.sysconf("SC_PAGE_SIZE") // (64 * 64)
    with (tmp_path / "images.npy").open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (size, 64, 64)}
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + size * 64 * 64)
    images, mapping = arrays._pixels(tmp_path / "images.npy")
    assert images.nbytes > pages * os.sysconf("SC_PAGE_SIZE")
    assert torch.from_numpy(images)[[0, size - 1]].sum() == 0
    del images
    mapping.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_large_pool_is_read_whole_and_at_random_in_little_memory(tmp_path, cpu):
    # 100 MiB of zeros; the system maps 64 KiB around each image, so that 1,000 of them would stay as 64 MiB.
    def resident_mib():
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024

    images = np.lib.format.open_memmap(tmp_path / "images.npy", "w+", np.uint8, (25_600, 64, 64))
    del images
    (tmp_path / "classes.txt").write_text("a\nb\n")
    read(write(tmp_path / "before"))  # What the first opening of all takes is not this pool's.
    before = resident_mib()
    data = read(tmp_path)
    assert resident_mib() - before < 20
    batches = DeviceImages(data.train, data.mean, data.std, cpu)
    ids = np.random.default_rng(0).permutation(25_600)[:1000]
    for start in range(0, 1000, 100):
        batches.batch(ids[start : start + 100])
    assert resident_mib() - before < 30


def test_batches_are_those_of_the_set_in_memory_in_the_order_asked(tmp_path, cpu):
    data = read(write(tmp_path))
    mapped = DeviceImages(data.train, data.mean, data.std, cpu)
    whole = DeviceImages(in_memory(), data.mean, data.std, cpu)
    ids = np.array([41, 3, 59, 3, 0])
    assert np.array_equal(mapped.pixels(ids), PIXELS[ids])
    for given in (ids, torch.from_numpy(ids)):
        assert torch.equal(mapped.batch(given), whole.batch(given))
    crops = draw_crops(len(ids), torch.Generator().manual_seed(5))
    assert torch.equal(*(images.batch(ids, crops=crops).contiguous() for images in (mapped, whole)))
    assert (mapped.on_device, whole.on_device) == (False, True)


@pytest.mark.parametrize(("too_small", "moved_images"), [(0, [60]), (1, [])])
def test_a_set_is_put_on_the_device_whole_where_there_is_room(cpu, monkeypatch, too_small, moved_images):
    image_set, moved = in_memory(), []
    monkeypatch.setattr(device_images, "room_on", lambda device: image_set.n_bytes - too_small)
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *_: moved.append(len(self)) or self)
    DeviceImages(image_set, (0.5,), (0.3,), cpu)
    assert moved == moved_images


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_batches_gathered_on_the_cpu_are_those_gathered_on_the_gpu(tmp_path, monkeypatch):
    monkeypatch.setattr(device_images, "MOVED_BYTES", 0)
    data, cuda = read(write(tmp_path)), Runtime.choose("cuda")
    ids = np.array([41, 3, 59, 3, 0])
    mapped, whole = (DeviceImages(images, data.mean, data.std, cuda) for images in (data.train, in_memory()))
    assert mapped.batch(ids).device.type == "cuda"
    assert torch.equal(mapped.batch(ids), whole.batch(ids))


@pytest.mark.parametrize("method", ["lada-entmix", "max-entropy"])
def test_a_run_on_mapped_arrays_has_the_records_of_the_same_run_in_memory(tmp_path, method):
    data = read(write(tmp_path / "pool"))
    copies = {
        "train": in_memory(data.train.images, data.train.targets),
        "test": in_memory(data.test.images, data.test.targets),
    }
    runs = []
    for name, images in (("mapped", data), ("memory", type(data)(**copies, mean=data.mean, std=data.std))):
        session = Session.create(small_config(method), tmp_path / name, data=images, device="cpu")
        session.run()
        session.close()
        runs.append((record_bytes(tmp_path / name), answered(tmp_path / name)))
    assert len(runs[0][0]) > 20
    assert runs[0] == runs[1]


def test_a_run_is_resumed_on_the_arrays_that_it_names_and_refused_when_they_changed(tmp_path, call):
    pool, out = write(tmp_path / "pool"), tmp_path / "run"
    Session.create(small_config(cycles=1, data__name=f"array:{pool}"), out, device="cpu").close()
    Session.resume(out, device="cpu").close()
    changed = PIXELS.copy()
    changed[59, 0, 11, 11] += 1
    write(pool, images=changed)
    code, _, error = call("resume", out)
    assert code == 2
    assert "the images to be labelled of pool changed since the run was made" in error


# What is kept


def count_surveys(monkeypatch):
    read_sets = []
    blocks = arrays._blocks
    monkeypatch.setattr(arrays, "_blocks", lambda place, shape: read_sets.append(place.name) or blocks(place, shape))
    return read_sets


def test_the_pixels_are_read_whole_once_and_again_when_a_file_or_a_name_changes(tmp_path, monkeypatch):
    pool, surveyed = write(tmp_path / "pool"), count_surveys(monkeypatch)
    first, again = read(pool), read(pool)
    assert surveyed == ["images.npy", "test_images.npy"]
    assert (again.train.checksum, again.mean, again.std) == (first.train.checksum, first.mean, first.std)

    stat = (pool / "images.npy").stat()
    changed = PIXELS.copy()
    changed[7, 0, 3, 3] += 1
    np.save(pool / "images.npy", changed)
    os.utime(pool / "images.npy", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert read(pool).train.checksum == in_memory(changed).checksum
    assert surveyed[2:] == ["images.npy"]

    np.save(pool / "targets.npy", TARGETS[::-1].astype(np.int32))
    assert read(pool).train.checksum == in_memory(changed, TARGETS[::-1]).checksum
    (pool / "classes.txt").write_text("disc\nsquare\nring\n")
    assert read(pool).train.checksum != in_memory(changed, TARGETS[::-1]).checksum
    (pool / "targets.npy").unlink()
    assert read(pool).train.targets is None
    assert surveyed[3:] == ["images.npy", "images.npy", "test_images.npy", "images.npy"]


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"": {"files": 3}}', "\0"])
def test_a_damaged_file_of_checksums_is_made_anew(tmp_path, damaged):
    pool = write(tmp_path)
    read(pool)
    good = (pool / "checksums.json").read_bytes()
    (pool / "checksums.json").write_text(damaged)
    assert read(pool).train.checksum == in_memory().checksum
    assert (pool / "checksums.json").read_bytes() == good
    assert sorted(json.loads(good)) == ["", "test_"]


@pytest.mark.parametrize("refusing", ["open", "fsync", "replace"])
def test_a_folder_that_cannot_be_written_to_is_opened_all_the_same(tmp_path, monkeypatch, refusing):
    pool = write(tmp_path)

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, refusing, refuse)
    assert read(pool).train.checksum == in_memory().checksum
    assert not [path for path in pool.iterdir() if "checksums" in path.name]


# What is refused

BAD_FILES = {
    "float pixels": ({"images": PIXELS / 255}, "images.npy holds float64; only uint8 can be mapped, so save the"),
    "columns first": ({"images": np.asfortranarray(PIXELS)}, "images.npy is in Fortran order"),
    "channels last": ({"images": PIXELS.transpose(0, 2, 3, 1).copy()}, "must be (N, D, H, W) with D = 1 (grey) or 3"),
    "flat rows": ({"images": PIXELS.reshape(60, 144)}, "images have shape (60, 144); they must be (N, D, H, W)"),
    "no image": ({"images": PIXELS[:0], "targets": TARGETS[:0]}, "shape (0, 1, 12, 12), which holds no pixel"),
    "too few targets": ({"targets": TARGETS[:59]}, "60 images came with targets of shape (59,); give one for each"),
    "float targets": ({"targets": TARGETS / 1}, "targets are float64; give class indices as integers"),
    "a class too many": ({"targets": TARGETS + 1}, "20 of 60 targets are outside 0..2, the first 3 at id 2"),
    "a negative class": ({"targets": TARGETS - 1}, "20 of 60 targets are outside 0..2, the first -1 at id 0"),
    "objects": ({"targets": np.array([None] * 60)}, "targets.npy is no array file"),
    "no images": ({"images": None}, "images.npy is missing; a folder of arrays is complete if it holds images.npy"),
    "test images without targets": ({"test_targets": None}, "holds test_images.npy without test_targets.npy; add it"),
    "test targets without images": ({"test_images": None}, "holds test_targets.npy without test_images.npy; add it"),
    "test images of another size": ({"test_images": PIXELS[:12, :, :9]}, "both need the same shape"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_arrays_that_cannot_be_used_are_refused_in_one_sentence(tmp_path, case):
    files, sentence = BAD_FILES[case]
    with pytest.raises(DataError) as caught:
        read(write(tmp_path / "pool", **files))
    assert sentence in str(caught.value)
    assert "pool" in str(caught.value)
    assert "\n" not in str(caught.value)


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


BAD_CONTENT = {
    "no names": ("classes.txt", lambda path: path.unlink(), "classes.txt is missing; write the name of each class"),
    "one name": ("classes.txt", lambda path: path.write_text("disc\n"), "classes.txt has 1 class, 'disc'"),
    "a name twice": ("classes.txt", lambda path: path.write_text("a\nb\na\n"), "class 'a' is named more than once"),
    "an empty name": ("classes.txt", lambda path: path.write_text("a\n\nb\n"), "class 1 has an empty name"),
    "a NUL": ("classes.txt", lambda path: path.write_text("a\0\nb\n"), "class 'a\\x00' has the character U+0000"),
    "an escape": ("classes.txt", lambda path: path.write_text("\x1b[31m\nb\n"), "has the character U+001B in its name"),
    "a book": (
        "classes.txt",
        lambda path: path.write_text("a" * 10**6 + "\nb\n"),
        "has a name of 1,000,000 characters",
    ),
    "not text": ("classes.txt", lambda path: path.write_bytes(b"\xff\xfe"), "write one class name a line, as UTF-8"),
    "an empty file": ("images.npy", lambda path: path.write_bytes(b""), "images.npy is no array file"),
    "not an array": ("images.npy", lambda path: path.write_text("my pixels"), "write it with numpy.save"),
    "a cut file": ("images.npy", cut, "images.npy is no array file"),
    "a folder": (
        "targets.npy",
        lambda path: (path.unlink(), path.mkdir()),
        "targets.npy is no array file (Is a directory)",
    ),
}


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    pool = write(tmp_path / "pool")
    names = read(pool).train.class_names
    (pool / "classes.txt").write_text("\n".join(names), encoding="utf-8-sig")
    assert read(pool).train.class_names == names


@pytest.mark.parametrize("case", BAD_CONTENT)
def test_files_that_cannot_be_read_are_refused_in_one_sentence(tmp_path, case):
    name, spoil, sentence = BAD_CONTENT[case]
    pool = write(tmp_path / "pool")
    spoil(pool / name)
    with pytest.raises(DataError) as caught:
        read(pool)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_path_that_is_no_folder_is_refused(tmp_path, call):
    code, _, error = call("run", "--dataset", f"array:{tmp_path / 'none'}", "--out", tmp_path / "run")
    assert (code, error.count("\n")) == (2, 1)
    assert not (tmp_path / "run").exists()
    with pytest.raises(DataError, match="none does not exist; give a folder of arrays: it holds images.npy"):
        read(tmp_path / "none")
    with pytest.raises(DataError, match="images.npy is a file; give a folder of arrays"):
        read(write(tmp_path) / "images.npy")


def test_the_list_of_data_sets_names_arrays(call):
    code, out, _ = call("datasets")
    assert code == 0
    assert "array:PATH" in out
