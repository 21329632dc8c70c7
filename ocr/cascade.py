"""Two readers: a quick one reads every line, a thorough one reads again what is in doubt and what must not be wrong.

PP-OCRv6 tiny takes a fifth of the time of small and, where its weakest character is surer than ``ACCEPT``, reads the
same in all but one line of a thousand. What it gets wrong at such posteriors shows elsewhere: ink that no character
stands at, or more room than the text takes. No number stands on one reading, whatever the quick one says: one of which
it is sure it reads again itself, from another picture of the line (see ``narrowed``), every other one is read by both.
Of a long line with a doubtful character or two the thorough one is shown these alone (see ``windows``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from forms import LineReading, Provenance

from .compose import with_alternative
from .folding import folded, is_numeric
from .protocol import LineImage, Recogniser
from .script import in_one_script
from .squares import with_square
from .unread import leaves_ink
from .windows import Window, confirmed, windows

ACCEPT = 0.98
"""The least posterior of its weakest character with which the quick reader's word is taken for a line of text."""
SURE_NUMBER = 0.99
"""The least posterior of its weakest character, in both pictures of the line, with which the quick reader's word is
taken for a number. Of 38,683 numbers on 1,108 made-up pages, most of them damaged, that is 90 in a hundred; of 16 of
these the thorough reader read something else, and was right of two: a stroke left at a line's end and a point that
shine-through had paled, which shows by its ink (see ``points``). By one picture alone it would be 94 in a hundred with
three more wrong ones, 18 for 1.8 with a posterior of 0.998 among them (2026-11-29)."""
NARROW = 0.75
"""Of the line's width, in the second picture. At 0.85 four more of the numbers above are taken in which the two readers
differ, at 0.67 three fewer, and three in a hundred more are left to the thorough reader."""
RIVAL = 0.1
"""A line that as likely as this says something else is in doubt, however sure its characters are of themselves: what a
colon or comma loses that was not read is in no character's posterior."""
TRUSTED_BELOW, TRUSTED_ABOVE = 0.7, 0.95
"""Where the two differ, the quick reader's text stands if the thorough one is less sure than the first of these and
the quick one surer than the second; else the thorough one's."""
LOOKALIKES = frozenset("一-－–—―﹣_~～")
"""Flat strokes: which of them is printed is held against the thorough reader's posteriors (see ``dashes``)."""


class Cascade:
    """A ``Recogniser`` of two: ``quick`` for every line, ``thorough`` for what needs it.

    A reading says which of them it is (``engine``) and whether it was read the same twice (``agreed``; None: once, by
    the quick one). Where they differ, what the other one read is among the alternatives.
    """

    def __init__(self, quick: Recogniser, thorough: Recogniser) -> None:
        self._quick, self._thorough = quick, thorough

    @property
    def provenance(self) -> Provenance:
        first, second = self._quick.provenance, self._thorough.provenance
        return Provenance(f"{second.engine}-cascade", second.device, (*first.weights, *second.weights))

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        readings = self._sure_numbers_twice(lines, self._quick.read(lines))
        again = [i for i, (line, r) in enumerate(zip(lines, readings, strict=True)) if needs_second(line, r)]
        parts = {i: doubtful_windows(lines[i], readings[i]) for i in again}
        # In one call: lines of one width are read together, narrow ones in two thirds of the time they take apart.
        answers = iter(
            self._thorough.read([image for i in again for image in ([w.image for w in parts[i]] or [lines[i]])])
        )
        whole, unconfirmed = {}, []
        for i in again:
            if not parts[i]:
                whole[i] = next(answers)
            elif found := confirmed(lines[i], readings[i], [(window, next(answers)) for window in parts[i]]):
                readings[i] = found
            else:
                unconfirmed.append(i)
        whole |= zip(unconfirmed, self._thorough.read([lines[i] for i in unconfirmed]), strict=True)
        for i, second in whole.items():
            readings[i] = settled(lines[i], readings[i], second)
        return readings

    def _sure_numbers_twice(self, lines: Sequence[LineImage], readings: Sequence[LineReading]) -> list[LineReading]:
        """The quick reader's readings; of the numbers that it reads the same, and is sure of, twice the surer one, as
        ``agreed``."""
        found = list(readings)
        sure = [i for i, (line, r) in enumerate(zip(lines, readings, strict=True)) if is_sure_number(line, r)]
        for i, other in zip(sure, self._quick.read([narrowed(lines[i]) for i in sure]), strict=True):
            if other.confidence >= SURE_NUMBER and folded(other.text) == folded(found[i].text):
                found[i] = replace(max(found[i], other, key=lambda r: r.confidence), agreed=True)
        return found


def needs_second(line: LineImage, reading: LineReading) -> bool:
    """Whether the thorough reader must be asked: doubt, a number read once, a flat stroke, or ink that was not read."""
    if reading.agreed:
        return False
    return is_numeric(reading.text) or _is_doubtful(line, reading)


def is_sure_number(line: LineImage, reading: LineReading) -> bool:
    """Whether a number may do without the thorough reader if the quick one reads it the same in another picture."""
    return reading.confidence >= SURE_NUMBER and is_numeric(reading.text) and not _is_doubtful(line, reading)


def narrowed(line: LineImage) -> LineImage:
    """Another picture of the same print: the line image (H, W) or (H, W, 3) at three quarters of its width."""
    height, width = line.shape[:2]
    return np.asarray(cv2.resize(line, (max(1, round(NARROW * width)), height), interpolation=cv2.INTER_AREA), np.uint8)


def _is_doubtful(line: LineImage, reading: LineReading) -> bool:
    """Whether a reading by itself says that it may be wrong."""
    if not reading.characters or reading.confidence < ACCEPT:
        return True
    text = reading.text
    if sum(chance for other, chance in reading.alternatives if folded(other) != folded(text)) >= RIVAL:
        return True
    return any(c in LOOKALIKES for c in text) or leaves_ink(line, reading)


def doubtful_windows(line: LineImage, reading: LineReading) -> tuple[Window, ...]:
    """What the thorough reader must see of a line of text; () where that is all of it.

    A number is read whole, and so is a line with ink that the quick reader left out.
    """
    doubtful = [k for k, c in enumerate(reading.characters) if c.posterior < ACCEPT or c.text in LOOKALIKES]
    if not doubtful or is_numeric(reading.text):
        return ()
    found = windows(line, reading, doubtful)
    return () if found and leaves_ink(line, reading) else found


def settled(line: LineImage, quick: LineReading, thorough: LineReading) -> LineReading:
    """One reading out of two of the same line."""
    if in_one_script(folded(quick.text)) == in_one_script(folded(thorough.text)):
        return replace(thorough, agreed=True)
    if unit := with_square(line, quick, thorough):
        return replace(unit, alternatives=((thorough.text, 1.0 - unit.confidence),), agreed=False)
    trusted = thorough.confidence < TRUSTED_BELOW and quick.confidence > TRUSTED_ABOVE
    stands, other = (quick, thorough) if trusted else (thorough, quick)
    chance = other.confidence / max(1e-9, other.confidence + stands.confidence) if other.characters else 0.0
    return replace(stands, alternatives=with_alternative(stands.alternatives, other.text, chance), agreed=False)
