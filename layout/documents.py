"""Which documents lie at a path, and which page files make up each.

* A file is a document, named by its stem.
* A folder's images are one document, in natural order, named by the folder: its path relative to the folder that was
  given, or its own name if it is that folder. Multi-page TIFFs among them contribute all their pages.
* One PDF in a folder belongs to the folder's document, alone or in order among the images.
* Two PDFs or more in a folder are a document each, named folder/stem (in the given folder itself: stem); images beside
  them remain the folder's document.
* Nested folders are documents of their own. Links are followed after everything else, and each folder is read once.

Nothing here opens a page file; that a file is no image shows when it is loaded, and then it is a failed page.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from forms import InputError, UnreadableFile

from .order import natural_key

PDF_SUFFIX = ".pdf"
_READ = (".bmp", ".dib", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
# Not read, but pages all the same: they become failed pages with a remedy, and are not lost in silence.
_NOT_READ = (".avif", ".djvu", ".gif", ".heic", ".heif", ".j2k", ".jp2", ".jpx")
IMAGE_SUFFIXES = frozenset(_READ + _NOT_READ)
_SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db"))
_SYSTEM_FOLDERS = frozenset(("__macosx", "@eadir", "$recycle.bin", "system volume information"))


@dataclass(frozen=True, slots=True)
class Document:
    """``name``: unique within one search, posix style, fit to be a path below the output folder.

    ``folder``: what the files' labels are relative to. ``files``: the page files in reading order.
    """

    name: str
    folder: Path
    files: tuple[Path, ...]

    def label(self, file: Path) -> str:
        """How pages and messages call the file: relative to the folder, posix style, printable."""
        return printable(file.relative_to(self.folder).as_posix() if file.is_relative_to(self.folder) else file.name)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that is no page, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentSearch:
    """What was found. ``problems`` are folders whose pages could not be reached; ``skipped`` is harmless."""

    documents: tuple[Document, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[InputError, ...] = ()


def find_documents(path: Path) -> DocumentSearch:
    """The documents at a file or folder, in natural order. Raises ``UnreadableFile`` only when nothing is there."""
    return find_all_documents([path])


def find_all_documents(paths: Sequence[Path]) -> DocumentSearch:
    """The documents of several paths in the order given, with names that differ. Raises like ``find_documents``."""
    walk = _Walk()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            if not os.path.lexists(path):
                reason, remedy = "there is no such file or folder.", "Check the path."
                raise UnreadableFile(reason, file=printable(str(path)), remedy=remedy) from error
            walk.documents.append(_single(path))  # a dead link or a closed folder: loading it says what is wrong
            continue
        if stat.S_ISDIR(mode):
            walk.read_tree(path)
        else:
            walk.documents.append(_single(path))
    return DocumentSearch(tuple(_named_apart(walk.documents)), tuple(walk.skipped), tuple(walk.problems))


def printable(name: str) -> str:
    """The name as text that can be written anywhere: bytes that are no UTF-8 are read as GB 18030, else escaped."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape") if _escaped_only(name) else name.encode("utf-8", "replace")
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")


def _escaped_only(name: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in name)


def _single(path: Path) -> Document:
    return Document(printable(path.stem) or "document", path.parent, (path,))


@dataclass(slots=True)
class _Walk:
    """One search under way: what was found so far, and the folders already read (device and inode)."""

    documents: list[Document] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[InputError] = field(default_factory=list)
    seen: dict[tuple[int, int], Path] = field(default_factory=dict)

    def read_tree(self, root: Path) -> None:
        """Real folders first, so that a folder has its own name and not a link's; then the links to folders."""
        first = len(self.documents)
        waiting = [root]
        while waiting:
            links: list[Path] = []
            for top in waiting:
                self._read_folder(root, top, links)
            waiting = links
        self.documents[first:] = sorted(self.documents[first:], key=lambda d: _path_key(d.name, root, d.folder))

    def _read_folder(self, root: Path, top: Path, links: list[Path]) -> None:
        stack = [top]
        while stack:
            folder = stack.pop()
            entries = self._entries(folder)
            if entries is None:
                continue
            files: list[Path] = []
            below: list[Path] = []
            for entry in entries:
                self._sort_entry(entry, files, below, links)
            self.documents += _documents_of(root, folder, files)
            stack += reversed(below)

    def _entries(self, folder: Path) -> list[os.DirEntry[str]] | None:
        """The folder's entries in natural order; ``None`` (and a problem or a skip) when it is not to be read."""
        try:
            info = folder.stat()
            earlier = self.seen.setdefault((info.st_dev, info.st_ino), folder)
            if earlier is not folder:
                self._report_read_already(folder, earlier)
                return None
            with os.scandir(folder) as found:
                return sorted(found, key=lambda e: natural_key(e.name))
        except OSError as error:
            reason = f"the folder cannot be read ({error.strerror or error})."
            remedy = "Allow it (for example: chmod -R a+rX) and run again."
            self.problems.append(UnreadableFile(reason, file=printable(str(folder)), remedy=remedy))
            return None

    def _report_read_already(self, folder: Path, earlier: Path) -> None:
        if folder.is_symlink() and folder.parent.resolve().is_relative_to(earlier.resolve()):
            reason = f"this link leads back to {printable(str(earlier))}, a folder that it lies in."
            remedy = "Remove the link; nothing was lost, and nothing read twice."
            self.problems.append(UnreadableFile(reason, file=printable(str(folder)), remedy=remedy))
        else:
            self.skipped.append(Skipped(folder, f"the same folder as {printable(str(earlier))}, read already"))

    def _sort_entry(self, entry: os.DirEntry[str], files: list[Path], below: list[Path], links: list[Path]) -> None:
        path, name = Path(entry.path), entry.name.casefold()
        try:
            folder, real = entry.is_dir(), not entry.is_symlink()
        except OSError as error:  # a link that leads round in a circle
            reason = f"the link cannot be followed ({error.strerror or error})."
            self.problems.append(UnreadableFile(reason, file=printable(entry.path), remedy="Remove or mend the link."))
            return
        if name.startswith(".") or name in (_SYSTEM_FOLDERS if folder else _SYSTEM_FILES):
            self.skipped.append(Skipped(path, "hidden, or the system's own"))
        elif folder:
            (below if real else links).append(path)
        elif path.suffix.lower() == PDF_SUFFIX or path.suffix.lower() in IMAGE_SUFFIXES:
            files.append(path)
        else:
            self.skipped.append(Skipped(path, "no image or PDF"))


def _documents_of(root: Path, folder: Path, files: list[Path]) -> Iterator[Document]:
    own = folder.relative_to(root).as_posix()
    name = printable(own if own != "." else _folder_name(root))
    pdfs = [f for f in files if f.suffix.lower() == PDF_SUFFIX]
    if len(pdfs) < 2:
        if files:
            yield Document(name, folder, tuple(files))
        return
    images = tuple(f for f in files if f not in pdfs)
    if images:
        yield Document(name, folder, images)
    for pdf in pdfs:
        yield Document(printable(pdf.stem if own == "." else f"{own}/{pdf.stem}"), folder, (pdf,))


def _folder_name(folder: Path) -> str:
    return folder.name if folder.name not in ("", "..") else folder.resolve().name or "documents"


def _path_key(name: str, root: Path, folder: Path) -> tuple[bool, list[tuple[object, str, str]]]:
    """The given folder's own document first, then by name, folder by folder."""
    is_roots = folder == root and name == printable(_folder_name(root))
    return (not is_roots, [natural_key(part) for part in name.split("/")])


def _named_apart(documents: list[Document]) -> Iterator[Document]:
    """Names that differ also where case and Unicode form do not count; the later of two gets ``-2``, ``-3``, …"""
    natural = {_folded(d.name) for d in documents}
    taken: set[str] = set()
    for document in documents:
        name, number = document.name, 2
        while _folded(name) in taken or (number > 2 and _folded(name) in natural):
            name, number = f"{document.name}-{number}", number + 1
        taken.add(_folded(name))
        yield document if name == document.name else replace(document, name=name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
