"""Pictures as microscopes and other instruments write them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import tifffile
from PIL import Image

SIZE = (48, 64)


def smooth(rng, top, *, channels=0, pages=0):
    """Random blocks of 8 x 8 pixels in [0, top), of shape (pages, 48, 64, channels) without what is 0."""
    leading, last = ((pages,) if pages else ()), ((channels,) if channels else ())
    blocks = rng.random((*leading, SIZE[0] // 8, SIZE[1] // 8, *last))
    axis = len(leading)
    return blocks.repeat(8, axis).repeat(8, axis + 1) * top


def write_16_bit_png(place, values):
    """Write (H, W, C) uint16 as PNG, which Pillow cannot in colour."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + values[y].astype(">u2").tobytes() for y in range(height))
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))
    place.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def _tiff(**options):
    return lambda place, values: tifffile.imwrite(place, values, **options)


GREY = {"photometric": "minisblack"}
KINDS = {
    "12-bit": ("tif", lambda rng: smooth(rng, 4095).astype(np.uint16), _tiff(**GREY)),
    "16-bit": ("tif", lambda rng: smooth(rng, 65_535).astype(np.uint16), _tiff(**GREY)),
    "16-bit deflate": ("tif", lambda rng: smooth(rng, 900).astype(np.uint16), _tiff(**GREY, compression="zlib")),
    "big": ("tif", lambda rng: smooth(rng, 4095).astype(np.uint16), _tiff(**GREY, bigtiff=True)),
    "big-endian": ("tif", lambda rng: smooth(rng, 4095).astype(np.uint16), _tiff(**GREY, byteorder=">")),
    "tiled": ("tif", lambda rng: smooth(rng, 4095).astype(np.uint16), _tiff(**GREY, tile=(16, 16))),
    "white is zero": ("tif", lambda rng: 65_535 - smooth(rng, 4095).astype(np.uint16), _tiff(photometric="miniswhite")),
    "signed": ("tif", lambda rng: (smooth(rng, 4000) - 2000).astype(np.int16), _tiff(**GREY)),
    "32-bit": ("tif", lambda rng: smooth(rng, 4e6).astype(np.uint32), _tiff(**GREY)),
    "half": ("tif", lambda rng: smooth(rng, 7).astype(np.float16), _tiff(**GREY)),
    "float": ("tif", lambda rng: (smooth(rng, 3.5) - 1).astype(np.float32), _tiff(**GREY)),
    "double": ("tif", lambda rng: smooth(rng, 1e-3), _tiff(**GREY)),
    "RGB of 12 bits": ("tif", lambda rng: smooth(rng, 4095, channels=3).astype(np.uint16), _tiff(photometric="rgb")),
    "RGB": ("tif", lambda rng: smooth(rng, 255, channels=3).astype(np.uint8), _tiff(photometric="rgb")),
    "planar RGB": (
        "tif",
        lambda rng: smooth(rng, 4095, pages=3).astype(np.uint16),
        _tiff(photometric="rgb", planarconfig="separate"),
    ),
    "CMYK": (
        "tif",
        lambda rng: smooth(rng, 255, channels=3).astype(np.uint8),
        lambda place, values: Image.fromarray(values).convert("CMYK").save(place),
    ),
    "CMYK of 16 bits": (
        "tif",
        lambda rng: smooth(rng, 30_000, channels=4).astype(np.uint16),
        _tiff(photometric="separated"),
    ),
    "stack": ("tif", lambda rng: smooth(rng, 4095, pages=4).astype(np.uint16), _tiff(**GREY)),
    "ImageJ": (
        "tif",
        lambda rng: smooth(rng, 4095, pages=2).astype(np.uint16).reshape(2, 1, *SIZE),
        _tiff(imagej=True, metadata={"axes": "ZCYX"}),
    ),
    "OME": (
        "ome.tif",
        lambda rng: smooth(rng, 4095, pages=3).astype(np.uint16),
        _tiff(**GREY, metadata={"axes": "CYX"}),
    ),
    "RGB PNG of 12 bits": ("png", lambda rng: smooth(rng, 4095, channels=3).astype(np.uint16), write_16_bit_png),
    "grey PNG of 12 bits": ("png", lambda rng: smooth(rng, 4095, channels=1).astype(np.uint16), write_16_bit_png),
}
"""By name: ending, random samples, and what writes them."""


def write_kind(folder, kind, count=3, seed=0):
    """Write some pictures of a kind into a folder; returns their samples as they were written."""
    folder.mkdir(parents=True, exist_ok=True)
    ending, made, write = KINDS[kind]
    rng = np.random.default_rng(seed)
    written = [made(rng) for _ in range(count)]
    for number, values in enumerate(written):
        write(folder / f"{number}.{ending}", values)
    return written
