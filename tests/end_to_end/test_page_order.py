"""A page laid on the scanner twice: its form is written once, and the run says which page to look at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from scan_results import DATA

from gouji import batch

pytestmark = pytest.mark.scans


def test_a_page_scanned_twice(tmp_path: Path) -> None:
    (scan := tmp_path / "scan").mkdir()
    page = sorted((DATA / "scans" / "office-dept").glob("*.jpg"))[0]
    for number in (1, 2):
        shutil.copy(page, scan / f"{number}.jpg")
    result = batch.run([scan], tmp_path / "out")
    first, second = json.loads((tmp_path / "out" / "scan" / "pages.json").read_text("utf-8"))
    assert (first["kind"], second["kind"]) == ("form", "form") and "needs_review" not in first
    assert second["needs_review"] and "scanned twice" in second["reasons"][0] and "1.jpg" in second["reasons"][0]
    (form,) = result.documents[0].forms
    assert [s.page for s in form.sources] == [1]
    assert len(list((tmp_path / "out" / "scan" / "tables").glob("*.json"))) == 2  # nothing of it is lost
    assert result.total.unread == 1 and result.exit_code == 1
