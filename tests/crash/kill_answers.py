"""Kill a process that answers as fast as it can, again and again. A script, like `kill_loop.py`.

Usage: python kill_answers.py JOURNAL N_KILLS. Each child opens the journal and answers one image after the other, of
ids that are its own; it names an id on the pipe when the call has returned. Every third answer it takes back and gives
again. Every second child is killed a moment after its start, perhaps while it opens the journal, and the others a
moment after they named their first id, on however slow a disk. Prints, as JSON, for each child the ids it named.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from lada_explore.store import Journal

IDS_OF_A_CHILD = 100_000


def answer(path, first_id, pipe):
    """Answer without end; an id is named once its answer is acknowledged."""
    journal = Journal(path)
    for image_id in range(first_id, first_id + IDS_OF_A_CHILD):
        journal.record(1, {image_id: image_id % 7}, "ada")
        if image_id % 3 == 0:
            last = journal.answers()[-1]
            journal.act("undo", cycle=1, annotator="ada", ids=[image_id], label=last.label, undoes=last.entry)
            journal.record(1, {image_id: image_id % 7}, "ada")
        os.write(pipe, f"{image_id}\n".encode())


def killed_child(path, first_id, delay_s, *, has_answered):
    """The ids that a child named before it was killed, `delay_s` after its start or after its first answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer(path, first_id, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as named:
        first = named.readline() if has_answered else b""
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"the child of id {first_id} ended by itself"
        # An id without an end of line was not named whole.
        return [int(line) for line in (first + named.read()).decode().split("\n")[:-1]]


def main():
    path, n_kills = Path(sys.argv[1]), int(sys.argv[2])
    draw = random.Random(0)
    named = [
        killed_child(path, k * IDS_OF_A_CHILD, draw.uniform(0, 0.03), has_answered=k % 2 == 1) for k in range(n_kills)
    ]
    print(json.dumps(named))


if __name__ == "__main__":
    main()
