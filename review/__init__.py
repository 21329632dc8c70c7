"""The review station: what the program doubts, beside the scan, with every decision kept.

``Station`` is the only door; ``review.web`` is the application in front of it.
"""

from .errors import (
    BadInput,
    BadPassword,
    NoSuchCell,
    NotAllowed,
    NothingToUndo,
    ReviewError,
    Stale,
    Taken,
    TooMany,
    WeakPassword,
    WrongRun,
)
from .station import Station
from .values import (
    Accepted,
    AuditEstimate,
    Counts,
    DayFigures,
    Entry,
    Filters,
    FormRow,
    FormState,
    Group,
    Item,
    Outcome,
    User,
)

__all__ = [
    "Accepted", "AuditEstimate", "BadInput", "BadPassword", "Counts", "DayFigures", "Entry", "Filters", "FormRow",
    "FormState", "Group", "Item", "NoSuchCell", "NotAllowed", "NothingToUndo", "Outcome", "ReviewError", "Stale",
    "Station", "Taken", "TooMany", "User", "WeakPassword", "WrongRun",
]  # fmt: skip
