"""The files of one document, written so that a killed run leaves no half-written form.

``pages.json`` is written last: a folder that has it is finished and is kept by the next run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

from export.files import safe_name, write_atomic
from export.pages import PageRecord, dump_pages
from export.tables import table_to_dict, table_to_html
from export.xlsx import write_report
from forms import Form, FormFileError, OutputError, Table, dump_form, read_form

DOCUMENT_FOLDERS = ("forms", "tables", "overlays")
RESERVED = frozenset({"forms", "tables", "overlays", "pages.json", "report.xlsx", "run.json", "source.json"})


def document_folder(out: Path, name: str) -> Path:
    """Where the document's files go; a part that is called like one of a run's own files gets a ``_`` more.

    So does a part that has one already (``forms_``): different names never share a folder.
    """
    parts = [part + "_" if part.rstrip("_").casefold() in RESERVED else part for part in PurePosixPath(name).parts]
    return out.joinpath(*parts)


def read_finished(folder: Path, files: Collection[str]) -> tuple[tuple[PageRecord, ...], dict[Path, Form]] | None:
    """The pages (without their lines) and forms of a finished document; None where it is to be read (again).

    Finished is a document whose pages were all read, none failed, from the same ``files`` (labels) as it has now.
    """
    try:
        data = json.loads((folder / "pages.json").read_text("utf-8"))
        pages = tuple(PageRecord(**{k: v for k, v in page.items() if k != "lines"}) for page in data)
        forms = {path: read_form(path) for path in sorted((folder / "forms").glob("*.json"))}
    except (OSError, ValueError, TypeError, AttributeError, FormFileError):
        return None
    whole = all(p.kind != "failed" for p in pages) and {p.file for p in pages} == set(files)
    return (pages, forms) if whole else None


def is_drawn(folder: Path, out: Path) -> bool:
    """True for a folder of overlays that a run has drawn, into ``out`` or into a folder of its own."""
    if folder.name != "overlays":
        return False
    own = folder.resolve()
    return (own.parent / "pages.json").is_file() or own.parent.parent.is_relative_to(out.resolve())


def prepare_output(out: Path) -> None:
    """Make the output folder and see that it takes a file of some size; ``OutputError`` with the remedy if not."""
    probe = out / ".gouji-probe"
    write_atomic(probe, bytes(1 << 16))
    probe.unlink(missing_ok=True)


def prepare(folder: Path) -> None:
    """Clear what an earlier run left of this document; the finished mark goes first. Raises ``OutputError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pages.json").unlink(missing_ok=True)
        for part in DOCUMENT_FOLDERS:
            if (folder / part).is_dir():
                shutil.rmtree(folder / part)
        for left in folder.glob(".*.part"):  # of a run that was killed while it wrote
            left.unlink()
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
