"""What a person can ask for that writes, each made small: what it starts from, and what it leaves.

An operation acts in a folder of its own, `work`, a copy of a template. A new command that writes gets a line in
`OPERATIONS`, and with it every fault of this folder.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from helpers.small_runs import SETTINGS, all_bytes, answered, record_bytes, small_config, small_data, stage_order
from PIL import Image

from lada_explore.apps.lesson import page
from lada_explore.config import RunConfig
from lada_explore.config.presets import configure
from lada_explore.datasets.idx import write_idx
from lada_explore.exchange import report
from lada_explore.exchange.import_labels import answer_from
from lada_explore.exchange.run_labels import export_labels, write_out
from lada_explore.experiments.compare import compare
from lada_explore.experiments.sweep import Sweep
from lada_explore.experiments.tables import write_tables
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import RunFolder, open_run
from lada_explore.store.journal import JOURNAL_FILE
from lada_explore.store.repair import repair_run
from lada_explore.store.run_folder import LOCK_FILE
from lada_explore.store.run_info import RUN_FILE
from lada_explore.store.unfinished import PENDING
from lada_explore.views.map import publication

SOURCES = "images"
"""Folder, beside the templates, of the pictures of their runs."""

CLASSES = ("disc", "square", "star")
PASSING = (LOCK_FILE, "labels.sqlite-wal", "labels.sqlite-shm")
"""Files of a run that come and go with whoever has it open."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One of them.

    Attributes:
        start: the template.
        act: does it, in `work`.
        at_once: whether all of it appears at one moment; each piece of it does in any case.
        again: goes on where it was cut short; the same call for most.
    """

    start: str
    act: Callable[[Path], object]
    at_once: bool = True
    again: Callable[[Path], object] | None = None

    def go_on(self, work: Path) -> None:
        """What a person does whose call was cut short."""
        (self.again or self.act)(work)


def state_of(work: Path) -> dict[str, Any]:
    """What a folder holds, by name: content of each file, and of each run its settings, answers and records.

    What is half-written does not count; see `names_in`.
    """
    runs = [place.parent for place in sorted(work.rglob(RUN_FILE)) if not in_part(place.relative_to(work))]
    state: dict[str, Any] = {
        name: content
        for name, content in all_bytes(work).items()
        if not in_part(name) and not set(runs) & set((work / name).parents)
    }
    for run in runs:
        name = run.relative_to(work)
        state[f"{name}: settings"] = RunFolder(run).info.config.to_dict()
        state[f"{name}: answers"] = answered(run)
        state |= {f"{name}: {file}": content for file, content in record_bytes(run).items() if not in_part(file)}
        for dropped in sorted(run.glob("dropped/*")):
            files = {file: content for file, content in all_bytes(dropped).items() if not in_part(file)}
            state |= {f"{name}: dropped {file}": files[file] for file in files if Path(file).parts[0] != PENDING}
    return state


def in_part(path: str | Path) -> bool:
    """Whether this is half-written, or set aside, or in a folder that is."""
    return any(name.startswith(".") and name.endswith((".part", ".earlier")) for name in Path(path).parts)


def names_in(work: Path) -> list[str]:
    """Every name below a folder, without what passes: where there is one more than there should be, it is litter.

    What was dropped counts as one, however often a repair was begun anew.
    """
    names = {str(path.relative_to(work)) for path in work.rglob("*") if path.name not in PASSING}
    return sorted({re.sub(r"/dropped/\d+", "/dropped/N", name) for name in names})


def fits(state: dict[str, Any], before: dict[str, Any], after: dict[str, Any], *, at_once: bool) -> bool:
    """Whether what is there is what was there before, or what is to be; piece by piece unless it is `at_once`.

    What is dropped in the end, such as a checkpoint that is not needed any more, may be there still.
    """
    if at_once:
        to_be_dropped = {name: content for name, content in before.items() if name not in after and name in state}
        return state in (before, to_be_dropped | after)
    names = state.keys() | before.keys() | after.keys()
    return all(state.get(name) in (before.get(name), after.get(name)) for name in names)


# Templates ----------------------------------------------------------------------------------------------------------


def make_templates(folder: Path) -> None:
    """Make what the operations start from."""
    (folder / "nothing").mkdir(parents=True)
    images = _make_images(folder / SOURCES)
    own = {"data.name": f"folder:{images}", "data.height": 12, "data.width": 12, "data.channels": 1}
    settings = SETTINGS | own | {"data.test_share": 0.25, "schedule.subset_size": 8, "look_ahead.precision": "float32"}
    of_files = configure("demo", "lada-entmix", cycles=1, settings=settings)
    with closing(_made(of_files, folder / "labelled" / "run", "ground-truth")) as session:
        session.run()
    for name in ("out.csv", "older.parquet"):
        (folder / "labelled" / name).write_text("older\n")
    export_labels(folder / "labelled" / "run", folder / "labelled" / "exported")
    with closing(_made(of_files, folder / "asked" / "run", "person")) as session:
        session.step()
        names = session.data.train.item_names
        lines = ["file,class", *(f"{names[i]},{CLASSES[i % 3]}" for i in session.open_query.tolist())]
        for i in session.open_query.tolist():
            place = folder / "asked" / "sorted" / CLASSES[i % 3] / Path(names[i]).name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(images / names[i], place)
    (folder / "asked" / "given.csv").write_text("\n".join(lines) + "\n")
    shutil.copytree(folder / "asked", folder / "answered")
    with closing(Session.resume(folder / "answered" / "run", device="cpu")) as session:
        session.submit({i: i % 3 for i in session.open_query.tolist()})
        session.step()
    of_memory = small_config(cycles=1, look_ahead__precision="float32", checkpoints="last")
    with closing(_made(of_memory, folder / "run" / "run", "ground-truth", data=small_data())) as session:
        while session.next_stage is not None:
            shutil.copytree(folder / "run", folder / f"before {session.next_stage} of {session.cycle}")
            session.step()
    shutil.copytree(folder / "labelled", folder / "damaged")
    arrays = folder / "damaged" / "run" / "cycles" / "001" / "score" / "arrays.npz"
    arrays.write_bytes(arrays.read_bytes()[:-100])
    shutil.copytree(folder / "labelled", folder / "edited")
    with closing(sqlite3.connect(folder / "edited" / "run" / JOURNAL_FILE)) as database, database:
        database.execute("UPDATE answers SET label = (label + 1) % 3 WHERE entry = 8")
    for method in SWEPT:
        run = next(run for run in sweep_in(folder / "swept").runs() if run.method == method)
        with closing(_made(sweep_in(folder / "swept").config(method, 0), run.path, "ground-truth")) as session:
            session.run()
    (folder / "swept" / "accuracy.csv").write_text("older\n")
    (folder / "swept" / "accuracy.md").write_text("older\n")


def _make_images(folder: Path) -> Path:
    rng = np.random.default_rng(5)
    for i in range(24):
        (folder / CLASSES[i % 3]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(folder / CLASSES[i % 3] / f"{i:02}.png")
    return folder


def _made(config: RunConfig, run: Path, oracle: str, **options: Any) -> Session:
    return Session.create(config, run, oracle=oracle, device="cpu", threads=1, **options)


SWEPT = ("random", "max-entropy")


def sweep_in(folder: Path) -> Sweep:
    """A sweep of two methods with one seed."""
    settings = SETTINGS | {"data.name": "module:helpers.small_runs:small_data", "look_ahead.precision": "float32"}
    return Sweep(methods=SWEPT, seeds=1, out=folder, cycles=1, settings=settings, device="cpu")


# What they do -------------------------------------------------------------------------------------------------------


def create(work: Path) -> None:
    _made(small_config(cycles=1), work / "new" / "run", "ground-truth", data=small_data()).close()


def create_of_pictures(work: Path) -> None:
    """Make another run with the settings of the one that is there, whose images are files."""
    _made(RunFolder(work / "run").info.config, work / "new" / "run", "person").close()


def create_again(work: Path, act: Callable[[Path], None]) -> None:
    if not (work / "new" / "run").exists():
        act(work)


def run_stage(work: Path, cycle: int, stage: Stage) -> None:
    with closing(Session.resume(work / "run", data=small_data(), device="cpu")) as session:
        while (session.cycle, session.next_stage) == (cycle, stage):
            session.step()


def run_to_end(work: Path) -> None:
    with closing(Session.resume(work / "run", data=small_data(), device="cpu")) as session:
        session.run()


def answer(work: Path) -> None:
    with closing(Session.resume(work / "run", device="cpu")) as session:
        session.submit({i: i % 3 for i in session.open_query.tolist()})


def take_back(work: Path) -> None:
    """Take back the last answer, and with it the record of its query; nothing if that is done."""
    with closing(Session.resume(work / "run", device="cpu")) as session:
        if len(session.open_query) == 0:
            session.labelling.undo()


def bring_in(work: Path, name: str) -> None:
    list(answer_from(work / "run", work / name, "ann", "cpu"))


def export(work: Path, form: str, name: str, **options: bool) -> None:
    export_labels(work / "run", work / name, form, **options)


def export_again(work: Path, form: str, name: str) -> None:
    if not (work / name).exists():
        export(work, form, name)


def export_table(work: Path) -> None:
    run = open_run(work / "run")
    table = report.TABLES["cycles"]
    write_out(report.to_csv(table.rows(run), table.header(run)), run, work / "out.csv")


def teach(work: Path) -> None:
    # The page takes seconds to make, and a moment to write.
    with patch.object(page, "lesson_page", lambda run: "<!doctype html>" * 5000):
        page.write_lesson(work / "run", work / "lesson.html")


def draw(work: Path) -> None:
    # The figure takes a second to draw, and needs a map.
    with patch.object(publication, "map_file", lambda scene, file_format, **chosen: b"%PDF" * 5000):
        publication.save_map(SimpleNamespace(), work / "map.pdf")


def keep_images(work: Path) -> None:
    write_idx(work / "train-images-idx3-ubyte.gz", np.arange(20_000, dtype=np.uint8).reshape(50, 20, 20))


def tabulate(work: Path) -> None:
    write_tables(sweep_in(work), "random")


def write_comparison(work: Path) -> None:
    compare(*(run.path for run in sweep_in(work).runs())).write(work / "new" / "compared")


def write_comparison_again(work: Path) -> None:
    if not (work / "new" / "compared").exists():
        write_comparison(work)


def repair(work: Path) -> None:
    repair_run(work / "run")


STAGES = {
    # The answers of a query are kept before its record.
    f"{stage} of {cycle}": Operation(
        start=f"before {stage} of {cycle}",
        act=partial(run_stage, cycle=cycle, stage=stage),
        at_once=stage is not Stage.QUERY,
    )
    for cycle, stage in stage_order(1)
}
QUERIES = {
    "answers": Operation(start="asked", act=answer),
    "an import": Operation(start="asked", act=partial(bring_in, name="given.csv")),
    "an import of class folders": Operation(start="asked", act=partial(bring_in, name="sorted")),
    # First the record, then the answer: a query without its record is open, and closes again as it was.
    "an answer taken back": Operation(start="answered", act=take_back, at_once=False),
}
EXPORTS = {
    "csv": Operation(start="labelled", act=partial(export, form="csv", name="out.csv")),
    "coco": Operation(start="labelled", act=partial(export, form="coco", name="out.json")),
    "parquet": Operation(start="labelled", act=partial(export, form="parquet", name="out.parquet")),
    "label-studio": Operation(start="labelled", act=partial(export, form="label-studio", name="out.json")),
    "parquet anew": Operation(start="labelled", act=partial(export, form="parquet", name="older.parquet")),
    "folders": Operation(
        start="labelled",
        act=partial(export, form="folders", name="new/out"),
        again=partial(export_again, form="folders", name="new/out"),
    ),
    "folders anew": Operation(
        start="labelled", act=partial(export, form="folders", name="exported", links=True, replace=True)
    ),
    "imagefolder": Operation(
        start="labelled",
        act=partial(export, form="imagefolder", name="new/out"),
        again=partial(export_again, form="imagefolder", name="new/out"),
    ),
    "fiftyone": Operation(
        start="labelled",
        act=partial(export, form="fiftyone", name="new/out"),
        again=partial(export_again, form="fiftyone", name="new/out"),
    ),
    "a table": Operation(start="labelled", act=export_table),
    "a lesson": Operation(start="labelled", act=teach),
    "a figure": Operation(start="labelled", act=draw),
    "images of a set": Operation(start="nothing", act=keep_images),
    "tables of a sweep": Operation(start="swept", act=tabulate, at_once=False),
    "tables of a comparison": Operation(start="swept", act=write_comparison, again=write_comparison_again),
}
REPAIRS = {
    # One stage after the other is moved, the last one first.
    "a stage repaired": Operation(start="damaged", act=repair, at_once=False),
    "a journal repaired": Operation(start="edited", act=repair, at_once=False),
}
OPERATIONS = {
    # First the folder is made, then it is opened.
    "create": Operation(start="nothing", act=create, at_once=False, again=partial(create_again, act=create)),
    "create of pictures": Operation(
        start="asked", act=create_of_pictures, at_once=False, again=partial(create_again, act=create_of_pictures)
    ),
    **STAGES,
    **QUERIES,
    **EXPORTS,
    **REPAIRS,
}

IN_A_RUN = ("create of pictures", *STAGES, *QUERIES, *REPAIRS)
"""Those that write nothing but a run, whatever they read."""
