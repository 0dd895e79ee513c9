"""HEIC files, as telephones write them: Pillow reads them with the plugin of the extra `heif`."""

from __future__ import annotations

_BRANDS = (b"heic", b"heim", b"heis", b"heix", b"hevc", b"hevm", b"hevs", b"hevx", b"mif1", b"msf1")


def is_heif(head: bytes) -> bool:
    """Whether the first 12 bytes of a file, or more, are of a HEIF container that Pillow does not read by itself."""
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS


def register_heif() -> None:
    """Have Pillow read HEIC. Raises ValueError if the extra is not installed."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise ValueError("HEIC needs the extra heif: pip install 'lada-explore[heif]', or save it as JPEG") from None
    register_heif_opener()
