"""A page beyond reading: the run says that a person must look at it, and nothing on it passes for certain."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from scan_results import DATA

from gouji import batch

pytestmark = pytest.mark.scans
FADED = 0.15
"""The contrast that is left of the print."""


def _faded(page: np.ndarray, grain: float) -> np.ndarray:
    pale = 245 - FADED * (255.0 - page) + np.random.default_rng(5).normal(0, grain, page.shape)
    return np.clip(pale, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("grain", [12.0, 30.0])
def test_a_form_faded_below_the_grain_is_for_a_person_to_look_at(tmp_path: Path, grain: float) -> None:
    page = cv2.imread(str(sorted((DATA / "scans" / "office-dept").glob("*.jpg"))[0]), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    (tmp_path / "scan").mkdir()
    for number, image in enumerate((_faded(page, grain), np.full_like(page, 250)), start=1):
        assert cv2.imwrite(str(tmp_path / "scan" / f"{number}.png"), image)
    result = batch.run([tmp_path / "scan"], tmp_path / "out")
    assert result.total.unread == 1 and result.exit_code == 1
    faded, empty = json.loads((tmp_path / "out" / "scan" / "pages.json").read_text("utf-8"))
    assert faded["needs_review"] and faded["reasons"]
    assert empty["kind"] == "blank" and "needs_review" not in empty
    for form in result.documents[0].forms:
        assert all(c.needs_review for _, c in form.cells() if c.page == 1 and c.origin != "absent")
    ((document, record),) = result.unread
    assert (document, record.page) == ("scan", 1)
