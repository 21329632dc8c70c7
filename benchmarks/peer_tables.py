"""``PYTHON benchmarks/peer_tables.py OUT PAGE…``: the tables img2table finds, run by the interpreter that has it.

img2table (with rapidocr for the texts) brings an opencv of its own, so it lives in an environment of its own and this
file imports nothing of ours. Writes ``OUT/<folder>/<page>.json`` with tables as in ``grids/``: cells that img2table
repeats over rows and columns (one box) are one cell with spans.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Rect = tuple[float, float, float, float]


def merged(rows: Sequence[Sequence[tuple[Rect, str]]]) -> dict[str, Any]:
    """A table from rows of (box, text), in which a cell over many places stands in each of them with the same box."""
    places: dict[Rect, list[tuple[int, int]]] = {}
    texts: dict[Rect, str] = {}
    for r, row in enumerate(rows):
        for c, (box, text) in enumerate(row):
            places.setdefault(box, []).append((r, c))
            texts[box] = text
    cells = [{**_spans(own), "box": list(box), "text": texts[box]} for box, own in places.items()]
    return {"n_rows": len(rows), "n_cols": max((len(row) for row in rows), default=0), "cells": cells}


def _spans(places: Sequence[tuple[int, int]]) -> Mapping[str, int]:
    rows, cols = [r for r, _ in places], [c for _, c in places]
    row, col = min(rows), min(cols)
    return {"row": row, "col": col, "row_span": max(rows) - row + 1, "col_span": max(cols) - col + 1}


def main(argv: Sequence[str]) -> int:
    from importlib.metadata import version

    from img2table.document import Image  # type: ignore[import-not-found, unused-ignore]
    from img2table.ocr import RapidOCR  # type: ignore[import-not-found, unused-ignore]
    from rapidocr import LangRec  # type: ignore[import-not-found, unused-ignore]

    out, name = Path(argv[0]), f"img2table {version('img2table')} + rapidocr {version('rapidocr')}"
    ocr = RapidOCR(params={"Rec.lang_type": LangRec.CH, "Global.log_level": "error"})
    for page in map(Path, argv[1:]):
        tables = []
        for table in Image(src=str(page), detect_rotation=True).extract_tables(ocr=ocr):
            rows = [
                [((c.bbox.x1, c.bbox.y1, c.bbox.x2, c.bbox.y2), c.value or "") for c in row]
                for row in table.content.values()
            ]
            tables.append(merged(rows))
        path = out / page.parent.name / f"{page.stem}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"peer": name, "tables": tables}, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
