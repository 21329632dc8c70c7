"""What stands below a header says which meanings its column cannot have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .longtable import EDGE, LongTable, Piece
from .wording import compact, fold, is_symbol

AMOUNTS = frozenset(("initial_budget", "annual_budget", "executed", "rate"))
POINTS = frozenset(("weight", "score"))
NUMBERS = AMOUNTS | POINTS
_WORDS = frozenset(("level1", "level2", "level3", "reason"))
_NOTHING = "无"
"""What stands for a blank in a column of any meaning."""
_BODY_ROWS = 6
_MOST_POINTS = 100
AMOUNT = re.compile(r"[<>=≤≥]*[-+]?\d[\d,]*(?:\.\d+)?(?:%|分|元|万元|亿元)?")
_FIGURE = re.compile(r"[<>=≤≥]*[-+]?\d[\d,.·:;]*(?:%|分|元|万元|亿元)?")
"""An amount, or what a reader makes of one: 46.158.250.00."""
_RATE = re.compile(r"\d+\.\d+%")


def first_rows(table: LongTable, row: int) -> list[Piece]:
    """What begins in the first rows below a header that ends at ``row``, as far as its section's label reaches."""
    side = next((p for p in table.on_row(row) if p.left < EDGE and p.top < row), None)
    last = min(row + _BODY_ROWS, side.bottom if side else table.n_rows)
    return [p for p in table.pieces if row <= p.top < last]


def _in_column(body: Sequence[Piece], left: float, right: float) -> list[Piece]:
    """The cells of a column alone, none that goes over its neighbours too."""
    return [p for p in body if p.covers(left, right) and p.width < 1.5 * (right - left)]


def contradicted(body: Sequence[Piece], left: float, right: float) -> frozenset[str]:
    """The meanings that what stands below a header speaks against: words are no amounts, numbers and single characters
    no levels and no reasons. (年度预算数 may stand over the names of rows of funds.)"""
    texts = [compact(p.text) for p in _in_column(body, left, right) if fold(p.text) != _NOTHING]
    numbers = sum(_FIGURE.fullmatch(t) is not None for t in texts)
    words = sum(len(fold(t)) >= 2 and not any(c.isdigit() for c in t) for t in texts)
    if words >= 2 and not numbers:
        return NUMBERS
    single = len(texts) >= 2 and all(len(fold(t)) == 1 for t in texts)  # 是, 否
    return _WORDS if single or (numbers >= 2 and numbers > words) else frozenset()


def no_points(body: Sequence[Piece], left: float, right: float) -> frozenset[str]:
    """Weights and scores where two numbers or more below a header are larger than any points are, or rates (97.03%)."""
    below = [compact(p.text) for p in _in_column(body, left, right)]
    return POINTS if sum(_is_over_hundred(t) or _RATE.fullmatch(t) is not None for t in below) >= 2 else frozenset()


def _is_over_hundred(text: str) -> bool:
    """Whether an amount is more than any points are: 200.00, 1,200万元."""
    digits = re.fullmatch(r"[-+]?(\d[\d,]*)(?:\.\d+)?(?:元|万元|亿元)?", text)
    return digits is not None and int(digits[1].replace(",", "")) > _MOST_POINTS


def are_signs(body: Sequence[Piece], left: float, right: float) -> bool:
    """Whether most of what stands below a header is signs of comparison, two or more: the others may be words that tell
    of what kind a target is (定性)."""
    texts = [p.text for p in _in_column(body, left, right) if compact(p.text)]
    signs = sum(is_symbol(text) for text in texts)
    return signs >= 2 and 2 * signs > len(texts)


def share_with_digits(body: Sequence[Piece], left: float, right: float) -> float:
    texts = [p.text for p in _in_column(body, left, right)]
    return sum(any(c.isdigit() for c in t) for t in texts) / max(1, len(texts))
