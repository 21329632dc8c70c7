"""Streaks of scanner and printer: dust is read through, and where print may be gone a person is asked."""

from __future__ import annotations

import numpy as np
import pytest

from forms import PageContent
from gouji.page import STREAKED, Engines, read_page
from layout import PageImage
from tests.gouji.drawn import a4_table

ROWS = [(f"项目资金第{k}笔", f"{1234.5 + 11 * k:.2f}", f"{98.4 - k:.1f}%") for k in range(12)]
TEXTS = [text for row in ROWS for text in row]


def read(engines: Engines, left: int, wide: int, light: float, over: float) -> PageContent:
    """The table with the columns of pixels from ``left`` on let so much of the light through, with so much of ink."""
    image = np.asarray(
        a4_table(ROWS),
        np.float32,
    )
    strip = image[:, left : left + wide]
    strip[:] = (255 - (255 - strip) * over) * light
    return read_page(PageImage(np.rint(image).astype(np.uint8), 200.0, "1.png", 1), 1, engines).content


def doubted(content: PageContent) -> list[bool]:
    return [STREAKED in c.cell.reasons for t in content.tables for c in t.cells]


@pytest.mark.model
def test_dust_is_read_through(engines: Engines) -> None:
    content = read(engines, 500, 3, 0.5, 1.0)
    assert [c.cell.text for c in content.tables[0].cells] == TEXTS
    assert not any(doubted(content))


@pytest.mark.model
@pytest.mark.parametrize(("light", "over"), [(0.04, 1.0), (1.0, 0.1)], ids=["black line", "white streak"])
def test_what_a_streak_goes_through_is_asked_about_and_nothing_else(
    engines: Engines, light: float, over: float
) -> None:
    content = read(engines, 500, 4, light, over)
    assert doubted(content) == [k % 3 == 1 for k in range(len(TEXTS))]
