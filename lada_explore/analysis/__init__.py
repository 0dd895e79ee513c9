"""Records to arrays and sentences: what charts and the command line show, without torch or plotly."""

from lada_explore.analysis.accuracy import AccuracyByLabels, accuracy_by_labels
from lada_explore.analysis.describe import describe
from lada_explore.analysis.queries import QueriedImage, QueryGroup, queried
from lada_explore.analysis.tau import TauByCycle, TauTraces, acquired_pairs, tau_by_cycle, tau_traces, tau_warnings

__all__ = [
    "AccuracyByLabels",
    "QueriedImage",
    "QueryGroup",
    "TauByCycle",
    "TauTraces",
    "accuracy_by_labels",
    "acquired_pairs",
    "describe",
    "queried",
    "tau_by_cycle",
    "tau_traces",
    "tau_warnings",
]
