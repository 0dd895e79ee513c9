"""Names of a worker that work for one version: a person's answers go to the labelling service now."""

from __future__ import annotations

from lada_explore.errors import Renamed


class OldWorkerNames:
    """The labelling methods that a worker had; each warns and is that of `labelling`."""

    sheet = Renamed("labelling.sheet")
    answers = Renamed("labelling.answers")
    pixels = Renamed("labelling.pixels")
    submit = Renamed("labelling.submit")
    skip = Renamed("labelling.skip")
    unskip = Renamed("labelling.unskip")
    flag = Renamed("labelling.flag")
    undo = Renamed("labelling.undo")
    add_class = Renamed("labelling.add_class")
    set_rule = Renamed("labelling.set_rule")
    settle = Renamed("labelling.adjudicate")
    no_more = Renamed("labelling.mark_class_absent")
