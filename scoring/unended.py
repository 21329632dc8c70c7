"""Forms without a total row: whether their weights make up a whole, for nothing else tells of rows that are not there.

No rule, and no finding: what such a form's weights add up to is printed nowhere. It is a question to a person.
"""

from __future__ import annotations

from fractions import Fraction

from forms import Cell, Form

from .numbers import decimal_text, is_blank, read_number

FULL = Fraction(100)
FUNDS = Fraction(10)
"""The weight of the budget's execution, whether it is printed or not."""


def asked_whole(form: Form) -> Form:
    """The form, its title marked where it prints no total row and its weights make no whole: a row may be missing,
    there twice, or another form's. Where a total row should be and is not, or a weight is no number, others ask."""
    if form.total.weight.origin != "absent" or form.total.weight.needs_review:
        return form
    own = _sum([row.weight for row in form.indicators])
    funds = _sum([row.weight for row in form.funds]) or FUNDS
    if not own or FULL in (own, own + FUNDS, own + funds):
        return form
    reason = (
        f"the weights of this form's indicators add up to {decimal_text(own)}, not to {decimal_text(FULL - funds)} or "
        f"{decimal_text(FULL)}: a row may be missing, there twice, or another form's"
    )
    return form.with_cells({"title": form.title.with_review(reason)})


def _sum(cells: list[Cell]) -> Fraction | None:
    """None where a text is no number; blanks, dashes and slashes count 0, as in every sum."""
    total = Fraction(0)
    for text in (cell.text for cell in cells if not is_blank(cell.text)):
        number = read_number(text)
        if number is None:
            return None
        total += number.value
    return total
