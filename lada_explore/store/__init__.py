"""The run folder and the journal of answers. Checkpoints need torch and are in `store.checkpoint`."""

from lada_explore.store.answers import Answer
from lada_explore.store.journal import Journal
from lada_explore.store.label_state import LabelState
from lada_explore.store.recorded import RecordedRun, open_run
from lada_explore.store.run_folder import RunFolder
from lada_explore.store.run_info import RunInfo

__all__ = ["Answer", "Journal", "LabelState", "RecordedRun", "RunFolder", "RunInfo", "open_run"]
