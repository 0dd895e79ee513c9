"""Views of a run for JupyterLab. They read records and post commands, and never need torch.

Each works alone in a cell: `Stepper(session)`, `TauChart(session)`, `AccuracyChart(session)`, `QueryGallery(session)`.
"""

from lada_explore.views.accuracy_chart import AccuracyChart
from lada_explore.views.plot_view import PlotView
from lada_explore.views.query_gallery import QueryGallery
from lada_explore.views.stepper import Stepper
from lada_explore.views.tau_chart import TauChart

__all__ = ["AccuracyChart", "PlotView", "QueryGallery", "Stepper", "TauChart"]
