"""Threads that the end of Python waits for, and processes that end with the one that started them."""

from lada_explore.background.threads import python_is_exiting as python_is_exiting
from lada_explore.background.threads import start as start
from lada_explore.background.threads import start_for as start_for
