"""What the views remember of a look-ahead record goes with the record."""

from __future__ import annotations

import gc
import weakref

from helpers.fakes import FakeSession

from lada_explore.analysis import tau_worth


def test_the_worth_of_a_record_is_computed_once_and_keeps_neither_it_nor_the_record():
    session = FakeSession()
    look_ahead = session.run(2)[1].look_ahead
    worth = tau_worth(look_ahead)
    assert tau_worth(look_ahead) is worth
    record = weakref.ref(look_ahead)
    del session, look_ahead
    gc.collect()
    assert record() is None
