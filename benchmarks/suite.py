"""The set that ``make bench`` measures on: the same few documents with every kind of damage at every severity.

One kind at a time on the same print, so that a curve shows the damage and nothing else. The documents are of the
generator's ``test`` half, on whose content, fonts and layouts nothing was fitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .dataset import build, damage
from .dataset.content import TEMPLATES

CLEAN = "clean"
AXES = ("skew", "dpi", "noise", "fading", "gaps", "curl", "seal-red", "seal-grey", "coloured", "filled")
SEVERITIES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """One damage at one severity (0 to 1); ``CLEAN`` is none."""

    kind: str
    severity: float

    @property
    def label(self) -> str:
        """The end of the folder's name."""
        return CLEAN if self.kind == CLEAN else damage.label(((self.kind, self.severity),))

    @property
    def amount(self) -> float:
        """The severity in the kind's unit; 0 for a compound and where there is no damage."""
        return damage.KINDS[self.kind].amount(self.severity) if self.kind in damage.KINDS else 0.0

    @property
    def unit(self) -> str:
        return damage.KINDS[self.kind].unit if self.kind in damage.KINDS else ""

    @property
    def damage(self) -> damage.Damage:
        return damage.parse(f"{self.kind}:{self.severity}")


def points(kinds: tuple[str, ...] = AXES, severities: tuple[float, ...] = SEVERITIES) -> list[Point]:
    """The page as printed, then every kind at every severity. Raises ``ValueError`` for a kind there is not."""
    found = [Point(CLEAN, 0.0), *(Point(kind, s) for kind in kinds for s in severities)]
    for point in found:
        damage.parse(f"{point.kind}:{point.severity}")
    return found


def build_suite(
    out: Path, asked: list[Point], *, seed: int = 1, templates: tuple[str, ...] = TEMPLATES, dpi: int = 200
) -> Iterator[Path]:
    """Write one document of one form per template, once with each damage; yields the folders. See ``dataset.build``.

    The same seed writes the same bytes. Raises ``FileNotFoundError`` when the fonts are not installed.
    """
    for k, template in enumerate(templates):
        document = build.make_document(f"b{seed}.{template}", seed * 10_000 + k, "test", (template,), forms=1, dpi=dpi)
        for point in asked:
            yield build.write(document, point.damage, out, seed, point.label)


def point_of(folder: Path) -> Point:
    """The damage that a scan folder was written with, from its ``scan.json``: compounds by their folder's name."""
    scan = json.loads((folder / "scan.json").read_text("utf-8"))
    parts = scan["damage"]
    if not parts:
        return Point(CLEAN, 0.0)
    if len(parts) == 1:
        return Point(parts[0][0], float(parts[0][1]))
    name = str(scan["profile"])
    return Point(name.rstrip("0123456789."), float(parts[0][1]))
