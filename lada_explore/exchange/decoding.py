"""The text of a file of labels in the encodings that spreadsheets and editors write."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from lada_explore.errors import ConfigError
from lada_explore.exchange.given import OF_LABELS
from lada_explore.files import converting, if_sound, reason_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; those of UTF-32 first, because one of UTF-16 is a part of them."""

_WESTERN = "cp1252"
_COMMON = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp850", "mac_roman", "utf-16-le", "utf-16-be")
"""Encodings that editors and spreadsheets write, tried where names are known by which to tell them."""

_MAX_ACCENTED = 0.15
_CONTROL = frozenset(range(32)) - set(b"\t\n\r\f\x1a")
_NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252"}
_SAMPLE = 100_000
"""Bytes by which UTF-16 without a byte order mark is told."""


def decoded(content: bytes, path: Path, encoding: str = "", known: Iterable[str] = ()) -> tuple[str, str]:
    """The text of a file, and a sentence on its encoding where that had to be guessed.

    A byte order mark decides, then UTF-8 where the bytes are valid in it. Anything else is a guess: the encoding in
    which most of the words are ones of known names, or else Windows-1252 where few characters are not ASCII or
    charset-normalizer finds it as likely as any, or else the first one that charset-normalizer finds.

    Args:
        content: bytes of the file.
        path: the file, for messages.
        encoding: name of the encoding; "" to find it.
        known: names that the file is likely to hold.

    Raises:
        ConfigError: the name is no encoding, or the bytes are no text in it, or in none that is known.
    """
    if encoding:
        return _strictly(content, path, _known(encoding)), ""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, path, name), ""
    if wide := _wide(content):
        return _strictly(content, path, wide), _guess(path, "UTF-16")
    with if_sound():
        return content.decode("utf-8"), ""
    return _guessed(content, path, known)


def _known(encoding: str) -> str:
    with converting(lambda error: _unknown(encoding)):
        name = codecs.lookup(encoding).name
        "".encode(name)  # Codecs of bytes, such as base64, are no encodings of a text.
    return "utf-8-sig" if name == "utf-8" else name


def _unknown(encoding: str) -> ConfigError:
    return ConfigError(f"encoding {encoding!r} is unknown; give one that Python knows, such as utf-8, utf-16 or cp1252")


def _strictly(content: bytes, path: Path, encoding: str) -> str:
    with converting(lambda error: OF_LABELS.because(path, f"it is not text in {_NAMES.get(encoding, encoding)}")):
        return content.decode(encoding)


def _wide(content: bytes) -> str:
    """UTF-16 without its mark, where most of the text is ASCII: every other byte is zero; "" otherwise."""
    sample = content[:_SAMPLE]
    if len(content) % 2 or len(content) < 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    enough = 0.7 * len(sample) / 2
    if odd >= enough and not even:
        return "utf-16-le"
    return "utf-16-be" if even >= enough and not odd else ""


def _guessed(content: bytes, path: Path, known: Iterable[str]) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    with converting(lambda error: OF_LABELS.because(path, reason_of(error))):
        matches = list(from_bytes(content))
    least = min((match.chaos for match in matches), default=0)
    likely = [match.encoding for match in matches if match.chaos == least]
    western = [_WESTERN] if _WESTERN in likely or _is_mostly_ascii(content) else []
    wanted = {word for name in known for word in _words(name)}
    texts: dict[str, str] = {}
    for name in dict.fromkeys((*western, *likely, *(match.encoding for match in matches), *_COMMON * bool(wanted))):
        with if_sound():
            texts[name] = content.decode(name)
    counts = {name: len(wanted & _words(text)) for name, text in texts.items()}
    best = max(counts, key=lambda name: counts[name], default="")
    if not best or not (counts[best] or western or matches):
        raise OF_LABELS.because(path, "it is text in no known encoding")
    return texts[best], _guess(path, _NAMES.get(best, best))


def _is_mostly_ascii(content: bytes) -> bool:
    """Whether it is likely a Western text: few of its bytes are not ASCII, and none is a control character."""
    high = sum(byte >= 128 for byte in content[:_SAMPLE])
    return high <= _MAX_ACCENTED * len(content[:_SAMPLE]) and not _CONTROL & set(content)


def _words(text: str) -> set[str]:
    """The words of a text that are not all ASCII, without case and in one normal form of Unicode."""
    found = unicodedata.normalize("NFC", text).casefold()
    return {word for word in re.split(r"[^\w]+", found) if not word.isascii()}


def _guess(path: Path, name: str) -> str:
    return (
        f"{path.name} does not say how its text is encoded; it was read as {name}, which is a guess: compare the names "
        "that have accents, and name the encoding with --encoding if they are wrong"
    )
