"""Ruling lines of which a worn print has left only dashes, too short each to be told from a character's stroke.

Together they are no characters: they lie at one level, nothing is printed beside them, they fill a good part of the way
between two rules that cross it, and some of them reach those rules, from which text keeps away.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components, inked_part
from .ink import Image, transposed
from .rulings import Segment, find_segments, line_response

Dash = tuple[float, float, float]
"""Level across, start and end along the line, in px."""
Rule = tuple[float, float, float]
"""A rule that may cross the line: its place along the line, its start and end across it, in px."""


def find_all_segments(
    dark: Image, *, unit: float, turned: Image | None = None, grainy: bool = False
) -> tuple[list[Segment], list[Segment]]:
    """Horizontal and vertical segments of a darkness image, the lines of dashes among them. ``unit``: px in a mm.

    ``turned``: the image with rows and columns exchanged, where it is there already.
    """
    if turned is None:
        turned = transposed(dark)
    across, down = (find_segments(image, unit=unit, grainy=grainy) for image in (dark, turned))
    dashed = find_dashed(dark, across, down, unit=unit)
    return across + dashed, down + find_dashed(turned, down, across, unit=unit)


def find_dashed(dark: Image, known: Sequence[Segment], crossing: Sequence[Segment], *, unit: float) -> list[Segment]:
    """Horizontal lines of dashes that are in none of the ``known`` segments (turn the image for vertical ones).

    A line has at least three dashes of a millimetre over 12 mm, less than 8 mm apart, that fill 0.45 of the way; it is
    crossed by two of the ``crossing`` segments, and a dash lies right beside at least a third of its crossings.
    """
    long = [s for s in [*known, *crossing] if s.length >= 20 * unit]
    if not long or not crossing:
        return []
    strength = float(np.median([s.strength for s in long]))
    rules = [(s.level, s.start, s.end) for s in crossing if s.length >= 20 * unit]
    dashes = _without_known(_dashes(dark, strength, rules, unit), known, unit)
    lines = [_held(line, rules, unit) for line in _lines(dashes, unit)]
    return [_segment(line, dark, unit) for line in lines if _fills(line, unit) and _reaches(line, rules, unit)]


def _dashes(dark: Image, strength: float, rules: list[Rule], unit: float) -> list[Dash]:
    """Short thin strokes with nothing printed beside them, half a millimetre to one away, but the rules they cross."""
    length = max(5, round(1.2 * unit))
    response = line_response(dark, length=length, gap=max(2, round(0.6 * unit)))
    gap, reach = max(2, round(0.5 * unit)), max(2, round(0.6 * unit))
    ink = cv2.threshold(dark, 0.4 * strength, 1, cv2.THRESH_BINARY)[1]
    for at, start, end in rules:
        ink[max(0, round(start)) : round(end) + 1, max(0, round(at - 0.5 * unit)) : round(at + 0.5 * unit) + 1] = 0
    unprinted: Image = 1 - np.asarray(cv2.dilate(ink, np.ones((reach, 1), np.uint8), anchor=(0, 0)), dtype=np.uint8)
    bare: Image = np.asarray(cv2.threshold(response, 0.3 * strength, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    above = gap + reach - 1
    bare[:-gap] &= unprinted[gap:]
    bare[above:] &= unprinted[:-above]
    left, _, right, bottom = inked_part(bare)
    if right == 0:
        return []
    _, _, stats, centres = components(bare[:bottom, left:right])
    kept = (stats[:, cv2.CC_STAT_WIDTH] >= 1.0 * unit) & (stats[:, cv2.CC_STAT_HEIGHT] <= 0.9 * unit)
    kept[0] = False
    blur = 0.2 * length  # so far beyond a dash's end the filter still answers with 0.3
    return [
        (float(centres[i, 1]), float(left + stats[i, 0]) + blur, float(left + stats[i, 0] + stats[i, 2]) - blur)
        for i in np.flatnonzero(kept)
    ]


def _without_known(dashes: list[Dash], known: Sequence[Segment], unit: float) -> list[Dash]:
    if not known:
        return dashes
    lines = np.array([(s.level, s.start, s.end) for s in known])

    def free(dash: Dash) -> bool:
        level, start, end = dash
        near = np.abs(lines[:, 0] - level) <= 1.7 * unit
        return not bool((near & (lines[:, 1] < end + unit) & (lines[:, 2] > start - unit)).any())

    return [d for d in dashes if free(d)]


def _lines(dashes: list[Dash], unit: float) -> list[list[Dash]]:
    """Dashes at one level (to a third of a millimetre from one to the next), less than 8 mm apart."""
    open_: list[list[Dash]] = []
    done: list[list[Dash]] = []
    for dash in sorted(dashes, key=lambda d: d[1]):
        done += [line for line in open_ if dash[1] - line[-1][2] > 8 * unit]
        open_ = [line for line in open_ if dash[1] - line[-1][2] <= 8 * unit]
        near = [line for line in open_ if abs(line[-1][0] - dash[0]) <= 0.34 * unit]
        if near:
            min(near, key=lambda line: abs(line[-1][0] - dash[0])).append(dash)
        else:
            open_.append([dash])
    return done + open_


def _held(line: list[Dash], rules: list[Rule], unit: float) -> list[Dash]:
    """The dashes between the outermost rules that cross the line; none where fewer than two do."""
    crossed, slack = _crossed(line, rules, unit), 3.0 * unit
    if len(crossed) < 2:
        return []
    return [d for d in line if d[2] >= crossed[0] - slack and d[1] <= crossed[-1] + slack]


def _crossed(line: list[Dash], rules: list[Rule], unit: float) -> list[float]:
    """Where along the line rules cross it, ascending."""
    if not line:
        return []
    slack = 3.0 * unit
    level = sorted(d[0] for d in line)[len(line) // 2]
    first, last = line[0][1] - slack, line[-1][2] + slack
    return sorted(at for at, start, end in rules if start - slack <= level <= end + slack and first <= at <= last)


def _reaches(line: list[Dash], rules: list[Rule], unit: float) -> bool:
    """True when a dash lies within 0.7 mm of a rule on at least a third of the sides that the rules have."""
    crossed = _crossed(line, rules, unit)
    sides = [(at - 0.7 * unit, at - 0.2 * unit) for at in crossed] + [
        (at + 0.2 * unit, at + 0.7 * unit) for at in crossed
    ]
    first, last = line[0][1] - unit, line[-1][2] + unit
    sides = [(a, b) for a, b in sides if first <= a and b <= last]
    met = sum(any(start < b and end > a for _, start, end in line) for a, b in sides)
    return met >= max(2, len(sides) / 3)


def _fills(line: list[Dash], unit: float) -> bool:
    if len(line) < 3:
        return False
    way = line[-1][2] - line[0][1]
    return way >= 12 * unit and sum(end - start for _, start, end in line) >= 0.45 * way


def _segment(line: list[Dash], dark: Image, unit: float) -> Segment:
    """One segment over all dashes, a point every millimetre."""
    middles = np.array([(start + end) / 2 for _, start, end in line])
    levels: NDArray[np.float64] = np.array([level for level, _, _ in line])
    x = np.append(np.arange(line[0][1], line[-1][2] - 0.5 * unit, unit), line[-1][2] - 1)
    y = np.interp(x, middles, levels)
    rows, columns = (
        np.clip(np.rint(y).astype(int), 1, dark.shape[0] - 2),
        np.clip(np.rint(x).astype(int), 0, dark.shape[1] - 1),
    )
    ink = np.max([dark[rows + shift, columns] for shift in (-1, 0, 1)], axis=0).astype(np.float64)
    return Segment(np.column_stack([x, y]), ink, float(np.percentile(ink, 60)), max(1.0, 0.25 * unit))
