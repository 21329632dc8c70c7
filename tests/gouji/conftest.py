from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from inline_pool import InlinePool
from small_pages import small_page

from gouji import batch
from gouji.page import Engines
from gouji.workers import make_engines
from ocr import EngineOptions

Scans = Callable[..., Path]


@pytest.fixture
def scans(tmp_path: Path) -> Scans:
    """Writes ``scans/<document>/<n>.png`` for every document: one ruled page each, printed where asked for."""

    def write(**documents: bool) -> Path:
        for name, printed in documents.items():
            folder = tmp_path / "scans" / name
            folder.mkdir(parents=True, exist_ok=True)
            assert cv2.imwrite(str(folder / "1.png"), small_page(printed=printed))
        return tmp_path / "scans"

    return write


@pytest.fixture(scope="module")
def engines() -> Engines:
    """The real ones, on a processor."""
    return make_engines(EngineOptions(device="cpu"))


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker processes: what happens around the reading is tested in a fraction of the time."""
    monkeypatch.setattr(batch, "WorkerPool", InlinePool)


@pytest.fixture
def counter(tmp_path: Path) -> Path:
    return tmp_path / "calls.txt"


@pytest.fixture
def blank_pixels() -> np.ndarray:
    return np.full((300, 200), 255, np.uint8)
