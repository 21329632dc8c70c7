"""What the station takes and returns: small frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from forms import Box, Finding, Form

Kind = Literal["number", "text", "mark"]
Role = Literal["reviewer", "senior", "reader"]
State = Literal["quiet", "open", "done", "unreadable", "audit"]
Action = Literal["confirmed", "corrected", "unreadable", "postponed", "odd", "keyed", "settled", "accepted", "undone"]


@dataclass(frozen=True, slots=True)
class User:
    """A person. A ``reader`` may only look, a ``reviewer`` decides, a ``senior`` also settles and manages."""

    name: str
    role: Role = "reviewer"
    display: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cells of the queue: all that are given must hold. ``text`` is the whole text that was read."""

    document: str | None = None
    kind: Kind | None = None
    rule: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A cell as a reviewer gets it.

    ``box`` is in pixels of the page as delivered (left, top, right, bottom), ``page`` the number in the document.
    ``cost`` is the expected cost of leaving the cell unseen. ``lease_until`` (seconds since 1970, 0: nobody's) tells
    how long the cell is this person's. ``version`` goes back with the decision. ``keying``: 0 none, 1 first blind
    keying, 2 second, 3 settling; in blind keying text, raw and alternatives are empty. ``audit`` must never be shown:
    an audited cell looks like any other. ``siblings``: other addresses of the same printed cell (a label merged over
    rows).
    """

    form_id: str
    address: str
    document: str
    project: str
    kind: Kind
    text: str
    raw: str
    confidence: float
    cost: float
    page: int
    box: Box
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    suggestion: str | None = None
    suggestion_reason: str = ""
    label: str = ""
    lease_until: float = 0.0
    audit: bool = False
    keying: int = 0
    version: int = 0
    state: State = "open"
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """``open`` counts cells waiting (leased ones included, postponed ones not); ``seconds_left`` is None before anybody
    has decided anything."""

    open: int
    done: int
    postponed: int
    unreadable: int
    leased: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``at`` is in seconds since 1970; ``undoes`` names the entry that this one takes back.

    ``page``, ``box`` and ``raw`` are of the reading that the person saw, so that a decision finds its place (or is
    known to have lost it) when the form is read anew. Entries of one stroke share ``batch``.
    """

    id: int
    at: float
    user: str
    form_id: str
    address: str
    action: Action
    before: str = ""
    after: str = ""
    why: str = ""
    seconds: float = 0.0
    undoes: int | None = None
    batch: str = ""
    audit: bool = False
    page: int = 0
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    raw: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did: the form's findings before and after, and the addresses whose text or state it changed."""

    entry_id: int
    findings_before: tuple[Finding, ...]
    findings_after: tuple[Finding, ...]
    cells_changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that a person has accepted as what the paper says."""

    rule: str
    cells: tuple[str, ...]
    found: str
    expected: str
    note: str
    user: str
    at: float
    entry_id: int


@dataclass(frozen=True, slots=True)
class FormState:
    """A form as it stands: the reading with every decision laid on it.

    ``items`` holds every cell by address; ``accepted`` the findings that were accepted as printed and still stand.
    """

    form_id: str
    document: str
    form: Form
    findings: tuple[Finding, ...]
    items: dict[str, Item] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Open cells that were all read as ``key``."""

    key: str
    kind: Kind
    count: int


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form of the run's list. ``open`` counts its cells waiting, ``findings`` what its rules find now."""

    form_id: str
    document: str
    project: str
    template: str
    cells: int
    open: int
    done: int
    findings: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One person on one day (``day`` as YYYY-MM-DD). ``seconds`` is the median time per cell, ``changed`` a share."""

    day: str
    user: str
    cells: int
    seconds: float
    changed: float
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class AuditEstimate:
    """The silent-error rate among cells nobody was asked to look at, from ``sampled`` of them drawn at random.

    ``low`` and ``high`` bound the rate (Clopper and Pearson 1934) at ``level``; 0 and 1 before any sample.
    ``population`` counts the cells it speaks of, ``pending`` the drawn ones that nobody has decided yet.
    """

    sampled: int
    wrong: int
    rate: float | None
    low: float
    high: float
    level: float
    population: int
    pending: int
