"""Specks that were read as marks: .项目 and 10. where spots of dirt lie about.

Where a cell has spots that may be points or specks (layout counts them), a point that print does not set is a speck:
one that begins or ends a cell's text beside a digit or a Chinese character, or a full point between two Chinese ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from forms import Character, LineReading

from .folding import is_han

SPECKS = frozenset(".·•*'`˙")
"""What readers take a speck for. A comma or 、 is larger than specks are; 。 ends sentences."""
BETWEEN = frozenset(".•*")
"""Of these, what never stands between two Chinese characters; a · does, in foreign names."""


def without_specks(readings: Sequence[LineReading]) -> list[LineReading]:
    """The readings of one cell's lines, in which there are spots that may be specks, without those read as marks."""
    last = max((i for i, r in enumerate(readings) if r.characters), default=-1)
    return [_cleaned(r, last=i == last) for i, r in enumerate(readings)]


def _cleaned(reading: LineReading, *, last: bool) -> LineReading:
    if not any(c.text in SPECKS for c in reading.characters):
        return reading
    characters = reading.characters[_leading(reading.characters) :]
    if last:
        characters = characters[: len(characters) - _leading(characters[::-1])]
    kept = [
        c
        for i, c in enumerate(characters)
        if not (
            c.text in BETWEEN
            and 0 < i < len(characters) - 1
            and is_han(characters[i - 1].text)
            and is_han(characters[i + 1].text)
        )
    ]
    if len(kept) == len(reading.characters):
        return reading
    return replace(reading, characters=tuple(kept), alternatives=_with_raw(reading, kept))


def _leading(characters: Sequence[Character]) -> int:
    """How many marks stand before the first that is none, if that is a digit or a Chinese character."""
    count = next((i for i, c in enumerate(characters) if c.text not in SPECKS), None)
    return count if count and _is_print(characters[count]) else 0


def _with_raw(reading: LineReading, kept: Sequence[Character]) -> tuple[tuple[str, float], ...]:
    """The alternatives, and among them the text with its marks: they may be print after all."""
    text = "".join(c.text for c in kept)
    known = {other: chance for other, chance in reading.alternatives if other != text}
    known[reading.text] = 0.5
    return tuple(sorted(known.items(), key=lambda pair: -pair[1]))


def _is_print(character: Character) -> bool:
    return unicodedata.category(character.text[:1]) in ("Nd", "Lo") or character.text in "%％）)"
