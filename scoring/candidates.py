"""What a numeric cell may really print, given what was read: candidates with probabilities, before any arithmetic.

The reader's own word counts first (the text, its confidence, its alternatives). What is left of the probability goes to
the texts that one misreading of a known kind could have turned into the one read (``misreadings``), and the rest to
"something else", of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from forms import Cell

from .error_model import ErrorModel
from .misreadings import printable, undone
from .numbers import Number, decimal_text, is_blank, is_dash, read_number
from .wanted import Wanted

LOST_ZERO = 0.5  # of a blank's doubt, where the rules ask for nothing: a 0 says the same as the blank
WORDS_DOUBT = 0.98  # the least doubt of what nobody prints in a column of numbers ("lO", "00", "12.", "98,5")
DIRT_ZERO = 0.3  # of the doubt of a 0, that it is a spot in a blank cell: no sum hears the difference
NOT_PRINTED = 0.1  # that what may be a dash, in doubt, is a stroke but no print: a sum hears the same of either
LOST_VALUES = 100  # a number that was lost whole may have been any of so many
SURE = 0.99  # readings of this confidence or more are misread in ways of their own
READERS_SHARE = 0.9  # of the doubt that the reader's own alternatives may take at most


@dataclass(frozen=True, slots=True)
class Shape:
    """How a column prints its numbers: ``decimals`` (None where no other number tells) and what hangs on them."""

    decimals: int | None = None
    unit: str = ""


UNSHAPED = Shape()


@dataclass(frozen=True, slots=True)
class Misprint:
    """The probability that a certain number is printed where a certain other one was meant, one less than a factor of
    two away or ``far``."""

    near: float
    far: float


NOTHING = Wanted()
NO_MISPRINT = Misprint(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that the cell may print, as ``number`` (None: blank, a dash or a slash) with its probability.

    Where the print itself has a misprint, ``number`` is the one that was meant: what the form's rules hold for."""

    text: str
    number: Number | None
    probability: float

    @property
    def amount(self) -> Fraction:
        """What it counts in a sum (money in 万元): nothing for a blank."""
        return Fraction(0) if self.number is None else self.number.amount


@dataclass(frozen=True, slots=True)
class Domain:
    """The candidates of one cell, the read text first where it is a number or blank; ``other`` is the probability that
    the cell prints none of them.

    Where one misreading explains what a rule asks for, some other text would have to hit on it by chance: that much of
    ``other`` is left out, and with the candidates it no longer adds up to 1."""

    candidates: tuple[Candidate, ...]
    other: float


def domain(
    cell: Cell,
    model: ErrorModel,
    *,
    rate: bool = False,
    wanted: Wanted = NOTHING,
    size: int = 5,
    shape: Shape = UNSHAPED,
    misprint: Misprint = NO_MISPRINT,
) -> Domain:
    """The candidates of a numeric cell.

    The ``size`` likeliest misreadings undone, the reader's alternatives, and every misreading undone whose amount is
    ``wanted`` (what some rule asks for; each keeps its own probability, being asked for adds none). ``rate`` marks a
    column of percentages, ``shape`` is how the column mostly prints its numbers. ``misprint``: how likely
    a number is printed where another one was meant. A text that is no number and cannot have been one gives
    ``other`` alone.
    """
    doubt = 1.0 - cell.confidence
    if cell.origin != "corrected":
        doubt = max(doubt, model.floor)
        if not printable(cell.text) and undone(cell.text, model, rate):
            doubt = max(doubt, WORDS_DOUBT)
    told = _told(cell, doubt)
    left = doubt - sum(told.values())
    chances = dict(told)
    for place, (text, share, amount) in enumerate(undone(cell.text, model, rate, sure=doubt <= 1.0 - SURE)):
        if place < size or text in told or amount in wanted.amounts:
            chances[text] = chances.get(text, 0.0) + left * share
    dashes = {text: p for text, p in chances.items() if is_dash(text)}
    if dashes and "" not in chances and cell.text:
        chances |= {text: p * (1.0 - NOT_PRINTED) for text, p in dashes.items()}
        chances[""] = NOT_PRINTED * sum(dashes.values())
    number = read_number(cell.text)
    if number is not None and number.value == 0 and cell.origin != "corrected":
        spot = max(0.0, DIRT_ZERO * doubt - chances.get("", 0.0))
        chances = {text: p * (1.0 - spot / doubt) for text, p in chances.items()} if doubt else chances
        chances[""] = chances.get("", 0.0) + spot
    for text, share in _recovered(cell.text, model, wanted.amounts, rate, shape):
        chances.setdefault(text, left * share)
    meant = list(_meant(cell, wanted, misprint, 1.0 - doubt)) if cell.origin != "corrected" else []
    as_meant = 1.0 - doubt - sum(c.probability for c in meant)
    found = [Candidate(cell.text, read_number(cell.text), as_meant), *meant]
    found += [Candidate(text, read_number(text), p) for text, p in chances.items()]
    usable = tuple(c for c in found if c.probability > 0 and (c.number is not None or is_blank(c.text)))
    other = max(0.0, 1.0 - sum(c.probability for c in usable))
    known = [c.amount for c in usable if c.text != cell.text]
    unknown = min(other, left * model.other)
    return Domain(usable, unknown * wanted.by_chance(known) + (other - unknown) * wanted.unasked(known))


def _meant(cell: Cell, wanted: Wanted, misprint: Misprint, well_read: float) -> Iterator[Candidate]:
    """The text as read, for each number that may have been meant in its place."""
    number = read_number(cell.text)
    if number is None or not well_read * misprint.near:
        return
    for amount in sorted(wanted.meant):
        is_far = max(amount, number.amount) >= 2 * min(amount, number.amount)
        chance = misprint.far if is_far else misprint.near
        yield Candidate(cell.text, replace(number, value=amount / number.scale), well_read * chance)


def _told(cell: Cell, doubt: float) -> dict[str, float]:
    """The reader's alternatives, scaled so that some doubt is left to what the reader did not think of."""
    told = {text: p for text, p in cell.alternatives if text != cell.text and p > 0}
    total = sum(told.values())
    return {t: p * min(1.0, READERS_SHARE * doubt / total) for t, p in told.items()} if total > 0 else {}


def _recovered(
    text: str, model: ErrorModel, wanted: frozenset[Fraction], rate: bool, shape: Shape
) -> Iterator[tuple[str, float]]:
    """A number lost whole leaves no trace to undo: only what the rules ask for can be proposed, printed as the column
    prints its numbers, or with no more decimals than it needs."""
    if not is_blank(text):
        return
    share = (1.0 if text == "" else model.kinds.lost) / LOST_VALUES  # a number is seldom read as a dash
    unit = shape.unit or ("%" if rate else "")
    if 0 in wanted:
        yield decimal_text(Fraction(0), shape.decimals or 0) + unit, LOST_ZERO
    for amount in sorted(wanted):
        needed = next((d for d in range(3) if (amount * 10**d).denominator == 1), None)
        if amount > 0 and needed is not None:
            usual = 2 if shape.decimals is None else shape.decimals
            ways = sorted({needed, max(needed, usual)})
            for decimals in ways:
                yield decimal_text(amount, decimals) + unit, share / len(ways)
