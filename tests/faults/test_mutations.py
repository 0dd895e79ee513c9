"""Whatever happens to a file of a run, who reads it gets the same content or a sentence, and never a traceback."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import random
import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from helpers.mutations import KINDS, mutate
from helpers.small_runs import small_data, small_session

from lada_explore.errors import LadaError
from lada_explore.exchange.labels import labels_of
from lada_explore.records import stages_of
from lada_explore.session.session import Session
from lada_explore.store import RecordedRun, open_run
from lada_explore.views import Explorer

ROUNDS = 300 * int(os.environ.get("LADA_FUZZ", "1"))
"""Mutations; more of them by `make fuzz`."""

SEED = int(os.environ.get("LADA_FUZZ_SEED", "0"))


@pytest.fixture(scope="module", params=["lada-entmix", "lada-entstn"])
def whole(request, tmp_path_factory):
    """A finished run of two cycles, answered by two people through the service."""
    session = small_session(tmp_path_factory.mktemp("whole") / "run", request.param, cycles=2)
    session.run()
    session.close()
    return session.folder.path


def digest_of(run: RecordedRun) -> str:
    """Of everything that a reader can learn from a run."""
    digest = hashlib.sha256(repr((run.info, run.class_names, run.answers(), labels_of(run))).encode())
    for records in run.history:
        digest.update(repr(sorted(records.seconds.items())).encode())
        for stage in stages_of(records.cycle):
            record = records.get(stage)
            for field in dataclasses.fields(record) if record is not None else ():
                value = getattr(record, field.name)
                digest.update(repr(value).encode() if not isinstance(value, np.ndarray) else value.tobytes())
                digest.update(repr(getattr(value, "shape", "")).encode())
    return digest.hexdigest()


def read(path: Path) -> str:
    """What a reader learns: the content's digest, or a sentence."""
    try:
        run = open_run(path)
        if run.notes:
            return f"sentence: {run.notes[0]}"
        return f"content: {digest_of(run)}"
    except LadaError as error:
        return f"sentence: {error}"


def resumed(path: Path) -> str:
    """What somebody who goes on with it learns."""
    try:
        with closing(Session.resume(path, data=small_data())) as session:
            weights = session.classifier.state_dict().values()
            state = b"".join(tensor.numpy().tobytes() for tensor in weights)
            return f"content: {session.position} {hashlib.sha256(state).hexdigest()} {session.class_names}"
    except LadaError as error:
        return f"sentence: {error}"


def drawn_state(path: Path) -> str:
    """What somebody who opens the explorer on it learns: a sentence, or nothing where it could be drawn."""
    try:
        Explorer(open_run(path)).close()
    except LadaError as error:
        return str(error)
    return ""


def require_sound(before: str, after: str, what: str) -> None:
    assert after == before or after.startswith("sentence: "), f"{what}\nbefore {before}\nafter {after}"
    assert "\n" not in after, what
    assert len(after) < 1500, f"{what}\n{after}"


@pytest.mark.slow
def test_a_mutated_run_is_read_and_resumed_as_it_was_or_refused_in_a_sentence(whole, tmp_path):
    rng, there = random.Random(SEED), {"read": read(whole), "resumed": ""}
    there["resumed"] = resumed(shutil.copytree(whole, tmp_path / "resumed"))
    assert all(text.startswith("content: ") for text in there.values())
    said = 0
    for number in range(ROUNDS // 2):
        run = tmp_path / "run"
        shutil.copytree(whole, run)
        what = f"mutation {number}, {mutate(run, rng)}"
        after = read(run)
        require_sound(there["read"], after, what)
        said += after.startswith("sentence: ")
        if number % 3 == 0:
            require_sound(there["resumed"], resumed(run), what)
        shutil.rmtree(run)
    assert said > ROUNDS // 4


@pytest.mark.slow
def test_what_reads_a_mutated_run_from_outside_says_a_sentence_too(whole, tmp_path, call):
    rng = random.Random(SEED + 1)
    for number in range(max(6, ROUNDS // 20)):
        run = tmp_path / "run"
        shutil.copytree(whole, run)
        what = f"mutation {number}, {mutate(run, rng)}"
        commands = [
            ("show", run),
            ("export", run, "--labels", "csv"),
            ("export", run, "--json"),
            ("lesson", run),
        ]
        for words in commands:
            more = ("--out", tmp_path / "lesson.html") if words[0] == "lesson" else ()
            code, _, said = call(*words, *more)
            assert code in (0, 2), f"{what}: {words} ended with {code}\n{said}"
            (tmp_path / "lesson.html").unlink(missing_ok=True)
        said = drawn_state(run)
        assert "\n" not in said, f"{what}\n{said}"
        shutil.rmtree(run)


def test_every_kind_of_mutation_changes_a_run(whole, tmp_path):
    for kind, change in KINDS.items():
        rng = random.Random(3)
        shutil.copytree(whole, tmp_path / kind)
        done = next(filter(None, (change(tmp_path / kind, rng) for _ in range(20))), "")
        assert done, kind
