"""The files of one document, written so that a killed run leaves no half-written form.

``pages.json`` is written last: a folder that has it is finished.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

from export.files import safe_name, write_atomic
from export.pages import PageRecord, dump_pages, page_from_dict
from export.tables import table_to_dict, table_to_html
from export.xlsx import write_report
from forms import Form, FormFileError, OutputError, Table, dump_form, read_form

PAGES, OVERLAYS = "pages.json", "overlays"
RESERVED = frozenset(
    {"forms", "tables", OVERLAYS, PAGES, "report.xlsx", "run.json", "source.json", "pages.spool"}
    | {"ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "run.lock", "status.json"}
    | {"reviewed", "review.sqlite", "review.sqlite-wal", "review.sqlite-shm"}
)


def document_folder(out: Path, name: str) -> Path:
    """Where the document's files go; a part that is called like one of a run's own files gets a ``_`` more.

    So does a part that has one already (``forms_``): different names never share a folder.
    """
    parts = [part + "_" if part.rstrip("_").casefold() in RESERVED else part for part in PurePosixPath(name).parts]
    return out.joinpath(*parts)


def read_pages(folder: Path) -> tuple[PageRecord, ...]:
    """The pages of a document as ``pages.json`` tells them, without their lines; none where there is no such file."""
    try:
        data = json.loads((folder / PAGES).read_text("utf-8"))
        return tuple(page_from_dict(page) for page in data)
    except (OSError, ValueError, TypeError, AttributeError):
        return ()


def form_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted((folder / "forms").glob("*.json")))


def stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """``pages.json`` and the forms with bytes and nanoseconds: what shows whether they are still what was written."""
    found = []
    for path in (folder / PAGES, *form_files(folder)):
        info = path.stat()
        found.append((path.relative_to(folder).as_posix(), info.st_size, info.st_mtime_ns))
    return tuple(found)


def is_whole(folder: Path, written: Sequence[tuple[str, int, int]]) -> bool:
    """True when the files are there that were ``written``; one that was changed since must still be readable."""
    try:
        if stamps(folder) == tuple(written):
            return True
        names = {path.relative_to(folder).as_posix() for path in form_files(folder)}
        if {name for name, _, _ in written} != {PAGES, *names}:
            return False
        for path in form_files(folder):
            read_form(path)
    except (OSError, FormFileError):
        return False
    return bool(read_pages(folder))


def overlay_file(folder: Path, number: int) -> Path:
    """Where a page's overlay is drawn; ``number``: the page's in the document, from 1."""
    return folder / OVERLAYS / f"{number:03d}.png"


def drawn(folder: Path) -> set[str]:
    """The names of the document's overlays that are there."""
    return {path.name for path in (folder / OVERLAYS).glob("*.png")}


def is_drawn(folder: Path, out: Path) -> bool:
    """True for a folder of overlays that a run has drawn, into ``out`` or into a folder of its own."""
    if folder.name != OVERLAYS:
        return False
    own = folder.resolve()
    return (own.parent / PAGES).is_file() or own.parent.parent.is_relative_to(out.resolve())


def prepare_output(out: Path) -> None:
    """Make the output folder and see that it takes a file of some size; ``OutputError`` with the remedy if not."""
    probe = out / ".gouji-probe"
    write_atomic(probe, bytes(1 << 16))
    probe.unlink(missing_ok=True)


def prepare(folder: Path, overlays: Collection[str] = ()) -> None:
    """Clear what an earlier run left of this document; the finished mark goes first. Raises ``OutputError``.

    ``overlays`` are names of files below ``overlays/`` that stay.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGES).unlink(missing_ok=True)
        for part in ("forms", "tables", *(() if overlays else (OVERLAYS,))):
            if (folder / part).is_dir():
                shutil.rmtree(folder / part)
        for file in (folder / OVERLAYS).glob("*") if overlays else ():
            if file.name not in overlays:
                file.unlink()
        for left in folder.glob(".*.part"):  # of a run that was killed while it wrote
            left.unlink()
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written: {error.strerror or error}. Choose another output folder with -o."
        ) from error


def force_names(folder: Path, out: Path) -> None:
    """Force the names of a document's files to disk: their content is there already, their folders may not be."""
    above = [p for p in folder.parents if p == out or out in p.parents]
    for place in (folder / "forms", folder / "tables", folder, *above):
        with contextlib.suppress(OSError):  # not every system lets a folder be opened
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def write_document(
    folder: Path, name: str, forms: Sequence[Form], tables: Sequence[Table], pages: Sequence[PageRecord]
) -> list[Path]:
    """Write everything of a document; returns the paths of its forms. Raises ``OutputError``."""
    paths = []
    for number, form in enumerate(forms, start=1):
        title = form.project.text or form.unit.text or form.title.text or "form"
        path = folder / "forms" / f"{number:02d}-{safe_name(title, max_bytes=150)}.json"
        write_atomic(path, dump_form(form))
        paths.append(path)
    for table in tables:
        stem = folder / "tables" / f"{table.page}-{table.number}"
        write_atomic(stem.with_suffix(".json"), json.dumps(table_to_dict(table), ensure_ascii=False, indent=1) + "\n")
        write_atomic(stem.with_suffix(".html"), table_to_html(table))
    write_report(folder / "report.xlsx", forms, document=name, pages=pages)
    write_atomic(folder / PAGES, dump_pages(pages))
    return paths
