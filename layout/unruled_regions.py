"""Where tables without full rules may be: between rules that share their ends, or where text stands in columns.

What is proposed here is judged by ``convincing``: running text, titles, lists and lines for signatures have no white
that runs down through line after line with text on both sides of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from forms import Box

from .intervals import gaps, united
from .rulings import Segment
from .unruled_columns import LEAST_RIVER, aligned, find_columns, place_in
from .unruled_grid import Rule
from .unruled_stacks import NEAREST, pitch_of, stack
from .unruled_text import TextLine
from .unruled_words import without_spacing

LEAST_WIDTH = 35.0
"""Millimetres: a table is at least that wide."""

LARGER = 1.3
"""Characters: a word higher than that is a headline's."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place where a table may be and the rules that speak for it; ``across`` or ``down`` may be empty."""

    box: Box
    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()


def free_rules(segments: Sequence[Segment], tables: Sequence[Box], *, upright: bool, unit: float) -> list[Rule]:
    """The ruling lines outside the tables' boxes as rules; pieces at one level (0.7 mm) up to 4 mm apart are one."""
    rules: list[Rule] = []
    for s in sorted((s for s in segments if not _within(s, tables, upright=upright)), key=lambda s: s.start):
        level = s.level
        near = [r for r in rules if abs(r.level - level) <= 0.7 * unit and s.start - r.end <= 4 * unit]
        if near:
            best = min(near, key=lambda r: abs(r.level - level))
            rules.remove(best)
            rules.append(Rule(best.level, min(best.start, s.start), max(best.end, s.end)))
        else:
            rules.append(Rule(level, s.start, s.end))
    return sorted(rules, key=lambda r: (r.level, r.start))


def _within(segment: Segment, boxes: Sequence[Box], *, upright: bool) -> bool:
    along, level = (float(v) for v in segment.points[len(segment.points) // 2])
    return any(box.contains(level, along) if upright else box.contains(along, level) for box in boxes)


def levels_of(rules: Sequence[Rule], *, unit: float) -> list[float]:
    """The levels of rules, ascending; pieces at one level, and the two of a double line, are one."""
    levels: list[float] = []
    for rule in sorted(rules, key=lambda r: r.level):
        if not levels or rule.level - levels[-1] > 1.2 * unit:
            levels.append(rule.level)
    return levels


def between_across(rules: Sequence[Rule], *, unit: float) -> list[tuple[Rule, ...]]:
    """Groups of at least two rules across that begin and end alike (3 mm), the widest first."""
    near = 3.0 * unit
    groups: list[list[Rule]] = []
    for rule in rules:
        if rule.length < LEAST_WIDTH * unit:
            continue
        fits = [g for g in groups if abs(g[0].start - rule.start) <= near and abs(g[0].end - rule.end) <= near]
        if fits:
            fits[-1].append(rule)
        else:
            groups.append([rule])
    found = [tuple(g) for g in groups if len(g) >= 2 and g[-1].level - g[0].level >= 4 * unit]
    return sorted(found, key=lambda g: -g[0].length)


def between_down(rules: Sequence[Rule], *, unit: float) -> list[tuple[Rule, ...]]:
    """Groups of at least two rules down (15 mm) that run side by side for most of the shorter one, longest first."""
    groups: list[list[Rule]] = []
    for rule in sorted((r for r in rules if r.length >= 15 * unit), key=lambda r: -r.length):
        fits = [g for g in groups if rule.covers(g[0].start, g[0].end) * g[0].length >= 0.8 * rule.length]
        if fits:
            fits[0].append(rule)
        else:
            groups.append([rule])
    ordered = [tuple(sorted(g, key=lambda r: r.level)) for g in groups]
    return [g for g in ordered if len(g) >= 2 and g[-1].level - g[0].level >= 4 * unit]


def run_from(lines: Sequence[TextLine], first: int, character: float) -> list[TextLine]:
    """The lines from ``first`` on that the same two or more white rivers part; none where there are fewer than four."""
    if len(lines[first]) < 3:
        return []
    run = [lines[first]]
    covered = [(w.left, w.right) for w in lines[first]]
    rivers = gaps(covered, least=LEAST_RIVER * character)
    for line in lines[first + 1 :]:
        if line[0].top - max(w.bottom for w in run[-1]) > 2.5 * character:
            break
        after = united([*covered, *((w.left, w.right) for w in line)])
        left = gaps(after, least=LEAST_RIVER * character)
        fewer = len(left) < len(rivers)
        if len(left) < 2 or (len(line) == 1 and fewer) or len(left) < 0.6 * len(rivers):
            break
        run.append(line)
        covered, rivers = after, left
    return trimmed(run, character) if len(run) >= 4 else []


def trimmed(run: Sequence[TextLine], character: float) -> list[TextLine]:
    """The run without lines at its end that have little in them and stand apart from the other lines, to the
    left of them or not as their columns do (notes and lines for signatures), and without a title or note at its
    beginning."""
    out = list(run)
    usual = median(b[0].centre[1] - a[0].centre[1] for a, b in pairwise(out))
    while len(out) > 2:
        rest, last = out[:-1], out[-1]
        edges = columns_of(rest, character)
        apart = last[0].centre[1] - rest[-1][0].centre[1] > 1.15 * usual
        sparse = len(last) <= 0.5 * (len(edges) - 1)
        beyond = last[0].left < min(w.left for x in rest for w in x) - 0.15 * character
        own = _keeps(last, edges, character) and _goes_on(last, rest, character)
        if len(last) >= 2 and not (sparse and (apart or beyond or not own)):
            break
        out = rest
    while len(out) > 2:
        head, rest = out[0], out[1:]
        apart = rest[0][0].centre[1] - head[0].centre[1] > 1.3 * usual
        title = max(w.height for w in head) > LARGER * character
        if not (apart or title or _is_note(head, rest, character)):
            break
        out = rest
    return out


def columns_of(lines: Sequence[TextLine], character: float) -> list[float]:
    """The edges of the columns of lines of text."""
    words = [w for line in without_spacing(lines, character) for w in line]
    none = np.zeros((len(words), len(words)), dtype=bool)
    nearest = NEAREST * (pitch_of(lines, character) or 1.5 * character)
    return find_columns(stack(words, none, nearest=nearest), [], [], character)


def grown(
    run: Sequence[TextLine], before: Sequence[TextLine], after: Sequence[TextLine], character: float
) -> list[TextLine]:
    """The run with the lines above (``before``, ascending) and below it that go on with the table at its pitch: that
    keep to its columns or span them, and are no title, no note beside it and no line for signatures."""
    out, edges = list(run), columns_of(run, character)
    pitch = max(pitch_of(run, character), character)
    most, nearest = 1.2 * pitch, NEAREST * pitch
    for line in reversed(before):
        if (
            _middle(out[0]) - _middle(line) > most
            or not _keeps(line, edges, character)
            or _is_note(line, out, character)
        ):
            break
        out.insert(0, line)
    for line in after:
        away = _middle(line) - _middle(out[-1])
        begun = len(out) > 1 and _middle(out[-1]) - _middle(out[-2]) < nearest
        one = place_in(edges, line[0].left) == place_in(edges, line[-1].right)
        next_row = away <= most and len(line) >= 2 and _goes_on(line, out, character) and _keeps(line, edges, character)
        if not next_row and not (away < nearest and (begun or one) and _inside(line, edges, character)):
            break
        out.append(line)
    return out


def _middle(line: TextLine) -> float:
    return median(w.centre[1] for w in line)


def _keeps(line: TextLine, edges: Sequence[float], character: float) -> bool:
    """Whether a line is of characters no larger than the table's, within its width, and has an edge of columns between
    any two words; a single character may belong to the word after it (名　称)."""
    slack = 0.3 * character
    return _inside(line, edges, character) and all(
        any(a.right - slack <= x <= b.left + slack for x in edges)
        or (a.width <= 1.3 * character and b.left - a.right <= 3 * character)
        for a, b in pairwise(line)
    )


def _inside(line: TextLine, edges: Sequence[float], character: float) -> bool:
    wide = line[0].left >= edges[0] - 1.2 * character and line[-1].right <= edges[-1] + 1.2 * character
    return wide and max(w.height for w in line) <= LARGER * character


def _is_note(line: TextLine, run: Sequence[TextLine], character: float) -> bool:
    """Whether what stands above a table is no header: one text in the middle of it, at its left or at its right edge,
    or few that begin at the one and end at the other."""
    left, right = min(w.left for x in run for w in x), max(w.right for x in run for w in x)
    at_left, at_right = line[0].left - left <= character, right - line[-1].right <= character
    if len(line) <= 2 and (at_left or at_right):
        return True
    if len(line) == 1:
        return abs(line[0].centre[0] - (left + right) / 2) <= 2 * character
    return at_left and at_right and len(line) <= 0.6 * max(map(len, run))


def _goes_on(line: TextLine, run: Sequence[TextLine], character: float) -> bool:
    """Whether at least half of a line's texts begin, end or have their middle where two above them do, and none begins
    to the left of all of these: a line that is not moved in as the text of cells is stands below the table."""
    words = [w for x in run for w in x]
    if line[0].left < min(w.left for w in words) - 0.15 * character:
        return False
    fitting = 0
    for own in line:
        over = [w for w in words if w.left < own.right and w.right > own.left]
        fitting += sum(aligned(w, own, character) for w in over) >= 2
    return 2 * fitting >= len(line)


def convincing(lines: Sequence[TextLine], edges: Sequence[float], character: float, *, rules: int) -> bool:
    """Whether text in these columns is a table. The more ``rules`` bound it, the less the text alone must show."""
    columns: list[list[Box]] = [[] for _ in range(len(edges) - 1)]
    for line in lines:
        by_column: dict[int, list[Box]] = {}
        for w in line:
            by_column.setdefault(place_in(edges, w.centre[0]), []).append(w)
        for k, words in by_column.items():
            columns[k].append(Box.around(words))
    parted = [sum(len({place_in(edges, w.centre[0]) for w in line}) >= 2 for line in lines), len(lines)]
    words = [w for column in columns for w in column]
    if not words or parted[0] < 2:
        return False
    if rules >= 3:
        return parted[0] >= 0.5 * parted[1] and len(lines) >= 2
    long = sum(w.width >= 1.5 * character for w in words) >= 0.3 * len(words)
    columns = [column for column in columns if column]
    even = sum(_aligned(column, character) for column in columns) >= 0.75 * len(columns)
    inked = sum(w.width for w in words) / sum(_width(c) * len(c) for c in columns)
    prose = inked > 0.85 and median(_width(c) for c in columns) > 8 * character
    full = sum(2 * len({place_in(edges, w.centre[0]) for w in line}) >= len(columns) for line in lines)
    dense = len(words) >= 0.35 * len(columns) * len(lines) and full >= max(2 if rules else 4, 0.3 * len(lines))
    enough = len(columns) >= 3 and len(lines) >= (3 if rules else 4) and parted[0] >= 0.6 * parted[1]
    return enough and long and even and dense and not prose


def _width(column: Sequence[Box]) -> float:
    return max(w.right for w in column) - min(w.left for w in column)


def _aligned(column: Sequence[Box], character: float) -> bool:
    """Whether most texts of a column begin, end or have their middle at one place, to half a character."""
    if len(column) < 2:
        return False
    best = 0
    for places in ([w.left for w in column], [w.right for w in column], [w.centre[0] for w in column]):
        middle = median(places)
        best = max(best, sum(abs(p - middle) <= 0.6 * character for p in places))
    return best >= max(2, 0.6 * len(column))


def tabular_lines(lines: Sequence[TextLine], box: Box) -> list[TextLine]:
    """The parts of lines whose words lie in the box."""
    inside = [tuple(w for w in line if box.contains(*w.centre)) for line in lines]
    return [line for line in inside if line]
