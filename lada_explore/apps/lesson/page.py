"""The page around the content: one HTML file that asks no server for anything."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lada_explore.apps.lesson.content import packed_content, title_of
from lada_explore.apps.lesson.packing import compressed
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.store import RecordedRun, open_run
from lada_explore.views.base.assets import PLOTLY_JS
from lada_explore.views.base.plot_view import PlotView
from lada_explore.views.map.map_view import MapView
from lada_explore.views.pair_mixer.pair_mixer import PairMixer
from lada_explore.views.query_gallery.query_gallery import QueryGallery
from lada_explore.views.question.question import Question
from lada_explore.views.time_slider.time_slider import TimeSlider

STATIC = Path(__file__).parent / "static"

MAX_BYTES = 10_000_000
"""What a page of the demo run stays below."""

VIEWS: Mapping[str, tuple[str, str]] = {
    "slider": (TimeSlider._esm, TimeSlider._css),
    "map": (MapView._esm, MapView._css),
    "mixer": (PairMixer._esm, PairMixer._css),
    "gallery": (QueryGallery._esm, QueryGallery._css),
    "plot": (PlotView._esm, PlotView._css),
    "question": (Question._esm, Question._css),
}
"""Module and style sheet of the views that are embedded as they are; `lesson.js` stands in for their kernel."""

POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:"
"""What the browser lets the page do: nothing that leaves the file."""


def write_lesson(run: str | Path, out: str | Path) -> int:
    """Write a recorded run as one HTML file that needs neither a kernel nor a network.

    Args:
        run: the run folder, opened for reading only.
        out: the file, which must not be in the run folder; one that is there is replaced.

    Returns:
        Its size in bytes.

    Raises:
        StoreError: no run folder, or a damaged one.
        ConfigError: a file that cannot be written, or a run without a finished stage.
        NumericsError: features that are not finite.
    """
    recorded, place = open_run(run), expanded(out)
    if place.resolve().is_relative_to(recorded.path.resolve()):
        raise ConfigError(f"{out} is inside the run, whose files are its record; choose a file elsewhere with --out")
    if place.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(
            f"{out} does not end in .html, so no browser would open it; choose a name such as lesson.html"
        )
    content = lesson_page(recorded).encode()
    try:
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".lesson", delete=False) as file:
            file.write(content)
        os.chmod(file.name, 0o644)
        os.replace(file.name, place)
    except OSError as error:
        raise ConfigError(f"{out} cannot be written ({error.strerror}); choose another file with --out") from error
    return len(content)


def lesson_page(run: RecordedRun) -> str:
    """The HTML of the page of a run.

    Raises:
        ConfigError: a run without a finished stage, or records that contradict each other.
        NumericsError: features that are not finite.
    """
    styles = "\n".join([*dict.fromkeys(style for _, style in VIEWS.values()), _file("lesson.css")])
    views = ",\n".join(f"{name}: {_as_function(module)}" for name, (module, _) in VIEWS.items())
    code = f"const VIEWS = {{\n{views}\n}};\n{_file('unpack.js')}\n{_file('lesson.js')}"
    values = {
        "policy": POLICY,
        "title": html.escape(title_of(run)),
        "style": styles,
        "plotly": compressed(PLOTLY_JS.read_bytes()),
        "content": packed_content(run),
        "code": code.replace("</script", "<\\/script"),
    }
    page = _file("lesson.html")
    pieces = page.split("@@")
    # Every second piece is a name; a value is put in once and never looked through for names.
    return "".join(values[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _file(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _as_function(module: str) -> str:
    """A view's ES module as an expression: a file opened from disk may not import another."""
    body, found, rest = module.rpartition("export default ")
    if not found:
        raise AssertionError("a view's module ends with its default export")
    return f"(() => {{\n{body}return {rest}}})()"
