"""Files that break their decoder cost themselves only, also while their pages are counted."""

from __future__ import annotations

import io
import os
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from bad_inputs import ENCRYPTED_PDF, encoded
from PIL import Image

from gouji.counting import PageCounter


def dies_or_hangs(file: Path) -> int:
    if "dies" in file.name:
        os._exit(3)
    if "hangs" in file.name:
        time.sleep(3600)
    return 7


def test_a_file_that_kills_or_stops_its_counter_is_one_page(tmp_path: Path) -> None:
    for name in ("a.pdf", "dies.pdf", "b.pdf", "hangs.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    with closing(PageCounter(dies_or_hangs, seconds=20)) as count:
        assert [count(tmp_path / f"{name}.pdf") for name in ("a", "dies", "b", "dies", "c")] == [7, 1, 7, 1, 7]
    with closing(PageCounter(dies_or_hangs, seconds=0.05)) as count:
        assert count(tmp_path / "hangs.pdf") == 1


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
