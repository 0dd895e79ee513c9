import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from faults.operations import make_templates
from faults.scripts import MOUNTING


@pytest.fixture(scope="package", autouse=True)
def _scripts_find_the_helpers():
    """The scripts here are processes of their own, which do not get pytest's search path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    """What the operations start from."""
    folder = tmp_path_factory.mktemp("templates")
    make_templates(folder)
    return folder


@pytest.fixture(scope="session")
def mounting():
    """What stands before the command of a script that mounts disks, where this machine lets a test do so."""
    try:
        subprocess.run([*MOUNTING, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets no test mount a disk")
    return MOUNTING


@pytest.fixture(scope="module")
def quick_folder(tmp_path_factory):
    """A folder in memory where there is one: a thousand syncs take no time there."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path_factory.mktemp("quick")
        return
    folder = Path(tempfile.mkdtemp(prefix="lada-explore-tests-", dir=memory))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
