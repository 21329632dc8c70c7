"""Cells right in their place: row, column, both spans, and the text."""

from __future__ import annotations

from dataclasses import dataclass

from .tables import TextTable, normal


@dataclass(frozen=True, slots=True)
class CellCounts:
    """``placed``: found with the true place and spans; ``exact``: with the true text as well."""

    true: int
    found: int
    placed: int
    exact: int

    @property
    def placed_share(self) -> float:
        """Of the true cells; with too many found the larger number counts, so that inventing cells does not pay."""
        return self.placed / max(self.true, self.found) if max(self.true, self.found) else 1.0

    @property
    def exact_share(self) -> float:
        return self.exact / max(self.true, self.found) if max(self.true, self.found) else 1.0

    def __add__(self, other: CellCounts) -> CellCounts:
        return CellCounts(
            self.true + other.true, self.found + other.found, self.placed + other.placed, self.exact + other.exact
        )


def count_cells(truth: TextTable, found: TextTable) -> CellCounts:
    """Compare two tables cell by cell."""
    texts = {(c.row, c.col, c.row_span, c.col_span): normal(c.text) for c in found.cells}
    places = [((c.row, c.col, c.row_span, c.col_span), normal(c.text)) for c in truth.cells]
    return CellCounts(
        len(truth.cells),
        len(found.cells),
        sum(place in texts for place, _ in places),
        sum(texts.get(place) == text for place, text in places),
    )
