"""One page: layout, reading, and both together as ``PageContent``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from forms import Box, GridCell, LineReading, PageContent, Table, TableCell, TextLine
from layout import CellInk, Line, PageImage, PageLayout, TableLayout, line_images
from ocr import Detector, PagePrint, Recogniser, Remembering, read_checked, with_signs
from scoring import Evidence, wants_witness

from .cells import Judged, read_cell, read_line
from .legible import doubts
from .missed import PIECE, STACKED, STREAK, VANISHED, holds_two_numbers, is_piece_of_line, lone_dashes, lost_dashes
from .orientation import outside_lines, upright_layout
from .weighing import heard, weighed


@dataclass(frozen=True, slots=True)
class Engines:
    """What a process reads with. ``witness``: a third reader, if there is one; it is ``asked`` about these cells."""

    recogniser: Recogniser
    detector: Detector
    witness: Recogniser | None = None
    asked: Callable[[Evidence], bool] = wants_witness


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
    found = with_signs(images, read_checked(recogniser, images), recogniser)
    prints = PagePrint.of(found)
    readings = iter(found)
    inside = [_read(table, number, layout, readings, prints=prints) for table in layout.tables]
    beside = [(line, _text_line(line, next(readings), number, layout, prints=prints)) for line in outside]
    beside = [(line, one) for line, one in beside if one.cell.text]
    every = weighed([one for own in [*inside, [one for _, one in beside]] for one in own])
    known = iter(every if engines.witness is None else heard(every, engines.witness, engines.asked))
    tables = [
        _table(table, number, k, [next(known) for _ in own])
        for k, (table, own) in enumerate(zip(layout.tables, inside, strict=True), start=1)
    ]
    lines = [(TextLine(line.box, one.cell), one.evidence) for (line, _), one in zip(beside, known, strict=True)]
    content = PageContent(
        page.file,
        number,
        layout.width,
        layout.height,
        tuple(table for table, _ in tables),
        tuple(line for line, _ in lines),
        page.page_in_file,
        layout.transform,
        seals=tuple(one.seal.box for one in layout.seals),
    )
    content = replace(content, doubts=doubts(content, page, faint=layout.faint))
    read = time.perf_counter()
    seconds = (("layout", laid_out - start), ("detection", detected - laid_out), ("reading", read - detected))
    return PageRead(content, seconds, tuple(known for _, known in tables), tuple(one for _, one in lines))


PARTED = 0.3
"""Share seen of a line through a cell from which a person should look whether it is one cell."""


def _read(
    table: TableLayout, page: int, layout: PageLayout, readings: Iterator[LineReading], *, prints: PagePrint
) -> list[Judged]:
    """The cells of a table, each judged by itself."""
    cells = []
    scale = layout.scale
    blank = lost_dashes(table.grid.cells, table.inks, scale.character) if scale.bilevel else frozenset[int]()
    streaks = lone_dashes(table.inks, scale.character) if layout.disturbed else frozenset[int]()
    for k, (place, ink) in enumerate(zip(table.grid.cells, table.inks, strict=True)):
        own = [next(readings) for _ in ink.lines] if ink.kind == "text" else []
        support = 1.0 if place.open_top or place.open_bottom else place.support
        box = layout.transform.box_to_page(place.box)
        one = read_cell(
            ink, own, box, page, character=scale.character, support=support, grain=scale.grain,
            prints=prints, spots=scale.spots,
        )  # fmt: skip
        faxed = [reason for reason, found in ((VANISHED, blank), (STREAK, streaks)) if k in found]
        boxes = ink.boxes or (Box(*place.box.centre, *place.box.centre).grown(scale.character / 3),)
        under = (*_sealed(place, ink, layout), *_streaked(boxes, one.cell.text, layout))
        for reason in (*_misplaced(place, ink, own, scale.character), *under, *faxed):
            one = replace(one, cell=one.cell.with_review(reason))
        cells.append(one)
    return cells


def _misplaced(place: GridCell, ink: CellInk, readings: Sequence[LineReading], character: float) -> Iterator[str]:
    """Why a cell may not be the cell that was printed: as sure as its text is of itself, that says nothing of it."""
    if place.parted >= PARTED:
        yield "A ruling line may run through this cell: two cells may have been read as one."
    if place.guessed:
        yield "The ruling line above or below this cell is gone: where its row ends was told by the texts."
    if holds_two_numbers(ink, readings, place.box, character):
        yield STACKED
    if is_piece_of_line(ink, place.box, character):
        yield PIECE
    if place.cut:
        yield "What was taken for a ruling line beside this cell may be a stroke of its text, which may be cut."


SEALED = (
    "A seal or a stroke of a pen lies here: print may have been taken off with it or struck out, or strokes of it read "
    "as print."
)


def _sealed(place: GridCell, ink: CellInk, layout: PageLayout) -> Iterator[str]:
    """Why a cell under a seal may not read as it was printed. A blank one is looked at between its walls."""
    character = layout.scale.character
    boxes = [box.grown(character / 2) for box in ink.boxes] or [place.box.grown(-character / 2)]
    if any(layout.is_doubtful(box) for box in boxes):
        yield SEALED


STREAKED = "A streak of the printer or the scanner goes through this cell: strokes of its print may be missing."


def _streaked(boxes: Sequence[Box], text: str, layout: PageLayout) -> Iterator[str]:
    """Why what was read in these boxes may not be what was printed. A number may have lost a point or a digit even
    where nothing beside the streak is cut, and where one would stand alone a blank cell may."""
    words = bool(text) and not any(c.isdigit() for c in text)
    if any(layout.is_streaked(box, cut=words) for box in boxes):
        yield STREAKED


def _table(table: TableLayout, page: int, number: int, known: Sequence[Judged]) -> tuple[Table, tuple[Evidence, ...]]:
    grid = table.grid
    cells = tuple(
        TableCell(p.row, p.col, p.row_span, p.col_span, p.box, one.cell, p.open_top, p.open_bottom)
        for p, one in zip(grid.cells, known, strict=True)
    )
    return Table(page, number, grid.n_rows, grid.n_cols, cells, grid.box), tuple(one.evidence for one in known)


def _text_line(line: Line, reading: LineReading, page: int, layout: PageLayout, *, prints: PagePrint) -> Judged:
    box = layout.transform.box_to_page(line.box)
    one = read_line(line, reading, box, page, character=layout.scale.character, prints=prints, spots=layout.scale.spots)
    if layout.is_doubtful(line.box.grown(layout.scale.character / 2)):
        one = replace(one, cell=one.cell.with_review(SEALED))
    for reason in _streaked((line.box,), one.cell.text, layout):
        one = replace(one, cell=one.cell.with_review(reason))
    return one
