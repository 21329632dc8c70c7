"""Counts of what became of documents: added up as they are done, so that a run of a million pages holds one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from export.pages import PageRecord
from forms import Form
from scoring import Expected

from .judge import expected

NOTHING_EXPECTED = Expected(0.0, 0.0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Pages by kind, cells, findings by rule, and the silent errors to expect, of one document or of many."""

    kinds: dict[str, int] = field(default_factory=dict)
    forms: int = 0
    cells: int = 0
    review: int = 0
    repaired: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    weighed: Expected = NOTHING_EXPECTED
    unread: int = 0
    """Pages that a person should look at as a whole."""

    @staticmethod
    def of(pages: Sequence[PageRecord], forms: Sequence[Form]) -> Tally:
        cells = [c for f in forms for _, c in f.cells()]
        return Tally(
            dict(Counter(p.kind for p in pages)),
            len(forms),
            len(cells),
            sum(c.needs_review for c in cells),
            sum(c.origin == "repaired" for c in cells),
            dict(Counter(x.rule for f in forms for x in f.findings)),
            expected(forms),
            sum(p.needs_review for p in pages),
        )

    def __add__(self, other: Tally) -> Tally:
        mine, theirs = self.weighed, other.weighed
        return Tally(
            dict(Counter(self.kinds) + Counter(other.kinds)),
            self.forms + other.forms,
            self.cells + other.cells,
            self.review + other.review,
            self.repaired + other.repaired,
            dict(Counter(self.findings) + Counter(other.findings)),
            Expected(*(getattr(mine, f.name) + getattr(theirs, f.name) for f in fields(Expected))),
            self.unread + other.unread,
        )

    @property
    def pages(self) -> int:
        return sum(self.kinds.values())

    @property
    def failed(self) -> int:
        return self.kinds.get("failed", 0)

    @property
    def is_doubtful(self) -> bool:
        """True when there is something for a person to look at."""
        return self.review > 0 or self.unread > 0 or bool(self.findings)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Tally:
        """What ``as_dict`` gave. Raises ``TypeError`` or ``KeyError`` for anything else."""
        return Tally(**{**data, "weighed": Expected(**data["weighed"])})
