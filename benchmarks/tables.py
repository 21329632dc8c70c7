"""Tables for people: markdown with the numbers of a column written alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how its numbers are written (``str.format``)."""

    name: str
    number: str = "{}"

    def show(self, value: object) -> str:
        """The value as a table has it: nothing for None and nan; a bar would end the cell and is escaped."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, str) or self.number == "{}":
            return str(value).replace("|", "\\|")
        return self.number.format(value)


def markdown(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> str:
    """A table; columns of numbers to the right. Raises ``ValueError`` when a row has another number of values."""
    lines = [
        _line(c.name for c in columns),
        _line("---" if c.number == "{}" else "---:" for c in columns),
        *(_line(c.show(v) for c, v in zip(columns, row, strict=True)) for row in rows),
    ]
    return "\n".join(lines)


def _line(values: Iterable[str]) -> str:
    return "| " + " | ".join(values) + " |"
