"""Multi-page TIFF: each directory a page; one that is broken does not cost the others.

Pillow decodes. The chain of directories is walked here, because a page that Pillow cannot open must not end the
walk, and because counting pages must be cheap.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, cast

from PIL import Image

from forms import BrokenPage, InputError

from .decoder_messages import decoder_messages, jpeg_damage
from .load_image import SCAN_AGAIN, decode, page_errors, pillow_unlimited
from .load_settings import LoadSettings
from .page import PageImage

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_SUBFILE, _WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 259, 262
_VALUE_FORMATS = {1: "B", 3: "H", 4: "I", 16: "Q"}
_MOST_DIRECTORIES, _MOST_ENTRIES = 65_535, 4096
_G3, _G4, _JPEG = (2, 3), 4, 7
_STRIP_OFFSETS, _STRIP_COUNTS, _TILE_OFFSETS, _TILE_COUNTS, _JPEG_TABLES = 273, 279, 324, 325, 347
_BAD_FAX_LINE = re.compile(r"^Fax\w*: .*(Bad code word|Uncompressed data|Premature EO|Buffer overrun)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Directory:
    """A page's directory: its ``offset`` in the file, in bytes; ``None`` where the chain breaks off."""

    offset: int | None


def directories(fp: BinaryIO) -> Iterator[Directory]:
    """The pages of a TIFF or BigTIFF in order, previews (reduced-resolution directories) left out.

    The last one has no offset when the chain leads nowhere: what came after it cannot be found.
    """
    fp.seek(0)
    head = fp.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    try:
        offset = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0]
    except struct.error:
        offset = 0
    seen: set[int] = set()
    largest = 0
    while offset and len(seen) < _MOST_DIRECTORIES:
        found = None if offset in seen else _read_directory(fp, offset, order, big)
        if found is None:
            yield Directory(None)
            return
        seen.add(offset)
        tags, following = found
        area = tags[_WIDTH] * tags[_HEIGHT]
        if not (tags.get(_SUBFILE, 0) & 1 and area < largest):
            yield Directory(offset)
        largest = max(largest, area)
        offset = following
    if not seen:
        yield Directory(None)


def load_tiff(
    fp: BinaryIO, *, name: str, settings: LoadSettings, only: int | None = None
) -> Iterator[PageImage | InputError]:
    """Every page of the file (or the ``only`` one, from 1), an error value in the place of one that cannot be read."""
    for page, directory in enumerate(list(directories(fp)), 1):
        if only in (None, page):
            yield _load_page(fp, directory, name=name, page=page, settings=settings)


def _load_page(
    fp: BinaryIO, directory: Directory, *, name: str, page: int, settings: LoadSettings
) -> PageImage | InputError:
    if directory.offset is None:
        reason = "the file is cut short or damaged here; this page and any after it cannot be found."
        return BrokenPage(reason, file=name, page=page, remedy=SCAN_AGAIN)
    try:
        with page_errors(name, page), pillow_unlimited():
            image = Image.open(cast(IO[bytes], _StartingAt(fp, directory.offset)), formats=("TIFF",))
            return _decode_page(image, fp, name=name, page=page, settings=settings)
    except InputError as error:
        return error


def _decode_page(image: Image.Image, fp: BinaryIO, *, name: str, page: int, settings: LoadSettings) -> PageImage:
    tags = getattr(image, "tag_v2", {})
    compression, height = tags.get(_COMPRESSION), image.size[1]
    # Pillow turns white-is-zero round for 8-bit pages, not for 16-bit ones.
    inverted = tags.get(_PHOTOMETRIC) == 0 and image.mode.startswith("I")
    with decoder_messages() as messages:
        result = decode(image, name=name, page=page, settings=settings, inverted=inverted)
    said = "".join(messages)
    bad_lines = len(_BAD_FAX_LINE.findall(said))
    # A G4 line builds on the line above it: after one bad code the rest is lost. G3 finds its way back on the next
    # line, and a fax with a few lost lines is still the page.
    if (compression == _G4 and bad_lines) or (compression in _G3 and bad_lines > max(2, height // 100)):
        raise ValueError(f"bad fax codes from line {_first_line(said)} of {height} on")
    damage = _jpeg_damage(fp, tags) if compression == _JPEG else None
    if damage is not None:
        raise ValueError(damage)
    return result


def _jpeg_damage(fp: BinaryIO, tags: Mapping[int, Any]) -> str | None:
    """What libjpeg says of any strip or tile of a JPEG page; libtiff and Pillow keep it to themselves."""
    tables = bytes(tags.get(_JPEG_TABLES, b""))
    for offsets, counts in ((_STRIP_OFFSETS, _STRIP_COUNTS), (_TILE_OFFSETS, _TILE_COUNTS)):
        for offset, count in zip(tags.get(offsets, ()), tags.get(counts, ()), strict=False):
            fp.seek(offset)
            data = fp.read(count)
            damage = jpeg_damage(tables[:-2] + data[2:] if tables else data)
            if damage is not None:
                return damage
    return None


class _StartingAt(io.RawIOBase):
    """The same file with its first directory elsewhere: each page is opened on its own, whatever the others hold.

    The file number is the real file's; Pillow hands libtiff the directory's offset beside it.
    """

    def __init__(self, fp: BinaryIO, offset: int) -> None:
        super().__init__()
        fp.seek(0)
        head = fp.read(16)
        order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
        at, size = (8, 8) if head[2:4] in (b"+\0", b"\0+") else (4, 4)
        self._fp = fp
        self._head = head[:at] + offset.to_bytes(size, order)
        fp.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._fp.seek(offset, whence)

    def tell(self) -> int:
        return self._fp.tell()

    def fileno(self) -> int:
        return self._fp.fileno()

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        at = self._fp.tell()
        data = bytearray(self._fp.read(len(view)))
        own = self._head[at : at + len(data)]
        data[: len(own)] = own
        view[: len(data)] = data
        return len(data)


def _first_line(said: str) -> str:
    found = re.search(r"at line (\d+)", said)
    return found[1] if found else "?"


def _read_directory(fp: BinaryIO, offset: int, order: str, big: bool) -> tuple[dict[int, int], int] | None:
    """The few tags that are needed (single whole numbers) and the next directory's offset; ``None`` if damaged."""
    count_format, entry_size, value_at, next_format = ("Q", 20, 12, "Q") if big else ("H", 12, 8, "I")
    try:
        fp.seek(offset)
        count = struct.unpack(order + count_format, fp.read(struct.calcsize(count_format)))[0]
        if not 0 < count <= _MOST_ENTRIES:
            return None
        entries = fp.read(count * entry_size)
        following = struct.unpack(order + next_format, fp.read(struct.calcsize(next_format)))[0]
        tags = {}
        for at in range(0, count * entry_size, entry_size):
            tag, kind = struct.unpack_from(order + "HH", entries, at)
            if tag in (_SUBFILE, _WIDTH, _HEIGHT) and kind in _VALUE_FORMATS:
                tags[tag] = struct.unpack_from(order + _VALUE_FORMATS[kind], entries, at + value_at)[0]
    except (struct.error, OSError, ValueError, OverflowError):
        return None
    return (tags, following) if _WIDTH in tags and _HEIGHT in tags else None
