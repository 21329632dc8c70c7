"""What scans and readers do to printed numbers, forwards: from the print to a reading.

Written apart from ``scoring.misreadings``, which goes backwards, so that a mistake in one shows against the other.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

LIKE = {"6": "805", "8": "693", "9": "08", "0": "689", "1": "74", "7": "12", "3": "85", "5": "638", "4": "1", "2": "7"}
"""Digits that look alike, the digit printed first."""
Corrupt = Callable[[str, Random], "str | None"]
"""From a printed number to a misread one, or None where this cannot happen to it."""


def _places(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c.isdigit()]


def confused(text: str, rng: Random) -> str | None:
    """A digit for one that looks like it: 6/8/9/0, 1/7, 3/8."""
    i = rng.choice(_places(text))
    return text[:i] + rng.choice(LIKE[text[i]]) + text[i + 1 :]


def unlike(text: str, rng: Random) -> str | None:
    """A digit for one that does not look like it."""
    i = rng.choice(_places(text))
    others = [d for d in "0123456789" if d != text[i] and d not in LIKE[text[i]]]
    return text[:i] + rng.choice(others) + text[i + 1 :]


def dropped(text: str, rng: Random) -> str | None:
    """A digit lost."""
    places = _places(text)
    if len(places) < 2:
        return None
    i = rng.choice(places)
    return text[:i] + text[i + 1 :]


def doubled(text: str, rng: Random) -> str | None:
    """A digit read twice."""
    i = rng.choice(_places(text))
    return text[:i] + text[i] + text[i:]


def stroke(text: str, rng: Random) -> str | None:
    """A ruling line or a seal's edge beside the number read as a 1."""
    end = len(text.rstrip("%分万元"))
    return "1" + text if rng.random() < 0.3 else text[:end] + "1" + text[end:]


def mark(text: str, rng: Random) -> str | None:
    """Dirt or a ruling line beside the number read as a sign."""
    sign = rng.choice("·.|一—十')")
    return sign + text if rng.random() < 0.4 else text + sign


def point_lost(text: str, rng: Random) -> str | None:
    """The decimal point lost."""
    return text.replace(".", "") if "." in text else None


def point_gap(text: str, rng: Random) -> str | None:
    """The decimal point lost, its gap read as a space."""
    return text.replace(".", " ") if "." in text else None


def point_moved(text: str, rng: Random) -> str | None:
    """The decimal point one place to the right."""
    head, point, tail = text.partition(".")
    return f"{head}{tail[0]}.{tail[1:]}" if point and tail[1:2].isdigit() else None


def comma(text: str, rng: Random) -> str | None:
    """A comma for the decimal point."""
    return text.replace(".", ",") if "." in text else None


def percent(text: str, rng: Random) -> str | None:
    """% lost, or read as 9 or 6."""
    return text[:-1] + rng.choice(["9", "6", ""]) if text.endswith("%") else None


def letters(text: str, rng: Random) -> str | None:
    """l for 1, O for 0."""
    changed = text.replace("1", "l").replace("0", "O")
    return changed if changed != text else None


def turned(text: str, rng: Random) -> str | None:
    """The whole number upside down."""
    turn = {"0": "0", "1": "1", "6": "9", "8": "8", "9": "6", ".": "."}
    if len(text) < 2 or any(c not in turn for c in text):
        return None
    return "".join(turn[c] for c in reversed(text))


def lost(text: str, rng: Random) -> str | None:
    """Nothing read at all."""
    return ""


KINDS: dict[str, Corrupt] = {
    f.__name__: f
    for f in (
        confused, unlike, dropped, doubled, stroke, mark, point_lost, point_gap, point_moved, comma, percent, letters,
        turned, lost,
    )
}  # fmt: skip


def slash(text: str, rng: Random) -> str | None:
    """A slash read as 1: what happens to a cell without a number."""
    return "1" if text == "/" else None
