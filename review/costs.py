"""What a cell is, and what it costs to leave it unseen."""

from __future__ import annotations

from forms import Cell, is_number_column
from scoring import is_blank

from .values import Kind

IN_RULE, NUMBER, TEXT = 10.0, 5.0, 1.0
ODD = 0.5  # the least probability of being wrong of a cell that a person has picked out as odd


def kind_of(address: str, cell: Cell) -> Kind:
    """ "mark" for a dash or slash, "number" for the other cells of number columns, "text" for the rest."""
    if cell.text.strip() and is_blank(cell.text):
        return "mark"
    return "number" if is_number_column(address) else "text"


def cost_of(address: str, cell: Cell, *, in_rule: bool, odd: bool = False) -> float:
    """The expected cost of leaving the cell unseen: the probability that it is wrong, times 10 for a number that some
    rule uses (it would spoil sums and be believed), 5 for any other number, 1 for a text."""
    weight = TEXT
    if is_number_column(address):
        weight = IN_RULE if in_rule else NUMBER
    wrong = 1.0 - cell.confidence
    return weight * (max(wrong, ODD) if odd else wrong)
