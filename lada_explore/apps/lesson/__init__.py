"""A recorded run, or two, as one HTML file: no kernel, no network, the same views and the runs' own numbers."""

from lada_explore.apps.lesson.page import MAX_BYTES, lesson_page, write_lesson

__all__ = ["MAX_BYTES", "lesson_page", "write_lesson"]
