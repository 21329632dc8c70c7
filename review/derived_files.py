"""The forms as they stand, written beside the readings or as a run of their own. The readings are never touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from export.files import write_atomic
from export.pages import PageRecord, page_from_dict
from export.xlsx import write_report
from forms import Form, OutputError, UsageError, dump_form

from .runs import RunFolder


def write_document(folder: RunFolder, document: str, forms: dict[str, Form], destination: Path | None) -> list[Path]:
    """Write the document's ``forms`` (by form_id) and its report: into ``reviewed/`` of the document, or as a
    document of the run in ``destination`` (with ``pages.json``, last). Returns the forms' paths. Raises
    ``OutputError``."""
    if destination is None:
        target = folder.folder(document) / "reviewed"
        paths = {form_id: target / PurePosixPath(form_id).name for form_id in forms}
        report = target
    else:
        report = destination.joinpath(*PurePosixPath(document).parts)
        target = report / "forms"
        paths = {form_id: target / PurePosixPath(form_id).name for form_id in forms}
    for form_id, form in forms.items():
        write_atomic(paths[form_id], dump_form(form))
    _clear_others(target, paths.values())
    write_report(
        report / "report.xlsx", list(forms.values()), document=document, pages=_records(folder.pages(document))
    )
    if destination is not None:
        _copy_pages(folder, document, report)
    return list(paths.values())


def check_destination(folder: RunFolder, destination: Path) -> Path:
    """The folder to write to; ``UsageError`` when that would touch the readings."""
    target = destination.resolve()
    if target.is_relative_to(folder.out) or folder.out.is_relative_to(target):
        raise UsageError(f"{destination} lies in the run itself; give a folder outside of {folder.out}.")
    return target


def _clear_others(target: Path, kept: Iterable[Path]) -> None:
    """Forms that an earlier export wrote and that are no longer in the run."""
    names = {p.name for p in kept}
    try:
        for path in target.glob("*.json"):
            if path.name not in names:
                path.unlink()
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}.") from error


def _copy_pages(folder: RunFolder, document: str, target: Path) -> None:
    source = folder.folder(document)
    for name in ("source.json", "pages.json"):
        if (source / name).is_file():
            write_atomic(target / name, (source / name).read_bytes())
    if (source / "tables").is_dir():
        shutil.copytree(source / "tables", target / "tables", dirs_exist_ok=True)


def _records(pages: list[dict[str, Any]]) -> list[PageRecord]:
    return [page_from_dict(page) for page in pages if "file" in page and "page" in page]
