"""What every sheet of the report needs: texts that stay texts, legal sheet names, links, colours, row heights."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

MAX_TEXT = 32_767  # characters in an Excel cell
MAX_SHEET_NAME = 31  # UTF-16 units
MAX_ROW_HEIGHT = 409.0  # points
LINE_HEIGHT = 15.0  # points of one line at 11 pt

_ILLEGAL_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LINE = Side(style="thin", color="FF7F7F7F")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
WRAP = Alignment(wrap_text=True, vertical="center")
CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")
BOLD = Font(bold=True)
TITLE = Font(bold=True, size=14)
LINK = Font(color="FF0563C1", underline="single")
HEAD_FILL = PatternFill("solid", fgColor="FFE7E6E6")
REVIEW_FILL = PatternFill("solid", fgColor="FFFFEB9C")
DOUBT_FILL = PatternFill("solid", fgColor="FFFFC7CE")
CHANGED_FILL = PatternFill("solid", fgColor="FFDDEBF7")
FINDING_FONT = Font(bold=True, color="FFC00000")


def put_text(cell: Any, text: str) -> None:
    """Store ``text`` as a string whatever it looks like: it becomes no number, date, formula ("=4次") or error value.

    Characters that XML cannot hold become U+FFFD; what exceeds Excel's limit for a cell is cut, marked by "…". The
    text format and the quote prefix keep it a text when someone edits it in Excel.
    """
    clean = _ILLEGAL_IN_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) > MAX_TEXT:
        clean = clean[: MAX_TEXT - 1] + "…"
    cell.value = clean
    cell.data_type = "s"  # openpyxl has guessed a formula from "=" and an error from "#N/A"
    cell.number_format = "@"
    if clean[:1] in ("=", "+", "-", "@", "\t"):
        cell.quotePrefix = True


def put_link(cell: Any, sheet_title: str, target: str) -> None:
    """Make ``cell`` lead to the cell ``target`` (such as "C4") of the sheet with that title."""
    quoted = sheet_title.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
    cell.font = LINK


def put_comment(cell: Any, lines: Sequence[str]) -> None:
    """A note on ``cell``, sized to its text."""
    text = _ILLEGAL_IN_XML.sub("\ufffd", "\n".join(lines))
    comment = Comment(text[:MAX_TEXT], "gouji")
    comment.width = 320
    comment.height = min(600, 18 * (2 + sum(lines_needed(line, 44) for line in lines)))
    cell.comment = comment


def sheet_title(wanted: str, taken: Iterable[str]) -> str:
    """A legal sheet name near ``wanted`` that is not among ``taken`` (Excel compares without case)."""
    used = {name.casefold() for name in taken} | {"history"}  # "History" is Excel's own
    clean = _ILLEGAL_IN_XML.sub("", _ILLEGAL_IN_SHEET_NAME.sub("_", wanted)).strip().strip("'") or "Form"
    for k in range(1, 100_000):
        ending = "" if k == 1 else f" ({k})"
        title = _cut(clean, MAX_SHEET_NAME - len(ending)).rstrip().rstrip("'") + ending
        if title.casefold() not in used:
            return title
    raise ValueError("more sheets of one name than a workbook can hold")


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def display_width(text: str) -> int:
    """Width in half-width characters: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_needed(text: str, width: float) -> int:
    """Lines that ``text`` takes when wrapped to a column of that width (in half-width characters)."""
    room = max(2.0, width - 1)
    return sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))


def set_widths(sheet: Any, widths: Sequence[float]) -> None:
    for k, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(k)].width = width


def row_height(lines: int) -> float:
    """Points for a row of that many lines, at most what Excel allows."""
    return min(MAX_ROW_HEIGHT, LINE_HEIGHT * max(1, lines) + 4)


def print_on_one_width(sheet: Any) -> None:
    """Landscape A4, scaled so that all columns fit on the paper."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
