"""The labeller's roll call: who is asked, who is taken for gone, and what a busy kernel changes."""

import asyncio
import gc
import time
import weakref

import pytest
from helpers.fake_service import FakeLabellingService

from lada_explore.views import Labeller
from lada_explore.views.labeller import roll_call
from lada_explore.views.labeller.roll_call import MISSES, RollCall

EVERY_S = 0.02


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(roll_call, "EVERY_S", EVERY_S)


class Pages:
    """Pages of a view: each question reaches all, and the pages named in `alive` answer it."""

    def __init__(self, *alive: str) -> None:
        self.alive, self.asked, self.gone = alive, 0, []
        self.calls = RollCall(self.ask, self.leave)

    def ask(self) -> None:
        self.asked += 1
        for page in self.alive:
            asyncio.get_running_loop().call_soon(self.calls.note_answer, page)

    def leave(self, page: str) -> None:
        self.gone.append((page, self.asked))


def of(scene):
    return asyncio.run(scene())


def test_a_page_that_does_not_answer_is_gone_after_three_questions_and_the_others_stay():
    async def scene():
        pages = Pages("one", "two")
        pages.calls.ask_while(True)
        for page in ("one", "two", "dead"):
            pages.calls.note_answer(page)
        while pages.asked < 3 * MISSES:
            await asyncio.sleep(EVERY_S)
        return pages.gone

    assert of(scene) == [("dead", MISSES)]


def test_a_kernel_that_hears_nothing_for_long_takes_nobody_for_gone():
    async def scene():
        pages = Pages("one")
        pages.calls.ask_while(True)
        pages.calls.note_answer("one")
        for _ in range(5):
            time.sleep(2 * MISSES * EVERY_S)  # a cell that computes: the loop does not run
            await asyncio.sleep(EVERY_S / 4)
        return pages

    pages = of(scene)
    assert pages.gone == []
    assert pages.asked > 0


def test_it_asks_only_while_that_is_of_use():
    async def scene():
        pages = Pages("one")
        pages.calls.note_answer("one")
        await asyncio.sleep(3 * EVERY_S)
        asked = [pages.asked]
        pages.calls.ask_while(True)
        while not pages.asked:
            await asyncio.sleep(EVERY_S)
        pages.calls.ask_while(False)
        asked.append(pages.asked)
        await asyncio.sleep(3 * EVERY_S)
        asked.append(pages.asked)
        pages.calls.ask_while(True)
        pages.calls.forget("one")
        await asyncio.sleep(3 * EVERY_S)
        return asked, pages.asked

    asked, at_the_end = of(scene)
    assert asked[0] == 0
    assert asked[1] == asked[2]
    assert at_the_end <= asked[2] + 1  # the question that was on its way


def test_without_an_event_loop_nobody_is_asked_and_nobody_goes():
    pages = Pages("one")
    pages.calls.ask_while(True)
    pages.calls.note_answer("one")
    assert (pages.asked, pages.gone) == (0, [])


def test_a_labeller_forgets_the_person_of_a_dead_page_and_hears_of_her_again_when_it_comes_back():
    async def scene():
        service = FakeLabellingService()
        labeller = Labeller(service, "ann")
        messages = []
        labeller.send = lambda message, buffers=None: messages.append(message)
        at = [{"type": "at", "page": f"page of {who}", "annotator": who, "at": 100 + i} for i, who in enumerate("ab")]
        for message in at:
            labeller.handle(message)
        while "b" in service.presence():
            if {"type": "say_again"} in messages:
                messages.clear()
                labeller.handle(at[0])
            await asyncio.sleep(EVERY_S / 4)
        seen = [service.presence()]
        labeller.handle(at[1])
        seen.append(service.presence())
        labeller.close()
        return seen

    assert of(lambda: asyncio.wait_for(scene(), 20)) == [{"a": 100}, {"a": 100, "b": 101}]


def test_a_person_alone_is_not_asked():
    async def scene():
        labeller = Labeller(FakeLabellingService(), "ann")
        messages = []
        labeller.send = lambda message, buffers=None: messages.append(message)
        labeller.handle({"type": "at", "page": "page", "annotator": "ann", "at": 100})
        await asyncio.sleep(4 * EVERY_S)
        return messages

    assert of(scene) == []


def test_a_question_on_its_way_keeps_no_labeller_alive():
    async def scene():
        service = FakeLabellingService()
        labeller = Labeller(service, "ann")
        for i, who in enumerate("ab"):
            labeller.handle({"type": "at", "page": who, "annotator": who, "at": 100 + i})
        await asyncio.sleep(EVERY_S / 2)
        held = weakref.ref(labeller)
        del labeller
        gc.collect()
        return held(), service.presence()

    assert of(scene) == (None, {})
