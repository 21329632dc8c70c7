"""A table that goes on over a page break made one: columns matched by place, the row or cell at the break decided.

At the break a ruling line decides: a cell whose lower line was seen has ended. Where lines say nothing or
contradict one another, the content decides (a number in both halves makes two rows) and the cells are marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from forms import Cell

from .headers import Header
from .longtable import EDGE, LongTable, Piece, merge_cells
from .stacks import INDICATORS, TARGET_PARTS
from .wording import best_likeness, compact, fold, fold_level, has_points, is_number, likeness

LEAVES = ("level3", "target", *TARGET_PARTS, "basis", "actual", "weight", "score", "reason")
REST = "the page breaks here; taken as the rest of the row above"
"""Said of the cells alone that took something from below: of 27 rows so joined (2026-11-28) none was two."""
BESIDE = "the page breaks here, and what stands below it stands in other columns: {}"
_KNOWN = 0.75
_TAIL = re.compile(r"\.?\d{1,4}%?|\.\d{1,4}%?|%")


@dataclass(frozen=True, slots=True)
class Fit:
    """A part with its columns moved onto those of the table, and the share of its inner borders that met one."""

    part: LongTable
    borders: tuple[float, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where a page breaks: the table's headers and the names that levels, funds rows and columns have."""

    headers: Sequence[Header]
    level_names: Sequence[str]
    fund_labels: Sequence[str] = ()
    column_names: Sequence[str] = ()

    @property
    def indicators(self) -> Header | None:
        return next((h for h in reversed(self.headers) if h.kind == INDICATORS), None)

    def is_spanning(self, piece: Piece) -> bool:
        """True for cells that stand beside many rows: level 1, level 2, the section's side label."""
        header = self.indicators
        if header is None:
            return piece.left < EDGE and piece.right < 0.4
        if any(piece.covers(c.left, c.right) for m, c in header.columns.items() if m in LEAVES):
            return False
        return not any(piece.covers(c.left, c.right) for c in header.unknown if piece.left > EDGE)

    def in_header(self, piece: Piece) -> bool:
        """True for a cell that lies wholly within header rows: nothing of it goes on below."""
        return any(h.top <= piece.top and piece.bottom <= h.bottom for h in self.headers)

    def is_column(self, piece: Piece, meaning: str) -> bool:
        """True for a cell under the indicators' column of that meaning."""
        column = self.indicators.columns.get(meaning) if self.indicators else None
        return column is not None and piece.covers(column.left, column.right)

    def level_likeness(self, text: str) -> float:
        return max((likeness(fold_level(text), fold(n)) for n in self.level_names), default=0.0)

    def is_cut_label(self, first: str, rest: str) -> bool:
        """True when two texts together are the label of a funds row, and neither is one alone."""
        whole, one, two = (best_likeness(t, self.fund_labels) for t in (first + rest, first, rest))
        return whole >= 0.9 and whole > max(one, two)

    def is_cut_header(self, first: str, rest: str) -> bool:
        """True when two texts together are the header of a column, and the second alone is none."""
        whole, two = (best_likeness(t, self.column_names) for t in (first + rest, rest))
        return whole >= 0.9 and whole > two


def fit(table: LongTable, part: LongTable) -> Fit:
    """``part`` with its borders snapped to those of ``table``: by the outer borders, or by the place on the page."""
    left, right, page_width = table.frame
    scale = page_width / max(part.frame[2], 1.0)
    by_frame = part.borders
    part_left, part_width = part.frame[0], part.frame[1] - part.frame[0]
    by_page = tuple(((part_left + b * part_width) * scale - left) / max(right - left, 1.0) for b in part.borders)
    fits = [_fit(table, part, by_frame), _fit(table, part, by_page)]
    return max(fits, key=lambda f: f.share)  # the first when both are as good


def _fit(table: LongTable, part: LongTable, places: Sequence[float]) -> Fit:
    pairs = _aligned(table.borders, places)
    snapped = [
        table.borders[pairs[j]] if j in pairs else _between(j, places, pairs, table.borders) for j in range(len(places))
    ]
    for j in range(1, len(snapped)):
        snapped[j] = max(snapped[j], snapped[j - 1])
    inner = range(1, len(places) - 1)
    share = sum(j in pairs for j in inner) / len(inner) if inner else 0.0
    moved = dict(zip(part.borders, snapped, strict=True))
    pieces = tuple(replace(p, left=moved[p.left], right=moved[p.right]) for p in part.pieces)
    borders = tuple(sorted({*table.borders, *snapped}))
    return Fit(replace(part, pieces=pieces, borders=tuple(snapped)), borders, share)


def _aligned(known: Sequence[float], places: Sequence[float]) -> dict[int, int]:
    """Index in ``places`` -> index in ``known`` for the best order-keeping pairs not more than ``EDGE`` apart."""
    n, m = len(places), len(known)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for j in range(n - 1, -1, -1):
        for k in range(m - 1, -1, -1):
            best[j][k] = max(best[j + 1][k], best[j][k + 1], best[j + 1][k + 1] + _nearness(places[j], known[k]))
    pairs, j, k = {}, 0, 0
    while j < n and k < m:
        near = _nearness(places[j], known[k])
        if near > 0 and abs(best[j][k] - best[j + 1][k + 1] - near) < 1e-12:
            pairs[j] = k
            j, k = j + 1, k + 1
        elif best[j][k] == best[j + 1][k]:
            j += 1
        else:
            k += 1
    return pairs


def _nearness(a: float, b: float) -> float:
    return max(0.0, 1.5 - abs(a - b) / EDGE) if abs(a - b) < EDGE else 0.0


def _between(j: int, places: Sequence[float], pairs: dict[int, int], known: Sequence[float]) -> float:
    """A border that met none: moved as its nearest neighbours that did."""
    before = [i for i in pairs if i < j]
    after = [i for i in pairs if i > j]
    shifts = [known[pairs[i]] - places[i] for i in ([before[-1]] if before else []) + ([after[0]] if after else [])]
    return places[j] + (sum(shifts) / len(shifts) if shifts else 0.0)


def extend(table: LongTable, fitted: Fit, context: Context) -> LongTable:
    """``table`` with the part under it; a repeated header must have been cut off the part before."""
    table, part = _with_whole_header(table, fitted.part, context)
    upper = [p for p in table.pieces if p.bottom == table.n_rows]
    pairs = _pairs(upper, part, context)
    leaves = [(u, v) for u, v in pairs if not context.is_spanning(u)]
    goes_on, doubt = _row_goes_on(upper, leaves, context)
    offset = table.n_rows - 1 if goes_on else table.n_rows
    replaced: dict[Piece, Piece] = {}
    taken: set[int] = set()
    marks = {id(p): doubt for p in part.pieces if p.top == 0} if doubt and not goes_on else {}
    for u, v in leaves:
        if goes_on:
            told = doubt if v.text or doubt != REST else ""
            replaced[u] = _one(u, v, offset, merge_cells(u.cell, v.cell), told)
            taken.add(id(v))
        elif doubt:
            replaced[u] = replace(u, cell=u.cell.with_review(doubt))
    missed = not goes_on and _open_share(leaves) >= 0.5
    ended = False
    for u, v in sorted((pair for pair in pairs if context.is_spanning(pair[0])), key=lambda pair: pair[0].left):
        whole = has_points(u.text) or _have_points_beside(u, v, leaves)
        verdict, why = _level_goes_on(u, v, context, missed=missed, whole=whole)
        if goes_on and not v.text:
            verdict, why = "on", ""
        if goes_on and verdict == "new":
            why = why or "the row goes on over the page break, its level seems not to"
        if goes_on or (verdict == "on" and not (ended and not v.text)):
            same = fold(u.text) == fold(v.text) and bool(v.text)
            replaced[u] = _one(u, v, offset, u.cell if same else merge_cells(u.cell, v.cell), why)
            taken.add(id(v))
        else:
            ended = True
            if why:
                replaced[u] = replace(u, cell=u.cell.with_review(why))
                marks[id(v)] = marks.get(id(v), why)
    for u in upper if goes_on else ():
        rest = [v for v in part.pieces if v.top == 0 and v.text and id(v) not in taken and v.covers(u.left, u.right)]
        if rest and not context.in_header(u):
            one = replaced.get(u, u)
            replaced[u] = replace(one, cell=one.cell.with_review(BESIDE.format("; ".join(v.text for v in rest))))
    added = [p.moved(offset) for p in part.pieces if id(p) not in taken and id(p) not in marks]
    for p in part.pieces:
        if id(p) in marks and id(p) not in taken:
            added.append(replace(p.moved(offset), cell=p.cell.with_review(marks[id(p)])))
    return LongTable(
        n_rows=offset + part.n_rows,
        pieces=tuple([replaced.get(p, p) for p in table.pieces] + added),
        borders=fitted.borders,
        row_pages=table.row_pages + part.row_pages[1 if goes_on else 0 :],
        frame=table.frame,
    )


def _with_whole_header(table: LongTable, part: LongTable, context: Context) -> tuple[LongTable, LongTable]:
    """The table with its header whole, where the page breaks in it, and the part without the row that holds its rest
    (偏差原因分析 over 及改进措施)."""
    if not any(h.bottom == table.n_rows for h in context.headers) or part.n_rows < 2:
        return table, part
    above = [u for u in table.pieces if u.bottom == table.n_rows and context.in_header(u)]
    filled = [v for v in part.pieces if v.top == 0 and v.text and not (v.bottom > 1 and context.is_spanning(v))]
    pairs = [(u, v) for v in filled for u in above if u.same_column(v)]
    cut = any(context.is_cut_header(u.text, v.text) for u, v in pairs)
    if not cut or len(pairs) != len(filled) or any(_is_figure(v.text) for v in filled):
        return table, part
    whole = {u: replace(u, cell=merge_cells(u.cell, v.cell)) for u, v in pairs}
    return replace(table, pieces=tuple(whole.get(p, p) for p in table.pieces)), part.rows(1, part.n_rows)


def goes_on_below(table: LongTable, fitted: Fit, context: Context) -> bool:
    """True when the part's first row is the rest of the table's last row."""
    upper = [p for p in table.pieces if p.bottom == table.n_rows]
    leaves = [(u, v) for u, v in _pairs(upper, fitted.part, context) if not context.is_spanning(u)]
    return _row_goes_on(upper, leaves, context)[0]


def _pairs(upper: Sequence[Piece], part: LongTable, context: Context) -> list[tuple[Piece, Piece]]:
    """The cells on both sides of the break that stand in the same column."""
    lower = [p for p in part.pieces if p.top == 0]
    above = [u for u in upper if not context.in_header(u)]
    return [(u, v) for u in above for v in lower if u.same_column(v) or _blank_below(u, v, above)]


def _blank_below(upper: Piece, lower: Piece, above: Sequence[Piece]) -> bool:
    """True when a blank cell below stands under several cells, ``upper`` among them: a line between them was lost."""
    if lower.text or upper.width > lower.width or any(u.same_column(lower) for u in above):
        return False
    return lower.left - EDGE < upper.left and upper.right < lower.right + EDGE


def _one(u: Piece, v: Piece, offset: int, cell: Cell, doubt: str) -> Piece:
    cell = cell.with_review(doubt) if doubt else cell
    return replace(u, bottom=v.bottom + offset, cell=cell, closed_bottom=v.closed_bottom)


def _row_goes_on(upper: Sequence[Piece], leaves: Sequence[tuple[Piece, Piece]], context: Context) -> tuple[bool, str]:
    """Whether the last row of the table and the first row of the part are one row, and why that is doubtful."""
    width = sum(u.width for u in upper if not context.is_spanning(u))
    if not leaves or sum(u.width for u, _ in leaves) < 0.5 * width:
        return False, ""
    opened = _open_share(leaves)
    rest = _is_rest(leaves, context)
    if any(_is_figure(u.text) and _is_figure(v.text) for u, v in leaves):
        return (True, "the page breaks here, also through numbers") if rest and _numbers_cut(leaves) else (False, "")
    if opened >= 0.5:
        both = sum(bool(u.text and v.text) for u, v in leaves)
        if opened < 0.8 or both >= 3:
            return True, "the page breaks here; the row may be two rows"
        return True, ""
    if rest:
        return True, REST
    return False, "the page breaks here; the row may belong to the one above" if opened > 0.2 else ""


def _is_rest(leaves: Sequence[tuple[Piece, Piece]], context: Context) -> bool:
    """A row that holds only what a full row above it can have left over: texts under texts, and no number of its own.

    A row of its own begins with a weight where the row above has one; a row of funds has a label that is known.
    """
    filled = [(u, v) for u, v in leaves if v.text]
    full = [(u, v) for u, v in leaves if _is_figure(u.text) and not v.text]
    if not filled or any(len(fold(u.text)) < 2 and not _is_figure(u.text) for u, v in filled):
        return False
    if context.indicators is None:
        return bool(full) and all(context.is_cut_label(u.text, v.text) for u, v in filled)
    if any(_is_figure(v.text) and not (_is_figure(u.text) or _says_more(u, context)) for u, v in filled):
        return False
    weights = [(u, v) for u, v in leaves if context.is_column(u, "weight")]
    if weights:
        return all(_is_figure(u.text) and not v.text for u, v in weights)
    return bool(full) and not any(context.is_column(u, "level3") for u, _ in filled)


def _says_more(piece: Piece, context: Context) -> bool:
    """True for a target or a result in words, the figure of which may stand in its next line (不少于 over 90%)."""
    return any(context.is_column(piece, m) for m in ("target", "actual")) and len(fold(piece.text)) >= 2


def _numbers_cut(leaves: Sequence[tuple[Piece, Piece]]) -> bool:
    """True when every number with a number below it is one number cut in two: 20.0 and 0, 91.6 and 6, 12 and .5%."""
    pairs = [(compact(u.text), compact(v.text)) for u, v in leaves if _is_figure(u.text) and _is_figure(v.text)]
    return all(_TAIL.fullmatch(v) and is_number(u + v) for u, v in pairs)


def _is_figure(text: str) -> bool:
    """True for a number, also for its first part, cut behind the point (90.)."""
    return is_number(text.rstrip(".．"))


def _open_share(pairs: Sequence[tuple[Piece, Piece]]) -> float:
    """The share of the upper cells' width under which no ruling line was seen."""
    return sum(u.width for u, _ in pairs if not u.closed_bottom) / max(1e-9, sum(u.width for u, _ in pairs))


def _have_points_beside(u: Piece, v: Piece, leaves: Sequence[tuple[Piece, Piece]]) -> bool:
    """Whether both cells have points of their own in the next column, printed once for each level's name."""
    beside = ((a, b) for a, b in leaves if abs(a.left - u.right) < EDGE)
    return any(a.top == u.top and b.bottom == v.bottom and _is_figure(a.text) and _is_figure(b.text) for a, b in beside)


def _level_goes_on(u: Piece, v: Piece, context: Context, *, missed: bool, whole: bool) -> tuple[str, str]:
    """("on" or "new", doubt) for a cell beside the rows: the same level, or the first of another.

    ``missed``: the rows show that a ruling line stood here which was not seen, so an open cell proves nothing.
    ``whole``: points say that both names are.
    """
    if not v.text:
        return "on", ""
    if fold(u.text) == fold(v.text):
        return "on", ""
    if not u.text:
        return "on", "the page breaks in this level; its name stands below the break" if u.closed_bottom else ""
    both, first, rest = (context.level_likeness(t) for t in (u.text + v.text, u.text, v.text))
    if both >= 0.99 and first < _KNOWN <= rest:
        return "on", "the page breaks in this level's name; what stands below is a name too"
    if u.closed_bottom:
        if both >= 0.9 and both > max(first, rest):
            return "on", "a line stands in the midst of this level's name, at the page break"
        unknown = max(first, rest) < _KNOWN and context.indicators is not None and not whole
        return "new", "the page breaks here; this may be one level's name in two parts" if unknown else ""
    if rest < 0.99 and both >= _KNOWN and (both > first or not fold_level(v.text)):
        return "on", ""
    if rest >= _KNOWN or missed:
        return "new", "the page breaks here; the level may go on below"
    return "on", "the page breaks in this level's name"
