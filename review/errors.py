"""What the station refuses, and why.

GoujiError
└── ReviewError            1   anything the station refuses
    ├── NoSuchCell             no such form, cell, finding or user in this run
    ├── Taken                  another person holds the cell
    ├── Stale                  the cell was decided since it was shown
    ├── NothingToUndo          no decision of this person can be taken back
    ├── NotAllowed             the person's role does not allow it
    ├── BadInput               a text, name or setting that cannot be kept
    │   └── WeakPassword
    ├── BadPassword            name and password do not go together, or the link was used
    ├── TooMany                too many failures; ``seconds`` says how long to wait
    └── WrongRun           2   the database belongs to another run, or to a newer version of the program
"""

from __future__ import annotations

from forms import GoujiError


class ReviewError(GoujiError):
    """The root of what the station refuses; ``str(error)`` may be shown to the person."""


class NoSuchCell(ReviewError):
    pass


class Taken(ReviewError):
    """Another person holds the cell: ``by`` (name) ``until`` (seconds since 1970)."""

    def __init__(self, by: str, until: float) -> None:
        self.by, self.until = by, until
        super().__init__(f"{by} is working on this cell.")


class Stale(ReviewError):
    """The cell has changed since it was shown: ``version`` is what it has now."""

    def __init__(self, address: str, version: int) -> None:
        self.address, self.version = address, version
        super().__init__(f"{address} was decided in the meantime; look at it again.")


class NothingToUndo(ReviewError):
    pass


class NotAllowed(ReviewError):
    pass


class BadInput(ReviewError):
    pass


class WeakPassword(BadInput):
    pass


class BadPassword(ReviewError):
    pass


class TooMany(ReviewError):
    """Too many failed attempts; the next one is heard in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Too many failed attempts. Try again in {max(1, round(seconds))} seconds.")


class WrongRun(ReviewError):
    exit_code = 2
