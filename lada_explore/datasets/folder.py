"""A person's own images: folders of files, in three layouts.

    PATH/train/CLASS/*.png with PATH/test/CLASS/*.png   labelled, with a test set
    PATH/CLASS/*.png                                    labelled; a share is held out for testing
    PATH/*.png                                          unlabelled; a person is the oracle

`DataConfig.layout` FLAT reads the images of all depths as unlabelled, whatever the folders are.

Ids follow the order of the files' posix paths. They are valid as long as the files stay the same; the checksum detects
changes.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.config import DataConfig, Layout
from lada_explore.config.names import first_of
from lada_explore.config.paths import expanded
from lada_explore.datasets.decode import ENDINGS, readable
from lada_explore.datasets.decoded import Decoded, decoded, items_of
from lada_explore.datasets.folder_layout import (
    LAYOUTS,
    Tree,
    class_name,
    classes_within,
    flat,
    matches_no_folder,
    nested_notes,
    no_folder_note,
    require_no_places,
    splits_of,
)
from lada_explore.datasets.folder_names import composed
from lada_explore.datasets.image_set import ImageData, ImageSet
from lada_explore.datasets.intensity import narrow_notes, resolved, with_pages
from lada_explore.datasets.levels import counts_of, scale_of, statistics_of
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.datasets.splits import draw_per_class, held_out
from lada_explore.errors import ConfigError, DataError
from lada_explore.records.items import Item
from lada_explore.runtime.progress import LateBar

_SPLIT_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Labelled:
    """Decoded images, and the class folder of each."""

    decoded: Decoded
    items: tuple[Item, ...]
    files: tuple[Path, ...]
    reader: PictureReader
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def load_folder(path: Path, config: DataConfig) -> ImageData:
    """Read a folder of images.

    Args:
        path: the folder.
        config: declared shape, class names and test share.

    Returns:
        The images, with mean and std of the training images and notes on files that were left out.

    Raises:
        DataError: the folder is missing or empty, or has no readable image or too few classes.
        ConfigError: class names are missing, or do not match the folders; or folders look like dates.
    """
    root = expanded(path)
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise DataError(f"the folder {root} {what}; give a folder of images: {LAYOUTS}")
    tree = Tree.of(root, config.layout)
    if config.layout is Layout.FLAT:
        return _unlabelled_data(tree, config, _some_files(tree))
    folders, loose = tree.listing()
    train, test = splits_of(tree)
    if train and (classes := [sub for sub in tree.listing(train)[0] if tree.files(f"{train}/{sub}")]):
        require_no_places(tree, config, train, classes)
        unused = [name for name in folders if name not in (train, test) and tree.files(name)] + loose
        return _labelled_data(tree, config, train=train, test=test or None, unused=unused)
    filled = [name for name in folders if tree.files(name)]
    if train and filled == sorted([train, test]):
        raise DataError(
            f"{root / train} and {root / test} hold images without class folders; sort them into {train}/CLASS and "
            f"{test}/CLASS, or to label them yourself use folder:{root / train} and pass --classes a,b,c"
        )
    if matches_no_folder(config, filled) and filled:
        note = no_folder_note(tree, config, filled)
        return _unlabelled_data(flat(tree), config, _some_files(flat(tree)), [note])
    if filled:
        require_no_places(tree, config, "", filled)
        return _labelled_data(tree, config, train="", test=None)
    if loose and config.layout is Layout.CLASSES:
        raise DataError(
            f"{root} holds {len(loose)} images without class folders and data.layout is 'classes'; sort them into "
            "folders, or pass --unlabelled --classes a,b,c"
        )
    return _unlabelled_data(tree, config, loose or _some_files(tree))


def _some_files(tree: Tree) -> list[str]:
    """All image files, by their paths. Raises DataError if there is none."""
    if found := tree.files():
        return sorted(found)
    also = "".join(f"; {note}" for note in tree.passed_over())
    raise DataError(f"{tree.root} holds no images (files ending in {' '.join(sorted(ENDINGS))}{also}); {LAYOUTS}")


def _unlabelled_data(tree: Tree, config: DataConfig, items: Sequence[str], said: Sequence[str] = ()) -> ImageData:
    root = tree.root
    if len(config.classes) < 2:
        without = "labels" if tree.layout is Layout.FLAT else "class folders"
        raise ConfigError(
            f"{root} holds {len(items)} images without {without} and {len(config.classes)} class names were "
            "given; name at least 2 classes to label them with, pass --classes a,b,c"
        )
    items = with_pages(config, root, items)
    reader, notes = resolved(config, root, items)
    with LateBar(len(items), "images") as bar:
        found = decoded(root, items, (config.channels, config.height, config.width), reader, bar.advance)
    _require_some(root, found)
    names = [items[position] for position in found.kept]
    train = ImageSet.create(
        name=_title(root),
        images=found.pixels,
        targets=None,
        class_names=config.classes,
        source=_source(root),
        item_names=list(map(readable, names)),
        files=[root / name for name in names],
        reader=reader,
        items=items_of(names, found),
        mappings=found.mappings,
    )
    notes = (*said, *notes, *found.notes)
    return _with_statistics(config, train, None, [*notes, *tree.passed_over(), *_duplicate_notes((train, found))])


def _labelled_data(
    tree: Tree, config: DataConfig, *, train: str, test: str | None, unused: Sequence[str] = ()
) -> ImageData:
    root = tree.root
    parts = [train] if test is None else [train, test]
    _require_told_apart(tree, parts)
    by_item = {part: _folder_of_each(tree, part, config) for part in parts}
    reader, said = resolved(config, root, list(by_item[train]))
    with LateBar(sum(map(len, by_item.values())), "images") as bar:
        found, *others = (_read_labelled(tree, part, by_item[part], config, reader, bar) for part in parts)
    notes = [*said, *found.notes, *_ignored_notes(" and ".join(parts), unused), *tree.passed_over()]
    class_names = _class_names(tree, found, config.classes)
    targets = _targets(found.classes, class_names)

    if test is not None:
        (tested,) = others
        notes += tested.notes
        if extra := sorted(set(tested.classes) - set(class_names), key=_natural):
            raise DataError(
                f"{root / test} has the class folder {extra[0]!r} but {root / train} has no readable image of it; add "
                "some there, or remove it from the test images"
            )
        train_set = _labelled_set(root, found, targets, class_names)
        test_set = _labelled_set(root, tested, _targets(tested.classes, class_names), class_names, "-test")
        return _with_statistics(
            config,
            train_set,
            test_set,
            [*notes, *_duplicate_notes((train_set, found.decoded), (test_set, tested.decoded))],
        )

    is_test = draw_per_class(targets, lambda size: held_out(size, config.test_share), _SPLIT_SEED)
    train_set = _labelled_set(root, found, targets, class_names, "", ~is_test)
    if not is_test.any():
        return _with_statistics(config, train_set, None, [*notes, *_duplicate_notes((train_set, found.decoded))])
    notes.append(
        f"held out {np.count_nonzero(is_test)} of {len(is_test)} images for testing (test_share {config.test_share:g})"
    )
    test_set = _labelled_set(root, found, targets, class_names, "-test", is_test)
    both = [(train_set, found.decoded), (test_set, found.decoded)]
    return _with_statistics(config, train_set, test_set, [*notes, *_duplicate_notes(*both)])


def _require_told_apart(tree: Tree, parts: Sequence[str]) -> None:
    """Raises DataError if class folders that hold images differ only in bytes that are lost in the name of a class."""
    first: dict[str, str] = {}
    for part in parts:
        for folder in tree.listing(part)[0]:
            place = f"{part}/{folder}" if part else folder
            other = first.setdefault(class_name(folder), place)
            same = composed(os.path.basename(other)) == composed(folder)
            if not same and tree.files(place) and tree.files(other):
                raise DataError(
                    f"the class folders {other!r} and {place!r} of {tree.root} differ only in bytes that are no text "
                    f"in UTF-8, so that both classes would be called {class_name(folder)!r}; rename one of them"
                )


def _folder_of_each(tree: Tree, part: str, config: DataConfig) -> dict[str, str]:
    """The class folder of each image in a subfolder ("" for the root itself), by path in the order of the paths."""
    prefix = f"{part}/" if part else ""
    found = {item: folder for folder in tree.listing(part)[0] for item in tree.files(prefix + folder)}
    return {name: found[item] for item in sorted(found) for name in with_pages(config, tree.root, [item])}


def _read_labelled(
    tree: Tree, part: str, by_item: Mapping[str, str], config: DataConfig, reader: PictureReader, bar: LateBar
) -> _Labelled:
    """Decode the images of the class folders in a subfolder."""
    root, prefix = tree.root, f"{part}/" if part else ""
    folders, loose = tree.listing(part)
    items = list(by_item)
    found = decoded(root, items, (config.channels, config.height, config.width), reader, bar.advance)
    _require_some(root / part, found)
    names = [items[position] for position in found.kept]
    folders_of = [by_item[name] for name in names]
    classes = tuple(map(class_name, folders_of))
    empty = sorted({class_name(folder) for folder in folders} - set(classes), key=_natural)
    empty_notes = tuple(f"the folder {prefix}{name} holds no readable image; it is not a class" for name in empty)
    return _Labelled(
        decoded=found,
        items=items_of(names, found),
        files=tuple(root / name for name in names),
        reader=reader,
        classes=classes,
        notes=(
            *found.notes,
            *_spelling_notes(prefix, folders_of),
            *nested_notes(tree, part, folders),
            *empty_notes,
            *_ignored_notes("the class folders", [prefix + name for name in loose]),
        ),
    )


def _spelling_notes(prefix: str, folders: Iterable[str]) -> list[str]:
    """Notes on folders that are one class, because their names are the same text in composed and decomposed form."""
    first: dict[str, str] = {}
    notes = []
    for folder in dict.fromkeys(folders):
        if (other := first.setdefault(class_name(folder), folder)) != folder:
            notes.append(
                f"the folders {prefix + other!a} and {prefix + folder!a} have one name in two spellings; they are one "
                f"class, {class_name(folder)!r}"
            )
    return notes


def _labelled_set(
    root: Path,
    found: _Labelled,
    targets: NDArray[np.int64],
    class_names: Sequence[str],
    suffix: str = "",
    chosen: NDArray[np.bool_] | None = None,
) -> ImageSet:
    ids = np.arange(len(targets)) if chosen is None else np.flatnonzero(chosen)
    return ImageSet.create(
        name=_title(root) + suffix,
        images=found.decoded.pixels,
        rows=None if chosen is None else ids,
        targets=targets[ids],
        class_names=class_names,
        source=_source(root),
        item_names=[readable(found.items[i].name) for i in ids],
        files=[found.files[i] for i in ids],
        reader=found.reader,
        items=[found.items[i] for i in ids],
        mappings=found.decoded.mappings,
    )


def _with_statistics(config: DataConfig, train: ImageSet, test: ImageSet | None, notes: Iterable[str]) -> ImageData:
    counts = counts_of(train)
    mean, std = statistics_of(counts)
    std, constant = scale_of(std)
    said = (*notes, *_same_name_notes(train), *narrow_notes(counts, config, train.reader), *constant)
    return ImageData(train=train, test=test, mean=mean, std=std, notes=said)


def _duplicate_notes(*sets: tuple[ImageSet, Decoded]) -> list[str]:
    """Notes on images with the same pixels as an earlier image, first on those in another class or another set.

    Args:
        sets: image sets, each with the decoded images of which it has some or all.
    """
    first: dict[bytes, tuple[str, int, ImageSet]] = {}
    found: dict[str, list[str]] = {"class": [], "set": [], "": []}
    for images, source in sets:
        rows = range(len(images)) if images.rows is None else images.rows
        names, digests = images.item_names or (), (source.digests[row] for row in rows)
        labels = [-1] * len(images) if images.targets is None else images.targets.tolist()
        for name, label, digest in zip(names, labels, digests, strict=True):
            earlier = first.setdefault(digest, (name, label, images))
            if earlier[0] != name:
                differs = "class" if earlier[1] != label else "set" if earlier[2] is not images else ""
                found[differs].append(f"{name} as {earlier[0]}")
    words = {"class": ", in another class", "set": ", in the test set", "": ""}
    return [
        f"images with the same pixels as another at this size{words[differs]}: {len(pairs):,}, {first_of(pairs)}"
        for differs, pairs in found.items()
        if pairs
    ]


def _same_name_notes(images: ImageSet) -> list[str]:
    """A note on images whose files have one name, because they differ only in bytes that are no text in UTF-8."""
    counts = Counter(images.item_names or ())
    same = [name for name in images.item_names or () if counts[name] > 1]
    if not same:
        return []
    return [f"images whose names differ only in bytes that are no text in UTF-8: {len(same):,}, {first_of(same)}"]


def _class_names(tree: Tree, found: _Labelled, declared: Sequence[str]) -> tuple[str, ...]:
    """Folder names in natural order, or the declared names if they match. Raises ConfigError or DataError."""
    root, names = tree.root, tuple(sorted(set(found.classes), key=_natural))
    if len(names) < 2 and not declared:
        only, inner = classes_within(tree)
        there = f"name {root / only} if its folders {first_of(inner)} are the classes, " if inner[1:] else ""
        raise DataError(
            f"{root} has 1 class folder with readable images, {names[0]!r}; a classifier needs at least 2 classes, so "
            f"{there}add another, or for unlabelled images pass --unlabelled --classes a,b,c"
        )
    if not declared:
        return names
    wanted = tuple(composed(name) for name in declared)
    missing = [name for name in wanted if name not in names]
    extra = [name for name in names if name not in wanted]
    if missing or extra:
        wrong = f"no images were found for {missing[0]!r}" if missing else f"{extra[0]!r} is not among them"
        raise ConfigError(
            f"the classes {', '.join(wanted)} do not match the class folders {', '.join(names)} of {root}: {wrong}; "
            "pass exactly the folder names, or leave --classes out, or pass --unlabelled to label the images yourself"
        )
    return wanted


def _ignored_notes(place: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [
        f"left out what lies beside {place}: {readable(names[0])}"
        + (f" and {len(names) - 1} more" if names[1:] else "")
    ]


def _targets(classes: Sequence[str], class_names: Sequence[str]) -> NDArray[np.int64]:
    index = {name: target for target, name in enumerate(class_names)}
    return np.array([index[name] for name in classes], dtype=np.int64)


def _require_some(folder: Path, found: Decoded) -> None:
    if not found.kept:
        why = f" ({found.notes[0]})" if found.notes else ""
        raise DataError(f"{folder} holds no image that can be read{why}; replace the files, or {LAYOUTS}")


def _natural(name: str) -> tuple[list[str | int], str]:
    """Sort key for natural order: "img2" before "img10", and case only as a tie-break."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if odd % 2 else part for odd, part in enumerate(parts)], name


def _title(root: Path) -> str:
    return readable(root.resolve().name) or "folder"


def _source(root: Path) -> str:
    return f"The images in your folder {_title(root)}; you know their licence."
