"""Whether the page is an application for visitors, who see what it was started with and change nothing of it."""

from __future__ import annotations

import os


def is_served() -> bool:
    """True in a kernel of Voila."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
