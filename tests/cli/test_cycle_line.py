"""What is printed of each finished cycle."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from helpers.fakes import FakeSession

from lada_explore.cli.progress import cycle_line


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("pairs-then-mixup", ""),
        ("random-pairs-mixup", ""),
        ("lada-entmix-fixed", r"tau\* 2\.000, "),
        ("lada-entmix", r"tau\* 0\.\d{3} \(0\.\d{3} to 0\.\d{3}\), "),
    ],
)
def test_the_line_of_a_cycle_tells_tau_only_as_far_as_the_method_chose_it(method, said):
    session = FakeSession(method=method)
    folder = SimpleNamespace(info=SimpleNamespace(acquisition_unit="bits"))
    seen = SimpleNamespace(history=session.run(2), config=session.config, folder=folder)
    line = cycle_line(seen)
    assert re.fullmatch(rf"cycle   1, \d+ labels, accuracy \d+\.\d\d %, {said}\d+\.\d s", line), line
