"""Readings of lines to the text of a cell with its probability."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forms import LineReading

DASH = "—"


def join_lines(readings: Sequence[LineReading]) -> str:
    """The lines of a cell as one text: Chinese goes on without a space, two Latin words keep one between them."""
    text = ""
    for reading in readings:
        line = reading.text.strip()
        if text and line and _is_word(text[-1]) and _is_word(line[0]):
            text += " "
        text += line
    return text


def text_confidence(readings: Sequence[LineReading]) -> float:
    """The probability that every character is right, taking them to err apart from one another."""
    logs = [math.log(max(1e-9, c.posterior)) for r in readings for c in r.characters]
    return math.exp(sum(logs)) if logs else 0.0


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalpha()
