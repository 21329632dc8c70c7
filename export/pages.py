"""``pages.json``: every page of the input, in order, whatever became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms import Cell, PageKind, cell_to_dict


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What became of one page.

    ``file`` is relative to the document, ``page`` the number in the document and ``page_in_file`` in the file (both
    from 1). ``width`` and ``height`` are pixels of the page as delivered (0 where it could not be loaded), ``dpi`` is
    None where nothing says it. ``rotation`` (0, 90, 180, 270) and ``skew`` (degrees) were undone. ``lines`` were
    read outside tables; ``reason`` says why a page failed; ``seconds`` is the time it took.
    """

    file: str
    page: int
    page_in_file: int = 1
    width: int = 0
    height: int = 0
    dpi: float | None = None
    kind: PageKind = "form"
    rotation: int = 0
    skew: float = 0.0
    lines: tuple[Cell, ...] = ()
    reason: str = ""
    seconds: float = 0.0


def page_to_dict(record: PageRecord) -> dict[str, Any]:
    """The record as plain data; ``lines`` (Cells) always on text pages, elsewhere where there are any."""
    data: dict[str, Any] = {
        "file": record.file,
        "page": record.page,
        "page_in_file": record.page_in_file,
        "width": record.width,
        "height": record.height,
        "dpi": None if record.dpi is None else round(record.dpi, 2),
        "kind": record.kind,
        "rotation": record.rotation,
        "skew": round(record.skew, 3),
        "seconds": round(record.seconds, 3),
    }
    if record.kind == "text" or record.lines:
        data["lines"] = [cell_to_dict(line) for line in record.lines]
    if record.kind == "failed" or record.reason:
        data["reason"] = record.reason
    return data


def dump_pages(records: Iterable[PageRecord]) -> str:
    """``pages.json``: a list, in the order given, ending in a newline."""
    return json.dumps([page_to_dict(r) for r in records], ensure_ascii=False, indent=1) + "\n"
