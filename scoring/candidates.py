"""What a numeric cell may really print, given what was read: candidates with probabilities, before any arithmetic.

The reader's own word counts first (the text, its confidence, its alternatives). What is left of the probability goes to
the texts that one misreading of a known kind could have turned into the one read (``misreadings``), and the rest to
"something else", of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from forms import Cell

from .error_model import ErrorModel
from .misreadings import printable, undone
from .numbers import Number, decimal_text, is_blank, read_number

LOST_ZERO = 0.5  # of a blank's doubt, where the rules ask for nothing: a 0 says the same as the blank
WORDS_DOUBT = 0.98  # the least doubt of what nobody prints in a column of numbers ("lO", "00", "12.", "98,5")
# Where one misreading explains what a rule asks for, some other text would have to hit on it by chance: the rest of
# the probability of "something else" is dropped, and `other` with the candidates no longer adds up to 1.
BY_CHANCE = 0.1
READERS_SHARE = 0.9  # of the doubt that the reader's own alternatives may take at most


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that the cell may print, as ``number`` (None: blank, a dash or a slash) with its probability."""

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
    the cell prints none of them."""

    candidates: tuple[Candidate, ...]
    other: float


def domain(
    cell: Cell, model: ErrorModel, *, rate: bool = False, wanted: frozenset[Fraction] = frozenset(), size: int = 5
) -> Domain:
    """The candidates of a numeric cell.

    The ``size`` likeliest misreadings undone, the reader's alternatives, and every misreading undone whose amount is in
    ``wanted`` (what some rule asks for; each keeps its own probability, being asked for adds none). ``rate`` marks a
    column of percentages. A text that is no number and cannot have been one gives ``other`` alone.
    """
    doubt = 1.0 - cell.confidence
    if cell.origin != "corrected":
        doubt = max(doubt, model.floor)
        if not printable(cell.text) and undone(cell.text, model, rate):
            doubt = max(doubt, WORDS_DOUBT)
    told = _told(cell, doubt)
    left = doubt - sum(told.values())
    chances = dict(told)
    for place, (text, share, amount) in enumerate(undone(cell.text, model, rate)):
        if place < size or text in told or amount in wanted:
            chances[text] = chances.get(text, 0.0) + left * share
    for text, share in _recovered(cell.text, model, wanted, rate):
        chances.setdefault(text, left * share)
    found = [Candidate(cell.text, read_number(cell.text), 1.0 - doubt)]
    found += [Candidate(text, read_number(text), p) for text, p in chances.items()]
    usable = tuple(c for c in found if c.probability > 0 and (c.number is not None or is_blank(c.text)))
    other = max(0.0, 1.0 - sum(c.probability for c in usable))
    if not is_blank(cell.text) and any(c.text != cell.text and c.amount in wanted for c in usable):
        other *= BY_CHANCE
    return Domain(usable, other)


def _told(cell: Cell, doubt: float) -> dict[str, float]:
    """The reader's alternatives, scaled so that some doubt is left to what the reader did not think of."""
    told = {text: p for text, p in cell.alternatives if text != cell.text and p > 0}
    total = sum(told.values())
    return {t: p * min(1.0, READERS_SHARE * doubt / total) for t, p in told.items()} if total > 0 else {}


def _recovered(text: str, model: ErrorModel, wanted: frozenset[Fraction], rate: bool) -> Iterator[tuple[str, float]]:
    """A number lost whole leaves no trace to undo: only what the rules ask for can be proposed."""
    if is_blank(text):
        if 0 in wanted:
            yield "0" + ("%" if rate else ""), LOST_ZERO
        for amount in sorted(wanted):
            if amount > 0 and (amount * 100).denominator == 1:
                yield decimal_text(amount) + ("%" if rate else ""), model.kinds.lost / 100
