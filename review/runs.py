"""A run's folder: its documents and forms, and no path outside it."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from forms import Form, FormFileError, UnreadableFile, form_from_dict

from .errors import NoSuchCell

_NOT_DOCUMENTS = frozenset({"forms", "tables", "overlays"})
_KEPT = 512  # forms held in memory


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form's file: ``form_id`` is its path below the run with "/" between the parts, ``document`` that of its
    folder."""

    form_id: str
    document: str
    size: int
    mtime_ns: int


class RunFolder:
    """The run in ``out``, read only. Raises ``UnreadableFile`` when there is no such folder.

    A document is a folder with ``forms/*.json``, at any depth (document names may hold "/").
    """

    def __init__(self, out: Path) -> None:
        self.out = out.resolve()
        if not self.out.is_dir():
            raise UnreadableFile("there is no such folder.", file=str(out), remedy="Run `gouji run … -o OUT` first.")
        self._forms: OrderedDict[str, tuple[tuple[int, int], Form]] = OrderedDict()
        self._lock = Lock()

    def forms(self) -> Iterator[FormFile]:
        """Every form of the run, documents and forms in order of their names."""
        for folder, names, _files in os.walk(self.out):
            names.sort()
            if "forms" in names:
                yield from self._forms_in(Path(folder))
            names[:] = [n for n in names if n not in _NOT_DOCUMENTS and not n.startswith(".")]

    def _forms_in(self, folder: Path) -> Iterator[FormFile]:
        document = folder.relative_to(self.out).as_posix()
        with os.scandir(folder / "forms") as found:
            entries = sorted((e for e in found if _is_form(e)), key=lambda e: e.name)
        prefix = "" if document == "." else f"{document}/"
        for entry in entries:
            status = entry.stat()
            yield FormFile(f"{prefix}forms/{entry.name}", document, status.st_size, status.st_mtime_ns)

    def documents(self) -> list[str]:
        return list(dict.fromkeys(f.document for f in self.forms()))

    def path(self, form_id: str) -> Path:
        """The form's file. ``NoSuchCell`` for what is no form of this run, links that lead outside included."""
        parts = PurePosixPath(form_id).parts
        plain = "\\" not in form_id and "\0" not in form_id and form_id == "/".join(parts)
        if not plain or len(parts) < 2 or parts[-2] != "forms" or ".." in parts or form_id.startswith("/"):
            raise NoSuchCell(f"{form_id!r} is no form of this run.")
        try:
            path = self.out.joinpath(*parts).resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise NoSuchCell(f"{form_id!r} is no form of this run.") from error
        if not path.is_relative_to(self.out) or path.suffix != ".json" or not path.is_file():
            raise NoSuchCell(f"{form_id!r} is no form of this run.")
        return path

    def file(self, form_id: str) -> FormFile:
        status = self.path(form_id).stat()
        document = PurePosixPath(form_id).parent.parent.as_posix()
        return FormFile(form_id, document, status.st_size, status.st_mtime_ns)

    def read_bytes(self, form_id: str) -> bytes:
        try:
            return self.path(form_id).read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{error.strerror or error}.", file=form_id) from error

    def read(self, form_id: str) -> Form:
        """The form as it was read. Raises ``NoSuchCell``, ``FormFileError`` or ``UnreadableFile``."""
        path = self.path(form_id)
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        with self._lock:
            known = self._forms.get(form_id)
            if known is not None and known[0] == stamp:
                self._forms.move_to_end(form_id)
                return known[1]
        form = parse_form(self.read_bytes(form_id), form_id)
        with self._lock:
            self._forms[form_id] = (stamp, form)
            while len(self._forms) > _KEPT:
                self._forms.popitem(last=False)
        return form

    def pages(self, document: str) -> list[dict[str, Any]]:
        """``pages.json`` of the document; empty where there is none."""
        folder = self.folder(document)
        try:
            data = json.loads((folder / "pages.json").read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return data if isinstance(data, list) else []

    def folder(self, document: str) -> Path:
        """The document's folder; ``NoSuchCell`` when it is none of this run."""
        try:
            folder = self.out.joinpath(*PurePosixPath(document).parts).resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise NoSuchCell(f"{document!r} is no document of this run.") from error
        if ".." in PurePosixPath(document).parts or not folder.is_relative_to(self.out):
            raise NoSuchCell(f"{document!r} is no document of this run.")
        return folder


def parse_form(data: bytes, where: str) -> Form:
    """The form in the bytes of its file; ``FormFileError`` names ``where``."""
    try:
        return form_from_dict(json.loads(data.decode("utf-8-sig")), where=where)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise FormFileError(f"{where} is no JSON in UTF-8: {error}.") from error


def _is_form(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(".json") and not entry.name.startswith(".") and entry.is_file()
