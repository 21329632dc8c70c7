"""Words of a table put right before its columns are known: parted where columns stand closer than words do, put
together where one text is spaced out, without specks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from forms import Box

from .intervals import united
from .unruled_stacks import NEAREST, Stretch, pierce, pitch_of
from .unruled_text import TextLine

SINGLE = 1.3
"""Characters: what is no wider is a single one."""


def split_at(
    words: Sequence[Box], pieces: Sequence[Box], edges: Sequence[float], character: float, *, least: float = 0.5
) -> list[Box]:
    """The words with those parted that run over an edge of columns though ``least`` characters of white lie at it."""
    out: list[Box] = []
    for word in words:
        if not any(word.left < edge < word.right for edge in edges[1:-1]):
            out.append(word)
            continue
        own = [p for p in pieces if word.contains(*p.centre)]
        stretches = pairwise([float("-inf"), *edges[1:-1], float("inf")])
        parts = [[p for p in own if a <= p.centre[0] < b] for a, b in stretches]
        boxes = [Box.around(part) for part in parts if part]
        apart = all(b.left - a.right >= least * character for a, b in pairwise(boxes))
        out += boxes if len(boxes) > 1 and apart else [word]
    return out


def part_close(lines: Sequence[TextLine], pieces: Sequence[Box], character: float) -> list[TextLine]:
    """The lines with words parted where columns stand closer than words do: half a character of white, in three lines
    or more, behind which (or before which) texts begin (end) at one place, and across which few other texts lie.

    What is as short as the number of a paragraph before such white is no column, unless it is one full character, as
    a label that runs down has in each line.
    """
    stretches: list[Stretch] = []
    for k, line in enumerate(lines):
        for word in line:
            own = united((p.left, p.right) for p in pieces if word.contains(*p.centre))
            stretches += [
                Stretch(a[1], b[0], k, k)
                for a, b in pairwise(own)
                if _column_wide(a[1] - word.left, character) and b[0] - a[1] >= 0.4 * character
            ]
    edges: dict[int, list[float]] = {k: [] for k in range(len(lines))}
    for edge in pierce(stretches):
        at = (edge.low + edge.high) / 2
        own_lines = {s.first for s in edge.stretches}
        even = max(
            _even([s.low for s in edge.stretches], character), _even([s.high for s in edge.stretches], character)
        )
        across = sum(w.left < at < w.right for k, line in enumerate(lines) if k not in own_lines for w in line)
        if len(own_lines) >= 3 and even >= 0.75 and across <= len(own_lines):
            for k in own_lines:
                edges[k].append(at)
    ends = float("-inf"), float("inf")
    return [
        tuple(split_at(line, pieces, [ends[0], *edges[k], ends[1]], character, least=0.4)) if edges[k] else line
        for k, line in enumerate(lines)
    ]


def _column_wide(width: float, character: float) -> bool:
    return width >= 3 * character or 0.75 * character <= width <= 1.1 * character


def _even(places: Sequence[float], character: float) -> float:
    """The share of places that lie where most do, to a quarter of a character."""
    middle = median(places)
    return sum(abs(p - middle) <= 0.25 * character for p in places) / len(places)


def without_specks(lines: Sequence[TextLine], character: float) -> list[TextLine]:
    """The lines without what is smaller than a third of a character: points and specks join lines that are apart."""
    kept = (tuple(w for w in line if max(w.width, w.height) >= 0.3 * character) for line in lines)
    return [line for line in kept if line]


def without_spacing(lines: Sequence[TextLine], character: float) -> list[TextLine]:
    """The lines with single characters that are spaced out to fill a place (合　计) put together to one word.

    They are one when text of other lines lies across the white between them at least as often as there is the same
    white in other lines (a narrow column beside another has no text across), and when none has another single
    character close above or below it: those are labels that run down.
    """
    nearest = NEAREST * (pitch_of(lines, character) or 1.5 * character)
    single = [w for line in lines for w in line if w.width <= SINGLE * character]
    out: list[TextLine] = []
    for line in lines:
        words = [line[0]]
        others = [x for x in lines if x is not line]
        for last, word in pairwise(line):
            short = max(last.width, word.width) <= SINGLE * character and word.left - last.right <= 3 * character
            upright = short and (_stacked(last, single, nearest) or _stacked(word, single, nearest))
            if short and not upright and _one_text(last, word, others, character):
                words[-1] = Box.around((words[-1], word))
            else:
                words.append(word)
        out.append(tuple(words))
    return out


def _stacked(word: Box, single: Sequence[Box], nearest: float) -> bool:
    return any(
        w is not word
        and abs(w.centre[1] - word.centre[1]) < nearest
        and min(w.right, word.right) > max(w.left, word.left)
        for w in single
    )


def _one_text(last: Box, word: Box, others: Sequence[TextLine], character: float) -> bool:
    near = 0.6 * character
    same = sum(
        any(abs(a.right - last.right) <= near and abs(b.left - word.left) <= near for a, b in pairwise(line))
        for line in others
    )
    return sum(any(w.left < last.right and w.right > word.left for w in line) for line in others) >= max(1, same)
