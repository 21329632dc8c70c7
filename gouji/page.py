"""One page: layout, reading, and both together as ``PageContent``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms import Cell, LineReading, PageContent, Table, TableCell, TextLine, Transform
from layout import Line, PageImage, PageLayout, Scale, TableLayout, line_images
from ocr import Detector, Recogniser, Remembering, join_lines, read_checked, text_confidence
from scoring import Evidence, probability

from .cells import read_cell
from .familiar import unfamiliar
from .orientation import outside_lines, upright_layout


@dataclass(frozen=True, slots=True)
class Engines:
    """What a process reads with."""

    recogniser: Recogniser
    detector: Detector


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page's content, the seconds each stage took, and what the confidence of each table's cells rests on."""

    content: PageContent
    seconds: tuple[tuple[str, float], ...]
    evidence: tuple[tuple[Evidence, ...], ...] = ()


def read_page(page: PageImage, number: int, engines: Engines) -> PageRead:
    """Lay out and read one page; ``number`` is its number in the document, from 1.

    Raises ``EngineError`` when an engine fails; whatever stands on the page is no error.
    """
    start = time.perf_counter()
    recogniser = Remembering(engines.recogniser)
    layout = upright_layout(page, recogniser, engines.detector)
    laid_out = time.perf_counter()
    outside = outside_lines(layout, engines.detector)
    detected = time.perf_counter()
    images = [*line_images(layout), *(line.image for line in outside)]
    readings = iter(read_checked(recogniser, images))
    tables = [
        _table(table, number, k, layout.transform, readings, layout.scale)
        for k, table in enumerate(layout.tables, start=1)
    ]
    tables = _weighed(tables)
    lines = tuple(_text_line(line, next(readings), number, layout) for line in outside)
    content = PageContent(
        page.file,
        number,
        layout.width,
        layout.height,
        tuple(table for table, _ in tables),
        tuple(line for line in lines if line.cell.text),
        page.page_in_file,
        layout.transform,
    )
    read = time.perf_counter()
    seconds = (("layout", laid_out - start), ("detection", detected - laid_out), ("reading", read - detected))
    return PageRead(content, seconds, tuple(known for _, known in tables))


PARTED = 0.3
"""Share seen of a line through a cell from which a person should look whether it is one cell."""


def _table(
    table: TableLayout, page: int, number: int, transform: Transform, readings: Iterator[LineReading], scale: Scale
) -> tuple[Table, tuple[Evidence, ...]]:
    cells, known = [], []
    for place, ink in zip(table.grid.cells, table.inks, strict=True):
        own = [next(readings) for _ in ink.lines] if ink.kind == "text" else []
        support = 1.0 if place.open_top or place.open_bottom else place.support
        box = transform.box_to_page(place.box)
        cell, evidence = read_cell(ink, own, box, page, character=scale.character, support=support, grain=scale.grain)
        if place.parted >= PARTED:
            cell = cell.with_review("A ruling line may run through this cell: two cells may have been read as one.")
        known.append(evidence)
        cells.append(
            TableCell(
                place.row, place.col, place.row_span, place.col_span, place.box, cell, place.open_top, place.open_bottom
            )
        )
    return Table(page, number, table.grid.n_rows, table.grid.n_cols, tuple(cells), table.grid.box), tuple(known)


def _weighed(tables: list[tuple[Table, tuple[Evidence, ...]]]) -> list[tuple[Table, tuple[Evidence, ...]]]:
    """The tables of a page, their texts weighed by what only the whole page tells: which of them stand elsewhere too,
    and how often the two readers differ."""
    new = iter(unfamiliar([c.cell.text for table, _ in tables for c in table.cells]))
    texts = [one for _, evidence in tables for one in evidence if one.kind == "text"]
    differ = sum(one.differ > 0 for one in texts) / max(1, len(texts))
    found = []
    for table, evidence in tables:
        cells, weighed = [], []
        for place, one in zip(table.cells, evidence, strict=True):
            unknown = next(new)
            if one.kind == "text" and place.cell.text:
                one = replace(one, unfamiliar=unknown, differing=differ)
                place = replace(place, cell=replace(place.cell, confidence=probability(one)))
            cells.append(place)
            weighed.append(one)
        found.append((replace(table, cells=tuple(cells)), tuple(weighed)))
    return found


def _text_line(line: Line, reading: LineReading, page: int, layout: PageLayout) -> TextLine:
    text = join_lines([reading])
    box = layout.transform.box_to_page(line.box)
    return TextLine(line.box, Cell(text, text_confidence([reading]), box=box, page=page, raw=text))
