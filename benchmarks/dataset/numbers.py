"""Amounts and scores in whole hundredths, and how forms print them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random

_HALF = str.maketrans("：，；（）", ":,;()")


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """``value`` (not negative) rounded half up to that many decimals."""
    scale = 10**decimals
    return Fraction((value * scale * 2 + 1) // 2, scale)


def printed(value: Fraction, decimals: int | None, thousands: bool = False) -> str:
    """``value`` with that many decimals (None: up to four, as many as it needs)."""
    if decimals is None:
        decimals = next((d for d in range(5) if round_half_up(value, d) == value), 4)
    whole = int(round_half_up(value, decimals) * 10**decimals)
    head, tail = divmod(whole, 10**decimals)
    digits = f"{head:,}" if thousands else str(head)
    return f"{digits}.{tail:0{decimals}d}" if decimals else digits


def shares(total: int, parts: int, rng: Random, step: int = 100) -> list[int]:
    """``total`` hundredths in ``parts`` multiples of ``step`` (the last takes what is left), none of them 0."""
    if parts == 1:
        return [total]
    units = total // step
    if units < parts:
        even = total // parts
        return [even] * (parts - 1) + [total - even * (parts - 1)]
    cuts = (
        sorted(rng.sample(range(1, units), parts - 1))
        if rng.random() < 0.5
        else [units * i // parts for i in range(1, parts)]
    )
    edges = [0, *(c * step for c in cuts), total]
    return [b - a for a, b in pairwise(edges)]


def rate_score(rate: Fraction, weight: Fraction, scheme: str) -> Fraction:
    """The score of a funds row: ``proportional``, or ``banded`` (full from 95 %, none below 60 %, linear between)."""
    if scheme == "proportional":
        return weight * min(rate, Fraction(1))
    if rate >= Fraction(95, 100):
        return weight
    return weight * max(Fraction(0), (rate * 100 - 60) / 40)


def half_width(text: str) -> str:
    """The text with the half-width marks that some forms are typed in."""
    return text.translate(_HALF)
