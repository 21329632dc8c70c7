"""A ruled table as data (``tables/<page>-<n>.json``) and as HTML."""

from __future__ import annotations

import html
from typing import Any

from forms import Box, Table, cell_to_dict


def table_to_dict(table: Table) -> dict[str, Any]:
    """The table as form-schema.md has it; ``box``, as the cells' boxes, is in pixels of the page as delivered."""
    boxes = [c.cell.box for c in table.cells if c.cell.page]
    around = Box.around(boxes) if boxes else Box(0, 0, 0, 0)
    return {
        "page": table.page,
        "box": around.pixels(),
        "n_rows": table.n_rows,
        "n_cols": table.n_cols,
        "cells": [
            {"row": c.row, "col": c.col, "row_span": c.row_span, "col_span": c.col_span, **cell_to_dict(c.cell)}
            for c in table.cells
        ],
    }


def table_to_html(table: Table) -> str:
    """One ``<table>`` with a ``<tr>`` for every grid row (an empty one where all its cells began above) and no styling.

    Only ``rowspan``, ``colspan`` and escaped text, so that a structure measure such as TEDS (Zhong et al.,
    arXiv 1911.10683) compares the table and nothing else.
    """
    rows: list[list[str]] = [[] for _ in range(table.n_rows)]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        spans = "".join(
            f' {name}="{span}"' for name, span in (("rowspan", cell.row_span), ("colspan", cell.col_span)) if span > 1
        )
        rows[cell.row].append(f"<td{spans}>{html.escape(cell.cell.text, quote=False)}</td>")
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table>\n{body}\n</table>\n"
