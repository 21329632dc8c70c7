"""``pages.json``: every page of the input, in order, whatever became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms import Cell, PageKind, cell_to_dict


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What became of one page.

    ``file`` is relative to the document, ``page`` the number in the document and ``page_in_file`` in the file (both
    from 1). ``width`` and ``height`` are pixels of the page as delivered (0 where it could not be loaded), ``dpi`` is
    None where nothing says it. ``rotation`` (0, 90, 180, 270) and ``skew`` (degrees) were undone. ``lines`` were
    read outside tables; ``reason`` says why a page failed; ``reasons`` why a person should look at the page as a whole
    (none for a page that could be read); ``seconds`` is the time it took.
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
    reasons: tuple[str, ...] = ()

    @property
    def needs_review(self) -> bool:
        """True for a page that a person should look at as a whole."""
        return bool(self.reasons)


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
    if record.needs_review:
        data |= {"needs_review": True, "reasons": list(record.reasons)}
    return data


def page_from_dict(data: Mapping[str, Any]) -> PageRecord:
    """The record that ``page_to_dict`` told, without its lines; what it does not know is left out.

    Raises ``TypeError`` where there is no file or page number.
    """
    known = {k: v for k, v in data.items() if k in PageRecord.__dataclass_fields__ and k != "lines"}
    return PageRecord(**{**known, "reasons": tuple(known.get("reasons", ()))})


def dump_pages(records: Iterable[PageRecord]) -> str:
    """``pages.json``: a list, in the order given, ending in a newline."""
    return json.dumps([page_to_dict(r) for r in records], ensure_ascii=False, indent=1) + "\n"
