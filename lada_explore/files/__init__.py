"""Files and folders: written completely or not at all, and read so that what cannot be read is a sentence.

No other module writes outputs, and none names the exceptions that libraries raise on files.
"""

from lada_explore.files.parts import remove_unfinished
from lada_explore.files.places import sync
from lada_explore.files.reading import (
    OF_RUN_FILE,
    Unreadable,
    converting,
    denied,
    encoded,
    if_sound,
    is_there,
    read_bytes,
    read_json,
    read_text,
    reading,
    reason_of,
)
from lada_explore.files.writer import (
    OF_EXPORT,
    OF_RUN,
    Refusal,
    make_folder,
    remove_folder,
    require_folder,
    write_file,
    write_folder,
    writing,
)

__all__ = [
    "OF_EXPORT",
    "OF_RUN",
    "OF_RUN_FILE",
    "Refusal",
    "Unreadable",
    "converting",
    "denied",
    "encoded",
    "if_sound",
    "is_there",
    "make_folder",
    "read_bytes",
    "read_json",
    "read_text",
    "reading",
    "reason_of",
    "remove_folder",
    "remove_unfinished",
    "require_folder",
    "sync",
    "write_file",
    "write_folder",
    "writing",
]
