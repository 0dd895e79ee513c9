"""What can be seen of Windows and macOS without having them: the package imports, runs, is labelled and exported."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import pretend_system
from helpers.pretend_system import MISSING_MODULES, MISSING_NAMES

import lada_explore

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parent
PACKAGE = Path(lada_explore.__file__).parent
SYSTEM = "background/system.py"
"""The one module that may ask for what a system has or has not."""

BEGIN = """
import sys
from pathlib import Path
from helpers.pretend_system import pretend
pretend(sys.argv[2])
from lada_explore.background import system
assert system.OPENS_FOLDERS == (sys.argv[2] == "darwin") and not system.SIGNALS_TO_CHILDREN
out = Path(sys.argv[1])
"""

EVERY_MODULE = """
import importlib, pkgutil
import lada_explore
names = [module.name for module in pkgutil.walk_packages(lada_explore.__path__, "lada_explore.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""

PARTS = """
import os
from lada_explore.files import remove_unfinished, write_file, write_folder
from lada_explore.files.parts import part_beside

with part_beside(out / "it", is_folder=True) as part:
    (part / "file").write_text("half of it", encoding="utf-8")
    remove_unfinished(out, "it")
    assert (part / "file").is_file()  # Whoever writes it lives.
assert os.listdir(out) == []

dead = out / ".it.0123abcd.part"
for name in (dead, out / ".it.0123abcd.held"):
    name.write_text("left by a process that was killed", encoding="utf-8")
(out / "it").mkdir()
write_folder(out / "it", lambda part: (part / "new").write_bytes(b"1"), overwrite=False)
write_folder(out / "it", lambda part: (part / "newer").write_bytes(b"1"), overwrite=True)
write_file(out / "other", b"1", overwrite=False)
write_file(out / "other", b"22", overwrite=True)
assert sorted(os.listdir(out)) == ["it", "other"] and os.listdir(out / "it") == ["newer"]
assert (out / "other").read_bytes() == b"22"
"""

LABELLED = """
from lada_explore import export_labels, import_labels, open_session
from lada_explore.datasets import decoded
from lada_explore.files.locks import is_held
from lada_explore.records import Stage
from lada_explore.store.removal import remove_run
from helpers.image_folders import save
from helpers.small_runs import SETTINGS

decoded.MIN_DECODE_S = 0  # The folder stays in the cache.
for i in range(40):
    save(out / "photos" / f"day {i % 2}" / f"{i}.png", (6 * i, 250 * (i % 2), 20))
settings = {**SETTINGS, "classifier.kind": "resnet", "data.height": 12, "data.width": 12, "data.layout": "flat"}
asked = {"dataset": f"folder:{out / 'photos'}", "classes": "even,con,EVEN", "oracle": "person", "cycles": 2}

def opened():
    return open_session(out / "run", settings=settings, device="cpu", **asked)

session = opened()
given = out / "given.csv"
given.write_text("file,class\\nday 0\\\\0.png,even\\nday 1\\\\1.png,con\\n", encoding="utf-8")
taken = import_labels(session, given)
assert [(row.id, row.label) for row in taken.rows] == [(0, 0), (20, 1)], taken
session.labelling.give({1: 2, 2: 0, 3: 0, 21: 1, 22: 2})
while session.next_stage is not None:
    if len(session.open_query) and session.next_stage is Stage.QUERY:
        session.submit({int(i): int(i) % 3 for i in session.open_query})
    if session.cycle == 2:
        session.close()  # as a resumed run
        session = opened()
    session.step()
assert is_held(out / "run" / "run.lock")
session.close()
assert not is_held(out / "run" / "run.lock")
session = opened()
assert session.next_stage is None and len(list((out / "cache").rglob("pixels.npy"))) == 1
for form in ("folders", "csv", "coco", "imagefolder"):
    print(export_labels(session, out / form, form=form, links=form == "folders"))
export_labels(session, out / "folders", form="folders", replace=True)
print(sorted(path.name for path in (out / "folders").iterdir() if path.is_dir()))
session.close()
remove_run(out / "run")
assert not (out / "run").exists()
"""


def as_on(platform: str, code: str, folder: Path) -> str:
    """What code prints in a process that takes this for another system; caches lie in `folder/cache`."""
    paths = os.pathsep.join((str(TESTS), str(PACKAGE.parent)))
    changed = {"PYTHONPATH": paths, "LADA_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", BEGIN + code, str(folder), platform]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | changed, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def command_as_on(platform: str, *words: object) -> str:
    """What a command of `lada-explore` prints there, and says on the way."""
    changed = {"PYTHONPATH": str(PACKAGE.parent), "OMP_NUM_THREADS": "1", "PRETENDED": platform}
    command = [sys.executable, str(Path(pretend_system.__file__)), *map(str, words)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | changed, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


both = pytest.mark.parametrize("platform", [pytest.param("win32", marks=pytest.mark.windows), "darwin"])


@both
def test_every_module_is_imported_there(platform, tmp_path):
    assert int(as_on(platform, EVERY_MODULE, tmp_path)) > 500


@both
def test_files_and_folders_are_whole_or_not_there_and_only_the_parts_of_the_dead_are_removed(platform, tmp_path):
    as_on(platform, PARTS, tmp_path)


@both
def test_images_are_labelled_and_exported_there(platform, tmp_path):
    said = as_on(platform, LABELLED, tmp_path)
    # Two names that differ by case alone cannot be two folders there, nor may one be that of a device.
    assert said.splitlines()[-1].startswith("['%63on', 'EVEN~")
    assert ("files copied, because no links can be made here" in said) == (platform == "win32")
    assert all(path.is_file() for path in (tmp_path / "folders").rglob("*.png"))


@pytest.mark.windows
def test_a_run_is_computed_branched_shown_repaired_and_exported_there(tmp_path):
    run, settings = tmp_path / "run", ("--set", "schedule.cycles=2", "--set", "training.epochs=1")
    command_as_on("win32", "run", "--preset", "plane", "--device", "cpu", *settings, "--out", run)
    (run / "cycles" / "002" / "evaluate" / "record.json").write_text("{}", encoding="utf-8")
    assert "it goes on with Evaluate of cycle 2" in command_as_on("win32", "repair", run)
    assert "complete" in command_as_on("win32", "resume", run)
    assert "complete after 2 cycles" in command_as_on("win32", "show", run)
    command_as_on("win32", "branch", run, "--at", "1", "--out", tmp_path / "branch")
    assert len(command_as_on("win32", "export", tmp_path / "branch", "--csv").splitlines()) == 4


def test_one_module_alone_asks_for_what_a_system_has_or_has_not():
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {(path.relative_to(PACKAGE).as_posix(), name) for name in asked_by(node)}
    assert {name for place, name in found if place == SYSTEM} >= {"fcntl", "sys.platform", "os.getuid"}
    assert {(place, name) for place, name in found if place != SYSTEM} == set()


def asked_by(node: ast.AST) -> list[str]:
    """Names that Windows has not, or that tell systems apart, in one node of a module."""
    missing = {f"{module}.{name}" for module, names in MISSING_NAMES.items() for name in names}
    missing |= {"sys.platform", "os.name", "platform.system", *MISSING_MODULES}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        names = [f"{node.value.id}.{node.attr}"]
    elif isinstance(node, ast.Import):
        names = [name.name for name in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module}.{name.name}" for name in node.names)]
    else:
        names = []
    return [name for name in names if name in missing]


def test_the_check_finds_what_only_linux_has():
    code = "import fcntl\nfrom mmap import MADV_RANDOM\nos.getuid()\nsys.platform\nos.path\nsignal.SIGINT"
    found = [name for node in ast.walk(ast.parse(code)) for name in asked_by(node)]
    assert sorted(found) == ["fcntl", "mmap.MADV_RANDOM", "os.getuid", "sys.platform"]
