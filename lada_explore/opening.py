"""Opening a run by names: start it, or go on with the one that is there."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lada_explore.acquisition import Acquisition
from lada_explore.config import flatten
from lada_explore.errors import ConfigError
from lada_explore.oracle import Oracle
from lada_explore.paths import expanded
from lada_explore.presets import configure
from lada_explore.session import Session
from lada_explore.store import RunFolder
from lada_explore.store.run_folder import RUN_FILE

_OPEN: weakref.WeakValueDictionary[Path, Session] = weakref.WeakValueDictionary()


def open_session(
    out: str | Path,
    preset: str = "demo",
    method: str = "lada-entmix",
    *,
    seed: int = 0,
    dataset: str | None = None,
    cycles: int | None = None,
    settings: Mapping[str, Any] | None = None,
    oracle: Oracle | str | None = None,
    acquisition: Acquisition | None = None,
    device: str = "auto",
    threads: int | None = None,
) -> Session:
    """Start a run in `out`, or go on with the one that is there: safe to run again in a notebook.

    Args:
        out: the run folder.
        preset: as for `lada_explore.presets.configure`, like the next five.
        method: see there.
        seed: see there.
        dataset: see there.
        cycles: see there.
        settings: see there.
        oracle: "ground-truth", "person", "noisy:0.1" or an object of your own, see `lada_explore.oracle.Oracle`; the
            ground truth if there is one when None.
        acquisition: an object of your own in place of the method's, see `lada_explore.acquisition.Acquisition`.
        device: "auto", "cpu", "cuda" or "cuda:1".
        threads: of the CPU; see `Session.create`. A run that is gone on with keeps its number when None.

    Raises:
        ConfigError: the run that is there was made with other settings; names the first that differs.
        LadaError: as for `Session.create` and `Session.resume`.
    """
    config = configure(preset, method, seed=seed, dataset=dataset, cycles=cycles, settings=settings)
    if acquisition is not None:
        config = replace(config, method=replace(config.method, acquisition=type(acquisition).__name__))
    place = expanded(out).resolve()
    if not os.path.exists(place / RUN_FILE):
        session = Session.create(config, out, oracle=oracle, acquisition=acquisition, device=device, threads=threads)
    else:
        there = flatten(RunFolder(place).info.config.to_dict())
        for name, value in flatten(config.to_dict()).items():
            if there[name] != value:
                raise ConfigError(
                    f"{out} holds a run with {name} = {there[name]!r}, not {value!r}; open it with the same settings, "
                    "or choose another folder"
                )
        known = _OPEN.get(place)
        if known is not None and not known.closed:
            return known
        session = Session.resume(out, oracle=oracle, acquisition=acquisition, device=device, threads=threads)
    _OPEN[place] = session
    return session
