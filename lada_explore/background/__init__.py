"""What works beside the main thread and ends with it: threads of this process, and processes that it started."""

from lada_explore.background.threads import python_ends as python_ends
from lada_explore.background.threads import start as start
