"""A page's layout as a whole: text outside tables, reading order, page elements, on real scans."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from forms import Box
from layout import LoadSettings, PageImage, lay_out, lines_in, load_pages, outside_tables, page_elements
from layout.analyse import in_reading_order
from layout.ink import darkness_of
from layout.skew import estimate_skew

SCANS = Path(__file__).parents[1] / "data" / "scans"


def scan(name: str) -> PageImage:
    (page,) = load_pages(SCANS / name, name=name, settings=LoadSettings())
    assert isinstance(page, PageImage)
    return page


def test_a_tiny_page_has_nothing_to_lay_out() -> None:
    layout = lay_out(PageImage(np.zeros((1, 1), np.uint8), None, "x", 1))
    assert layout.tables == ()
    assert outside_tables(layout) is None


def test_an_empty_page_has_no_text() -> None:
    assert outside_tables(lay_out(PageImage(np.full((800, 600), 250, np.uint8), None, "x", 1))) is None


def test_the_title_stands_outside_the_table() -> None:
    layout = lay_out(scan("skewed-2020/001.jpg"))
    found = outside_tables(layout)
    assert found is not None
    image, place = found
    assert image.shape == (round(place.height), round(place.width))
    assert place.top < layout.tables[0].grid.box.top


@pytest.mark.parametrize(("grey", "texts"), [(20, 3), (195, 2)])
def test_what_shines_through_is_no_text_outside_the_tables(grey: int, texts: int) -> None:
    pixels = np.full((1169, 826), 255, np.uint8)
    for top, ink in ((200, 20), (600, grey), (900, 20)):
        for left in range(200, 500, 30):
            cv2.rectangle(pixels, (left, top), (left + 18, top + 18), ink, 3)
    found = outside_tables(lay_out(PageImage(pixels, None, "x", 1)))
    assert found is not None
    inked = (found[0] < 250).any(axis=1)
    assert np.count_nonzero(inked[1:] > inked[:-1]) == texts


def test_the_skew_of_a_real_scan_is_undone() -> None:
    layout = lay_out(scan("skewed-2020/001.jpg"))
    assert abs(layout.transform.skew) > 3
    assert abs(estimate_skew(layout.dark)) < 0.15


def test_reading_order_is_by_rows() -> None:
    a, b, c = Box(300, 10, 400, 30), Box(10, 14, 100, 34), Box(10, 60, 100, 80)
    assert in_reading_order([c, a, b]) == [b, a, c]


def test_lines_are_cut_from_detected_boxes() -> None:
    layout = lay_out(scan("office-dept/002.jpg"))
    assert lines_in(layout, [Box(0, 0, 5, 5)]) == [] or layout.dark[:5, :5].any()


def test_layoutparser_carries_the_elements() -> None:
    layout = lay_out(scan("fax-2023/001.tif"))
    elements = page_elements(layout)
    frame = elements.to_dataframe()
    assert set(frame["type"]) == {"table", "cell", "line"}
    assert (frame["type"] == "cell").sum() == len(layout.tables[0].grid.cells)


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize(("noise", "softer"), [(2.0, False), (34.0, True)])
def test_a_grainy_page_that_lies_straight_is_softened(noise: float, softer: bool, colour: bool) -> None:
    """Its grain, of which resampling took nothing, hid ruling lines: 98 of 367 cells were lost unseen."""
    pixels = np.full((1169, 827), 235.0)
    for y in range(200, 1100, 100):
        pixels[y : y + 3, 80:760] = 30
    pixels += np.random.default_rng(7).normal(0.0, noise, pixels.shape)
    grey = np.clip(pixels, 0, 255).astype(np.uint8)
    layout = lay_out(PageImage(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR) if colour else grey, None, "x", 1))
    assert (layout.transform.skew, layout.width, layout.height) == (0.0, 827, 1169)
    kept = layout.scale.grain / darkness_of(grey, unit=4.0).grain
    assert kept < 0.4 if softer else kept == 1.0
