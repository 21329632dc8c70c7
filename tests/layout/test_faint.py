from __future__ import annotations

import cv2
import numpy as np
import pytest

from layout import faint_table

HEIGHT, WIDTH = 1169, 826  # A4 at 100 dpi


def _page(*, across: int = 0, down: int = 0, levels: int = 40, grain: float = 0.0, seed: int = 1) -> np.ndarray:
    """White paper with so many ruling lines of 2 px each way, and grain of so many grey values."""
    page = np.full((HEIGHT, WIDTH), 250.0)
    for k in range(across):
        page[200 + 120 * k : 202 + 120 * k, 100:720] -= levels
    for k in range(down):
        page[200:900, 100 + 150 * k : 102 + 150 * k] -= levels
    page += np.random.default_rng(seed).normal(0, grain, page.shape)
    return np.clip(page, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("levels", "grain"), [(8, 0), (16, 10), (40, 30), (60, 45)])
def test_lines_below_the_grain_are_seen(levels: int, grain: float) -> None:
    assert faint_table(_page(across=5, down=4, levels=levels, grain=grain))


@pytest.mark.parametrize("grain", [0, 3, 12, 45])
@pytest.mark.parametrize("seed", range(4))
def test_empty_paper_holds_no_table(grain: float, seed: int) -> None:
    assert not faint_table(_page(grain=grain, seed=seed))


def test_a_turned_or_coloured_page_shows_its_lines_alike() -> None:
    page = _page(across=5, down=4, grain=10)
    assert faint_table(np.rot90(page)) and faint_table(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))


@pytest.mark.parametrize("degrees", [-2, -1, 0.5, 1, 2])
def test_a_page_askew_shows_its_lines(degrees: float) -> None:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1.0)
    page = cv2.warpAffine(_page(across=6, down=5, levels=60), matrix, (WIDTH, HEIGHT), borderValue=250.0)
    assert faint_table(page)


@pytest.mark.parametrize(("across", "down"), [(6, 0), (0, 4), (1, 1), (2, 2)])
def test_folds_edges_of_a_sheet_or_lines_one_way_are_no_table(across: int, down: int) -> None:
    assert not faint_table(_page(across=across, down=down, grain=5))


def test_specks_and_hairs_are_no_lines() -> None:
    page, rng = _page(), np.random.default_rng(3)
    for x, y in rng.integers(60, 760, (300, 2)):
        cv2.circle(page, (int(x), int(y) + 100), 2, 20.0, -1)
    for x, y in rng.integers(100, 600, (6, 2)):
        cv2.line(page, (int(x), int(y)), (int(x) + 100, int(y) + 8), 60.0, 1)
    assert not faint_table(page)


@pytest.mark.parametrize("side", [1, 24, 60])
def test_a_scrap_is_too_small_for_lines(side: int) -> None:
    assert not faint_table(np.full((side, side), 200, np.uint8))
