"""What a header row says its columns mean: the best one-to-one assignment of header texts to meanings.

Meaning comes from the texts alone. A header may be split over up to three rows, misread in a character, in any
order, with columns beside it that nobody asked for. Where the assignment is not certain, the column says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .contents import AMOUNT, AMOUNTS, first_rows, no_points
from .longtable import EDGE, LongTable, Piece
from .stacks import FUNDS, GOOD, INDICATORS, LONGEST, TARGET_PARTS, WEAK, Kind, assigned, best_of, scored
from .templates import Vocabulary
from .wording import best_likeness, compact, fold, is_number, split_label

MAX_HEADER_ROWS = 3
_MARGIN = 0.03
"""Of the page's width: a margin of 6 mm on A4."""
_HEADERS_TO_NUMBERS = 4

_BY_GOALS = 0.3
"""What 实际完成情况 of the goals may add to the likeness of a misread header below it."""
_REMARKS = ("备注", "说明", "情况说明", "备注说明")
_PART_OF_YEAR = re.compile(r"\d月|季度|上半年|截至|截止|预计")


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a meaning: its place across the table, how well its header fits, and why that is doubtful.

    ``never``: meanings that what stands below the header speaks against; ``marked``: whether layout doubts its cell.
    """

    meaning: str
    left: float
    right: float
    text: str
    likeness: float
    doubt: str = ""
    never: frozenset[str] = frozenset()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in the rows ``top`` to ``bottom`` (exclusive) of a long table.

    ``unknown`` are columns with a header text (or none) that no meaning was given. ``framed``: the page goes on right
    of the table, so that none of it is cut off there; what is printed there in no cell the page itself is asked about.
    """

    kind: Kind
    top: int
    bottom: int
    columns: Mapping[str, Column]
    unknown: tuple[Column, ...]
    likeness: float
    framed: bool = False


def find_headers(table: LongTable, vocabulary: Vocabulary) -> list[Header]:
    """All funds and indicator headers of the table, top to bottom, without overlap."""
    found: list[Header] = []
    for row in range(table.n_rows):
        if found and row < found[-1].bottom:
            continue
        best: Header | None = None
        for kind in (FUNDS, INDICATORS):
            if not _promising(table.starting(row), kind, vocabulary):
                continue
            for height in range(1, min(MAX_HEADER_ROWS, table.n_rows - row) + 1):
                last = [p for p in table.starting(row + height - 1) if p.bottom <= row + height]
                if _are_values(last, kind, vocabulary):
                    break  # a cell of it reaches up into the header
                header = _header_at(table, row, height, kind, vocabulary)
                if header and (best is None or header.likeness > best.likeness + 0.1):
                    best = header
        if best:
            best = _lowest(table, best, vocabulary)
            found.append(_highest(table, best, vocabulary, found[-1].bottom if found else 0))
    return found


def _highest(table: LongTable, header: Header, vocabulary: Vocabulary, first: int) -> Header:
    """The header with the cells that begin above it and end with it: a column without storeys beside others that have
    them, below a name of them all (绩效指标完成情况)."""
    tall = [p.top for p in table.pieces if first <= p.top < header.top and p.bottom == header.bottom]
    for top in sorted(tall, reverse=True):
        if header.bottom - top > MAX_HEADER_ROWS:
            break
        higher = _header_at(table, top, header.bottom - top, header.kind, vocabulary)
        names = [p for p in table.pieces if top <= p.top and p.bottom <= header.top]
        over = all(sum(p.covers(c.left, c.right) for c in header.columns.values()) >= 2 for p in names)
        if higher and over and higher.columns.keys() > header.columns.keys():
            header = higher
    return header


def _lowest(table: LongTable, header: Header, vocabulary: Vocabulary) -> Header:
    """The header without rows above it that say nothing of its columns: labels of goals (总体目标) are like names of
    columns, and stand over these."""
    for top in range(header.bottom - 1, header.top, -1):
        lower = _header_at(table, top, header.bottom - top, header.kind, vocabulary)
        if lower and lower.columns.keys() >= header.columns.keys() and lower.likeness >= header.likeness - _BY_GOALS:
            return lower
    return header


def column_names(kind: Kind, vocabulary: Vocabulary) -> list[str]:
    """What the columns of such a table are called, all of them."""
    return [p for group in vocabulary.group(f"{kind}.columns").values() for p in group]


def with_parted_headers(table: LongTable, vocabulary: Vocabulary) -> LongTable:
    """The table with a header and the value below it as two cells, both marked, where the line between them was lost
    and they were read as one (三级指标培训教师数量): else a whole column would have no meaning."""
    parted: dict[Piece, tuple[Piece, Piece]] = {}
    for header in find_headers(table, vocabulary):
        columns = vocabulary.group(f"{header.kind}.columns")
        lacking = {m: phrases for m, phrases in columns.items() if not _is_read(header, m)}
        for piece in _reaching_below(table, header.top, header.bottom):
            fits = {m: split_label(piece.text, phrases) for m, phrases in lacking.items()}
            meaning = max(fits, key=lambda m: (fits[m][0], -len(fits[m][1])), default="")
            if meaning and fits[meaning][0] >= 0.99 and fits[meaning][1]:
                parted[piece] = _parted(piece, header.bottom, fits[meaning][1])
                del lacking[meaning]
    return replace(table, pieces=tuple(q for p in table.pieces for q in parted.get(p, (p,)))) if parted else table


def _is_read(header: Header, meaning: str) -> bool:
    """Whether a column has this meaning by its own text, not because nothing else was left."""
    return meaning in header.columns and header.columns[meaning].likeness > 0.0


def _parted(piece: Piece, row: int, rest: str) -> tuple[Piece, Piece]:
    """A cell cut at a row: what stands before ``rest`` in its text, and ``rest``."""
    at = piece.text.rindex(rest)
    upper, lower = (
        replace(piece.cell, text=text, alternatives=()).with_review("a header and the value below it were read as one")
        for text in (piece.text[:at], rest)
    )
    return replace(piece, bottom=row, cell=upper), replace(piece, top=row, cell=lower)


def _promising(pieces: Sequence[Piece], kind: Kind, vocabulary: Vocabulary) -> bool:
    return _named(pieces, kind, vocabulary) >= 2


def _are_values(pieces: Sequence[Piece], kind: Kind, vocabulary: Vocabulary) -> bool:
    """Whether the cells of a row are values, not headers one of which was misread as a number."""
    numbers = sum(is_number(p.text) or AMOUNT.fullmatch(compact(p.text)) is not None for p in pieces)
    return numbers > 0 and _named(pieces, kind, vocabulary) < _HEADERS_TO_NUMBERS * numbers


def _named(pieces: Sequence[Piece], kind: Kind, vocabulary: Vocabulary) -> int:
    """How many of the cells are headers of such a table."""
    phrases = column_names(kind, vocabulary)
    return sum(len(fold(p.text)) <= LONGEST and best_likeness(p.text, phrases) >= GOOD for p in pieces)


def _header_at(table: LongTable, row: int, height: int, kind: Kind, vocabulary: Vocabulary) -> Header | None:
    meanings = vocabulary.group(f"{kind}.columns")
    body = first_rows(table, row + height)
    stacks, scores, against = scored(table, row, height, kind, vocabulary, body)
    chosen = assigned(scores)
    lost = any(not fold(texts[0]) for i, (_, _, texts) in enumerate(stacks) if i not in chosen) and kind == INDICATORS
    columns = {}
    unknown = []
    for i, (left, right, texts) in enumerate(stacks):
        marked = _is_marked(table, row, row + height, left, right)
        if i in chosen:
            doubt = _doubt(i, scores, chosen, short=len(fold(texts[0])) < 4)
            if not doubt and scores[i][chosen[i]] < 0.99:
                if marked or _names_two(texts[0], meanings):
                    doubt = "its column's header may be two headers read as one"
                elif lost:
                    doubt = "its column's header fits no better than one that was not read"
            if chosen[i] in ("executed", "actual") and any(_PART_OF_YEAR.search(t) for t in texts if len(t) <= LONGEST):
                doubt = "its column's header speaks of a part of the year, or of what is expected"
            columns[chosen[i]] = Column(
                chosen[i], left, right, texts[0], scores[i][chosen[i]], doubt, against[i], marked
            )
        else:
            never = against[i] | no_points(body, left, right)
            never -= {m for m, phrases in meanings.items() if best_likeness(texts[0], phrases) >= 0.99}
            if _PART_OF_YEAR.search(texts[0]) and len(fold(texts[0])) >= 4:
                never = frozenset(meanings)
            unknown.append(Column("", left, right, texts[0], 0.0, "", never, marked))
    labelled = any(best_of(texts, vocabulary.phrases("funds.label")) >= 0.99 for _, _, texts in stacks)
    if not _enough(kind, columns, labelled=labelled):
        return None
    if kind == INDICATORS:
        unknown += _hanging(table, row, row + height, column_names(kind, vocabulary))
        unknown = _with_remarks(columns, unknown)
    total = sum(c.likeness for c in columns.values())
    _, right, page_width = table.frame
    framed = page_width - right >= _MARGIN * page_width
    header = Header(kind, row, row + height, columns, tuple(unknown), total, framed)
    return _by_elimination(header, meanings)


def _with_remarks(columns: dict[str, Column], unknown: list[Column]) -> list[Column]:
    """The unknown columns; where no other column is for reasons and the last one is for remarks, it is that."""
    last = max((*columns.values(), *unknown), key=lambda c: c.right)
    if fold(last.text) not in _REMARKS or (last.meaning or "reason") != "reason":
        return unknown
    if "reason" in columns and last.meaning != "reason":
        return unknown
    columns["reason"] = replace(last, meaning="reason", likeness=1.0, doubt="" if last.meaning else last.doubt)
    return [c for c in unknown if c is not last]


def _hanging(table: LongTable, top: int, bottom: int, phrases: Sequence[str]) -> list[Column]:
    """Columns whose header was read with the first value below it: no meaning is given to them, but they are there."""
    low = [p for p in _reaching_below(table, top, bottom) if best_likeness(p.text, phrases) >= WEAK]
    return [Column("", p.left, p.right, p.text, 0.0) for p in low]


def _reaching_below(table: LongTable, top: int, bottom: int) -> list[Piece]:
    """The cells that begin in a header's rows and end below them, but for a section's label at the table's edge."""
    return [p for p in table.pieces if top <= p.top < bottom < p.bottom and p.left > EDGE]


def _is_marked(table: LongTable, top: int, bottom: int, left: float, right: float) -> bool:
    """True when layout doubts a header's cell in these rows between ``left`` and ``right``."""
    inside = (p for p in table.pieces if p.top >= top and p.bottom <= bottom and p.covers(left, right))
    return any(p.text and p.cell.needs_review for p in inside)


def _names_two(text: str, meanings: Mapping[str, Sequence[str]]) -> bool:
    """True for the names of two columns read as one (实际完成值分值)."""
    plain = fold(text)
    named = {fold(phrase): meaning for meaning, phrases in meanings.items() for phrase in phrases}
    pairs = [(named.get(plain[:i]), named.get(plain[i:])) for i in range(2, len(plain) - 1)]
    return plain not in named and any(one and two and one != two for one, two in pairs)


def _doubt(i: int, scores: Sequence[Mapping[str, float]], chosen: Mapping[int, str], *, short: bool) -> str:
    """Why the choice for column ``i`` is doubtful, or "". In a ``short`` header one wrong character weighs much.

    Another column that fits the meaning is no matter where it is certain to be something else.
    """
    meaning, score = chosen[i], scores[i][chosen[i]]
    certain = {j for j, m in chosen.items() if scores[j][m] >= 0.99 and m != meaning}
    other = max((s.get(meaning, 0.0) for j, s in enumerate(scores) if j != i and j not in certain), default=0.0)
    if score >= 0.99:
        return "" if other < 0.99 else f"the header of another column fits {meaning} as well"
    sure = {m for j, m in chosen.items() if j != i and scores[j][m] > max(score, scores[i].get(m, 0.0))}
    rival = max((s for m, s in scores[i].items() if m != meaning and m not in sure), default=0.0)
    left = max((s.get(meaning, 0.0) for j, s in enumerate(scores) if j != i and j not in chosen), default=0.0)
    if score >= GOOD and score - rival >= 0.1 and left == 0.0:
        return ""
    if short and rival == 0.0 and left == 0.0 and len(chosen) >= 5:
        return ""  # every other column is spoken for, and this header fits nothing else
    return f"its column's header fits {meaning} badly"


def _enough(kind: Kind, columns: Mapping[str, Column], *, labelled: bool) -> bool:
    good = {m for m, c in columns.items() if c.likeness >= 0.7}
    if kind == FUNDS:
        exact = {m for m, c in columns.items() if c.likeness >= 0.99}
        amounts = good & AMOUNTS
        spent = "executed" in exact and (labelled or "rate" in exact)
        return len(amounts) >= 2 and (len(good) >= 3 or spent)
    levels, values = good & {"level1", "level2", "level3"}, good & {"target", "actual", "weight", "score", "basis"}
    return bool(levels) and len(values) >= 2 and len(good) >= 4


def _by_elimination(header: Header, meanings: Mapping[str, Sequence[str]]) -> Header:
    """One column unread and one meaning left over that shares characters with it: they belong together, doubtfully."""
    named = [c for c in header.unknown if fold(c.text)]
    usual = set(meanings) - {"basis", *TARGET_PARTS}
    missing = sorted(usual - set(header.columns))
    if len(named) != 1 or len(missing) != 1:
        return header
    column, meaning = named[0], missing[0]
    if best_likeness(column.text, meanings[meaning]) < (GOOD if meaning in column.never else 0.34):
        return header
    doubt = f"its column's header fits {meaning} badly"
    taken = Column(meaning, column.left, column.right, column.text, 0.0, doubt)
    rest = tuple(c for c in header.unknown if c is not column)
    return replace(header, columns={**header.columns, meaning: taken}, unknown=rest)
