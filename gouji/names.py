"""Whose folder is whose: two documents of one name from different places never write into one folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from layout import Document

from .inputs import InputFile, look_at, same_content
from .ledger import DocumentRow, Ledger
from .output import document_folder
from .source import paths_in

_NUMBERED = re.compile(r"-\d+\Z")


def folded(name: str) -> str:
    """The name as file systems see it that know neither case nor Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


def identity(document: Document) -> str:
    """The place a document comes from: its file, if it is one named by it, else its folder."""
    (first, *others) = document.files
    last = document.name.rpartition("/")[2]
    if not others and last in (first.stem, f"{first.stem}{(_NUMBERED.search(last) or [''])[0]}"):
        return first.absolute().as_posix()
    return document.folder.absolute().as_posix()


class Names:
    """Gives documents the names (and with them the folders) that they had in earlier runs, or free ones."""

    def __init__(self, out: Path, ledger: Ledger) -> None:
        self._out, self._ledger = out, ledger
        self._given: dict[str, str] = {}

    def named(self, document: Document) -> Document:
        """The document under the name that its results have in this output folder."""
        own = identity(document)
        for row in self._ledger.by_identity(own):
            fits = _NUMBERED.sub("", row.name) == _NUMBERED.sub("", document.name)
            if fits and self._is_free(row.name, own):
                return self._with(document, row.name, own)
        name, number = document.name, 2
        while not self._is_free(name, own) or self._is_anothers(name, document, own):
            name, number = f"{document.name}-{number}", number + 1
        return self._with(document, name, own)

    def _with(self, document: Document, name: str, own: str) -> Document:
        if name != document.name:
            self._given[folded(name)] = own
        return document if name == document.name else replace(document, name=name)

    def _is_free(self, name: str, own: str) -> bool:
        return self._given.get(folded(name), own) == own

    def _is_anothers(self, name: str, document: Document, own: str) -> bool:
        row = self._ledger.by_folded(folded(name))
        if row is not None:
            return row.identity != own and not self._has_moved(row, document)
        paths = paths_in(document_folder(self._out, name))  # of a ledger that was lost
        if paths is None or {own} & {*paths, *(Path(p).parent.as_posix() for p in paths)}:
            return False
        return not set(paths) & {f.absolute().as_posix() for f in document.files}

    def _has_moved(self, row: DocumentRow, document: Document) -> bool:
        """The same pages in another place are the same document, unless they are still in the first one too."""
        if any(Path(f.path).exists() for f in row.inputs):
            return False
        now: Sequence[InputFile] = look_at(document)
        return same_content(row.inputs, now)
