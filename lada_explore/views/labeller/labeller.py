"""The view in which a person labels the queried images, by mouse or keyboard."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from lada_explore.config.names import name_fault
from lada_explore.errors import ConfigError, LadaError, OracleError, TooLateError
from lada_explore.events import weakly
from lada_explore.labelling.protocol import LabellingFeed, PictureDetail, QueryKind, QuerySheet
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.store.run_info import RUN_FILE
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.source import service_of, source_of
from lada_explore.views.base.state_view import FollowingView, sentence_of
from lada_explore.views.labeller.detail_queue import DetailQueue
from lada_explore.views.labeller.dispatch import dispatch, finder_of
from lada_explore.views.labeller.roll_call import RollCall
from lada_explore.views.labeller.state import Pace, asked_of, handed_over, marks_of, shelf_of

MAX_BYTES = 1 << 20
"""Most bytes of pixels in one message. The page asks only for images it is about to show, so one is mostly enough."""

_BLANK = QuerySheet(cycle=0, kind=QueryKind.NONE, model_cycle=-1, images=(), class_names=(), wanted={}, undo={})
"""Shown if the first sheet cannot be read."""


class Labeller(FollowingView):
    """The open query, to be answered one image at a time or in a grid.

    An answer is shown as saved only after the service has it on disk. The page numbers its messages and repeats each
    until it is acknowledged; a message whose number was handled before is not handled again.

    Args:
        session: a session, its worker, or another `LabellingFeed`.
        annotator: name of the person who answers, until another is typed into the page.
        grid: whether the page begins with all images beside each other.
        guess: whether the page begins with the model's guesses shown, which influence people.

    Raises:
        ConfigError: `session` is no run, or a recorded one, which cannot be answered; or the annotator's name is empty.
    """

    _esm = module_of("labeller")
    _css = style_of("labeller")
    asked = traitlets.Dict().tag(sync=True)
    shelf = traitlets.Dict().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    begin = traitlets.Dict().tag(sync=True)
    run_name = traitlets.Unicode().tag(sync=True)
    may_find = traitlets.Bool().tag(sync=True)

    def __init__(self, session: Any, annotator: str = "person", *, grid: bool = False, guess: bool = False) -> None:
        if fault := name_fault(annotator):
            raise ConfigError(f"the annotator {fault}")
        self._service = service_of(session)
        source = None if self._service is session else source_of(session)
        self._run = source if isinstance(source, Worker) else None
        self._paces: dict[str, Pace] = {}
        self._handled: dict[str, dict[str, Any]] = {}
        self._seen_by: dict[str, object] = {}  # by page, what stands for it in the presence of the run
        self._left = False
        self._detail_queue = DetailQueue(self._send_detail)
        self._alike = LatestOnlyExecutor(self._show_failure)
        self._roll_call = RollCall(self._ask_pages, self._leave)
        super().__init__(
            asked=dict(asked_of(_BLANK)),
            shelf=dict(shelf_of((), _BLANK, number=0, page="", of=-1, sentence="")),
            marks=dict(marks_of(_BLANK, {})),
            begin={"annotator": annotator, "grid": grid, "guess": guess},
            run_name=_name_of_run(self._service),
            may_find=finder_of(self._run) is not None,
        )
        # The service reports answers, the worker reports what runs next.
        follow = [] if self._run is None else [self._run.on_change]
        self._changes = self._follow(self._service.on_change, *follow)
        self._changes.draw_now()
        self._no_more = self._service.on_hand_over(weakly(self._take))

    # What is shown -----------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        sheet, presence = self._service.sheet(), self._service.presence()
        self._roll_call.ask_while(len(presence) > 1)  # a person alone has nobody who would miss her
        asked = {image.id for image in sheet.images}
        others = [image["id"] for image in self.shelf["images"] if image["id"] not in asked]
        beside = self._service.images(others) if others else ()
        search = None if self._run is None else self._run.image_search
        marks = marks_of(
            sheet,
            dict(self._paces),
            presence,
            go_on=self._may_go_on(sheet),
            beside=beside,
            looks=search is not None and search.running,
            found="" if search is None else search.sentence,
        )
        # Equal values are not sent again, so the list of images is not sent with every answer.
        with self.hold_sync():
            self.asked, self.marks, self.error = dict(asked_of(sheet)), dict(marks), ""

    def _show_error(self, sentence: str) -> None:
        self.error = sentence

    def _show_failure(self, error: Exception) -> None:
        self._show_error(sentence_of(error, "a look for images that are alike"))

    def _find_alike(self, content: Mapping[str, Any]) -> None:
        """Put the images that are most like one on the shelf, once they are found on a thread of their own."""
        page, of = str(content.get("page", "")), int(content.get("id", -1))

        def find(still_wanted: Callable[[], bool]) -> None:
            found = self._service.alike(of)
            if still_wanted():
                self._put_on_shelf([of, *found.ids] if found.ids else [], found.sentence, page=page, of=of)

        self._alike.want((page, of), find)

    def _take(self, ids: Sequence[int]) -> None:
        """Put images that were chosen in another view on the shelf of every page."""
        chosen, sentence = handed_over(self._service.images(ids), self._service.sheet())
        self._put_on_shelf(chosen, sentence, page="")

    def _put_on_shelf(self, ids: Sequence[int], sentence: str, *, page: str, of: int = -1) -> None:
        images = self._service.images(ids)
        number = max(self.shelf["number"] + 1, time.time_ns() // 1_000_000)
        about = {"number": number, "page": page, "of": of, "sentence": sentence}

        def put() -> None:
            self.shelf = dict(shelf_of(images, self._service.sheet(), **about))

        self._changes.draw_after(put)

    def _may_go_on(self, sheet: QuerySheet) -> bool:
        """Whether the run is idle and every queried image is answered."""
        if self._run is None or any(image.label is None for image in sheet.images):
            return False
        status = self._run.status
        return status.stage is not None and status.state in (WorkerState.IDLE, WorkerState.FAILED)

    # What the page asks ---------------------------------------------------------------------------------------------

    def handle(self, content: Mapping[str, Any]) -> None:
        """Handle a person's action, a request for pictures or for a part of one, or a note of who looks where."""
        match content.get("type"):
            case "act":
                self._act(content)
            case "pictures":
                self._send_pictures(content)
            case "detail":
                self._detail_queue.ask(content)
            case "alike":
                self._find_alike(content)
            case "at":
                self._move(content)
            case "leave":
                self._leave(str(content.get("page", "")))

    def _act(self, content: Mapping[str, Any]) -> None:
        """Do an action once, and acknowledge it."""
        page, number = str(content.get("page", "")), int(content.get("seq", 0))
        with self._lock:
            known = self._handled.get(page)
            if known is None or number > known["seq"]:
                # The page gets the state on disk before it gets the acknowledgement of its answer.
                done = self._changes.draw_after(lambda: self._done(content))
                known = {"type": "ack", "page": page, "seq": number, **done}
                self._handled[page] = known
            elif number < known["seq"]:
                known = {"type": "ack", "page": page, "seq": number, "ok": True, "say": "", "show": -1}
            self.send(known)

    def _done(self, content: Mapping[str, Any]) -> dict[str, Any]:
        try:
            done = dispatch(self._service, content, self._run)
        except TooLateError as error:
            # Nothing that is behind it may wait for what sending again cannot mend.
            return {"ok": True, "kept": False, "say": f"Not saved: {error}.", "show": -1}
        except LadaError as error:
            return {"ok": False, "say": str(error), "show": -1}
        except Exception as error:
            return {"ok": False, "say": f"{type(error).__name__}: {error}", "show": -1}
        if content.get("name") in ("label", "label_many", "adjudicate"):
            n_images = len(content.get("ids", [0]))
            self._note_pace(str(content.get("annotator", "")), content.get("ms"), n_images)
        self._move(content)
        more = {"ids": list(done.ids)} if done.ids else {}
        return {"ok": True, "say": done.say, "show": done.show, **more}

    def _note_pace(self, annotator: str, ms: object, n_images: int) -> None:
        if isinstance(ms, (int, float)) and math.isfinite(ms):
            # A new dict, so that a drawing on another thread keeps the one it iterates over.
            pace = self._paces.get(annotator) or Pace()
            pace.note(ms / 1000, n_images)
            self._paces = self._paces | {annotator: pace}

    def _move(self, content: Mapping[str, Any]) -> None:
        """Note which image a person looks at; a number below 0 is none."""
        page, annotator, at = str(content.get("page", "")), str(content.get("annotator", "")), content.get("at")
        if not annotator or not isinstance(at, int):
            return
        if at < 0:
            self._leave(page)
            return
        with self._lock:
            if self._left:
                return
            self._roll_call.note_answer(page)
            self._service.look_at(self._seen_by.setdefault(page, object()), annotator, at)

    def _ask_pages(self) -> None:
        """Ask every page to say again which image a person looks at."""
        self.send({"type": "say_again"})

    def _leave(self, page: str) -> None:
        """Note that nobody looks at an image on this page any more."""
        self._roll_call.forget(page)
        with self._lock:
            view = self._seen_by.pop(page, None)
        if view is not None:
            self._service.leave(view)

    def close(self) -> None:
        """Take the labeller off every page and end the presence of who worked there; the run itself goes on."""
        with self._lock:
            self._left = True
        self._alike.cancel()
        if hasattr(self, "_no_more"):
            self._no_more()
        for page in list(self._seen_by):
            self._leave(page)
        super().close()

    def _send_pictures(self, content: Mapping[str, Any]) -> None:
        """Send the pixels of the images that the page is about to show, in as few messages as their size allows."""
        shown = self._shown()
        ids = [i for i in content.get("ids", []) if i in shown]
        if not ids:
            return
        at_once = max(1, MAX_BYTES // self._service.pixels(ids[:1]).nbytes)
        for first in range(0, len(ids), at_once):
            part = ids[first : first + at_once]
            pixels = np.ascontiguousarray(self._service.pixels(part), dtype=np.uint8)
            what = {"type": "pictures", "page": content.get("page"), "ids": part, "shape": list(pixels.shape[1:])}
            self.send(what, buffers=[pixels.tobytes()])

    def _shown(self) -> set[int]:
        """Images that pages may show: those that are asked or on the shelf, and those that people still look at."""
        asked, shelf = self._service.sheet().images, self.shelf["images"]
        return {*(image.id for image in asked), *(image["id"] for image in shelf), *self._service.presence().values()}

    def _send_detail(self, content: Mapping[str, Any]) -> None:
        """Send the part of a picture that the page shows, or a sentence on why there is none."""
        said = {"type": "detail", "page": content.get("page"), "id": content.get("id"), "ask": content.get("ask")}
        try:
            found = self._detail(content.get("id"), content.get("box"), content.get("longest"))
        except Exception as error:
            self.send(
                {**said, "error": str(error) if isinstance(error, LadaError) else f"{type(error).__name__}: {error}"}
            )
            return
        about = {"kind": found.kind, "box": list(found.box), "size": found.size, "seen": list(found.seen)}
        self.send({**said, "error": "", **about}, buffers=[found.content])

    def _detail(self, image_id: object, box: object, longest: object) -> PictureDetail:
        if not isinstance(image_id, int) or image_id not in self._shown():
            raise OracleError(f"image {image_id} is not asked now")
        if not isinstance(box, (list, tuple)) or not isinstance(longest, int):
            raise OracleError(f"a part of a picture is a box and a length, not {box!r} and {longest!r}")
        return self._service.detail(image_id, box, longest)


def _name_of_run(service: LabellingFeed) -> str:
    """Key under which the page keeps answers that were not sent yet; empty for a run without a folder.

    The key includes when the run's file was written, because a new run in the same folder is another run. The file's
    inode would not do, because a file system uses it again.
    """
    folder: Any = getattr(service, "folder", None)
    try:
        written_once = Path(folder, RUN_FILE).resolve()
        return f"{written_once}:{written_once.stat().st_mtime_ns}"
    except (TypeError, OSError):
        return ""
