"""Crops, tiles and their caches."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_client import DrawnPages, Visitor

from forms import Box
from review.web import PageInfo
from review.web.cache import PageCache, PictureCache
from review.web.cuts import TILE, crop_of, cut, cut_line, levels, tile, upright_size

CROP = "/pictures/crop/a?page=1&box=100,40,300,70&size=near&v=v1"


def decoded(data: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)


def around(width: float, height: float, turn: float, centre: tuple[float, float] = (1000.0, 1000.0)) -> Box:
    """The smallest upright box around a rectangle turned by ``turn`` degrees."""
    angle = math.radians(turn)
    across = abs(width * math.cos(angle)) + abs(height * math.sin(angle))
    down = abs(width * math.sin(angle)) + abs(height * math.cos(angle))
    x, y = centre
    return Box(x - across / 2, y - down / 2, x + across / 2, y + down / 2)


@given(st.floats(10, 900), st.floats(10, 300), st.floats(-15, 15), st.sampled_from([0, 90, 180, 270]))
def test_the_cell_follows_from_the_box_around_it(width: float, height: float, skew: float, quarter: int) -> None:
    across, down = upright_size(around(width, height, quarter + skew), quarter + skew)
    box = around(width, height, skew)
    assert across == pytest.approx(max(width, 0.2 * box.width), abs=0.01)
    assert down == pytest.approx(max(height, 0.2 * box.height), abs=0.01)


@given(st.floats(1, 5000), st.floats(1, 5000), st.floats(-400, 400), st.sampled_from([0.12, 1.0, 5.0]))
def test_a_crop_is_never_larger_than_a_screen(width: float, height: float, turn: float, context: float) -> None:
    info = PageInfo(1, 5000, 7000, turn, "1.jpg", "v")
    crop = crop_of(info, Box(100, 100, 100 + width, 100 + height), context)
    assert min(crop.size) >= 1 and max(crop.size) <= 1800
    left, top, right, bottom = crop.mark
    assert 0 <= left <= right <= 1 and 0 <= top <= bottom <= 1


@pytest.mark.parametrize("turn", [0.0, 90.0, 180.0, 270.0, 7.5, -4.0, 93.0])
def test_a_crop_is_upright_and_its_mark_is_the_cell(turn: float) -> None:
    """A page with one cell, white with a black left half, delivered turned: the crop shows it level again."""
    page = np.full((2000, 2000), 128, np.uint8)
    points = np.array([(-200, -50), (0, -50), (0, 50), (-200, 50)], np.float64)
    angle = math.radians(turn)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    for shape, colour in ((points, 0), (points + np.array([200, 0]), 255)):
        cv2.fillPoly(page, [np.round(shape @ spin + 1000).astype(np.int32)], colour)
    crop = crop_of(PageInfo(1, 2000, 2000, turn, "1.png", "v"), around(400, 100, turn))
    shown = decoded(cut(page, crop))
    assert shown.shape == crop.size[::-1]
    height, width = shown.shape
    left, top, right, bottom = (round(m * s) for m, s in zip(crop.mark, (width, height, width, height), strict=True))
    middle = (left + right) // 2
    assert shown[top + 8 : bottom - 8, left + 8 : middle - 8].max() < 40
    assert shown[top + 8 : bottom - 8, middle + 8 : right - 8].min() > 215
    assert abs(int(shown[max(0, top - 12), middle]) - 128) < 30
    assert (right - left, bottom - top) == (pytest.approx(400, abs=3), pytest.approx(100, abs=3))


def test_a_crop_at_the_edge_is_filled_with_white() -> None:
    page = np.zeros((300, 300), np.uint8)
    shown = decoded(cut(page, crop_of(PageInfo(1, 300, 300, 0.0, "1.png", "v"), Box(0, 0, 40, 20))))
    assert shown[0, 0] == 255 and shown[shown.shape[0] // 2, shown.shape[1] // 2] < 5


def test_a_fine_page_is_scaled_down_with_its_thin_strokes() -> None:
    page = np.full((6000, 8000), 255, np.uint8)
    page[:, ::40] = 0
    crop = crop_of(PageInfo(1, 8000, 6000, 0.0, "1.png", "v"), Box(500, 500, 7500, 5500))
    shown = decoded(cut(page, crop))
    assert crop.scale < 0.3
    inner = shown[200:-200, 200:-200]
    assert 240 < inner.mean() < 252  # each stroke is a fortieth of the paper, everywhere


def test_a_wall_crop_keeps_the_whole_line() -> None:
    page = np.full((1000, 1000), 240, np.uint8)
    cv2.rectangle(page, (300, 300), (500, 600), 0, 2)
    cv2.putText(page, "10", (390, 460), cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2)
    crop = crop_of(PageInfo(1, 1000, 1000, 0.0, "1.png", "v"), Box(300, 300, 500, 600), 0.12)
    whole, line = decoded(cut(page, crop)), decoded(cut_line(page, crop))
    assert line.shape[1] == whole.shape[1]
    assert line.shape[0] < 0.5 * whole.shape[0]
    assert (line < 100).any()
    page[302:599, 302:499] = 240  # an empty cell stays whole
    assert decoded(cut_line(page, crop)).shape == whole.shape


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_levels_end_with_one_tile(width: int, height: int) -> None:
    last = levels(width, height) - 1
    assert max(width, height) <= TILE << last
    assert last == 0 or max(width, height) > TILE << (last - 1)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_tiles_put_together_are_the_page(level: int) -> None:
    grey = np.tile(np.linspace(0, 255, 1300).astype(np.uint8), (900, 1))
    page = np.dstack([grey, grey, grey])
    side = TILE << level
    rows = []
    for row in range(-(-900 // side)):
        tiles = [tile(page, level, column, row) for column in range(-(-1300 // side))]
        rows.append(np.hstack([decoded(t) for t in tiles if t is not None]))
    whole = np.vstack(rows)
    assert whole.shape == (-(-900 >> level), -(-1300 >> level))
    expected = cv2.resize(grey, whole.shape[::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(whole.astype(int) - expected.astype(int)).mean() < 3
    assert tile(page, level, 99, 0) is None and tile(page, 99, 0, 0) is None and tile(page, level, -1, 0) is None


def test_pictures_are_served_and_kept(anna: Visitor, pages: DrawnPages, tmp_path: Path) -> None:
    answer = anna.get(CROP)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    shown = decoded(answer.content)
    assert shown[shown.shape[0] // 2, shown.shape[1] // 2] > 240
    again = anna.get(CROP, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert anna.get("/pictures/tile/a?page=1&z=2&x=0&y=0").status_code == 200
    assert anna.get("/pictures/tile/a?page=1&z=9&x=0&y=0").status_code == 404
    assert pages.loaded == 1
    assert len(list((tmp_path / "cache").glob("*.jpg"))) == 2


def test_cut_pictures_outlive_the_server(app_with: Callable[..., Any], pages: DrawnPages) -> None:
    for _ in range(2):
        visitor = Visitor(app_with())
        visitor.sign_in("anna")
        assert visitor.get(CROP).status_code == 200
    assert pages.loaded == 1


def test_a_scan_that_is_gone_is_said(anna: Visitor, pages: DrawnPages) -> None:
    pages.gone = True
    answer = anna.get(CROP)
    assert answer.status_code == 404
    assert answer.json()["error"] == "scan" and "not there any more" in answer.json()["message"]
    pages.gone = False
    assert anna.get(CROP).status_code == 200  # a failure is not kept
    assert anna.get(CROP.replace("page=1", "page=7")).status_code == 404
    assert anna.get(CROP.replace("crop/a", "crop/other")).status_code == 404


@pytest.mark.parametrize(
    "box", ["1,2,3", "a,b,c,d", "300,40,100,70", "nan,1,2,3", "inf,1,inf,3", "1e300,1,1e301,2", ""]
)
def test_boxes_that_cannot_be_are_refused(anna: Visitor, box: str) -> None:
    assert anna.get(f"/pictures/crop/a?page=1&box={box}").status_code == 400


def test_the_folder_of_pictures_stays_within_its_limit(tmp_path: Path) -> None:
    cache = PictureCache(tmp_path, 3000)
    for name in "abcd":
        cache.get(f"{name}.jpg", lambda: b"x" * 1000)
        cache.get("a.jpg", lambda: b"x" * 1000)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jpg", "c.jpg", "d.jpg"]
    made: list[int] = []
    reopened = PictureCache(tmp_path, 3000)
    assert reopened.get("a.jpg", lambda: made.append(1) or b"y") == b"x" * 1000
    (tmp_path / "a.jpg").unlink()
    assert reopened.get("a.jpg", lambda: b"new") == b"new"
    assert made == []


def test_a_folder_that_cannot_be_written_costs_no_picture(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PictureCache(tmp_path / "file" / "cache", 1000)
    assert cache.get("a.jpg", lambda: b"one") == b"one"
    assert cache.get("a.jpg", lambda: b"two") == b"two"


def test_a_page_is_decoded_once_by_many_threads() -> None:
    cache, loads, start = PageCache(10_000), [], threading.Barrier(8)

    def load() -> Any:
        loads.append(1)
        return np.zeros((10, 10), np.uint8)

    def ask() -> None:
        start.wait()
        cache.get("page", load)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == [1]


def test_pages_in_memory_stay_within_their_limit() -> None:
    cache, loads = PageCache(250), []

    def page(name: str) -> None:
        def load() -> Any:
            loads.append(name)
            return np.zeros((10, 10), np.uint8)

        cache.get(name, load)

    for name in "abacab":
        page(name)
    assert loads == ["a", "b", "c", "b"]
    with pytest.raises(OSError, match="broken"):
        cache.get("x", lambda: (_ for _ in ()).throw(OSError("broken")))
