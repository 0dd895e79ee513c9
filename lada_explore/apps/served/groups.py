"""The group of a class that the address of a page names."""

from __future__ import annotations

from urllib.parse import parse_qs

from lada_explore.errors import ConfigError

MAX_GROUP = 9999


def group_of(query: str) -> int | None:
    """The group that the address of a page names, as in `/?group=3`; None where it names none.

    Args:
        query: what stands behind the question mark.

    Raises:
        ConfigError: a group that is no whole number from 0 to `MAX_GROUP`, or several.
    """
    given = parse_qs(query, keep_blank_values=True).get("group", [])
    if not given:
        return None
    if len(given) > 1:
        raise ConfigError(f"the address names {len(given)} groups; keep one, as in &group=3")
    (text,) = given
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_GROUP):
        raise ConfigError(
            f"group {text!r} in the address is no whole number from 0 to {MAX_GROUP}; end the address with &group=3, "
            "for example"
        )
    return int(text)
