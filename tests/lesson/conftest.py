"""Puts tests/ on the path, where the fakes live, also when this folder is collected alone."""

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)
