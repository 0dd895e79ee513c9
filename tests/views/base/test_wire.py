"""Figures as they go over the wire."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lada_explore.views.base.wire import to_wire


def test_arrays_become_four_byte_buffers_with_their_shape():
    wire = to_wire({"x": np.array([1.5, np.nan]), "ids": np.array([[1, 2], [3, 4]])})
    assert wire["x"]["array"] == "f4"
    np.testing.assert_array_equal(np.frombuffer(wire["x"]["bytes"], "<f4"), np.array([1.5, np.nan], np.float32))
    assert (wire["ids"]["array"], wire["ids"]["shape"]) == ("i4", [2, 2])
    assert np.frombuffer(wire["ids"]["bytes"], "<i4").tolist() == [1, 2, 3, 4]


def test_plotlys_own_base64_arrays_are_unpacked():
    trace = go.Figure(go.Scatter(x=np.arange(3), customdata=np.arange(6.0).reshape(3, 2))).to_dict()["data"][0]
    assert "bdata" in trace["x"]
    wire = to_wire(trace)
    assert np.frombuffer(wire["x"]["bytes"], "<i4").tolist() == [0, 1, 2]
    assert np.frombuffer(wire["customdata"]["bytes"], "<f4").tolist() == [0, 1, 2, 3, 4, 5]
    assert wire["customdata"]["shape"] == [3, 2]


def test_texts_and_plain_values_stay_as_they_are():
    value = {"text": np.array(["<b>", "x"], object), "n": np.int64(3), "on": True, "gap": float("nan"), "none": None}
    assert to_wire(value) == {"text": ["<b>", "x"], "n": 3, "on": True, "gap": None, "none": None}


def test_an_integer_too_large_for_the_wire_is_refused_not_wrapped():
    with pytest.raises(OverflowError, match="4294967296 does not fit"):
        to_wire(np.array([2**32]))
    assert np.frombuffer(to_wire(np.array([-(2**31) + 1]))["bytes"], "<i4").tolist() == [-(2**31) + 1]


def test_what_a_page_cannot_take_is_refused():
    with pytest.raises(TypeError, match="a object cannot be sent to a page"):
        to_wire({"x": object()})
