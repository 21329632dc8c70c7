"""Text of another page that stands beside a table: the edge of the page opposite, in a picture of a bound volume, or
another sheet that lies on the same desk.

The former is cut by the picture's edge, and between it and the table lies the white of both pages. A column of the
table itself that the picture cuts off has the table's ruling lines before it. Between the table and another sheet goes
the edge of one of the two, past the table's ends, where no ruling line would.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Table, TextLine

AT_EDGE = 0.5
"""Heights of a line of text from the picture's edge within which it begins that the edge has cut."""
WHITE = 2.0
"""Heights of a line of text that lie between such text and the table at least; the margins of two pages are wider."""
DIP = 10.0
"""Grey values that a row of pixels is darker than those about it where a ruling line crosses."""
LINES = 2
"""Crossings from which on the white is none: a table has a line above and one below."""
STRIPS = 3
SCALE = 16
"""Pixels of a line of text in the picture in which a sheet's edge is sought."""
WINDOW, ALONG = 2, 9
"""Pixels there on either side of the edge that are compared, and down it."""
PAST, LEAST = 4.0, 2.0
"""Heights of a line of text past the table's ends that the edge is followed, and that there must be of the picture."""
STEP = 3.0
"""Grey values by which two sheets, or a sheet and the desk, differ at least, in shade or by the shadow of an edge."""
ASTRAY = 4
"""Pixels by which an edge is not straight."""
FOLLOWED, BEYOND = 0.9, 0.7
"""Share of its rows in which it shows, beside the tables, and above and below them, where corners are bent."""

Grey = NDArray[np.uint8]


def of_other_pages(upright: Grey, tables: Sequence[Table], table: Table, beside: Sequence[TextLine]) -> list[TextLine]:
    """Those of the lines ``beside`` a table, left or right of it, that are text of another page: of one side all or
    none. ``upright``: the upright page (H, W); ``tables``: all of it."""
    sides = (
        [line for line in beside if line.place.centre[0] < table.box.left],
        [line for line in beside if line.place.centre[0] > table.box.right],
    )
    width = upright.shape[1]
    found: list[TextLine] = []
    for side, is_left in zip(sides, (True, False), strict=True):
        if not side:
            continue
        high = max(1.0, float(np.median([line.place.height for line in side])))
        edges = [line.place.left if is_left else width - line.place.right for line in side]
        room = (
            (max(line.place.right for line in side), table.box.left)
            if is_left
            else (table.box.right, min(line.place.left for line in side))
        )
        cut = max(edges) <= AT_EDGE * high
        ends = [(t, t.box.left - table.box.left if is_left else t.box.right - table.box.right) for t in tables]
        column = Box.around(t.box for t, off in ends if abs(off) <= WHITE * high)  # one that was lost would go on there
        if (cut and _is_white(upright, table.box, room, high)) or _ends_between(
            upright, column, room, high, is_left=is_left
        ):
            found += side
    return found


def _is_white(upright: Grey, table: Box, room: tuple[float, float], high: float) -> bool:
    """Whether no ruling line crosses the room (left, right) between the texts and the table."""
    first, last = room
    if last - first < WHITE * high:
        return False
    rows = slice(max(0, round(table.top - high)), round(table.bottom + high))
    columns = np.linspace(first + (last - first) / 4, last - (last - first) / 4, STRIPS + 1).round().astype(int)
    return all(_crossings(upright[rows, a:b], high) < LINES for a, b in pairwise(columns.tolist()))


def _ends_between(upright: Grey, tables: Box, room: tuple[float, float], high: float, *, is_left: bool) -> bool:
    """Whether the edge of a sheet goes down the room (left, right) between the texts and tables that end there, one
    below the other, past both ends of these."""
    scale = min(1.0, SCALE / high)
    top, bottom = max(0.0, tables.top - PAST * high), min(float(len(upright)), tables.bottom + PAST * high)
    if min(tables.top - top, bottom - tables.bottom) < LEAST * high:
        return False
    left, right = (int(x) for x in (max(0.0, room[0] - high), min(float(upright.shape[1]), room[1] + high)))
    size = (round((right - left) * scale), round((bottom - top) * scale))
    if min(size) <= 4 * WINDOW:
        return False
    band = cv2.resize(upright[round(top) : round(bottom), left:right], size, interpolation=cv2.INTER_AREA)
    mean = cv2.blur(band.astype(np.float32), (WINDOW, ALONG))
    steps = _alone(np.abs(mean[:, 2 * WINDOW :] - mean[:, : -2 * WINDOW]))
    first, last = (round((x - left) * scale) - WINDOW for x in room)  # of the columns, the first of which is WINDOW
    # Texts of another sheet begin where it comes out from below this one; the table's own line is no edge.
    first, last = (first - ASTRAY, last - ASTRAY) if is_left else (first + ASTRAY, last + ASTRAY)
    steps[:, : max(0, first)] = steps[:, max(0, last) :] = 0.0
    line = _straightest(steps.argmax(axis=1), steps.max(axis=1))
    if line is None:
        return False
    rows = np.arange(len(steps))
    at = np.round(line[0] + line[1] * rows).astype(int)
    near = [steps[rows, np.clip(at + k, 0, steps.shape[1] - 1)] for k in range(-ASTRAY, ASTRAY + 1)]
    shows = np.max(near, axis=0) >= STEP
    ends = [round((y - top) * scale) for y in (tables.top, tables.bottom)]
    above, beside, below = (float(part.mean()) if part.size else 0.0 for part in np.split(shows, ends))
    return beside >= FOLLOWED and min(above, below) >= BEYOND


def _alone(steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much steps (H, W) between windows are larger than both beside them: in the shade of a binding all are
    alike, and so are those on both sides of a thin line."""
    wide = np.pad(steps, ((0, 0), (2 * WINDOW, 2 * WINDOW)), mode="edge")
    beside = np.maximum(wide[:, : steps.shape[1]], wide[:, 4 * WINDOW :])
    return np.asarray(steps - beside, np.float32)


def _straightest(at: NDArray[np.intp], height: NDArray[np.float32]) -> tuple[float, float] | None:
    """The straight line (place, slope) that most rows' steps lie on; None where few rows have one."""
    rows = np.flatnonzero(height >= STEP)
    if rows.size < at.size / 2:
        return None
    some = rows[np.linspace(0, rows.size - 1, 16).round().astype(int)]
    lines = []
    for a, b in ((int(a), int(b)) for a in some[:8] for b in some[8:] if b > a):
        slope = float(at[b] - at[a]) / (b - a)
        place = float(at[a]) - slope * a
        lines.append((int((np.abs(place + slope * rows - at[rows]) <= ASTRAY).sum()), place, slope))
    best = max(lines, default=(0, 0.0, 0.0))
    return best[1:] if best[0] >= rows.size / 3 else None


def _crossings(strip: NDArray[np.uint8], high: float) -> int:
    """How many ruling lines cross a strip (H, W) of a page, by the rows that are darker than those about them."""
    if strip.size == 0:
        return LINES
    profile = strip.mean(axis=1).astype(np.float32)
    size = 2 * max(1, round(0.5 * high)) + 1
    about = cv2.morphologyEx(profile[:, None], cv2.MORPH_CLOSE, np.ones((size, 1), np.uint8))[:, 0]
    dark = about - profile >= DIP
    return int(np.count_nonzero(dark[1:] & ~dark[:-1])) + int(dark[0])
