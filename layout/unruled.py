"""Tables without full rules: only lines across, only lines down, a few lines, or none but text in columns.

What these grids rest on is said by their cells' ``support``: the share of the outline that is a printed line. The
search is conservative, since text that is taken for a table is worse than a table that stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from forms import Box, Grid

from .ink import Image
from .rulings import Segment
from .skew import text_runs_down
from .tables import BARE
from .unruled_columns import find_columns, spanning_words
from .unruled_grid import Frame, Rule, make_grid
from .unruled_merges import find_spans
from .unruled_regions import (
    Region,
    between_across,
    between_down,
    convincing,
    free_rules,
    grown,
    levels_of,
    run_from,
    tabular_lines,
)
from .unruled_rows import find_row_edges
from .unruled_stacks import NEAREST, Flags, pitch_of, stack
from .unruled_text import PageText, TextLine, find_text, lines_of, reduced
from .unruled_words import part_close, split_at, without_spacing, without_specks

LEAST_RULE = 10.0
"""Millimetres: what is shorter and runs across is a dash or a stroke of a character."""
STROKE = 30.0
"""Millimetres that strokes of characters in a row may look like one line."""
TRIES = 3
"""Lines of a run from which it is tried to begin a table: the first ones may be a title or text."""


def with_unruled(
    dark: Image, grids: Sequence[Grid], horizontal: Sequence[Segment], vertical: Sequence[Segment], *, unit: float
) -> list[Grid]:
    """The ruled ``grids`` of an upright page and those of tables without full rules, top to bottom.

    ``dark``: darkness image; ``horizontal``, ``vertical``: all ruling line segments; ``unit``: pixels in a millimetre.
    A ruled grid of a single column in whose rows text stands in columns is replaced.
    """
    open_boxes = [g for g in grids if g.n_cols == 1 and g.n_rows >= 3]
    closed = [g.box.grown(1.2 * unit) for g in grids if g not in open_boxes]
    level = [s for s in horizontal if s.bare >= BARE or s.length >= STROKE * unit]
    across = [r for r in free_rules(level, closed, upright=False, unit=unit) if r.length >= LEAST_RULE * unit]
    down = free_rules(vertical, closed, upright=True, unit=unit)
    rules = [_line_box(r, unit, upright=False) for r in across] + [_line_box(r, unit, upright=True) for r in down]
    text = find_text(dark, [*closed, *rules], unit=unit)
    if not text.words:
        return list(grids)
    lines = lines_of(text.words, text.character)
    found = _search(lines, text, across, down, dark.shape, unit)
    if not found or text_runs_down(reduced(dark, unit=unit)[0]):
        return list(grids)
    replaced = [g for g in open_boxes if any(g.box.overlap(f.box) > 0.5 * g.box.area for f in found)]
    kept = [g for g in grids if g not in replaced]
    fresh = [f for f in found if not any(g.box.overlap(f.box) > 0 for g in kept)]
    return sorted([*kept, *fresh], key=lambda g: (g.box.top, g.box.left))


def _line_box(rule: Rule, unit: float, *, upright: bool) -> Box:
    near = 0.5 * unit
    if upright:
        return Box(rule.level - near, rule.start, rule.level + near, rule.end)
    return Box(rule.start, rule.level - near, rule.end, rule.level + near)


def _search(
    lines: list[TextLine], text: PageText, across: list[Rule], down: list[Rule], shape: tuple[int, ...], unit: float
) -> list[Grid]:
    """Tables from the surest sign to the least: lines across, lines down, text in columns."""
    found: list[Grid] = []
    height, width = shape[:2]
    character = text.character
    for group in between_across([r for r in across if r.length < 0.93 * width], unit=unit):
        left, right = min(r.start for r in group), max(r.end for r in group)
        for part in _parts(group, lines, Box(left, 0, right, height), character):
            box = Box(left - unit, part[0].level, right + unit, part[-1].level)
            if not any(g.box.overlap(box) > 0 for g in found):
                found += _grid_in(Region(box, part), lines, text, across, down, unit)
    for group in between_down([r for r in down if r.length < 0.93 * height], unit=unit):
        tops, ends = sorted(r.start for r in group), sorted(r.end for r in group)
        k = 1 if len(group) >= 3 else 0  # the strokes of a character may lengthen one of them
        box = Box(group[0].level, tops[k], group[-1].level, ends[-1 - k])
        box = _beside(box, lines, character, width)
        if not any(g.box.overlap(box) > 0 for g in found):
            found += _grid_in(Region(box, (), group), lines, text, across, down, unit)
    return found + _by_alignment(_left_over(lines, found), text, unit)


def _left_over(lines: Sequence[TextLine], found: Sequence[Grid]) -> list[TextLine]:
    """The lines without the words that stand in a table already."""
    rest = [tuple(w for w in line if not any(g.box.contains(*w.centre) for g in found)) for line in lines]
    return [line for line in rest if line]


def _by_alignment(lines: Sequence[TextLine], text: PageText, unit: float) -> list[Grid]:
    """Tables that nothing marks but the white between their columns."""
    found: list[Grid] = []
    first = failed = taken = 0
    while first < len(lines):
        run = run_from(lines, first, text.character)
        if len(run) < 4:
            first += 1
            continue
        start = _index(lines, run[0])
        end = _index(lines, run[-1]) + 1
        grids: list[Grid] = []
        if _sure(run, text, unit):
            whole = grown(run, lines[taken:start], lines[end:], text.character)
            box = Box.around([w for line in whole for w in line]).grown(0.1 * text.character)
            grids = _grid_in(Region(box), whole, text, [], [], unit, sure=True)
            end = _index(lines, whole[-1]) + 1
        failed = 0 if grids else failed + 1
        found += grids
        first = end if grids or failed >= TRIES else first + 1
        taken = end if grids else taken
        failed %= TRIES
    return found


def _index(lines: Sequence[TextLine], line: TextLine) -> int:
    return next(k for k, own in enumerate(lines) if own is line)


def _sure(run: Sequence[TextLine], text: PageText, unit: float) -> bool:
    """Whether the lines on their own make a table."""
    box = Box.around([w for line in run for w in line]).grown(0.1 * text.character)
    return bool(_grid_in(Region(box), run, text, [], [], unit))


def _parts(group: Sequence[Rule], lines: Sequence[TextLine], column: Box, character: float) -> list[tuple[Rule, ...]]:
    """Rules that bound one table each: cut where there is nothing but white or a title between two of them."""
    inside = tabular_lines(lines, Box(column.left, group[0].level, column.right, group[-1].level))
    spanning = spanning_words(inside, character)
    parts: list[list[Rule]] = [[group[0]]]
    for upper, lower in pairwise(group):
        band = tabular_lines(inside, Box(column.left, upper.level, column.right, lower.level))
        words = [w for line in band for w in line]
        empty = not words and lower.level - upper.level > 2.5 * character
        middle = abs(words[0].centre[0] - column.centre[0]) < 1.5 * character if len(words) == 1 else False
        if empty or (middle and words[0] in spanning):
            parts.append([])
        parts[-1].append(lower)
    return [tuple(part) for part in parts if len(part) >= 2]


def _beside(box: Box, lines: Sequence[TextLine], character: float, width: int) -> Box:
    """The box between the outermost lines down, widened to the columns of text that stand outside of them."""
    rows = tabular_lines(lines, Box(0, box.top, width, box.bottom))
    reach = 15 * character
    before = [[w for w in row if 0 <= box.left - w.right <= reach] for row in rows]
    after = [[w for w in row if 0 <= w.left - box.right <= reach] for row in rows]
    left, right = box.left, box.right
    if sum(map(bool, before)) >= max(2, 0.4 * len(rows)):
        left = min(w.left for words in before for w in words) - 0.3 * character
    if sum(map(bool, after)) >= max(2, 0.4 * len(rows)):
        right = max(w.right for words in after for w in words) + 0.3 * character
    return Box(left, box.top, right, box.bottom)


def _grid_in(
    region: Region, lines: Sequence[TextLine], text: PageText, across: Sequence[Rule], down: Sequence[Rule],
    unit: float, *, sure: bool = False,
) -> list[Grid]:  # fmt: skip
    """The grid in a region, if the text in it makes one (not asked when that is ``sure``): a list of one or none."""
    box, character = region.box, text.character
    inside = part_close(tabular_lines(lines, box), text.pieces(box), character)
    inside = without_spacing(without_specks(inside, character), character)
    words = [w for line in inside for w in line]
    if len(inside) < 2 or len(words) < 4:
        return []
    near = box.grown(unit)
    own_across = [r for r in across if near.top <= r.level <= near.bottom and _shared(r, box.left, box.right)]
    own_down = [r for r in down if near.left <= r.level <= near.right and r.covers(box.top, box.bottom) > 0.12]
    if region.down:
        walls = [box.left, *(r.level for r in own_down), box.right]
        own_across = [
            r for r in own_across if all(any(abs(x - w) <= 1.5 * unit for w in walls) for x in (r.start, r.end))
        ]
    stops = [x for r in own_across for x in (r.start, r.end)]
    nearest = NEAREST * (_pitch(inside, levels_of(own_across, unit=unit), character) or 1.5 * character)
    stacks = stack(words, _parted(words, own_across), nearest=nearest)
    xs = find_columns(stacks, levels_of(own_down, unit=unit), stops, character, walled=bool(region.down),
                      outer=(box.left + unit, box.right - unit) if region.across else None)  # fmt: skip
    rules = max(len(region.across), len(region.down))
    if len(xs) < 3 or not (sure or convincing(inside, xs, character, rules=rules)):
        return []
    words = split_at(words, text.pieces(box), xs, character)
    stacks = stack(words, _parted(words, own_across), nearest=nearest)
    columns = list(pairwise(xs))
    levels = levels_of([r for r in own_across if any(r.covers(a, b) > 0.6 for a, b in columns)], unit=unit)
    ys = find_row_edges(stacks, xs, levels, own_across, character)
    frame = Frame(tuple(ys), tuple(xs), tuple(own_across), tuple(own_down))
    grid = make_grid(frame, find_spans(frame, stacks.blocks, character, unit=unit), words, unit=unit)
    return [grid] if grid is not None and grid.n_rows >= 2 and grid.n_cols >= 2 and len(grid.cells) >= 6 else []


def _pitch(lines: Sequence[TextLine], levels: Sequence[float], character: float) -> float:
    """How far apart rows stand (px): no nearer than the lines across that part them."""
    least = min(b - a for a, b in pairwise(levels)) if len(levels) >= 5 else 0.0
    return max(pitch_of(lines, character), least)


def _parted(words: Sequence[Box], across: Sequence[Rule]) -> Flags:
    """For each two words whether a line across runs between them, over most of either."""
    sides = np.array([(w.left, w.right, w.centre[1]) for w in words])
    left, right, middle = sides.T
    parted = np.zeros((len(words), len(words)), dtype=bool)
    for r in across:
        over = np.minimum(right, r.end) - np.maximum(left, r.start) > 0.6 * (right - left)
        above, below = over & (middle < r.level), over & (middle > r.level)
        parted |= np.outer(above, below) | np.outer(below, above)
    return parted


def _shared(rule: Rule, left: float, right: float) -> bool:
    return min(rule.end, right) - max(rule.start, left) > 0.5 * rule.length
