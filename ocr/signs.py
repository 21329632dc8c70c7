"""A sign that stands alone in its cell, ≥ before a 95 in the next one, is read beside a number of the same page.

Recognisers know ≥, ≤ and = from lines in which a number follows. Alone, enlarged to the height of a line, ≥ is W or V
to them and = is 二, sure to 0.9. Put before digits of the page's own print they read as they do anywhere: of 162
pictures of each sign (27 faces, three sizes, sharp and blurred) the quick reader has ≥ right in 155 beside 420 and in
99 alone, = in 155 and 43; of 3,240 of 20 other characters (digits, V, W, M, K, Z, 一, 二, 三, 八, 工) none became one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import LineReading

from .compose import with_alternative
from .folding import folded
from .pixels import grey
from .protocol import LineImage, Recogniser
from .unread import FRAME, PAPER

SIGNS = frozenset(("≥", "≤", "=", ">", "<", ">=", "<="))
TAKEN_FOR = frozenset("VvWwMNAΛ∧八二三日目国Kk")
"""What signs that stand alone are taken for, also where the readers are sure."""
SURE = 0.995
"""From here another character is taken for what it was read as."""
LEAST = 0.5
"""A sign less sure than this beside the number is left as it was read alone."""
WIDEST = 1.8
"""Of a character's height: more ink than this is more than one sign, or two that are one (>=)."""
ALIKE = 0.75
"""The lesser over the greater height of two line images of one print."""


def with_signs(
    lines: Sequence[LineImage], readings: Sequence[LineReading], recogniser: Recogniser
) -> list[LineReading]:
    """The readings of a page's lines, with the signs in place that are told by a number put behind them.

    The number is one of the page's own of which the readers are sure: beside the sign it must read as it does alone.
    """
    alone = [i for i, (line, r) in enumerate(zip(lines, readings, strict=True)) if _perhaps_sign(line, r)]
    numbers = [i for i, r in enumerate(readings) if _is_number(r)] if alone else []
    beside = {i: _nearest(lines, i, numbers) for i in alone}
    pairs = [(i, k) for i, k in beside.items() if k is not None]
    found = list(readings)
    for (i, k), both in zip(pairs, recogniser.read([beside_number(lines[i], lines[k]) for i, k in pairs]), strict=True):
        found[i] = _sign(found[i], both, folded(readings[k].text))
    return found


def beside_number(sign: LineImage, number: LineImage) -> LineImage:
    """(H, W) grey: the ink of one line image before that of another, a third of a character apart, centres level."""
    ink = [_inked(line) for line in (sign, number)]
    height = max(one.shape[0] for one in ink)
    paper = int(max(np.percentile(one, 90) for one in ink))
    gap = np.full((height, max(2, round(height / FRAME / 3))), paper, np.uint8)
    parts = [gap]
    for one in ink:
        above = (height - one.shape[0]) // 2
        around = cv2.copyMakeBorder(
            one, above, height - one.shape[0] - above, 0, 0, cv2.BORDER_CONSTANT, value=[float(paper)]
        )
        parts += [np.asarray(around, np.uint8), gap]
    return np.hstack(parts)


def _perhaps_sign(line: LineImage, reading: LineReading) -> bool:
    text = folded(reading.text)
    if len(text) > 2 or (reading.confidence >= SURE and text and text not in TAKEN_FOR):
        return False
    inked = _inked_columns(grey(line))
    return bool(inked.size) and np.ptp(inked) + 1 <= WIDEST * line.shape[0] / FRAME


def _is_number(reading: LineReading) -> bool:
    text = folded(reading.text)
    return 2 <= len(text) <= 4 and text.isdigit() and text.isascii() and reading.confidence >= 0.99


def _nearest(lines: Sequence[LineImage], i: int, numbers: Sequence[int]) -> int | None:
    """The number nearest in reading order, in print of about the same size."""
    height = lines[i].shape[0]
    alike = [k for k in numbers if min(height, lines[k].shape[0]) >= ALIKE * max(height, lines[k].shape[0])]
    return min(alike, key=lambda k: abs(k - i), default=None)


def _sign(alone: LineReading, both: LineReading, number: str) -> LineReading:
    """``alone``, or the sign that ``both`` begins with before the number."""
    printed = [c for c in both.characters if folded(c.text)]
    sign = printed[: len(printed) - len(number)]
    text = "".join(folded(c.text) for c in sign)
    chance = math.prod(c.posterior for c in sign)
    if text not in SIGNS or folded(both.text) != text + number or chance < LEAST:
        return alone
    others = with_alternative((), alone.text, 1.0 - chance) if folded(alone.text) != text else ()
    placed = tuple(replace(c, position=(k + 0.5) / len(sign)) for k, c in enumerate(sign))
    return LineReading(placed, others, both.engine, both.agreed)


def _inked(line: LineImage) -> LineImage:
    pixels = grey(line)
    columns = _inked_columns(pixels)
    return pixels[:, columns[0] : columns[-1] + 1] if columns.size else pixels


def _inked_columns(pixels: LineImage) -> NDArray[np.intp]:
    return np.flatnonzero(pixels.min(axis=0) < PAPER)
