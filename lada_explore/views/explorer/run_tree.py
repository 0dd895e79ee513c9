"""The tree of runs, from which explorers are opened."""

from __future__ import annotations

from typing import Any

from lada_explore.views.explorer.explorer import Explorer
from lada_explore.views.run_tree.runs_panel import RunsPanel


class RunTree(RunsPanel):
    """The runs in a folder, each branch below its parent: what it changed, where it stands, labels and accuracy.

    From it a run is opened in an explorer, compared, gone on with, or deleted after a question. It looks at the folder
    every two seconds, wherever the runs are computed.

    Args:
        place: path of a folder with runs, at any depth; or a run, for the runs in the folder that it is in.

    Attributes:
        tree: the view of the tree.

    Raises:
        ConfigError: there is no such folder, or `place` is neither a path nor a run with a folder.
    """

    def __init__(self, place: Any) -> None:
        super().__init__(place, Explorer)
