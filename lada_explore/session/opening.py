"""Opening a run by names: start it, or go on with the one that is there."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

from lada_explore.acquisition import Acquisition
from lada_explore.config import Method, RunConfig, flatten
from lada_explore.config.paths import expanded
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.labelling.oracles import Oracle
from lada_explore.session.own_acquisition import CUSTOM, is_recorded, name_of, with_acquisition
from lada_explore.session.session import Session
from lada_explore.store import RunFolder
from lada_explore.store.run_folder import RUN_FILE

_OPEN: weakref.WeakValueDictionary[Path, Session] = weakref.WeakValueDictionary()

_GIVEN: weakref.WeakKeyDictionary[Session, tuple[tuple[int, object], ...]] = weakref.WeakKeyDictionary()
"""The oracle and the acquisition that an open session was opened with: which object, and what it was made of then."""

_PLAIN = (bool, int, float, str, bytes, tuple, type(None))


def open_session(
    out: str | Path,
    preset: str = "demo",
    method: str | Method = "lada-entmix",
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

    An oracle, an acquisition, a device or threads that are given are obeyed when a run is started or gone on with. One
    that is open in this process goes on as it was opened, so others than its own are refused.

    Args:
        out: the run folder.
        preset: as for `lada_explore.config.presets.configure`, like the next five.
        method: see there.
        seed: see there.
        dataset: see there.
        cycles: see there.
        settings: see there.
        oracle: "ground-truth", "person", "noisy:0.1" or an object of your own, see
            `lada_explore.labelling.oracles.Oracle`; the ground truth if there is one when None.
        acquisition: an object of your own in place of the method's, see `lada_explore.acquisition.Acquisition`.
        device: "auto", "cpu", "cuda" or "cuda:1".
        threads: of the CPU; see `Session.create`. A run that is gone on with keeps its number when None.

    Raises:
        ConfigError: the run that is there was made with other settings, or is open in this process with another oracle,
            acquisition, device or number of threads; names the first that differs.
        LadaError: as for `Session.create` and `Session.resume`.
    """
    config = configure(preset, method, seed=seed, dataset=dataset, cycles=cycles, settings=settings)
    config = with_acquisition(config, acquisition)
    place = expanded(out).resolve()
    if not os.path.exists(place / RUN_FILE):
        session = Session.create(config, out, oracle=oracle, acquisition=acquisition, device=device, threads=threads)
    else:
        _require_same_settings(RunFolder(place).info.config, config, out, acquisition)
        known = _OPEN.get(place)
        if known is not None and not known.closed:
            _require_same(known, out, oracle, acquisition, device, threads)
            return known
        session = Session.resume(out, oracle=oracle, acquisition=acquisition, device=device, threads=threads)
    _OPEN[place] = session
    _GIVEN[session] = tuple((id(given), _made_of(given)) for given in (oracle, acquisition))
    return session


def _require_same_settings(
    recorded: RunConfig, config: RunConfig, out: str | Path, acquisition: Acquisition | None
) -> None:
    """Raises ConfigError for the first setting that a run has otherwise."""
    there = flatten(recorded.to_dict())
    # Version 0.1 kept the name of a method whose parts were set one by one; a method of one's own has none.
    same_parts = replace(recorded.method, name=config.method.name) == config.method
    for name, value in flatten(config.to_dict()).items():
        if name == "method.name" and (same_parts or CUSTOM in (there[name], value)):
            continue  # What it consists of stands in the fields after it.
        if name == "method.acquisition" and acquisition is not None and is_recorded(recorded, acquisition):
            continue
        if there[name] != value:
            raise ConfigError(
                f"{out} holds a run with {name} = {there[name]!r}, not {value!r}; open it with the same settings, "
                "or choose another folder"
            )


def _require_same(
    session: Session,
    out: str | Path,
    oracle: Oracle | str | None,
    acquisition: Acquisition | None,
    device: str,
    threads: int | None,
) -> None:
    """Raises ConfigError for what was given and is not what an open session goes by."""
    by_oracle, by_acquisition = (
        given is None or id(given) == known or _made_of(given) == made
        for given, (known, made) in zip((oracle, acquisition), _GIVEN[session], strict=True)
    )
    differs, leave_out = "", "leave that out to go on with it, or "
    if not by_oracle and oracle != session.oracle_name:
        differs = f"answers by {_named(session.oracle_name, getattr(oracle, 'name', oracle))}"
    elif acquisition is not None and not by_acquisition:
        leave_out = ""
        differs = f"acquisition {_named(session.config.method.acquisition, name_of(acquisition))}"
    elif not session.device.startswith("" if device == "auto" else device):
        differs = f"device {session.device}, not {device!r}"
    elif threads is not None and set(session.threads) != {threads}:
        differs = f"threads = {' and '.join(sorted({str(number) for number in session.threads}))}, not {threads}"
    if differs:
        raise ConfigError(
            f"{out} is open in this process with {differs}; {leave_out}call close() of the open session first"
        )


def _named(open_with: str, given: object) -> str:
    return f"{open_with!r}, not {given!r}" if open_with != given else f"{open_with!r} as it was before you changed it"


def _made_of(thing: object) -> object:
    """What an object is like: equal for two that a notebook's cell makes when it is run again, unless it was edited.

    The code of its class's methods, and the plain values of the class and of the object as it is given.
    """
    kind = type(thing)
    if isinstance(thing, _PLAIN):
        return thing
    of_class = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
    values = {**of_class, **getattr(thing, "__dict__", {})}
    plain = {name: value for name, value in values.items() if isinstance(value, _PLAIN) and not name.startswith("__")}
    found = {name: getattr(getattr(value, "fget", value), "__code__", None) for name, value in of_class.items()}
    # Only what has code: a check of its protocol leaves an empty `__annotations__` in a class.
    return kind.__qualname__, plain, {name: _does(code) for name, code in found.items() if code is not None}


def _does(code: CodeType) -> object:
    """What a function does, wherever it stands; a code object itself changes as Python 3.11 warms it up."""
    constants = [_does(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, constants
