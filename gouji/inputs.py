"""What a document was read from: its files with size, time and hash, and whether they are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from layout import Document

GONE = ""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class InputFile:
    """A page file: what messages call it, its absolute path, bytes and nanoseconds (-1: not there), SHA-256.

    ``sha256`` is empty (``GONE``) for a file that could not be read.
    """

    label: str
    path: str
    bytes: int
    mtime_ns: int
    sha256: str = GONE


def look_at(document: Document, known: Sequence[InputFile] = ()) -> tuple[InputFile, ...]:
    """The document's files as they are now.

    A file that has the size and time that ``known`` tells is taken to be the same; any other is hashed.
    """
    before = {(k.path, k.bytes, k.mtime_ns): k.sha256 for k in known}
    found = []
    for file in document.files:
        seen = _seen(document, file)
        sha = before.get((seen.path, seen.bytes, seen.mtime_ns), GONE)
        found.append(replace(seen, sha256=sha or _hash(file)))
    return tuple(found)


def same_content(a: Sequence[InputFile], b: Sequence[InputFile]) -> bool:
    """True when both are the same pages, wherever they lie and whenever they were copied there."""
    return [(f.label, f.sha256) for f in a] == [(f.label, f.sha256) for f in b] and all(f.sha256 for f in a)


def sizes_and_times(document: Document) -> tuple[InputFile, ...]:
    """``look_at`` without the hashes: enough to see whether a file is still being written."""
    return tuple(_seen(document, file) for file in document.files)


def _seen(document: Document, file: Path) -> InputFile:
    path = file.absolute().as_posix()
    try:
        info = file.stat()
    except OSError:
        return InputFile(document.label(file), path, -1, -1)
    return InputFile(document.label(file), path, info.st_size, info.st_mtime_ns)


def _hash(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        if not file.is_file():  # a pipe would be waited for without end
            return GONE
        with file.open("rb") as data:
            while block := data.read(_BLOCK):
                digest.update(block)
    except OSError:
        return GONE
    return digest.hexdigest()
