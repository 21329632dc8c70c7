"""Printed numbers, read exactly: no float is made from what stands on paper.

A number in a form's cell comes with what the print hangs on it: "9.8分", "3.44万元", "=4", "(50分)", "98.66%",
"1,274.77", in half-width or full-width signs, with stray spaces. Anything else is no number: a blank, a dash, a slash
(``is_blank``), or words ("2024年11月前完成").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import floor

_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # the full-width forms of ASCII
_FOLD |= {ord(a): b for a, b in zip("[{［｛【〔〖「]}］｝】〕〗」−≧⩾≦⩽", "(((((((())))))))-≥≥≤≤", strict=True)}

_DASH, _SLASH = r"\-‐‑‒–—―─━ー－_", r"/\\／⁄∕"
_BLANK, _DASHES = re.compile(f"[{_DASH}{_SLASH}]*"), re.compile(f"[{_DASH}]+")
_POINT = re.compile(r"(?<=[0-9])[。·・](?=[0-9])")

# A unit's scale is its worth in 万元, the unit that the forms' funds columns print in their header.
_MONEY = {
    "百万元": Fraction(100),
    "万元": Fraction(1),
    "亿元": Fraction(10_000),
    "千元": Fraction(1, 10),
    "元": Fraction(1, 10_000),
    "万": Fraction(1),
}
_UNITS = ("分", "%", *_MONEY)
_UNIT = "|".join(_UNITS)
_NUMBER = re.compile(
    r"(?P<open>\(?)(?P<relation>>=|<=|≥|≤|=|>|<)?(?P<sign>[-+]?)"
    r"(?:(?P<grouped>[0-9]{1,3}(?:,[0-9]{3})+)|(?P<whole>[0-9]*))(?P<point>\.(?P<decimals>[0-9]*))?"
    rf"(?P<unit>{_UNIT}|\((?:{_UNIT})\))?(?P<close>\)?)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number. ``value`` is in the printed unit, ``decimals`` the printed places after the point.

    ``unit`` is what hangs on it ("分", "万元", "%", or ""), ``relation`` the sign before it ("=", ">=", or "").
    """

    value: Fraction
    decimals: int = 0
    unit: str = ""
    relation: str = ""

    @property
    def step(self) -> Fraction:
        """One unit of the last printed decimal."""
        return Fraction(1, 10**self.decimals)

    @property
    def is_percent(self) -> bool:
        return self.unit == "%"

    @property
    def scale(self) -> Fraction:
        """What one of the printed unit is worth in 万元; 1 for a bare number or one that is no money."""
        return _MONEY.get(self.unit, Fraction(1))

    @property
    def amount(self) -> Fraction:
        """The value in 万元: what makes "34400元" and "3.44" comparable."""
        return self.value * _MONEY[self.unit] if self.unit in _MONEY else self.value

    def agrees(self, computed: Fraction) -> bool:
        """Whether ``computed`` (in 万元 for money) rounded half up to the printed decimals gives this number."""
        return round_half_up(computed / self.scale, self.decimals) == self.value

    def agrees_with_quotient(self, numerator: int, denominator: int) -> bool:
        """``agrees`` with numerator / denominator (denominator > 0) in this number's own unit, in whole numbers."""
        power: int = 10**self.decimals
        digits = self.value.numerator * (power // self.value.denominator)
        return (2 * numerator * power + denominator) // (2 * denominator) == digits

    def shown(self, computed: Fraction) -> str:
        """``computed`` as this cell would print it: same unit, same decimals."""
        unit = "" if self.unit in ("分", "") else self.unit
        return decimal_text(round_half_up(computed / self.scale, self.decimals), self.decimals) + unit


def folded(text: str) -> str:
    """The text with full-width signs made half-width, all brackets round and no white space."""
    return "".join(text.translate(_FOLD).split())


def is_blank(text: str) -> bool:
    """True for an empty cell, a dash or a slash (however often and in whatever width)."""
    return _BLANK.fullmatch("".join(text.split())) is not None


def is_dash(text: str) -> bool:
    """True for a dash, of whatever length and however often."""
    return _DASHES.fullmatch("".join(text.split())) is not None


@lru_cache(maxsize=16384)
def read_number(text: str) -> Number | None:
    """The number that the cell prints, or None when it prints none (blank, dash, slash, words)."""
    match = _NUMBER.fullmatch(_POINT.sub(".", folded(text)))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    whole = (match["grouped"] or match["whole"]).replace(",", "")
    decimals = match["decimals"] or ""
    if not whole + decimals:
        return None
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    return Number(
        value=-value if match["sign"] == "-" else value,
        decimals=len(decimals),
        unit=(match["unit"] or "").strip("()"),
        relation=match["relation"] or "",
    )


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """``value`` rounded to that many decimals, a half always upwards."""
    power = 10**decimals
    return Fraction((2 * value.numerator * power + value.denominator) // (2 * value.denominator), power)


def decimal_text(value: Fraction, decimals: int | None = None) -> str:
    """``value`` in decimal digits: with just that many decimals, or with as many as it needs (at most six)."""
    if decimals is None:
        decimals = next((d for d in range(6) if (value * 10**d).denominator == 1), 6)
    digits = floor(abs(value) * 10**decimals + Fraction(1, 2))
    sign = "-" if value < 0 and digits else ""
    whole, part = divmod(digits, 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"
