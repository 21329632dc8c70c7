"""What a form of its family always prints and was not found: empty cells that say so, for a person to look.

A section that is not found leaves one row of absent cells in its place, never nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from forms import Cell, FundsRow, Goals, Indicator, Total

from .sections import Outline
from .templates import Template


def head_field(name: str, family: Template, title: str = "") -> Cell:
    """The cell of a head field that was not found: marked where the family prints it.

    A form whose title says that it is of a whole department (整体支出) has no project, and one name for the two others.
    """
    if name in family.head_prints and not ("整体" in title and name in ("project", "department")):
        return _asked(f"this form should print a {name}; none was found")
    return Cell.absent()


def funds(rows: tuple[FundsRow, ...], family: Template) -> tuple[FundsRow, ...]:
    """The rows, or one row of marked cells where the family prints a table of funds and none was found."""
    if rows or "funds" not in family.sections:
        return rows
    cell = _asked("this form should print a table of funds; none was found")
    return (FundsRow(label=cell, **dict.fromkeys(family.funds_prints, cell)),)


def goals(found: Goals, family: Template) -> Goals:
    """The goals, with a mark where a text's label was not found."""
    if "goals" not in family.sections:
        return found
    absent = {f.name: getattr(found, f.name) for f in fields(found) if getattr(found, f.name).origin == "absent"}
    reason = "the label of this text was not found"
    return replace(found, **{name: cell.with_review(reason) for name, cell in absent.items()})


def indicators(rows: tuple[Indicator, ...], family: Template) -> tuple[Indicator, ...]:
    """The rows, or one row of marked cells where the family prints indicators and none were found."""
    if rows or "indicators" not in family.sections:
        return rows
    cell = _asked("this form should print indicators; no header or row of them was found")
    return (Indicator(**dict.fromkeys(family.indicator_prints, cell)),)


def total(found: Total, plan: Outline, family: Template, rows: Sequence[Indicator]) -> Total:
    """The total, with marks where the family prints a total row and it, or its weight or score, was not found.

    A form whose indicators surely print no weights, or no scores, adds up none; a total that stands by itself in the
    head (自评总分 98.78) is a score alone.
    """
    if "total" not in family.sections or (plan.total_row is None and found.score.origin != "absent"):
        return found
    reason = "not found in the total row" if plan.total_row is not None else "no total row was found"
    counted = {n for n in ("weight", "score") if not rows or any(_may_be(getattr(row, n)) for row in rows)}
    absent = {n: c for n in counted if (c := getattr(found, n)).origin == "absent"}
    return replace(found, **{name: cell.with_review(reason) for name, cell in absent.items()})


def _may_be(cell: Cell) -> bool:
    """Whether a cell is printed, or may be."""
    return cell.origin != "absent" or cell.needs_review


def _asked(reason: str) -> Cell:
    return Cell.absent().with_review(reason)
