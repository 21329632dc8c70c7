"""The files of one document, written so that a killed run leaves no half-written form.

``pages.json`` is written last: a folder that has it is finished and is kept by the next run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from export.files import safe_name, write_atomic
from export.pages import PageRecord, dump_pages
from export.tables import table_to_dict, table_to_html
from export.xlsx import write_report
from forms import Form, OutputError, Table, dump_form

RESERVED = frozenset({"forms", "tables", "overlays", "pages.json", "report.xlsx", "run.json"})


def document_folder(out: Path, name: str) -> Path:
    """Where the document's files go; a nested folder that is called like one of a run's own gets a ``_``."""
    parts = [part + "_" if part.casefold() in RESERVED else part for part in PurePosixPath(name).parts]
    return out.joinpath(*parts)


def is_finished(folder: Path) -> bool:
    return (folder / "pages.json").is_file()


def prepare(folder: Path) -> None:
    """Clear what an earlier run left of this document; the finished mark goes first. Raises ``OutputError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pages.json").unlink(missing_ok=True)
        for part in ("forms", "tables", "overlays"):
            shutil.rmtree(folder / part, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written: {error.strerror or error}. Choose another output folder with -o."
        ) from error


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
    write_atomic(folder / "pages.json", dump_pages(pages))
    return paths
