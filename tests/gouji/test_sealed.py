"""A grey seal over a table: what is under a pale one is read as if it were not there, under a dark one doubted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import Box, PageContent
from gouji.page import SEALED, Engines, read_page
from layout import PageImage
from tests.gouji.drawn import a4_table

CENTRE, RADIUS = (560, 480), 160
ROWS = [(f"项目资金第{k}笔", f"{1234.5 + 11 * k:.2f}", f"{98.4 - k:.1f}%") for k in range(12)]


def page(share: float) -> PageImage:
    """A4 at 200 dots an inch: a table of twelve rows, and a seal over some that takes ``share`` of the light."""
    image = a4_table(ROWS)
    ink = np.zeros((2339, 1654), np.uint8)
    cv2.circle(ink, CENTRE, RADIUS, (255.0,), 8, cv2.LINE_AA)
    cv2.circle(ink, CENTRE, 40, (255.0,), -1, cv2.LINE_AA)
    sealed = image * (1 - share * ink / 255.0)
    return PageImage(np.rint(sealed).astype(np.uint8), 200.0, "1.png", 1)


def reasons(content: PageContent) -> dict[str, bool]:
    """Which texts are doubted for the seal's sake."""
    return {c.cell.text: SEALED in c.cell.reasons for t in content.tables for c in t.cells}


@pytest.mark.model
def test_what_is_under_a_pale_seal_is_read_and_trusted(engines: Engines) -> None:
    content = read_page(page(0.5), 1, engines).content
    assert [c.cell.text for c in content.tables[0].cells] == [text for row in ROWS for text in row]
    assert not any(reasons(content).values())
    (seal,) = content.seals
    assert seal.overlap(Box(CENTRE[0] - 164, CENTRE[1] - 164, CENTRE[0] + 164, CENTRE[1] + 164)) > 0.95 * 328**2


@pytest.mark.model
def test_what_a_seal_as_dark_as_print_lies_on_is_doubted_and_nothing_else(engines: Engines) -> None:
    content = read_page(page(1.0), 1, engines).content
    doubted = reasons(content)
    assert all(doubted.get(row[1], True) for row in ROWS[2:6])
    assert not any(doubted.get(text) for row in ROWS[7:] for text in row)
    assert len(content.seals) == 1
