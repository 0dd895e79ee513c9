"""What Slurm's own commands say of our jobs, and how jobs are ended; a failing one does not end a sweep at once."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence

from lada_explore.errors import ConfigError

ENDURED_S = 600.0
"""Seconds for which Slurm may not answer, as while its controller is started anew, before a sweep is given up."""

GONE_S = 20.0
"""Seconds in which the jobs of a sweep that ends have to leave the queue, before they are killed."""

KILLED_S = 40.0
"""Seconds after which jobs that are still in the queue, or may be, are named."""

ARRAY_SIZE = 1001
"""Largest number of jobs in an array where Slurm does not say: its own default of MaxArraySize."""

ANSWER_S = 60.0
"""Seconds for one command of Slurm."""


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

    def jobs(self) -> set[str] | None:
        """Names of the user's jobs that wait or run; None while Slurm does not answer.

        Raises:
            ConfigError: it has not answered for `ENDURED_S`.
        """
        found, fault = _queued()
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

    def end(self, jobs: Iterable[str], waiting: Sequence[str]) -> None:
        """End jobs, and wait until they have left the queue.

        Args:
            jobs: all of the sweep; one with a result may be in the queue for a moment still.
            waiting: those without a result.

        Raises:
            ConfigError: after `KILLED_S` some are in the queue, or Slurm does not say; they are named.
        """
        ours, began, fault = set(jobs), self._clock(), ""
        left = set(waiting)
        cancelled = not waiting
        while self._clock() - began < KILLED_S:
            if not cancelled:
                fault = _said("scancel", *sorted(left))[1]
                cancelled = not fault
            queued, silent = _queued()
            fault = silent or fault
            if not silent:
                left = queued & ours
            if not left:
                return
            if cancelled and self._clock() - began >= GONE_S:
                _said("scancel", "--signal=KILL", *sorted(left))
            self.sleep(0.5)
        named = " ".join(sorted(left))
        raise ConfigError(
            f"{'a job' if len(left) == 1 else f'{len(left)} jobs'} of Slurm could not be ended and may run on "
            f"({fault or 'still in the queue'}); when Slurm answers, end with `scancel {named}`"
        )


def _queued() -> tuple[set[str], str]:
    """Names of the user's jobs that wait or run, and why Slurm did not answer; empty if it did."""
    said, fault = _said("squeue", "--noheader", "--array", "--format=%i", f"--user={os.getuid()}")
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
