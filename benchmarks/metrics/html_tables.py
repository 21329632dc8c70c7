"""HTML tables as programs write them, into cells with places and spans (``html.parser`` of the standard library).

Cells are placed as browsers place them: each in the first column of its row that no span from above covers. Spans
that are no number count 1, those over the table's end are cut; ``thead``, ``tbody`` and markup inside a cell leave no
trace, ``th`` is a cell as ``td`` is. Of tables inside a cell only the text is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser

from .tables import TextCell, TextTable

MOST = 1000
"""No cell spans more rows or columns than this (HTML's own limit for columns)."""
_CELLS = ("td", "th")
_BREAKS = ("br", "p", "div")


class _Reader(HTMLParser):
    """Gathers the first table's rows as (rows spanned, columns spanned, text)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[tuple[int, int, str]]] = []
        self._depth, self._done = 0, False
        self._spans: tuple[int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        elif tag in _BREAKS:
            self._text.append(" ")
        if self._done or self._depth != 1:
            return
        if tag == "tr":
            self._close_cell()
            self.rows.append([])
        elif tag in _CELLS:
            self._close_cell()
            values = dict(attrs)
            self._spans = _span(values, "rowspan"), _span(values, "colspan")

    def handle_endtag(self, tag: str) -> None:
        if self._depth == 1 and tag in (*_CELLS, "tr", "table"):
            self._close_cell()
        if tag == "table" and self._depth:
            self._depth -= 1
            self._done = self._done or not self._depth

    def handle_data(self, data: str) -> None:
        if self._spans is not None:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._close_cell()

    def _close_cell(self) -> None:
        if self._spans is not None:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append((*self._spans, "".join(self._text).strip()))
        self._spans, self._text = None, []


def read_html(html: str) -> TextTable:
    """The first table in the text; one without cells where there is none, whatever the text is."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    cells = tuple(sorted(_placed(reader.rows)))
    return TextTable(len(reader.rows), max((c.col + c.col_span for c in cells), default=0), cells)


def _placed(rows: list[list[tuple[int, int, str]]]) -> Iterator[TextCell]:
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        c = 0
        for down, across, text in row:
            while (r, c) in taken:
                c += 1
            down = min(down, len(rows) - r)
            taken |= {(r + i, c + j) for i in range(down) for j in range(across)}
            yield TextCell(r, c, down, across, text)
            c += across


def _span(attrs: Mapping[str, str | None], name: str) -> int:
    text = (attrs.get(name) or "").strip()
    return min(MOST, max(1, int(text))) if text.isascii() and text.isdigit() else 1
