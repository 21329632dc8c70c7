"""The scans of a run for the review station: found again by ``source.json``, or below a folder that the user names."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forms import GoujiError, InputError
from layout import LoadSettings, load_page
from review.runs import RunFolder
from review.web import PageInfo, ScanMissing

from .source import NAME as SOURCE_NAME

_KEPT = 512  # documents whose page lists stay in memory


@dataclass(frozen=True, slots=True)
class _File:
    """Where a page file lay when it was read; ``bytes`` is -1 where nobody knows."""

    path: Path | None
    bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class _Page:
    info: PageInfo
    page_in_file: int


@dataclass(frozen=True, slots=True)
class _Document:
    stamp: tuple[int, ...]
    pages: dict[int, _Page]
    files: dict[str, _File]
    load: LoadSettings


class RunPages:
    """The ``PageImages`` of a run. ``scans``: where to look for files that are no longer where they were."""

    def __init__(self, folder: RunFolder, scans: Path | None = None) -> None:
        self._folder, self._scans = folder, scans
        self._known: dict[str, _Document] = {}
        self._lock = threading.Lock()
        self._loading = threading.Lock()  # PDFium is not thread-safe, and one page at a time bounds the memory

    def pages(self, document: str) -> tuple[PageInfo, ...]:
        return tuple(page.info for page in self._document(document).pages.values())

    def pixels(self, document: str, page: int) -> NDArray[np.uint8]:
        known = self._document(document)
        if page not in known.pages:
            raise ScanMissing(f"{document} has no page {page}.")
        wanted = known.pages[page]
        path = self._find(document, wanted.info, known.files.get(wanted.info.file))
        with self._loading:
            loaded = load_page(path, wanted.page_in_file, name=wanted.info.file, settings=known.load)
        if isinstance(loaded, InputError):
            raise ScanMissing(f"{document}: {loaded}") from loaded
        if (loaded.width, loaded.height) != (wanted.info.width, wanted.info.height):
            raise ScanMissing(
                f"{document}, page {page}: {path} has another picture than when it was read "
                f"({loaded.width} x {loaded.height} pixels, not {wanted.info.width} x {wanted.info.height}). "
                "Put the old file back, or read the document again with `gouji run --overwrite`."
            )
        return loaded.pixels

    def missing(self, documents: list[str]) -> list[str]:
        """What of the first pages of these documents cannot be found, as messages; reads no picture."""
        out = []
        for document in documents:
            try:
                known = self._document(document)
                for page in list(known.pages.values())[:1]:
                    self._find(document, page.info, known.files.get(page.info.file))
            except GoujiError as error:
                out.append(str(error))
        return out

    def _find(self, document: str, info: PageInfo, file: _File | None) -> Path:
        if file is not None and file.path is not None and file.path.is_file():
            return file.path
        for path in self._elsewhere(document, info.file, file):
            if path.is_file() and (file is None or file.bytes < 0 or path.stat().st_size == file.bytes):
                return path
        was = file.path if file is not None and file.path is not None else info.file
        remedy = (
            f"It is not below {self._scans} either."
            if self._scans is not None
            else "Put it back, or start `gouji review` with --scans and the folder that holds the scans now."
        )
        raise ScanMissing(f"{document}, page {info.page}: the scan {was} is not there any more. {remedy}")

    def _elsewhere(self, document: str, label: str, file: _File | None) -> list[Path]:
        """Where the file may lie below ``scans``: the longest ending of its old path first."""
        if self._scans is None:
            return []
        parts = file.path.parts[1:] if file is not None and file.path is not None else ()
        ends = [self._scans.joinpath(*parts[i:]) for i in range(len(parts))]
        named = PurePosixPath(label).parts
        return [*ends, self._scans.joinpath(*PurePosixPath(document).parts, *named), self._scans.joinpath(*named)]

    def _document(self, document: str) -> _Document:
        folder = self._folder.folder(document)
        stamp = (*_stamp(folder / "pages.json"), *_stamp(folder / SOURCE_NAME))
        with self._lock:
            known = self._known.get(document)
        if known is not None and known.stamp == stamp:
            return known
        fresh = _read(folder, document, stamp)
        with self._lock:
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[document] = fresh
        return fresh


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (-1, -1)
    return (status.st_size, status.st_mtime_ns)


def _read(folder: Path, document: str, stamp: tuple[int, ...]) -> _Document:
    records = _json(folder / "pages.json", document)
    source = _json(folder / SOURCE_NAME, document) if (folder / SOURCE_NAME).exists() else {"files": [], "load": {}}
    try:
        files = {f["label"]: _File(Path(f["path"]), int(f["bytes"]), int(f["mtime_ns"])) for f in source["files"]}
        pages = {r["page"]: _page(r, files.get(r["file"])) for r in records if r["width"] and r["height"]}
        load = LoadSettings(**source["load"])
    except (KeyError, TypeError, ValueError) as error:
        raise ScanMissing(f"{document}: pages.json or {SOURCE_NAME} cannot be understood ({error}).") from error
    return _Document(stamp, pages, files, load)


def _page(record: dict[str, Any], file: _File | None) -> _Page:
    about = (record["file"], record["page_in_file"], record["width"], record["height"], file)
    info = PageInfo(
        page=int(record["page"]),
        width=int(record["width"]),
        height=int(record["height"]),
        turn=float(record["rotation"]) + float(record["skew"]),
        file=str(record["file"]),
        version=hashlib.sha256(repr(about).encode("utf-8", "surrogatepass")).hexdigest()[:12],
        kind=str(record["kind"]),
    )
    return _Page(info, int(record["page_in_file"]))


def _json(path: Path, document: str) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ScanMissing(f"{document}: {path.name} cannot be read ({error}).") from error
