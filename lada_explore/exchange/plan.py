"""What an import takes of a file of labels, what agrees, what conflicts and what is refused, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from lada_explore.config.names import first_of
from lada_explore.exchange.given import Given
from lada_explore.exchange.image_paths import parts_of
from lada_explore.exchange.matching import By, ClassFinder, ImageFinder

MAX_ROWS = 200
"""Most rows of each kind that the table in a notebook shows; the rest are counted."""


class VerdictKind(StrEnum):
    """What becomes of a label that a file gives.

    TAKE: it is taken. AGREES: its image has this label already. REPEATED: another row says the same. CONFLICT: its
    image has another label already, which is kept. REFUSED: it is not taken, for a reason in the file or the run.
    """

    TAKE = "take"
    AGREES = "agrees"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    REFUSED = "refused"


_TOLD = {
    VerdictKind.REFUSED: "not taken",
    VerdictKind.CONFLICT: "in conflict",
    VerdictKind.TAKE: "to be taken",
    VerdictKind.AGREES: "there already",
    VerdictKind.REPEATED: "repeated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one label of a file.

    Attributes:
        where: where it stands in the file, as "line 3".
        kind: what becomes of it.
        id: id of its image; -1 if none was found.
        image: name of the image, or what the file calls it.
        class_name: its class, or what the file calls it.
        label: class index; -1 if no class was found.
        why: a sentence on why it is not taken; "" if it is, or stands already.
    """

    where: str
    kind: VerdictKind
    id: int = -1
    image: str = ""
    class_name: str = ""
    label: int = -1
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What becomes of each label of a file; a table in a notebook.

    Attributes:
        rows: a verdict for each label, in the order of the file.
        form: what the file was taken for, as "CSV".
        notes: sentences on how the file was read, where that was not certain.
        done: whether the labels were taken; False for a dry run.
    """

    rows: tuple[Verdict, ...]
    form: str = ""
    notes: tuple[str, ...] = ()
    done: bool = False

    def of_kind(self, kind: VerdictKind) -> tuple[Verdict, ...]:
        """The rows with this verdict, in the order of the file."""
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def labels(self) -> Mapping[int, int]:
        """Class index by id, of what is taken."""
        return {row.id: row.label for row in self.of_kind(VerdictKind.TAKE)}

    @property
    def agreed(self) -> int:
        """Number of labels that are those which their images have already."""
        return len(self.of_kind(VerdictKind.AGREES))

    @property
    def conflicts(self) -> tuple[str, ...]:
        """A sentence for each label whose image has another one already."""
        return tuple(row.why for row in self.of_kind(VerdictKind.CONFLICT))

    @property
    def refused(self) -> tuple[str, ...]:
        """A sentence for each label that is not taken for another reason, with the place in the file."""
        return tuple(f"{row.where}: {row.why}" for row in self.of_kind(VerdictKind.REFUSED))

    def counts(self) -> dict[VerdictKind, int]:
        """Number of labels with each verdict."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in VerdictKind}

    def summary(self) -> str:
        """A sentence with the counts."""
        taken = "were taken" if self.done else "would be taken"
        counts = self.counts()
        words = {
            VerdictKind.AGREES: "there already",
            VerdictKind.REPEATED: "repeated",
            VerdictKind.CONFLICT: "in conflict",
            VerdictKind.REFUSED: "refused",
        }
        parts = [f"{words[kind]}: {counts[kind]:,}" for kind in words if counts[kind]]
        one = len(self.rows) == 1
        taken = taken.replace("were", "was") if one else taken
        given = "1 label was given" if one else f"{len(self.rows):,} labels were given"
        told = f"{given}: {counts[VerdictKind.TAKE]:,} {taken}"
        return "; ".join([told, *parts])

    def _repr_html_(self) -> str:
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in ("Row", "Image", "Class", "", "Why"))
        body = []
        for kind, told in _TOLD.items():
            rows = self.of_kind(kind)
            word = "taken" if kind is VerdictKind.TAKE and self.done else told
            for row in rows[:MAX_ROWS]:
                texts = (row.where, row.image, row.class_name, word, row.why)
                cells = "".join(f"<td style='text-align:left'><bdi>{escape(text)}</bdi></td>" for text in texts)
                body.append(f"<tr>{cells}</tr>")
            if len(rows) > MAX_ROWS:
                body.append(f"<tr><td colspan='5'>{len(rows) - MAX_ROWS:,} more {word}</td></tr>")
        notes = "".join(f"<p>{escape(note)}</p>" for note in (self.summary(), *self.notes))
        return f"{notes}<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """Which images of a run take a label now.

    Attributes:
        asked: ids of the images to which an answer is asked; None if every image of the pool takes one.
        labelled: current label, by id, of each image that has one.
        skipped: ids that a person has set aside.
    """

    asked: Collection[int] | None = None
    labelled: Mapping[int, int]
    skipped: Collection[int] = ()


def plan_import(
    given: Sequence[Given],
    *,
    class_names: Sequence[str],
    names: Sequence[str],
    size: int,
    takes: Takes,
    by: By = By.NAME,
    root: str = "",
    test_names: Sequence[str] = (),
    form: str = "",
    notes: Sequence[str] = (),
) -> ImportPlan:
    """Decide what becomes of each of the given labels.

    Args:
        given: labels that were read.
        class_names: of the run, by label.
        names: (N,) file path of each id; empty where the set has no files.
        size: N, number of images of the run.
        takes: which images take a label.
        by: how a class is found.
        root: folder of the images; "" where it is unknown.
        test_names: file path of each test image, which takes no label.
        form: what the file was taken for.
        notes: sentences on how it was read.
    """
    find_image, find_class = ImageFinder(names, size, root, test_names), ClassFinder(class_names, by)
    meant = [(entry, find_image(entry), find_class(entry)) for entry in given]
    folders, more_notes = _folders_before(meant, find_image, root)
    said: dict[int, list[tuple[Given, int]]] = {}
    for entry, image_id, label in meant:
        if isinstance(image_id, int) and isinstance(label, int) and not entry.fault:
            said.setdefault(image_id, []).append((entry, label))
    first: dict[int, str] = {}
    rows = []
    for entry, image_id, label in meant:
        image = find_image.name(image_id) if isinstance(image_id, int) else entry.file
        class_name = class_names[label] if isinstance(label, int) else entry.class_name or entry.label
        known = {
            "where": entry.where,
            "image": image,
            "class_name": class_name,
            "id": image_id if isinstance(image_id, int) else -1,
            "label": label if isinstance(label, int) else -1,
        }
        elsewhere = "" if isinstance(image_id, str) else folders.get(_last(find_image.folders_before(entry, image_id)))
        faults = [fault for fault in (entry.fault, image_id, label, elsewhere) if isinstance(fault, str) and fault]
        if faults or not isinstance(image_id, int) or not isinstance(label, int):
            kind, why = VerdictKind.REFUSED, faults[0]
        elif (other := _differing(said[image_id], label)) is not None:
            kind, why = VerdictKind.REFUSED, _twice(image, entry, label, other, class_names)
        elif image_id in first:
            kind, why = VerdictKind.REPEATED, f"{first[image_id]} says the same"
        else:
            kind, why = _against_run(image, entry, image_id, label, class_names, takes)
            first[image_id] = entry.where
        rows.append(Verdict(kind=kind, why=why, **known))  # type: ignore[arg-type]
    return ImportPlan(rows=tuple(rows), form=form, notes=(*notes, *more_notes))


def _folders_before(
    meant: Sequence[tuple[Given, int | str, int | str]], find_image: ImageFinder, root: str
) -> tuple[dict[str, str], list[str]]:
    """Why paths in a folder that the run does not know may be about other images, by that folder; and notes.

    Two paths that are one image but for the folder before it, as train/1.png and test/1.png, show that only one of
    these folders can be that of the images: the one of its name, if any has it.
    """
    own = _last(parts_of(root.replace("\\", "/")))
    seen: dict[int, dict[str, Given]] = {}
    for entry, image_id, _ in meant:
        if isinstance(image_id, int):
            seen.setdefault(image_id, {}).setdefault(_last(find_image.folders_before(entry, image_id)), entry)
    faults: dict[str, str] = {}
    for image_id, by_folder in seen.items():
        right = "" if "" in by_folder else own
        for folder in by_folder if len(by_folder) > 1 else ():
            if folder != right and folder not in faults:
                one, other = by_folder[folder], next(entry for key, entry in by_folder.items() if key != folder)
                faults[folder] = (
                    f"the folder {folder} may be another one than that of the images: {one.file} ({one.where}) and "
                    f"{other.file} ({other.where}) would both be {find_image.name(image_id)}; give paths within the "
                    "folder of the images"
                )
    taken = {folder for by_folder in seen.values() for folder in by_folder if folder not in faults} - {"", own}
    told = f"taken for the folder of the images: {first_of(sorted(taken))}; its name is another one here"
    return faults, [told] if taken and own else []


def _last(folders: Sequence[str]) -> str:
    return folders[-1] if folders else ""


def _differing(entries: Sequence[tuple[Given, int]], label: int) -> tuple[Given, int] | None:
    return next((found for found in entries if found[1] != label), None)


def _twice(image: str, entry: Given, label: int, other: tuple[Given, int], class_names: Sequence[str]) -> str:
    return f"{image} is {class_names[label]!r} here and {class_names[other[1]]!r} in {other[0].where}; keep one of them"


def _against_run(
    image: str, entry: Given, image_id: int, label: int, class_names: Sequence[str], takes: Takes
) -> tuple[VerdictKind, str]:
    if image_id in takes.labelled:
        there = takes.labelled[image_id]
        if there == label:
            return VerdictKind.AGREES, ""
        return VerdictKind.CONFLICT, (
            f"{image} is {class_names[label]!r} in {entry.where} but was labelled {class_names[there]!r}, which is kept"
        )
    if image_id in takes.skipped:
        return VerdictKind.REFUSED, (
            f"{image} was skipped, by a person or because its file was gone; bring it back in the labeller, or restore "
            "its file and resume the run, then import again"
        )
    if takes.asked is not None and image_id not in takes.asked:
        return VerdictKind.REFUSED, f"{image} is not asked now; import again when it is, or leave out --only-asked"
    return VerdictKind.TAKE, ""
