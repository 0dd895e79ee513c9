"""Writing files and folders to disk, completely or not at all; no other module writes outputs."""

from lada_explore.files.parts import remove_unfinished
from lada_explore.files.places import sync
from lada_explore.files.writer import (
    OF_EXPORT,
    OF_RUN,
    Refusal,
    make_folder,
    remove_folder,
    write_file,
    write_folder,
    writing,
)

__all__ = [
    "OF_EXPORT",
    "OF_RUN",
    "Refusal",
    "make_folder",
    "remove_folder",
    "remove_unfinished",
    "sync",
    "write_file",
    "write_folder",
    "writing",
]
