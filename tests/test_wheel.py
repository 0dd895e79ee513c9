"""The wheel brings what its users need, and works outside of the repository."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

import lada_explore

pytestmark = [pytest.mark.slow, pytest.mark.wheel]

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 25 * 10**6
"""Most that the wheel may hold; it is installed by a class over one network."""

VIEWS = """
import json
from pathlib import Path
import lada_explore
from lada_explore import ScoreLedger, demo_run
run = demo_run()
view = ScoreLedger(run)
seen = [lada_explore.__file__, len(run.history), view.plain_bundle()["text/html"], view._esm]
Path("seen.json").write_text(json.dumps(seen), encoding="utf-8")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    if importlib.util.find_spec("hatchling") is None:
        pytest.fail("hatchling is missing, which builds the wheel; `make env` installs it")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Calls Python or a script of an environment that has the wheel alone of ours, beside what it depends on."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=600)
    python = folder / "venv" / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"OMP_NUM_THREADS": "1"}
    place = folder / "elsewhere"
    place.mkdir()

    def call(script: str, *words: object) -> subprocess.CompletedProcess[str]:
        command = [str(python.with_name(script)), *map(str, words)]
        return subprocess.run(command, cwd=place, check=False, capture_output=True, text=True, env=clean, timeout=600)

    call.place, call.site = place, site
    return call


def test_it_holds_every_bundle_lesson_and_recorded_run_once(wheel):
    with ZipFile(wheel) as opened:
        names = opened.namelist()
    assert len(names) == len(set(names))
    package = Path(lada_explore.__file__).parent
    bundles = [path for path in package.rglob("*") if "bundles" in path.parts and path.is_file()]
    assert len(bundles) > 40
    assert {path.relative_to(package.parent).as_posix() for path in bundles} - set(names) == set()
    lessons = {f"lada_explore/_data/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert len(lessons) >= 9
    assert lessons - set(names) == set()
    assert "lada_explore/_data/runs/demo/run.json" in names
    assert [name for name in names if name.endswith(".py") and "_data" in name] == []
    assert wheel.stat().st_size < MAX_BYTES


def test_the_command_and_the_package_have_its_version(wheel, installed):
    done = installed("lada-explore", "--version")
    assert (done.returncode, done.stdout) == (0, f"lada-explore {wheel.name.split('-')[1]}\n"), done.stderr


def test_the_lessons_are_copied_with_what_they_open_and_never_over_anything(installed):
    done = installed("lada-explore", "notebooks", "lessons")
    assert done.returncode == 0, done.stderr
    assert f"{len(list((ROOT / 'notebooks').glob('*.ipynb')))} notebooks are in lessons/notebooks" in done.stdout
    folder = installed.place / "lessons"
    for name in ("notebooks/02_explore_a_run.ipynb", "data/runs/demo/run.json", "data/photos-copyright.txt"):
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes()
    changed = folder / "notebooks" / "02_explore_a_run.ipynb"
    changed.write_text("mine", encoding="utf-8")
    done = installed("lada-explore", "notebooks", "lessons")
    assert (done.returncode, changed.read_text(encoding="utf-8")) == (2, "mine")
    assert "lessons holds something already, which is left as it is" in done.stderr


def test_the_recorded_run_opens_and_a_view_draws_it(installed):
    done = installed("python", "-c", VIEWS)
    assert done.returncode == 0, done.stderr
    place, cycles, drawn, module = json.loads((installed.place / "seen.json").read_text(encoding="utf-8"))
    assert (Path(place).is_relative_to(installed.site), cycles) == (True, len(lada_explore.demo_run().history))
    assert "pairs were asked about" in drawn
    bundle = Path(lada_explore.__file__).parent / "views" / "bundles" / "score_ledger.js"
    assert bundle.read_text(encoding="utf-8") == module


def test_the_lesson_page_is_written_of_it(installed):
    run = installed.site / "lada_explore" / "_data" / "runs" / "demo"
    done = installed("lada-explore", "lesson", run, "--out", "lesson.html")
    assert done.returncode == 0, done.stderr
    assert (installed.place / "lesson.html").stat().st_size > 5 * 10**6
