"""What the detector is shown of a page with specks, and that its boxes come back to where they were."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forms import Box
from gouji.outside import apart, detected, pieces_of_ink, printed_places, rows

CHARACTER = 30.0


@dataclass
class InkDetector:
    """Finds one box around all the ink darker than specks are, and keeps the images that it was shown."""

    shown: list[NDArray[np.uint8]] = field(default_factory=list)

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        self.shown.append(image)
        ys, xs = np.nonzero(image < 50)
        return [Box(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)] if ys.size else []

    @property
    def pixels(self) -> int:
        return sum(image.size for image in self.shown)


def sheet(specks: int = 300) -> NDArray[np.uint8]:
    """A page 1200 x 1600 with specks of 5 px all over it."""
    image = np.full((1600, 1200), 255, np.uint8)
    rng = np.random.default_rng(7)
    for y, x in zip(rng.integers(0, 1590, specks), rng.integers(0, 1190, specks), strict=True):
        image[y : y + 5, x : x + 5] = 90
    return image


def with_print(image: NDArray[np.uint8], left: int, top: int, count: int) -> Box:
    """Print ``count`` characters of 28 px at a pitch of 34; where they stand."""
    for k in range(count):
        image[top : top + 28, left + 34 * k : left + 34 * k + 28] = 0
    return Box(left, top, left + 34 * (count - 1) + 28, top + 28)


def test_a_title_on_a_page_of_specks_is_found_without_reading_the_specks() -> None:
    image = sheet()
    title = with_print(image, 400, 120, 12)
    note = with_print(image, 90, 1500, 5)
    detector = InkDetector()
    found = detected(image, detector, character=CHARACTER)
    assert sorted(found, key=lambda b: b.top) == [title, note]
    assert detector.pixels < image.size / 10


def test_plain_lines_are_shown_to_nobody_and_what_is_not_plain_is() -> None:
    image = sheet(specks=0)
    title = with_print(image, 400, 120, 12)
    detector = InkDetector()
    found = detected(image, detector, character=CHARACTER)
    assert detector.shown == []
    assert len(found) == 1
    assert found[0].overlap(title) == title.width * title.height
    signed = with_print(image, 90, 1400, 5)
    image[1380:1440, 230:234] = 0  # a stroke of the pen through it
    found = detected(image, detector, character=CHARACTER)
    assert len(found) == 2
    assert len(detector.shown) == 1
    assert max(box.overlap(signed) for box in found) == signed.width * signed.height


def test_specks_alone_are_shown_to_nobody() -> None:
    detector = InkDetector()
    assert detected(sheet(), detector, character=CHARACTER) == []
    assert detected(np.full((50, 40), 255, np.uint8), detector, character=CHARACTER) == []
    assert detector.shown == []


def test_a_page_of_text_is_shown_as_it_is() -> None:
    image = sheet()
    for k in range(25):
        with_print(image, 60, 60 + 60 * k, 31)
    detector = InkDetector()
    detected(image, detector, character=CHARACTER)
    assert detector.shown[0] is image


@pytest.mark.parametrize("size, seen", [(28, True), (80, False)])
def test_a_lone_character_is_shown_and_a_punch_hole_is_not(size: int, seen: bool) -> None:
    image = sheet()
    image[700 : 700 + size, 60 : 60 + size] = 0
    image[700:714, 70 + size : 84 + size] = 0  # a chip beside it
    assert bool(printed_places(*pieces_of_ink(image), CHARACTER)) is seen


def test_a_fold_is_no_print_but_a_seal_on_print_is() -> None:
    image = sheet(0)
    image[800:806, :] = 60
    assert printed_places(*pieces_of_ink(image), CHARACTER) == []
    ys, xs = np.ogrid[:1600, :1200]
    radius = np.hypot(ys - 1200, xs - 600)
    image[(radius > 110) & (radius < 118)] = 60
    text = with_print(image, 560, 1190, 3)
    (place,) = printed_places(*pieces_of_ink(image), CHARACTER)
    assert place.overlap(text) == text.area


def test_the_dots_of_a_table_of_contents_are_no_part_of_its_lines() -> None:
    """Neither reader has a word for them, so that each heading was in doubt, and the page one to look at."""
    image = sheet(0)
    text = with_print(image, 200, 400, 3)
    for x in range(round(text.right) + 12, 1000, 12):
        image[round(text.bottom) - 8 : round(text.bottom) - 4, x : x + 4] = 30
    (found,) = detected(image, InkDetector(), character=CHARACTER)
    assert found.right < text.right + 15


boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(0, 900), st.integers(0, 1400), st.integers(8, 300), st.integers(8, 200),
)  # fmt: skip


@given(st.lists(boxes, min_size=1, max_size=12))
def test_boxes_put_together_lie_apart_and_hold_what_they_were_made_of(given_boxes: list[Box]) -> None:
    found = apart(given_boxes)
    assert all(a is b or a.overlap(b) == 0 for a in found for b in found)
    assert all(any(f.overlap(b) == b.area for f in found) for b in given_boxes)


@given(st.lists(boxes, min_size=1, max_size=12))
def test_every_place_is_shown_once_and_none_on_another(given_boxes: list[Box]) -> None:
    places = apart(given_boxes)
    shelves = rows(places)
    assert sorted((c.place.left, c.place.top) for row in shelves for c in row) == [
        (p.left, p.top) for p in sorted(places, key=lambda p: (p.left, p.top))
    ]
    for row in shelves:
        assert all(a is b or a.shown.overlap(b.shown) == 0 for a in row for b in row)
        assert max(c.shown.right for c in row) <= max(p.width for p in places)
