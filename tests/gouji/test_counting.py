"""Files that break their decoder cost themselves only, also while their pages are counted."""

from __future__ import annotations

import io
import os
import time
from contextlib import closing
from pathlib import Path

import fault_engines
import numpy as np
import pytest
from bad_inputs import ENCRYPTED_PDF, encoded
from PIL import Image
from small_pages import small_page

from gouji.batch import BatchResult, run
from gouji.counting import PageCounter
from gouji.settings import RunSettings


def dies_or_hangs(file: Path) -> int:
    if "dies" in file.name:
        os._exit(3)
    if "hangs" in file.name:
        time.sleep(3600)
    return 7


def test_a_file_that_kills_or_stops_its_counter_cannot_be_counted(tmp_path: Path) -> None:
    for name in ("a.pdf", "dies.pdf", "b.pdf", "hangs.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    with closing(PageCounter(dies_or_hangs, seconds=20)) as count:
        assert [count(tmp_path / f"{name}.pdf") for name in ("a", "dies", "b", "dies", "c")] == [7, 0, 7, 0, 7]
    with closing(PageCounter(dies_or_hangs, seconds=0.05)) as count:
        assert count(tmp_path / "hangs.pdf") == 0


def test_a_counter_that_something_else_killed_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    with closing(PageCounter(dies_or_hangs)) as count:
        assert count(tmp_path / "a.pdf") == 7
        assert count._process is not None
        count._process.kill()
        count._process.join()
        assert count(tmp_path / "a.pdf") == 7


@pytest.mark.usefixtures("inline")
def test_a_document_that_cannot_be_counted_is_told_as_failed_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Image.fromarray(small_page(printed=True))
    buffer = io.BytesIO()
    page.save(buffer, "TIFF", save_all=True, append_images=[page, page])
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "three.tif").write_bytes(buffer.getvalue())

    def read() -> BatchResult:
        return run([tmp_path / "scans"], tmp_path / "out", RunSettings(workers=1), engines=fault_engines.sizes)

    honest = PageCounter.__call__
    assert read().total.kinds == {"text": 3}
    spool = next((tmp_path / "out").glob("*/pages.spool")).read_bytes()
    (tmp_path / "out" / "ledger.sqlite").unlink()
    monkeypatch.setattr(PageCounter, "__call__", lambda self, file: 0)
    result = read()
    assert result.exit_code == 3 and result.total.kinds == {"failed": 1}
    assert "three.tif: its pages could not be counted" in result.failed[0][1].reason
    assert next((tmp_path / "out").glob("*/pages.spool")).read_bytes() == spool
    monkeypatch.setattr(PageCounter, "__call__", honest)
    assert read().total.kinds == {"text": 3}


def test_pages_of_real_files(tmp_path: Path) -> None:
    page = Image.fromarray(np.full((40, 30), 255, np.uint8))
    buffer = io.BytesIO()
    page.save(buffer, "TIFF", save_all=True, append_images=[page, page])
    (tmp_path / "three.jpg").write_bytes(buffer.getvalue())
    buffer = io.BytesIO()
    page.save(buffer, "PDF", save_all=True, append_images=[page])
    (tmp_path / "two.pdf").write_bytes(buffer.getvalue())
    (tmp_path / "locked.pdf").write_bytes(ENCRYPTED_PDF)
    (tmp_path / "one.png").write_bytes(encoded(np.full((40, 30), 255, np.uint8), "PNG"))
    names = ("three.jpg", "two.pdf", "locked.pdf", "one.png", "nowhere.pdf")
    with closing(PageCounter()) as count:
        assert [count(tmp_path / name) for name in names] == [3, 2, 1, 1, 1]


def test_images_need_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(self: PageCounter) -> None:
        raise AssertionError("a process for an image")

    monkeypatch.setattr(PageCounter, "_started", none)
    (tmp_path / "1.png").write_bytes(b"\x89PNG")
    os.mkfifo(tmp_path / "pipe.pdf")
    count = PageCounter()
    assert [count(tmp_path / name) for name in ("1.png", "pipe.pdf", "nowhere.png")] == [1, 1, 1]
