"""Random damage to a copied run folder: bytes, truncation, swapped files, and edits that leave a file well formed."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def mutate(run: Path, rng: random.Random) -> str:
    """Damage a run folder in one way; returns what was done, empty where it had no effect."""
    kind = rng.choice(list(KINDS))
    done = KINDS[kind](run, rng)
    return f"{kind}: {done}" if done else ""


def _files(run: Path, ending: str = "") -> list[Path]:
    own = (run / "run.lock",)
    return sorted(p for p in run.rglob(f"*{ending}") if p.is_file() and p not in own and "layouts" not in p.parts)


def _flip(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run))
    content = bytearray(place.read_bytes())
    for _ in range(rng.choice([1, 1, 8, 64])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    place.write_bytes(content)
    return str(place.relative_to(run))


def _cut(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run))
    content = place.read_bytes()
    place.write_bytes(content[: rng.randrange(len(content))])
    return str(place.relative_to(run))


def _grow(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run))
    with place.open("ab") as file:
        file.write(rng.randbytes(rng.randrange(1, 200)))
    return str(place.relative_to(run))


def _delete(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run))
    place.unlink()
    return str(place.relative_to(run))


def _swap_files(run: Path, rng: random.Random) -> str:
    one = rng.choice(_files(run))
    others = [p for p in _files(run) if p.name == one.name and p != one] or [p for p in _files(run) if p != one]
    other = rng.choice(others)
    mine, theirs = one.read_bytes(), other.read_bytes()
    if mine == theirs:
        return ""
    one.write_bytes(theirs)
    other.write_bytes(mine)
    return f"{one.relative_to(run)} and {other.relative_to(run)}"


def _swap_folders(run: Path, rng: random.Random) -> str:
    folders = sorted(p for p in (run / "cycles").glob("*/*") if p.is_dir())
    one = rng.choice(folders)
    same = [p for p in folders if p.name == one.name and p != one]
    other = rng.choice(same or [p for p in folders if p != one])
    beside = run / "beside"
    one.rename(beside)
    other.rename(one)
    beside.rename(other)
    return f"{one.relative_to(run)} and {other.relative_to(run)}"


def _copy_folder(run: Path, rng: random.Random) -> str:
    folders = sorted(p for p in (run / "cycles").glob("*/*") if p.is_dir())
    one = rng.choice(folders)
    other = rng.choice([p for p in folders if p != one])
    shutil.rmtree(one)
    shutil.copytree(other, one)
    return f"{other.relative_to(run)} over {one.relative_to(run)}"


VALUES = [
    *(None, True, False, -1, 0, 1, 77, 10**9, -(10**30), 10**400, 0.5, -0.1, 1e308, float("nan"), float("inf")),
    *("", "x", "a\0b", "\x1b[31m", "x" * 100_000, [], [[]], {}, {"x": 1}, [1, 2], ["a"]),
]


def _edit_json(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run, ".json"))
    values = json.loads(place.read_text(encoding="utf-8"))
    spots = list(_spots(values, lambda new: None))
    if not spots:
        new = rng.choice(VALUES)
        place.write_text(json.dumps(new), encoding="utf-8")
        return "" if new == values else f"{place.relative_to(run)} is {new!r:.40}"
    parent, name = rng.choice(spots)
    old = parent[name]
    if rng.random() < 0.2 and isinstance(parent, dict):
        del parent[name]
        new: Any = "(gone)"
    else:
        new = rng.choice(VALUES if rng.random() < 0.7 else _near(old))
        if type(new) is type(old) and new == old:
            return ""
        parent[name] = new
    place.write_text(json.dumps(values), encoding="utf-8")
    return f"{place.relative_to(run)} {name}: {old!r:.40} to {new!r:.40}"


def _near(old: Any) -> list[Any]:
    """Values that look as good as the old one."""
    if isinstance(old, bool):
        return [not old]
    if isinstance(old, int | float):
        return [old + 1, old * 2, -old]
    if isinstance(old, str) and old:
        return [old[:-1], old + "x", old.upper()]
    return [*VALUES]


def _spots(values: Any, found: Callable[[Any], None]) -> list[tuple[Any, Any]]:
    names = values.keys() if isinstance(values, dict) else range(len(values)) if isinstance(values, list) else ()
    spots = [(values, name) for name in names]
    for name in names:
        spots += _spots(values[name], found)
    return spots


def _nest_json(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run, ".json"))
    place.write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    return str(place.relative_to(run))


def _edit_arrays(run: Path, rng: random.Random) -> str:
    place = rng.choice(_files(run, ".npz"))
    with np.load(place) as found:
        arrays = {name: found[name] for name in found.files}
    name = rng.choice(list(arrays))
    old = arrays[name]
    ways = ["value", "nan", "dtype", "shape", "order", "gone", "more", "empty", "all alike", "shuffled", "negative"]
    how = rng.choice(ways)
    if how in ("value", "nan", "order", "empty", "all alike", "shuffled", "negative") and old.size == 0:
        return ""
    new = old.copy()
    if how == "value":
        new.flat[rng.randrange(new.size)] += np.array(1).astype(new.dtype)
    elif how == "nan":
        if new.dtype.kind != "f":
            return ""
        new.flat[rng.randrange(new.size)] = np.nan
    elif how == "dtype":
        new = new.astype(rng.choice([np.float64, np.int8, np.uint8, np.complex64, "U3"]))
    elif how == "shape":
        new = new.reshape(-1)[:-1] if new.size else np.zeros((3, 3), new.dtype)
    elif how == "order":
        new = new[::-1].copy()
    elif how == "empty":
        new = np.zeros((0,) * old.ndim, old.dtype)
    elif how == "all alike":
        new[...] = new.flat[0]
    elif how == "shuffled":
        new.flat = rng.sample(new.ravel().tolist(), new.size)
    elif how == "negative":
        new = (-new.astype(np.float64) - 1).astype(old.dtype)
    if how == "gone":
        del arrays[name]
    elif how == "more":
        arrays["later"] = new
    else:
        if new.dtype == old.dtype and np.array_equal(new, old, equal_nan=new.dtype.kind == "f"):
            return ""
        arrays[name] = new
    np.savez_compressed(place, **arrays)
    return f"{place.relative_to(run)} {name}: {how}"


def _edit_journal(run: Path, rng: random.Random) -> str:
    with sqlite3.connect(run / "labels.sqlite") as database:
        entries = [row[0] for row in database.execute("SELECT entry FROM answers")]
        entry = rng.choice(entries)
        columns = {row[1] for row in database.execute("PRAGMA table_info(answers)")}
        ways = ["label", "id", "annotator", "time", "cycle", "action", "undoes", "gone", "last gone"]
        ways = [way for way in ways if way in columns or way.endswith("gone")] + ["bytes", "text", "trigger"]
        how = rng.choice([*ways, "head"] if "chain" in columns else ways)
        if how == "gone":
            database.execute("DELETE FROM answers WHERE entry = ?", (entry,))
        elif how == "last gone":
            database.execute("DELETE FROM answers WHERE entry >= ?", (entry,))
        elif how == "head":
            database.execute("DELETE FROM head")
        elif how in ("bytes", "text"):
            column = rng.choice(["label", "id", "time", "cycle"] if how == "text" else ["annotator", "label", "action"])
            wrong = "x" if how == "text" else b"\x00\xff"
            database.execute(f"UPDATE answers SET {column} = ? WHERE entry = ?", (wrong, entry))
        elif how == "trigger":
            database.execute("CREATE TRIGGER t BEFORE INSERT ON answers BEGIN SELECT RAISE(IGNORE); END")
        else:
            text = how in ("annotator", "action")
            new = "unskip" if how == "action" else "bob" if text else 1
            database.execute(
                f"UPDATE answers SET {how} = {'?' if text else how + ' + ?'} WHERE entry = ?", (new, entry)
            )
    database.close()
    return f"line {entry}: {how}"


KINDS: dict[str, Callable[[Path, random.Random], str]] = {
    "bits flipped": _flip,
    "cut": _cut,
    "grown": _grow,
    "deleted": _delete,
    "files swapped": _swap_files,
    "folders swapped": _swap_folders,
    "a folder over another": _copy_folder,
    "JSON edited": _edit_json,
    "JSON nested deeply": _nest_json,
    "arrays edited": _edit_arrays,
    "journal edited": _edit_journal,
}
