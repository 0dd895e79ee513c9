"""What all views share."""

import pytest
from ipykernel.comm.comm import BaseComm

from lada_explore.apps.classroom import Classroom
from lada_explore.views import PlotView, TauChart
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.view import View
from lada_explore.views.tau.slider import TauSlider


def every_view(base=View):
    """All classes of views, leaves of the tree included."""
    return {view for child in base.__subclasses__() for view in {child} | every_view(child)}


def test_every_view_with_a_module_of_its_own_is_one():
    assert {TauChart, PlotView} <= every_view()
    assert len(every_view()) >= 25


@pytest.mark.parametrize(
    "make",
    [PlotView, lambda: TauSlider(lambda tau: FigureSpec(), 1.0, 0.5, 2.0)._slider, lambda: Classroom()._start],
    ids=["a view", "the slider of tau", "the button of the classroom"],
)
def test_a_message_is_handled_by_the_subshell_that_it_was_sent_to(make):
    widget = make()
    comm = BaseComm(primary=False)
    comm._reply_subshell_id = "deleted"
    widget.comm = comm
    assert comm._reply_subshell_for({"method": "custom", "content": {}}, "mine") == "mine"
    assert comm._reply_subshell_for({"method": "update", "state": {}}, None) is None


def test_a_comm_without_such_routing_is_left_as_it_is():
    class PlainComm:
        comm_id = "plain"

        def on_msg(self, callback):
            pass

        def close(self, *args, **more):
            pass

        def send(self, *args, **more):
            pass

    view = PlotView()
    view.comm = PlainComm()
    assert vars(view.comm) == {}
