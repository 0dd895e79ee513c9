"""Views and analysis work in a Python that has no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision"):
            raise ImportError(f"{name} is blocked in this test")

sys.meta_path.insert(0, NoTorch())
import lada_explore.analysis
import lada_explore.views as views
from fake_desk import FakeDesk
from fakes import FakeSession

session = FakeSession()
session.run(2)
for name in views.__all__:
    view = getattr(views, name)
    arguments = {"PlotView": [], "Selection": [], "Labeller": [FakeDesk()], "Question": ["1 + 1?", ("2", "3"), "2"]}
    view(*arguments.get(name, [session]))
assert not [name for name in sys.modules if name.split(".")[0] in ("torch", "torchvision")]
print("all views made")
"""


def test_every_view_is_made_without_torch():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "all views made", done.stderr
