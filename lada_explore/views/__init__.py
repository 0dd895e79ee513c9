"""Views of a run for JupyterLab. They read records and post commands, and never need torch.

`Explorer(session)` shows all of them together. Each also works alone in a cell, such as `TauChart(session)`, and views
that are given the same `Selection` are linked: `TauChart(session, selection)`.
"""

from lada_explore.views.answer_changes.answer_changes import AnswerEffects
from lada_explore.views.base.plot_view import PlotView
from lada_explore.views.base.selection import Selection
from lada_explore.views.check_again.check_again import CheckAgain
from lada_explore.views.compared.compared_runs import ComparedRuns
from lada_explore.views.duel.duel import DuelView
from lada_explore.views.explorer.explorer import Explorer
from lada_explore.views.explorer.run_tree import RunTree
from lada_explore.views.labeller.labeller import Labeller
from lada_explore.views.learning.accuracy import AccuracyChart
from lada_explore.views.learning.answers import AgreementChart, PrequentialChart
from lada_explore.views.learning.classes import CalibrationChart, ClassAccuracyChart, ClassBalanceChart, ConfusionChart
from lada_explore.views.learning.enough import EnoughChart
from lada_explore.views.learning.gradient_errors import GradientErrorsChart
from lada_explore.views.learning.panel import Learning
from lada_explore.views.map.map_view import MapView
from lada_explore.views.pair_mixer.pair_mixer import PairMixer
from lada_explore.views.query_gallery.query_gallery import QueryGallery
from lada_explore.views.question.question import Question
from lada_explore.views.score_ledger.score_ledger import ScoreLedger
from lada_explore.views.stepper.stepper import Stepper
from lada_explore.views.story.story import Story
from lada_explore.views.sweep_board.sweep_board import SweepBoard
from lada_explore.views.tau.beta_charts import BetaShape, CdfSlopeChart, MassFlow
from lada_explore.views.tau.introduction import TauIntroduction
from lada_explore.views.tau.lesson import PolicySteps, PullChart, TauRuns
from lada_explore.views.tau.observatory import TauObservatory
from lada_explore.views.tau.tau_chart import TauChart
from lada_explore.views.tau.theta_chart import ThetaChart
from lada_explore.views.tau.worth import TauWorthChart
from lada_explore.views.time_slider.time_slider import TimeSlider
from lada_explore.views.what_if.what_if import WhatIf
from lada_explore.views.why_not.why_not import WhyNot

__all__ = [
    "AccuracyChart",
    "AgreementChart",
    "AnswerEffects",
    "BetaShape",
    "CalibrationChart",
    "CdfSlopeChart",
    "CheckAgain",
    "ClassAccuracyChart",
    "ClassBalanceChart",
    "ComparedRuns",
    "ConfusionChart",
    "DuelView",
    "EnoughChart",
    "Explorer",
    "GradientErrorsChart",
    "Labeller",
    "Learning",
    "MapView",
    "MassFlow",
    "PairMixer",
    "PlotView",
    "PolicySteps",
    "PrequentialChart",
    "PullChart",
    "QueryGallery",
    "Question",
    "RunTree",
    "ScoreLedger",
    "Selection",
    "Stepper",
    "Story",
    "SweepBoard",
    "TauChart",
    "TauIntroduction",
    "TauObservatory",
    "TauRuns",
    "TauWorthChart",
    "ThetaChart",
    "TimeSlider",
    "WhatIf",
    "WhyNot",
]
