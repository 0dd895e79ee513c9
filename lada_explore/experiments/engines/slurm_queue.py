"""What Slurm says of the jobs of a sweep, and how these are ended; a command that fails does not end the sweep at once.

The jobs of a sweep have a name that is made of its folder. They are found by it also where nobody knows their numbers:
those that were being sent when Ctrl+C came, and those of a command that was killed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from lada_explore.background import system
from lada_explore.errors import ConfigError

ENDURED_S = 600.0
"""Seconds for which Slurm may not answer, as while its controller is started anew, before a sweep is given up."""

GONE_S = 20.0
"""Seconds in which the jobs of a sweep that ends have to leave the queue, before they are killed."""

SENT_S = 3.0
"""Seconds for which a `sbatch` that was interrupted may go on; jobs that it sends until then are ended."""

KILLED_S = 40.0
"""Seconds after which jobs that are still in the queue, or may be, are named."""

ARRAY_SIZE = 1001
"""Largest number of jobs in an array where Slurm does not say: its own default of MaxArraySize."""

MAX_NAMED = 3
"""Jobs that are named in a sentence; the others are counted."""

ANSWER_S = 60.0
"""Seconds for one command of Slurm."""


def name_in(out: Path) -> str:
    """Name of the jobs of the sweep in a folder: "lada-explore-9f86d081884c"."""
    return f"lada-explore-{sha256(str(out.resolve()).encode()).hexdigest()[:12]}"


def require_none_left(out: Path) -> None:
    """Raises ConfigError where jobs of the sweep in a folder wait or run, or Slurm, if it is here, does not say."""
    if shutil.which("squeue") is not None:  # Else they are elsewhere; a run that is being computed is locked.
        SlurmQueue().require_none(name_in(out), out)


class SlurmQueue:
    """The queue of Slurm, seen by `squeue` and `scancel`.

    Args:
        clock: seconds, from any beginning.
        sleep: waits for so many seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self.sleep = clock, sleep
        self._silent_since: float | None = None

    def array_size(self) -> int:
        """Largest number of jobs in an array, at least 1; `ARRAY_SIZE` if Slurm does not say."""
        found = re.search(r"^MaxArraySize\s*=\s*(\d+)", _said("scontrol", "show", "config")[0], re.MULTILINE)
        return max(1, int(found[1])) if found else ARRAY_SIZE

    def jobs(self, name: str) -> set[str] | None:
        """Numbers of the jobs with a name that wait or run; None while Slurm does not answer.

        Raises:
            ConfigError: it has not answered for `ENDURED_S`.
        """
        found, fault = _queued(name)
        if not fault:
            self._silent_since = None
            return found
        if self._silent_since is None:
            self._silent_since = self._clock()
        if self._clock() - self._silent_since >= ENDURED_S:
            raise ConfigError(
                f"Slurm has not answered for {ENDURED_S / 60:.0f} minutes ({fault}); the same command goes on "
                "when it does"
            )
        return None

    def require_none(self, name: str, out: Path) -> None:
        """Raises ConfigError if jobs with a name, of the sweep in a folder, wait or run, or Slurm does not say."""
        found, fault = _queued(name)
        if fault:
            raise ConfigError(
                f"Slurm does not say whether jobs of an earlier command still run for {out} ({fault}); run the sweep "
                "again when it answers"
            )
        if not found:
            return
        jobs, more = ", ".join(sorted(found)[:MAX_NAMED]), len(found) - MAX_NAMED
        raise ConfigError(
            f"{len(found)} job{'s' * (len(found) > 1)} of an earlier command still run{'s' * (len(found) == 1)} for "
            f"{out} ({jobs}{f' and {more} more' * (more > 0)}); wait, or end with `scancel --name={name}`, and run the "
            "sweep again"
        )

    def end(self, name: str, jobs: Iterable[str], waiting: Sequence[str], *, unsure: bool) -> None:
        """End the jobs with a name, and wait until they have left the queue.

        Args:
            name: theirs, see `name_in`.
            jobs: all that were sent; one with a result may be in the queue for a moment still.
            waiting: those without a result.
            unsure: whether there may be more, which were being sent when this was interrupted.

        Raises:
            ConfigError: after `KILLED_S` some are in the queue, or Slurm does not say; they are named.
        """
        known, began, fault = set(jobs), self._clock(), ""
        left = set(waiting)
        to_end = set(waiting)
        while self._clock() - began < KILLED_S:
            if to_end:
                fault = _said("scancel", *sorted(to_end))[1]
                to_end = to_end if fault else set()
            queued, silent = _queued(name)
            fault = silent or fault
            if not silent:
                left, unsure = queued, unsure and self._clock() - began < SENT_S
                to_end |= queued - known
                known |= queued
            if not (left or unsure):
                return
            if left and not to_end and self._clock() - began >= GONE_S:
                _said("scancel", "--signal=KILL", *sorted(left))
            self.sleep(0.5)
        if not left:
            raise ConfigError(
                f"jobs of Slurm may have been sent and run on ({fault}); when Slurm answers, end them with `scancel "
                f"--name={name}`"
            )
        named = " ".join(sorted(left))
        raise ConfigError(
            f"{'a job' if len(left) == 1 else f'{len(left)} jobs'} of Slurm could not be ended and may run on "
            f"({fault or 'still in the queue'}); when Slurm answers, end with `scancel {named}`"
        )


def _queued(name: str) -> tuple[set[str], str]:
    """Numbers of the user's jobs of this name that wait or run, and why Slurm did not answer; empty if it did."""
    said, fault = _said(
        "squeue", "--noheader", "--array", "--format=%i", f"--user={system.user_name()}", f"--name={name}"
    )
    return set(said.split()), fault


def _said(*command: str) -> tuple[str, str]:
    """What a command of Slurm answers, and why it failed; empty if it did not."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=ANSWER_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{command[0]}: {error}"
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return "", lines[-1] if lines else f"{command[0]} failed with exit code {done.returncode}"
    return done.stdout, ""
