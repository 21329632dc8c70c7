from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from forms import Box, Cell, Form, PageContent, Source, Table, TableCell, TextLine
from gouji.legible import doubts, marked
from gouji.missed import PIECE
from layout import PageImage

PLACE = Box(0, 0, 10, 10)


def _page(*, ruled: bool = False) -> PageImage:
    pixels = np.full((1169, 826), 250, np.uint8)
    for at in range(200, 900, 120) if ruled else ():
        cv2.line(pixels, (100, at), (720, at), 238.0, 2)
        cv2.line(pixels, (at - 100, 200), (at - 100, 800), 238.0, 2)
    return PageImage(pixels, None, "1.png", 1)


def _content(*confidences: float, tables: bool = True) -> PageContent:
    cells = [Cell("文", p, box=PLACE, page=1, raw="文") for p in confidences]
    if not tables:
        return PageContent("1.png", 1, 826, 1169, lines=tuple(TextLine(PLACE, c) for c in cells))
    placed = tuple(TableCell(r, 0, 1, 1, PLACE, c) for r, c in enumerate(cells))
    return PageContent("1.png", 1, 826, 1169, tables=(Table(1, 1, len(placed), 1, placed, PLACE),))


@pytest.mark.parametrize("tables", [True, False])
def test_a_page_whose_texts_are_mostly_wrong_is_doubted_as_a_whole(tables: bool) -> None:
    (reason,) = doubts(_content(0.999, 0.9, 0.4, 0.1, tables=tables), _page())
    assert reason.startswith("2 of the 4 texts")


def test_some_doubtful_cells_are_no_doubtful_page() -> None:
    assert doubts(_content(*[0.999] * 9, 0.1, 0.4), _page(ruled=True)) == ()


def test_blank_cells_count_for_nothing() -> None:
    content = _content(0.999, 0.9, 0.4)
    blank = TableCell(3, 0, 1, 1, PLACE, Cell("", 0.1, box=PLACE, page=1))
    table = Table(1, 1, 4, 1, (*content.tables[0].cells, *[blank]), PLACE)
    assert doubts(PageContent("1.png", 1, 826, 1169, tables=(table,)), _page())[0].startswith("1 of the 3 texts")


def test_pieces_of_ruling_lines_are_no_texts() -> None:
    """Of a page with its total row alone, in a double frame, one of four texts was a piece of the frame."""
    content = _content(0.999, 0.999, 0.999, 0.06)
    cells = content.tables[0].cells
    piece = replace(cells[3], cell=cells[3].cell.with_review(PIECE))
    assert doubts(content, _page())
    assert doubts(replace(content, tables=(replace(content.tables[0], cells=(*cells[:3], piece)),)), _page()) == ()


def test_what_a_pen_or_a_seal_leaves_is_no_text() -> None:
    """Of a page with a total row and a signature eight of eighteen texts were pieces of a seal and of the name."""
    read = [_line(40, 0.99) for _ in range(4)]
    assert doubts(PageContent("1.png", 1, 826, 1169, lines=(*read, _line(10, 0.1), _line(130, 0.3))), _page()) == ()
    assert doubts(PageContent("1.png", 1, 826, 1169, lines=(*read, _line(30, 0.1), _line(60, 0.3))), _page())
    assert doubts(PageContent("1.png", 1, 826, 1169, lines=(*read[:2], _line(10, 0.1), _line(130, 0.3))), _page())


def _line(high: float, confidence: float) -> TextLine:
    place = Box(0.0, 0.0, 100.0, high)
    return TextLine(place, Cell("文", confidence, box=place, page=1, raw="文"))


def test_a_page_of_pale_lines_on_which_nothing_was_read_says_so() -> None:
    assert "faintly" in doubts(_content(tables=False), _page(ruled=True))[0]
    assert "faintly" in doubts(_content(0.02, tables=False), _page(ruled=True))[0], "a speck read as a character"


def test_an_empty_page_needs_nobody() -> None:
    assert doubts(_content(tables=False), _page()) == ()
    assert doubts(_content(0.02, tables=False), _page()) == ()


def test_a_page_of_a_table_with_a_note_alone_is_not_looked_at_for_faint_lines() -> None:
    assert doubts(_content(0.9), _page(ruled=True)) == ()


def test_a_page_with_lines_of_few_dots_is_doubted_as_a_whole() -> None:
    """Others of its lines may be gone without a trace, and no cell knows of it."""
    assert "few dots" in doubts(_content(*[0.999] * 9), _page(), faint=1)[0]
    assert doubts(_content(*[0.999] * 9, tables=False), _page(), faint=1) == ()


def test_every_cell_of_a_doubted_page_is_marked_and_no_other() -> None:
    form = Form(
        "2023", (Source("1.png", 1), Source("2.png", 2)), title=Cell("表", 0.9999, page=1, raw="表"),
        project=Cell("项目", 0.9999, page=2, raw="项目"),
    )  # fmt: skip
    found = marked(form, [1])
    assert found.title.needs_review and "what is missing" in found.title.reasons[-1]
    assert found.title.text == "表" and found.project == form.project
    assert not found.year.needs_review, "what stands on no page is reconstruction's to mark"
    assert marked(form, []) is form


def _doubted(n: int, of: int) -> PageContent:
    """A table of so many cells, ``n`` of which the layout has marked."""
    content = _content(*[0.999] * of)
    cells = content.tables[0].cells
    marked_cells = [replace(c, cell=c.cell.with_review("no line")) if k < n else c for k, c in enumerate(cells)]
    return replace(content, tables=(replace(content.tables[0], cells=tuple(marked_cells)),))


def test_a_table_that_lost_its_ruling_lines_is_doubted_as_a_whole() -> None:
    (reason,) = doubts(_doubted(6, 20), _page())
    assert "6 of its 20 cells" in reason


@pytest.mark.parametrize(("n", "of"), [(2, 20), (4, 20), (5, 8)])
def test_some_cells_without_a_line_and_small_tables_are_no_doubtful_page(n: int, of: int) -> None:
    assert doubts(_doubted(n, of), _page()) == ()
