"""Tables written as text: cells parted by |, < goes on with the cell to the left, ^ with the cell above."""

from __future__ import annotations

from forms import Box, Cell, Form, PageContent, Table, TableCell, TextLine
from reconstruct import rebuild

ROW, WIDTH, LEFT, TOP = 40.0, 1400.0, 150.0, 200.0


def drawn_page(drawing: str, *above: str, doubted: tuple[str, ...] = ()) -> PageContent:
    """A page with the lines ``above`` and the table; cells with a text among ``doubted`` are marked."""
    rows = [[t.strip() for t in line.split("|")] for line in drawing.strip().splitlines()]
    n = max(map(len, rows))
    assert all(len(row) == n for row in rows), [len(row) for row in rows]
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            across, down = c + 1, r + 1
            while across < n and row[across] == "<":
                across += 1
            while down < len(rows) and rows[down][c] == "^":
                down += 1
            edge = WIDTH / n
            place = Box(LEFT + edge * c, TOP + ROW * r, LEFT + edge * across, TOP + ROW * down)
            cells.append(TableCell(r, c, down - r, across - c, place, _cell(text, place, text in doubted)))
    box = Box(LEFT, TOP, LEFT + WIDTH, TOP + ROW * len(rows))
    table = Table(1, 1, len(rows), n, tuple(cells), box)
    lines = []
    for k, text in enumerate(above):
        place = Box(600, 40 + 50 * k, 600 + 20 * len(text), 70 + 50 * k)
        lines.append(TextLine(place, _cell(text, place, doubted=False)))
    return PageContent("a.jpg", 1, 1700, 2400, (table,), tuple(lines))


def drawn_form(drawing: str, *above: str, doubted: tuple[str, ...] = ()) -> Form:
    """The one form of ``drawn_page``."""
    (form,) = rebuild([drawn_page(drawing, *above, doubted=doubted)]).forms
    return form


def _cell(text: str, place: Box, doubted: bool) -> Cell:
    return Cell(text, 0.9999, doubted, place, 1, text)


def asked(form: Form) -> list[str]:
    """The addresses of the cells that need review."""
    return [address for address, cell in form.cells() if cell.needs_review]
