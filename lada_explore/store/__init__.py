"""The run folder and the journal of answers. Checkpoints, which need torch, are in `store.checkpoint`."""

from lada_explore.store.answers import Answer, Standing, replay
from lada_explore.store.journal import Journal
from lada_explore.store.recorded import RecordedRun, open_run
from lada_explore.store.run_folder import RunFolder, RunInfo

__all__ = ["Answer", "Journal", "RecordedRun", "RunFolder", "RunInfo", "Standing", "open_run", "replay"]
