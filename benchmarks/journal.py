"""A click costs the same late in a study as at its beginning: seconds of an answer and of its undo, by journal length.

    python benchmarks/journal.py --lines 100 100000 --json journal.json

One session for each length waits in its first query, with a journal that others filled: answers to images of the pool
by three people, and among them images set aside, flags, and actions taken back. In every round each session in turn
takes one answer and gives the sheet that the page draws, then takes that answer back and gives the sheet again. Both
are on disk when they return, which hides what grows where the disk is slow: `computing` is the same without the sync.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from common import Seconds, alternate, finish, median_ratio, parser, summary

from lada_explore.config.presets import configure
from lada_explore.records import JournalAction, Stage
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session
from lada_explore.store import Journal

PEOPLE = ("ada", "ben", "cyd")
SETTINGS = {"training.epochs": 1, "policy.epochs": 1, "schedule.subset_size": 100}


def main() -> None:
    options = arguments()
    runtime = Runtime.choose(options.device, "float32")
    with tempfile.TemporaryDirectory(prefix="journal-benchmark-") as name, ExitStack() as opened:
        sessions = {str(n): waiting(Path(name) / f"run-{n}", n, options.device, opened) for n in options.lines}
        on_disk = clicks(sessions, options.rounds, runtime)
        for session in sessions.values():
            session._run.journal._database.execute("PRAGMA synchronous=OFF")
        computing = clicks(sessions, options.rounds, runtime)
    shortest, longest = (str(pick(options.lines)) for pick in (min, max))
    results = {
        "seconds": {kind: {n: summary(runs) for n, runs in of.items()} for kind, of in on_disk.items()},
        "ratios_longest_to_shortest": {
            **{kind: median_ratio(of[longest], of[shortest]) for kind, of in on_disk.items()},
            **{f"computing {kind}": median_ratio(of[longest], of[shortest]) for kind, of in computing.items()},
        },
        "lines": options.lines,
        "settings": SETTINGS | {"preset": "demo", "rounds": options.rounds},
    }
    finish("journal", results, runtime, options.json)


def arguments() -> argparse.Namespace:
    options = parser("Seconds of an answer and of its undo, by the length of the journal.")
    options.add_argument("--lines", type=int, nargs="+", default=[100, 10_000, 100_000], help="lines of each journal")
    options.add_argument("--rounds", type=int, default=200, help="answers to each session")
    given = options.parse_args()
    if min(given.lines) < 10 or given.rounds < 1:
        options.error(f"lines {given.lines} and rounds {given.rounds} must be at least 10 and 1")
    return given


def waiting(out: Path, n_lines: int, device: str, opened: ExitStack) -> Session:
    """A session that waits for a person's answers in cycle 1, its journal filled."""
    session = Session.create(configure("demo", cycles=2, settings=SETTINGS), out, oracle="person", device=device)
    opened.enter_context(closing(session))
    targets = session.data.train.targets
    assert targets is not None
    session.run(1)
    session.submit({i: int(targets[i]) for i in session.open_query.tolist()})
    while session.next_stage is not Stage.QUERY or session.cycle == 0:
        session.step()
    fill(session._run.journal, n_lines, set(session.labelling.task().query.ids.tolist()), session.folder.info.pool_size)
    session.labelling.sheet()
    return session


def fill(journal: Journal, n_lines: int, asked: set[int], pool_size: int) -> None:
    """Lines of what people did before, on images that are not asked now."""
    rng, images = random.Random(0), [i for i in range(pool_size) if i not in asked]
    first = len(journal.answers())
    for start in range(first, n_lines, 1000):
        who = rng.choice(PEOPLE)
        lines = [_line(rng, images, entry) for entry in range(start + 1, min(start + 1000, n_lines) + 1)]
        journal._append(lines, who)


def _line(rng: random.Random, images: list[int], entry: int) -> tuple[int, int, Any, int, int, str]:
    image = rng.choice(images)
    action = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    if action is JournalAction.LABEL:
        return image, rng.randrange(10), action, 0, 0, ""
    return image, -1, action, entry - 1 if action is JournalAction.UNDO else 0, 0, ""


_WEIGHTS = {
    JournalAction.LABEL: 85,
    JournalAction.SKIP: 1,
    JournalAction.UNSKIP: 1,
    JournalAction.FLAG: 4,
    JournalAction.UNFLAG: 4,
    JournalAction.UNDO: 5,
}


def clicks(sessions: dict[str, Session], rounds: int, runtime: Runtime) -> dict[str, Seconds]:
    """Seconds of an answer with its sheet, and of its undo with its sheet, for each session in turn."""

    def answering(session: Session) -> Callable[[], Any]:
        image = int(session.open_query[0])
        return lambda: (session.submit({image: 0}, "ada"), session.labelling.sheet())

    def undoing(session: Session) -> Callable[[], Any]:
        return lambda: (session.labelling.undo("ada"), session.labelling.sheet())

    seconds: dict[str, Seconds] = {"answer": {n: [] for n in sessions}, "undo": {n: [] for n in sessions}}
    for _ in range(rounds):
        for kind, action in (("answer", answering), ("undo", undoing)):
            for n, runs in alternate({n: action(session) for n, session in sessions.items()}, 1, runtime).items():
                seconds[kind][n] += runs
    return seconds


if __name__ == "__main__":
    main()
