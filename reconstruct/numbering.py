"""Rows whose names are numbered, ①②③: a number out of its turn was misread, or a row is missing before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from forms import Indicator

_ONE, _MOST = ord("①"), 20
_ENOUGH = 3
"""Numbers in their turn, one after the other, from which on rows are numbered."""


def in_their_turn(rows: Sequence[Indicator]) -> list[Indicator]:
    """The rows, names that are numbered out of their turn marked.

    Where the numbers begin anew below each name of a level they may do so anywhere: no such row is marked.
    """
    numbers = [_number(row.level3.text) for row in rows]
    if not _go_through(rows, numbers):
        return list(rows)
    found: list[Indicator] = []
    wanted = 1
    for row, number in zip(rows, numbers, strict=True):
        if number and number != wanted:
            doubt = f"{row.level3.text[0]} stands where {chr(_ONE + wanted - 1)} should"
            row = replace(row, level3=row.level3.with_review(doubt))
        # A greater number: a row is missing, and these go on from it. A lesser one was misread.
        wanted = max(wanted, number or 0) + 1
        found.append(row)
    return found


def _go_through(rows: Sequence[Indicator], numbers: Sequence[int | None]) -> bool:
    """Whether the numbers go on from one level's rows to the next one's, and so through the whole form."""
    steps = zip(pairwise(rows), pairwise(numbers), strict=True)
    on = [one.level2.text != two.level2.text for (one, two), (a, b) in steps if a and b == a + 1]
    return numbers[:1] == [1] and any(on) and len(on) >= _ENOUGH and 2 * len(on) >= len(rows)


def _number(name: str) -> int | None:
    """The circled number that a name begins with, 1 to 20."""
    at = ord(name[0]) - _ONE if name else -1
    return at + 1 if 0 <= at < _MOST else None
