"""A segment into a form: every section's values in their places, the family chosen, doubts marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from forms import INDICATOR_COLUMNS, Cell, Form, FundsRow, Indicator, PageContent, Source

from . import unfound
from .banners import banner_of, below_banners, have_banners
from .captions import Captions, captions_above, captions_inside, year_of_title
from .columns import Row, missing, pieces_under, printed_rows, value
from .families import choose_family
from .funds import funds_rows
from .guesses import with_guesses
from .headers import NUMBERS, Column, Header
from .join import LEAVES
from .labels import FIELDS
from .levels import LevelRow, fill_levels, mend_names
from .longtable import EDGE, LongTable, Piece
from .pairs import paired_funds, turned_funds
from .sections import Outline, goals, has_numbers, note_in_table, total
from .segments import Segment
from .subtotals import hold_against, subtotal_of
from .targets import undivided_target, with_whole_target
from .templates import Template, Vocabulary
from .wording import (
    are_two,
    best_likeness,
    compact,
    fold,
    fold_level,
    is_dash,
    is_end_of_name,
    is_number,
    is_part_of_name,
)

_SIGNED = re.compile(r"[^:0-9]{2,8}:")


def assemble(
    segment: Segment, pages: Mapping[int, PageContent], templates: Sequence[Template], vocabulary: Vocabulary
) -> Form:
    """The form of a segment. ``pages`` maps page numbers to the pages of the document."""
    table, plan = segment.table, with_guesses(segment.table, segment.plan, vocabulary)
    captions = _captions(segment, vocabulary)
    note = segment.note if segment.note is not None else note_in_table(table, plan, vocabulary)
    family = choose_family(templates, _facts(table, plan, captions, note, vocabulary))
    fields = {
        name: plan.fields.get(name)
        or captions.fields.get(name)
        or unfound.head_field(name, family, captions.title.text)
        for name in FIELDS
    }
    rows = tuple(_indicators(table, plan, family, vocabulary))
    headless = "" if segment.plan.indicators else "no header of indicators was found"
    doubt = "; ".join(filter(None, (segment.doubt or headless, _out_of_order(rows))))
    title = captions.title if captions.title.origin != "absent" else unfound.head_field("title", family)
    return Form(
        template=family.name,
        sources=tuple(Source(pages[p].file, p) for p in segment.pages),
        title=title.with_review(doubt) if doubt else title,
        year=captions.year if captions.year.origin != "absent" else unfound.head_field("year", family),
        project=fields["project"],
        department=fields["department"],
        unit=fields["unit"],
        funds=unfound.funds(tuple(_funds(segment, plan, family, vocabulary)), family),
        goals=unfound.goals(goals(table, plan, vocabulary), family),
        indicators=unfound.indicators(rows, family),
        total=unfound.total(total(table, plan, vocabulary), plan, family, rows),
        note=note,
    )


def _funds(segment: Segment, plan: Outline, family: Template, vocabulary: Vocabulary) -> list[FundsRow]:
    """The funds rows below their header; without one, those that name each amount, else those that were guessed."""
    table = segment.table
    if segment.plan.funds is None:
        last = plan.indicators.top if plan.indicators else table.n_rows
        if named := paired_funds(table, last, vocabulary) or turned_funds(table, last, vocabulary):
            return named
    return funds_rows(table, plan, vocabulary, family.funds_prints)


def _out_of_order(rows: Sequence[Indicator]) -> str:
    """That a first level begins again on another page, where other levels stand between: pages may be out of order, or
    another form's."""
    ended: dict[str, int] = {}
    for above, row in pairwise(rows):
        name, page = fold_level(row.level1.text), _page_of(row)
        if name == fold_level(above.level1.text) or not name:
            continue
        ended[fold_level(above.level1.text)] = _page_of(above)
        if page > ended.get(name, page):
            return f"{row.level1.text} begins again on a later page: its rows may be another form's"
    return ""


def _page_of(row: Indicator) -> int:
    return max(cell.page for cell in (row.level3, row.target, row.weight, row.score))


def _captions(segment: Segment, vocabulary: Vocabulary) -> Captions:
    outside = captions_above(segment.above, vocabulary)
    head = min([h.top for h in (segment.plan.funds, segment.plan.indicators) if h], default=segment.table.n_rows)
    inside = captions_inside([p for p in segment.table.pieces if p.top < min(head, 4)], vocabulary)
    title = inside.title if inside.title.text else outside.title
    year = inside.year if inside.year.text else outside.year
    return Captions(
        title=title,
        year=year if year.origin != "absent" else year_of_title(title),
        attachment=inside.attachment if inside.attachment.text else outside.attachment,
        fields=outside.fields,
    )


def _indicators(table: LongTable, plan: Outline, family: Template, vocabulary: Vocabulary) -> list[Indicator]:
    header = plan.indicators
    if header is None:
        return []
    table = _mended(table, header, plan.end, vocabulary)
    banners = have_banners(table, header, plan.end, vocabulary)
    header = below_banners(header) if banners else header
    group: Piece | None = None
    first = 0  # of the rows that the next subtotal adds up
    leaves = {m: c for m, c in header.columns.items() if m in LEAVES}
    repeated = {r for h in plan.repeated for r in range(h.top, h.bottom)}
    places = {**header.columns, **{f"other {i}": c for i, c in enumerate(header.unknown)}}
    rows = [r for r in printed_rows(table, header.bottom, plan.end, leaves.values()) if r.top not in repeated]
    found: list[tuple[LevelRow, dict[str, Cell]]] = []
    tops: list[int] = []
    page, page_top = table.row_pages[header.bottom - 1], False
    for row in rows:
        if row.top == plan.total_row or _is_statement(table, row, header) or _is_signed(table, row, header):
            continue
        if (subtotal := subtotal_of(table, row, header)) is not None:
            hold_against(subtotal, [values for _, values in found[first:]])
            first = len(found)
            continue
        if banners and (found_banner := banner_of(table, row, header, group, vocabulary)):
            group, is_named = found_banner
            if is_named:
                continue
        values = {m: value(table, row, c, places, header.unknown) for m, c in leaves.items()}
        if "target" in leaves and (whole := undivided_target(pieces_under(table, row, leaves["target"]))):
            values["target"] = whole
        levels = _level_pieces(table, row.top, header, vocabulary)
        levels[0] = group or levels[0]
        if over_all := _over_all_levels(table, row, header, vocabulary):
            levels, values["level3"] = [over_all, over_all], over_all.cell
        if plan.total_row is None and row.bottom == plan.end and levels[0] is not None and levels[0] is levels[1]:
            values = {m: cell.with_review("this may be the total row") for m, cell in values.items()}
        if _is_half(table, row, leaves):
            values = {m: cell.with_review("its row may be a half of one") for m, cell in values.items()}
        if _is_nameless(values):
            values["level3"] = values["level3"].with_review("no name stands before these values")
        page_top, page = page_top or table.row_pages[row.top] != page, table.row_pages[row.top]
        named = any(p is not None and p.text and p.top == row.top for p in levels[1:])
        if named or any(c.text for c in values.values()):
            found.append((LevelRow(levels[0], levels[1], page_top), values))
            tops.append(row.top)
            page_top = False  # only now: a blank row at the head of a page does not use up the break
    _mark_rests(found)
    for at in _lost_rows(table, plan, header):
        before = max(0, bisect_left(tops, at) - 1)
        for meaning, cell in found[before][1].items() if found else ():
            where = "above" if at < tops[0] else "below"
            found[before][1][meaning] = cell.with_review(f"a row with numbers {where} this one was not understood")
    found = [(levels, with_whole_target(values)) for levels, values in found]
    filled = fill_levels([row for row, _ in found])
    if banners:
        lost = "no name of its level was found above this row"
        filled = [(one if one.text else one.with_review(lost), two) for one, two in filled]
    only = _only_level(header, filled, vocabulary)
    return [
        _indicator(header, _levels_as_named(header, first, second, family, vocabulary, only), values, family, only)
        for (first, second), (_, values) in zip(filled, found, strict=True)
    ]


def _is_statement(table: LongTable, row: Row, header: Header) -> bool:
    """Whether a row is a label and one text over all that is no level (其他需要说明的事项, 说明): no indicator."""
    columns = header.columns.items()
    own = [p for p in table.on_row(row.top) if p.top == row.top and p.bottom == row.bottom]
    beside = [p for p in table.on_row(row.top) if p not in own and any(p.covers(c.left, c.right) for _, c in columns)]
    if len(own) != 2 or beside or not own[0].text:
        return False
    named, over = ({m for m, c in columns if p.covers(c.left, c.right)} for p in own)
    levels = {m for m in header.columns if m.startswith("level")}
    values = header.columns.keys() - levels
    numbers = any(is_number(word) and not is_dash(word) for word in own[1].text.split())
    return named <= levels and over >= values and len(values) >= 3 and not numbers


def _is_signed(table: LongTable, row: Row, header: Header) -> bool:
    """Whether a row holds nothing but names and dates behind their labels (填报人：…), each over several columns."""
    own = [p for p in table.on_row(row.top) if p.text]
    columns = header.columns.values()
    merged = all(sum(p.covers(c.left, c.right) for c in columns) >= 2 for p in own)
    return len(own) >= 2 and merged and all(_SIGNED.match(compact(p.text)) for p in own)


def _is_half(table: LongTable, row: Row, columns: Mapping[str, Column]) -> bool:
    """Whether the name and a number beside a row are those of another row too, as where a false line parts some of its
    cells: what they hold may go on in the other."""

    def shared(meaning: str) -> bool:
        under = pieces_under(table, row, columns[meaning]) if meaning in columns else ()
        return any(p.text and (p.top < row.top or p.bottom > row.bottom) for p in under)

    return shared("level3") and any(shared(m) for m in ("weight", "score"))


def _is_nameless(values: Mapping[str, Cell]) -> bool:
    """Whether an indicator has numbers or values and no name, which no form prints."""
    own = (t.isalnum() for m in (NUMBERS | {"target", "actual"}) & values.keys() for t in values[m].text)
    return "level3" in values and not values["level3"].text and any(own)


def _lost_rows(table: LongTable, plan: Outline, header: Header) -> list[int]:
    """Rows with a number for a weight or a score that are none of the indicators': taken for a header that is printed
    again, below the cell that ended them where no total row does, or between the goals and a header that is not the
    first."""
    again = [r for h in plan.repeated for r in range(h.top, h.bottom) if r >= header.bottom]
    below = range(plan.end, plan.section_end(header.top, table.n_rows))  # a total row begins one too
    above = range(plan.goals_row, header.top) if plan.goals_row is not None else ()
    funds = range(plan.funds.top, plan.section_end(plan.funds.top, table.n_rows)) if plan.funds else ()
    between = [r for r in above if r not in funds]
    return [row for row in (*between, *again, *below) if has_numbers(table, row, header, any)]


def _mark_rests(rows: Sequence[tuple[LevelRow, dict[str, Cell]]]) -> None:
    """Mark the texts of a row at the head of a page that may be the rest of texts above it, and those: it has neither
    weight nor score, and not both a name and a value; or all that it has is doubted."""
    for (_, above), (row, below) in pairwise(rows):
        named = "level3" in below and any(c.isalnum() for c in below["level3"].text)
        own = NUMBERS | ({"target", "actual"} if named else set())
        full = any(c.isalnum() for m in below.keys() & own for c in below[m].text)
        if not row.page_top or (full and not all(c.needs_review for c in below.values() if c.text)):
            continue
        for meaning, cell in below.items():
            if cell.text:
                reason = "the page breaks here; the text may go on in the row below"
                above[meaning] = above[meaning].with_review(reason)
                below[meaning] = cell.with_review("the page breaks here; this may be the rest of the text above")


def _mended(table: LongTable, header: Header, end: int, vocabulary: Vocabulary) -> LongTable:
    """The table with the level names whole that a false line had cut."""
    names = (*vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2"))
    mended: dict[Piece, Piece | None] = {}
    for column in (header.columns.get("level1"), header.columns.get("level2")):
        if column is not None:
            body = [p for p in table.pieces if header.bottom <= p.top < end and p.covers(column.left, column.right)]
            short = any(_lacks_end(p.text, names) and not _at_page_break(table, p) for p in body)
            mended.update(mend_names(sorted(body, key=lambda p: p.top), names))
            for piece in body:
                doubt = "two levels stand in one cell" if are_two(piece.text, names) else ""
                whole = short and _lacks_end(piece.text, names)  # as the others of its column are
                if _at_page_break(table, piece) and is_part_of_name(piece.text, names) and not whole:
                    doubt = "the page breaks here, and this is a part of a level's name"
                elif is_end_of_name(piece.text, names):
                    doubt = "this is the end of a level's name"
                if doubt and piece not in mended:
                    mended[piece] = replace(piece, cell=piece.cell.with_review(doubt))
    return replace(table, pieces=tuple(q for p in table.pieces if (q := mended.get(p, p)) is not None))


def _lacks_end(text: str, names: Sequence[str]) -> bool:
    """Whether a text is a level's name but for 指标 behind it: 数量, 社会效益."""
    plain = fold_level(text)
    return bool(plain) and any(fold(name) == plain + "指标" for name in names)


def _at_page_break(table: LongTable, piece: Piece) -> bool:
    """True when a piece is the first or the last on its page, or begins in a row that the break goes through."""
    rows = range(max(0, piece.top - 1), min(len(table.row_pages), piece.bottom + 1))
    return len({piece.cell.page, *(table.row_pages[r] for r in rows)}) > 1


def _level_pieces(table: LongTable, row: int, header: Header, vocabulary: Vocabulary) -> list[Piece | None]:
    """The cells of level 1 and level 2 beside a row. One cell under both is marked; a level 2 by name leaves the
    level 1 to the row above.
    """
    found = [_level_piece(table, row, header, header.columns.get(m)) for m in ("level1", "level2")]
    both = found[0]
    if both is None or both is not found[1] or not both.text:
        return found
    marked = replace(both, cell=both.cell.with_review("one cell stands under both levels"))
    first, second = (best_likeness(both.text, vocabulary.phrases(f"levels.{m}")) for m in ("level1", "level2"))
    if second >= 0.75 and second > first and row > header.bottom:
        return [replace(both, cell=replace(both.cell, text="", raw="", alternatives=())), marked]
    return [marked, marked]


def _over_all_levels(table: LongTable, row: Row, header: Header, vocabulary: Vocabulary) -> Piece | None:
    """The one cell of a row over all three levels, which names them all (预算执行率); none with a level's own name in
    it: that is several cells between which no line was seen."""
    columns = [header.columns[m] for m in ("level1", "level2", "level3") if m in header.columns]
    piece = next((p for p in table.starting(row.top) if p.bottom == row.bottom and p.text), None)
    if len(columns) < 3 or piece is None or piece.cell.needs_review or not 4 <= len(fold(piece.text)) <= 12:
        return None
    left, right = min(c.left for c in columns), max(c.right for c in columns)
    names = (*vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2"))
    own = any(fold(name) in fold(piece.text) for name in names)
    return piece if abs(piece.left - left) < EDGE and abs(piece.right - right) < EDGE and not own else None


def _level_piece(table: LongTable, row: int, header: Header, column: Column | None) -> Piece | None:
    if column is None:
        return None
    under = [p for p in table.on_row(row) if p.covers(column.left, column.right)]
    found = next((p for p in under if p.text), under[0] if under else None)
    if found is None or not found.text:
        return found
    if any(p.text for p in under if p is not found):
        return replace(found, cell=found.cell.with_review("several cells stand under this column's header"))
    beside = [c for m, c in header.columns.items() if m in LEAVES and found.covers(c.left, c.right)]
    return replace(found, cell=found.cell.with_review("this cell is merged over several columns")) if beside else found


def _only_level(header: Header, levels: Sequence[tuple[Cell, Cell]], vocabulary: Vocabulary) -> str:
    """Of a table with a column for one level alone which of the two that is, if its names say so: some are of that
    level, with or without 指标 at their end, and none of the other."""
    own = [m for m in ("level1", "level2") if m in header.columns]
    if len(own) != 1:
        return ""
    names = {m: {fold_level(n).removesuffix("指标") for n in vocabulary.phrases(f"levels.{m}")} for m in
             ("level1", "level2")}  # fmt: skip
    printed = {fold_level(pair[own[0] == "level2"].text).removesuffix("指标") for pair in levels}
    said = {m for name in printed if len(fits := [m for m in names if name in names[m]]) == 1 for m in fits}
    return own[0] if said == set(own) else ""


def _levels_as_named(
    header: Header, first: Cell, second: Cell, family: Template, vocabulary: Vocabulary, only: str
) -> dict[str, Cell]:
    """The two levels; where the family prints both and the header of one alone was found, it may be that of the other
    (一 is a stroke less than 二): what is no name of its level, or one of either, is marked."""
    levels = {"level1": first, "level2": second}
    if only or sum(m in header.columns for m in levels) != 1 or not levels.keys() <= set(family.indicator_prints):
        return levels
    reason = "the header of the other level was not found: this column may be that one"
    for meaning, cell in levels.items():
        named = {m for m in levels if best_likeness(fold_level(cell.text), vocabulary.phrases(f"levels.{m}")) >= 0.99}
        levels[meaning] = cell if named == {meaning} else cell.with_review(reason)
    return levels


def _indicator(
    header: Header, levels: Mapping[str, Cell], values: Mapping[str, Cell], family: Template, only: str
) -> Indicator:
    cells = dict(values)
    for meaning, cell in levels.items():
        column = header.columns.get(meaning)
        cells[meaning] = cell.with_review(column.doubt) if column and column.doubt else cell
    for meaning in INDICATOR_COLUMNS:
        if meaning not in header.columns and (meaning != "basis" or meaning in family.indicator_prints):
            cells[meaning] = missing(header, meaning, family.indicator_prints, levels=only)
    return Indicator(**cells)


def _facts(
    table: LongTable, plan: Outline, captions: Captions, note: Cell | None, vocabulary: Vocabulary
) -> dict[str, list[str]]:
    """The form's own words by kind, for the choice of its family."""
    facts: dict[str, list[str]] = {
        "title": [captions.title.text],
        "year": [captions.year.text],
        "attachment": [captions.attachment.text],
        "note": [note.text] if note else [],
    }
    head = min([h.top for h in (plan.funds, plan.indicators) if h], default=0)
    facts["label"] = [p.text for p in table.pieces if p.top < head]
    columns = [c for h in (plan.funds, plan.indicators) if h for c in (*h.columns.values(), *h.unknown)]
    facts["header"] = [c.text for c in columns]
    facts["funds"] = [r.label.text for r in funds_rows(table, plan, vocabulary, ())]
    if plan.indicators:
        places = [(c.left, c.right) for c in plan.indicators.columns.values()]
        body = [p for p in table.pieces if plan.indicators.top <= p.top < plan.end]
        facts["section"] = [p.text for p in body if not any(p.covers(*place) for place in places)]
        for meaning in ("level1", "target"):
            column = plan.indicators.columns.get(meaning)
            facts[meaning] = [p.text for p in body if column and p.covers(column.left, column.right)]
    return facts
