import os
from pathlib import Path

import pytest


@pytest.fixture(scope="package", autouse=True)
def _scripts_find_the_helpers():
    """The scripts here are processes of their own, which do not get pytest's search path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent), prepend=os.pathsep)
        yield
