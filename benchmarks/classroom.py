"""Memory and threads of the kernels that `lada-explore app` gives to students, measured on this machine.

Each kernel starts as the application starts it (one thread), opens a student's page, starts the playground and runs
some cycles of it. Memory that kernels share (code of torch and its like) is counted once, by proportional set size.

    python benchmarks/classroom.py --kernels 4 --json benchmarks/results/classroom.json
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
from common import finish, parser
from jupyter_client.manager import KernelManager

from lada_explore.app import environment
from lada_explore.runtime import Runtime

PAGE = """
from lada_explore.classroom import application
page = application("group={group}", {run!r})
"""
PLAY = """
page.start()
page._place.children[0].wait(120)
for _ in range({cycles}):
    page._place.children[0].cycle()
    page._place.children[0].wait(120)
"""
THREADS = "print(__import__('torch').get_num_threads())"


def execute(client: Any, code: str) -> str:
    """What a cell prints; raises what it raises."""
    printed: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, output_hook=hear, timeout=600)
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
    """Memory of each kernel, with its page open, and with the playground some cycles on."""
    started: list[tuple[KernelManager, Any]] = []
    rows: list[dict[str, Any]] = []
    try:
        for group in range(kernels):
            manager = KernelManager()
            manager.start_kernel(env=environment(run, ""))
            client = manager.client()
            client.start_channels()
            client.wait_for_ready(timeout=120)
            started.append((manager, client))
            execute(client, PAGE.format(group=group, run="" if run is None else str(run.resolve())))
            rows.append({"group": group, "opened": megabytes(_process(manager))})
        for (_, client), row in zip(started, rows, strict=True):
            execute(client, PLAY.format(cycles=cycles))
            row["torch_threads"] = int(execute(client, THREADS))
        for (manager, _), row in zip(started, rows, strict=True):
            row["played"] = megabytes(_process(manager))
    finally:
        for manager, client in started:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return {"kernels": kernels, "cycles": cycles, "run": run is not None, "rows": rows}


def _process(manager: KernelManager) -> psutil.Process:
    assert manager.provisioner is not None
    return psutil.Process(manager.provisioner.pid)


def main() -> None:
    """Measure, print and write."""
    made = parser("Memory of the kernels that lada-explore app gives to students.")
    made.add_argument("--kernels", type=int, default=4)
    made.add_argument("--cycles", type=int, default=5, help="cycles of the playground that each runs")
    made.add_argument("--run", type=Path, help="a run that the explorer shows beside the playground")
    arguments = made.parse_args()
    found = measure(arguments.kernels, arguments.cycles, arguments.run)
    each = sum(row["played"]["proportional"] for row in found["rows"]) / len(found["rows"])
    found["student_megabytes"], found["twenty_students_gigabytes"] = each, 20 * each / 1000
    finish("classroom", found, Runtime.choose(arguments.device, arguments.precision), arguments.json)


if __name__ == "__main__":
    main()
