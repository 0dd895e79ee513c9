"""The server process, `python -m lada_explore.apps.visitors`. `lada_explore.apps.served` starts and ends it.

Secrets come through the environment, because command lines can be read by everybody on this machine. The process ends
when its standard input does.
"""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

from lada_explore.apps.visitors import FIRST, PLACE, TEACHER, TOKEN
from lada_explore.background.processes import end_with_parent, wait_for_end_of_input


def leave(*_: object) -> None:
    """Exit on a signal, and ignore another one, which would interrupt the clean-up."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit()


def main() -> None:
    """Serve until SIGTERM, or until standard input ends."""
    # Ctrl+C reaches every process of a terminal; the parent decides when this one ends.
    signal.signal(signal.SIGINT, lambda signum, frame: None)
    signal.signal(signal.SIGTERM, leave)
    end_with_parent(wait_for_end_of_input, signal.SIGTERM)
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--listen", required=True)
    parser.add_argument("--max-students", type=int, required=True)
    given = parser.parse_args()
    # Removed, because kernels get a copy of the environment.
    token, first, teacher, place = (os.environ.pop(name) for name in (TOKEN, FIRST, TEACHER, PLACE))
    os.mkdir(place, 0o700)
    try:
        # Imported here, because it takes seconds, in which the parent may end.
        from lada_explore.apps.visitors.server import serve

        serve(
            given.port, given.listen, given.max_students, place=Path(place), token=token, first=first, teacher=teacher
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
