"""Embed pictures again and again, and be killed each time. A script, so that its children fork from a fresh process.

Usage: python kill_embedding.py FOLDER N_KILLS. Each child computes features of the pictures in FOLDER, tells the size
of each pass of the network, and is killed at a random moment after a random number of them. Prints, as JSON, how many
pictures each child showed to the network, how many one that was left to end had to, and its rows.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch
from helpers.frozen import CPU, Silent, backbone, data_of, image_set

from lada_explore.features import Backbone, embedded, embedding

CHUNK = 48
"""Rows of a chunk, so that there are several between two kills."""


def pictures(folder):
    files = sorted(Path(folder).glob("*.png"))
    return data_of(image_set(np.zeros((len(files), 3, 4, 4), np.uint8), files))


def embed(folder, pipe):
    own = Backbone.features

    def told(self, pixels):
        os.write(pipe, f"{len(pixels)}\n".encode())
        return own(self, pixels)

    Backbone.features = told
    embedding.MAX_CHUNK = CHUNK
    data = pictures(folder)
    return embedded(data, backbone(data), runtime=CPU, progress=Silent())


def killed(folder, passes, delay_s):
    """Passes of a child that is killed some time after it has begun so many; None for the number to let it end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            embed(folder, writing)
        finally:
            os._exit(0)
    os.close(writing)
    said = b""
    while said.count(b"\n") < passes and (more := os.read(reading, 4096)):
        said += more
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as rest:
        said += rest.read()
    return [int(size) for size in said.split()], os.WIFSIGNALED(status)


def main():
    folder, n_kills = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)
    draw, shown = random.Random(0), []
    while len(shown) < n_kills:
        passes, was_killed = killed(folder, draw.randint(1, 12), draw.uniform(0, 0.02))
        assert was_killed, f"it ended after {len(shown)} kills; give it more pictures"
        shown.append(sum(passes))
    last = embed(folder, os.open(os.devnull, os.O_WRONLY))
    values = last.train.take(np.arange(len(last.train)))
    print(json.dumps({"shown": shown, "last": last.new, "rows": values.tolist()}))


if __name__ == "__main__":
    main()
