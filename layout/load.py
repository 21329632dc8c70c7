"""Load the pages of one file, one at a time; a page that cannot be read becomes an error value in its place.

The kind of a file is told by its content, never by its name: a PDF, a TIFF, or an image of one page. Formats: PDF,
TIFF (G3, G4, LZW, JPEG, deflate, packbits), JPEG, PNG, BMP, WebP.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from forms import BrokenPage, InputError, UnreadableFile

from .load_image import CONVERT, SCAN_AGAIN, load_image
from .load_pdf import count_pdf_pages, load_pdf
from .load_settings import LoadSettings
from .load_tiff import MAGIC as TIFF_MAGIC
from .load_tiff import directories, load_tiff
from .negative import positive
from .page import PageImage

__all__ = ["LoadSettings", "count_pages", "load_page", "load_pages"]

_PDF_MAGIC, _PDF_MAGIC_WITHIN = b"%PDF-", 1024
_FOREIGN = {
    b"GIF8": "a GIF image",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 image",
    b"AT&TFORM": "a DjVu document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"PK\x03\x04": "a zip archive, an Office or an OFD document",
}


def load_pages(file: Path, *, name: str, settings: LoadSettings) -> Iterator[PageImage | InputError]:
    """One item per page of ``file``, in order: the page, or why it cannot be read. Never raises on bad input.

    ``name`` is what pages and messages call the file. Only one page's pixels are held at a time. A file that
    cannot be read at all yields one ``UnreadableFile``; the pages of a PDF or TIFF after a ``BrokenPage`` or
    ``PageTooLarge`` still come. PDFium is not thread-safe: load PDFs in one thread of a process at a time.
    """
    try:
        with _opened(file, name) as fp:
            for page in _loaded(fp, file, name, settings, None):
                yield positive(page) if isinstance(page, PageImage) else page
    except InputError as error:
        yield error
    except OSError as error:
        yield _no_access(error, name)


def load_page(file: Path, number: int, *, name: str, settings: LoadSettings) -> PageImage | InputError:
    """What ``load_pages`` yields as its item ``number``, from 1, without decoding the others. Never raises.

    For processes that share the pages of one file among them.
    """
    try:
        with _opened(file, name) as fp:
            for page in _loaded(fp, file, name, settings, number):
                return positive(page) if isinstance(page, PageImage) else page
    except InputError as error:
        return error
    except OSError as error:
        return _no_access(error, name)
    reason = "the file has fewer pages now than when it was counted."
    return BrokenPage(reason, file=name, page=number, remedy="Let it be written whole, then run again.")


def count_pages(file: Path) -> int:
    """How many items ``load_pages`` will yield, from the file's structure alone; a file that fails counts as 1."""
    try:
        with _opened(file, file.name) as fp:
            head = _head(fp)
            if _is_pdf(head, file):
                return max(1, count_pdf_pages(file))
            return sum(1 for _ in directories(fp)) if head.startswith(TIFF_MAGIC) else 1
    except (InputError, OSError):
        return 1


def _loaded(
    fp: BinaryIO, file: Path, name: str, settings: LoadSettings, only: int | None
) -> Iterator[PageImage | InputError]:
    head = _head(fp)
    foreign = next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)
    if not head:
        raise UnreadableFile("the file is empty (zero bytes).", file=name, remedy=SCAN_AGAIN)
    if foreign:
        raise UnreadableFile(f"this is {foreign}, which is not read.", file=name, remedy=CONVERT)
    if _is_pdf(head, file):
        yield from load_pdf(file, name=name, settings=settings, only=only)
    elif head.startswith(TIFF_MAGIC):
        yield from load_tiff(fp, name=name, settings=settings, only=only)
    elif only in (None, 1):
        yield load_image(fp, name=name, settings=settings)


def _head(fp: BinaryIO) -> bytes:
    head = fp.read(_PDF_MAGIC_WITHIN)
    fp.seek(0)
    return head


def _is_pdf(head: bytes, file: Path) -> bool:
    """By content. A damaged start of a file called .pdf is left to PDFium unless it begins like an image."""
    if _PDF_MAGIC in head:
        return True
    image = head.startswith((*TIFF_MAGIC, b"\xff\xd8", b"\x89PNG", b"BM", b"RIFF"))
    return file.suffix.lower() == ".pdf" and not image


def _opened(file: Path, name: str) -> BinaryIO:
    """The file opened for reading; a pipe or device is refused, because opening it could wait for ever."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableFile("this is a folder, not a file.", file=name, remedy="Give the files in it instead.")
        if not stat.S_ISREG(mode):
            raise UnreadableFile("this is no regular file.", file=name, remedy="Give a file on disk.")
        return file.open("rb")
    except OSError as error:
        raise _no_access(error, name) from error


def _no_access(error: OSError, name: str) -> UnreadableFile:
    if isinstance(error, FileNotFoundError):
        remedy = "It was moved or deleted, or its link leads nowhere: put it back and run again."
        return UnreadableFile("the file does not exist.", file=name, remedy=remedy)
    if isinstance(error, PermissionError):
        remedy = "Allow it (for example: chmod a+r) and run again."
        return UnreadableFile("there is no permission to read the file.", file=name, remedy=remedy)
    reason = error.strerror or str(error) or type(error).__name__
    remedy = "Check the disk or the network drive and run again."
    return UnreadableFile(f"the file cannot be read ({reason}).", file=name, remedy=remedy)
