"""What a header row says its columns mean: the best one-to-one assignment of header texts to meanings.

Meaning comes from the texts alone. A header may be split over up to three rows, misread in a character, in any
order, with columns beside it that nobody asked for. Where the assignment is not certain, the column says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .contents import AMOUNT, AMOUNTS, POINTS, contradicted, first_rows, no_points, share_with_digits
from .longtable import EDGE, LongTable, Piece
from .templates import Vocabulary
from .wording import best_likeness, compact, fold, is_number, split_label

MAX_HEADER_ROWS = 3
_WEAK, _GOOD = 0.5, 0.75
_LONGEST = 30
_HEADERS_TO_NUMBERS = 4

Kind = str
FUNDS, INDICATORS = "funds", "indicators"
TARGET_PARTS = ("target_sign", "target_unit")
"""Columns that hold a part of the target: 指标性质 (≥) and 度量单位 (个) beside 指标值, as 预算管理一体化 has them."""
_BY_GOALS = 0.3
"""What 实际完成情况 of the goals may add to the likeness of a misread header below it."""
_THIRD = ("绩效指标", "指标")
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

    ``unknown`` are columns with a header text (or none) that no meaning was given.
    """

    kind: Kind
    top: int
    bottom: int
    columns: Mapping[str, Column]
    unknown: tuple[Column, ...]
    likeness: float


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
    return sum(len(fold(p.text)) <= _LONGEST and best_likeness(p.text, phrases) >= _GOOD for p in pieces)


def _header_at(table: LongTable, row: int, height: int, kind: Kind, vocabulary: Vocabulary) -> Header | None:
    stacks = _stacks(table, row, row + height)
    meanings = vocabulary.group(f"{kind}.columns")
    ignored = (*vocabulary.phrases(f"{kind}.section"), *vocabulary.phrases("goals.section"))
    named = [s for s in stacks if not _is_label(s[2], ignored, meanings)]
    if kind == INDICATORS and max((_best(s[2], meanings["level3"]) for s in named), default=0.0) < 0.9:
        named = [_as_third(s) for s in stacks if not _is_label(s[2], ignored, meanings) or fold(s[2][-1]) in _THIRD]
    stacks = named
    strict = {m: _GOOD if m == "basis" or m in TARGET_PARTS else _WEAK for m in meanings}
    others = vocabulary.phrases("indicators.others")
    body = first_rows(table, row + height)
    against = [
        frozenset(meanings) if _best(texts, others) >= 0.99 else contradicted(body, left, right)
        for left, right, texts in stacks
    ]
    scores = [
        {
            m: s
            for m, phrases in meanings.items()
            if m not in never and (s := _best(texts, phrases)) >= strict[m] and (s > _WEAK or len(fold(texts[0])) < 4)
        }
        for (_, _, texts), never in zip(stacks, against, strict=True)
    ]
    for i in _levels_above_a_fourth(stacks, scores):
        scores[i], against[i] = {}, frozenset(meanings)
    for i in _points_of_levels(scores):
        scores[i], against[i] = {}, frozenset(meanings)
    _drop_actual_in_words(scores, [share_with_digits(body, left, right) for left, right, _ in stacks])
    chosen = _assign(scores)
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
            if chosen[i] in ("executed", "actual") and any(
                _PART_OF_YEAR.search(t) for t in texts if len(t) <= _LONGEST
            ):
                doubt = "its column's header speaks of a part of the year, or of what is expected"
            columns[chosen[i]] = Column(
                chosen[i], left, right, texts[0], scores[i][chosen[i]], doubt, against[i], marked
            )
        else:
            never = against[i] | no_points(body, left, right)
            if _PART_OF_YEAR.search(texts[0]) and len(fold(texts[0])) >= 4:
                never = frozenset(meanings)
            unknown.append(Column("", left, right, texts[0], 0.0, "", never, marked))
    labelled = any(_best(texts, vocabulary.phrases("funds.label")) >= 0.99 for _, _, texts in stacks)
    if not _enough(kind, columns, labelled=labelled):
        return None
    if kind == INDICATORS:
        unknown += _hanging(table, row, row + height, column_names(kind, vocabulary))
        unknown = _with_remarks(columns, unknown)
    total = sum(c.likeness for c in columns.values())
    header = Header(kind, row, row + height, columns, tuple(unknown), total)
    return _by_elimination(header, meanings)


def _as_third(stack: tuple[float, float, list[str]]) -> tuple[float, float, list[str]]:
    """A column called 绩效指标 or 指标 by its own cell, where none is called 三级指标, as one of that name."""
    left, right, texts = stack
    return (left, right, [texts[0], "三级指标"]) if fold(texts[-1]) in _THIRD else stack


def _levels_above_a_fourth(
    stacks: Sequence[tuple[float, float, list[str]]], scores: list[dict[str, float]]
) -> list[int]:
    """The columns of third levels beside one of fourth levels (四级指标), which then are the indicators."""
    short = (i for i, (_, _, texts) in enumerate(stacks) if len(fold(texts[0])) <= 12)
    last = [i for i in short if any("四级" in text for text in stacks[i][2]) and not POINTS & scores[i].keys()]
    if len(last) != 1:
        return []
    scores[last[0]] = {"level3": 1.0}
    return [i for i, s in enumerate(scores) if i != last[0] and s.get("level3", 0.0) >= 0.9]


def _points_of_levels(scores: Sequence[Mapping[str, float]]) -> list[int]:
    """The columns before that of the third level that are called weights where one after it is, too: the points of the
    levels, 一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | … | 分值."""
    third = next((i for i, s in enumerate(scores) if s.get("level3", 0.0) >= 0.9), None)
    if third is None or not any("weight" in s for s in scores[third + 1 :]):
        return []
    return [i for i, s in enumerate(scores[:third]) if s.get("weight", 0.0) >= 0.99]


def _drop_actual_in_words(scores: list[dict[str, float]], digits: Sequence[float]) -> None:
    """Of two columns, 完成值 and 完成情况, the one without figures says whether the target was reached (完成)."""
    rivals = [i for i, s in enumerate(scores) if s.get("actual", 0.0) >= 0.99]
    if len(rivals) == 2:
        one, two = sorted(rivals, key=lambda i: digits[i])
        if digits[one] == 0.0 and digits[two] >= 0.5:
            del scores[one]["actual"]


def _with_remarks(columns: dict[str, Column], unknown: list[Column]) -> list[Column]:
    """The unknown columns; where no other column is for reasons and the last one is for remarks, it is that."""
    last = max((*columns.values(), *unknown), key=lambda c: c.right)
    if fold(last.text) not in _REMARKS or (last.meaning or "reason") != "reason":
        return unknown
    if "reason" in columns and last.meaning != "reason":
        return unknown
    columns["reason"] = replace(last, meaning="reason", likeness=1.0, doubt="" if last.meaning else last.doubt)
    return [c for c in unknown if c is not last]


def _stacks(table: LongTable, top: int, bottom: int) -> list[tuple[float, float, list[str]]]:
    """(left, right, texts) of each column of a header: the whole text first, then its runs from below upwards."""
    inside = [p for p in table.pieces if p.top >= top and p.bottom <= bottom]
    stacks = []
    for piece in sorted((p for p in inside if p.bottom == bottom), key=lambda p: p.left):
        over = [p for p in inside if p is piece or (p.bottom <= piece.top and p.covers(piece.left, piece.right))]
        parts = [p.text for p in sorted(over, key=lambda p: (p.top, p.left))]
        runs = ["".join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)]
        stacks.append((piece.left, piece.right, runs or [""]))
    return stacks


def _hanging(table: LongTable, top: int, bottom: int, phrases: Sequence[str]) -> list[Column]:
    """Columns whose header was read with the first value below it: no meaning is given to them, but they are there."""
    low = [p for p in _reaching_below(table, top, bottom) if best_likeness(p.text, phrases) >= _WEAK]
    return [Column("", p.left, p.right, p.text, 0.0) for p in low]


def _reaching_below(table: LongTable, top: int, bottom: int) -> list[Piece]:
    """The cells that begin in a header's rows and end below them, but for a section's label at the table's edge."""
    return [p for p in table.pieces if top <= p.top < bottom < p.bottom and p.left > EDGE]


def _is_marked(table: LongTable, top: int, bottom: int, left: float, right: float) -> bool:
    """True when layout doubts a header's cell in these rows between ``left`` and ``right``."""
    inside = (p for p in table.pieces if p.top >= top and p.bottom <= bottom and p.covers(left, right))
    return any(p.text and p.cell.needs_review for p in inside)


def _best(texts: Sequence[str], phrases: Sequence[str]) -> float:
    return max((best_likeness(t, phrases) for t in texts if len(fold(t)) <= _LONGEST), default=0.0)


def _is_label(texts: Sequence[str], ignored: Sequence[str], meanings: Mapping[str, Sequence[str]]) -> bool:
    label = best_likeness(texts[0], ignored)
    return label >= _GOOD and label > max((_best(texts, p) for p in meanings.values()), default=0.0)


def _assign(scores: Sequence[Mapping[str, float]]) -> dict[int, str]:
    """The one-to-one choice of meanings with the largest sum of squared likenesses (one exact beats two poor ones)."""
    states: dict[frozenset[str], tuple[float, dict[int, str]]] = {frozenset(): (0.0, {})}
    for i, options in enumerate(scores):
        grown = dict(states)
        for used, (total, chosen) in states.items():
            for meaning, score in options.items():
                if meaning in used:
                    continue
                key, value = used | {meaning}, total + score * score
                if key not in grown or value > grown[key][0] + 1e-9:
                    grown[key] = (value, {**chosen, i: meaning})
        states = grown
    return max(states.values(), key=lambda s: s[0])[1]


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
    if score >= _GOOD and score - rival >= 0.1 and left == 0.0:
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
    if best_likeness(column.text, meanings[meaning]) < (_GOOD if meaning in column.never else 0.34):
        return header
    doubt = f"its column's header fits {meaning} badly"
    taken = Column(meaning, column.left, column.right, column.text, 0.0, doubt)
    rest = tuple(c for c in header.unknown if c is not column)
    return Header(header.kind, header.top, header.bottom, {**header.columns, meaning: taken}, rest, header.likeness)
