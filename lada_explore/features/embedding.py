"""The one pass: pictures are decoded ahead of the network, and features are kept as they are made."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.background import python_is_exiting
from lada_explore.background.reporting import REPORTING, Reporting
from lada_explore.config import RunConfig
from lada_explore.config.paths import cache_folder
from lada_explore.datasets import ImageData
from lada_explore.datasets.ahead import ahead
from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.errors import LadaError, NumericsError, StageStopped, StoreError
from lada_explore.features.backbone import Backbone, backbone_named
from lada_explore.features.content import DigestMemo, Read
from lada_explore.features.pictures import Picture, Pictures
from lada_explore.features.store import FeatureStore, MemoryRows
from lada_explore.runtime import Runtime, free_bytes
from lada_explore.runtime.memory import within_memory
from lada_explore.runtime.progress import Bar

FOLDER, MEMO_FILE = "features", "digests.sqlite"

BATCH = {"cpu": 16, "cuda": 256}
"""Pictures in a pass of the network."""

AHEAD = 64
"""Pictures that are decoded ahead of the network, at least."""

MAX_CHUNK, CHUNK_S = 4096, 2.0
"""A chunk of rows is written when there are so many, or after so many seconds: what a kill loses at most."""

MAX_PASSES = 3
"""Passes after which rows that are damaged again are a matter of the disk."""

MEMORY_SHARE = 0.5
"""Largest share of the free memory that features take which cannot be kept on disk."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embedded:
    """The features of a data set, and what it took.

    Attributes:
        train, test: features of the images of each set; test is None without a test set.
        backbone: what made them.
        notes: sentences that a person should read.
        new: number of pictures whose features were computed now.
        known: number of images whose features were there, or are those of another image with the same content.
        seconds: duration of the pass in seconds.
        folder: where they are kept.
        size: bytes on disk of all features of this backbone.
    """

    train: FeatureSet
    test: FeatureSet | None
    backbone: Backbone
    notes: tuple[str, ...]
    new: int
    known: int
    seconds: float
    folder: Path
    size: int


def features_of(
    data: ImageData, config: RunConfig, *, runtime: Runtime, progress: Reporting | None = None
) -> tuple[FeatureSet, FeatureSet | None]:
    """The features of the training and the test images for the backbone of `config.classifier`; see `embedded`."""
    found = embedded(data, backbone_named(config.classifier, config.backbone, data), runtime=runtime, progress=progress)
    return found.train, found.test


def embedded(data: ImageData, backbone: Backbone, *, runtime: Runtime, progress: Reporting | None = None) -> Embedded:
    """The features of all images of a data set: from the cache, and computed for those that are not in it.

    They are kept in $LADA_CACHE/features, or ~/.cache/lada_explore/features, by the content of the picture, the
    backbone, its weights and what it is shown. What has been computed stays when the pass is stopped or killed, but for
    the last chunk. Another process that computes features of the same backbone is waited for.

    Args:
        data: the images; files are decoded at the size of the backbone, pixels in memory are resized.
        backbone: the network; it is moved to the device.
        runtime: device and threads.
        progress: is told how far the pass is; by default who is told in place of a bar, or a bar.

    Raises:
        DataError: a file is gone or cannot be read.
        NumericsError: a feature is not finite, or too large for float16; the image is named.
        StoreError: features can neither be kept on disk nor in memory.
        OutOfMemoryError: memory does not suffice for a single picture.
        KeyboardInterrupt: as it came; what is finished is kept.
    """
    sets = [data.train] if data.test is None else [data.train, data.test]
    reporting = progress or REPORTING.get() or Bar()
    began = time.perf_counter()
    job = _Pass(Pictures(sets, backbone.transform), backbone, runtime, reporting)
    job.run()
    made = [job.feature_set(which) for which in range(len(sets))]
    return Embedded(
        train=made[0],
        test=made[1] if made[1:] else None,
        backbone=backbone,
        notes=(*backbone.notes, *job.notes),
        new=job.new,
        known=len(job.pictures) - job.new,
        seconds=time.perf_counter() - began,
        folder=job.store.folder,
        size=job.store.size(),
    )


@dataclass(slots=True, eq=False)
class _Chunk:
    """Rows that are not on disk yet."""

    digests: list[bytes] = field(default_factory=list)
    rows: list[NDArray[np.float16] | NDArray[np.float32]] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    @property
    def is_due(self) -> bool:
        """Whether it should be written."""
        return len(self.digests) >= MAX_CHUNK or time.monotonic() - self.since >= CHUNK_S


class _Pass:
    """One pass over pictures; arguments as for `embedded`."""

    def __init__(self, pictures: Pictures, backbone: Backbone, runtime: Runtime, progress: Reporting) -> None:
        self.pictures, self._backbone, self._runtime, self._progress = pictures, backbone, runtime, progress
        self._dtype = np.dtype(backbone.precision.value)
        root = cache_folder(FOLDER)
        about = {"backbone": backbone.name, "weights": backbone.weights, **backbone.transform.about()}
        self.store = FeatureStore(root / backbone.key[:40], backbone.n_features, self._dtype, about)
        self._memo = DigestMemo(root / MEMO_FILE)
        self._memory: MemoryRows | None = None
        self._digests: list[bytes | None] = []
        self._chunk = _Chunk()
        self._running: _Running | None = None
        self._at_once = BATCH[runtime.device.type]
        self.notes: list[str] = []
        self.new = 0

    # Which pictures ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Compute what is missing.

        Raises:
            StoreError: what is written to the disk comes back damaged.
        """
        self._digests = self.pictures.known_digests(self._memo)
        for _ in range(MAX_PASSES):
            # Some digests are known only after a pass, and so whether their rows are sound.
            if damaged := self.store.drop_damaged(digest for digest in self._digests if digest is not None):
                self.notes.append(f"{damaged:,} features on disk were damaged and are computed anew")
            if not self._missing():
                return
            self._run_once()
        raise StoreError(
            f"what is written to {self.store.folder} comes back damaged; choose another disk by $LADA_CACHE"
        )

    def _run_once(self) -> None:
        with self._writing(), self._runtime.passing(), self._runtime.arithmetic(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of Pillow, about unusual metadata, as in `datasets.decode`.
            missing = self._missing()  # Another process may have computed them meanwhile.
            self._runtime.place(self._backbone.network)
            self._progress.begin(len(missing), self._backbone.name)
            try:
                self._compute(missing)
            except BaseException as error:
                self._keep_finished(error)
                raise
            finally:
                self._progress.end()

    def _has(self, digest: bytes | None) -> bool:
        if digest is None:
            return False
        return digest in self.store or (self._memory is not None and digest in self._memory)

    def _missing(self) -> list[int]:
        """Numbers of the pictures that have to be read; one of those that are known to have equal content."""
        first: dict[bytes | int, int] = {}
        for number, digest in enumerate(self._digests):
            if not self._has(digest):
                first.setdefault(number if digest is None else digest, number)
        return list(first.values())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Have the store for writing inside the block; where that is impossible, rows are kept in memory."""
        waiting = f"another process computes features of {self._backbone.name} in {self.store.folder}; waiting for it"
        with ExitStack() as held:
            try:
                held.enter_context(self.store.writing(lambda: self._progress.say(waiting)))
            except StoreError as error:
                self._use_memory(error)
            yield

    def _use_memory(self, why: StoreError) -> None:
        most = int(MEMORY_SHARE * free_bytes(torch.device("cpu")))
        self._memory = MemoryRows(self._backbone.n_features, self._dtype, most, why)
        self.notes.append(f"features are kept in memory and computed again next time, because {why}")

    # The pass ----------------------------------------------------------------------------------------------------

    def _compute(self, numbers: Sequence[int]) -> None:
        batch: list[tuple[int, Picture]] = []
        seen: set[bytes] = set()
        with closing(self._decoded(numbers)) as decoded:
            for number, picture in decoded:
                self._digests[number] = picture.digest
                if picture.read is not None:
                    self._chunk.read.append(picture.read)
                if picture.pixels is None or picture.digest in seen:
                    self._progress.advance(1)
                else:
                    seen.add(picture.digest)
                    batch.append((number, picture))
                if len(batch) == BATCH[self._runtime.device.type]:
                    # A GPU computes this batch while the one before is fetched and the next is decoded.
                    started = self._started(batch)
                    batch = []
                    self._collect()
                    self._running = started
        self._collect()
        if batch:
            self._running = self._started(batch)
            self._collect()
        self._write()

    def _decoded(self, numbers: Sequence[int]) -> Generator[tuple[int, Picture]]:
        """The pictures in order, decoded by threads at most `AHEAD` or two batches ahead."""
        at_most = max(AHEAD, 2 * BATCH[self._runtime.device.type])
        return ahead(lambda number: self.pictures.read(number, self._has), numbers, at_most=at_most)

    def _started(self, batch: Sequence[tuple[int, Picture]]) -> _Running:
        """The features of a batch, which a GPU may still be computing."""
        if python_is_exiting():
            raise StageStopped("Python exits; the features that are finished are kept")
        pixels = torch.from_numpy(np.stack([picture.pixels for _, picture in batch if picture.pixels is not None]))
        device = self._runtime.device
        shown = pixels.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else pixels

        def attempt() -> Tensor:
            return torch.cat([self._backbone.features(part) for part in shown.split(self._at_once)])

        def halve() -> bool:
            self._at_once = min(self._at_once, len(shown)) // 2
            return self._at_once > 0

        _, height, width = self._backbone.transform.shape
        made = within_memory(
            attempt,
            halve=halve,
            what=f"{self._backbone.name} on a picture of {height} x {width} pixels",
            remedy="set backbone.size to a smaller one, or choose another backbone",
            device=device,
        )
        return _Running([(number, picture.digest) for number, picture in batch], made)

    def _collect(self) -> None:
        """Take the features of the batch that runs, if one does, and write the chunk if it is due."""
        running, self._running = self._running, None
        if running is None:
            return
        values = running.values.cpu().numpy()
        with np.errstate(over="ignore"):
            rows = values.astype(self._dtype)
        self._require_finite(rows, values, [number for number, _ in running.batch])
        self._chunk.digests += [digest for _, digest in running.batch]
        self._chunk.rows.append(rows)
        self.new += len(rows)
        self._progress.advance(len(rows))
        if self._chunk.is_due:
            self._write()

    def _require_finite(self, rows: NDArray[Any], values: NDArray[Any], numbers: Sequence[int]) -> None:
        wrong = ~np.isfinite(rows).all(axis=1)
        if not wrong.any():
            return
        first = int(wrong.argmax())
        name, backbone = self.pictures.name(numbers[first]), self._backbone.name
        if np.isfinite(values[first]).all():
            raise NumericsError(
                f"a feature of {name} is {np.abs(values[first]).max():g}, above the 65,504 of float16; set "
                "backbone.precision to float32"
            )
        raise NumericsError(
            f"{backbone} gives features of {name} that are not finite; repair its weights, or set "
            "backbone.normalisation to what it was trained on"
        )

    # Keeping -----------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        """Keep the rows of the chunk: on disk, or in memory from the first failure on."""
        chunk = self._chunk
        if chunk.digests:
            rows = np.concatenate(chunk.rows)
            if self._memory is None:
                try:
                    self.store.append(chunk.digests, rows)
                except StoreError as error:
                    self._use_memory(error)
            if self._memory is not None:
                self._memory.append(chunk.digests, rows)
            # Not before: what an interrupt finds half written is written again, in the same place.
            chunk.digests, chunk.rows = [], []
        self._memo.keep(chunk.read)
        self._chunk = _Chunk()

    def _keep_finished(self, error: BaseException) -> None:
        """Write what is finished when the pass ends early, and tell somebody who stopped it."""
        if not isinstance(error, StoreError):
            with suppress(LadaError):  # The error that ended the pass says more than one that follows it.
                self._collect()
            self._write()
        if isinstance(error, KeyboardInterrupt) and self._memory is None:
            kept = f"the features of {self.new:,} new pictures are kept in {self.store.folder}"
            self._progress.say(f"stopped; {kept}, and the same call goes on from there")

    def feature_set(self, which: int) -> FeatureSet:
        """The features of a set, by its position, after `run`."""
        digests = [self._digests[number] or b"" for number in self.pictures.numbers(which)]
        about = hashlib.sha256(self._backbone.key.encode() + b"".join(digests)).hexdigest()
        values = self.store.values()
        if self._memory is None:
            return FeatureSet(values, np.array([self.store.row(digest) for digest in digests], np.int64), about)
        own = [
            values[self.store.row(digest)] if digest in self.store else self._memory.row(digest) for digest in digests
        ]
        return FeatureSet(np.stack(own), np.arange(len(own), dtype=np.int64), about)


@dataclass(frozen=True, slots=True, eq=False)
class _Running:
    """Number and digest of each picture of a batch, and its features (B, F) on the device."""

    batch: list[tuple[int, bytes]]
    values: Tensor
