"""A page that is not loaded yet: whoever reads it loads it, so that the driver of many nodes decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from forms import InputError
from layout import LoadSettings, PageImage, load_page


@dataclass(frozen=True, slots=True)
class PageFile:
    """Page ``page_in_file`` (from 1) of the file at ``path``; ``file`` is what pages and messages call it.

    ``bytes`` and ``mtime_ns`` (nanoseconds) are those that the driver saw: another file that happens to have this path
    on another machine is not taken for it.
    """

    path: Path
    file: str
    page_in_file: int
    load_settings: LoadSettings
    bytes: int
    mtime_ns: int

    @staticmethod
    def of(path: Path, file: str, page_in_file: int, settings: LoadSettings) -> PageFile:
        """The page of a file on this machine. Raises ``OSError`` when the file is gone."""
        info = path.stat()
        return PageFile(path.absolute(), file, page_in_file, settings, info.st_size, info.st_mtime_ns)

    def is_here(self) -> bool:
        """True on a machine that sees the driver's file."""
        try:
            info = self.path.stat()
        except OSError:
            return False
        return (info.st_size, info.st_mtime_ns) == (self.bytes, self.mtime_ns)

    def load(self) -> PageImage | InputError:
        """The page, or why it cannot be read; never raises on bad input."""
        return load_page(self.path, self.page_in_file, name=self.file, settings=self.load_settings)


@dataclass(frozen=True, slots=True)
class PageSize:
    """What is kept of a page that was loaded, read and dropped elsewhere: all of a ``PageImage`` but its pixels."""

    file: str
    page_in_file: int
    width: int
    height: int
    dpi: float | None

    @staticmethod
    def of(page: PageImage) -> PageSize:
        return PageSize(page.file, page.page_in_file, page.width, page.height, page.dpi)
