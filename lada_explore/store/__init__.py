"""The run folder and the journal of answers. Checkpoints need torch and are in `store.checkpoint`."""

from lada_explore.store.journal import Journal
from lada_explore.store.journal_entry import JournalEntry
from lada_explore.store.label_state import LabelState
from lada_explore.store.recorded import RecordedRun, demo_run, open_run
from lada_explore.store.run_folder import RunFolder
from lada_explore.store.run_info import RunInfo

__all__ = ["Journal", "JournalEntry", "LabelState", "RecordedRun", "RunFolder", "RunInfo", "demo_run", "open_run"]
