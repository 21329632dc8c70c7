"""When two readings say the same: widths, spaces and the design of a mark are no difference."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SAME_MARKS = str.maketrans("≦⩽≧⩾", "≤≤≥≥")
"""One mark in two designs: which is printed depends on the face alone."""


@lru_cache(maxsize=30_000)
def folded(text: str) -> str:
    """A text without its spaces and widths: two that are the same so folded say the same."""
    return "".join(unicodedata.normalize("NFKC", text).translate(SAME_MARKS).split())


def comparisons(text: str) -> str:
    """The signs of a text that compare: "<=" of "<=17万元"."""
    return "".join(c for c in folded(text) if c in "<>=≤≥")


def is_han(text: str) -> bool:
    """Whether a character is a letter without case: a Chinese one, as far as these forms go."""
    return bool(text) and unicodedata.category(text[0]) == "Lo"


def is_numeric(text: str) -> bool:
    """Whether a line is a number or a value with its unit: a digit, and at most one character of Chinese."""
    return any(c.isdigit() for c in text) and sum(map(is_han, text)) <= 1
