"""Readings of lines to the text of a cell with its probability."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forms import LineReading

from .folding import folded

DASH = "—"


def join_lines(readings: Sequence[LineReading]) -> str:
    """The lines of a cell as one text: Chinese goes on without a space, two Latin words keep one between them."""
    return _joined([reading.text for reading in readings])


def _joined(lines: Sequence[str]) -> str:
    text = ""
    for line in map(str.strip, lines):
        if text and line and _is_word(text[-1]) and _is_word(line[0]):
            text += " "
        text += line
    return text


def text_confidence(readings: Sequence[LineReading]) -> float:
    """The probability that every character is right, taking them to err apart from one another."""
    logs = [math.log(max(1e-9, c.posterior)) for r in readings for c in r.characters]
    return math.exp(sum(logs)) if logs else 0.0


def line_alternatives(reading: LineReading) -> tuple[tuple[str, float], ...]:
    """Other texts of a line with their probabilities, without those that differ from it in widths or spaces only."""
    seen = {folded(reading.text)}
    found = []
    for text, chance in reading.alternatives:
        if folded(text) not in seen:
            seen.add(folded(text))
            found.append((text, chance))
    return tuple(found)


def with_alternative(
    alternatives: Sequence[tuple[str, float]], text: str, chance: float
) -> tuple[tuple[str, float], ...]:
    """The alternatives with one more, likeliest first; one that is there already keeps its greater probability."""
    if not text:
        return tuple(alternatives)
    known = dict(alternatives)
    known[text] = max(chance, known.get(text, 0.0))
    return tuple(sorted(known.items(), key=lambda pair: -pair[1]))


def text_alternatives(readings: Sequence[LineReading], size: int = 5) -> tuple[tuple[str, float], ...]:
    """Other texts of a cell with their probabilities, likeliest first: one line read otherwise, the rest as read."""
    others = [line_alternatives(reading) for reading in readings]
    if not any(others):
        return ()
    found: dict[str, float] = {}
    lines, whole = [reading.text for reading in readings], text_confidence(readings)
    for i, reading in enumerate(readings):
        rest = whole / max(1e-9, text_confidence([reading]))
        for text, chance in others[i]:
            joined = _joined([*lines[:i], text, *lines[i + 1 :]])
            found[joined] = found.get(joined, 0.0) + min(1.0, rest) * chance
    return tuple(sorted(((t, min(1.0, p)) for t, p in found.items()), key=lambda pair: -pair[1])[:size])


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalpha()
