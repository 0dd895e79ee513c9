"""Kill a run again and again and resume it each time. A script, so that its children fork from a fresh process.

Usage: python kill_loop.py REFERENCE KILLED N_KILLS. Makes both runs from one config; the first in one go, the second
with SIGKILLs at random moments. Prints, as JSON, the stage that each kill interrupted.
"""

import json
import os
import random
import shutil
import signal
import sys
import time

import torch

from lada_explore.config.presets import configure
from lada_explore.events import StageFinished, StageStarted
from lada_explore.session.session import Session

SETTINGS = {
    "classifier.width": 4,
    "classifier.blocks": "1,1",
    "schedule.subset_size": 60,
    "schedule.budget": 4,
    "training.epochs": 3,
    "policy.epochs": 3,
    "data.name": "digits",
}


def run_child(out, pipe):
    """Resume and run to the end, naming each stage on the pipe as it starts and a dot as it ends."""
    session = Session.resume(out, device="cpu")

    def tell(event):
        if isinstance(event, StageStarted):
            os.write(pipe, f"{event.stage}\n".encode())
        elif isinstance(event, StageFinished):
            os.write(pipe, b".\n")

    session.subscribe(tell)
    os.write(pipe, b"open\n")
    session.run()


def kill_once(out, delay_s):
    """Run a child, kill it after `delay_s` from its opening; returns the lines it said and whether it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            run_child(out, writing)
        finally:
            os._exit(0)
    os.close(writing)
    said = os.read(reading, 5)
    while not said.endswith(b"open\n"):
        more = os.read(reading, 1)
        assert more, f"the child ended before it opened the run, after {said!r}"
        said += more
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as rest:
        lines = rest.read().decode().split()
    return lines, os.WIFSIGNALED(status)


def main():
    reference, killed, n_kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(1)
    config = configure("demo", "lada-entmix", cycles=12, settings=SETTINGS)
    session = Session.create(config, reference, device="cpu")
    began = time.perf_counter()
    session.run()
    whole_s = time.perf_counter() - began
    session.close()
    Session.create(config, killed, device="cpu").close()
    # A third of the run's time in all, so that a machine which is twice as fast by now does not end it before.
    longest_s = 2 / 3 * whole_s / n_kills
    draw, interrupted = random.Random(0), []
    while len(interrupted) < n_kills:
        lines, was_killed = kill_once(killed, draw.uniform(0, longest_s))
        if not was_killed:  # This machine is much faster by now: begin anew, with kills closer to one another.
            shutil.rmtree(killed)
            Session.create(config, killed, device="cpu").close()
            interrupted, longest_s = [], longest_s / 2
            continue
        interrupted.append(lines[-1] if lines and lines[-1] != "." else "between stages")
    Session.resume(killed, device="cpu").run()
    print(json.dumps(interrupted))


if __name__ == "__main__":
    main()
