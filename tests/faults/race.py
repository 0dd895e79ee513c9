"""Two processes that want the same at the same moment, again and again. A script, so that they fork from a fresh one.

Usage: python race.py WHAT FOLDER ROUNDS, where WHAT is one of `RACES`. Prints, as JSON, for each round what each of the
two was told; an empty text is told to the one that got it.
"""

import json
import multiprocessing
import random
import sys
import time
from contextlib import ExitStack, closing
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

import torch
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession
from helpers.small_runs import small_config, small_data

from lada_explore.errors import LadaError
from lada_explore.exchange import Label, RunImages, write_class_folders
from lada_explore.session.session import Session
from lada_explore.store import RunFolder
from lada_explore.store.run_writer import RunWriter

DATA = small_data()


def place_of(folder: Path, number: int) -> Path:
    """What the two want in a round: every second time in a folder that is not there yet."""
    return folder / ("new" if number % 2 else "") / f"{number:03d}"


def create(folder: Path, number: int, who: int) -> Session:
    """A run whose seed says who made it."""
    config = small_config(cycles=1, seed=who)
    return Session.create(config, place_of(folder, number), data=DATA, device="cpu", threads=1)


def make(folder: Path, number: int, who: int) -> RunWriter:
    """The folder of such a run, without the networks."""
    return RunWriter(RunFolder.create(place_of(folder, number), info_of(FakeSession(seed=who))))


def resume(folder: Path, number: int, who: int) -> Session:
    return Session.resume(folder / "one", data=DATA, device="cpu")


def export(folder: Path, number: int, who: int) -> None:
    """One labelled image, of a class that says whose it is."""
    label = Label(id=0, file="", label=who, class_name=f"of {who}", cycle=0, annotators=("ada",), time=1e9)
    write_class_folders([label], RunImages(pixels=DATA.train.images), place_of(folder, number))


RACES = {"create": create, "make": make, "resume": resume, "export": export}


def take_part(what: str, folder: Path, rounds: int, who: int, start: Barrier, told: Connection) -> None:
    """One of the two: tries in each round, and holds what it got until both have tried."""
    torch.set_num_threads(1)
    draw = random.Random(who)
    for number in range(rounds):
        start.wait(60)
        time.sleep(draw.uniform(0, 0.004))
        with ExitStack() as held:
            try:
                got = RACES[what](folder, number, who)
                if got is not None:
                    held.enter_context(closing(got))
                told.send("")
            except LadaError as error:
                told.send(str(error))
            except Exception as error:
                told.send(f"{type(error).__name__}: {error}")
            start.wait(60)


def main() -> None:
    what, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    if what == "resume":
        Session.create(small_config(cycles=1), folder / "one", data=DATA, device="cpu", threads=1).close()
    for number in range(0, rounds, 4):  # An empty folder may become a run.
        place_of(folder, number).mkdir()
    context = multiprocessing.get_context("fork")
    start, pipes = context.Barrier(2), [context.Pipe(duplex=False) for _ in range(2)]
    players = [
        context.Process(target=take_part, args=(what, folder, rounds, who, start, sending))
        for who, (_, sending) in enumerate(pipes)
    ]
    for player in players:
        player.start()
    told = [[receiving.recv() for receiving, _ in pipes] for _ in range(rounds)]
    for player in players:
        player.join()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
