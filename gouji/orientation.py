"""Which way up: the reader decides, on the longest lines it can be shown.

Ruling lines look the same turned by a quarter; text does not. A sample of long lines is read as delivered, and
only when that makes little sense upside down and sideways too. Short lines never vote: 66 and 99, or 0 and —,
read well either way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from layout import Line, PageImage, PageLayout, lay_out, lines_in, outside_tables
from ocr import Detector, LineImage, Recogniser, read_checked

SAMPLE = 10
CLEAR = 0.80
"""Mean posterior of the sample from which the page needs no other try."""
MIN_ASPECT = 3.0


def upright_layout(page: PageImage, recogniser: Recogniser, detector: Detector) -> PageLayout:
    """The layout of the page the right way up."""
    first = lay_out(page)
    sample = _long_lines(first, detector)
    scores = {0: _sense(sample, recogniser)}
    if scores[0] >= CLEAR or not first.dark.any():
        return first
    scores[180] = _sense(_turned(sample), recogniser)
    if scores[180] >= CLEAR:
        return lay_out(page, rotation=180)
    side = lay_out(page, rotation=90)
    sample = _long_lines(side, detector)
    scores[90], scores[270] = _sense(sample, recogniser), _sense(_turned(sample), recogniser)
    best = max(scores, key=lambda r: (scores[r], r == 0))
    return {0: first, 90: side}.get(best) or lay_out(page, rotation=best)


def outside_lines(layout: PageLayout, detector: Detector) -> list[Line]:
    """The text lines outside tables, found by the detector on the part of the page that has any ink there."""
    outside = outside_tables(layout)
    if outside is None:
        return []
    image, place = outside
    boxes = [
        type(box)(box.left + place.left, box.top + place.top, box.right + place.left, box.bottom + place.top)
        for box in detector.detect(image)
    ]
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


def _sense(images: Sequence[LineImage], recogniser: Recogniser) -> float:
    """Mean posterior over the characters of the sample, 0 to 1; 0 when nothing was read."""
    posteriors = [c.posterior for r in read_checked(recogniser, images) for c in r.characters]
    return float(np.mean(posteriors)) if len(posteriors) >= 3 else 0.0
