"""What the folder of a sweep holds already, of which its tables lose nothing, and what the tables need of the data.

Tables cover every run in the folder that was made with the settings of the sweep, whichever command made it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lada_explore.config import RunConfig
from lada_explore.config.fidelity import FIDELITY
from lada_explore.config.limits import MAX_SEEDS
from lada_explore.config.method import method_named
from lada_explore.config.run import flatten
from lada_explore.datasets import load_for
from lada_explore.errors import ConfigError
from lada_explore.experiments.grid import parts_of
from lada_explore.experiments.plan import Run
from lada_explore.experiments.sweep import TABLE_EXPECTED, Sweep
from lada_explore.files import read_text
from lada_explore.store.run_info import RUN_FILE, read_info, settings_named_in

SEED_FOLDER = "seed-"

RUNS_CSV = "runs.csv"


def with_all_there(sweep: Sweep) -> Sweep:
    """The sweep with the other methods and seeds whose runs are in its folder too, after its own.

    Raises:
        ConfigError: a run there was made with other settings, or the tables there are of a run that is gone: new tables
            would lose its lines.
        StoreError: a damaged run.
    """
    there = list(_runs_in(sweep.out))
    for run in there:
        _require_same_settings(sweep, run)
    known = {(run.method, run.seed) for run in there}
    for method, seed in _lines_there(sweep.out):
        if (method, seed) not in known:
            raise ConfigError(
                f"{sweep.out / RUNS_CSV} has lines of {method} with seed {seed}, whose run is no longer in "
                f"{sweep.out / method}, and they would be lost; move {RUNS_CSV}, or choose another folder with --out"
            )
    others = sorted({run.method for run in there} - set(sweep.methods))
    seeds = max((run.seed + 1 for run in there), default=0)
    return replace(sweep, methods=(*sweep.methods, *others), seeds=max(sweep.seeds, seeds))


def require_accuracy(sweep: Sweep) -> None:
    """Raises ConfigError if no run of the sweep can have a test accuracy, which its tables compare."""
    config = sweep.config(sweep.methods[0], 0)
    data = load_for(config)
    if config.data.holdout or (data.test is not None and data.test.targets is not None):
        return
    raise ConfigError(
        f"{data.train.name} has no labelled test set, so a sweep has no accuracy to compare; add one, or hold a share "
        "of the answers out for testing with --set data.holdout=0.2"
    )


def later_settings(sweep: Sweep, run: Run, made: RunConfig) -> Mapping[str, Any] | None:
    """Settings that are later than a run, and its values where the sweep has others; None if another one differs."""
    later, other = _differences(sweep, run, made)
    return None if other else later


def _differences(sweep: Sweep, run: Run, made: RunConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """The run's values of settings that the sweep has others of: of those that are later than the run, and of the rest.

    A run goes on as it was made in a later setting that the sweep does not name. Those of an acquisition that the
    method has not are left out, unless the sweep names them.
    """
    named, given = settings_named_in(run.path), sweep.settings_of(run.method)
    there, wanted = flatten(made.to_dict()), sweep.config(run.method, run.seed)
    later, other = dict[str, Any](), dict[str, Any]()
    for name, value in flatten(wanted.to_dict()).items():
        if there[name] != value and (wanted.uses(name) or name in given):
            (other if name in named or given.keys() & {FIDELITY, name} else later)[name] = there[name]
    return later, other


def _runs_in(out: Path) -> Iterator[Run]:
    """The runs in the folder of a sweep, complete or not, by method and seed; what no sweep made is left out."""
    for path in sorted(out.glob(f"*/{SEED_FOLDER}*")):
        method, seed = path.parent.name, path.name.removeprefix(SEED_FOLDER)
        if (path / RUN_FILE).exists() and _is_seed(seed) and _is_method(method):
            yield Run(method=method, seed=int(seed), path=path)


def _is_seed(text: str) -> bool:
    return text.isascii() and text.isdecimal() and text == str(int(text)) and int(text) < MAX_SEEDS


def _is_method(name: str) -> bool:
    try:
        method_named(parts_of(name)[0])
    except ConfigError:
        return False
    return True


def _require_same_settings(sweep: Sweep, run: Run) -> None:
    """Raises ConfigError for a run that the sweep would have made otherwise."""
    made, _ = read_info(run.path)
    try:
        _, other = _differences(sweep, run, made.config)
        wanted = flatten(sweep.config(run.method, run.seed).to_dict())
        differs = [f"{name} = {value!r}, not {wanted[name]!r}" for name, value in other.items()]
    except ConfigError as error:  # The method of the run does not go with the settings of the sweep.
        differs = [f"other settings ({str(error).partition(';')[0]})"]
    if differs:
        raise ConfigError(
            f"{run.path} holds a run with {differs[0]}, and the tables of a folder are of one set of settings; give "
            "the same settings, or choose another folder with --out"
        )


def _lines_there(out: Path) -> set[tuple[str, int]]:
    """Method and seed of each run in the `runs.csv` that is there."""
    place = out / RUNS_CSV
    if not place.exists():
        return set()
    rows = list(csv.DictReader(io.StringIO(read_text(place, TABLE_EXPECTED))))
    if not all(row.get("method") and _is_seed(row.get("seed") or "") for row in rows):
        raise TABLE_EXPECTED.because(place, "it holds something else")
    return {(row["method"], int(row["seed"])) for row in rows}
