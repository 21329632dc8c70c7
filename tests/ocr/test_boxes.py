from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from forms import Box, EngineError, Weights
from ocr import EngineOptions, make_detector
from ocr.boxes import BoxDetector, boxes_of, shown

SCANS = Path(__file__).parents[1] / "data" / "scans"


def grey_map(*, left: int, top: int, width: int, height: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    found = np.zeros((96, 320), np.float32)
    found[top : top + height, left : left + width] = 0.9
    return found


def test_a_piece_of_the_map_is_a_line_with_room_around_it() -> None:
    (box,) = boxes_of(grey_map(left=40, top=30, width=200, height=20), width=640, height=192)
    grown = 1.4 * 199 * 19 / (2 * (199 + 19))  # area over circumference between the middles of the outermost pixels
    want = Box(2 * (40 - grown), 2 * (30 - grown), 2 * (239 + grown), 2 * (49 + grown))
    assert box.left == pytest.approx(want.left, abs=2) and box.right == pytest.approx(want.right, abs=2)
    assert box.top == pytest.approx(want.top, abs=2) and box.bottom == pytest.approx(want.bottom, abs=2)


def test_what_is_flat_or_faint_is_no_line() -> None:
    assert boxes_of(grey_map(left=40, top=30, width=200, height=2), width=320, height=96) == []
    assert boxes_of(0.4 * grey_map(left=40, top=30, width=200, height=20), width=320, height=96) == []
    assert boxes_of(np.zeros((96, 320), np.float32), width=320, height=96) == []


def test_a_line_at_the_edge_stays_on_the_image() -> None:
    (box,) = boxes_of(grey_map(left=0, top=0, width=320, height=30), width=320, height=96)
    assert (box.left, box.top, box.right) == (0.0, 0.0, 320.0)


def test_the_model_is_shown_sides_in_steps_and_no_longer_than_it_can_take() -> None:
    assert shown(np.zeros((2400, 1700), np.uint8)).shape == (1, 3, 960, 672)
    assert shown(np.zeros((100, 500, 3), np.uint8)).shape == (1, 3, 96, 512)
    tiny = shown(np.full((10, 20), 255, np.uint8))
    assert tiny.shape == (1, 3, 32, 32) and tiny[0, 0, 5, 5] > 2 and tiny[0, 0, 20, 5] < -2  # black around it


class Broken:
    def get_inputs(self) -> list[Any]:
        return [type("Input", (), {"name": "x"})]

    def run(self, wanted: None, given: dict[str, Any]) -> list[Any]:
        return [np.full((1, 1, 32, 32), np.nan, np.float32)]


def test_an_answer_that_is_no_map_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr.boxes.session", lambda *_, **__: Broken())
    detector = BoxDetector(Weights("w", "nowhere", "", 0, ""))
    with pytest.raises(EngineError, match="not with a map of probabilities"):
        detector.detect(np.zeros((32, 32), np.uint8))


@pytest.mark.model
def test_the_boxes_are_those_of_paddleocr() -> None:
    """On whole pages, strips and patches of the samples, on grey and on colour, and on noise."""
    own, paddle = (make_detector(EngineOptions(engine=name)) for name in ("ppocr", "paddle"))
    grey = cv2.imread(str(sorted(SCANS.glob("*/*.jpg"))[0]), cv2.IMREAD_GRAYSCALE)
    colour = cv2.imread(str(sorted(SCANS.glob("*/*.jpg"))[-1]))[:400]
    noise = np.random.default_rng(1).integers(0, 256, (90, 200), dtype=np.uint8)
    images = [grey, grey[:300], grey[500:740, 200:605], grey[:20, :30], grey[60:90, 100:900], colour, noise]
    found = [own.detect(image) for image in images]
    assert found == [paddle.detect(image) for image in images]
    assert len(found[0]) > 50


def test_reading_does_not_load_paddleocr() -> None:
    code = (
        "import sys\nfrom ocr import EngineOptions, make_detector\nmake_detector(EngineOptions())\n"
        "print(*sorted({'paddleocr', 'paddlex', 'pandas', 'layoutparser'} & {*sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=SCANS.parents[2], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
