"""What a person must look at: as few cells as keep the silent errors under the target.

A cell's expected silent error is 1 - confidence while nobody looks at it. Cells are left unseen from the surest on for
as long as the mean over the form's cells of their kind stays within the target; all others need review. With calibrated
confidences that is the choice with the fewest cells to see at the given error rate (the risk-coverage curve).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms import Cell, Form, GeometryError, is_number_column


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """``max_error``: silent errors allowed per numeric cell, ``max_error_text`` per text cell (a wrong number costs
    more than a wrong comma). ``never_above``: no cell with more doubt than this goes unseen, whatever the mean."""

    max_error: float = 1e-4
    max_error_text: float = 1e-3
    never_above: float = 0.05

    def __post_init__(self) -> None:
        for name in ("max_error", "max_error_text", "never_above"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise GeometryError(f"{name} is a share between 0 and 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected silent errors, and the cells sent to review, by kind of cell."""

    numeric: float
    text: float
    numeric_cells: int
    text_cells: int
    numeric_review: int
    text_review: int


def mark_for_review(form: Form, settings: ReviewSettings | None = None) -> Form:
    """The form with ``needs_review`` set where the target asks for it; a mark that is there already stays."""
    options = settings or ReviewSettings()
    marked: dict[str, Cell] = {}
    for numeric, target in ((True, options.max_error), (False, options.max_error_text)):
        cells = [(a, c) for a, c in form.cells() if is_number_column(a) == numeric and _is_judged(c)]
        limit = min(review_threshold((_doubt(c) for _, c in cells), target), options.never_above)
        for address, cell in cells:
            if _doubt(cell) > limit and not cell.needs_review:
                marked[address] = cell.with_review(f"{cell.confidence:.2%} sure")
    return form.with_cells(marked)


def review_threshold(doubts: Iterable[float], max_error: float) -> float:
    """The largest doubt that may go unseen so that the mean of the unseen doubts, over all cells, is at most
    ``max_error``. Cells of equal doubt are treated alike."""
    ranked = sorted(doubts)
    budget, spent, limit, i = max_error * len(ranked), 0.0, 0.0, 0
    while i < len(ranked):
        same = sum(1 for d in ranked[i:] if d == ranked[i])
        spent += same * ranked[i]
        if spent > budget:
            break
        limit = ranked[i]
        i += same
    return limit


def expected_silent_errors(form: Form) -> Expected:
    """How many wrong cells the form is expected to hold among those that nobody is asked to look at."""
    kinds = []
    for numeric in (True, False):
        cells = [c for a, c in form.cells() if is_number_column(a) == numeric and _is_judged(c)]
        unseen = [c for c in cells if not c.needs_review]
        kinds.append((sum(_doubt(c) for c in unseen), len(cells), len(cells) - len(unseen)))
    (numeric_sum, numeric_cells, numeric_review), (text_sum, text_cells, text_review) = kinds
    return Expected(numeric_sum, text_sum, numeric_cells, text_cells, numeric_review, text_review)


def _is_judged(cell: Cell) -> bool:
    return cell.origin not in ("absent", "corrected")


def _doubt(cell: Cell) -> float:
    return 1.0 - cell.confidence
