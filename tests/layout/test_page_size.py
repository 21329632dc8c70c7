"""Millimetres are told by the size of the paper."""

import numpy as np
import pytest

from layout import PageImage
from layout.page_size import a4_unit, pixels_per_millimetre


@pytest.mark.parametrize("shape", [(2970, 2100), (2100, 2970), (2970, 2100, 3), (300, 2970)])
def test_the_longer_side_is_that_of_a4(shape: tuple[int, ...]) -> None:
    assert a4_unit(shape) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("dpi", "height", "unit"), [(200.0, 3307, 200 / 25.4), (72.0, 2339, 2339 / 297), (None, 1600, 1600 / 297)]
)
def test_the_millimetre_comes_from_a_plausible_resolution(dpi: float | None, height: int, unit: float) -> None:
    page = PageImage(np.zeros((height, round(height / 1.414)), np.uint8), dpi, "x", 1)
    assert pixels_per_millimetre(page) == pytest.approx(unit)
