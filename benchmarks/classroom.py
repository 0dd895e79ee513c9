"""Memory and speed of the kernels that `lada-explore app` gives to students, measured on this machine.

Each kernel starts as the application starts it (one thread), opens a student's page, starts the playground and runs
some cycles of it: first one student after the other, then all at once without a pause, which is the worst that a class
can do. While they do, one more kernel, which computes nothing, is asked for an answer again and again: that is what
happens to a student who reads, drags or answers. There are 2.5 students for each core unless `--kernels` says
otherwise, as many as twenty are on eight cores. Memory that kernels share (code of torch and its like) is counted once,
by proportional set size.

    python benchmarks/classroom.py --run data/runs/demo --json benchmarks/results/classroom.json
"""

from __future__ import annotations

import json
import os
import statistics
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from common import finish, parser
from jupyter_client.manager import KernelManager

from lada_explore.apps.served.process import environment
from lada_explore.runtime import Runtime

STUDENTS, CORES = 20, 8
"""A class, and the machine that serves it."""

PAGE = """
from lada_explore.apps.classroom import application
page = application("group={group}", {run!r})
"""
PLAY = """
import json, time
if not page._place.children:
    page.start()
playground, took = page._place.children[0], []
playground.wait(120)
for _ in range({cycles}):
    began = time.perf_counter()
    playground.cycle()
    playground.wait(120)
    took.append(time.perf_counter() - began)
print(json.dumps(took))
"""
THREADS = "print(__import__('torch').get_num_threads())"


def execute(client: Any, code: str) -> str:
    """What a cell prints; raises what it raises."""
    printed: list[str] = []

    def handle(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, output_hook=handle, timeout=600)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return "".join(printed).strip()


def megabytes(process: psutil.Process) -> dict[str, float]:
    """Resident, proportional and own memory in MB of a million bytes.

    Resident counts what kernels share in full, proportional each one's part of it; own leaves it out, and stands for
    the proportional one where the system does not tell that.
    """
    memory = process.memory_full_info()
    return {
        "resident": memory.rss / 1e6,
        "proportional": getattr(memory, "pss", memory.uss) / 1e6,
        "own": memory.uss / 1e6,
    }


def measure(kernels: int, cycles: int, run: Path | None) -> dict[str, Any]:
    """Memory of each kernel with its page open and after some cycles; seconds of a cycle alone and with all at once."""
    started: list[tuple[KernelManager, Any]] = []
    rows: list[dict[str, Any]] = []
    play = PLAY.format(cycles=cycles)
    try:
        for _ in range(kernels + 1):
            manager = KernelManager()
            manager.start_kernel(env=environment(run, ""))
            client = manager.client()
            client.start_channels()
            client.wait_for_ready(timeout=120)
            started.append((manager, client))
        *students, (_, reader) = started
        for group, (manager, client) in enumerate(students):
            execute(client, PAGE.format(group=group, run="" if run is None else str(run.resolve())))
            rows.append({"group": group, "opened": megabytes(_process(manager))})
        for (_, client), row in zip(students, rows, strict=True):
            row["alone_s"] = json.loads(execute(client, play))
            row["torch_threads"] = int(execute(client, THREADS))
        alone_replies = [reply_s(reader) for _ in range(20)]
        with ThreadPoolExecutor(kernels) as pool:
            playing = [pool.submit(execute, client, play) for _, client in students]
            replies = replies_until(reader, playing)
            for row, said in zip(rows, playing, strict=True):
                row["at_once_s"] = json.loads(said.result())
        for (manager, _), row in zip(students, rows, strict=True):
            row["played"] = megabytes(_process(manager))
    finally:
        for manager, client in started:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    waits = {"alone": alone_replies, "at_once": replies}
    return {"kernels": kernels, "cores": os.cpu_count(), "cycles": cycles, "run": run is not None, "rows": rows} | {
        f"reply_{when}_ms": {"median": 1e3 * statistics.median(found), "worst": 1e3 * max(found), "replies": len(found)}
        for when, found in waits.items()
    }


def reply_s(client: Any) -> float:
    """Seconds until a kernel has answered an empty request."""
    began = time.perf_counter()
    execute(client, "None")
    return time.perf_counter() - began


def replies_until(client: Any, playing: list[Future[str]]) -> list[float]:
    """Seconds of every answer of a kernel, ten a second, while all others play."""
    found = []
    while not any(student.done() for student in playing):
        found.append(reply_s(client))
        time.sleep(0.1)
    return found


def speeds(rows: list[dict[str, Any]]) -> dict[str, float]:
    """What playing at once does: a cycle's seconds, how much longer than alone, and the slowest student's share."""
    alone = statistics.median(seconds for row in rows for seconds in row["alone_s"])
    totals = [sum(row["at_once_s"]) for row in rows]
    at_once = statistics.median(seconds for row in rows for seconds in row["at_once_s"])
    return {
        "cycle_alone_s": alone,
        "cycle_at_once_s": at_once,
        "slowdown": at_once / alone,
        "slowest_to_fastest": max(totals) / min(totals),
    }


def _process(manager: KernelManager) -> psutil.Process:
    assert manager.provisioner is not None
    return psutil.Process(manager.provisioner.pid)


def main() -> None:
    """Measure, print and write."""
    made = parser("Memory and speed of the kernels that lada-explore app gives to students.")
    made.add_argument("--kernels", type=int, default=round(STUDENTS / CORES * (os.cpu_count() or 1)))
    made.add_argument("--cycles", type=int, default=5, help="cycles of the playground that each runs")
    made.add_argument("--run", type=Path, help="a run that the explorer shows beside the playground")
    arguments = made.parse_args()
    found = measure(arguments.kernels, arguments.cycles, arguments.run)
    found |= speeds(found["rows"])
    each = sum(row["played"]["proportional"] for row in found["rows"]) / len(found["rows"])
    found["student_megabytes"], found["twenty_students_gigabytes"] = each, STUDENTS * each / 1000
    finish("classroom", found, Runtime.choose(arguments.device, arguments.precision), arguments.json)


if __name__ == "__main__":
    main()
