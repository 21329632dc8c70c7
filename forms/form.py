"""The form: the schema ``gouji.form/1`` as frozen values, with an address for every cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from .cell import Cell

SCHEMA = "gouji.form/1"
Severity = Literal["error", "warning"]
Verdict = Literal["document", "reading", "unclear"]

FUNDS_COLUMNS = ("initial_budget", "annual_budget", "executed", "weight", "rate", "score")
INDICATOR_COLUMNS = ("level1", "level2", "level3", "target", "basis", "actual", "weight", "score", "reason")
HEADER_FIELDS = ("title", "year", "project", "department", "unit")


def _absent() -> Cell:
    return Cell.absent()


@dataclass(frozen=True, slots=True)
class FundsRow:
    label: Cell = field(default_factory=_absent)
    initial_budget: Cell = field(default_factory=_absent)
    annual_budget: Cell = field(default_factory=_absent)
    executed: Cell = field(default_factory=_absent)
    weight: Cell = field(default_factory=_absent)
    rate: Cell = field(default_factory=_absent)
    score: Cell = field(default_factory=_absent)


@dataclass(frozen=True, slots=True)
class Goals:
    expected: Cell = field(default_factory=_absent)
    actual: Cell = field(default_factory=_absent)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One third-level row. ``basis`` is None on forms that have no such column."""

    level1: Cell = field(default_factory=_absent)
    level2: Cell = field(default_factory=_absent)
    level3: Cell = field(default_factory=_absent)
    target: Cell = field(default_factory=_absent)
    actual: Cell = field(default_factory=_absent)
    weight: Cell = field(default_factory=_absent)
    score: Cell = field(default_factory=_absent)
    reason: Cell = field(default_factory=_absent)
    basis: Cell | None = None


@dataclass(frozen=True, slots=True)
class Total:
    weight: Cell = field(default_factory=_absent)
    score: Cell = field(default_factory=_absent)
    reason: Cell = field(default_factory=_absent)


@dataclass(frozen=True, slots=True)
class Source:
    """A page the form stands on: the file's path in its document and the page's number in the document."""

    file: str
    page: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another text for a cell, proposed to a reviewer."""

    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. ``cells`` are addresses such as ``total.score``; no cell is changed by a finding."""

    rule: str
    severity: Severity
    cells: tuple[str, ...]
    message: str
    found: str
    expected: str
    verdict: Verdict = "unclear"
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Form:
    template: str
    sources: tuple[Source, ...] = ()
    title: Cell = field(default_factory=_absent)
    year: Cell = field(default_factory=_absent)
    project: Cell = field(default_factory=_absent)
    department: Cell = field(default_factory=_absent)
    unit: Cell = field(default_factory=_absent)
    funds: tuple[FundsRow, ...] = ()
    goals: Goals = field(default_factory=Goals)
    indicators: tuple[Indicator, ...] = ()
    total: Total = field(default_factory=Total)
    note: Cell | None = None
    findings: tuple[Finding, ...] = ()

    def cells(self) -> Iterator[tuple[str, Cell]]:
        """(address, cell) of every cell in reading order; columns a form does not have are left out."""
        for name in HEADER_FIELDS:
            yield name, getattr(self, name)
        for i, row in enumerate(self.funds):
            for name in ("label", *FUNDS_COLUMNS):
                yield f"funds.{i}.{name}", getattr(row, name)
        yield "goals.expected", self.goals.expected
        yield "goals.actual", self.goals.actual
        for i, indicator in enumerate(self.indicators):
            for name in INDICATOR_COLUMNS:
                cell = getattr(indicator, name)
                if cell is not None:
                    yield f"indicators.{i}.{name}", cell
        for name in ("weight", "score", "reason"):
            yield f"total.{name}", getattr(self.total, name)
        if self.note is not None:
            yield "note", self.note

    def cell(self, address: str) -> Cell:
        """The cell at ``address``; ``KeyError`` when there is none."""
        found: Any = self
        for part in address.split("."):
            try:
                found = _at(found, part) if isinstance(found, tuple) else getattr(found, part)
            except (AttributeError, IndexError, ValueError):
                raise KeyError(address) from None
        if not isinstance(found, Cell):
            raise KeyError(address)
        return found

    def with_cells(self, changed: dict[str, Cell]) -> Form:
        """The form with the cells at these addresses replaced; ``KeyError`` for an address it does not have."""
        for address in changed:
            self.cell(address)
        return _replaced(self, "", changed)  # type: ignore[no-any-return]


def _at(rows: tuple[Any, ...], place: str) -> Any:
    """The row called "0", "1", …; ``IndexError`` for any other name."""
    if not (place.isascii() and place.isdigit()):
        raise IndexError(place)
    return rows[int(place)]


def is_number_column(address: str) -> bool:
    """True for the addresses whose column holds numbers: funds, weights, scores."""
    head, _, last = address.rpartition(".")
    return (head.startswith("funds") and last in FUNDS_COLUMNS) or (
        head.startswith(("indicators", "total")) and last in ("weight", "score")
    )


def _replaced(node: Any, prefix: str, changed: dict[str, Cell]) -> Any:
    if isinstance(node, Cell):
        return changed.get(prefix, node)
    if not any(a.startswith(prefix) for a in changed):
        return node
    step = f"{prefix}." if prefix else ""
    if isinstance(node, tuple):
        return tuple(_replaced(v, f"{step}{i}", changed) for i, v in enumerate(node))
    if isinstance(node, Form | FundsRow | Goals | Indicator | Total):
        kept = ("template", "sources", "findings")
        values = {f.name: getattr(node, f.name) for f in fields(node) if f.name not in kept}
        return replace(node, **{k: _replaced(v, f"{step}{k}", changed) for k, v in values.items() if v is not None})
    return node
