"""Ink that no character of a reading stands at: something was printed there that the reader has no word for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forms import LineReading

from .compose import line_alternatives
from .folding import folded, is_numeric
from .pixels import grey, stretches
from .protocol import LineImage

LEFT_OUT = 0.2
"""Characters' widths of ink further than ``REACH`` of one from every character: something was not read."""
REACH = 0.7
ROOM = 1.35
"""Width of the ink over the width that the text takes in print: more has room for a character that was not read."""
FRAME = 1.3
"""Height of a line image over that of its characters (see ``layout.textlines``)."""
PAPER = 160
"""Grey value from which a column holds no ink."""
MISSED, VALUE = 0.3, 0.1
"""So many characters' widths of ink left unread beside a value are taken for a unit that no reader knows, with this
belief at least. Of 1,354 texts with digits on 64 undamaged pages none leaves as much (2026-11-30)."""

DOT, BIG = 0.08, 0.45
"""Characters that the sides of a mark measure: no less is ink that was shed, more is a character."""
EDGE, DARK = 128, 105
"""Grey values below which a pixel is a mark's, and the darkest one of it is."""
OWN, NARROW, SIGN = 0.56, 0.45, 0.75
"""Characters from the middle of a full-width, of a narrow character and of a % that are its own ink at most."""
SPACED = 3
"""More characters than this tell how far apart they stand, for the most part."""
APART, STROKE = 0.1, 0.08
"""Characters: with less white beside it a piece may be a stroke (of 忄), and is its character's so much further out."""
BEYOND = 1.6
"""Characters from the nearest character to a mark at most; further away it is dirt or a neighbour's."""


def leaves_ink(line: LineImage, reading: LineReading) -> bool:
    """Whether ink stands where no character was read, or more of it than the text takes; all of it where none was."""
    inked = _inked(line)
    if not inked.size or not reading.characters:
        return bool(inked.size)
    units = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in reading.text)
    wide = float(np.ptp(inked)) + 1.0 > ROOM * line.shape[0] / FRAME * units
    return bool(wide or _away(line, inked, reading) > LEFT_OUT)


def unread_letters(lines: Sequence[LineImage], readings: Sequence[LineReading]) -> float:
    """How much the readers believe (0 to 1) that a cell has a letter or digit more, of lines that leave ink unread.

    One that a single reader knows is in no character's posterior: ㎡ of 628万㎡ is m² to PP-OCRv6 tiny, to small it is
    nothing, and each character of 628万 is sure. A rival longer by a letter alone says little (总额 is 总客额 where a
    character wavers between two), nor does ink alone (dirt); where both are, a character is missed, and beside a value
    by much ink alone. A rival longer by two letters is no wavering, nor is the ² of m².
    """
    left = 1.0
    for line, reading in zip(lines, readings, strict=True):
        own, others = _letters(reading.text), line_alternatives(reading)
        sure = sum(chance for text, chance in others if _letters(text) > own + 1 or _has_square(text, reading.text))
        more = sum(chance for text, chance in others if _letters(text) > own)
        if is_numeric(reading.text) and _away(line, _inked(line), reading) >= MISSED:
            more = max(more, VALUE)
        if more > sure and leaves_ink(line, reading):
            sure = more
        left *= 1.0 - min(1.0, sure)
    return 1.0 - left


def unread_marks(lines: Sequence[LineImage], readings: Sequence[LineReading]) -> int:
    """How many small pieces of ink stand between, before or behind the characters of a cell's lines and are none's.

    A · or 。 that is not read is in no character's posterior, and too little ink for ``leaves_ink``: 元/生·年 was
    元/生年, sure to .9996. Of 12,133 texts on 127 pages (clean, faxed, and through sixteen devices) 49 have such a
    piece; 38 of these are read wrongly (2026-12-01). A text of marks alone (……) is for those to tell who read it.
    """
    return sum(_pieces_between(line, reading) for line, reading in zip(lines, readings, strict=True))


def _pieces_between(line: LineImage, reading: LineReading) -> int:
    if not any(c.isalnum() for c in reading.text):
        return 0
    ink, character = grey(line), line.shape[0] / FRAME
    places = np.array([c.position for c in reading.characters]) * line.shape[1] / character
    reach = np.array([_reach(c.text) for c in reading.characters])
    if len(places) > SPACED:  # letters spaced out are no larger, but what they say of their middles is
        reach *= max(1.0, float(np.median(np.diff(places))))
    count = 0
    starts, ends = stretches(ink.min(axis=0) < EDGE)
    white = np.concatenate([[line.shape[1]], starts[1:] - ends[:-1], [line.shape[1]]]) / character
    for start, end, before, behind in zip(starts, ends, white, white[1:], strict=False):
        if not DOT * character <= end - start <= BIG * character:
            continue
        piece = ink[:, start:end]
        high = float(np.ptp(np.flatnonzero(piece.min(axis=1) < EDGE))) + 1.0
        away = np.abs(places - (start + end) / 2 / character)
        own = reach + (STROKE if min(before, behind) < APART else 0.0)
        count += bool(
            DOT <= high / character <= BIG and piece.min() < DARK and (away > own).all() and away.min() <= BEYOND
        )
    return count


def _reach(text: str) -> float:
    """How far the ink of a character goes from its middle, in characters."""
    if any(c in "%‰" for c in text):
        return SIGN
    return OWN if any(unicodedata.east_asian_width(c) in "WF" for c in text) else NARROW


def _has_square(other: str, text: str) -> bool:
    """Whether another reading has the exponent of a unit that this one has without: 628万m² for 628万m."""
    other, text = folded(other), folded(text)
    return any(other.count("m" + n) > text.count("m" + n) and other.replace("m" + n, "m", 1) == text for n in "23")


def _inked(line: LineImage) -> NDArray[np.intp]:
    """The columns of a line image that hold ink."""
    return np.flatnonzero(grey(line).min(axis=0) < PAPER)


def _away(line: LineImage, inked: NDArray[np.intp], reading: LineReading) -> float:
    """Columns of ink further than ``REACH`` of a character from every character that was read, in characters."""
    if not inked.size:
        return 0.0
    character = line.shape[0] / FRAME
    places = np.array([c.position for c in reading.characters]) * line.shape[1]
    away = np.abs(inked[:, None] - places[None, :]).min(axis=1) > REACH * character
    return float(np.count_nonzero(away) / character)


def _letters(text: str) -> int:
    """How many letters and digits a text has; a % is two, as which it is read (90% and 9096)."""
    plain = folded(text)
    return sum(c.isalnum() for c in plain) + 2 * sum(c in "%‰" for c in plain)
