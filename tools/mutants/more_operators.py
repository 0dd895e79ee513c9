"""Mutations that take the place of some of mutmut's, and some that it does not make.

Not made are None in place of an argument or of a value that is assigned, and a call without one of its arguments by
position: they end in an error of torch or Python wherever they are run, and would only add to the killed. A text is
changed once, not three times.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

SAME_HERE = {"device", "strict"}
"""Arguments that are not left out: without a second device, and with lists of equal length, nothing changes."""

OF_TENSORS = {"mean": ("sum", "amax"), "sum": ("mean",), "amax": ("amin", "mean"), "amin": ("amax",)}
OF_ARRAYS = {"mean": ("sum", "max"), "sum": ("mean",), "max": ("min",), "min": ("max",)}
OF_BOTH = {"argmax": ("argmin",), "argmin": ("argmax",), "any": ("all",), "all": ("any",)}
BUILT_IN = {"min": "max", "max": "min", "any": "all", "all": "any"}


def without_call(statement: cst.Expr) -> Iterable[cst.Expr]:
    """None in place of a call that stands by itself."""
    if isinstance(statement.value, cst.Call):
        yield statement.with_changes(value=cst.Name("None"))


def other_reduction(call: cst.Call) -> Iterable[cst.Call]:
    """Another reduction in place of a mean, a sum, a largest or a smallest value, with the same arguments."""
    if isinstance(call.func, cst.Name) and call.func.value in BUILT_IN:
        yield call.with_changes(func=cst.Name(BUILT_IN[call.func.value]))
    if isinstance(call.func, cst.Attribute):
        name, axes = call.func.attr.value, {argument.keyword.value for argument in call.args if argument.keyword}
        for other in OF_BOTH.get(name, ()) + (OF_ARRAYS if "axis" in axes else OF_TENSORS).get(name, ()):
            yield call.with_changes(func=call.func.with_changes(attr=cst.Name(other)))


def without_argument(call: cst.Call) -> Iterable[cst.Call]:
    """A call without one of its named arguments, which then has its default."""
    for number, argument in enumerate(call.args):
        if argument.keyword and argument.keyword.value not in SAME_HERE and len(call.args) > 1:
            yield call.with_changes(args=[*call.args[:number], *call.args[number + 1 :]])


def other_text(text: cst.SimpleString) -> Iterable[cst.SimpleString]:
    """Another text in place of one that is no docstring."""
    if not text.value.endswith(('"""', "'''")):
        yield text.with_changes(value=f"{text.value[:-1]}, but other{text.value[-1]}")


ADDED = (
    (cst.Expr, without_call),
    (cst.Call, other_reduction),
    (cst.Call, without_argument),
    (cst.SimpleString, other_text),
)
