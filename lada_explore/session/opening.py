"""Open a run by the names of its preset, method and data: start it, or resume the one in its folder."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from torch import nn

from lada_explore.acquisition import Acquisition
from lada_explore.config import Method, RunConfig, flatten
from lada_explore.config.asked import Asked
from lada_explore.config.fidelity import FIDELITY
from lada_explore.config.paths import FOLDER, OBJECT, expanded
from lada_explore.datasets import ImageData, named
from lada_explore.datasets.handed_over import handed_over
from lada_explore.errors import ConfigError
from lada_explore.labelling.oracles import Oracle
from lada_explore.models import Frozen, Given
from lada_explore.session.checks import check_same_data
from lada_explore.session.last_digits import require_same
from lada_explore.session.open_runs import OPEN_RUNS, session_in
from lada_explore.session.own_acquisition import CUSTOM, is_recorded, name_of, with_acquisition
from lada_explore.session.own_classifier import given_of, with_classifier
from lada_explore.session.own_folder import IN_PYTHON, as_recorded, features_at_hand
from lada_explore.session.session import Session
from lada_explore.store import RunFolder
from lada_explore.store.run_info import RUN_FILE, settings_named_in

logger = logging.getLogger(__name__)

OF_FILES = frozenset(
    f"data.{name}"
    for name in (
        "size",
        "height",
        "width",
        "channels",
        "fit",
        "scale",
        "range",
        "page",
        "channel",
        "layout",
        "test_share",
    )
)
"""Settings that matter for images which are read from files."""

_FINGERPRINTS: weakref.WeakKeyDictionary[Session, tuple[tuple[int, object], ...]] = weakref.WeakKeyDictionary()
"""By open session: identity and fingerprint of the oracle and of the acquisition that it was opened with."""

_PLAIN = (bool, int, float, str, bytes, tuple, type(None))


def open_session(
    out: str | Path,
    preset: str = "demo",
    method: str | Method = "lada-entmix",
    *,
    seed: int = 0,
    dataset: str | None = None,
    data: Any = None,
    cycles: int | None = None,
    classes: Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    oracle: Oracle | str | None = None,
    acquisition: Acquisition | None = None,
    classifier: nn.Module | Given | Frozen | None = None,
    device: str = "auto",
    threads: int | None = None,
    exact: bool = False,
) -> Session:
    """Start a run in `out`, or resume the run that is there; a notebook cell with this call can be run again.

    If the run is open in this process already, its session is returned as it was opened: another oracle, acquisition,
    device or number of threads is refused then.

    Args:
        out: the run folder.
        preset: key of `lada_explore.config.presets.PRESETS`.
        method: name of a method, or a `Method` made of parts.
        seed: decides everything drawn at random.
        dataset: name of the catalogue or of your own images, see `datasets.load`; the preset's own when None.
        data: in its place an `ImageData`, a data set of torch, or arrays (x, y), see `ImageData.from_dataset` and
            `ImageData.from_arrays`; or a name as for `dataset`.
        cycles: acquisition rounds; the preset's own when None.
        classes: class names, or one text as "a,b,c", for images of your own that come without.
        settings: any other number by its dotted name, such as {"schedule.budget": 20}.
        oracle: "ground-truth", "person", "noisy:0.1" or an object of your own, see
            `lada_explore.labelling.oracles.Oracle`; when None the ground truth, or a person if the images have no
            labels.
        acquisition: an object of your own in place of the method's, see `lada_explore.acquisition.Acquisition`, and
            `lada_explore.session.own_acquisition` for what of it is recorded and compared.
        classifier: a network of your own, as for `Session.create`; not used while the run is open in this process.
            A new run of "folder:PATH" that is told of no classifier may take features that are at hand, and says so,
            see `lada_explore.session.own_folder`.
        device: "auto", "cpu", "cuda" or "cuda:1".
        threads: CPU threads; when None chosen as in `Session.create`, and kept when a run is resumed.
        exact: refuse to go on with a run where the last digits of its further records would differ, as
            `Session.resume` does, also if it is open in this process.

    Raises:
        ConfigError: the run was made with other settings, or is open in this process with another oracle, acquisition,
            device or number of threads; the message names the first difference. Or the last digits would differ.
        LadaError: as for `Session.create` and `Session.resume`.
    """
    dataset, images, changes = _images(dataset, data, classes, settings or {})
    asked = Asked(preset=preset, method=method, seed=seed, dataset=dataset, cycles=cycles, settings=changes)
    place, given = Path(os.path.realpath(expanded(out))), given_of(classifier)
    if os.path.exists(place / RUN_FILE):
        folder = _require_same_run(place, asked, out, images, acquisition, given)
        if (known := session_in(place)) is not None:
            require_same_use(known, out, oracle, acquisition, device, threads, exact=exact)
            return known
        make = partial(Session.resume, data=images or folder, exact=exact)
    else:
        make = _begun(asked, device, threads, images, acquisition, given)
    session = make(out, oracle=oracle, acquisition=acquisition, classifier=given, device=device, threads=threads)
    if session.cost is not None:
        logger.warning("%s", session.cost.sentence())
    return opened(place, session, oracle, acquisition)


def resumed(
    out: str | Path,
    *,
    data: ImageData | str | Path | None = None,
    oracle: Oracle | str | None = None,
    acquisition: Acquisition | None = None,
    classifier: nn.Module | Given | Frozen | None = None,
    device: str = "auto",
    threads: int | None = None,
) -> Session:
    """The run in a folder, as it was made: the session that is open on it in this process, or else resumed.

    Arguments and errors are those of `Session.resume`, and those of `open_session` where it is open.
    """
    place = Path(os.path.realpath(expanded(out)))
    if (known := session_in(place)) is not None:
        require_same_use(known, out, oracle, acquisition, device, threads, exact=False)
        return known
    session = Session.resume(
        out, data=data, oracle=oracle, acquisition=acquisition, classifier=classifier, device=device, threads=threads
    )
    return opened(place, session, oracle, acquisition)


def opened(place: Path, session: Session, oracle: Oracle | str | None, acquisition: Acquisition | None) -> Session:
    """Remember a session, so that a cell that opens it can be run again; returns it.

    Args:
        place: real path of its folder.
        session: the session.
        oracle: that it was opened with.
        acquisition: likewise.
    """
    OPEN_RUNS[place] = session
    _FINGERPRINTS[session] = tuple((id(given), _fingerprint(given)) for given in (oracle, acquisition))
    return session


def _images(
    dataset: str | None, data: Any, classes: Sequence[str] | None, settings: Mapping[str, Any]
) -> tuple[str | None, ImageData | None, dict[str, Any]]:
    """Name of the images, or the images that were handed over, and the settings, with class names that go with a name.

    Raises:
        LadaError: both are given, or what was handed over cannot be used.
    """
    if data is not None and dataset is not None:
        raise ConfigError(f"dataset {dataset!r} was given beside data; give one of them")
    if data is None or isinstance(data, (str, Path)):
        return (
            dataset if data is None else str(data),
            None,
            dict(settings) | ({} if classes is None else {"data.classes": classes}),
        )
    names = classes.split(",") if isinstance(classes, str) else classes or ()
    if of_files := sorted(OF_FILES & settings.keys()):
        raise ConfigError(
            f"{of_files[0]} is for images that are read from files, and these were handed over as they are; leave it "
            "out, give them another shape with ImageData.from_dataset(..., shape=...), or give a folder"
        )
    return None, handed_over(data, names), dict(settings)


def _begun(
    asked: Asked,
    device: str,
    threads: int | None,
    images: ImageData | None,
    acquisition: Acquisition | None,
    given: Given | Frozen | None,
) -> partial[Session]:
    """What begins a run, on features that are at hand if that is open; a person is told."""
    config = with_classifier(with_acquisition(asked.config(), acquisition), given)
    chosen = features_at_hand(asked, device, threads, acquisition) if given is None else None
    if chosen is None:
        return partial(Session.create, config, data=images)
    logger.warning("%s", chosen.sentence(IN_PYTHON))
    return partial(Session.create, with_acquisition(chosen.config, acquisition), data=chosen.data)


def _require_same_run(
    place: Path,
    asked: Asked,
    out: str | Path,
    images: ImageData | None,
    acquisition: Acquisition | None,
    given: Given | Frozen | None,
) -> str | None:
    """The folder of the images where it is another one than the run names; None if it is the same.

    Raises ConfigError if a run is there that was begun with other settings, StoreError for other images.
    """
    info = RunFolder(place).info
    recorded = info.config
    kind, _, name = recorded.data.name.partition(":")
    if kind == OBJECT and images is None and asked.dataset is None:
        raise ConfigError(
            f"{out} holds a run on the images {name!r}, which were handed over in Python; pass the same ones as "
            "data=..., or choose another folder"
        )
    config = asked.config() if given is not None else as_recorded(asked, recorded)
    config = named(with_classifier(with_acquisition(config, acquisition), given), images)
    # Whether the images there are those of the run is seen when they are read.
    moved = config.data.name if all(one.data.name.startswith(FOLDER) for one in (config, recorded)) else None
    if moved is not None:
        config = replace(config, data=replace(config.data, name=recorded.data.name))
    if images is not None and config.data.name == recorded.data.name:
        check_same_data(info, images)
    later = _later_than_run(place, config, asked.settings)
    _require_same_settings(recorded, config, out, acquisition, later=later)
    return moved if moved != recorded.data.name else None


def _later_than_run(place: Path, config: RunConfig, changes: Mapping[str, Any]) -> Callable[[str], bool]:
    """Whether a run goes on as it was made in a setting: one that came later, or is not used, and is left as it is."""
    named = settings_named_in(place)
    return lambda name: not changes.keys() & {FIDELITY, name} and not (name in named and config.uses(name))


def _require_same_settings(
    recorded: RunConfig,
    config: RunConfig,
    out: str | Path,
    acquisition: Acquisition | None,
    *,
    later: Callable[[str], bool],
) -> None:
    """Raises ConfigError for the first setting that differs from the recorded one, but for those that are `later`."""
    there = flatten(recorded.to_dict())
    # Version 0.1 kept the method's name when its parts were set one by one; a custom method has no name.
    same_parts = replace(recorded.method, name=config.method.name) == config.method
    now = flatten(config.to_dict())
    # The classifier first, since other settings follow from it.
    for name, value in sorted(now.items(), key=lambda item: item[0] != "classifier.kind"):
        if name == "method.name" and (same_parts or CUSTOM in (there[name], value)):
            continue  # The fields after it hold the parts of the method, which are compared instead.
        if name == "method.acquisition" and acquisition is not None and is_recorded(recorded, acquisition):
            continue
        if there[name] != value and not later(name):
            raise ConfigError(
                f"{out} holds a run with {name} = {there[name]!r}, not {value!r}; open it with the same settings, "
                "or choose another folder"
            )


def require_same_use(
    session: Session,
    out: str | Path,
    oracle: Oracle | str | None,
    acquisition: Acquisition | None,
    device: str,
    threads: int | None,
    *,
    exact: bool,
) -> None:
    """Raises ConfigError for the first argument that differs from what the open session uses; `exact` as there."""
    same_oracle, same_acquisition = (
        given is None or id(given) == known or _fingerprint(given) == made
        for given, (known, made) in zip((oracle, acquisition), _FINGERPRINTS[session], strict=True)
    )
    differs, leave_out = "", "leave that out to get the open session, or "
    if not same_oracle and oracle != session.oracle.name:
        differs = f"answers by {_named(session.oracle.name, getattr(oracle, 'name', oracle))}"
    elif acquisition is not None and not same_acquisition:
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
    if exact and session.next_stage is not None:
        require_same(session.folder, session.made_with, threads_given=threads is not None, exact=True)


def _named(open_with: str, given: object) -> str:
    return f"{open_with!r}, not {given!r}" if open_with != given else f"{open_with!r} as it was before you changed it"


def _fingerprint(thing: object) -> object:
    """The code of the methods of an object's class, and the plain values of the class and of the object.

    Equal for the objects that a notebook cell makes each time it is run, unless the cell was edited.
    """
    kind = type(thing)
    if isinstance(thing, _PLAIN):
        return thing
    of_class = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
    values = {**of_class, **getattr(thing, "__dict__", {})}
    plain = {name: value for name, value in values.items() if isinstance(value, _PLAIN) and not name.startswith("__")}
    found = {name: getattr(getattr(value, "fget", value), "__code__", None) for name, value in of_class.items()}
    # Only what has code, because a check against a protocol leaves an empty `__annotations__` in a class.
    return kind.__qualname__, plain, {name: _operations(code) for name, code in found.items() if code is not None}


def _operations(code: CodeType) -> object:
    """What a function does, whatever its line numbers; Python 3.11 also changes a code object while it runs."""
    constants = [_operations(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, constants
