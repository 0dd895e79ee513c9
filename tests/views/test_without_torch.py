"""Views and analysis work in a Python that has no torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
import tempfile
from pathlib import Path

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision"):
            raise ImportError(f"{name} is blocked in this test")

sys.meta_path.insert(0, NoTorch())
import numpy as np
import lada_explore.analysis
import lada_explore.views as views
from helpers.fake_service import FakeLabellingService
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from pathlib import Path
from tempfile import mkdtemp
from lada_explore import compare
from lada_explore.analysis.gradients import EstimatorErrors, GradientErrors
from lada_explore.experiments.plan import Plan, Planned, write_plan
from lada_explore.experiments.scoreboard import Round

class FakeDoubts(tuple):
    labelling, sentence = FakeLabellingService(), "None of 3 labels is unlikely."

    def picture_url(self, place):
        return ""

class FakeDuel:
    over, under_way, waits_for_labels, budget = True, False, False, 2

    def __init__(self, session):
        self.yours = self.theirs = session

    def scoreboard(self):
        return (Round(cycle=0, labels=(4, 4), accuracy=(0.5, 0.5), picked=((), ()), shared=0),)

sweep = Path(tempfile.mkdtemp())
write_plan(sweep, Plan(engine="local", at_once=1, runs=(Planned(method="random", seed=0, cycles=2),)))
session = FakeSession()
session.run(2)
other = FakeSession(method="max-entropy")
other.run(2)
folder = Path(mkdtemp())
some = np.array([0.2, 0.4])
errors = EstimatorErrors(bias=some, standard_error=some, deviation=some)
arguments = {
    "CheckAgain": [FakeDoubts()],
    "ComparedRuns": [compare(record(session, folder / "a"), record(other, folder / "b"))],
    "PlotView": [],
    "Selection": [],
    "DuelView": [FakeDuel(session)],
    "Labeller": [FakeLabellingService()],
    "Question": ["1 + 1?", ("2", "3"), "2"],
    "BetaShape": [],
    "TauIntroduction": [],
    "Story": [],
    "MassFlow": [],
    "CdfSlopeChart": [0.5, (some, some)],
    "GradientErrorsChart": [
        GradientErrors(
            profile="a", tau=0.5, exact=0.1, evaluations=np.array([2, 4]), repeats=9, by_estimator={"pathwise": errors}
        )
    ],
    "RunTree": [folder],
    "SweepBoard": [sweep],
    "TauRuns": [{"any": session}],
    "PolicySteps": [{"any": session}],
}
for name in views.__all__:
    view = getattr(views, name)
    view(*arguments.get(name, [session]))
assert not [name for name in sys.modules if name.split(".")[0] in ("torch", "torchvision")]
print("all views made")
"""


@pytest.mark.slow
def test_every_view_is_made_without_torch():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "all views made", done.stderr
