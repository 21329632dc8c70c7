"""Tables without full rules: only lines across, only lines down, a few lines, or none but text in columns.

What these grids rest on is said by their cells' ``support``: the share of the outline that is a printed line. The
search is conservative, since text that is taken for a table is worse than a table that stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from forms import Box, Grid

from .ink import Image
from .rulings import Segment
from .skew import text_runs_down
from .unruled_columns import find_columns, find_rivers, find_row_edges, place_in, spanning_words, split_at
from .unruled_grid import Frame, Rule, make_grid
from .unruled_regions import (
    Region,
    between_across,
    between_down,
    convincing,
    free_rules,
    levels_of,
    run_from,
    tabular_lines,
    with_headers,
)
from .unruled_text import PageText, TextLine, find_text, lines_of, reduced

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
    across = free_rules(horizontal, closed, upright=False, unit=unit)
    down = free_rules(vertical, closed, upright=True, unit=unit)
    rules = [_line_box(r, unit, upright=False) for r in across] + [_line_box(r, unit, upright=True) for r in down]
    text = find_text(dark, [*closed, *rules], unit=unit)
    if not text.words:
        return list(grids)
    lines = lines_of(text.words, text.character)
    found = _search(lines, text, across, down, dark.shape, unit)
    if not found or text_runs_down(reduced(dark, unit=unit)[0]):
        return list(grids)
    kept = [g for g in grids if not any(g.box.overlap(f.box) > 0.5 * g.box.area for f in found)]
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
        box = Box(group[0].level, min(r.start for r in group), group[-1].level, max(r.end for r in group))
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
    first = failed = 0
    while first < len(lines):
        run = run_from(lines, first, text.character)
        grids: list[Grid] = []
        if len(run) >= 4:
            whole = with_headers(run, lines, text.character)
            box = Box.around([w for line in whole for w in line]).grown(0.1 * text.character)
            grids = _grid_in(Region(box), whole, text, [], [], unit)
            failed = 0 if grids else failed + 1
        found += grids
        first += len(run) if grids or failed >= TRIES else 1
        failed %= TRIES
    return found


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
    region: Region, lines: Sequence[TextLine], text: PageText, across: Sequence[Rule], down: Sequence[Rule], unit: float
) -> list[Grid]:
    """The grid in a region, if the text in it makes one: a list of one or none."""
    box, character = region.box, text.character
    inside = tabular_lines(lines, box)
    words = [w for line in inside for w in line]
    if len(inside) < 2 or len(words) < 4:
        return []
    near = box.grown(unit)
    own_across = [r for r in across if near.top <= r.level <= near.bottom and _shared(r, box.left, box.right)]
    own_down = [r for r in down if near.left <= r.level <= near.right and r.covers(box.top, box.bottom) > 0.12]
    rivers = [] if region.down else find_rivers(inside, character)
    stops = [x for r in own_across for x in (r.start, r.end)]
    xs = find_columns(words, rivers, levels_of(own_down, unit=unit), stops)
    rules = max(len(region.across), len(region.down))
    if len(xs) < 3 or not convincing(inside, xs, character, rules=rules):
        return []
    if region.across:
        xs[0], xs[-1] = min(xs[0], box.left + unit), max(xs[-1], box.right - unit)
    words = split_at(words, text.pieces(box), xs, character)
    columns = list(pairwise(xs))
    levels = levels_of([r for r in own_across if any(r.covers(a, b) > 0.6 for a, b in columns)], unit=unit)
    ys = _row_edges(words, xs, levels, own_across, character)
    frame = Frame(tuple(ys), tuple(xs), tuple(own_across), tuple(own_down))
    grid = make_grid(frame, words, character, unit=unit)
    return [grid] if grid is not None and grid.n_rows >= 2 and grid.n_cols >= 2 and len(grid.cells) >= 6 else []


def _shared(rule: Rule, left: float, right: float) -> bool:
    return min(rule.end, right) - max(rule.start, left) > 0.5 * rule.length


def _row_edges(
    words: Sequence[Box], xs: Sequence[float], levels: Sequence[float], across: Sequence[Rule], character: float
) -> list[float]:
    """The edges of the rows: the lines across where they part every row, else the white between lines of text as well.

    In the header of a table with few lines text goes on below text; it has two rows only where some text spans columns
    or a short rule runs under it.
    """
    if len(levels) < 2:
        edges = find_row_edges(words, xs, character)
        return [edges[0] - 0.4 * character, *edges[1:-1], edges[-1] + 0.4 * character]
    bands = []
    for top, bottom in pairwise(levels):
        own = [w for w in words if top <= w.centre[1] <= bottom]
        bands.append(find_row_edges(own, xs, character)[1:-1] if own else [])
    single = sum(not band for band in bands)
    if len(bands) >= 3 and single >= 0.5 * len(bands) and not any(_many_rows(band, words, xs) for band in bands):
        return list(levels)
    edges = [levels[0]]
    for k, (band, (top, bottom)) in enumerate(zip(bands, pairwise(levels), strict=True)):
        own = [w for w in words if top <= w.centre[1] <= bottom]
        header = k + 1 < len(bands) and not _many_rows(band, words, xs)
        if not header or _storeyed(own, xs, across, top, bottom, character):
            edges += band
        edges.append(bottom)
    return edges


def _many_rows(inner: Sequence[float], words: Sequence[Box], xs: Sequence[float]) -> bool:
    """Whether what stands between two lines across is rows, not text of several lines: three edges or more between
    lines of text that most columns have a part in."""
    filled = [
        len({place_in(xs, w.centre[0]) for w in words if top <= w.centre[1] <= bottom})
        for top, bottom in pairwise(inner)
    ]
    return len(inner) >= 3 and sum(2 * n >= len(xs) - 1 for n in filled) >= 0.5 * len(filled)


def _storeyed(
    words: Sequence[Box], xs: Sequence[float], across: Sequence[Rule], top: float, bottom: float, character: float
) -> bool:
    """Whether a header has more than one storey: a short rule in it, or a text over two columns."""
    short = any(top + character < r.level < bottom - character for r in across)
    return short or any(place_in(xs, w.left + 0.3 * character) < place_in(xs, w.right - 0.3 * character) for w in words)
