"""New digests for a run folder that a test changed on purpose, as if it had been written like that."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

from lada_explore.records import stages_of
from lada_explore.store.journal_entry import chain_of, chained
from lada_explore.store.journal_files import HeadFile
from lada_explore.store.seals import SEAL_FILE, Head, digest_of, digest_of_file, read_seal


def reseal(run: Path) -> None:
    """Give run.json, the journal and every stage folder of a run the digests of what they hold now."""
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    if info.pop("format") == 1:  # Without digests.
        return
    info = {"format": 2, **info}
    del info["digest"]
    info["digest"] = digest_of(info)
    (run / "run.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
    chains = rechain(run / "labels.sqlite", info["id"])
    before = info["digest"]
    for cycle in range(info["config"]["schedule"]["cycles"] + 1):
        for stage in stages_of(cycle):
            folder = run / "cycles" / f"{cycle:03d}" / stage.value
            if folder.is_dir():
                before = _reseal_stage(folder, before, chains)


def _reseal_stage(folder: Path, before: str, chains: dict[int, str]) -> str:
    seal = read_seal(folder)
    files = {path.name: digest_of_file(path) for path in sorted(folder.iterdir()) if path.name != SEAL_FILE}
    entries = min(seal.journal.entries if seal.journal else 0, max(chains))
    seal = replace(seal, previous=before, files=files, journal=Head(entries=entries, chain=chains[entries]))
    values = {
        "previous": seal.previous,
        "files": seal.files,
        "journal": {"entries": entries, "chain": chains[entries]},
        "made_with": seal.made_with,
        "digest": seal.digest,
    }
    (folder / SEAL_FILE).write_text(json.dumps(values), encoding="utf-8")
    return seal.digest


def rechain(journal: Path, run_id: str = "") -> dict[int, str]:
    """Give the lines of a journal their digests; returns them by line, with that before the first as 0."""
    chains = {0: chain_of(run_id)}
    with sqlite3.connect(journal) as database:
        columns = "id, label, annotator, time, cycle, action, note, undoes, entry"
        for row in database.execute(f"SELECT {columns} FROM answers ORDER BY entry").fetchall():
            chains[row[-1]] = chained(chains[row[-1] - 1], row)
            database.execute("UPDATE answers SET chain = ? WHERE entry = ?", (chains[row[-1]], row[-1]))
        last = Head(entries=max(chains), chain=chains[max(chains)])
        database.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?)", (last.entries, last.chain))
    database.close()
    note = HeadFile(journal)
    note.write(last)
    note.close()
    return chains


def unseal(run: Path) -> None:
    """Make a run folder what a version before format 2 would have written: without any digest."""
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    for later in ("digest", "id"):
        del info[later]
    info["format"] = 1
    (run / "run.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
    with sqlite3.connect(run / "labels.sqlite") as database:
        database.execute("ALTER TABLE answers DROP COLUMN chain")
        database.execute("DROP TABLE head")
    database.close()
    for file in (run / "labels.sqlite.head", *run.rglob(SEAL_FILE)):
        file.unlink()
