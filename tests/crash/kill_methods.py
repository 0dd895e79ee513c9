"""Kill a run of every method inside its long stages and resume it.

A script, so that its children fork from a fresh process. Usage: python kill_methods.py FOLDER. Makes FOLDER/METHOD,
whose process gets SIGKILL in a stage of each cycle and is resumed. Prints, as JSON, the stages that were cut short.
"""

import json
import os
import signal
import sys
from pathlib import Path

import torch
from helpers.method_table import LONG_STAGE, METHOD_TABLE
from helpers.small_runs import small_config, small_data

from lada_explore.events import Progress
from lada_explore.records import Stage
from lada_explore.session.session import Session


def places(method):
    """Where the run is cut: a stage of each cycle that shows progress."""
    return [(1, Stage.SCORE), (2, Stage(LONG_STAGE[METHOD_TABLE[method].asks])), (3, Stage.TRAIN)]


def resume(run, place=None):
    """Go on with a run to its end, or to the second progress point of a stage, where the process kills itself."""
    session, seen = Session.resume(run, data=small_data()), []

    def handle(event):
        if isinstance(event, Progress) and (event.cycle, event.stage) == place:
            seen.append(event)
            if len(seen) == 2 or event.done == event.total:
                os.kill(os.getpid(), signal.SIGKILL)

    session.subscribe(handle)
    session.run()
    session.close()


def killed(run, place):
    """Whether a child that went on with the run was killed at that place."""
    child = os.fork()
    if child == 0:
        try:
            resume(run, place)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def main():
    torch.set_num_threads(1)
    folder, cut = Path(sys.argv[1]), {}
    for method in METHOD_TABLE:
        run = folder / method
        Session.create(small_config(method, cycles=3, look_ahead__precision="float32"), run, data=small_data()).close()
        cut[method] = [f"{place[1]} of cycle {place[0]}" for place in places(method) if killed(run, place)]
        resume(run)
    print(json.dumps(cut))


if __name__ == "__main__":
    main()
