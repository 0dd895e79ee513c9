"""Views of pairs on fake runs and on the cycle whose numbers are worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from helpers.fakes import FakeSession

from lada_explore.records import CycleRecords
from lada_explore.views.base.selection import Selected
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state

NAMES = ("cat", "<i>dog</i>")


def run(cycles: int = 3, **settings) -> FakeSession:
    session = FakeSession(**settings)
    session.run(cycles)
    return session


def recorded(*records: CycleRecords, method: str = "lada-entmix"):
    """A recorded run of these cycles."""
    fake = FakeSession(method=method)
    return SimpleNamespace(
        config=fake.config,
        config_of=fake.config_of,
        class_names=NAMES,
        device="cpu",
        history=records,
        on_change=lambda note: lambda: None,
    )


def array(wire) -> np.ndarray:
    kinds = {"f4": np.float32, "i4": np.int32}
    return np.frombuffer(wire["bytes"], kinds[wire["array"]]).reshape(wire["shape"])


def say(view, **content) -> None:
    """What the page sends."""
    view._handle_custom_msg(content, [])


def mixer(records: CycleRecords, pair=None) -> dict:
    return mixer_view_state([records], NAMES, Selected(pair=pair), 1.0, 2.0)
