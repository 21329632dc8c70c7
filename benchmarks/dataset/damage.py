"""Damage by kind and severity, with the mapping of places where the damage moves them.

Every kind has a scale in its own unit: severity 0 is ``mild``, severity 1 is ``harsh`` (``KINDS``; the table in
``docs/benchmarks.md``). A kind is a pure function of the image (grey or RGB, uint8), the amount, the random
generator and the resolution.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from . import damage_colour as colour
from . import damage_geometry as geometry
from . import damage_paper as paper
from . import damage_pen as hand
from . import damage_print as ink
from . import damage_scan as scan
from . import damage_seal as seals
from .corpus import Split
from .raster import Image, Mapping, Result, Rng

Stage = Literal["print", "paper", "place", "machine"]
STAGES: tuple[Stage, ...] = ("print", "paper", "place", "machine")


@dataclass(frozen=True, slots=True)
class Kind:
    """``split`` is the half of the benchmark that draws this kind at random; either half takes it when asked to.
    ``drawn``: it does so at all (a kind of later date would change all sets drawn with a seed)."""

    name: str
    apply: Callable[[Image, float, Rng, float], Result]
    mild: float
    harsh: float
    unit: str
    stage: Stage
    split: Split
    drawn: bool = True

    def amount(self, severity: float) -> float:
        """The severity in the kind's unit."""
        return self.mild + (self.harsh - self.mild) * severity


KINDS: dict[str, Kind] = {k.name: k for k in (
    Kind("fading", ink.fading, 0.1, 0.85, "share of contrast lost", "print", "test"),
    Kind("gaps", ink.gaps, 0.02, 0.4, "share of line length missing", "print", "fit"),
    Kind("thin-lines", ink.thin_lines, 0.2, 0.85, "share of the lines' ink lost", "print", "test"),
    Kind("toner", ink.toner, 0.1, 1.0, "mm", "print", "test", drawn=False),
    Kind("bleed", ink.bleed, 0.0, 1.5, "px at 200 dpi", "print", "test"),
    Kind("coloured", colour.coloured, 0.05, 1.0, "share of the words", "print", "fit", drawn=False),
    Kind("filled", colour.filled, 0.05, 0.8, "share of the cells", "print", "fit", drawn=False),
    Kind("seal-red", ink.seal_red, 0.1, 1.0, "opacity", "paper", "fit"),
    Kind("seal-grey", ink.seal_grey, 0.2, 0.95, "opacity", "paper", "test"),
    Kind("seal-scan", seals.seal_scan, 0.2, 0.85, "share of light", "paper", "fit", drawn=False),
    Kind("pen", hand.pen, 2, 40, "marks a page", "paper", "fit", drawn=False),
    Kind("fold", paper.fold, 0.1, 1.0, "share of contrast", "paper", "fit"),
    Kind("shine", paper.shine, 0.04, 0.4, "share of the ink", "paper", "fit"),
    Kind("holes", paper.holes, 2, 4, "holes", "paper", "fit"),
    Kind("dirt", paper.dirt, 20, 600, "specks a page", "paper", "test"),
    Kind("uneven", paper.uneven, 8, 110, "grey values", "paper", "test"),
    Kind("curl", geometry.curl, 0.5, 9, "mm", "place", "test"),
    Kind("perspective", geometry.perspective, 0.005, 0.1, "share of the side", "place", "fit"),
    Kind("shadow", paper.shadow, 0.1, 0.7, "share of light", "place", "fit"),
    Kind("skew", geometry.skew, 0.0, 15, "degrees", "place", "fit"),
    Kind("turn", geometry.turn, 1, 3, "quarter turns", "place", "test"),
    Kind("wave", geometry.wave, 0.5, 6, "px at 200 dpi", "machine", "test"),
    Kind("border", scan.border, 1, 14, "mm", "machine", "test"),
    Kind("blur", scan.blur, 0.3, 2.6, "px at 200 dpi", "machine", "fit"),
    Kind("dpi", geometry.resolution, 200, 100, "dots per inch", "machine", "fit"),
    Kind("noise", scan.gaussian, 2, 45, "grey values", "machine", "fit"),
    Kind("salt", scan.salt, 0.0005, 0.03, "share of pixels", "machine", "test"),
    Kind("dust", scan.dust, 0.1, 0.9, "share of light", "machine", "fit", drawn=False),
    Kind("fax", scan.fax, 0, 1, "severity", "machine", "test"),
    Kind("jpeg", scan.jpeg, 85, 12, "quality", "machine", "fit"),
)}  # fmt: skip
UNPAIRED = frozenset({"pen", "dust", "toner"})
"""Kinds that are in no pair drawn with a seed: they came after the sets that were drawn so."""
COMPOUND: dict[str, tuple[str, ...]] = {
    "flatbed": ("skew", "uneven", "blur", "noise", "jpeg"),
    "phone": ("uneven", "curl", "perspective", "shadow", "blur", "noise"),
    "worn": ("gaps", "fold", "shine", "holes", "skew", "noise"),
    "archive": ("fading", "bleed", "dirt", "border", "skew"),
}
Damage = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    image: Image
    mapping: Mapping
    dpi: float


def parse(text: str) -> Damage:
    """``kind:severity+kind:severity`` (severity 0.5 when left out); ``clean`` is none. Raises ``ValueError``."""
    out: list[tuple[str, float]] = []
    for part in text.split("+"):
        name, _, number = part.partition(":")
        severity = float(number or 0.5)
        if name == "clean":
            continue
        if name not in KINDS and name not in COMPOUND:
            raise ValueError(f"no damage of the name {name!r}; there are {', '.join([*KINDS, *COMPOUND])}")
        if not 0 <= severity <= 1:
            raise ValueError(f"a severity is between 0 and 1, not {severity}")
        out.extend((kind, severity) for kind in COMPOUND.get(name, (name,)))
    return ordered(out)


def ordered(parts: Iterable[tuple[str, float]]) -> Damage:
    """In the order of a page's life: printed, kept, laid down, scanned."""
    places = list(KINDS)
    return tuple(sorted(parts, key=lambda p: (STAGES.index(KINDS[p[0]].stage), places.index(p[0]))))


def label(damage: Damage) -> str:
    """A short name for folders: ``skew0.33+noise0.20``."""
    return "+".join(f"{name}{severity:.2f}" for name, severity in damage) or "clean"


def apply(image: Image, damage: Damage, rng: Rng, dpi: float = 200) -> Damaged:
    """The image with these damages in order, and where every point went."""
    mapping: Mapping | None = None
    for name, severity in damage:
        kind = KINDS[name]
        amount = kind.amount(severity)
        image, moved = kind.apply(image, amount, rng, dpi)
        if moved is not None:
            mapping = moved if mapping is None else mapping.then(moved)
        if name in ("dpi", "fax"):
            dpi = amount if name == "dpi" else 204.0
    return Damaged(image, mapping or Mapping(lambda points: points), dpi)


def draw(rng: Rng, split: Split, hardest: float = 0.6) -> Damage:
    """One to three kinds of that half at random, every severity up to ``hardest`` (less the more kinds there are)."""
    names = [k.name for k in KINDS.values() if k.split == split and k.drawn]
    n = int(rng.choice((1, 2, 3), p=(0.35, 0.4, 0.25)))
    chosen = rng.choice(names, n, replace=False)
    return ordered((str(name), round(float(rng.uniform(0, hardest / n**0.5)), 2)) for name in chosen)


def pairs(count: int, seed: int) -> tuple[Damage, ...]:
    """Two kinds of any half at random, each of severity 0.2 to 0.6, so many times: what no curve of one kind shows. At
    most one of the two is the machine's."""
    rng = random.Random(seed)
    found: list[Damage] = []
    while len(found) < count:
        names = rng.sample([name for name in KINDS if name not in UNPAIRED], 2)
        if any(KINDS[name].stage != "machine" for name in names):
            found.append(ordered((name, round(rng.uniform(0.2, 0.6), 2)) for name in names))
    return tuple(found)
