"""The file format ``gouji.form/1``: JSON to values and back, nothing unknown let in.

The pydantic models stand at the edge only; inside the program forms are the frozen dataclasses of ``forms.form``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from .cell import Cell, Origin
from .errors import FormFileError, GeometryError
from .form import (
    FUNDS_COLUMNS,
    HEADER_FIELDS,
    INDICATOR_COLUMNS,
    SCHEMA,
    Finding,
    Form,
    FundsRow,
    Goals,
    Indicator,
    Severity,
    Source,
    Suggestion,
    Total,
    Verdict,
)
from .geometry import Box

Probability = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CellFile(_Strict):
    text: str
    confidence: Probability
    needs_review: StrictBool
    box: Annotated[list[float], Field(min_length=4, max_length=4)]
    page: int
    raw: str
    origin: Origin
    alternatives: list[tuple[str, Probability]]
    reasons: list[str] = []


class SourceFile(_Strict):
    file: str
    page: int


class FundsRowFile(_Strict):
    label: CellFile
    initial_budget: CellFile
    annual_budget: CellFile
    executed: CellFile
    weight: CellFile
    rate: CellFile
    score: CellFile


class GoalsFile(_Strict):
    expected: CellFile
    actual: CellFile


class IndicatorFile(_Strict):
    level1: CellFile
    level2: CellFile
    level3: CellFile
    target: CellFile
    actual: CellFile
    weight: CellFile
    score: CellFile
    reason: CellFile
    basis: CellFile | None = None


class TotalFile(_Strict):
    weight: CellFile
    score: CellFile
    reason: CellFile


class SuggestionFile(_Strict):
    cell: str
    text: str


class FindingFile(_Strict):
    rule: str
    severity: Severity
    cells: list[str]
    message: str
    found: str
    expected: str
    verdict: Verdict
    suggestion: SuggestionFile | None


class FormFile(_Strict):
    schema_: Annotated[Literal["gouji.form/1"], Field(alias="schema")]
    template: str
    sources: list[SourceFile]
    title: CellFile
    year: CellFile
    project: CellFile
    department: CellFile
    unit: CellFile
    funds: list[FundsRowFile]
    goals: GoalsFile
    indicators: list[IndicatorFile]
    total: TotalFile
    note: CellFile | None = None
    findings: list[FindingFile] = []


def cell_to_dict(cell: Cell) -> dict[str, Any]:
    """The Cell of the file format; probabilities to six places; ``reasons`` only where there are any."""
    data: dict[str, Any] = {
        "text": cell.text,
        "confidence": round(cell.confidence, 6),
        "needs_review": cell.needs_review,
        "box": cell.box.pixels(),
        "page": cell.page,
        "raw": cell.raw,
        "origin": cell.origin,
        "alternatives": [[text, round(p, 6)] for text, p in cell.alternatives],
    }
    return {**data, "reasons": list(cell.reasons)} if cell.reasons else data


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    suggestion = finding.suggestion
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "cells": list(finding.cells),
        "message": finding.message,
        "found": finding.found,
        "expected": finding.expected,
        "verdict": finding.verdict,
        "suggestion": None if suggestion is None else {"cell": suggestion.cell, "text": suggestion.text},
    }


def form_to_dict(form: Form) -> dict[str, Any]:
    """The whole form as plain data in the order of the schema."""

    def group(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
        return {n: cell_to_dict(getattr(value, n)) for n in names if getattr(value, n) is not None}

    data: dict[str, Any] = {
        "schema": SCHEMA,
        "template": form.template,
        "sources": [{"file": s.file, "page": s.page} for s in form.sources],
        **group(form, HEADER_FIELDS),
        "funds": [group(row, ("label", *FUNDS_COLUMNS)) for row in form.funds],
        "goals": group(form.goals, ("expected", "actual")),
        "indicators": [group(i, INDICATOR_COLUMNS) for i in form.indicators],
        "total": group(form.total, ("weight", "score", "reason")),
    }
    if form.note is not None:
        data["note"] = cell_to_dict(form.note)
    data["findings"] = [finding_to_dict(f) for f in form.findings]
    return data


def form_from_dict(data: Any, *, where: str = "form") -> Form:
    """The form in ``data``; ``FormFileError`` names ``where`` and the first places that break the schema."""
    try:
        return _form(FormFile.model_validate(data))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'top level'}: {e['msg']}" for e in error.errors()[:3]]
        more = "" if error.error_count() <= 3 else f" (and {error.error_count() - 3} more)"
        raise FormFileError(f"{where} is not a {SCHEMA} form. {'; '.join(lines)}{more}") from error
    except GeometryError as error:
        raise FormFileError(f"{where} is not a {SCHEMA} form. {error}") from error


def read_form(path: Path) -> Form:
    """The form in a JSON file; ``FormFileError`` when it cannot be read or is not in the schema."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise FormFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FormFileError(f"{path} is no JSON in UTF-8: {error}.") from error
    except RecursionError as error:
        raise FormFileError(f"{path} is nested far deeper than any form.") from error
    return form_from_dict(data, where=str(path))


def dump_form(form: Form) -> str:
    """The form as JSON text, ending in a newline; the same form always gives the same bytes."""
    return json.dumps(form_to_dict(form), ensure_ascii=False, indent=1) + "\n"


def _cell(c: CellFile) -> Cell:
    return Cell(
        text=c.text,
        confidence=c.confidence,
        needs_review=c.needs_review,
        box=Box(*c.box),
        page=c.page,
        raw=c.raw,
        origin=c.origin,
        alternatives=tuple(c.alternatives),
        reasons=tuple(c.reasons),
    )


def _cells(model: BaseModel) -> dict[str, Any]:
    return {name: _cell(value) for name, value in model if isinstance(value, CellFile)}


def _form(f: FormFile) -> Form:
    return Form(
        template=f.template,
        sources=tuple(Source(s.file, s.page) for s in f.sources),
        **_cells(f),
        funds=tuple(FundsRow(**_cells(row)) for row in f.funds),
        goals=Goals(**_cells(f.goals)),
        indicators=tuple(Indicator(**_cells(i)) for i in f.indicators),
        total=Total(**_cells(f.total)),
        findings=tuple(
            Finding(
                rule=x.rule,
                severity=x.severity,
                cells=tuple(x.cells),
                message=x.message,
                found=x.found,
                expected=x.expected,
                verdict=x.verdict,
                suggestion=None if x.suggestion is None else Suggestion(x.suggestion.cell, x.suggestion.text),
            )
            for x in f.findings
        ),
    )
