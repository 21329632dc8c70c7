"""Pages into forms: which tables, and which lines around them, make up one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from forms import Box, Cell, PageContent, Table, TextLine

from .captions import is_title, is_year, names_other_form, note_below
from .headers import column_names, find_headers, with_parted_headers
from .join import Context, Fit, extend, fit, goes_on_below
from .longtable import LongTable, box_of, long_table
from .sections import Outline, is_note, outline
from .stacks import FUNDS, INDICATORS
from .templates import Vocabulary
from .wording import best_likeness, fold_level, split_label

_SHARE = 0.6
"""Share of a part's inner borders that must meet the table's for the part to be its continuation."""

_OPEN = 0.8
"""Share of a row's width below which no line was seen where the page's end cut it: of a worn line more is left."""
OPEN_END = "no line ends this row, and no page after it holds anything that goes on"


@dataclass(frozen=True, slots=True)
class Segment:
    """One form's material: its long table, the lines above it, its note if it stands outside, its pages."""

    table: LongTable
    plan: Outline
    above: tuple[TextLine, ...]
    pages: tuple[int, ...]
    note: Cell | None = None
    doubt: str = ""

    @property
    def is_complete(self) -> bool:
        return self.plan.is_ended


@dataclass(slots=True)
class _Reader:
    vocabulary: Vocabulary
    done: list[Segment] = field(default_factory=list)
    current: Segment | None = None
    left: list[Table] = field(default_factory=list)
    before: dict[int, int] = field(default_factory=dict)
    """The page that was read before each: pages that were scanned twice are none."""

    def close(self) -> None:
        if self.current is not None and self.current.plan.is_form and not _is_other_form(self.current):
            self.done.append(self.current)
        self.current = None


def segments(pages: Sequence[PageContent], vocabulary: Vocabulary) -> tuple[list[Segment], list[Table]]:
    """The forms of a document in reading order, and the tables, or parts of them, that belong to none."""
    reader = _Reader(vocabulary, before={page.page: last.page for last, page in pairwise(pages)})
    for page in pages:
        tables = [part for t in _ordered(page.tables) for part in split_forms(t, vocabulary)]
        ceiling = 0.0
        for i, table in enumerate(tables):
            box = box_of(table)
            above = tuple(x for x in page.lines if ceiling <= x.place.centre[1] < box.top + 0.3 * x.place.height)
            _read_note(reader, page.page, above, first=i == 0)
            _read_table(reader, table, page, above)
            ceiling = box.bottom - 0.3 * (page.lines[0].place.height if page.lines else 0.0)
        below = tuple(x for x in page.lines if x.place.centre[1] >= ceiling)
        _read_note(reader, page.page, below, first=not tables)
    reader.close()
    done = (s if s.is_complete and s.pages[-1] == pages[-1].page else _told_open(s, vocabulary) for s in reader.done)
    return list(done), reader.left


def _is_other_form(segment: Segment) -> bool:
    """Whether the title says so (绩效运行监控表) and the columns do not speak against it: both results and scores."""
    titles = [line.cell.text for line in segment.above]
    titles += [p.text for p in segment.table.starting(0) if p.width > 0.8]
    columns = segment.plan.indicators.columns if segment.plan.indicators else {}
    return any(map(names_other_form, titles)) and not {"actual", "score"} <= columns.keys()


def _told_open(segment: Segment, vocabulary: Vocabulary) -> Segment:
    """The segment with the cells of its last row marked where no line ends them: a row cut by the page's end, the rest
    of which is lost. Not for a form whose total row is the last row of the document: a line was worn off below it."""
    table = segment.table
    last = [p for p in table.pieces if p.bottom == table.n_rows]
    width = sum(p.width for p in last)
    if not last or sum(p.width for p in last if not p.closed_bottom) < _OPEN * width:
        return segment
    pieces = (replace(p, cell=p.cell.with_review(OPEN_END)) if p.bottom == table.n_rows else p for p in table.pieces)
    table = replace(table, pieces=tuple(pieces))
    return replace(segment, table=table, plan=outline(table, vocabulary))


def _ordered(tables: Sequence[Table]) -> list[Table]:
    return sorted((t for t in tables if t.cells), key=lambda t: (box_of(t).top, box_of(t).left))


def _read_note(reader: _Reader, page: int, lines: tuple[TextLine, ...], *, first: bool) -> None:
    """A note below the form's last table, or at the head of the next page, belongs to the form."""
    segment = reader.current
    if segment is None or segment.note is not None or not lines:
        return
    follows = reader.before.get(page) == segment.pages[-1]
    if first and (not follows or not is_note(_topmost(lines).cell.text, reader.vocabulary)):
        return
    if not first and page != segment.pages[-1]:
        return
    note, _ = note_below(lines, reader.vocabulary)
    if note is not None:
        reader.current = replace(segment, note=note, pages=tuple(dict.fromkeys((*segment.pages, page))))


def _topmost(lines: Sequence[TextLine]) -> TextLine:
    return min((x for x in lines if x.cell.text.strip()), key=lambda x: x.place.top, default=lines[0])


def _read_table(reader: _Reader, table: Table, page: PageContent, above: tuple[TextLine, ...]) -> None:
    part = with_parted_headers(long_table(table, page.width), reader.vocabulary)
    plan = outline(part, reader.vocabulary)
    if _starts(part, plan, above, reader):
        reader.close()
        reader.current = Segment(part, plan, above, (table.page,))
        return
    grown = _continued(reader, part, plan)
    if grown is not None:
        reader.current = grown
    elif plan.is_form:
        reader.close()
        doubt = "the beginning of this form was not found"
        reader.current = Segment(part, plan, above, (table.page,), doubt=doubt)
    else:
        reader.left.append(table)


def _starts(part: LongTable, plan: Outline, above: Sequence[TextLine], reader: _Reader) -> bool:
    titled = any(is_title(x.cell.text, reader.vocabulary) for x in above)
    titled = titled or any(p.width > 0.8 and is_title(p.text, reader.vocabulary) for p in part.starting(0))
    body = plan.funds is not None or plan.indicators is not None or plan.goals_row is not None
    if reader.current is not None and not titled and _adds_section(reader.current.plan, plan):
        return False  # the page broke between the fields of one form's head
    if {"project", "unit"} & set(plan.fields) and (body or titled):
        return True
    if titled and reader.current is not None and _has_twice(reader.current.plan, plan):
        return True  # the rows with its name were not found
    return titled and (body or bool(plan.fields)) and (plan.funds is not None or reader.current is None)


def _has_twice(plan: Outline, part: Outline) -> bool:
    """True when the form and the part both have funds, or both have goals; indicators may print their header again."""
    funds = plan.funds is not None and part.funds is not None
    return funds or (plan.goals_row is not None and part.goals_row is not None)


def _continued(reader: _Reader, part: LongTable, plan: Outline) -> Segment | None:
    """The form being read with the part under it, or None when the part is no continuation of it."""
    segment, vocabulary = reader.current, reader.vocabulary
    if segment is None:
        return None
    adds = _adds_section(segment.plan, plan)
    names = (*vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2"))
    columns = [*column_names(FUNDS, vocabulary), *column_names(INDICATORS, vocabulary)]
    context = Context(find_headers(segment.table, vocabulary), names, vocabulary.phrases("funds.rows"), columns)
    if segment.is_complete and not adds:
        boxed = _with_note_box(segment, part, vocabulary)
        follows = reader.before.get(part.row_pages[0]) == segment.pages[-1]
        return boxed or (_with_rest_of_total(segment, part, context, vocabulary) if follows else None)
    body, repeated = _without_repeated_header(part, context, vocabulary)
    if body.n_rows == 0:
        return segment
    fitted = fit(segment.table, body)
    if not adds and not (fitted.share >= _SHARE and (repeated or _looks_cut(segment, fitted, context, vocabulary))):
        return None
    return _grown(segment, fitted, context, vocabulary)


def _grown(segment: Segment, fitted: Fit, context: Context, vocabulary: Vocabulary) -> Segment:
    table = extend(segment.table, fitted, context)
    pages = tuple(dict.fromkeys((*segment.pages, *fitted.part.row_pages)))
    return replace(segment, table=table, plan=outline(table, vocabulary), pages=pages)


def _with_rest_of_total(segment: Segment, part: LongTable, context: Context, vocabulary: Vocabulary) -> Segment | None:
    """The total row was cut by the page's end: its rest stands at the head of the next page."""
    if segment.plan.total_row != segment.table.n_rows - 1:
        return None
    fitted = fit(segment.table, part)
    if fitted.share < 0.9 or not goes_on_below(segment.table, fitted, context):
        return None
    return _grown(segment, fitted, context, vocabulary)


def _with_note_box(segment: Segment, part: LongTable, vocabulary: Vocabulary) -> Segment | None:
    """A note printed in a box of its own under the finished table."""
    texts = [p for p in part.pieces if p.text]
    if len(texts) != 1 or segment.note is not None or not is_note(texts[0].text, vocabulary):
        return None
    pages = tuple(dict.fromkeys((*segment.pages, *part.row_pages)))
    return replace(segment, note=texts[0].cell, pages=pages)


def _without_repeated_header(part: LongTable, context: Context, vocabulary: Vocabulary) -> tuple[LongTable, bool]:
    """The part without header rows that only repeat what the table already has."""
    first = next(iter(find_headers(part, vocabulary)), None)
    known = {h.kind for h in context.headers}
    if first is None or first.kind not in known:
        return part, False
    before = [p for p in part.pieces if p.bottom <= first.top]
    if any(p.width < 0.8 and p.text for p in before):
        return part, False
    numbers = [c.text for m, c in first.columns.items() if m in ("weight", "score")]
    if any(text[:1].isdigit() or text[-1:].isdigit() for text in numbers):
        return part, True  # a row of values was read into it: kept, to be told
    return part.rows(first.bottom, part.n_rows), True


def _adds_section(plan: Outline, part: Outline) -> bool:
    """True when the part holds sections that the form still lacks, and none that it has."""
    has = [plan.funds is not None, plan.goals_row is not None, plan.indicators is not None]
    brings = [part.funds is not None, part.goals_row is not None, part.indicators is not None]
    if set(part.fields) & {"project", *plan.fields} or not any(brings):
        return False
    return not any(h and b for h, b in zip(has, brings, strict=True))


def _looks_cut(segment: Segment, fitted: Fit, context: Context, vocabulary: Vocabulary) -> bool:
    """True when the table above was left open, or the part opens, names levels or ends in a total row."""
    table, part = segment.table, fitted.part
    if any(p.bottom == table.n_rows and not p.closed_bottom for p in table.pieces):
        return True
    if any(p.top == 0 and not p.closed_top for p in part.pieces):
        return True
    words = [*vocabulary.phrases("total"), *vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2")]
    if any(best_likeness(fold_level(p.text), words) >= 0.99 for p in part.pieces if len(p.text) < 20):
        return True
    return fitted.share >= 0.9 and len(fitted.part.borders) >= 6


def split_forms(table: Table, vocabulary: Vocabulary) -> list[Table]:
    """The table cut where a second form begins in it: at a 项目名称 row (or its title rows) below indicators."""
    labels = (*vocabulary.phrases("fields.project"), *vocabulary.phrases("fields.unit")[:1])
    cuts = [0]
    for row in range(1, table.n_rows):
        starts = [c for c in table.cells if c.row == row]
        if not any(len(c.cell.text) < 20 and split_label(c.cell.text, labels)[0] >= 0.99 for c in starts):
            continue
        above = _rows(table, cuts[-1], row)
        if any(h.kind == INDICATORS for h in find_headers(long_table(above, 1.0), vocabulary)):
            while row - 1 > cuts[-1] and _is_heading(table, row - 1, vocabulary):
                row -= 1
            cuts.append(row)
    return [_rows(table, a, b) for a, b in zip(cuts, [*cuts[1:], table.n_rows], strict=True)]


def _is_heading(table: Table, row: int, vocabulary: Vocabulary) -> bool:
    cells = [c for c in table.cells if c.row <= row < c.row + c.row_span]
    texts = [c.cell.text for c in cells if c.cell.text]
    return len(cells) == 1 and all(is_title(t, vocabulary) or is_year(t) for t in texts)


def _rows(table: Table, first: int, last: int) -> Table:
    """The rows ``first`` to ``last`` (exclusive) as a table of their own; a cell that reaches out is cut."""
    if (first, last) == (0, table.n_rows):
        return table
    cells = tuple(
        replace(c, row=max(c.row, first) - first, row_span=min(c.row + c.row_span, last) - max(c.row, first))
        for c in table.cells
        if c.row < last and c.row + c.row_span > first
    )
    box = Box.around([c.place for c in cells])
    return Table(table.page, table.number, last - first, table.n_cols, cells, box)
