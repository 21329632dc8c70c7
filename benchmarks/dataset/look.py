"""How a document is printed: paper, fonts, lines, breaks. All sizes in millimetres or points, so that dpi is free."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random
from typing import Literal

from .corpus import Split
from .fonts import FontSet, pick_fonts

A4 = (210.0, 297.0)
Rules = Literal["all", "no-frame", "horizontal", "vertical", "none"]


@dataclass(frozen=True, slots=True)
class Look:
    """``size`` in points; ``line`` and ``frame`` are line widths in px at 200 dpi; inks are grey values (0 black).

    ``rules``: which ruling lines are printed. ``break_style``: whether cells cut by the page's end are closed by a
    line there. ``split_rows``: a row may be cut between its text lines. ``anchor``: where the text of a cell over
    several pages stands. ``flow``: a next form begins on the same page if there is room. ``whole_words``: numbers
    and Latin words are not broken.
    """

    fonts: FontSet
    dpi: int = 200
    landscape: bool = False
    margins: tuple[float, float, float, float] = (18.0, 20.0, 18.0, 20.0)
    size: float = 9.0
    leading: float = 1.25
    padding: float = 1.0
    line: float = 2.0
    frame: Literal["same", "thick", "double"] = "same"
    line_ink: int = 0
    text_ink: int = 0
    break_style: Literal["open", "closed"] = "open"
    split_rows: bool = True
    anchor: Literal["first", "largest", "repeat"] = "first"
    flow: bool = False
    whole_words: bool = False
    top_aligned: bool = False
    rules: Rules = "all"

    def px(self, mm: float) -> int:
        return round(mm * self.dpi / 25.4)

    @property
    def em(self) -> int:
        return max(8, round(self.size * self.dpi / 72))

    @property
    def rule(self) -> int:
        """Width of a ruling line in pixels."""
        return max(1, round(self.line * self.dpi / 200))

    @property
    def paper(self) -> tuple[int, int]:
        """Width and height in pixels."""
        w, h = (A4[1], A4[0]) if self.landscape else A4
        return self.px(w), self.px(h)

    @property
    def body(self) -> tuple[int, int, int, int]:
        """The print area: left, top, right, bottom in pixels."""
        left, top, right, bottom = self.margins
        w, h = self.paper
        return self.px(left), self.px(top), w - self.px(right), h - self.px(bottom)


def look_dict(look: Look) -> dict[str, object]:
    """The look for ``scan.json``, so that what fails can be grouped by how it was printed."""
    shown = {f.name: getattr(look, f.name) for f in fields(look) if f.name != "fonts"}
    return {**shown, "margins": [round(m, 1) for m in look.margins], "fonts": look.fonts.name}


def make_look(rng: Random, split: Split, *, landscape: bool = False, dpi: int = 200, flow: bool = False) -> Look:
    """A look drawn at random; the halves of the benchmark share no font."""
    return Look(
        fonts=pick_fonts(rng, split),
        dpi=dpi,
        landscape=landscape,
        margins=(rng.uniform(13, 27), rng.uniform(14, 30), rng.uniform(13, 27), rng.uniform(14, 28)),
        size=rng.choice((8.0, 9.0, 9.0, 9.5, 10.0, 10.5)),
        leading=rng.uniform(1.15, 1.45),
        padding=rng.uniform(0.6, 1.5),
        line=rng.choice((1.0, 1.0, 2.0, 2.0, 3.0, 4.0)),
        frame=rng.choice(("same", "same", "same", "thick", "double")),
        line_ink=rng.choice((0, 0, 0, 60, 110)),
        text_ink=rng.choice((0, 0, 30)),
        break_style=rng.choice(("open", "open", "closed")),
        split_rows=rng.random() < 0.5,
        anchor=rng.choice(("first", "largest", "repeat")),
        flow=flow,
        whole_words=rng.random() < 0.5,
        top_aligned=rng.random() < 0.15,
    )
