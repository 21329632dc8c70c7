from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.tables import table_to_dict, table_to_html
from forms import Box, Cell, Table, TableCell, cell_to_dict


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any tiling of a small grid with any texts."""
    n_rows, n_cols = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    free = {(r, c) for r in range(n_rows) for c in range(n_cols)}
    cells = []
    for row in range(n_rows):
        for col in range(n_cols):
            if (row, col) not in free:
                continue
            spans = [
                (h, w)
                for h in range(1, n_rows - row + 1)
                for w in range(1, n_cols - col + 1)
                if all((row + i, col + j) in free for i in range(h) for j in range(w))
            ]
            height, width = draw(st.sampled_from(spans))
            free -= {(row + i, col + j) for i in range(height) for j in range(width)}
            box = Box(col * 10, row * 10, (col + width) * 10, (row + height) * 10)
            text = draw(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=6))
            cells.append(TableCell(row, col, height, width, box, Cell(text, box=box, page=3, raw=text)))
    return Table(3, 1, n_rows, n_cols, tuple(cells), Box(0, 0, n_cols * 10, n_rows * 10))


class Reader(HTMLParser):
    """Fills a grid as a browser does: a cell takes the next free place of its row."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.row = -1
        self.taken: set[tuple[int, int]] = set()
        self.cells: list[list[object]] = []
        self.is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "tr":
            self.row += 1
        elif tag == "td":
            given = {name: int(value or "") for name, value in attrs}
            height, width = given.pop("rowspan", 1), given.pop("colspan", 1)
            assert not given
            col = 0
            while (self.row, col) in self.taken:
                col += 1
            self.taken |= {(self.row + i, col + j) for i in range(height) for j in range(width)}
            self.cells.append([self.row, col, height, width, ""])
            self.is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.cells[-1][4] = f"{self.cells[-1][4]}{data}"
        else:
            assert not data.strip()


@given(tables())
def test_html_gives_back_the_grid_and_the_texts(table: Table) -> None:
    reader = Reader()
    reader.feed(table_to_html(table))
    assert reader.tags.count("table") == 1 and set(reader.tags) <= {"table", "tr", "td"}
    assert reader.row + 1 == table.n_rows
    assert reader.cells == [[c.row, c.col, c.row_span, c.col_span, c.cell.text] for c in table.cells]


def test_html_as_it_stands_in_the_file() -> None:
    cells = (
        TableCell(0, 0, 2, 1, Box(0, 0, 9, 9), Cell("a<b & c")),
        TableCell(0, 1, 1, 2, Box(0, 0, 9, 9), Cell("“≥90%”")),
        TableCell(1, 1, 1, 1, Box(0, 0, 9, 9), Cell("")),
        TableCell(1, 2, 1, 1, Box(0, 0, 9, 9), Cell("—")),
        TableCell(2, 0, 2, 3, Box(0, 0, 9, 9), Cell("/")),
    )
    assert table_to_html(Table(1, 1, 4, 3, cells, Box(0, 0, 9, 9))) == (
        "<table>\n"
        '<tr><td rowspan="2">a&lt;b &amp; c</td><td colspan="2">“≥90%”</td></tr>\n'
        "<tr><td></td><td>—</td></tr>\n"
        '<tr><td rowspan="2" colspan="3">/</td></tr>\n'
        "<tr></tr>\n"
        "</table>\n"
    )


@given(tables())
def test_dict_has_the_keys_of_the_schema_and_every_cell(table: Table) -> None:
    data = table_to_dict(table)
    assert list(data) == ["page", "box", "n_rows", "n_cols", "cells"]
    assert (data["page"], data["n_rows"], data["n_cols"]) == (3, table.n_rows, table.n_cols)
    assert data["box"] == [0, 0, table.n_cols * 10, table.n_rows * 10]
    for entry, cell in zip(data["cells"], table.cells, strict=True):
        spans = {"row": cell.row, "col": cell.col, "row_span": cell.row_span, "col_span": cell.col_span}
        assert entry == {**spans, **cell_to_dict(cell.cell)}


def test_box_is_on_the_page_as_delivered_and_ignores_cells_that_stand_nowhere() -> None:
    upright = Box(0, 0, 10, 10)
    cells = (
        TableCell(0, 0, 1, 1, upright, Cell("a", box=Box(100.5, 40, 120, 60.2), page=2)),
        TableCell(0, 1, 1, 1, upright, Cell.absent()),
    )
    assert table_to_dict(Table(2, 1, 1, 2, cells, upright))["box"] == [100, 40, 120, 61]


@pytest.mark.parametrize("name", ["row", "col", "row_span", "col_span"])
def test_cell_does_not_hide_its_place(name: str) -> None:
    assert name not in cell_to_dict(Cell("x"))
