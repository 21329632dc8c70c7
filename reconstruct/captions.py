"""The text around a form's table: title, year, attachment and labelled values above it, the note below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms import Cell, TextLine

from .labels import FIELDS, right_of
from .longtable import LongTable, Piece, merge_all
from .sections import is_note
from .templates import Vocabulary
from .wording import best_likeness, compact, fold, split_label

_NUMERALS = "〇○零O0一二三四五六七八九"
_YEAR = re.compile(rf"[(\[〔]?([12]\d{{3}}|二[{_NUMERALS}]{{3}})年?(?:度|期)?[)\]〕]?")
_YEAR_BEHIND_LABEL = re.compile(r"(\w{0,4}年度)\s*[:：]\s*([12]\d{3}\s*年?\s*度?)(?!\s*[年度月\d.\-/—~至])")
_YEAR_WITHIN = re.compile(r"[(（\[〔]\s*[12]\d{3}\s*年\s*度?\s*[)）\]〕]")
_YEAR_OF_TITLE = re.compile(r"[(（\[〔]?\s*([12]\d{3})\s*年\s*度?\s*[)）\]〕]?")
_LIST = re.compile(r"(汇总|一览|统计|明细)表$")
_OTHER_FORM = re.compile(r"(监控|监测|申报|批复|目标)(情况)?表$")
_ENUMERATED = re.compile(r"[(]?\d{1,2}[)、.．:：]|[(]?[一二三四五六七八九十]+[)、.]")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Captions:
    """What stands above (or in the first rows of) a table; absent cells for what is not printed."""

    title: Cell = field(default_factory=Cell.absent)
    year: Cell = field(default_factory=Cell.absent)
    attachment: Cell = field(default_factory=Cell.absent)
    fields: dict[str, Cell] = field(default_factory=dict)


def is_title(text: str, vocabulary: Vocabulary) -> bool:
    """True for a line that can be (the last line of) a form's title; no sentence (自评情况见附表。) is one."""
    plain = fold(text)
    if not 4 <= len(plain) <= _LONGEST_TITLE:
        return False
    if best_likeness(text, vocabulary.phrases("title")) >= 0.7:
        return True
    return plain.endswith("表") and ("绩效" in plain or "自评" in plain) and compact(text)[-1] not in "。,;"


def names_other_form(text: str) -> bool:
    """True for the title of a form of the same looks that evaluates nothing (绩效目标申报表, 绩效运行监控表), and for
    that of a list of forms (自评情况汇总表)."""
    plain = re.sub(r"[(\[〔].*", "", compact(text))
    return _LIST.search(plain) is not None or (_OTHER_FORM.search(plain) is not None and "评" not in plain)


def is_year(text: str) -> bool:
    """True for a line that is a year and nothing else: （2020年度）, 2023年, 二〇二〇年度."""
    plain = unicodedata.normalize("NFKC", compact(text))
    return _YEAR.fullmatch(plain) is not None and ("年" in plain or not plain.isdigit())


def year_number(text: str) -> int | None:
    """The first year in a text, 1950 to 2199."""
    found = re.search(rf"19[5-9]\d|2[01]\d\d|二[{_NUMERALS}]{{3}}(?=年)", compact(text))
    return int("".join(c if c.isdigit() and c.isascii() else _digit(c) for c in found[0])) if found else None


def _digit(numeral: str) -> str:
    return str(max(0, _NUMERALS.index(numeral) - _NUMERALS.index("0")))


def captions_above(lines: Sequence[TextLine], vocabulary: Vocabulary) -> Captions:
    """What the lines above a table say; ``lines`` from top to bottom, none of another form."""
    kept = [line for line in _in_order(lines) if line.cell.text.strip()]
    year = next((line.cell for line in reversed(kept) if is_year(line.cell.text)), None) or _year_within(kept)
    if year.origin == "absent":
        year = next(
            (found for line in reversed(kept) if (found := year_behind_label(line.cell, vocabulary))), Cell.absent()
        )
    attachment = next((line.cell for line in kept if _is_attachment(line.cell.text, vocabulary)), Cell.absent())
    fields: dict[str, Cell] = {}
    for line in kept:
        for name in FIELDS:
            score, rest = split_label(line.cell.text, vocabulary.phrases(f"fields.{name}"))
            if score >= 0.99 and rest and name not in fields:
                fields[name] = Cell(
                    rest, line.cell.confidence, line.cell.needs_review, line.cell.box, line.cell.page, rest
                )
    plain = [
        line
        for line in kept
        if not is_year(line.cell.text)
        and line.cell.box != year.box
        and not _is_attachment(line.cell.text, vocabulary)
        and not any(split_label(line.cell.text, vocabulary.phrases(f"fields.{n}"))[0] >= 0.99 for n in FIELDS)
    ]
    return Captions(_title(plain, vocabulary), year, attachment, fields)


def _year_within(lines: Sequence[TextLine]) -> Cell:
    """A year line with specks or neighbours read along with it: the year alone, marked; its ``raw`` keeps the line."""
    for line in reversed(lines):
        found = _YEAR_WITHIN.search(line.cell.text)
        if found and len(compact(line.cell.text)) <= 16:
            cell = replace(line.cell, text=found[0], alternatives=())
            return cell.with_review("other marks stand beside the year")
    return Cell.absent()


def year_behind_label(cell: Cell, vocabulary: Vocabulary) -> Cell | None:
    """The year of 评价年度：2022年 within a line or a cell, its ``raw`` the whole text; None where there is none."""
    found = _YEAR_BEHIND_LABEL.search(cell.text)
    if found is None or not _labels_year(found[1], vocabulary):
        return None
    return replace(cell, text=found[2].strip(), alternatives=())


def year_in_head(head: LongTable, vocabulary: Vocabulary) -> Cell:
    """The year in a form's head beside its label (评价年度 | 2022年) or in a cell with it; absent where none is."""
    for piece in head.pieces:
        value = right_of(head, piece)
        if value is not None and is_year(value.text) and _labels_year(piece.text, vocabulary):
            return value.cell
        if found := year_behind_label(piece.cell, vocabulary):
            return found
    return Cell.absent()


def _labels_year(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a label is that of the year evaluated, not of another one (立项年度)."""
    return best_likeness(text, vocabulary.phrases("fields.year")) >= 0.99


def year_of_title(title: Cell) -> Cell:
    """The year within a title (自评表（2023年度）, 2022年度…自评表); absent for none, or for more than one."""
    found = {m[1]: m[0].strip() for m in _YEAR_OF_TITLE.finditer(title.text)}
    if len(found) != 1:
        return Cell.absent()
    return replace(title, text=next(iter(found.values())), alternatives=())


def captions_inside(pieces: Sequence[Piece], vocabulary: Vocabulary) -> Captions:
    """Title, year and attachment printed inside the table's first rows, each in a cell of nearly its width."""
    wide = [p for p in pieces if p.width > 0.8 and p.text]
    title = next((p.cell for p in wide if is_title(p.text, vocabulary)), Cell.absent())
    year = next((p.cell for p in wide if is_year(p.text)), Cell.absent())
    attachment = next((p.cell for p in wide if _is_attachment(p.text, vocabulary)), Cell.absent())
    return Captions(title, year, attachment)


def _title(lines: Sequence[TextLine], vocabulary: Vocabulary) -> Cell:
    """The lowest title line and what belongs to it above; else the largest of the few lines there are, marked."""
    for i in range(len(lines) - 1, -1, -1):
        if not is_title(lines[i].cell.text, vocabulary) and not _ends_title(lines, i, vocabulary):
            continue
        first = i if is_title(lines[i].cell.text, vocabulary) else i - 1
        while first > 0 and _belongs(lines[first - 1], lines[first], vocabulary):
            first -= 1
        return merge_all([line.cell for line in lines[first : i + 1]])
    few = [line for line in lines if len(fold(line.cell.text)) >= 4]
    if few and len(lines) <= 3:
        return max(few, key=lambda line: line.place.height).cell.with_review("no title of a known form")
    return Cell.absent()


def _ends_title(lines: Sequence[TextLine], i: int, vocabulary: Vocabulary) -> bool:
    """True when line ``i`` is a title only together with the line above it (自评表 alone on a second line)."""
    if i == 0 or len(fold(lines[i].cell.text)) > 12 or not fold(lines[i].cell.text).endswith("表"):
        return False
    whole = lines[i - 1].cell.text + lines[i].cell.text
    return _alike(lines[i - 1], lines[i]) and is_title(whole, vocabulary)


def _belongs(upper: TextLine, lower: TextLine, vocabulary: Vocabulary) -> bool:
    return (
        _alike(upper, lower) and not is_title(upper.cell.text, vocabulary) and not is_note(upper.cell.text, vocabulary)
    )


def _alike(upper: TextLine, lower: TextLine) -> bool:
    """Same size of type, close under one another, about the same middle: two lines of one title."""
    a, b = upper.place, lower.place
    height = max(a.height, b.height, 1.0)
    near = b.top - a.bottom < 1.2 * height
    centred = abs(a.centre[0] - b.centre[0]) < 2.0 * height
    return near and centred and min(a.height, b.height) > 0.75 * height


def _is_attachment(text: str, vocabulary: Vocabulary) -> bool:
    plain = compact(text)
    return len(plain) <= 12 and any(plain.startswith(compact(p)) for p in vocabulary.phrases("attachment"))


def note_below(lines: Sequence[TextLine], vocabulary: Vocabulary) -> tuple[Cell | None, tuple[TextLine, ...]]:
    """(the note among the lines below a table, the lines it took): from the line that begins it to the next gap."""
    ordered = _in_order(lines)
    start = next((i for i, line in enumerate(ordered) if is_note(line.cell.text, vocabulary)), None)
    if start is None:
        return None, ()
    taken = [ordered[start]]
    for line in ordered[start + 1 :]:
        gap = line.place.top - taken[-1].place.bottom
        if gap > 1.2 * max(line.place.height, taken[-1].place.height, 1.0) or is_title(line.cell.text, vocabulary):
            break
        taken.append(line)
    note = taken[0].cell
    for line in taken[1:]:
        separator = "\n" if _ENUMERATED.match(compact(line.cell.text)) else ""
        note = merge_all([note, line.cell], separator)
    return note, tuple(taken)


def _in_order(lines: Sequence[TextLine]) -> list[TextLine]:
    """Top to bottom; pieces of one line, left to right."""
    ordered = sorted(lines, key=lambda line: line.place.centre[1])
    rows: list[list[TextLine]] = []
    for line in ordered:
        last = rows[-1][-1].place if rows else None
        if last and line.place.centre[1] - last.centre[1] < 0.4 * min(line.place.height, last.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda x: x.place.left)]
