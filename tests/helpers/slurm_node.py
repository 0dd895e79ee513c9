"""A Slurm cluster of one node with two CPUs, this machine: munged, slurmctld and slurmd as our own processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo")

CONFIGURATION = """\
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=6
CredType=cred/munge
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SchedulerParameters=sched_interval=2,batch_sched_delay=1
ReturnToService=2
KillWait=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
PartitionName=other Nodes={host} MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """Programs of Slurm that are not on this machine, or "root", whom they want to be started by."""
    lacking = [name for name in PROGRAMS if shutil.which(name, path=_path()) is None]
    return lacking if os.getuid() == 0 else [*lacking, "root"]


@contextmanager
def slurm_node(folder: Path) -> Iterator[dict[str, str]]:
    """Start the cluster; yields what the environment of its commands holds. Everything is ended with the block."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    folder.chmod(0o755)
    host = socket.gethostname().partition(".")[0]
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(host=host, folder=folder, ports=_free_ports()))
    environment = {"SLURM_CONF": str(configuration), "PATH": _path()}
    of_munge = [f"--{name}={folder}/munge.{name.partition('-')[0]}" for name in ("socket", "key-file", "pid-file")]
    of_munge += [f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed"]
    of_munge[1] = f"--key-file={key}"
    with ExitStack() as stack:
        stack.enter_context(_running(["munged", "--foreground", "--force", *of_munge], environment, folder))
        _until(lambda: (folder / "munge.socket").exists(), "munged makes its socket")
        for name in ("slurmctld", "slurmd"):
            stack.enter_context(_running([name, "-D", "-f", str(configuration)], environment, folder))
        _until(lambda: _said(["sinfo", "--noheader", "--format=%T"], environment).startswith("idle"), "a node is idle")
        yield environment


@contextmanager
def _running(words: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    program = shutil.which(words[0], path=environment["PATH"])
    with open(folder / f"{words[0]}.log", "wb") as log:
        process = subprocess.Popen(
            [str(program), *words[1:]], env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(words: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, check=False).stdout


def _until(is_so, what: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{seconds:g} s, and not yet: {what}")
        time.sleep(0.2)


def _free_ports() -> list[int]:
    sockets = [socket.socket() for _ in range(2)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
