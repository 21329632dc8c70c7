"""Forms for the tests: the printed forms of tests/data/truth as values of gouji.form/1, and short ones made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from forms import FUNDS_COLUMNS, Cell, Form, FundsRow, Indicator, Total

DATA = Path(__file__).parents[1] / "data" / "truth"


def cell(text: str, confidence: float = 1.0) -> Cell:
    return Cell(text, confidence, raw=text)


def funds_row(label: str, *texts: str) -> FundsRow:
    return FundsRow(cell(label), **{n: cell(t) for n, t in zip(FUNDS_COLUMNS, texts, strict=True)})


def indicator(weight: str, score: str, reason: str = "", level1: str = "产出指标") -> Indicator:
    return Indicator(level1=cell(level1), weight=cell(weight), score=cell(score), reason=cell(reason))


def total(weight: str, score: str, reason: str = "") -> Total:
    return Total(cell(weight), cell(score), cell(reason))


def _form(data: dict[str, Any]) -> Form:
    names = ("level1", "weight", "score", "reason")
    return Form(
        template=data["template"],
        funds=tuple(funds_row(*row) for row in data["funds"]),
        indicators=tuple(
            Indicator(**{n: cell(t) for n, t in zip(names, row, strict=True)}) for row in data["indicators"]
        ),
        total=total(*data["total"]),
    )


@cache
def truth_forms() -> dict[str, Form]:
    return {k: _form(v) for k, v in json.loads((DATA / "forms.json").read_text("utf-8")).items()}


def read_form(form: Form, confidence: float) -> Form:
    """The form as a reader gives it: every cell of that confidence."""
    return form.with_cells({a: replace(c, confidence=confidence) for a, c in form.cells() if c.origin == "read"})


@cache
def expected_findings() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = json.loads((DATA / "findings.json").read_text("utf-8"))
    return found
