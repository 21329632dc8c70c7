"""Which way up: decided by reading, on long lines only."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from gouji import orientation
from gouji.page import Engines, read_page
from layout import PageImage
from ocr import NullDetector, NullRecogniser
from tests.gouji.drawn import ruled_table

ROWS = (
    ("年度资金总额", "98.66", "项目支出绩效自评表"),
    ("产出指标", "34.53", "开展食品安全监督抽检工作"),
    ("质量指标", "100", "抽检合格率达到规定要求"),
    ("时效指标", "12", "按时完成全部检查任务"),
    ("成本指标", "3.44", "成本控制在预算之内"),
    ("满意度指标", "90", "服务对象满意程度较高"),
)
NUMBERS = (("66", "99", "6.9"), ("98", "86", "0"), ("60", "90", "9"), ("6", "9", "8"), ("0.6", "9.0", "69"))


def page(rows: tuple[tuple[str, ...], ...]) -> NDArray[np.uint8]:
    """(1100, 800): a ruled table of these texts."""
    return ruled_table(
        rows, page=(800, 1100), columns=(60, 240, 380, 740), top=120, pitch=90, text=(12, 28), size=26, ink=20
    )


def turned(pixels: NDArray[np.uint8], rotation: int, skew: float = 0.0) -> PageImage:
    """The page as a scanner delivers it that was fed turned by ``rotation`` and ``skew`` degrees clockwise."""
    height, width = pixels.shape
    askew = cv2.warpAffine(
        pixels, cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0), (width, height), borderValue=(255,)
    )
    return PageImage(np.ascontiguousarray(np.rot90(askew, k=-rotation // 90)), None, "1.png", 1)


@pytest.mark.model
@pytest.mark.parametrize(("rotation", "skew"), [(0, 0.0), (90, 0.0), (180, 2.0), (270, -3.0)])
def test_a_page_is_read_the_right_way_up(engines: Engines, rotation: int, skew: float) -> None:
    content = read_page(turned(page(ROWS), rotation, skew), 1, engines).content
    assert content.transform.rotation == rotation and content.transform.skew == pytest.approx(skew, abs=0.3)
    (table,) = content.tables
    assert [c.cell.text for c in table.cells] == [text for row in ROWS for text in row]


@pytest.mark.model
def test_numbers_that_read_well_upside_down_do_not_turn_a_page(engines: Engines) -> None:
    content = read_page(turned(page(NUMBERS), 0), 1, engines).content
    assert content.transform.rotation == 0
    (table,) = content.tables
    assert [c.cell.text for c in table.cells] == [text for row in NUMBERS for text in row]


Sample = list[list[float]]
ALONG, DOWN, NONSENSE = [[0.70] * 130], [[0.82] * 90], [[0.4] * 50]


def found(monkeypatch: pytest.MonkeyPatch, rotation: int, read: list[Sample], *, on_side: bool = False) -> int:
    """How a page delivered turned by ``rotation`` is turned, whose samples read so in the order in which they are."""
    samples = iter(read)
    monkeypatch.setattr(orientation, "_evidence", lambda images, recogniser: next(samples))
    monkeypatch.setattr(orientation, "lies_on_side", lambda sheet: on_side)
    return orientation.upright_layout(turned(page(ROWS), rotation), NullRecogniser(), NullDetector()).transform.rotation


@pytest.mark.parametrize(
    ("rotation", "read"), [(0, [ALONG, NONSENSE, DOWN, NONSENSE]), (90, [DOWN, NONSENSE, ALONG, NONSENSE])]
)
def test_a_damaged_page_is_not_read_down_its_columns(
    monkeypatch: pytest.MonkeyPatch, rotation: int, read: list[Sample]
) -> None:
    """Single characters make sense in columns too, more of it where half of the lines are lost: a page that lay right
    was turned to its side. Whichever way is tried first."""
    assert found(monkeypatch, rotation, read) == rotation


def test_characters_on_their_sides_that_read_well_do_not_keep_a_page_on_its_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a page of six rows that lay right, but seemed not to, 42 characters down its columns read with 0.968."""
    text = [[0.999] * 87]
    assert found(monkeypatch, 0, [[[0.968] * 42], NONSENSE, text, NONSENSE], on_side=True) == 0
    assert found(monkeypatch, 90, [[[0.968] * 42], NONSENSE, text, NONSENSE]) == 90


def test_lines_that_shine_through_do_not_turn_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mirrored lines among its own make no sense; the others do."""
    mirrored = [[0.99] * 22, [0.3] * 20]
    assert found(monkeypatch, 0, [mirrored, NONSENSE, [[0.958] * 18], NONSENSE]) == 0
