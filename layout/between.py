"""Walls of worn print that are gone without a trace, told by the texts on their two sides.

A text stands in the middle of its cell. Where two texts each stand in the middle of their own place the wall between
them was there; where both together stand in the middle of the two places, these are one cell (alignment as evidence of
separators: Kieninger 1998, T-Recs). Of texts that are aligned to one side the white between them decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .beside import Lines, Place, off_middle
from .margins import WHITE, aligned

MOSTLY = 0.6
"""A line that stands in so large a share of the rows is gone in the others rather than ended."""
LEADING = 2.0
"""Millimetres between texts above and below a wall: the lines of one text stand closer, two rows have their margins."""
REMAINS = 0.05
"""Of a wall between two rows so much is seen: between the lines of one text is nothing, however close they are."""
TRACE, APART, TALL = 0.08, 4.0, 9.0
"""Less than the first is seen of a wall between two columns in a row so tall (mm) only where its texts are so many
millimetres apart, or the rows above and below both have it: a comma leaves white of two in one text, and gaps hide a
short wall, no tall one (on 200 worn made-up pages 12 of 12 such walls were none)."""


def gone_columns(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which walls between columns are gone: (rows, x levels), none of those in ``stand``."""
    between: NDArray[np.bool_] = np.zeros_like(stand)
    between[1:-1] = stand[:-2] & stand[2:]
    mostly = np.broadcast_to(stand.mean(axis=0) >= MOSTLY, stand.shape)
    asked = _beside(stand)
    before, after = _neighbours(stand | asked)
    sure: NDArray[np.bool_] = np.zeros_like(stand)
    two, likely = np.zeros_like(stand), np.zeros_like(stand)
    open_places = []
    for row, col in _open(lines, asked):
        place = Place.of(lines, (row, row + 1), (int(before[row, col]), col, int(after[row, col])))
        if not between[row, col] and _one_text(lines, row, col, place):
            continue
        open_places.append((row, col))
        two[row, col] = place.are_two(WHITE)
        likely[row, col] = two[row, col] or place.is_one_sided()
        if lines.open[row, col] and place.left and place.right and not place.is_one():
            sure[row, col] = between[row, col]
            likely[row, col] |= mostly[row, col] and place.white >= WHITE * lines.unit
    sure |= _in_turn(two, asked, stand)
    held = _held(sure, likely, stand, before, after)
    while (more := _held(held | _beyond_merged(lines, stand | held), likely, stand, before, after)).sum() > held.sum():
        held = more
    asked &= ~held
    return held | aligned(lines, stand | held, [place for place in open_places if asked[place]])


def may_part(lines: Lines, rows: tuple[int, int], cols: tuple[int, int, int], *, white: float) -> bool:
    """Whether a wall at the middle one of the levels ``cols`` may be gone through a cell, by the texts in it.

    A text in the middle of the whole cell is that of one cell; a blank cell is as blank in parts. ``rows``: the levels
    where the cell begins and ends; ``white``: mm between the texts of two cells that stand in the middle of theirs.
    """
    place = Place.of(lines, rows, cols)
    if place.left is None or place.right is None:
        text = place.left or place.right
        return text is not None and off_middle(text, place.start, place.end) > place.near
    return place.are_two(white) or not place.is_one()


def gone_rows(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which walls between rows are gone, on the turned page: (columns, y levels), none of those in ``stand``.

    A single text tells of columns alone: at the top of a cell over two rows it stands in the middle of the first.
    """
    likely: NDArray[np.bool_] = np.zeros_like(stand)
    for row, col in _candidates(lines, stand):
        white = LEADING if lines.seen[row, col] < REMAINS else 0.0
        likely[row, col] = Place.of(lines, (row, row + 1), (col - 1, col, col + 1)).are_two(white)
    return _held(np.zeros_like(stand), likely, stand, *_neighbours(np.ones_like(stand)))


def _beyond_merged(lines: Lines, stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Walls beside cells that go over several columns, as that of a total beside its number: of the places between two
    that stand the one where both texts are nearest to the middle of their cells."""
    found: NDArray[np.bool_] = np.zeros_like(stand)
    best: dict[tuple[int, int], tuple[float, int]] = {}
    for row, col in _candidates(lines, stand):
        start, end = int(np.flatnonzero(stand[row, :col])[-1]), col + 1 + int(np.flatnonzero(stand[row, col + 1 :])[0])
        place = Place.of(lines, (row, row + 1), (start, col, end))
        middle = place.are_two(WHITE) and place.off <= place.near / 2
        if end - start > 2 and middle and not _one_text(lines, row, col, place):
            best[row, start] = min(best.get((row, start), (np.inf, col)), (place.off, col))
    for (row, _), (_, col) in best.items():
        found[row, col] = True
    return found


def _one_text(lines: Lines, row: int, col: int, place: Place) -> bool:
    """Whether what stands on both sides of a line is rather one text: near one another, next to nothing of it seen."""
    near = 0.0 < place.white < APART * lines.unit
    tall = lines.ys[row + 1].low - lines.ys[row].high >= TALL * lines.unit
    return near and lines.seen[row, col] < TRACE and (tall or place.is_one())


def _candidates(lines: Lines, stand: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where no text runs across a line that is there above or below."""
    yield from np.argwhere(_beside(stand) & lines.open).tolist()


def _open(lines: Lines, asked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where of the places that are ``asked`` about no text runs across the line."""
    return [(row, col) for row, col in np.argwhere(asked).tolist() if lines.is_open(row, col)]


def _neighbours(known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each place the last one before it in its row that is ``known``, and the next one after it: lines that are not
    there above nor below do not part a row."""
    count = known.shape[1]
    place = np.broadcast_to(np.arange(count), known.shape)
    before, after = np.zeros(known.shape, np.intp), np.full(known.shape, count - 1, np.intp)
    before[:, 1:] = np.maximum.accumulate(np.where(known, place, 0), axis=1)[:, :-1]
    after[:, :-1] = np.minimum.accumulate(np.where(known, place, count - 1)[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return before, after


def _beside(stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a line does not stand that does right before or after, or in most places."""
    beside = np.zeros_like(stand)
    beside[1:] |= stand[:-1]
    beside[:-1] |= stand[1:]
    beside |= stand.mean(axis=0) >= MOSTLY
    beside[:, [0, -1]] = False
    return np.asarray(beside & ~stand)


def _in_turn(two: NDArray[np.bool_], asked: NDArray[np.bool_], stand: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Walls that are ``asked`` about from one that stands to the next, if at each of them there are ``two`` texts,
    every one in the middle of its place: the header of a table of which the walls are gone."""
    found = np.zeros_like(stand)
    for row in range(len(stand)):
        for start, end in pairwise(np.flatnonzero(stand[row]).tolist()):
            inside = slice(start + 1, end)
            found[row, inside] = asked[row, inside] & (two | ~asked)[row, inside].all()
    return found


def _held(
    sure: NDArray[np.bool_],
    likely: NDArray[np.bool_],
    stand: NDArray[np.bool_],
    before: NDArray[np.intp],
    after: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """The ``sure`` ones, and of the ``likely`` those that have a wall on either side of them, or one of these."""
    held = sure
    while True:
        walls = stand | held
        more = held | (likely & np.take_along_axis(walls, before, 1) & np.take_along_axis(walls, after, 1))
        if (more == held).all():
            return held
        held = more
