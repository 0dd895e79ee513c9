"""The images of a run that is opened again: found where they are now, in the order of their ids."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock

import numpy as np

from lada_explore.config import DataConfig, Layout, RunConfig
from lada_explore.config.names import first_of
from lada_explore.config.paths import FOLDER, expanded, place_of
from lada_explore.datasets import ImageData, load_for
from lada_explore.datasets.decode import LEFT_OUT, readable
from lada_explore.datasets.known_images import Reunited, reunited
from lada_explore.errors import ConfigError, StoreError
from lada_explore.models import Frozen, Given
from lada_explore.records import stages_of
from lada_explore.records.items import Item
from lada_explore.runtime import Runtime
from lada_explore.session.checks import check_same_data
from lada_explore.session.own_features import require_same_features, with_features
from lada_explore.store import RunFolder
from lada_explore.store.items import Items, ItemsHead, read_head
from lada_explore.store.run_writer import RunWriter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundImages:
    """The images of a run as they were found.

    Attributes:
        data: the images, in the order of their ids; new ones follow.
        items: what is to be recorded of them, but for new ones; None where they have no names.
        reunited: what has become of those that the run knows; None of a run that did not know them.
        root: the folder that a person said they are in; None if nobody did.
    """

    data: ImageData
    items: Items | None = None
    reunited: Reunited | None = None
    root: Path | None = None

    def sentence(self, head: ItemsHead | None) -> str:
        """What came of looking for new images.

        Args:
            head: what is recorded of them now.
        """
        added = 0 if self.reunited is None else len(self.reunited.added)
        if added and head is not None:
            return f"{head.notes()[-1]}."
        where = "the images of this run" if head is None or not head.folder else head.folder
        return f"There are no new images in {where}."

    def notes(self, told: Collection[str] = ()) -> Iterator[str]:
        """What a person should know of images that are not as they were; new ones are recorded, see `record_images`.

        Args:
            told: what was said of the images when the run began, which is not said again.
        """
        found = self.reunited
        if found is None or self.items is None:
            return
        yield from (note for note in self.data.notes if note.startswith(LEFT_OUT) and note not in told)
        folder = Path(self.items.head.folder)
        there = {name for name in found.gone if place_of(folder / name)[0].exists()}
        gone, unread = ([name for name in found.gone if (name in there) is wanted] for wanted in (False, True))
        out = "they are not asked about, and neither trained nor tested on while they"
        for names, told_of, end in (
            (gone, "files of images of this run that are gone", "are"),
            (unread, "files of images of this run that cannot be read", "cannot"),
            (found.changed, "files that hold another picture than the run knows", "do"),
        ):
            if names:
                yield f"{told_of}: {first_of(list(map(readable, names)))}; {out} {end}"
        if found.renamed:
            pairs = [readable(f"{old} is {new} now") for old, new in found.renamed.items()]
            yield f"images that were renamed or moved within the folder: {first_of(pairs)}"


def items_of(data: ImageData, config: RunConfig, run: Path) -> Items | None:
    """What a run records of its images; None where they have no names.

    Args:
        data: the images, with their features.
        config: settings of the run.
        run: the run folder; the id of the run is filled in when it is written.
    """
    if data.train.items is None:
        return None
    features = data.features
    test = () if data.test is None else data.test.items or ()
    head = ItemsHead(
        run="",
        n_train=len(data.train),
        n_test=len(test),
        labelled=data.train.targets is not None,
        mean=data.mean,
        std=data.std,
        feature_mean=() if features is None else tuple(features.mean.tolist()),
        feature_std=() if features is None else tuple(features.std.tolist()),
    )
    items = Items(head=head, train=data.train.items, test=test)
    return items.at(_folder(config.data), run) if config.data.name.startswith(FOLDER) else items


def images_for(
    folder: RunFolder, data: ImageData | str | Path | None, given: Given | Frozen | None, runtime: Runtime
) -> FoundImages:
    """The images of a run that is opened again, with the features that its classifier sees in their place.

    Args:
        folder: the run.
        data: images that were handed over, or the folder where they are now; None to look for them.
        given: what a person handed over as the classifier.
        runtime: where a network makes features.

    Raises:
        LadaError: as `found_images` and `with_features`; or features that are not those of the run.
    """
    if isinstance(data, ImageData):
        check_same_data(folder.info, data)
        if len(data.train) != folder.info.pool_size:
            raise StoreError(
                f"{folder.path} has {folder.info.pool_size:,} images since some were added to their folder, and "
                f"{len(data.train):,} were handed over; leave data out, or give the folder"
            )
        found = FoundImages(data=data)
    else:
        found = found_images(folder, data)
    ready = with_features(folder.info.config, found.data, given, runtime)
    require_same_features(folder.info, ready)
    return replace(found, data=with_recorded_statistics(ready, folder.items_head))


def found_images(folder: RunFolder, place: str | Path | None = None) -> FoundImages:
    """Find the images of a run.

    They are looked for in the folder where they were last, then in the one at the same place relative to the run, then
    in the one that the settings name.

    Args:
        folder: the run.
        place: the folder of the images, with or without "folder:", if a person says where it is now.

    Raises:
        ConfigError: the run has no folder of images.
        LadaError: there is no such folder, or it holds other images.
    """
    config, items = folder.info.config, folder.items
    own = config.data.name.startswith(FOLDER)
    if place is not None and not own:
        raise ConfigError(
            f"the images of this run are {config.data.name}, and those of a folder alone can be given by its path; "
            f"leave {place} out"
        )
    given = None if place is None else expanded(str(place).removeprefix(FOLDER))
    if items is None or not own:
        if own and given is None:
            _where(folder.path, config.data, None)  # Which says how to name its place.
        named = config if given is None else _named(config, given)
        data = load_for(named, folder.info.image_shape)
        check_same_data(folder.info, data)
        return FoundImages(data=data, root=given)
    root = given or _where(folder.path, config.data, items.head)
    layout = config.data.layout if items.head.labelled else Layout.FLAT
    data = load_for(_named(config, root, layout), folder.info.image_shape)
    if data.train.class_names != folder.info.class_names:
        raise StoreError(
            f"the class folders of {root} are {', '.join(data.train.class_names)}, and the classes of the run "
            f"{', '.join(folder.info.class_names)}; restore the same class folders, or start a new run"
        )
    found = reunited(data, items.train, items.test, grows=not folder.is_complete)
    _require_enough(found, root, moved=os.path.realpath(root) != items.head.folder, run=folder.path)
    return FoundImages(
        data=replace(found.data, mean=items.head.mean, std=items.head.std),
        items=replace(
            items,
            train=(found.data.train.items or ())[: items.head.n_train],
            test=_with_new_names(items, found.renamed),
        ).at(root, folder.path),
        reunited=found,
    )


def with_recorded_statistics(data: ImageData, head: ItemsHead | None) -> ImageData:
    """The images with their features normalised as when the run began, whatever images came or went since."""
    features = data.features
    if features is None or head is None or len(head.feature_mean) != len(features.mean):
        return data
    mean, std = (np.array(values, dtype=np.float32) for values in (head.feature_mean, head.feature_std))
    return replace(data, features=replace(features, mean=mean, std=std))


@contextmanager
def between_stages(stepping: RLock, *, asks_a_person: bool) -> Iterator[None]:
    """Hold a session between two stages.

    Args:
        stepping: lock that is held while a stage runs.
        asks_a_person: whether a person is the oracle.

    Raises:
        ConfigError: a stage runs, or no person answers.
    """
    if not asks_a_person:
        raise ConfigError("new images are looked for where a person answers; of this run, when it is resumed")
    if not stepping.acquire(blocking=False):
        raise ConfigError("a stage is running; look for new images when it has ended, or pause the run")
    try:
        yield
    finally:
        stepping.release()


def record_images(run: RunWriter, found: FoundImages) -> None:
    """Record where the images of a run that is open for writing were found, and new ones.

    Args:
        run: the run.
        found: its images, with their features.

    Raises:
        StoreError: the run was changed meanwhile, or the disk refuses.
    """
    folder, now = run.folder, run.position
    run.absent_ids, run.image_notes = found.data.train.absent_ids, tuple(found.notes(folder.info.notes))
    if read_head(folder.path, folder.info.id) != folder.items_head:
        raise StoreError(f"{folder.path} was changed by another session while it was opened; open it again")
    items, notes = found.items, list(run.image_notes)
    if items is None and folder.items_head is None:
        items = items_of(found.data, folder.info.config, folder.path)
    if items is None:
        return
    if found.root is not None:
        items = items.at(found.root, folder.path)
    added = () if found.reunited is None else found.reunited.added
    if added:
        begins = now.next_stage is stages_of(now.cycle)[0]
        items = items.with_added(added, now.cycle if begins else now.cycle + 1, time.time())
        notes.append(items.head.notes()[-1])
    items = replace(items, head=replace(items.head, run=folder.info.id, lines=""))
    before = folder.items_head
    if before is None or replace(before, lines="") != items.head or (found.reunited and found.reunited.renamed):
        run.keep_items(items)
    for note in notes:
        logger.warning("%s", note)


def _named(config: RunConfig, root: Path, layout: Layout | None = None) -> RunConfig:
    return replace(config, data=replace(config.data, name=f"{FOLDER}{root}", layout=layout or config.data.layout))


def _folder(config: DataConfig) -> Path:
    return expanded(config.name.removeprefix(FOLDER))


def _where(run: Path, config: DataConfig, head: ItemsHead | None) -> Path:
    """The folder of the images. Raises StoreError if it is nowhere."""
    known = [] if head is None else [head.folder, str(run / head.beside) if head.beside else ""]
    tried = list(dict.fromkeys(os.path.realpath(place) for place in (*known, str(_folder(config))) if place))
    for place in tried:
        if os.path.isdir(place):
            return Path(place)
    without = "; its labels can be exported without it" if head is not None else ""
    raise StoreError(
        f"the folder of the images of {run} is gone (looked for {' and '.join(tried)}); say where it is now, with "
        f"--data PATH on the command line or data=PATH in Python{without}"
    )


def _require_enough(found: Reunited, root: Path, *, moved: bool, run: Path) -> None:
    """Raises StoreError for a folder that holds other images than the run's, or holds them in a folder of it."""
    inner = {new.removesuffix(f"/{old}") if new.endswith(f"/{old}") else "" for old, new in found.renamed.items()}
    if moved and len(inner) == 1 and "" not in inner and 2 * len(found.renamed) > found.n_known:
        raise StoreError(
            f"the images of {run} are in {readable(str(root / inner.pop()))}, and {root} holds others beside that "
            "folder; give that folder, with --data PATH on the command line or data=PATH in Python"
        )
    least = found.n_known / 2 if moved else 1
    if found.n_found < least:
        raise StoreError(
            f"{root} has {found.n_found:,} of the {found.n_known:,} images of {run} as they were (others there: "
            f"{len(found.added):,} new, {len(found.changed):,} with another picture under the same name); give the "
            "folder that holds them, with --data PATH on the command line or data=PATH in Python"
        )


def _with_new_names(items: Items, renamed: Mapping[str, str]) -> tuple[Item, ...]:
    return tuple(replace(item, name=renamed.get(item.name, item.name)) for item in items.test)
