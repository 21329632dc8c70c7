"""A run over the sample scans and the printed truth of their forms."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms import FUNDS_COLUMNS, HEADER_FIELDS, Form, read_form

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SCANS = tuple(sorted(p.parent.name for p in (DATA / "scans").glob("*/scan.json")))
LOOKALIKES = str.maketrans("≧≦—–“”‘’、，。．·", "≥≤--\"\"'',,...")
INDICATOR_KEYS = {"l1": "level1", "l2": "level2", "l3": "level3"}


@dataclass(frozen=True)
class Results:
    """What the program wrote, its exit code and what it said."""

    out: Path
    code: int
    stdout: str
    stderr: str

    def form(self, scan: str) -> Form:
        (path,) = (self.out / scan / "forms").glob("*.json")
        return read_form(path)

    def pages(self, scan: str) -> list[dict[str, Any]]:
        pages: list[dict[str, Any]] = json.loads((self.out / scan / "pages.json").read_text("utf-8"))
        return pages


def truth_name(scan: str) -> str:
    (name,) = json.loads((DATA / "scans" / scan / "scan.json").read_text("utf-8"))["forms"]
    return str(name)


def truth(scan: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "truth_scans" / f"{truth_name(scan)}.json").read_text("utf-8"))
    return data


def truth_cells(scan: str) -> Iterator[tuple[str, str]]:
    """(address, text) of every printed cell of a scan's form."""
    data = truth(scan)
    for name in HEADER_FIELDS:
        yield name, data[name]
    for i, row in enumerate(data["funds"]):
        yield f"funds.{i}.label", row["label"]
        for name, text in zip(FUNDS_COLUMNS, row["cells"], strict=True):
            yield f"funds.{i}.{name}", text
    yield "goals.expected", data["goal_expected"]
    yield "goals.actual", data["goal_actual"]
    for i, row in enumerate(data["indicators"]):
        for name, text in row.items():
            yield f"indicators.{i}.{INDICATOR_KEYS.get(name, name)}", text
    yield "total.weight", data["total"]["weight"]
    yield "total.score", data["total"]["score"]


def folded(text: str) -> str:
    """As shared/score.py compares: NFKC, no white space, punctuation marks that look alike are one."""
    text = unicodedata.normalize("NFKC", text.translate(LOOKALIKES)).translate(LOOKALIKES)
    return "".join(text.split())
