"""lada_explore: step, watch and answer look-ahead active learning (LADA, NeurIPS 2021) in JupyterLab.

Each public name is imported when it is first used, so that reading a recorded run does not load torch.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lada_explore.apps.duel import Duel as Duel
    from lada_explore.apps.playground import Playground as Playground
    from lada_explore.apps.tracking import track as track
    from lada_explore.config import METHODS as METHODS
    from lada_explore.config import Method as Method
    from lada_explore.config import RunConfig as RunConfig
    from lada_explore.config import compose as compose
    from lada_explore.config.presets import PRESETS as PRESETS
    from lada_explore.config.presets import configure as configure
    from lada_explore.datasets import ImageData as ImageData
    from lada_explore.errors import LadaError as LadaError
    from lada_explore.exchange.import_labels import import_labels as import_labels
    from lada_explore.exchange.run_labels import export_labels as export_labels
    from lada_explore.experiments.branches import branch as branch
    from lada_explore.experiments.compare import compare as compare
    from lada_explore.labelling.annotators import annotators as annotators
    from lada_explore.session.check_again import check_again as check_again
    from lada_explore.session.opening import open_session as open_session
    from lada_explore.session.session import Session as Session
    from lada_explore.session.worker import Worker as Worker
    from lada_explore.store import demo_run as demo_run
    from lada_explore.store import open_run as open_run
    from lada_explore.views import AccuracyChart as AccuracyChart
    from lada_explore.views import AnswerEffects as AnswerEffects
    from lada_explore.views import ComparedRuns as ComparedRuns
    from lada_explore.views import Explorer as Explorer
    from lada_explore.views import Labeller as Labeller
    from lada_explore.views import Learning as Learning
    from lada_explore.views import MapView as MapView
    from lada_explore.views import PairMixer as PairMixer
    from lada_explore.views import QueryGallery as QueryGallery
    from lada_explore.views import Question as Question
    from lada_explore.views import RunTree as RunTree
    from lada_explore.views import ScoreLedger as ScoreLedger
    from lada_explore.views import Selection as Selection
    from lada_explore.views import Stepper as Stepper
    from lada_explore.views import SweepBoard as SweepBoard
    from lada_explore.views import TauChart as TauChart
    from lada_explore.views import TauObservatory as TauObservatory
    from lada_explore.views import TimeSlider as TimeSlider
    from lada_explore.views import WhatIf as WhatIf
    from lada_explore.views import WhyNot as WhyNot

__version__ = "0.1.0"

TORCH_CAME_FIRST = "torch" in sys.modules
"""True if torch was loaded before this package; then the way its threads wait can no longer be changed."""

SETS_WAIT_POLICY = not TORCH_CAME_FIRST and "OMP_WAIT_POLICY" not in os.environ
"""True if this package decides how torch's threads wait; False if the environment already says so."""

if SETS_WAIT_POLICY:
    # OpenMP reads the variable once, when torch loads it. By default a waiting thread spins. If another program keeps a
    # core busy, it spins for that program's whole time slice, at each of the hundreds of waits of a training step.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

_MODULE_OF = {
    "AccuracyChart": "views",
    "AnswerEffects": "views",
    "ComparedRuns": "views",
    "Duel": "apps.duel",
    "Explorer": "views",
    "ImageData": "datasets",
    "Labeller": "views",
    "LadaError": "errors",
    "Learning": "views",
    "METHODS": "config",
    "MapView": "views",
    "Method": "config",
    "PRESETS": "config.presets",
    "PairMixer": "views",
    "Playground": "apps.playground",
    "QueryGallery": "views",
    "Question": "views",
    "RunConfig": "config",
    "RunTree": "views",
    "ScoreLedger": "views",
    "Selection": "views",
    "Session": "session.session",
    "Stepper": "views",
    "SweepBoard": "views",
    "TauChart": "views",
    "TauObservatory": "views",
    "TimeSlider": "views",
    "WhatIf": "views",
    "WhyNot": "views",
    "Worker": "session.worker",
    "annotators": "labelling.annotators",
    "branch": "experiments.branches",
    "check_again": "session.check_again",
    "compare": "experiments.compare",
    "compose": "config",
    "configure": "config.presets",
    "demo_run": "store",
    "export_labels": "exchange.run_labels",
    "import_labels": "exchange.import_labels",
    "open_run": "store",
    "open_session": "session.opening",
    "track": "apps.tracking",
}

__all__ = [*_MODULE_OF, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    except ModuleNotFoundError as error:
        from lada_explore.errors import missing_extra

        raise missing_extra(error, name) or error from None


def __dir__() -> list[str]:
    return sorted(__all__)
