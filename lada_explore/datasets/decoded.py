"""Decoded images of a folder: written to a file of the cache as they are decoded, and mapped into memory from there.

    folders/KEY/
        pixels.npy          (K, D, H, W) uint8 of the files that could be read
        index.json          which files these are, size and SHA-256 of the pixels of each, notes, and checksums of all
        files-FOLDER.json   their names and fingerprints, for a folder that has grown, see `known_rows`

KEY depends on path, size and modification time of every file, on the declared shape, on Pillow's version and on what
the reader does otherwise than by default. An entry stays for further openings if the folder took longer than
`MIN_DECODE_S` to decode and has not changed meanwhile; otherwise it is removed once it is mapped. At most
`MAX_KEPT` entries of `MAX_KEPT_BYTES` together stay. A mapping stays as it is when its entry is removed or replaced.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from io import FileIO
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import torch
from numpy.typing import NDArray

from lada_explore.background.system import OPENS_FOLDERS
from lada_explore.config.paths import data_folder, expanded
from lada_explore.datasets.decode import Read, decode_all
from lada_explore.datasets.fingerprints import fingerprints, key_of, key_of_folder
from lada_explore.datasets.known_rows import Files, checksum, known_rows
from lada_explore.datasets.mapped import checksum_of_end, mapped_array
from lada_explore.datasets.picture_file import MAX_PIXELS
from lada_explore.datasets.picture_reader import PLAIN_READER, PictureReader
from lada_explore.errors import DataError, StoreError
from lada_explore.files import Unreadable, if_sound, read_json, reason_of, remove_unfinished, write_folder
from lada_explore.records.items import Item
from lada_explore.runtime import free_bytes

MIN_DECODE_S = 1.0
"""A folder that is decoded in fewer seconds does not stay in the cache."""

MAX_KEPT = 10
"""Largest number of cached folders; the least recently opened one is deleted first."""

MAX_KEPT_BYTES = 20 * 10**9
"""Largest size of the cached folders together; the one that was just made stays whatever its size."""

BLOCK_BYTES = 2**22
"""Size of the blocks in which pixels are written and checked."""

MEMORY_SHARE = 0.5
"""Largest share of the free memory that pixels take which cannot be written to the cache."""

_FORMAT = 3
_PIXELS, _INDEX = "pixels.npy", "index.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """Images of a folder.

    Attributes:
        pixels: (K, D, H, W) uint8 of the files that could be read; mapped, or in memory if the cache cannot be written.
        mappings: the mapping of the pixels, if they are mapped.
        kept: (K,) positions of these files among those that were given.
        digests: (K,) SHA-256 of the pixels of each.
        sizes: (K,) width and height of the file of each.
        notes: sentences on the other files and on unusual ones.
    """

    pixels: NDArray[np.uint8]
    mappings: tuple[mmap, ...] = ()
    kept: tuple[int, ...]
    digests: tuple[bytes, ...]
    sizes: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]


def cache_root() -> Path:
    """Folder of the cache: $LADA_CACHE, or `folders` beside the downloaded image sets."""
    cache = os.environ.get("LADA_CACHE")
    return expanded(cache) if cache else data_folder() / "folders"


def decoded(
    root: Path,
    items: Sequence[str],
    shape: tuple[int, int, int],
    reader: PictureReader = PLAIN_READER,
    advance: Callable[[int], None] = lambda pictures: None,
) -> Decoded:
    """The decoded images of a folder, from the cache if no file has changed since.

    Never more than a few images are in memory. Where the cache cannot be written, all of them are, with a note.

    Args:
        root: folder of the paths.
        items: (N,) posix paths, relative to `root`.
        shape: (D, H, W) of every result.
        reader: how the files are read.
        advance: is told of so many more files that are done.

    Raises:
        DataError: neither the cache nor the memory has room.
    """
    about, prints = _about(shape, reader), fingerprints(root, items)
    key = key_of(about, root, items, prints)
    place = cache_root() / key
    found = _read(place, len(items), shape)
    if found is not None:
        advance(len(items))
        return found
    files = Files(folder=key_of_folder(about, root), items=items, prints=prints)
    job = _Decoding(root, files, shape, reader, advance)

    def stays(in_file: bool) -> bool:
        # What took long once, and was decoded for the most part before, stays too.
        stay = in_file and (job.seconds >= MIN_DECODE_S or job.n_known > 0) and key_of(about, root, items) == key
        if in_file and (OPENS_FOLDERS or not stay):
            job.map_from(job.part)
        return stay

    remove_unfinished(place.parent)
    try:
        with ExitStack() as opened:
            job.known = known_rows(place.parent, files, shape, lambda entry: _checked(entry, shape), opened)
            # An existing entry is damaged, or another process has just written the same content.
            write_folder(place, job.write_to, overwrite=True, keep=stays)
        if job.result is None:  # A folder with a mapped file could not have been moved.
            job.map_from(place)
        _drop_old(place)
    except StoreError as error:
        return job.result or job.in_memory(reason_of(error.__cause__ or error))
    assert job.result is not None
    return job.result


def items_of(names: Sequence[str], found: Decoded) -> tuple[Item, ...]:
    """What a run records of decoded images (K,), by the path of each relative to the folder."""
    told = zip(names, found.digests, found.sizes, strict=True)
    return tuple(Item(name, digest.hex(), width, height) for name, digest, (width, height) in told)


class _Decoding:
    """Decodes a folder to a file, or to memory; arguments as for `decoded`.

    Attributes:
        known: what an earlier entry has of its files.
        n_known: number of files that were taken from there.
        result: the images, once they are decoded.
        seconds: that it took.
    """

    def __init__(
        self,
        root: Path,
        files: Files,
        shape: tuple[int, int, int],
        reader: PictureReader,
        advance: Callable[[int], None],
    ) -> None:
        self._root, self._files, self._shape, self._reader, self._advance = root, files, shape, reader, advance
        self.known: Mapping[str, Read] = {}
        self.n_known = 0
        self.result: Decoded | None = None
        self.seconds = 0.0

    def write_to(self, folder: Path) -> bool:
        """Decode to a folder of the cache; False if the pixels are in memory in the end, because it has no room."""
        folder.chmod(0o700)  # A person's own images.
        with (folder / _PIXELS).open("w+b", buffering=0) as file:
            pixels = PixelFile(len(self._files.items), self._shape, file)
            found, remarks = self._decode(pixels)
        if pixels.memory is not None or not found.kept:
            return False
        self._in_file, self.part = found, folder
        about = {
            "kept": found.kept,
            "notes": found.notes,
            "digests": b"".join(found.digests).hex(),
            "sizes": found.sizes,
            "pixels": pixels.checksum,
        }
        (folder / self._files.list_name).write_bytes(self._files.listed(found.kept, remarks).encode())
        (folder / _INDEX).write_bytes(json.dumps({"about": about, "checksum": checksum(about)}).encode())
        return True

    def map_from(self, folder: Path) -> None:
        """Map the pixels that `write_to` wrote, from where the folder is now. Raises DataError."""
        array, mapping = mapped_array(folder / _PIXELS, _ENTRY, at_random=True)
        self.result = replace(self._in_file, pixels=array, mappings=(mapping,))

    def in_memory(self, reason: str) -> Decoded:
        """Decode to memory, because the cache cannot be written for this reason. Raises DataError."""
        pixels = PixelFile(len(self._files.items), self._shape, None)
        pixels.use_memory(reason)
        self.known = {}
        return self._decode(pixels)[0]

    def _decode(self, pixels: PixelFile) -> tuple[Decoded, list[tuple[str, ...]]]:
        """The images, and the kinds of the remarks on each."""
        began, images = time.perf_counter(), list[tuple[bytes, tuple[str, ...], tuple[int, int]]]()

        def take(image: Read) -> None:
            pixels.add(image[0])
            images.append(image[1:])

        given = (self._root, self._files.items, self._shape, self._reader, self.known)
        kept, notes = decode_all(*given, take, lambda: self._advance(1))
        pixels.finish()
        self.n_known = len(self.known)
        self.seconds = time.perf_counter() - began
        said = [pixels.note] if pixels.note and self.seconds >= MIN_DECODE_S else []
        array = np.empty((0, *self._shape), dtype=np.uint8) if pixels.memory is None else pixels.memory[: len(kept)]
        found = Decoded(
            pixels=array,
            kept=tuple(kept),
            digests=tuple(digest for digest, _, _ in images),
            sizes=tuple(size for _, _, size in images),
            notes=(*notes, *said),
        )
        if pixels.memory is not None or not kept:
            self.result = found
        return found, [remarks for _, remarks, _ in images]


class PixelFile:
    """Images that are written to a file one after the other, and kept in memory from the first failure on.

    Args:
        most: largest number of images.
        shape: (D, H, W) of each.
        file: an empty file; None to keep all in memory, once `use_memory` has been called.

    Attributes:
        memory: (most, D, H, W) uint8, of which the images are the first ones; None if they are in the file.
        checksum: CRC-32 of the pixels in the file.
        note: a sentence on why they are in memory.
    """

    def __init__(self, most: int, shape: tuple[int, int, int], file: FileIO | None) -> None:
        self._most, self._shape, self._file = most, shape, file
        rows = min(max(1, most), max(1, BLOCK_BYTES // math.prod(shape)))
        self._block = np.empty((rows, *shape), dtype=np.uint8)
        self._in_block, self._written, self._header = 0, 0, 0
        self.memory: NDArray[np.uint8] | None = None
        self.checksum = 0
        self.note = ""
        if file is not None:
            self._header = self._write_header(file, most)

    def add(self, image: NDArray[np.uint8]) -> None:
        """Add an image (D, H, W). Raises DataError if there is no room left anywhere."""
        self._block[self._in_block] = image
        self._in_block += 1
        if self._in_block == len(self._block):
            self._write_block()

    def finish(self) -> None:
        """Write what is left, and how many images there are. Raises as `add`."""
        self._write_block()
        if self.memory is None and self._file is not None:
            try:
                self._file.seek(0)
                self._write_header(self._file, self._written)
            except OSError as error:
                self.use_memory(reason_of(error))

    def use_memory(self, reason: str) -> None:
        """Keep all images in memory, because the file cannot be written for this reason.

        Raises:
            DataError: the memory has no room for them.
        """
        size, free = self._most * math.prod(self._shape), free_bytes(torch.device("cpu"))
        depth, height, width = self._shape
        what = f"the pixels of {self._most:,} images of {depth} x {height} x {width}, {size / 1e6:,.1f} MB,"
        why = f"because the cache {cache_root()} cannot be written ({reason})"
        if size > MEMORY_SHARE * free:
            raise DataError(
                f"{what} have no place {why} and {free / 1e6:,.0f} MB of memory are free; free some space, choose "
                "another folder for caches by $LADA_CACHE, or set data.size to a smaller one"
            )
        memory = np.empty((self._most, *self._shape), dtype=np.uint8)
        if self._file is not None and self._written:
            self._file.seek(self._header)
            _read_into(self._file, memory[: self._written].data.cast("B"))
            with suppress(OSError):
                self._file.truncate(0)
        self.memory = memory
        self.note = f"{what} are held in memory {why}"

    def _write_block(self) -> None:
        block = self._block[: self._in_block]
        if not len(block):
            return
        if self.memory is None and self._file is not None:
            try:
                _write_all(self._file, block.data.cast("B"))
                self.checksum = zlib.crc32(block.data, self.checksum)
            except OSError as error:
                self.use_memory(reason_of(error))
        if self.memory is not None:
            self.memory[self._written : self._written + len(block)] = block
        self._written += len(block)
        self._in_block = 0

    def _write_header(self, file: FileIO, n: int) -> int:
        """Write the header of an array of `n` images; it is as long for any number. Returns its length in bytes."""
        header = {"descr": "|u1", "fortran_order": False, "shape": (n, *self._shape)}
        np.lib.format.write_array_header_1_0(file, header)
        return file.tell()


def _write_all(file: FileIO, content: memoryview) -> None:
    """Write all bytes, of which the system takes a part at a time. Raises OSError."""
    while content:
        content = content[file.write(content) or 0 :]


def _read_into(file: FileIO, room: memoryview) -> None:
    """Fill the room with bytes of a file. Raises OSError if there are not so many."""
    while room:
        if not (read := file.readinto(room)):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        room = room[read:]


# Entries ---

_ENTRY = Unreadable(error=DataError, damaged="is damaged", remedy="remove its folder, and the images are decoded anew")


def _about(shape: tuple[int, int, int], reader: PictureReader) -> list[object]:
    """What the pixels depend on beside the files."""
    # Nothing is added for a reader with the defaults, so that what was decoded before there were others is found.
    return [_FORMAT, PIL.__version__, MAX_PIXELS, shape, *([dict(reader.about())] if reader.about() else [])]


def _checked(entry: Path, shape: tuple[int, int, int]) -> tuple[Path, Decoded] | None:
    found = _read(entry, None, shape)
    return None if found is None else (entry / _PIXELS, found)


def _read(place: Path, n_items: int | None, shape: tuple[int, int, int]) -> Decoded | None:
    """The entry of the cache; None if there is none, or if it is damaged. It is of `n_items` files, if given."""
    with if_sound():
        return _sound(place, read_json(place / _INDEX), n_items, shape)
    return None


def _sound(place: Path, index: dict[str, Any], n_items: int | None, shape: tuple[int, int, int]) -> Decoded | None:
    """An entry with this index; None if it is damaged. Raises any error where the index is."""
    about = index["about"]
    kept, raw = tuple(int(i) for i in about["kept"]), bytes.fromhex(about["digests"])
    if checksum(about) != index["checksum"] or not all(i >= 0 and (n_items is None or i < n_items) for i in kept):
        return None
    if checksum_of_end(place / _PIXELS, len(kept) * math.prod(shape)) != about["pixels"]:
        return None
    pixels, mapping = mapped_array(place / _PIXELS, _ENTRY, at_random=True)
    os.utime(place)
    if pixels.dtype != np.uint8 or pixels.shape != (len(kept), *shape):
        return None
    return Decoded(
        pixels=pixels,
        mappings=(mapping,),
        kept=kept,
        digests=tuple(raw[start : start + 32] for start in range(0, len(raw), 32)),
        sizes=tuple((int(width), int(height)) for width, height in about["sizes"]),
        notes=tuple(str(note) for note in about["notes"]),
    )


def _drop_old(made: Path) -> None:
    """Remove the entries beside the one just made that were not opened for the longest time, down to both limits."""
    # The folder may also hold other kinds of cached files, and entries that other processes are writing.
    with suppress(OSError):
        others = [path for path in made.parent.glob("[!.]*") if path != made and (path / _INDEX).is_file()]
        n_bytes = _size(made)
        for n, path in enumerate(sorted(others, key=lambda path: path.stat().st_mtime, reverse=True), start=2):
            n_bytes += _size(path)
            if n > MAX_KEPT or n_bytes > MAX_KEPT_BYTES:
                shutil.rmtree(path, ignore_errors=True)


def _size(entry: Path) -> int:
    """Bytes of the files of an entry."""
    return sum(file.stat().st_size for file in entry.iterdir())
