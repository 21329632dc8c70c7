"""One page: layout, reading, and both together as ``PageContent``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms import Cell, LineReading, PageContent, Table, TableCell, TextLine
from layout import Line, PageImage, PageLayout, TableLayout, line_images
from ocr import Detector, Recogniser, Remembering, is_simplified, read_checked
from scoring import Evidence, probability

from .cells import read_cell, read_line
from .familiar import unfamiliar
from .orientation import outside_lines, upright_layout


@dataclass(frozen=True, slots=True)
class Engines:
    """What a process reads with."""

    recogniser: Recogniser
    detector: Detector


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page's content, the seconds each stage took, and what confidences rest on: those of each table's cells
    (``evidence``) and of the lines outside tables (``outside``)."""

    content: PageContent
    seconds: tuple[tuple[str, float], ...]
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    outside: tuple[Evidence, ...] = ()


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
    found = read_checked(recogniser, images)
    simplified = is_simplified(reading.text for reading in found)
    readings = iter(found)
    tables = [
        _table(table, number, k, layout, readings, simplified=simplified)
        for k, table in enumerate(layout.tables, start=1)
    ]
    lines = [_text_line(line, next(readings), number, layout, simplified=simplified) for line in outside]
    tables, lines = _weighed(tables, [(line, one) for line, one in lines if line.cell.text])
    content = PageContent(
        page.file,
        number,
        layout.width,
        layout.height,
        tuple(table for table, _ in tables),
        tuple(line for line, _ in lines),
        page.page_in_file,
        layout.transform,
    )
    read = time.perf_counter()
    seconds = (("layout", laid_out - start), ("detection", detected - laid_out), ("reading", read - detected))
    return PageRead(content, seconds, tuple(known for _, known in tables), tuple(one for _, one in lines))


PARTED = 0.3
"""Share seen of a line through a cell from which a person should look whether it is one cell."""


def _table(
    table: TableLayout,
    page: int,
    number: int,
    layout: PageLayout,
    readings: Iterator[LineReading],
    *,
    simplified: bool,
) -> tuple[Table, tuple[Evidence, ...]]:
    cells, known = [], []
    for place, ink in zip(table.grid.cells, table.inks, strict=True):
        own = [next(readings) for _ in ink.lines] if ink.kind == "text" else []
        support = 1.0 if place.open_top or place.open_bottom else place.support
        box = layout.transform.box_to_page(place.box)
        cell, evidence = read_cell(
            ink, own, box, page, character=layout.scale.character, support=support, grain=layout.scale.grain,
            simplified=simplified,
        )  # fmt: skip
        if place.parted >= PARTED:
            cell = cell.with_review("A ruling line may run through this cell: two cells may have been read as one.")
        known.append(evidence)
        cells.append(
            TableCell(
                place.row, place.col, place.row_span, place.col_span, place.box, cell, place.open_top, place.open_bottom
            )
        )
    return Table(page, number, table.grid.n_rows, table.grid.n_cols, tuple(cells), table.grid.box), tuple(known)


Weighed = tuple[list[tuple[Table, tuple[Evidence, ...]]], list[tuple[TextLine, Evidence]]]


def _weighed(tables: list[tuple[Table, tuple[Evidence, ...]]], lines: list[tuple[TextLine, Evidence]]) -> Weighed:
    """The tables and lines of a page, their texts weighed by what only the whole page tells: which of them stand
    elsewhere too, and how often the two readers differ."""
    cells = [(place.cell, one) for table, known in tables for place, one in zip(table.cells, known, strict=True)]
    cells += [(line.cell, one) for line, one in lines]
    new = unfamiliar([cell.text for cell, _ in cells])
    texts = [one for _, one in cells if one.kind == "text"]
    differ = sum(one.differ > 0 for one in texts) / max(1, len(texts))
    weighed = iter([_known(cell, one, n, differ) for (cell, one), n in zip(cells, new, strict=True)])
    found = []
    for table, _ in tables:
        own = [(place, *next(weighed)) for place in table.cells]
        placed = tuple(replace(place, cell=cell) for place, cell, _ in own)
        found.append((replace(table, cells=placed), tuple(one for *_, one in own)))
    return found, [(replace(line, cell=cell), one) for (line, _), (cell, one) in zip(lines, weighed, strict=True)]


def _known(cell: Cell, evidence: Evidence, unknown: bool, differing: float) -> tuple[Cell, Evidence]:
    """A text with the probability that the page gives it; a number, mark or blank as it is."""
    if evidence.kind != "text" or not cell.text:
        return cell, evidence
    evidence = replace(evidence, unfamiliar=unknown, differing=differing)
    return replace(cell, confidence=probability(evidence)), evidence


def _text_line(
    line: Line, reading: LineReading, page: int, layout: PageLayout, *, simplified: bool
) -> tuple[TextLine, Evidence]:
    box = layout.transform.box_to_page(line.box)
    cell, evidence = read_line(line, reading, box, page, character=layout.scale.character, simplified=simplified)
    return TextLine(line.box, cell), evidence
