"""``pages.spool``: what was read from a document's pages, kept page by page while the document is under way.

A 2,000-page document whose run is killed at page 1,900 goes on there; one that is finished gets its forms anew from
here when only templates, rules or limits have changed. A record is its length, its CRC-32, the page's key as a line of
JSON, and what was read as packed JSON; the first record says what the pages were read with. A tail that a power loss
has torn is cut off; everything before it stands.
"""

from __future__ import annotations

import contextlib
import errno
import os
import struct
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forms import OutputError, PageContent

from .codec import dump, load, signature

NAME = "pages.spool"
_HEAD = struct.Struct(">II")
_LONGEST = 1 << 28


@dataclass(frozen=True, slots=True)
class PageKey:
    """Which page: its number in the document, its file's label, its number there, and the file's SHA-256."""

    number: int
    file: str
    page_in_file: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SpooledPage:
    """What was read from a page. Sizes in pixels of the page as delivered, ``seconds`` in all and per stage."""

    key: PageKey
    width: int
    height: int
    dpi: float | None
    seconds: float
    stages: tuple[tuple[str, float], ...]
    content: PageContent


@dataclass(frozen=True, slots=True)
class _Header:
    made_with: str
    classes: str


class Spool:
    """The pages of one document at ``path``; those that were read with other settings than ``made_with`` are dropped.

    ``append`` and ``sync`` raise ``OutputError``. Only what ``sync`` was called after survives a power loss.
    """

    def __init__(self, path: Path, made_with: str) -> None:
        self.path = path
        self._places: dict[PageKey, tuple[int, int]] = {}
        self._header = _Header(made_with, signature(SpooledPage))
        self._unsynced = False
        try:
            self._file = self._opened()
        except OSError as error:
            raise _cannot(path, error) from error

    def __contains__(self, key: PageKey) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def keep_only(self, keys: set[PageKey]) -> None:
        """Drop the pages that the document does not have any more; their room goes when the file is next rewritten."""
        stale = [k for k in self._places if k not in keys]
        for key in stale:
            del self._places[key]
        if stale:
            self._rewrite()

    def append(self, page: SpooledPage) -> None:
        try:
            self._places[page.key] = _write(self._file, _pack(page.key, page))
            self._unsynced = True
        except OSError as error:
            self._places.pop(page.key, None)
            raise _cannot(self.path, error) from error

    def sync(self) -> None:
        """Force to disk what was appended."""
        if not self._unsynced:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._unsynced = False
        except OSError as error:
            raise _cannot(self.path, error) from error

    def pages(self, wanted: Collection[PageKey] | None = None) -> Iterator[SpooledPage]:
        """Every page (that is ``wanted``), by its number."""
        for key in sorted(self._places, key=lambda k: k.number):
            if wanted is not None and key not in wanted:
                continue
            offset, length = self._places[key]
            self._file.seek(offset)
            yield _unpacked(self._file.read(length))
        self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()

    def _opened(self) -> BinaryIO:
        file = self.path.open("r+b" if self.path.exists() else "w+b")
        try:
            records = _records(file)
            first = next(records, None)
            if first is None or not self._is_mine(first[2]):
                file.truncate(0)
                file.seek(0)
                _write(file, dump(self._header).encode())
                file.flush()
                return file
            end = first[0] + first[1]
            for offset, length, packed in records:
                try:
                    key = load(PageKey, packed.partition(b"\n")[0].decode("utf-8", "surrogatepass"))
                except ValueError:
                    break
                self._places[key] = (offset, length)
                end = offset + length
            file.truncate(end)
            file.seek(0, os.SEEK_END)
        except BaseException:
            file.close()
            raise
        return file

    def _is_mine(self, packed: bytes) -> bool:
        try:
            return load(_Header, packed) == self._header
        except ValueError:
            return False

    def _rewrite(self) -> None:
        """Copy what is valid into a new file that takes the name when it is whole."""
        beside = self.path.with_name(f".{self.path.name}.part")
        try:
            with beside.open("w+b") as new:
                places = {}
                _write(new, dump(self._header).encode())
                for key, (offset, length) in self._places.items():
                    self._file.seek(offset)
                    places[key] = _write(new, self._file.read(length))
                new.flush()
                os.fsync(new.fileno())
            self._file.close()
            beside.replace(self.path)
            self._file = self.path.open("r+b")
            self._file.seek(0, os.SEEK_END)
            self._places = places
        except OSError as error:
            raise _cannot(self.path, error) from error


def stored_pages(path: Path) -> list[SpooledPage]:
    """Every page of a spool, by its number, whatever it was read with; the file stays as it is. For tools that look at
    what a run read. Raises ``OSError``, and ``ValueError`` for pages that another version of the program stored."""
    with path.open("rb") as file:
        records = [packed for _, _, packed in _records(file)][1:]
    return sorted((_unpacked(packed) for packed in records), key=lambda page: page.key.number)


def _unpacked(packed: bytes) -> SpooledPage:
    _, _, content = packed.partition(b"\n")
    return load(SpooledPage, zlib.decompress(content).decode("utf-8", "surrogatepass"))


def _pack(key: PageKey, page: SpooledPage) -> bytes:
    line = dump(key).encode("utf-8", "surrogatepass")
    return line + b"\n" + zlib.compress(dump(page).encode("utf-8", "surrogatepass"), 1)


def _write(file: BinaryIO, packed: bytes) -> tuple[int, int]:
    """Append one record; returns where its content lies (offset and length, bytes)."""
    offset = file.tell() + _HEAD.size
    file.write(_HEAD.pack(len(packed), zlib.crc32(packed)) + packed)
    return offset, len(packed)


def _records(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """(offset, length, content) of every whole record, up to the first that is torn."""
    while True:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return
        length, check = _HEAD.unpack(head)
        if length > _LONGEST:
            return
        offset = file.tell()
        packed = file.read(length)
        if len(packed) < length or zlib.crc32(packed) != check:
            return
        yield offset, length, packed


def _cannot(path: Path, error: OSError) -> OutputError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    remedy = "The disk is full: free some space" if full else "Check the disk and the folder's permissions"
    return OutputError(f"{path} cannot be written: {error.strerror or error}. {remedy}, then run again.")
