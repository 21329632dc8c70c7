"""A segment into a form: every section's values in their places, the family chosen, doubts marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise

from forms import INDICATOR_COLUMNS, Cell, Form, FundsRow, Indicator, PageContent, Source

from . import unfound
from .banners import banner_of, below_banners, have_banners
from .captions import Captions, captions_above, captions_inside, year_in_head, year_of_title
from .columns import Row, missing, pieces_under, printed_rows, value
from .contents import NUMBERS
from .families import choose_family
from .funds import funds_rows
from .guesses import with_guesses
from .headers import Column, Header
from .join import LEAVES
from .labels import FIELDS
from .level_cells import level_pieces, levels_as_named, only_level, over_all_levels, with_whole_names
from .levels import LevelRow, fill_levels
from .longtable import LongTable, Piece
from .numbering import in_their_turn
from .pairs import paired_funds, turned_funds
from .sections import Outline, goals, has_numbers, is_sure_total, note_in_table
from .segments import Segment
from .subtotals import hold_against, subtotal_of
from .targets import undivided_target, with_whole_target
from .templates import Template, Vocabulary
from .totals import total
from .wording import compact, fold_level, is_dash, is_number

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
    rows = tuple(in_their_turn(_indicators(table, plan, family, vocabulary)))
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
    years = (inside.year, outside.year, year_in_head(segment.table.rows(0, head), vocabulary), year_of_title(title))
    return Captions(
        title=title,
        year=next((year for year in years if year.text), outside.year),
        attachment=inside.attachment if inside.attachment.text else outside.attachment,
        fields=outside.fields,
    )


def _indicators(table: LongTable, plan: Outline, family: Template, vocabulary: Vocabulary) -> list[Indicator]:
    header = plan.indicators
    if header is None:
        return []
    table = with_whole_names(table, header, plan.end, vocabulary)
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
        levels = level_pieces(table, row.top, header, vocabulary)
        levels[0] = group or levels[0]
        if over_all := over_all_levels(table, row, header, vocabulary):
            levels, values["level3"] = [over_all, over_all], over_all.cell
        last = row.bottom == plan.end and levels[0] is not None and levels[0] is levels[1]
        if plan.total_row is None and (last or any(is_sure_total(p, vocabulary) for p in levels if p is not None)):
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
    only = only_level(header, filled, vocabulary)
    return [
        _indicator(header, levels_as_named(header, first, second, family, vocabulary, only), values, family, only)
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
