"""Kill runs of heads on features inside their long stages and resume them.

A script, so that its children fork from a fresh process. Usage: python kill_frozen.py FOLDER. Makes FOLDER/HIDDEN. Its
process gets SIGKILL in a stage of each cycle and is resumed. Prints, as JSON, the stages that were cut short.
"""

import json
import sys
from pathlib import Path

import torch
from helpers.small_runs import small_config, small_data
from kill_methods import killed, places, resume

from lada_explore.session.session import Session

METHOD, KIND, HIDDEN = "lada-entmix", "frozen:module:helpers.frozen:means", (0, 8)


def config_of(hidden):
    """Three cycles of a head with so many hidden units on the features of a network that is named."""
    return small_config(METHOD, cycles=3, classifier__kind=KIND, head__hidden=hidden)


def main():
    torch.set_num_threads(1)
    folder, cut = Path(sys.argv[1]), {}
    for hidden in HIDDEN:
        run = folder / str(hidden)
        Session.create(config_of(hidden), run, data=small_data()).close()
        cut[hidden] = [f"{place[1]} of cycle {place[0]}" for place in places(METHOD) if killed(run, place)]
        resume(run)
    print(json.dumps(cut))


if __name__ == "__main__":
    main()
