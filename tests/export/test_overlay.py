from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageFont

import export.overlay
from export.fonts import FONT_PACKAGE, chinese_font
from export.overlay import COLOURS, corners_on_page, draw_overlay
from forms import Box, Cell, PageContent, Table, TableCell, TextLine, Transform

PLACE = Box(60, 40, 160, 90)


def rgb(kind: str) -> tuple[int, ...]:
    return tuple(int(COLOURS[kind][i : i + 2], 16) for i in (1, 3, 5))


def content(cell: Cell, transform: Transform | None = None, *, in_table: bool = True) -> PageContent:
    table = Table(1, 1, 1, 1, (TableCell(0, 0, 1, 1, PLACE, cell),), PLACE)
    return PageContent(
        "a.jpg", 1, 300, 200,
        tables=(table,) if in_table else (), lines=() if in_table else (TextLine(PLACE, cell),),
        transform=transform or Transform(),
    )  # fmt: skip


def page(*shape: int) -> NDArray[np.uint8]:
    return np.full(shape or (200, 300), 255, dtype=np.uint8)


@pytest.mark.parametrize("shape", [(200, 300), (200, 300, 1), (200, 300, 3), (200, 300, 4)])
def test_any_page_gives_colour_of_its_size_and_is_not_drawn_on(shape: tuple[int, ...]) -> None:
    pixels = page(*shape)
    drawn = draw_overlay(pixels, content(Cell("")))
    assert drawn.shape == (200, 300, 3) and drawn.dtype == np.uint8
    assert (pixels == 255).all() and not (drawn == 255).all()


@pytest.mark.parametrize(("confidence", "kind"), [(1.0, "sure"), (0.99, "sure"), (0.95, "likely"), (0.5, "doubtful")])
def test_outline_has_the_colour_of_the_confidence(confidence: float, kind: str) -> None:
    drawn = draw_overlay(page(), content(Cell("", confidence)))
    assert tuple(drawn[65, 60]) == rgb(kind) and tuple(drawn[90, 110]) == rgb(kind)
    assert tuple(drawn[65, 110]) == (255, 255, 255)


def test_cells_to_review_are_filled_and_lines_outside_tables_are_blue() -> None:
    filled = draw_overlay(page(), content(Cell("", 0.5, needs_review=True)))
    red, green, blue = (int(v) for v in filled[65, 110])
    assert red > 230 and green < 230 and blue < 230
    assert tuple(draw_overlay(page(), content(Cell("", 0.5), in_table=False))[65, 60]) == rgb("line")


def test_outline_of_a_skewed_page_follows_the_paper() -> None:
    angle = math.radians(12)
    turn = Transform((math.cos(angle), -math.sin(angle), 40, math.sin(angle), math.cos(angle), 5, 0, 0, 1), skew=12)
    drawn = draw_overlay(page(), content(Cell("", 1.0), turn))
    corners = corners_on_page(PLACE, turn)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        for share in (0.25, 0.5, 0.75):
            x, y = round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0))
            near = drawn[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3)
            assert any(tuple(p) == rgb("sure") for p in near)
    box = turn.box_to_page(PLACE)
    assert tuple(drawn[round(box.top) + 1, round(box.left) + 1]) == (255, 255, 255)  # no upright rectangle


def ink(drawn: NDArray[np.uint8]) -> tuple[float, float]:
    """Width and height of what was written, by its blue."""
    ys, xs = np.nonzero((drawn[..., 2] > 120) & (drawn[..., 0] < 90) & (drawn[..., 1] < 110))
    return float(np.ptp(xs)), float(np.ptp(ys))


def test_text_runs_along_the_line_also_on_a_turned_page() -> None:
    width, height = ink(draw_overlay(page(), content(Cell("执行率执行率"))))
    assert width > 3 * height
    turned = Transform((0, -1, 200, 1, 0, 10, 0, 0, 1), rotation=90)
    width, height = ink(draw_overlay(page(), content(Cell("执行率执行率"), turned)))
    assert height > 3 * width


def test_long_text_stays_in_its_cell() -> None:
    drawn = draw_overlay(page(), content(Cell("聘请法律顾问" * 40)))
    changed = np.nonzero((drawn != 255).any(axis=2))
    assert changed[0].min() >= 38 and changed[0].max() <= 92 and changed[1].min() >= 58 and changed[1].max() <= 162


def test_without_a_font_the_boxes_are_there_and_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export.overlay, "chinese_font", lambda: None)
    drawn = draw_overlay(page(), content(Cell("执行率", 1.0)))
    assert tuple(drawn[65, 60]) == rgb("sure")
    assert (drawn[:36, :] != 255).any()
    assert FONT_PACKAGE in export.overlay.NO_FONT_NOTE and export.overlay.NO_FONT_NOTE.isascii()


def test_page_without_anything_is_only_made_colour() -> None:
    assert (draw_overlay(page(), PageContent("a", 1, 300, 200)) == 255).all()


def test_cells_off_the_page_or_without_extent_do_no_harm() -> None:
    for place in (Box(-500, -500, -400, -400), Box(5, 5, 5, 5), Box(290, 190, 900, 900)):
        table = Table(1, 1, 1, 1, (TableCell(0, 0, 1, 1, place, Cell("执行率")),), place)
        assert draw_overlay(page(), PageContent("a", 1, 300, 200, tables=(table,))).shape == (200, 300, 3)


def test_the_font_shows_the_characters_of_a_form() -> None:
    path = chinese_font()
    assert path is not None
    face = ImageFont.truetype(str(path), 20)
    missing = bytes(face.getmask("\U000f0000"))
    assert all(bytes(face.getmask(c)) != missing for c in "执行率财政拨款满意度≥—")


def test_without_fontconfig_the_font_in_the_wheel_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.fonts.shutil.which", lambda name: None)
    path = chinese_font.__wrapped__()
    assert path is not None and "layoutparser" in path.parts


def test_a_seal_that_was_taken_off_is_ringed_where_it_stands_on_the_page() -> None:
    turn = Transform((1, 0, 40, 0, 1, 5, 0, 0, 1))
    drawn = draw_overlay(page(), PageContent("a.jpg", 1, 300, 200, transform=turn, seals=(Box(60, 40, 120, 100),)))
    assert tuple(drawn[75, 160]) == tuple(drawn[75, 100]) == tuple(drawn[45, 130]) == rgb("seal")
    assert tuple(drawn[75, 130]) == tuple(drawn[45, 100]) == (255, 255, 255)
