"""Whoever reads a run, and what each learns of it: a content, which is equal for equal runs, or a sentence."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from helpers.command_line import call
from helpers.small_runs import all_bytes
from helpers.waiting import until

from lada_explore.apps.classroom import Classroom, application
from lada_explore.apps.lesson import page
from lada_explore.apps.served.serve import serve
from lada_explore.datasets import ImageData
from lada_explore.errors import ConfigError, LadaError
from lada_explore.events import REDRAWS
from lada_explore.exchange import FORMS, report
from lada_explore.exchange.labels import labels_of
from lada_explore.records import stages_of
from lada_explore.session.session import Session
from lada_explore.store import RecordedRun, open_run
from lada_explore.views import Explorer, Labeller, MapView, PolicySteps, PullChart, Stepper, TauRuns

SHOWN = ("state", "asked", "marks", "spec", "panel", "atlas", "titles", "value")
"""Traits of a view that hold what a person sees."""

DRAWING_S = 60.0
FAILED = re.compile(r"failed\. \w*(Error|Exception)|Traceback")
"""In the words of a view that tells of an exception which is none of ours."""

NOTED = ("open_run", "show", "views", "app")
"""Readers that show the notes of a run beside its content: of a journal that is damaged, but nothing else is."""


@dataclasses.dataclass(frozen=True)
class Place:
    """A run to read.

    Attributes:
        run: its folder.
        out: an empty folder to write to.
        data: its images, where its settings do not name them.
    """

    run: Path
    out: Path
    data: ImageData | None = None


@dataclasses.dataclass(frozen=True)
class Learned:
    """What a reader learns.

    Attributes:
        digest: of the content; empty if there is none.
        sentence: why there is none.
        words: all texts in the content.
    """

    digest: str = ""
    sentence: str = ""
    words: frozenset[str] = dataclasses.field(default=frozenset(), compare=False)


def learn(reader: Callable[[Place], Any], place: Place) -> Learned:
    """What a reader of this run learns; any exception that is none of ours is raised.

    Raises:
        AssertionError: a view tells of such an exception.
    """
    place.out.mkdir()
    try:
        own = (
            nullcontext()
            if place.data is None
            else patch("lada_explore.session.own_items.load_for", lambda *_: place.data)
        )
        with own:
            content = reader(place)
    except LadaError as error:
        return Learned(sentence=str(error))
    finally:
        shutil.rmtree(place.out)
    words = frozenset(_words(content))
    assert not [word for word in words if FAILED.search(word)]
    return Learned(digest=digest_of(content), words=words)


def _words(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield " ".join(content.split())
    elif isinstance(content, dict):
        for inner in content.values():
            yield from _words(inner)
    elif isinstance(content, (list, tuple)):
        for inner in content:
            yield from _words(inner)


def digest_of(*parts: Any) -> str:
    """SHA-256 in hex of plain values, records, arrays and bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(_as_bytes(part))
        digest.update(b"|")
    return digest.hexdigest()


def _as_bytes(part: Any) -> bytes:
    if isinstance(part, np.ndarray):
        return f"{part.dtype}{part.shape}".encode() + part.tobytes()
    if dataclasses.is_dataclass(part):
        return b"".join(_as_bytes(getattr(part, field.name)) for field in dataclasses.fields(part))
    if isinstance(part, dict):
        return b"".join(_as_bytes(name) + _as_bytes(part[name]) for name in part if name != "revision")
    if isinstance(part, (list, tuple)):
        return b"[" + b",".join(map(_as_bytes, part)) + b"]"
    return part if isinstance(part, bytes) else repr(part).encode()


# Readers ------------------------------------------------------------------------------------------------------------


def opened(place: Place) -> Any:
    """Everything that records and journal tell; a note beside them is the sentence where the journal is damaged."""
    run = open_run(place.run)
    return run.info, run.class_names, run.notes, _answers(run), [_all_of(records) for records in run.history]


def _answers(run: RecordedRun) -> Any:
    return run.answers(), labels_of(run)


def _all_of(records: Any) -> Any:
    return sorted(records.seconds.items()), [records.get(stage) for stage in stages_of(records.cycle)]


def command(*words: object, writes: str = "") -> Callable[[Place], Any]:
    """What a command prints, and the files that it writes."""

    def answer(place: Place) -> Any:
        named = [place.run if word == "RUN" else word for word in words]
        more = ["--out", place.out / writes] if writes else []
        code, out, err = call(*named, *more)
        if code == 2:
            raise ConfigError(err.strip().removeprefix("lada-explore: "))
        assert code == 0, f"{words} ended with {code}\n{err}"
        return out, err, all_bytes(place.out)

    return answer


def lesson(place: Place) -> Any:
    page.write_lesson(place.run, place.out / "lesson.html")
    return all_bytes(place.out)


def drawn(place: Place) -> Any:
    """What every view of a recorded run shows, in every cycle."""
    run = open_run(place.run)
    found = of_explorer(run)
    for name, make in {"TauRuns": TauRuns, "PolicySteps": PolicySteps}.items():
        found[name] = _of_one(lambda make=make: make({"run": run}))
    return found | {"PullChart": _of_one(lambda: PullChart(run)), "Labeller": _of_one(lambda: Labeller(run))}


def of_explorer(run: Any, *, every_page: bool = True) -> dict[str, Any]:
    """What the views of an explorer show, by name and cycle."""
    explorer, found = Explorer(run), {}
    try:
        pages = explorer.parts if every_page else explorer.parts[:1]
        for records in run.history:
            explorer.selection.show_cycle(records.cycle)
            for page in pages:
                explorer.show(*page)
                wait_for(explorer)
            found |= {f"{type(view).__name__}, cycle {records.cycle}": shown(view) for view in views_in(explorer)}
        return found
    finally:
        explorer.close()


def wait_for(explorer: Any) -> None:
    """Wait until the views are drawn; a map is laid out behind them, and drawn again then."""

    def settled() -> bool:
        REDRAWS.wait(DRAWING_S)
        return not any(view.panel.get("busy") for view in views_in(explorer) if isinstance(view, MapView))

    until(settled, DRAWING_S)
    REDRAWS.wait(DRAWING_S)


def views_in(view: Any) -> Iterator[Any]:
    for child in getattr(view, "children", ()):
        yield from views_in(child)
    if any(view.has_trait(name) for name in SHOWN):
        yield view


def shown(view: Any) -> dict[str, Any]:
    """What a view shows; a map whose cycle has none may still hold the images of another, or not yet."""
    found = {name: getattr(view, name) for name in SHOWN if view.has_trait(name)}
    if "atlas" in found and found["atlas"].get("cycle") != found["panel"]["cycle"]:
        del found["atlas"]
    return found


def _of_one(make: Callable[[], Any]) -> Any:
    try:
        view = make()
    except LadaError as error:
        return str(error)
    try:
        return shown(view)
    finally:
        view.close()


def resumed(place: Place) -> Any:
    """What somebody sees who goes on with it, and the record of the next stage."""
    with closing(Session.resume(place.run, data=place.data, device="cpu")) as session:
        weights = [tensor.numpy() for tensor in session.classifier.state_dict().values()]
        there = [repr(session.position), session.class_names, session.notes, weights, session.labelling.answers()]
        there += [_of_one(lambda: Stepper(session)), _of_one(lambda: Labeller(session))]
        if len(asked := session.open_query):
            session.submit({i: i % 3 for i in asked.tolist()}, "eve")
        return there, None if session.next_stage is None else session.step()


def served(place: Place) -> Any:
    """What `app` says before it starts a server, and what its page shows first."""
    try:
        serve(place.run, max_students=0)  # Nobody is let in: it says so after it has looked at the run.
    except ConfigError as error:
        if not str(error).startswith("max-students is 0"):
            raise
    widget = application("", str(place.run))
    try:
        if not isinstance(widget, Classroom):
            raise ConfigError(widget.value)
        wait_for(widget)
        return [shown(view) for view in views_in(widget)]
    finally:
        widget.close()


READERS: dict[str, Callable[[Place], Any]] = {
    "open_run": opened,
    "show": command("show", "RUN"),
    **{
        f"export --table {table} --{form}": command("export", "RUN", "--table", table, f"--{form}")
        for table in report.TABLES
        for form in ("csv", "json")
    },
    **{f"export --labels {form}": command("export", "RUN", "--labels", form, writes="out") for form in FORMS},
    "lesson": lesson,
    "views": drawn,
    "app": served,
    "resume": resumed,
}
