"""The doubtful places of a line, cut out for another reader: enough to confirm what was read, not to correct it.

A window shows the doubtful characters and ``AROUND`` sure ones on either side; no number and no Latin word is cut. The
outermost of those stand there for the reader's eye alone. Where the thorough reader does not read in the window what
the quick one read in the line, or is not sure of it, the whole line must be read: a bracket lost, a full stop taken
for a middle dot (the window has not the line's feet to measure it by) were most of what differed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from forms import Character, LineReading

from .folding import folded
from .pixels import grey
from .protocol import LineImage

AROUND = 2
"""Sure characters on either side of the doubtful ones."""
WORTH = 0.7
"""Of the line's width: windows that are wider together save too little."""
CONFIRMED = 0.9
"""The least posterior with which the thorough reader's word on a window is taken: it sees less than the whole line."""


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a line: ``image`` shows its columns from ``left``; the characters ``start`` to ``end`` are in question.

    ``low``, ``high``: the columns between which these stand.
    """

    image: LineImage
    left: int
    start: int
    end: int
    low: float
    high: float


def windows(line: LineImage, reading: LineReading, doubtful: Sequence[int]) -> tuple[Window, ...]:
    """Windows over the characters at ``doubtful`` (places in the reading, rising); () where they are not worth it."""
    spans: list[tuple[int, int]] = []
    for k in doubtful:
        start, end = _span(reading.characters, k)
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    cuts = cuts_between(line, reading.characters)
    found = tuple(_window(line, reading.characters, span, cuts) for span in spans)
    wide = sum(max(w.image.shape[0], w.image.shape[1]) for w in found)
    return found if wide <= WORTH * line.shape[1] else ()


def confirmed(line: LineImage, quick: LineReading, parts: Sequence[tuple[Window, LineReading]]) -> LineReading | None:
    """The line as both have read it, the characters in question by the thorough reader; None where it differs.

    ``parts``: windows of the line, from its left, with what the thorough reader read there.
    """
    found: list[tuple[Window, LineReading]] = []
    for window, reading in parts:
        own = _inner(line, window, reading)
        asked = "".join(c.text for c in quick.characters[window.start : window.end])
        if folded(own.text) != folded(asked) or own.confidence < CONFIRMED:
            return None
        found.append((window, own))
    pieces = _pieces(quick, found)
    return LineReading(_characters(pieces), _alternatives(pieces), parts[0][1].engine, agreed=True)


def patched(line: LineImage, reading: LineReading, parts: Sequence[tuple[Window, LineReading]]) -> LineReading:
    """The line as another reader has it in these windows, from its left, and as it was read outside of them."""
    found = [(window, _inner(line, window, other)) for window, other in parts]
    return LineReading(_characters(_pieces(reading, found)), (), parts[0][1].engine)


def _characters(pieces: Sequence[LineReading]) -> tuple[Character, ...]:
    return tuple(c for piece in pieces for c in piece.characters)


def _span(characters: Sequence[Character], k: int) -> tuple[int, int]:
    """The characters a window over the one at ``k`` shows."""
    start, end = max(0, k - AROUND), min(len(characters), k + 1 + AROUND)
    while start > 0 and _joined(characters[start - 1], characters[start]):
        start -= 1
    while end < len(characters) and _joined(characters[end - 1], characters[end]):
        end += 1
    return start, end


def _joined(left: Character, right: Character) -> bool:
    """Whether two characters belong to one number or Latin word."""
    return all(c.text.isascii() or unicodedata.category(c.text[:1]) == "Nd" for c in (left, right))


def _window(line: LineImage, characters: Sequence[Character], span: tuple[int, int], cuts: Sequence[int]) -> Window:
    start, end = span
    inner = (start + 1 if start else 0, end - 1 if end < len(characters) else end)
    image = np.ascontiguousarray(line[:, cuts[start] : cuts[end]])
    return Window(image, cuts[start], *inner, *(_edge(line, characters, k) for k in inner))


def _edge(line: LineImage, characters: Sequence[Character], k: int) -> float:
    """The column between the characters ``k - 1`` and ``k``; the line's ends lie outside of it."""
    if k in (0, len(characters)):
        return -math.inf if k == 0 else math.inf
    return float((characters[k - 1].position + characters[k].position) / 2 * line.shape[1])


def cuts_between(line: LineImage, characters: Sequence[Character]) -> list[int]:
    """Where to cut before each character and after the last: the lightest column about the middle between two."""
    lightest = grey(line).min(axis=0)
    width = line.shape[1]
    cuts = [0]
    for before, after in pairwise(characters):
        reach = (after.position - before.position) * width / 4
        middle = (after.position + before.position) * width / 2
        low = min(width - 1, max(cuts[-1], round(middle - reach)))
        between = lightest[low : max(low + 1, round(middle + reach) + 1)].astype(np.float64)
        away = np.abs(np.arange(len(between)) + low - middle)
        cuts.append(low + int((between - away / max(1.0, reach)).argmax()))
    return [*cuts, width]


def _inner(line: LineImage, window: Window, reading: LineReading) -> LineReading:
    """What was read of the characters in question, placed in the line; its alternatives are those of this part."""
    width = line.shape[1]
    share = window.image.shape[1] / width
    placed = [
        Character(c.text, c.posterior, min(1.0, window.left / width + c.position * share), c.others)
        for c in reading.characters
    ]
    before = [c for c in placed if c.position * width < window.low]
    own = [c for c in placed if window.low <= c.position * width < window.high]
    after = placed[len(before) + len(own) :]
    head, tail = ("".join(c.text for c in cs) for cs in (before, after))
    others = tuple(
        (text[len(head) : len(text) - len(tail)], chance)
        for text, chance in reading.alternatives
        if len(text) > len(head) + len(tail) and text.startswith(head) and text.endswith(tail)
    )
    return replace(reading, characters=tuple(own), alternatives=others)


def _pieces(quick: LineReading, found: Sequence[tuple[Window, LineReading]]) -> list[LineReading]:
    """The line in parts from its left: what the quick reader alone has read, and the windows between."""
    pieces: list[LineReading] = []
    known = 0
    for window, part in found:
        pieces += [LineReading(quick.characters[known : window.start]), part]
        known = window.end
    return [*pieces, LineReading(quick.characters[known:])]


def _alternatives(pieces: Sequence[LineReading]) -> tuple[tuple[str, float], ...]:
    """The line's other texts, one window read otherwise, its probability times that of the rest."""
    sure = [math.prod(c.posterior for c in piece.characters) for piece in pieces]
    others: dict[str, float] = {}
    for k, piece in enumerate(pieces):
        rest = math.prod(sure[:k] + sure[k + 1 :])
        for text, chance in piece.alternatives:
            whole = "".join([*(p.text for p in pieces[:k]), text, *(p.text for p in pieces[k + 1 :])])
            others[whole] = max(others.get(whole, 0.0), rest * chance)
    return tuple(sorted(others.items(), key=lambda pair: -pair[1]))
