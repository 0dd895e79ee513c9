"""Warns when a run is resumed with hardware or software that gives other last digits; refuses it on request."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from lada_explore.errors import ConfigError
from lada_explore.store import RunFolder
from lada_explore.store.made_with import Difference, MadeWith, differences, made_at_start, words

logger = logging.getLogger(__name__)


def require_same(folder: RunFolder, now: MadeWith, *, threads_given: bool, exact: bool) -> None:
    """Log a warning if the next stage is computed with something else than the last one, see `store.made_with`.

    Args:
        folder: of a run whose records were read.
        now: what the next stage will be computed with.
        threads_given: whether the caller chose the number of threads.
        exact: refuse instead.

    Raises:
        ConfigError: they differ, and `exact` is set.
    """
    found = differences(folder.made_with, now)
    if not found:
        return
    then = _listed([words(one.name, one.then) for one in found])
    new = _listed([words(one.name, one.now) for one in found])
    remedy = _listed([_remedy(one, made_at_start(folder.info), threads_given=threads_given) for one in found])
    if exact:
        raise ConfigError(
            f"{folder.path} was computed with {then} and would continue with {new}, so its further records would "
            f"differ in the last digits; {remedy}, or resume it without --exact (exact=True)"
        )
    logger.warning(
        "%s was computed with %s and continues with %s, so its further records differ in the last digits; %s to avoid "
        "that",
        *(folder.path, then, new, remedy),
    )


def _remedy(one: Difference, start: MadeWith, *, threads_given: bool) -> str:
    """What to do so that the last digits stay as they were."""
    match one.name:
        case "torch":
            return f"install torch {one.then}"
        case "precision":
            return f"restore the run.json that says {one.then}"
        case "threads":
            numbers = re.findall(r"\d+", one.then)
            if one.then != start["threads"] and len(numbers) == 1:
                return f"set the number of threads to {one.then}"
            most = max(numbers, key=int)
            return "leave the number of threads out" if threads_given else f"set OMP_NUM_THREADS={most} beforehand"
        case "device" if one.then == "cpu":
            return "set the device to cpu"
        case _:
            return f"resume it on a machine with {one.then}"


def _listed(parts: Sequence[str]) -> str:
    """Texts joined for a sentence: a, b and c."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
