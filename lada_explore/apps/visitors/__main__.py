"""The server process: `python -m lada_explore.apps.visitors`, which `lada_explore.apps.served` starts and ends.

It reads from its environment what no list of processes should show, and ends when its standard input does.
"""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

from lada_explore.apps.visitors import FIRST, PLACE, TOKEN
from lada_explore.background.processes import end_with_parent, standard_input_ends


def leave(*_: object) -> None:
    """End on a signal, once: a second one must not cut short what the first has begun."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit()


def main() -> None:
    """Serve until standard input ends, or SIGTERM comes."""
    # Ctrl+C reaches every process of a terminal; whoever started this one says when it ends.
    signal.signal(signal.SIGINT, lambda signum, frame: None)
    signal.signal(signal.SIGTERM, leave)
    end_with_parent(standard_input_ends, signal.SIGTERM)
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--listen", required=True)
    parser.add_argument("--max-students", type=int, required=True)
    given = parser.parse_args()
    # Kernels get a copy of the environment.
    token, first, place = (os.environ.pop(name) for name in (TOKEN, FIRST, PLACE))
    os.mkdir(place, 0o700)
    try:
        # Only now: it takes seconds, in which the parent may end.
        from lada_explore.apps.visitors.server import serve

        serve(Path(place), token, first, given)
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
