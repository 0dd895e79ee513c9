"""The teacher's page: how far each group is. It has an address of its own, which no student is given."""

from __future__ import annotations

import hashlib
import html
import secrets
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError, RequestHandler

from lada_explore.apps.visitors.board import Row
from lada_explore.apps.visitors.kernels import VisitorKernels
from lada_explore.apps.visitors.pages import page_of

REFRESH_S = 5
"""How often the page loads itself again."""

REST_S = 120.0
"""A group in which nothing was done for this long is marked."""

_REFUSED = (
    "This page is the teacher's: open the address that the command printed for the teacher, all of it. The students' "
    "address does not open it."
)


class TeacherHandler(RequestHandler):
    """Sends the page to the browser that has opened the teacher's address."""

    @property
    def _kernels(self) -> VisitorKernels:
        return self.settings["kernel_manager"]  # type: ignore[no-any-return]

    def get(self) -> None:
        """Send the page; the address with the key is left at once, so that no projector shows it."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Frame-Options", "DENY")
        key = str(self.settings["teacher"])
        # Not the key itself: somebody who looks at the cookie could open the page elsewhere with it.
        sign = hashlib.sha256(key.encode()).hexdigest()
        cookie = f"teacher-{self.request.host.rpartition(':')[2]}"
        given = self.get_argument("key", "")
        if given and secrets.compare_digest(given.encode(), key.encode()):
            self.set_signed_cookie(cookie, sign, path="/teacher", httponly=True, samesite="Lax")
            self.redirect("/teacher")
            return
        known = self.get_signed_cookie(cookie) or b""
        if given or not secrets.compare_digest(known, sign.encode()):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.set_header("Refresh", str(REFRESH_S))
        pages = self._kernels.places.pages()
        rows = self._kernels.board.rows(pages)
        self.finish(teacher_page(rows, len(pages), self._kernels.places.most, time.time()))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send one sentence."""
        self.finish(page_of(_REFUSED))


def teacher_page(rows: Sequence[Row], taken: int, places: int, now: float) -> str:
    """The page.

    Args:
        rows: the groups.
        taken: kernels that there are.
        places: kernels that there may be.
        now: seconds since 1970.
    """
    numbered = sum(row.progress.group is not None for row in rows)
    head = f"{_counted(numbered, 'group')} · {taken} of {_counted(places, 'place')} taken"
    if not rows:
        body = (
            "<p>Nobody has opened the page yet. Give out the students' address with &amp;group=1 at its end, "
            "&amp;group=2 for the second group, and so on.</p>"
        )
    else:
        titles = "".join(f"<th scope=col>{title}</th>" for title in ("Group", *_COLUMNS))
        lines = "".join(_line(row, now) for row in rows)
        body = f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"
    return _PAGE.replace("{head}", head).replace("{body}", body)


_COLUMNS = ("Pages open", "Where", "Done last", "Cycle", "Answers", "Last active")


def _line(row: Row, now: float) -> str:
    said = row.progress
    age = max(0.0, now - row.at)
    where = " · ".join(filter(None, [said.tab, said.about]))
    cycle = "none" if said.cycle is None else str(said.cycle)
    cells = (str(row.pages), where, said.last or "nothing yet", cycle, str(said.answers), _ago(age))
    state = "gone" if not row.pages else "rests" if age >= REST_S else "works"
    group = "none" if said.group is None else str(said.group)
    named = zip(_COLUMNS, cells, strict=True)
    tds = "".join(f'<td data-name="{name}">{html.escape(cell)}</td>' for name, cell in named)
    return f'<tr class="{state}"><th scope=row><span>Group </span>{group}</th>{tds}</tr>'


def _ago(seconds: float) -> str:
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{int(seconds // unit)} {name} ago"
    return "now" if seconds < 2 * REFRESH_S else f"{int(seconds)} s ago"


def _counted(n: int, name: str) -> str:
    return f"{n} {name}{'' if n == 1 else 's'}"


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Groups of lada_explore</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, CanvasText 22%, Canvas); }
  body { font: clamp(16px, 1.5vw, 26px)/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1em; max-width: 76em; }
  h1 { font-size: 1.4em; margin: 0; }
  p { margin: 0.3em 0 1em; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { padding: 0.45em 0.7em; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
  thead th { font-weight: 400; font-size: 0.8em; white-space: nowrap; vertical-align: bottom; }
  tbody th { font-size: 1.25em; white-space: nowrap; border-inline-start: 0.3em solid; }
  tbody th span { display: none; }
  .works th { border-inline-start-color: #009e73; }
  .rests th { border-inline-start-color: #d55e00; }
  .rests td:last-child { font-weight: 700; }
  .gone th { border-inline-start-color: var(--line); }
  .gone td, .gone th { color: color-mix(in srgb, CanvasText 66%, Canvas); }
  td:is(:nth-of-type(1), :nth-of-type(4), :nth-of-type(5)) { text-align: end; }
  td:last-child { white-space: nowrap; }
  @media (max-width: 699px) {
    table, tbody { display: block; }
    thead { display: none; }
    tr { display: grid; grid-template-columns: 1fr 1fr 1fr; margin-bottom: 0.8em; border: 1px solid var(--line); }
    tbody th { grid-column: 1 / -1; }
    tbody th span { display: inline; }
    td { border: 0; padding-block: 0.2em; }
    td:is(:nth-of-type(2), :nth-of-type(3)) { grid-column: 1 / -1; }
    td:nth-of-type(1) { order: 1; }
    td:nth-of-type(n + 4) { order: 2; }
    td:is(:nth-of-type(1), :nth-of-type(4), :nth-of-type(5)) { text-align: start; }
    td:last-child { grid-column: 1 / -1; order: 3; }
    td::before { content: attr(data-name) " "; display: block; font-size: 0.8em;
      color: color-mix(in srgb, CanvasText 66%, Canvas); }
  }
</style></head>
<body><h1>How far the groups are</h1><p>{head}</p>{body}</body></html>
"""
