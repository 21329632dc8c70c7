"""Marks that a recogniser confuses but their strokes do not: > and ≥, < and ≤.

The small bar under an angle is lost when a line is scaled to the model's 48 pixels. On the line image itself it is
there as more ink: below the angle's upper leg stands the lower leg alone, or the lower leg and a bar.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forms import Character, LineReading

from .pixels import grey
from .protocol import LineImage

STRICT = {">": "≥", "＞": "≥", "<": "≤", "＜": "≤"}
WITHOUT = {"≥": ">", "≧": ">", "⩾": ">", "≤": "<", "≦": "<", "⩽": "<"}
MARKS = STRICT.keys() | WITHOUT.keys()
OPENS_LEFT = frozenset(">＞≥≧⩾")
BAR, NO_BAR = 1.6, 1.25
"""Ink below the upper leg over the ink of the upper leg: two strokes over one, or one over one."""
GRAIN = 0.15
"""Darkness, as a share of the print's, that is the paper's grain: over a whole column it would add up to a stroke."""
CLEARLY_STRICT = 0.99
"""Posterior of the reader from which a mark without a bar is one. Of 527 marks with a bar on 96 made-up pages, damaged
in every way, 51 were read without it, of these one as sure as this; of 1,865 without a bar 93 in a hundred."""
SURE = 0.99
"""What the strokes make certain. They show a bar (``BAR``) at 79 in a hundred marks that have one and were read without
it, and at 9 of 1,865 that have none, 8 of which the reader was clearly sure of (2026-11-29)."""
UNSURE = 0.6

Darkness = NDArray[np.float64]


def verify_marks(line: LineImage, reading: LineReading) -> LineReading:
    """The reading with every comparison mark held against its strokes.

    Where the strokes show a bar that was not read it is taken, with a posterior of 0.99; where they agree the posterior
    is at least that; where they contradict a bar that was read, or a reader that is sure of none, it is at most 0.6,
    and the text stays. The alternatives are other readings of the same strokes: what these show holds for them too.
    """
    marks = [k for k, c in enumerate(reading.characters) if c.text in MARKS]
    if not marks:
        return reading
    dark = 255.0 - grey(line).astype(np.float64)
    characters = list(reading.characters)
    shown: dict[int, bool] = {}
    for n, k in enumerate(marks):
        if k + 1 < len(characters) and characters[k + 1].text == "=":
            continue
        bar = _has_bar(_glyph(dark, *_room(reading.characters, k)), characters[k].text)
        if bar is not None:
            shown[n] = bar
            characters[k] = _held(characters[k], bar=bar)
    found = replace(reading, characters=tuple(characters))
    opens_left = [characters[k].text in OPENS_LEFT for k in marks]
    others: dict[str, float] = {}
    for text, chance in reading.alternatives:
        same = _as_shown(text, opens_left, shown)
        others[same] = min(1.0, others.get(same, 0.0) + chance)
    others.pop(found.text, None)
    contradicted = _as_shown(found.text, opens_left, shown)
    if contradicted != found.text:
        others[contradicted] = max(others.get(contradicted, 0.0), 1.0 - UNSURE)
    return replace(found, alternatives=tuple(sorted(others.items(), key=lambda pair: -pair[1])))


def _room(characters: Sequence[Character], k: int) -> tuple[float, float, float]:
    """Where a character stands and how far to either side it can reach: half of the way to its neighbours, which may
    touch it. Shares of the width."""
    at = characters[k].position
    before = (characters[k - 1].position + at) / 2 if k else 0.0
    after = (characters[k + 1].position + at) / 2 if k + 1 < len(characters) else 1.0
    return at, before, after


def _has_bar(glyph: Darkness | None, mark: str) -> bool | None:
    """Whether the strokes of a comparison mark show a bar; None where they do not say."""
    ratio = None if glyph is None else stroke_ratio(glyph, opens_left=mark in OPENS_LEFT)
    return None if ratio is None or NO_BAR < ratio < BAR else ratio >= BAR


def _held(character: Character, *, bar: bool) -> Character:
    """A comparison mark after the look at its strokes."""
    if bar and character.text in STRICT and character.posterior < CLEARLY_STRICT:
        return replace(character, text=STRICT[character.text], posterior=SURE)
    if bar != (character.text in WITHOUT):
        return replace(character, posterior=min(character.posterior, UNSURE))
    return replace(character, posterior=max(character.posterior, SURE))


def _as_shown(text: str, opens_left: Sequence[bool], shown: Mapping[int, bool]) -> str:
    """A reading of a line whose comparison marks open to these sides, with the bars that the strokes show at some of
    them; as it is where it has other marks."""
    own = [k for k, c in enumerate(text) if c in MARKS]
    if len(own) != len(opens_left):
        return text
    characters = list(text)
    for n, bar in shown.items():
        k = own[n]
        if (text[k] in OPENS_LEFT) == opens_left[n] and text[k + 1 : k + 2] != "=":
            characters[k] = (STRICT if bar else WITHOUT).get(text[k], text[k])
    return "".join(characters)


def stroke_ratio(glyph: Darkness, *, opens_left: bool) -> float | None:
    """Ink below the upper leg over the ink of the upper leg, median over the columns on the open side of an angle.

    ``glyph`` (H, W): darkness, 0 paper. None when no column shows two strokes apart.
    """
    side = glyph if opens_left else glyph[:, ::-1]
    ink = float(np.percentile(side, 98))
    level = 0.4 * ink
    side = np.where(side > GRAIN * ink, side, 0.0)
    width = side.shape[1]
    ratios = []
    for column in side[:, round(0.1 * width) : max(round(0.1 * width) + 1, round(0.55 * width))].T:
        on = np.flatnonzero(column > level)
        gaps = np.flatnonzero(np.diff(on) > 1)
        if gaps.size == 0:
            continue
        middle = (on[gaps[0]] + on[gaps[0] + 1]) // 2
        ratios.append(float(column[middle:].sum() / max(1.0, column[:middle].sum())))
    return float(np.median(ratios)) if len(ratios) >= 2 else None


def _glyph(dark: Darkness, at: float, before: float, after: float) -> Darkness | None:
    """The glyph around ``at``, cut where the ink ends on either side, at ``before`` and ``after`` at the latest (shares
    of the width)."""
    rows = np.flatnonzero(dark.max(axis=1) > 90)
    filled = dark.max(axis=0) > 90
    if rows.size == 0:
        return None
    height = int(rows[-1] - rows[0]) + 1
    x = min(len(filled) - 1, max(0, round(at * len(filled))))
    reach = max(2, height // 4)
    near = np.flatnonzero(filled[max(0, x - reach) : x + reach])
    if near.size == 0:
        return None
    x = max(0, x - reach) + int(near[np.abs(near - min(reach, x)).argmin()])
    first, last = math.floor(before * len(filled)), math.ceil(after * len(filled)) - 1
    left = right = x
    while left > first and filled[left - 1]:
        left -= 1
    while right < last and filled[right + 1]:
        right += 1
    glyph = dark[:, left : right + 1]
    return glyph if 0.25 * height <= glyph.shape[1] <= 1.3 * height else None
