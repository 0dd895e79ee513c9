"""The queue of what pages ask of pictures."""

from __future__ import annotations

import threading

from helpers.waiting import until

from lada_explore.views.labeller.detail_queue import MAX_WAITING, WHOLE, DetailQueue


class Slow:
    """Answers when it is let."""

    def __init__(self):
        self.let, self.begun, self.done = threading.Semaphore(0), threading.Semaphore(0), []

    def __call__(self, request):
        self.begun.release()
        self.let.acquire()
        self.done.append((request["id"], request["box"]))


def request(image_id, box, page="page"):
    return {"page": page, "id": image_id, "box": box}


def test_a_zoom_comes_before_whole_pictures_and_only_the_last_one_of_a_page_is_answered():
    slow = Slow()
    queue = DetailQueue(slow)
    queue.ask(request(0, WHOLE))
    slow.begun.acquire()
    for image_id in (1, 2, 1):
        queue.ask(request(image_id, WHOLE))
    for right in (0.2, 0.3, 0.4):
        queue.ask(request(1, [0, 0, right, 1]))
    queue.ask(request(1, [0, 0, 0.1, 1], page="another"))
    for _ in range(6):
        slow.let.release()
    until(lambda: len(slow.done) == 5)
    assert slow.done == [(0, WHOLE), (1, [0, 0, 0.4, 1]), (1, [0, 0, 0.1, 1]), (2, WHOLE), (1, WHOLE)]
    # Its thread has ended, and the next request begins another.
    queue.ask(request(5, WHOLE))
    until(lambda: slow.done[-1] == (5, WHOLE))


def test_of_a_page_that_asks_without_end_the_oldest_requests_are_dropped():
    slow = Slow()
    queue = DetailQueue(slow)
    for image_id in range(MAX_WAITING + 20):
        queue.ask(request(image_id, WHOLE))
    for _ in range(MAX_WAITING + 20):
        slow.let.release()
    until(lambda: slow.done and slow.done[-1][0] == MAX_WAITING + 19)
    assert len(slow.done) <= MAX_WAITING + 1


def test_a_request_whose_answer_fails_ends_nothing(caplog):
    answered = []

    def answer(request):
        if request["id"] == 0:
            raise OSError("the page is gone")
        answered.append(request["id"])

    queue = DetailQueue(answer)
    queue.ask(request(0, WHOLE))
    queue.ask(request(1, WHOLE))
    until(lambda: answered == [1])
    assert "a part of a picture could not be sent" in caplog.text
