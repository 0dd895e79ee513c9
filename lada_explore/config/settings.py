"""A setting as a person writes it: "schedule.budget=20"."""

from __future__ import annotations

from lada_explore.errors import ConfigError


def setting(text: str, where: str = "--set ") -> tuple[str, str]:
    """Name and value of "name=value".

    Args:
        text: what was written.
        where: what it was written after, for the message.

    Raises:
        ConfigError: no name or no value.
    """
    name, separator, value = (part.strip() for part in text.partition("="))
    if not separator or not name or not value:
        raise ConfigError(f"{where}{text!r} has no value; write it as schedule.budget=20")
    return name, value
