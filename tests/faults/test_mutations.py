"""Whatever happens to a file of a run, who reads it gets the same content or a sentence, and never a traceback.

What a run of version 0.1 holds has no digest, so a number of it that was exchanged for another cannot be noticed; it
says so wherever it is opened, and the test wants no more than that of it.
"""

from __future__ import annotations

import os
import random
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.readers import NOTED, READERS, Learned, Place, drawn, learn
from faults.whole_runs import FIXTURES, IN_MEMORY, WHOLE, make_images
from helpers.fuzz import ROUNDS, SEED
from helpers.mutations import KINDS, mutate

from lada_explore import views
from lada_explore.errors import LadaError, StoreError
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.store.repair import repair_run
from lada_explore.store.seals import SEAL_FILE
from lada_explore.views.base.panel import Panel
from lada_explore.views.map import map_view

pytestmark = pytest.mark.slow

MUTATIONS = int(os.environ.get("LADA_MUTATIONS", "15")) * ROUNDS
"""Of each run."""

READERS_EACH = 4 if ROUNDS == 1 else len(READERS)
"""Readers of a mutated run, in turns, beside those who only open it and who go on with it."""

OUTCOMES = ("other", "sentence", "same")
"""What may come of a reader, "other" where nothing could be noticed; of several readers the first of these counts."""

MAX_SENTENCE = 1500
"""Most characters of a sentence."""

OPENING = "open_run"
GOING_ON = "resume"
UNSEALED = open_run(FIXTURES / "pairs").notes[0]
"""The note of every run of version 0.1, however it is worded."""


@pytest.fixture(scope="module")
def images(quick_folder):
    return make_images(quick_folder / "images")


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_view, "ATLAS_AFTER_S", 0.0)
        yield


class Whole:
    """A run that is not damaged, and what its readers learn."""

    def __init__(self, name: str, folder: Path, images: Path) -> None:
        self.name, self.folder = name, folder
        folder.mkdir()
        WHOLE[name](folder / "whole", images)
        self.learned = {reader: self.learn(reader, self.copy()) for reader in READERS}
        self.notes = open_run(folder / "whole").notes
        self.stages = stages_in(folder / "whole")

    def copy(self, to: str = "run") -> Path:
        """A fresh copy, always at the same place, because what is read may name it."""
        shutil.rmtree(self.folder / to, ignore_errors=True)
        return Path(shutil.copytree(self.folder / "whole", self.folder / to))

    def learn(self, reader: str, run: Path) -> Learned:
        place = Place(run, self.folder / "out", IN_MEMORY.get(self.name))
        if reader == GOING_ON:  # It writes, and the others are to read the same.
            shutil.copytree(run, self.folder / "before")
            try:
                return learn(READERS[reader], place)
            finally:
                shutil.rmtree(run)
                (self.folder / "before").rename(run)
        return learn(READERS[reader], place)


def stages_in(run: Path) -> dict[str, bytes]:
    """Files of the stages by name, but for seals, which a repair writes anew, and weights, which it may not need."""
    files = [file for file in run.glob("cycles/*/*/*") if file.name not in (SEAL_FILE, "checkpoint.safetensors")]
    return {str(file.relative_to(run)): file.read_bytes() for file in files}


@pytest.fixture(scope="module", params=list(WHOLE))
def whole(request, quick_folder, images):
    made = Whole(request.param, quick_folder / request.param, images)
    yield made
    shutil.rmtree(made.folder)


def what_came(whole: Whole, reader: str, run: Path) -> str:
    """What came of a reader of a damaged run: one of `OUTCOMES`, or what is wrong."""
    now, before = whole.learn(reader, run), whole.learned[reader]
    if now == before:
        return "same"
    if now.sentence:
        return "sentence" if len(now.sentence) < MAX_SENTENCE and "\n" not in now.sentence else f"no sentence: {now}"
    if reader in NOTED and (new := set(open_run(run).notes) - set(whole.notes)):
        said = " ".join(now.words)
        shown = any(" ".join(note.split()) in said for note in new)
        return "sentence" if shown else f"it does not show the note {new}"
    return "other" if UNSEALED in open_run(run).notes else "other content and no word of it"


def wrong_after_repair(whole: Whole, run: Path) -> str:
    """What is wrong after a repair, which should be nothing: stages that are sound, from which the run goes on.

    Only settings that are damaged stop it.
    """
    try:
        repair_run(run)
    except StoreError as error:
        return "" if "run.json" in str(error) else f"it was refused: {error}"
    opened = open_run(run)
    if new := set(opened.notes) - set(whole.notes):
        return f"these notes are left: {new}"
    if UNSEALED not in opened.notes and (left := stages_in(run)) != {name: whole.stages.get(name) for name in left}:
        return "a file is not as it was"
    try:
        Session.resume(run, data=IN_MEMORY.get(whole.name), device="cpu").close()
    except LadaError as error:
        # Nothing says what the weights of an unsealed run were.
        unknown = UNSEALED in opened.notes and "does not fit the classifier" in str(error)
        return "" if unknown else f"it cannot be gone on with: {error}"
    return ""


def told_of(act: Callable[..., str], *arguments: object) -> str:
    """What `act` says, or the exception that it ended with."""
    try:
        return act(*arguments)
    except Exception:
        return traceback.format_exc(limit=-3)


def test_a_mutated_run_is_what_it_was_or_a_sentence_for_everybody_who_reads_it_and_can_be_repaired(whole):
    rng, counts, wrong, readers = random.Random(f"{SEED} {whole.name}"), Counter(), [], [*READERS]
    for number in range(MUTATIONS):
        run = whole.copy()
        what = f"mutation {number} of {whole.name} with seed {SEED}, {mutate(run, rng)}"
        in_turn = {readers[(number * READERS_EACH + n) % len(readers)] for n in range(READERS_EACH)}
        came = {reader: told_of(what_came, whole, reader, run) for reader in sorted({OPENING, GOING_ON} | in_turn)}
        wrong += [f"{what}, {reader}: {said}" for reader, said in came.items() if said not in OUTCOMES]
        if said := told_of(wrong_after_repair, whole, run):
            wrong.append(f"{what}, repaired: {said}")
        counts[next((kind for kind in OUTCOMES if kind in came.values()), "wrong")] += 1
    print(f"\n{whole.name}: {MUTATIONS} mutations with seed {SEED}: {dict(counts)}, wrong: {len(wrong)}")
    assert wrong == [], "\n".join(wrong)
    assert counts["sentence"] > MUTATIONS // 4


def test_every_reader_learns_something_of_a_whole_run_and_the_same_each_time(whole):
    refused = {reader: learned.sentence for reader, learned in whole.learned.items() if learned.sentence}
    assert refused == {}
    for reader, learned in whole.learned.items():
        assert whole.learn(reader, whole.copy()) == learned, reader


NOT_OF_A_RUN = {
    *("BetaShape", "CdfSlopeChart", "GradientErrorsChart", "MassFlow", "PlotView", "Question", "Selection"),
    *("Story", "TauIntroduction"),
}
# A check trains, so it is made of an open session; a board and a comparison are of several runs.
NOT_OF_A_RUN |= {"CheckAgain", "ComparedRuns", "SweepBoard"}
NOT_SHOWN = {
    "single images": {"PairMixer", "ScoreLedger", "TauChart", "TauWorthChart"},
    "a rule that chooses a set": {"PairMixer", "ScoreLedger", "TauChart", "TauWorthChart", "ThetaChart"},
    "pairs": {"ThetaChart"},
}
"""By run: the views that its explorer has no use for."""
GONE_ON_WITH = {"Stepper", "Labeller"}


def test_every_view_of_a_run_is_among_what_is_compared(whole):
    composed = {name for name in views.__all__ if issubclass(getattr(views, name), Panel)}
    run = open_run(whole.copy())
    compared = {name.partition(",")[0] for name in drawn(Place(run.path, whole.folder / "out"))} | GONE_ON_WITH
    not_shown = NOT_SHOWN.get(whole.name, NOT_SHOWN["pairs"])
    assert set(views.__all__) - NOT_OF_A_RUN - composed - compared == not_shown


def test_every_kind_of_mutation_changes_a_run(whole):
    for kind, change in KINDS.items():
        run, rng = whole.copy(), random.Random(3)
        done = next(filter(None, (change(run, rng) for _ in range(20))), "")
        assert done, kind
