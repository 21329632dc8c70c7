"""What stands where on a page: tables with their cells, and lines outside them. Boxes in px of the page image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from forms import Box


@dataclass(frozen=True, slots=True)
class TruthCell:
    """A cell as this page shows it: ``text`` is the part printed here; open sides go on on another page."""

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    text: str
    open_top: bool = False
    open_bottom: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TruthTable:
    """A grid without a row or column that this page does not show; ``form`` is the form's id ("" for none)."""

    n_rows: int
    n_cols: int
    box: Box
    cells: tuple[TruthCell, ...]
    form: str = ""


@dataclass(frozen=True, slots=True)
class TruthLine:
    box: Box
    text: str
    addresses: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class PageTruth:
    width: int
    height: int
    tables: tuple[TruthTable, ...]
    lines: tuple[TruthLine, ...]


def moved(page: PageTruth, width: int, height: int, to: Callable[[Box], Box]) -> PageTruth:
    """The page with every box put through ``to``, on an image of that size."""
    tables = tuple(
        replace(t, box=to(t.box), cells=tuple(replace(c, box=to(c.box)) for c in t.cells)) for t in page.tables
    )
    return PageTruth(width, height, tables, tuple(replace(x, box=to(x.box)) for x in page.lines))


def compressed(cells: list[TruthCell], form: str) -> TruthTable:
    """The table of these cells, rows and columns at which no cell begins left out."""
    rows, cols = sorted({c.row for c in cells}), sorted({c.col for c in cells})

    def span(edges: list[int], start: int, length: int) -> tuple[int, int]:
        inside = [k for k, e in enumerate(edges) if start <= e < start + length]
        return inside[0], len(inside)

    out = []
    for c in sorted(cells, key=lambda c: (c.row, c.col)):
        (row, row_span), (col, col_span) = span(rows, c.row, c.row_span), span(cols, c.col, c.col_span)
        out.append(replace(c, row=row, col=col, row_span=row_span, col_span=col_span))
    return TruthTable(len(rows), len(cols), Box.around(c.box for c in cells), tuple(out), form)


def page_dict(page: PageTruth, number: int) -> dict[str, Any]:
    """The page for ``grids/<folder>/<page>.json``."""

    def table(t: TruthTable) -> dict[str, Any]:
        return {
            "form": t.form,
            "n_rows": t.n_rows,
            "n_cols": t.n_cols,
            "box": _box(t.box),
            "cells": [cell(c) for c in t.cells],
        }

    def cell(c: TruthCell) -> dict[str, Any]:
        return {
            "row": c.row, "col": c.col, "row_span": c.row_span, "col_span": c.col_span, "box": _box(c.box),
            "text": c.text, "open_top": c.open_top, "open_bottom": c.open_bottom, "addresses": list(c.addresses),
        }  # fmt: skip

    return {
        "page": number, "width": page.width, "height": page.height, "tables": [table(t) for t in page.tables],
        "lines": [
            {"form": x.form, "box": _box(x.box), "text": x.text, "addresses": list(x.addresses)} for x in page.lines
        ],
    }  # fmt: skip


def _box(box: Box) -> list[float]:
    return [round(v, 1) for v in (box.left, box.top, box.right, box.bottom)]
