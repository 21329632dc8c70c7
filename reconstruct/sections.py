"""Which rows of a long table are what: goals, indicators, total, note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from forms import Cell, Goals

from .columns import Row, pieces_under
from .headers import Header, find_headers
from .labels import FIELDS, find_fields, right_of
from .longtable import EDGE, LongTable, Piece, merge_all
from .stacks import FUNDS, INDICATORS
from .templates import Vocabulary
from .wording import (
    best_likeness,
    compact,
    fold,
    fold_bare,
    fold_level,
    has_points,
    is_dash,
    is_number,
    split_label,
)

_LABEL = 0.75
_WANTED, _REACHED = ("预期", "计划", "设定", "目标", "年初"), ("完成", "实际", "实现", "结果")
"""What the two labels of goals may say where 年度目标 stands before them both."""
_SENTENCE = 8
"""Characters that a goal has at least."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a form's long table: headers and the rows where sections begin and end."""

    funds: Header | None = None
    indicators: Header | None = None
    repeated: tuple[Header, ...] = ()
    goals_row: int | None = None
    total_row: int | None = None
    end: int = 0
    """The first row after the indicators: the total row, a full-width row below them, or the table's end."""
    fields: dict[str, Cell] = field(default_factory=dict)

    @property
    def is_ended(self) -> bool:
        """Whether a total row ends the indicators; one that stands above them all does not."""
        return self.total_row is not None and self.total_row >= self.end

    def section_end(self, row: int, n_rows: int) -> int:
        """The first row after ``row`` at which another section begins; sections may stand in any order."""
        tops = [h.top for h in (self.funds, self.indicators) if h]
        tops += [r for r in (self.goals_row, self.total_row) if r is not None]
        return min((r for r in tops if r > row), default=n_rows)

    @property
    def is_form(self) -> bool:
        """Enough evidence for a self-evaluation: indicators with results, or a head with funds or goals."""
        if self.indicators and {"actual", "score"} & set(self.indicators.columns):
            return True
        return bool(self.funds and "executed" in self.funds.columns and (self.fields or self.goals_row is not None))


def outline(table: LongTable, vocabulary: Vocabulary) -> Outline:
    """Find the sections by their headers and labels, in whatever order they stand."""
    headers = find_headers(table, vocabulary)
    funds = next((h for h in headers if h.kind == FUNDS), None)
    indicators = next((h for h in headers if h.kind == INDICATORS), None)
    goals = _goals_row(table, vocabulary, headers)
    total, end = None, table.n_rows
    if indicators:
        later = [r for r in (funds.top if funds else None, goals) if r is not None and r >= indicators.bottom]
        total, end = end_of_indicators(table, indicators, vocabulary, min(later, default=table.n_rows))
        if total is None and funds and funds.top >= indicators.bottom:
            total = _total_below(table, funds, vocabulary)
    head_end = min([h.top for h in headers] + ([goals] if goals is not None else []), default=table.n_rows)
    return Outline(
        funds=funds,
        indicators=indicators,
        repeated=tuple(h for h in headers if h is not funds and h is not indicators),
        goals_row=goals,
        total_row=total,
        end=end,
        fields=find_fields(table.rows(0, head_end), vocabulary)
        or _fields_below_goals(table, goals, headers, vocabulary)
        or _fields_beside_funds(table, funds, goals, vocabulary),
    )


def _fields_below_goals(
    table: LongTable, goals: int | None, headers: Sequence[Header], vocabulary: Vocabulary
) -> dict[str, Cell]:
    """The head's fields where the goals stand above them: from the row that begins with the name of one."""
    end = min((h.top for h in headers), default=table.n_rows)
    first = None if goals is None else _field_row(table, goals + 1, end, vocabulary)
    return {} if first is None else find_fields(table.rows(first, end), vocabulary)


def _fields_beside_funds(
    table: LongTable, funds: Header | None, goals: int | None, vocabulary: Vocabulary
) -> dict[str, Cell]:
    """The head's fields where they stand left of the funds, row beside row: up to where the names of these begin."""
    if funds is None:
        return {}
    amounts = min(c.left for c in funds.columns.values())
    names = [p.left for p in table.starting(funds.bottom) if p.right <= amounts + EDGE]
    if not names:
        return {}
    beside = table.rows(funds.top, goals if goals is not None and goals >= funds.bottom else table.n_rows)
    left = [p for p in beside.pieces if p.right <= names[-1] + EDGE]
    return find_fields(replace(beside, pieces=tuple(left)), vocabulary)


def _field_row(table: LongTable, first: int, last: int, vocabulary: Vocabulary) -> int | None:
    """The first row from ``first`` to ``last`` that begins, at the table's edge, with a name of a field of the head."""
    names = [p for field in FIELDS for p in vocabulary.phrases(f"fields.{field}")]
    beginnings = ((row, table.starting(row)[:1]) for row in range(first, last))
    edge = ((row, p) for row, pieces in beginnings for p in pieces if p.left < EDGE)
    return next((row for row, p in edge if best_likeness(p.text, names) >= 0.99), None)


def _goals_row(table: LongTable, vocabulary: Vocabulary, headers: Sequence[Header]) -> int | None:
    """The row of the goals' labels (the first of them where they stand in two rows), above or below the indicators."""
    first = min((h.top for h in headers if h.kind == INDICATORS), default=table.n_rows)
    skipped = {r for h in headers for r in range(h.top, h.bottom)}
    best: tuple[float, int] | None = None
    for row in range(table.n_rows):
        if row in skipped or (row >= first and best is not None):
            continue
        if _label_pair(table, row, vocabulary) or _labels_before(table, row, vocabulary):
            best = max(best, (2.0, -row)) if best else (2.0, -row)
            continue
        texts = [p.text for p in table.starting(row) if len(fold(p.text)) <= 12]
        one, two = (
            max((best_likeness(t, vocabulary.phrases(f"goals.{name}")) for t in texts), default=0.0)
            for name in ("expected", "actual")
        )
        both = min(one, two) >= _LABEL
        few = len(table.starting(row)) <= 3  # a level may be called 绩效目标 too; its rows have more cells
        if both or (max(one, two) >= 0.99 and (row < first or few)):
            score = max(one, two) + (min(one, two) if both else 0.0)
            best = max(best, (score, -row)) if best else (score, -row)
    if best is None:
        return next((r for r in range(first) if r not in skipped and _goal_alone(table, r)), None)
    return -best[1]


def _goal_alone(table: LongTable, row: int) -> Piece | None:
    """The text of a row that is one goal and its label (年度目标): such a form does not say what was reached."""
    pieces = table.on_row(row)
    if len(pieces) != 2 or any((p.top, p.bottom) != (row, row + 1) for p in pieces):
        return None
    label, text = pieces
    named = fold_bare(label.text).endswith("目标") and "完成" not in label.text and len(fold(label.text)) <= 12
    return text if named and text.width > 0.5 and len(fold(text.text)) >= _SENTENCE else None


def goals(table: LongTable, plan: Outline, vocabulary: Vocabulary) -> Goals:
    """The texts under (or beside) 预期目标 and 实际完成情况."""
    if plan.goals_row is None:
        return Goals(_goal_below(table, goal_beside_funds(table, plan.funds) if plan.funds else None))
    last = plan.section_end(plan.goals_row, table.n_rows)
    fields = _field_row(table, plan.goals_row + 1, last, vocabulary)
    last = last if fields is None else fields
    if before := _labels_before(table, plan.goals_row, vocabulary):
        texts = (right_of(table, label) for label in before)
        return Goals(*(Cell.absent() if text is None else text.cell for text in texts))
    found: dict[str, Cell] = {}
    pair = _label_pair(table, plan.goals_row, vocabulary)
    for i, name in enumerate(("expected", "actual")):
        label = pair[i] if pair else _label_near(table, plan.goals_row, last, vocabulary.phrases(f"goals.{name}"))
        if label is not None:
            found[name] = _goal_text(table, label, last, vocabulary)
    if "actual" not in found and (alone := _goal_alone(table, plan.goals_row)):
        return Goals(expected=alone.cell)
    return Goals(**found)


def goal_beside_funds(table: LongTable, header: Header) -> Piece | None:
    """The head of a goal in a column of its own behind the amounts: 年初预算 | 全年预算 | … | 年度目标."""
    first = min(c.left for c in header.columns.values())
    heads = [p for p in table.pieces if header.top <= p.top and p.bottom == header.bottom and p.left > first]
    named = [p for p in heads if _names_wanted(p.text)]
    return named[0] if len(named) == 1 else None


def _goal_below(table: LongTable, head: Piece | None) -> Cell:
    """The sentence in the cell below such a head."""
    below = [p for p in table.starting(head.bottom) if p.same_column(head)] if head is not None else []
    return below[0].cell if below and len(fold(below[0].text)) >= _SENTENCE else Cell.absent()


def _label_pair(table: LongTable, row: int, vocabulary: Vocabulary) -> tuple[Piece, Piece] | None:
    """The labels of both goals side by side: that of what was reached, and before it one of any goal (总体目标).

    A cell at the table's edge, or one that reaches further down, names the section and is none of the two.
    """
    starting = [p for p in table.starting(row) if len(fold(p.text)) <= 14]
    usual = vocabulary.phrases("goals.expected")
    for before, reached in pairwise(starting):
        alike = before.bottom == reached.bottom and abs(before.right - reached.left) < EDGE and before.left > EDGE
        goal = _names_wanted(before.text)
        goal |= bool(fold(before.text)) and _are_goals(table, before) and not _names_reached(before, vocabulary)
        if alike and goal and _names_reached(reached, vocabulary):
            usually = (p for p in starting if p.left < reached.left and best_likeness(p.text, usual) >= 0.99)
            return next((p for p in usually if p.bottom == reached.bottom), before), reached
    return None


def _labels_before(table: LongTable, row: int, vocabulary: Vocabulary) -> tuple[Piece, Piece] | None:
    """The labels of both goals, each with its text right of it: on one row, or one below the other with nothing but
    that beside it."""
    four = table.on_row(row)
    if len(four) == 4 and len({(p.top, p.bottom) for p in four}) == 1 and four[0].top == row:
        wanted, text, reached, other = four
        filled = all(fold(p.text) for p in (text, other))
        if _names_goal(wanted.text) and filled and _names_reached(reached, vocabulary):
            return wanted, reached
    for wanted in table.starting(row):
        below = next((p for p in table.starting(wanted.bottom) if p.same_column(wanted)), None)
        if below is None:
            continue
        named = _names_wanted(wanted.text) and _names_reached(below, vocabulary)
        if not named and not _are_short_labels(table, wanted, below):
            continue
        texts = [[p for p in table.on_row(x.top) if p.left >= x.right - 1e-6] for x in (wanted, below)]
        if all(len(t) == 1 and t[0].top == x.top for t, x in zip(texts, (wanted, below), strict=True)):
            return wanted, below
    return None


def _are_short_labels(table: LongTable, wanted: Piece, reached: Piece) -> bool:
    """Whether two cells say 预期 and 完成, one below the other, behind one that names the goals of both."""
    return _are_goals(table, wanted) and fold(wanted.text) in _WANTED and fold(reached.text) in _REACHED


def _are_goals(table: LongTable, label: Piece) -> bool:
    """Whether a cell at the table's edge names what stands from this label on down to the next row: 年度目标."""
    edge = (p for p in table.on_row(label.top) if p.left < EDGE and abs(p.right - label.left) < EDGE)
    return any(p.top <= label.top and p.bottom > label.bottom and _names_goal(p.text) for p in edge)


def _names_goal(text: str) -> bool:
    """Whether a text may be the label of any goal: 总体目标, 年初设定目标."""
    return fold(text).endswith("目标") and len(fold(text)) <= 14


def _names_wanted(text: str) -> bool:
    """The same, but for that of what was reached of it (目标完成情况)."""
    return _names_goal(text) and "完成" not in text


def _names_reached(piece: Piece, vocabulary: Vocabulary) -> bool:
    """Whether a cell is the label of what was reached."""
    return best_likeness(piece.text, vocabulary.phrases("goals.actual")) >= _LABEL


def _label_near(table: LongTable, first: int, last: int, phrases: Sequence[str]) -> Piece | None:
    for row in range(first, last):
        pieces = [p for p in table.starting(row) if len(fold(p.text)) <= 12]
        best = max(pieces, key=lambda p: best_likeness(p.text, phrases), default=None)
        if best is not None and best_likeness(best.text, phrases) >= _LABEL:
            return best
    return None


def _goal_text(table: LongTable, label: Piece, last: int, vocabulary: Vocabulary) -> Cell:
    """The text under the label; or, where the label stands before its text, the one to its right."""
    every = (*vocabulary.phrases("goals.expected"), *vocabulary.phrases("goals.actual"))
    below: list[Piece] = []
    for row in range(label.bottom, last):
        starting = table.starting(row)
        under = [p for p in starting if p.covers(label.left, label.right)]
        under = [p for p in under if p.width < 1.5 * (label.right - label.left) + 0.1]
        if any(p.width > 0.9 for p in starting) or (below and any(not p.same_column(below[0]) for p in under)):
            break
        below += under
    beside = right_of(table, label)
    if beside is not None and fold(beside.text) and best_likeness(beside.text, every) < _LABEL:
        directly = bool(below) and below[0].top == label.bottom and below[0].same_column(label)
        if not directly or best_likeness(below[0].text, every) >= _LABEL or len(below[0].text) < len(beside.text):
            other = [p for p in below[:1] if p.text and best_likeness(p.text, every) < _LABEL]
            return beside.cell.with_review("another text stands below this one's label") if other else beside.cell
    return merge_all([p.cell for p in below if p.text] or [p.cell for p in below[:1]], "\n")


def end_of_indicators(table: LongTable, header: Header, vocabulary: Vocabulary, last: int) -> tuple[int | None, int]:
    """(total row, first row after the indicators); ``last``: where the next section begins.

    A cell over the whole width ends them, if it is no level's name; not a blank one, or one that layout doubts, with
    the total row below it: all lines down a row may be worn away. A row that is the total by its place, not by its
    words, is the last with numbers. By its words it may also stand first, or below what the form says in words
    (其他需要说明的事项).
    """
    stop, perhaps, above = last, None, None
    for row in range(header.bottom, last):
        label = total_label(table, row, header, vocabulary)
        if label is not None and is_sure_total(label, vocabulary):
            if row > header.bottom or not any(has_numbers(table, r, header, all) for r in range(row + 1, last)):
                return row, row
            above = row
            continue
        if label is not None:
            perhaps = row
        elif has_numbers(table, row, header, any):
            perhaps = None  # what may be the total by its place is none where the indicators go on below it
        wide = [p for p in table.starting(row) if p.width > 0.9 and not is_banner(p, vocabulary)]
        if wide and stop == last:
            stop = row
        if any(p.text and not p.cell.needs_review for p in wide):
            perhaps = _sure_total_in(table, range(row + 1, last), header, vocabulary) if perhaps is None else perhaps
            return (above, stop) if perhaps is None else (perhaps, min(perhaps, stop))
    if perhaps is None or above is not None:
        return above, stop
    return perhaps, perhaps


def _sure_total_in(table: LongTable, rows: Iterable[int], header: Header, vocabulary: Vocabulary) -> int | None:
    """The first of the rows that is the total by its words."""
    labels = ((row, total_label(table, row, header, vocabulary)) for row in rows)
    return next((row for row, label in labels if label and is_sure_total(label, vocabulary)), None)


def is_banner(piece: Piece, vocabulary: Vocabulary) -> bool:
    """Whether a cell over the whole width names the first level of the rows below it: 产出指标（50分）."""
    return piece.width > 0.9 and names_first_level(piece.text, vocabulary)


def names_first_level(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is the name of a first level, one that is known or one with its points."""
    name = fold_level(text)
    known = best_likeness(name, vocabulary.phrases("levels.level1")) >= _LABEL
    return 2 <= len(name) <= 12 and (known or (name.endswith("指标") and has_points(text)))


def _total_below(table: LongTable, funds: Header, vocabulary: Vocabulary) -> int | None:
    """The row of the total below funds that stand last."""
    first = (p for r in range(funds.bottom, table.n_rows) for p in table.starting(r)[:1])
    return next((p.top for p in first if p.left < EDGE and is_sure_total(p, vocabulary)), None)


def has_numbers(table: LongTable, row: int, header: Header, which: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether numbers begin in a row under ``any`` or ``all`` of the headers of weights and scores."""
    columns = [c for m, c in header.columns.items() if m in ("weight", "score")]
    starting = [p for p in table.starting(row) if any(t.isdigit() for t in p.text)]
    return bool(columns) and which(
        any(p.covers(c.left, c.right) and is_number(p.text.replace(c.text, "")) for p in starting) for c in columns
    )


def is_sure_total(label: Piece, vocabulary: Vocabulary) -> bool:
    return best_likeness(label.text, vocabulary.phrases("total")) >= 0.99


def total_label(table: LongTable, row: int, header: Header, vocabulary: Vocabulary) -> Piece | None:
    """The label of the total row if ``row`` is one: it covers the level columns, and its words or numbers say so."""
    levels = [c for m, c in header.columns.items() if m in ("level1", "level2", "level3")]
    numbers = [c for m, c in header.columns.items() if m in ("weight", "score")]
    values = [p for c in numbers for p in pieces_under(table, Row(row, row + 1), c)]
    for piece in table.starting(row):
        if piece.left > 0.1 and not any(piece.covers(c.left, c.right) for c in levels):
            continue
        words = best_likeness(piece.text, vocabulary.phrases("total"))
        wide = sum(piece.covers(c.left, c.right) for c in levels) == len(levels)
        if not piece.text and not (wide and len(levels) > 1):
            continue
        if not numbers and words < 0.99:
            continue  # a form without weights and scores has no total by its place
        if wide and (words >= 0.5 or (len(fold(piece.text)) <= 4 and any(is_number(v.text) for v in values))):
            return piece
        under = (p for c in levels for p in pieces_under(table, Row(row, row + 1), c) if p is not piece)
        others = [p for p in under if p.text and not is_dash(p.text)]
        if words >= 0.99 and not others and any(v.text for v in values):
            return piece
        beside = [p for p in table.on_row(row) if p is not piece]
        if words >= 0.99 and len(beside) == 1 and is_number(beside[0].text):
            return piece  # one cell goes from the label to the table's edge, with the score alone in it
    return None


def note_in_table(table: LongTable, plan: Outline, vocabulary: Vocabulary) -> Cell | None:
    """The note in a row of its own below the indicators."""
    first = plan.end + (plan.total_row is not None)
    pieces = [p for r in range(first, table.n_rows) for p in table.starting(r) if p.text]
    start = next((i for i, p in enumerate(pieces) if is_note(p.text, vocabulary)), None)
    if start is None or plan.indicators is None:
        return None
    return merge_all([p.cell for p in pieces[start:]], "\n")


def is_note(text: str, vocabulary: Vocabulary) -> bool:
    """True when the text begins as a note does: one of the words, then a colon, a point, a bracket or nothing."""
    plain = compact(text)
    for phrase in vocabulary.phrases("note"):
        word = compact(phrase)
        if plain.startswith(word):
            after = plain[len(word) :].lstrip("0123456789")
            if not after or after[0] in ":;.、,。)]" or len(word) >= 4:
                return True
    return len(plain) > 6 and any(
        len(p) >= 4 and split_label(text, [p])[0] >= _LABEL for p in vocabulary.phrases("note")
    )
