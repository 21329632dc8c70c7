"""What a form's numbers say of one another, and which cells a person should see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from forms import Cell, Form, Table
from scoring import (
    Expected,
    ReviewSettings,
    Rulebook,
    asked_units,
    asked_whole,
    expected_silent_errors,
    infer,
    mark_for_review,
)


def judge(form: Form, rulebook: Rulebook | None, review: ReviewSettings) -> Form:
    """The form with its numbers weighed against one another, its findings, and ``needs_review`` where ``review`` asks.

    Marks that layout or reconstruction made stay: what they doubt is where a text belongs, and no sum can settle that.
    """
    return mark_for_review(asked_units(asked_whole(infer(form, rulebook))), review)


def expected(forms: Iterable[Form]) -> Expected:
    """Expected silent errors and cells to review, summed over the forms of a run."""
    total = Expected(0.0, 0.0, 0, 0, 0, 0)
    for form in forms:
        one = expected_silent_errors(form)
        total = Expected(*(getattr(total, f.name) + getattr(one, f.name) for f in fields(Expected)))
    return total


def flag(cell: Cell, review_below: float) -> Cell:
    """The cell, marked for review when its confidence is below the threshold."""
    if cell.needs_review or cell.origin == "absent" or cell.confidence >= review_below:
        return cell
    return cell.with_review(f"Only {cell.confidence:.0%} sure of this text.")


def flag_table(table: Table, review_below: float) -> Table:
    """The table with its doubtful cells marked."""
    return replace(table, cells=tuple(replace(c, cell=flag(c.cell, review_below)) for c in table.cells))
