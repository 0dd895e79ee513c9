"""Read a run on a disk that nothing can be written to. A script, to be run by `unshare` as `small_disk.py` is.

Usage: python read_only.py FOLDER. Mounts the folder, which holds `run`, to be read only. Prints, as JSON, by what was
tried there: the answer, or the sentence that it was refused with.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from faults.operations import create

from lada_explore.errors import LadaError
from lada_explore.exchange.run_labels import export_labels
from lada_explore.session.session import Session
from lada_explore.store import open_run


def tried(act: Callable[[], object]) -> str:
    """What came of it."""
    try:
        return str(act())
    except LadaError as error:
        return f"refused: {error}"


def resume(run: Path) -> None:
    Session.resume(run, device="cpu").close()


def main() -> None:
    folder = Path(sys.argv[1])
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    run = folder / "run"
    told = {
        "history": tried(lambda: len(open_run(run).history)),
        "answers": tried(lambda: len(open_run(run).answers())),
        "resume": tried(lambda: resume(run)),
        "create": tried(lambda: create(folder)),
        "export": tried(lambda: export_labels(run, folder / "out.csv", "csv")),
        "folders": tried(lambda: export_labels(run, folder / "out")),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
