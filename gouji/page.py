"""One page: layout, reading, and both together as ``PageContent``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms import Box, Cell, LineReading, PageContent, Table, TableCell, TextLine, Transform
from layout import CellInk, Line, PageImage, PageLayout, TableLayout, line_images
from ocr import DASH, Detector, Recogniser, join_lines, match_brackets, read_checked, text_confidence, verify_marks

from .orientation import outside_lines, upright_layout

MARKS = {"dash": DASH, "slash": "/"}
HYPHEN = "-"
MARK_CONFIDENCE = 0.999
DASH_LOOKALIKES = frozenset("一-_–—―ー－~")


@dataclass(frozen=True, slots=True)
class Engines:
    """What a process reads with."""

    recogniser: Recogniser
    detector: Detector


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page's content and the seconds each stage took."""

    content: PageContent
    seconds: tuple[tuple[str, float], ...]


def read_page(page: PageImage, number: int, engines: Engines) -> PageRead:
    """Lay out and read one page; ``number`` is its number in the document, from 1.

    Raises ``EngineError`` when an engine fails; whatever stands on the page is no error.
    """
    start = time.perf_counter()
    layout = upright_layout(page, engines.recogniser, engines.detector)
    laid_out = time.perf_counter()
    outside = outside_lines(layout, engines.detector)
    detected = time.perf_counter()
    images = [*line_images(layout), *(line.image for line in outside)]
    readings = iter(read_checked(engines.recogniser, images))
    tables = tuple(
        _table(table, number, k, layout.transform, readings, layout.scale.character)
        for k, table in enumerate(layout.tables, start=1)
    )
    lines = tuple(_text_line(line, next(readings), number, layout) for line in outside)
    content = PageContent(
        page.file,
        number,
        layout.width,
        layout.height,
        tables,
        tuple(line for line in lines if line.cell.text),
        page.page_in_file,
        layout.transform,
    )
    read = time.perf_counter()
    return PageRead(
        content, (("layout", laid_out - start), ("detection", detected - laid_out), ("reading", read - detected))
    )


def _table(
    table: TableLayout, page: int, number: int, transform: Transform, readings: Iterator[LineReading], character: float
) -> Table:
    cells = []
    for place, ink in zip(table.grid.cells, table.inks, strict=True):
        own = [next(readings) for _ in ink.lines] if ink.kind == "text" else []
        cell = _cell(ink, own, transform.box_to_page(place.box), page, character)
        if place.support < 0.6 and not (place.open_top or place.open_bottom):
            cell = replace(cell, confidence=cell.confidence * (0.7 + 0.5 * place.support))
        cells.append(
            TableCell(
                place.row, place.col, place.row_span, place.col_span, place.box, cell, place.open_top, place.open_bottom
            )
        )
    return Table(page, number, table.grid.n_rows, table.grid.n_cols, tuple(cells), table.grid.box)


def _cell(ink: CellInk, readings: Sequence[LineReading], box: Box, page: int, character: float) -> Cell:
    if ink.kind == "blank":
        return Cell("", 0.9995 - min(0.5, ink.doubt), box=box, page=page)
    if ink.kind in MARKS:
        mark = HYPHEN if ink.kind == "dash" and ink.lines[0].box.width < 0.45 * character else MARKS[ink.kind]
        return Cell(mark, MARK_CONFIDENCE, box=box, page=page, raw=mark)
    raw = join_lines(readings)
    proven = match_brackets([verify_marks(line.image, r) for line, r in zip(ink.lines, readings, strict=True)])
    text, confidence = join_lines(proven), text_confidence(proven)
    if not text:
        return Cell("", 0.3, box=box, page=page).with_review("There is ink in this cell, but nothing could be read.")
    if text in DASH_LOOKALIKES and len(ink.lines) == 1 and ink.lines[0].box.height < 0.4 * character:
        text, confidence = DASH, min(confidence, 0.95)
    return Cell(text, confidence, box=box, page=page, raw=raw)


def _text_line(line: Line, reading: LineReading, page: int, layout: PageLayout) -> TextLine:
    text = join_lines([reading])
    box = layout.transform.box_to_page(line.box)
    return TextLine(line.box, Cell(text, text_confidence([reading]), box=box, page=page, raw=text))
