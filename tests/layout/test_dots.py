"""Dashes of which a fax has left single dots."""

from __future__ import annotations

import numpy as np
import pytest

from forms import Box
from layout.cellmask import Scale
from layout.dots import row_of_dots
from layout.ink import darkness_of
from layout.textlines import read_ink

CHARACTER, UNIT = 27.0, 8.0


def cell(*dots: tuple[int, int], specks: int = 0, seed: int = 1) -> np.ndarray:
    """The darkness, smoothed for reading as on a page, of a cell of 45 x 120 px with dots (row, column) and specks."""
    rng = np.random.default_rng(seed)
    grey = np.full((45, 120), 255, np.uint8)
    for row, column in dots:
        grey[row, column] = 0
    for _ in range(specks):
        grey[rng.integers(2, 43), rng.integers(2, 118)] = 0
    page = np.full((445, 520), 255, np.uint8)
    page[200:245, 200:320] = grey
    page[20:100, 20:60] = 0  # print, by which darkness is measured
    return darkness_of(page, unit=UNIT, bilevel=True).text[200:245, 200:320]


DOTTED = [(22, 48), (22, 53), (23, 61), (22, 70)]


@pytest.mark.parametrize("specks", [0, 3])
def test_dots_in_a_row_are_a_stroke(specks: int) -> None:
    found = row_of_dots(cell(*DOTTED, specks=specks), character=CHARACTER)
    assert found is not None
    left, top, right, bottom = found
    assert (left, right) == (48, 71)
    assert 21 <= top < bottom <= 25


@pytest.mark.parametrize("specks", [0, 2, 5, 10, 20])
def test_specks_are_none(specks: int) -> None:
    assert sum(row_of_dots(cell(specks=specks, seed=k), character=CHARACTER) is not None for k in range(40)) <= 1


def test_two_dots_are_no_row() -> None:
    assert row_of_dots(cell((22, 48), (22, 60)), character=CHARACTER) is None


def test_a_row_of_dots_is_a_dash_in_doubt_on_a_black_and_white_page_alone() -> None:
    dark = np.zeros((100, 200), np.uint8)
    dark[30:75, 40:160] = cell(*DOTTED, specks=2)
    box = Box(30.0, 20.0, 170.0, 85.0)
    ink = read_ink(dark, box, Scale(UNIT, CHARACTER, 2.0, bilevel=True))
    assert (ink.kind, ink.doubt) == ("dash", 0.5)
    assert (ink.lines[0].box.left, ink.lines[0].box.right) == (88.0, 111.0)
    assert read_ink(dark, box, Scale(UNIT, CHARACTER, 2.0)).kind == "blank"


def test_a_small_cell_is_blank() -> None:
    dark = np.zeros((100, 200), np.uint8)
    assert read_ink(dark, Box(30.0, 20.0, 40.0, 26.0), Scale(UNIT, CHARACTER, 2.0, bilevel=True)).kind == "blank"
