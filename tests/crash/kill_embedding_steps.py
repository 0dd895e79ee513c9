"""Be killed before each step by which a pass over pictures writes. A script, whose children fork from a fresh process.

Usage: python kill_embedding_steps.py PICTURES FOLDER. Makes a cache in FOLDER/N for a kill before step N, where a
second child goes on. Prints, as JSON, for each kill how many features were new for the second, how many of all are
wrong, and how many are new for a third.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from crash.kill_embedding import pictures
from helpers.disk import Dying, steps_below, was_killed
from helpers.frozen import drawn_pixels, embed, features_by_hand

from lada_explore.features import embedding

CHUNK = 16


def main():
    data, folder = pictures(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    embedding.MAX_CHUNK = CHUNK
    n = len(data.train)
    by_hand, told = features_by_hand(drawn_pixels(n)), []
    while True:
        step = len(told)
        cache = folder / str(step)
        os.environ["LADA_CACHE"] = str(cache)

        def act(cache=cache, step=step):
            with steps_below(cache, Dying(step)):
                embed(data)

        if not was_killed(act):
            break
        result = folder / "result.json"

        def go_on(result=result):
            found = embed(data)
            wrong = ~np.isclose(found.train.take(np.arange(n)), by_hand, rtol=1e-5).all(axis=1)
            result.write_text(json.dumps([found.new, int(wrong.sum()), embed(data).new]))

        assert not was_killed(go_on)
        told.append(json.loads(result.read_text()))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
