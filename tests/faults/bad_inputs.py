"""Every bad input that a run must get over, made from a good page."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def encoded(pixels: NDArray[np.uint8], kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size, and nothing behind it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def tiff_with_a_broken_second_page(pixels: NDArray[np.uint8]) -> bytes:
    """Three pages; the data of the second is overwritten."""
    frames = [Image.fromarray(pixels) for _ in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    data = bytearray(buffer.getvalue())
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(1)
        offsets, lengths = image.tag_v2[273], image.tag_v2[279]
    for start, length in zip(offsets, lengths, strict=True):
        data[start : start + length] = b"\xff" * length
    return bytes(data)


def pdf_with_a_broken_xref(pixels: NDArray[np.uint8]) -> bytes:
    """A PDF of one scan whose startxref leads nowhere: its page can still be found."""
    data = encoded(pixels, "PDF", resolution=72.0)
    at = data.rindex(b"startxref")
    return data[:at] + b"startxref\n999999999\n%%EOF\n"


ENCRYPTED_PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 120]>>\nendobj\n"
    b"4 0 obj\n<</Filter/Standard/V 1/R 2/Length 40/P -4/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>\nendobj\n"
    b"trailer\n<</Root 1 0 R/Encrypt 4 0 R/ID[<" + b"33" * 16 + b"><" + b"33" * 16 + b">]/Size 5>>\n%%EOF\n"
)
"""A PDF that no empty password opens."""


def write_all(folder: Path, pixels: NDArray[np.uint8]) -> dict[str, list[str]]:
    """One document per bad input below ``folder``, among them a good one.

    Returns what must become of each document's pages: "" for a page that is read, else a word of the reason.
    """
    good = encoded(pixels, "PNG")
    jpeg = encoded(pixels, "JPEG", quality=90)
    documents: dict[str, tuple[str, bytes, list[str]]] = {
        "zero": ("1.jpg", b"", ["zero bytes"]),
        "text": ("1.jpg", b"notes, no picture\n" * 50, ["no image"]),
        "truncated": ("1.jpg", jpeg[: len(jpeg) // 2], ["1.jpg"]),
        "broken tiff": ("1.tif", tiff_with_a_broken_second_page(pixels), ["", "page 2", ""]),
        "encrypted": ("1.pdf", ENCRYPTED_PDF, ["password"]),
        "broken xref": ("1.pdf", pdf_with_a_broken_xref(pixels), [""]),
        "huge": ("1.png", png_header(30_000, 30_000), ["--max-pixels 900000000"]),
        "one pixel": ("1.png", encoded(np.full((1, 1), 255, np.uint8), "PNG"), [""]),
        "好 的 扫描": ("第 1 页.png", good, [""]),
    }
    for name, (file, data, _) in documents.items():
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_bytes(data)
    (folder / "dead link").mkdir()
    (folder / "dead link" / "1.png").symlink_to(folder / "nowhere.png")
    (folder / "zero" / "round").symlink_to(folder, target_is_directory=True)
    return {**{name: expected for name, (_, _, expected) in documents.items()}, "dead link": ["does not exist"]}
