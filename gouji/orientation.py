"""Which way up: the reader decides, on the longest lines it can be shown.

Ruling lines look the same turned by a quarter; text does not. A sample of long lines is read as delivered, and
only when that makes little sense upside down and sideways too. Short lines never vote: 66 and 99, or 0 and —,
read well either way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layout import Line, PageImage, PageLayout, lay_out, lies_on_side, lines_in, outside_tables, sheet_of
from ocr import Detector, LineImage, Recogniser, read_checked

from .outside import detected, moved

Posteriors = Sequence[float]
"""Of the characters of one line, as read."""

SAMPLE = 12
CLEAR, ENOUGH = 0.98, 25
"""Mean posterior of so many characters of the sample, at least, from which the page needs no other try..."""
FAIR, PLENTY = 0.9, 80
"""... and of more of them. Of 162 damaged pages the right way up 153 need none; of these on their side, read down their
columns, none passes where these are not seen to be columns (up to 0.977 of 58 characters; 2026-11-30)."""
MANY_STACKED = 0.25
"""Share of cells with one character below the other from which the page is suspected to lie on its side."""
COLUMNS_COUNT = 0.5
"""What a sample read off a page with so many of them counts, as a share of one whose texts run along it."""
MIN_ASPECT = 3.0


def upright_layout(page: PageImage, recogniser: Recogniser, detector: Detector) -> PageLayout:
    """The layout of the page the right way up.

    How the text seems to run says which way is tried first; whatever it says, the reading must make sense.
    """
    sheet = sheet_of(page)
    start = 90 if lies_on_side(sheet) else 0
    first = lay_out(sheet, rotation=start)
    if not first.dark.any():
        return first if start == 0 else lay_out(sheet)
    sample = _long_lines(first, detector)
    evidence = {start: _evidence(sample, recogniser)}
    in_columns = {start: _in_columns(first)}
    if _is_clear(evidence[start]) and not in_columns[start]:
        return first
    over = start + 180
    evidence[over] = _evidence(_turned(sample), recogniser)
    if start == 90 and _is_clear(evidence[over]) and not in_columns[start]:
        return lay_out(sheet, rotation=over)
    crosswise = 90 - start
    other = lay_out(sheet, rotation=crosswise)
    across = _long_lines(other, detector)
    evidence[crosswise] = _evidence(across, recogniser)
    evidence[crosswise + 180] = _evidence(_turned(across), recogniser)
    in_columns[crosswise] = _in_columns(other)
    best = max(evidence, key=lambda r: (_sense(evidence[r], in_columns=in_columns[r % 180]), r == 0))
    return {start: first, crosswise: other}.get(best) or lay_out(sheet, rotation=best)


def _sense(sample: Sequence[Posteriors], *, in_columns: bool) -> float:
    """How much of a sample was read: lines without sense, as what shines through, take nothing from those with it.

    Where the text stands ``in_columns``, one character below the other, a damaged page that lies right is read down its
    columns, first characters of its lines, and each of them makes sense."""
    sense = sum(max(0.0, sum(p - 0.5 for p in line)) for line in sample)
    return sense * COLUMNS_COUNT if in_columns else sense


def _is_clear(sample: Sequence[Posteriors]) -> bool:
    every = [p for line in sample for p in line]
    if len(every) < ENOUGH:
        return False
    return float(np.mean(every)) >= (FAIR if len(every) >= PLENTY else CLEAR)


def _in_columns(layout: PageLayout) -> bool:
    """Whether many texts stand one character below the other, as those of a page that lies on its side seem to."""
    texts = [ink for table in layout.tables for ink in table.inks if ink.kind == "text"]
    return bool(texts) and sum(ink.vertical for ink in texts) / len(texts) >= MANY_STACKED


def outside_lines(layout: PageLayout, detector: Detector) -> list[Line]:
    """The text lines outside tables, found by the detector on the part of the page that has any ink there."""
    outside = outside_tables(layout)
    if outside is None:
        return []
    image, place = outside
    boxes = detected(image, detector, character=layout.scale.character)
    boxes = [moved(box, place.left, place.top) for box in boxes]
    return lines_in(layout, boxes)


def _long_lines(layout: PageLayout, detector: Detector) -> list[LineImage]:
    images = [
        line.image
        for table in layout.tables
        for ink in table.inks
        if ink.kind == "text" and not ink.vertical
        for line in ink.lines
        if line.box.width >= MIN_ASPECT * line.box.height
    ]
    if len(images) < 3:
        images += [
            line.image for line in outside_lines(layout, detector) if line.box.width >= MIN_ASPECT * line.box.height
        ]
    fitting = sorted(images, key=lambda i: abs(i.shape[1] / i.shape[0] - 10.0))
    return fitting[:SAMPLE]


def _turned(images: Sequence[LineImage]) -> list[LineImage]:
    return [np.ascontiguousarray(image[::-1, ::-1]) for image in images]


def _evidence(images: Sequence[LineImage], recogniser: Recogniser) -> list[Posteriors]:
    """The posteriors of the characters read in each line of the sample: sense when they are high and many."""
    return [[c.posterior for c in r.characters] for r in read_checked(recogniser, images)]
