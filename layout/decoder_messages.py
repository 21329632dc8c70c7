"""What the C decoders say about damaged data: they print it to standard error, return success and a half grey page.

libtiff reports bad fax codes, and libjpeg data that ends early or cannot be read, nowhere else; Pillow hears of
neither. So standard error (file descriptor 2, of the whole process) is read while a page is decoded.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import numpy as np

_LIBTIFF = r"(Fax|JPEG|LZW|ZIP|PackBits|TIFF|LERC|ZSTD|LogLuv|\S+\.tiff?)\w*: "
_LIBJPEG = (
    r"(Corrupt JPEG data|Premature end of JPEG|Inconsistent progression|Unsupported marker|Bogus|Warning: unknown)"
)
_DECODER_LINE = re.compile(f"^({_LIBTIFF}|{_LIBJPEG})")
# Bytes too many before a marker are padding, which some scanners write; these mean that part of the page is missing.
_JPEG_DAMAGE = re.compile(r"premature end|bad huffman|found marker|inconsistent progression", re.IGNORECASE)


def jpeg_damage(data: bytes) -> str | None:
    """What libjpeg complains of in a whole JPEG stream, in its words; ``None`` when all of the page is there.

    Decodes at an eighth of the size, which costs little more than reading the stream.
    """
    with decoder_messages() as messages:
        try:
            cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        except cv2.error:  # what is no JPEG at all is for the caller's own decoder to say
            return None
    return next((line.strip() for line in messages if _JPEG_DAMAGE.search(line)), None)


@contextmanager
def decoder_messages() -> Iterator[list[str]]:
    """Collect the lines that decoders print in the meantime; lines of other origin are passed on afterwards.

    The list is filled when the block ends; it stays empty where there is no standard error stream.
    """
    messages: list[str] = []
    try:
        kept = os.dup(2)
    except OSError:
        yield messages
        return
    try:
        with tempfile.TemporaryFile() as sink:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(sink.fileno(), 2)
            try:
                yield messages
            finally:
                os.dup2(kept, 2)
                sink.seek(0)
                lines = sink.read().decode("utf-8", "surrogateescape").splitlines(keepends=True)
                messages += [line for line in lines if _DECODER_LINE.match(line)]
                others = "".join(line for line in lines if not _DECODER_LINE.match(line))
                if others:
                    os.write(2, others.encode("utf-8", "surrogateescape"))
    finally:
        os.close(kept)
