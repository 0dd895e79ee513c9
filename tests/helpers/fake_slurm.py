"""Commands of Slurm that answer from files, for what a real cluster does too seldom, and a clock that does not wait."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

SBATCH = """\
count=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "$1")
if [ -n "$count" ] && [ "$count" -ge "$(cat "$FAKE/max")" ]; then
  echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2; exit 1
fi
name=$(sed -n 's/^#SBATCH --job-name=//p' "$1")
number=$(($(cat "$FAKE/number") + 1)); echo $number > "$FAKE/number"
if [ -n "$count" ]; then jobs=$(seq -f "${number}_%g" 0 "$count"); else jobs=$number; fi
for job in $jobs; do echo "$job" >> "$FAKE/queue"; echo "$job $name" >> "$FAKE/names"; done
echo "Submitted batch job $number"
"""

SCONTROL = """\
echo "MaxStepCount            = 40000"
echo "MaxArraySize            = $(cat "$FAKE/max")"
"""

SQUEUE = """\
[ -e "$FAKE/down" ] && { echo "slurm_load_jobs error: Socket timed out" >&2; exit 1; }
for word in "$@"; do case "$word" in --name=*) name=${word#--name=};; esac; done
while read -r job; do grep -qx "$job $name" "$FAKE/names" && echo "$job"; done < "$FAKE/queue"
exit 0
"""

SCANCEL = """\
[ -e "$FAKE/down" ] && { echo "scancel: error: Unable to contact slurm controller" >&2; exit 1; }
echo "$@" >> "$FAKE/cancelled"
[ -e "$FAKE/stubborn" ] && exit 0
for name in "$@"; do sed -i "/^$name$/d" "$FAKE/queue"; done
"""


class FakeSlurm:
    """A Slurm whose queue is a file, and whose time passes where somebody sleeps.

    Args:
        folder: a new one.
        monkeypatch: puts its commands first on PATH.

    Attributes:
        now: seconds.
        at: by second, what happens then.
    """

    def __init__(self, folder: Path, monkeypatch: object) -> None:
        self.folder, self.now, self.at = folder, 0.0, dict[float, Callable[[], object]]()
        folder.mkdir()
        (folder / "number").write_text("76\n")
        (folder / "max").write_text("1001\n")
        for name in ("queue", "names", "cancelled"):
            (folder / name).touch()
        said = {"sbatch": SBATCH, "squeue": SQUEUE, "scancel": SCANCEL, "scontrol": SCONTROL, "srun": "exit 1\n"}
        for name, does in said.items():
            (folder / name).write_text(f"#!/bin/sh\n{does}")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("FAKE", str(folder))  # type: ignore[attr-defined]
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")  # type: ignore[attr-defined]

    def clock(self) -> float:
        """The second it is."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass, and happen what happens meanwhile."""
        self.now += seconds
        for moment in sorted(moment for moment in self.at if moment <= self.now):
            self.at.pop(moment)()

    def down(self, *, is_so: bool = True) -> None:
        """Slurm does not answer, or does again."""
        (self.folder / "down").touch() if is_so else (self.folder / "down").unlink()

    def result(self, out: Path, name: str, content: bytes = pickle.dumps(("success", ""))) -> None:
        """A job leaves a result in the folder of the sweep, and the queue."""
        (out / "sweep" / "slurm" / f"{name}_0_result.pkl").write_bytes(content)
        self.leave(name)

    def join(self, job: str, name: str) -> None:
        """A job with a name gets into the queue."""
        for place, line in (("queue", job), ("names", f"{job} {name}")):
            with (self.folder / place).open("a") as file:
                file.write(f"{line}\n")

    def leave(self, name: str) -> None:
        """A job leaves the queue."""
        left = [line for line in self.queue() if line != name]
        (self.folder / "queue").write_text("".join(f"{line}\n" for line in left))

    def queue(self) -> list[str]:
        """Names of the jobs that wait or run."""
        return (self.folder / "queue").read_text().split()

    def cancelled(self) -> list[str]:
        """Words of each `scancel` that was heard."""
        return (self.folder / "cancelled").read_text().splitlines()
