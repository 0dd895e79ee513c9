"""Threads that the end of Python waits for, processes that end with their parent, and what differs between systems."""

from lada_explore.background.threads import python_is_exiting as python_is_exiting
from lada_explore.background.threads import start as start
from lada_explore.background.threads import start_for as start_for
