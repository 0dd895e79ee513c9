"""All charts of learning: accuracy, each class, confusion, what was asked, calibration, enough, and the answers."""

from __future__ import annotations

from typing import Any

from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.learning.accuracy import AccuracyChart, Runs
from lada_explore.views.learning.answers import AgreementChart, PrequentialChart
from lada_explore.views.learning.classes import CalibrationChart, ClassAccuracyChart, ClassBalanceChart, ConfusionChart
from lada_explore.views.learning.enough import EnoughChart

MIN_COLUMN_PX = 430


class Learning(Panel):
    """Accuracy against labels and by class, confusion, class balance, calibration, enough labels or not, the answers.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        compare: other runs whose accuracy is drawn too, as for `AccuracyChart`.

    Raises:
        ConfigError: `session` is no run.
    """

    def __init__(self, session: Any, selection: Selection | None = None, *, compare: Runs = ()) -> None:
        source, shared = source_of(session), selection or Selection()
        tested = (ClassAccuracyChart, ConfusionChart, ClassBalanceChart, CalibrationChart)
        charts = (*tested, EnoughChart, PrequentialChart, AgreementChart)
        accuracy = AccuracyChart(source, shared, compare=compare)
        super().__init__([accuracy, *(chart(source, shared) for chart in charts)], min_column_px=MIN_COLUMN_PX)
