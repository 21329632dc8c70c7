"""What a form's numbers say of one another, and which cells a person should see."""

from __future__ import annotations

from dataclasses import replace

from forms import Cell, Form, Table
from scoring import Rulebook, checked


def judge(form: Form, rulebook: Rulebook | None, *, review_below: float) -> Form:
    """The form with its findings and with ``needs_review`` set on every cell that is less sure than asked."""
    flagged = {address: flag(cell, review_below) for address, cell in form.cells()}
    return checked(form.with_cells(flagged), rulebook)


def flag(cell: Cell, review_below: float) -> Cell:
    """The cell, marked for review when its confidence is below the threshold."""
    if cell.needs_review or cell.origin == "absent" or cell.confidence >= review_below:
        return cell
    return cell.with_review(f"Only {cell.confidence:.0%} sure of this text.")


def flag_table(table: Table, review_below: float) -> Table:
    """The table with its doubtful cells marked."""
    return replace(table, cells=tuple(replace(c, cell=flag(c.cell, review_below)) for c in table.cells))
