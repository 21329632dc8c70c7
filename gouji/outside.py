"""The text outside tables: the detector is shown what looks like print and is not plainly lines of it.

Rows of characters with paper about them need no detector (see ``layout.plain``); on a clean page that is all there is,
a title and a note. Specks on worn, faxed and photographed paper stretch what is left over the whole page: scaled down
to what the detector takes, it costs six times as much, and a title is small in it. So what has ink as high as print is
cut out with its surroundings, and what is of one height is set side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box
from layout import plain_lines
from ocr import Detector

Image = NDArray[np.uint8]

INK = 165
"""Grey value below which a pixel is ink."""
LETTER = 0.4
"""Height or width of a connected piece of print, in characters, at least; specks are smaller."""
LARGE, THIN = 3.0, 0.5
"""Characters: a piece longer than the first and thinner than the second is a rule, a fold or an edge of the sheet."""
ALONE = 1.6
"""Characters: a piece larger than this with one other beside it at most is a punch hole or a stain."""
AROUND = 1.2
"""Characters of surroundings; pieces whose surroundings touch are cut out together."""
WORTH = 0.6
"""Of the image: print that takes up more of it is detected where it stands."""
DOT, LEADER = 0.3, 4.0
"""Characters: dots of a leader (目录 ……… 3) are smaller than the first, and it is longer than the second."""
PITCH = 0.7
"""Characters from one dot of a leader to the next, at most."""
CELL = 8
"""Pixels: the grid on which pieces are put together."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of an image, and how far it was moved to where it is shown, in pixels."""

    place: Box
    right: float
    down: float

    @property
    def shown(self) -> Box:
        return moved(self.place, self.right, self.down)


def detected(image: Image, detector: Detector, *, character: float) -> list[Box]:
    """Boxes of the lines in a grey image; ``character``: the height of one in pixels."""
    lines: list[Box] = []
    places: list[Box] = []
    labels, pieces = pieces_of_ink(image)
    image = without_leaders(image, pieces, character)
    for place in printed_places(labels, pieces, character):
        plain = plain_lines(ink_in(image, place), character)
        if plain is None:
            places.append(place)
        else:
            lines += [moved(line, place.left, place.top) for line in plain]
    if not places:
        return lines
    if sum(p.width * p.height for p in places) > WORTH * image.size:
        return detector.detect(image)
    found = [put_back(box, crops) for crops in rows(places) for box in detector.detect(shown(image, crops))]
    return lines + [box for box in found if box is not None]


def ink_in(image: Image, place: Box) -> Image:
    """The mask (H, W) of what is ink in a rectangle of an image."""
    x0, y0, x1, y1 = place.pixels()
    return np.asarray(image[y0:y1, x0:x1] < INK, dtype=np.uint8)


def pieces_of_ink(image: Image) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The connected pieces of what is ink in a grey image (H, W): their labels (H, W) and their statistics (N, 5), the
    paper first, as of ``cv2.connectedComponentsWithStats``."""
    _, labels, pieces, _ = cv2.connectedComponentsWithStats((image < INK).astype(np.uint8), connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(pieces, np.int32)


def without_leaders(image: Image, pieces: NDArray[np.int32], character: float) -> Image:
    """A grey image without the dots that lead from a heading to its page in a table of contents: neither reader has a
    word for them. ``pieces``: statistics of its ink (see ``pieces_of_ink``)."""
    dots = pieces[1:][(pieces[1:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1] < DOT * character).all(axis=1)]
    if len(dots) < LEADER / PITCH:
        return image
    marked = np.zeros(image.shape[:2], np.uint8)
    for left, top, width, height, _ in dots:
        marked[top : top + height, left : left + width] = 255
    between = np.ones((1, round(PITCH * character)), np.uint8)
    _, labels, rows_, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(marked, cv2.MORPH_CLOSE, between))
    wide, high = rows_[:, cv2.CC_STAT_WIDTH], rows_[:, cv2.CC_STAT_HEIGHT]
    leads = (wide >= LEADER * character) & (high < DOT * character)
    leads[0] = False
    if not leads.any():
        return image
    return np.where(cv2.dilate(leads[labels].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, np.uint8(255), image)


def printed_places(labels: NDArray[np.int32], pieces: NDArray[np.int32], character: float) -> list[Box]:
    """Rectangles, none on another, that hold every piece of ink of a character's size with its surroundings.

    ``labels`` and ``pieces``: see ``pieces_of_ink``.
    """
    height, width = labels.shape
    grid = np.zeros((height // CELL + 1, width // CELL + 1), np.uint8)
    sides = pieces[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / character
    longest, shortest = sides.max(axis=1), sides.min(axis=1)
    inked = (longest >= LETTER) & ~((longest > LARGE) & (shortest < THIN))
    inked[0] = False  # the paper
    at: list[tuple[int, int, float]] = []
    for k in np.flatnonzero(inked):
        left, top, w, h, _ = (int(v) for v in pieces[k])
        # Of a seal or a shadow what it covers, not the rectangle about it.
        ys, xs = np.nonzero(labels[top : top + h, left : left + w] == k)
        grid[(ys + top) // CELL, (xs + left) // CELL] = 1
        at.append(((int(ys[0]) + top) // CELL, (int(xs[0]) + left) // CELL, float(longest[k])))
    reach = max(1, round(AROUND * character / CELL))
    near = cv2.dilate(grid, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, group, groups, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    sizes: dict[int, list[float]] = {}
    for y, x, size in at:
        sizes.setdefault(int(group[y, x]), []).append(size)
    kept = [groups[g] for g, own in sizes.items() if len(own) > 2 or max(own) <= ALONE]
    return apart([Box(*(CELL * int(v) for v in (x, y, x + w, y + h))).clipped(width, height) for x, y, w, h, _ in kept])


def apart(boxes: Sequence[Box]) -> list[Box]:
    """The boxes, those that overlap put together until none do."""
    found: list[Box] = []
    for box in boxes:
        while True:
            touching = [b for b in found if b.overlap(box) > 0]
            if not touching:
                break
            found = [b for b in found if b not in touching]
            box = Box.around([box, *touching])
        found.append(box)
    return sorted(found, key=lambda b: (b.top, b.left))


def rows(places: Sequence[Box]) -> list[list[Crop]]:
    """The rectangles side by side, the highest first, no row wider than the widest of them."""
    widest = max(place.width for place in places)
    found: list[list[Crop]] = []
    left = 0.0
    for place in sorted(places, key=lambda p: -p.height):
        if not found or left + place.width > widest:
            found.append([])
            left = 0.0
        found[-1].append(Crop(place, left - place.left, -place.top))
        left += place.width
    return found


def shown(image: Image, crops: Sequence[Crop]) -> Image:
    """One row of rectangles of an image, on white."""
    whole = Box.around(crop.shown for crop in crops)
    row = np.full((round(whole.height), round(whole.width)), 255, np.uint8)
    for crop in crops:
        (x0, y0, x1, y1), (u0, v0, u1, v1) = crop.place.pixels(), crop.shown.pixels()
        row[v0:v1, u0:u1] = image[y0:y1, x0:x1]
    return row


def put_back(box: Box, crops: Sequence[Crop]) -> Box | None:
    """A box of the image that is shown in the image it was made of; None where it lies on no crop."""
    crop = max(crops, key=lambda c: c.shown.overlap(box))
    if crop.shown.overlap(box) <= 0.0:
        return None
    on = crop.shown
    own = Box(max(box.left, on.left), max(box.top, on.top), min(box.right, on.right), min(box.bottom, on.bottom))
    return moved(own, -crop.right, -crop.down)


def moved(box: Box, right: float, down: float) -> Box:
    """The box so many pixels further to the right and down."""
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)
