"""Where tables without full rules may be: between rules that share their ends, or where text stands in columns.

What is proposed here is judged by ``convincing``: running text, titles, lists and lines for signatures have no white
that runs down through line after line with text on both sides of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from forms import Box

from .rulings import Segment
from .unruled_columns import LEAST_RIVER, Interval, gaps, place_in, united
from .unruled_grid import Rule
from .unruled_text import TextLine

LEAST_WIDTH = 35.0
"""Millimetres: a table is at least that wide."""


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
    return _trimmed(run, rivers, character) if len(run) >= 4 else []


def _trimmed(run: list[TextLine], rivers: Sequence[Interval], character: float) -> list[TextLine]:
    """The run without lines at its end that stand in one column, or that have little in them and stand apart from the
    other lines or not as their columns do: notes and lines for signatures."""
    usual = median(b[0].centre[1] - a[0].centre[1] for a, b in pairwise(run))
    while len(run) > 2:
        last = [(sum(end <= w.centre[0] for _, end in rivers), w) for w in run[-1]]
        apart = run[-1][0].centre[1] - run[-2][0].centre[1] > 1.15 * usual
        above = [(sum(end <= w.centre[0] for _, end in rivers), w) for line in run[:-1] for w in line]
        columns = {k: [w for n, w in above if n == k] for k, _ in last}
        fitting = sum(_fits(w, columns[k], character) for k, w in last)
        sparse = len(last) <= 0.5 * (len(rivers) + 1)
        if len(columns) >= 2 and not (sparse and (apart or 2 * fitting < len(last))):
            break
        run = run[:-1]
    return run


def _fits(word: Box, column: Sequence[Box], character: float) -> bool:
    """Whether a word begins, ends or has its middle where most of a column's words do."""
    near, own = 0.6 * character, (word.left, word.right, word.centre[0])
    places = [(w.left, w.right, w.centre[0]) for w in column]
    return any(sum(abs(p[k] - own[k]) <= near for p in places) >= 0.5 * len(places) > 0 for k in range(3))


def with_headers(run: Sequence[TextLine], lines: Sequence[TextLine], character: float) -> list[TextLine]:
    """The run with up to two lines of headers right above it that span some of its columns."""
    out = list(run)
    first = lines.index(run[0])
    left, right = min(w.left for x in run for w in x) - character, max(w.right for x in run for w in x) + character
    for line in reversed(lines[max(0, first - 2) : first]):
        inside = line[0].left >= left and line[-1].right <= right
        if len(line) < 2 or not inside or out[0][0].top - line[0].bottom > 1.2 * character:
            break
        out.insert(0, line)
    return out


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
    full = sum(w.width for w in words) / sum(_width(c) * len(c) for c in columns)
    prose = full > 0.85 and median(_width(c) for c in columns) > 8 * character
    dense = len(words) >= 0.5 * len(columns) * len(lines)
    enough = len(columns) >= 3 and len(lines) >= (3 if rules else 4) and parted[0] >= 0.7 * parted[1]
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
