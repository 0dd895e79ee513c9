"""The lesson page: one HTML file that loads nothing from a server."""

from __future__ import annotations

import html
from pathlib import Path

from lada_explore.apps.lesson.about import title_of
from lada_explore.apps.lesson.content import packed_content
from lada_explore.apps.lesson.packing import compressed
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.files import OF_EXPORT, encoded, write_file
from lada_explore.store import RecordedRun, open_run
from lada_explore.views.base.assets import PLOTLY_JS

FILES = Path(__file__).parent

MAX_BYTES = 10_000_000
"""Upper limit of a page's size."""

POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:"
"""Content security policy of the page: the browser loads nothing from outside the file."""


def write_lesson(run: str | Path, out: str | Path, beside: str | Path | None = None) -> int:
    """Write a recorded run, or two beside each other, as one HTML file that needs neither a kernel nor a network.

    Args:
        run: the run folder, opened for reading only.
        out: the file, which must not be in a run folder; an existing file is replaced.
        beside: the folder of a second run, which the page shows beside the first on one slider over their cycles.

    Returns:
        Its size in bytes.

    Raises:
        StoreError: the run folder is missing or damaged.
        ConfigError: a file that cannot be written, the same run twice, or a run without a finished stage.
        NumericsError: features that are not finite.
    """
    recorded, place = [open_run(one) for one in (run, beside) if one is not None], expanded(out)
    for one in recorded:
        one.require_outside(place)
    if place.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(
            f"{out} does not end in .html, so no browser would open it; choose a name such as lesson.html"
        )
    content = encoded(lesson_page(*recorded))
    write_file(place, content, overwrite=True, refusal=OF_EXPORT)
    return len(content)


def lesson_page(run: RecordedRun, beside: RecordedRun | None = None) -> str:
    """The HTML of the page of a run, or of two.

    Raises:
        ConfigError: the same run twice, a run without a finished stage, or records that contradict each other.
        NumericsError: features that are not finite.
    """
    values = {
        "policy": POLICY,
        "title": html.escape(title_of(run, beside)),
        "style": _file("bundles/lesson.css"),
        "plotly": compressed(PLOTLY_JS.read_bytes()),
        "content": packed_content(run, beside),
        "code": _file("bundles/lesson.js").replace("</script", "<\\/script"),
    }
    page = _file("static/lesson.html")
    pieces = page.split("@@")
    # Every second piece is a name; an inserted value is not searched for names again.
    return "".join(values[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _file(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")
