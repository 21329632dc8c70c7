"""The cell: a text, where it stands on the scan, how sure we are, and what was read before anyone touched it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from .errors import GeometryError
from .geometry import Box

Origin = Literal["read", "repaired", "corrected", "absent"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a form or a table.

    ``box`` is in pixels of the page as delivered, ``page`` the number of the page in its document (from 1; 0 for
    a cell that stands on no page). ``confidence`` is the probability, 0 to 1, that ``text`` is right. ``raw`` is
    what was read before any repair or correction. ``alternatives`` are other texts with their probabilities,
    likeliest first. ``reasons`` say in plain words why the cell needs a reviewer, or was repaired.
    """

    text: str
    confidence: float = 1.0
    needs_review: bool = False
    box: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    page: int = 0
    raw: str = ""
    origin: Origin = "read"
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise GeometryError(f"a confidence is a probability between 0 and 1, not {self.confidence}")

    @staticmethod
    def absent() -> Cell:
        """The cell of a field that the form does not print."""
        return Cell("", origin="absent")

    def with_review(self, reason: str) -> Cell:
        return replace(self, needs_review=True, reasons=(*self.reasons, reason))

    def repaired(self, text: str, confidence: float, reason: str) -> Cell:
        """The cell with another text; what was read stays in ``raw``."""
        return replace(self, text=text, confidence=confidence, origin="repaired", reasons=(*self.reasons, reason))
