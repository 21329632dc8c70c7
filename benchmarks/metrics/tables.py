"""Tables as the metrics see them: cells with their place, spans and text, from any of the formats around."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ALIKE = str.maketrans({
    "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤", "—": "-", "－": "-", "–": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
    "、": ",", "，": ",", "。": ".", "．": ".", "·": ".",
})  # fmt: skip


Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, order=True)
class TextCell:
    """Row and column from 0, spans from 1."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str


@dataclass(frozen=True, slots=True)
class TextTable:
    n_rows: int
    n_cols: int
    cells: tuple[TextCell, ...]


def normal(text: str) -> str:
    """The text as ``score.py`` compares it: NFKC, no white space, marks that look alike folded."""
    folded = unicodedata.normalize("NFKC", text.translate(_ALIKE)).translate(_ALIKE)
    plain = "".join(folded.split())
    return "-" if plain in {"--", "---"} else plain


def from_json(table: Mapping[str, Any]) -> TextTable:
    """From ``grids/``, ``tables/`` (``row``, ``col``, ``row_span``, …) or ``real/`` (``r``, ``c``, ``rs``, ``cs``)."""
    cells = tuple(sorted(_cell(c) for c in table["cells"]))
    n_rows = table.get("n_rows", table.get("rows"))
    n_cols = table.get("n_cols", table.get("cols"))
    return TextTable(
        n_rows if n_rows is not None else max((c.row + c.row_span for c in cells), default=0),
        n_cols if n_cols is not None else max((c.col + c.col_span for c in cells), default=0),
        cells,
    )


def _cell(c: Mapping[str, Any]) -> TextCell:
    if "row" in c:
        return TextCell(c["row"], c["col"], c["row_span"], c["col_span"], c["text"])
    return TextCell(c["r"], c["c"], c.get("rs", 1), c.get("cs", 1), c["text"])


def box_of(table: Mapping[str, Any]) -> Rect:
    """The table's own box where it has one, else around all its cells, in px of the page as delivered."""
    if "box" in table:
        own = table["box"]
        return float(own[0]), float(own[1]), float(own[2]), float(own[3])
    boxes = [c["box"] for c in table["cells"]]
    lows, highs = (min(b[k] for b in boxes) for k in (0, 1)), (max(b[k] for b in boxes) for k in (2, 3))
    left, top, right, bottom = *lows, *highs
    return left, top, right, bottom
