"""What all lines of a page have in common: their script, and which brackets stand around a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import LineReading

from .brackets import prints_tortoise, to_tortoise
from .script import is_simplified, to_simplified


@dataclass(frozen=True, slots=True)
class PagePrint:
    """Whether a page is written in ``simplified`` characters, and whether it prints 〔〕 (``tortoise``)."""

    simplified: bool = False
    tortoise: bool = False

    @staticmethod
    def of(readings: Sequence[LineReading]) -> PagePrint:
        """By the readings of all its lines."""
        return PagePrint(is_simplified(reading.text for reading in readings), prints_tortoise(readings))

    def applied(self, readings: Sequence[LineReading]) -> list[LineReading]:
        """Readings of the page's lines, told what the rest of it prints."""
        found = to_simplified(readings) if self.simplified else list(readings)
        return to_tortoise(found) if self.tortoise else found


UNKNOWN_PRINT = PagePrint()
