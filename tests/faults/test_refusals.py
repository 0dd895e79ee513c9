"""A disk that refuses at any step: one sentence, what was acknowledged is there, no litter, and it goes on later."""

from __future__ import annotations

import errno
import re
import resource
import shutil
from contextlib import contextmanager

import pytest
from faults.operations import OPERATIONS, fits, in_part, names_in, state_of
from helpers.disk import NEEDS_SPACE, Refusing, steps_below
from helpers.fuzz import drawn

from lada_explore.errors import LadaError

pytestmark = pytest.mark.slow

MIN_STEPS = {"create": 9, "train of 1": 12, "folders": 36, "folders anew": 24, "tables of a sweep": 8}
"""Of those whose steps are known: a part, each file opened and synced, the part synced, the rename, the parent."""

MAX_TRIED = 6
"""Refusals of one operation in one round; the steps are drawn."""


@pytest.fixture(scope="module", params=list(OPERATIONS))
def operation(request):
    return request.param, OPERATIONS[request.param]


@pytest.fixture(scope="module")
def undisturbed(operation, templates, quick_folder):
    """State and names before an operation, and after it where nothing goes wrong; how many steps need space."""
    work, steps = quick_folder / operation[0], []
    shutil.copytree(templates / operation[1].start, work)
    before = state_of(work), names_in(work)
    with steps_below(work, steps.append):
        operation[1].act(work)
    return before, (state_of(work), names_in(work)), sum(step.kind in NEEDS_SPACE for step in steps)


@contextmanager
def largest_file(size):
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def check_refused(operation, work, undisturbed, error):
    """What must hold after an operation that was refused, and that it can be done afterwards."""
    (before, names), after, _ = undisturbed
    assert re.fullmatch(r"[^\n]*(cannot|could not) be (written|opened)[^\n]*", str(error))
    assert fits(state_of(work), before, after[0], at_once=operation.at_once)
    if operation.at_once:
        assert (state_of(work), names_in(work)) == (before, names)
    assert not [name for name in names_in(work) if in_part(name)]
    operation.go_on(work)
    assert (state_of(work), names_in(work)) == after
    shutil.rmtree(work)


def test_a_step_that_is_refused_leaves_what_was_there_and_nothing_else(operation, templates, undisturbed, quick_folder):
    name, operation = operation
    for n in drawn(name, undisturbed[2], MAX_TRIED):
        work, refusing = quick_folder / f"{name}-{n}", Refusing(n)
        shutil.copytree(templates / operation.start, work)
        try:
            with steps_below(work, refusing):
                operation.act(work)
        except LadaError as error:
            check_refused(operation, work, undisturbed, error)
        else:
            assert (state_of(work), names_in(work)) == undisturbed[1]
        assert refusing.refused is not None
    assert undisturbed[2] >= MIN_STEPS.get(name, 3)


def test_a_disk_that_fills_up_within_any_file_leaves_what_was_there(operation, templates, undisturbed, quick_folder):
    name, operation = operation
    (before, _), (after, names), _ = undisturbed
    made = [content for of, content in after.items() if isinstance(content, bytes) and content != before.get(of)]
    sizes, refused = {len(content) for content in made}, 0
    for size in sorted({0, 4096, 40_000, *(size - 1 for size in sizes if size > 1)}):
        work = quick_folder / f"{name}-within-{size}"
        shutil.copytree(templates / operation.start, work)
        try:
            with largest_file(size):
                operation.act(work)
        except LadaError as error:
            refused += 1
            check_refused(operation, work, undisturbed, error)
        else:
            assert (state_of(work), names_in(work)) == (after, names)
    assert refused >= 1


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS, errno.EDQUOT, errno.EACCES])
def test_the_reason_is_said_whatever_it_is(templates, tmp_path, code):
    work = tmp_path / "work"
    shutil.copytree(templates / "labelled", work)
    before = names_in(work)
    with pytest.raises(LadaError) as caught, steps_below(work, Refusing(0, code)):
        OPERATIONS["csv"].act(work)
    assert str(caught.value).startswith(f"{work / 'out.csv'} cannot be written (")
    assert str(caught.value).endswith("choose another file with --out")
    assert names_in(work) == before
