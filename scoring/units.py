"""Units that a form prints beside all of its values but one: a faint % or 处 may be lost, or the number before it; the
comma of thousands, which may be a point; and numbers that are printed in no such way (98:3%, 1,25O).

No rule, and no finding: what a clerk leaves out is no error. It is a question to a person, asked only where the form
itself is consistent but for one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms import Cell, Form, is_number_column

from .numbers import folded, is_blank, read_number

_VALUE = re.compile(
    r"(?:>=|<=|≥|≤|=|>|<|不低于|不少于|不超过|不高于)?[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?P<unit>[^0-9.,]{0,8})"
)
_THOUSANDS, _THREE = re.compile(r"\d,\d{3}"), re.compile(r"(?<![\d,.])[1-9]\d{0,2}\.\d{3}(?!\d)")
_COLON = re.compile(r"\d[:;·]\d+[%‰]")
_LETTER = re.compile(r"\d[\d,.]*\d[Oo]|\d,\d*[Oo]")
"""An O behind two digits: no unit begins with it, and a formula (H2O) has one digit there."""
SURE = 0.9998
"""Confidence from which on a value without its unit was printed so: what faxes lost a % of is read with 0.994 to
0.9994, and what offices leave out on clean scans, but for a bare 0, with 0.99984 and more."""
LEAST = 3
"""Values that a form prints, from which on one without a unit that all others have is asked about."""


def asked_units(form: Form) -> Form:
    """The form with marks on what lost its unit, and on units that lost their number.

    A rate without % where all others have it; of a target (≥90%) and what was reached (88) one without the unit of the
    other, where in all other rows both have one; a unit alone beside a value of that unit (≥4处 and 处); a point before
    three digits beside a value of that unit with a comma there (≥32,600户 and 32.814户); within any text a number with
    a colon for its point (98:3%) or an O for a 0 (1,25OkVA).
    """
    kinds = (_rates, _numbers, _results, _points, _misread)
    return form.with_cells({address: cell for kind in kinds for address, cell in kind(form)})


def _rates(form: Form) -> Iterator[tuple[str, Cell]]:
    printed = [
        (f"funds.{i}.rate", row.rate, n) for i, row in enumerate(form.funds) if (n := read_number(row.rate.text))
    ]
    bare = [(address, cell) for address, cell, number in printed if not number.unit]
    if (
        len(bare) == 1
        and bare[0][1].confidence < SURE
        and len(printed) >= LEAST
        and all(n.is_percent for _, c, n in printed if c is not bare[0][1])
    ):
        yield bare[0][0], bare[0][1].with_review("the other rates are printed with %: its % may have been lost")


def _beside(form: Form) -> Iterator[tuple[str, Cell, Cell]]:
    """Of each row what was reached and the target: the address, the cell, and the other of the two."""
    for i, row in enumerate(form.indicators):
        yield f"indicators.{i}.actual", row.actual, row.target
        yield f"indicators.{i}.target", row.target, row.actual


def _numbers(form: Form) -> Iterator[tuple[str, Cell]]:
    for address, cell, other in _beside(form):
        alone, unit = folded(cell.text), _unit(other.text)
        if unit and not is_blank(alone) and alone == unit:
            yield address, cell.with_review(f"{unit} stands here without a number")


def _results(form: Form) -> Iterator[tuple[str, Cell]]:
    pairs = [(_unit(row.target.text), _unit(row.actual.text)) for row in form.indicators]
    both = sum(bool(one) and one == two for one, two in pairs)
    lacking = [i for i, (one, two) in enumerate(pairs) if None not in (one, two) and bool(one) != bool(two)]
    if len(lacking) == 1 and both >= LEAST:
        row, name = form.indicators[lacking[0]], "actual" if pairs[lacking[0]][0] else "target"
        cell: Cell = getattr(row, name)
        unit = "".join(part or "" for part in pairs[lacking[0]])
        number = read_number(cell.text)
        if cell.confidence < SURE and not (number and number.value == 0):
            reason = f"{unit} stands behind the other value of this row, and behind both in all other rows"
            yield f"indicators.{lacking[0]}.{name}", cell.with_review(f"{reason}: it may be lost")


def _points(form: Form) -> Iterator[tuple[str, Cell]]:
    for address, cell, other in _beside(form):
        unit = _unit(cell.text)
        thousands = _THOUSANDS.search(folded(other.text))
        if unit and unit == _unit(other.text) and thousands and _THREE.search(folded(cell.text)):
            yield address, cell.with_review(f"{other.text} stands beside it: its point may be a comma")


def _misread(form: Form) -> Iterator[tuple[str, Cell]]:
    for address, cell in form.cells():
        if is_number_column(address) or cell.origin == "corrected":
            continue
        text = folded(cell.text)
        if found := _COLON.search(text) or _LETTER.search(text):
            yield address, cell.with_review(f"no number is printed as {found[0]} is")


def _unit(text: str) -> str | None:
    """What hangs on a value, "" for a bare number; None for other texts."""
    match = _VALUE.fullmatch(folded(text))
    return match["unit"] if match else None
