"""Engines for readers on a Ray cluster: they tell where they read, wait for a sign, or are not alike.

Every page's readings depend on its pixels alone, as with real engines, so that forms can be compared byte for byte.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fault_engines import SizeRecogniser

from forms import LineReading, ModelError, Provenance, Weights
from gouji.page import Engines
from gouji.workers import EngineFactory
from ocr import EngineOptions, LineImage, NullDetector

LONGEST = 240.0
"""Seconds: a test that waits for so long has failed, on however slow a machine."""


@dataclass
class GatedRecogniser:
    """Says that it was called (a file named by its process and device) and reads when ``folder/open`` is there."""

    folder: Path
    device: str
    provenance = Provenance("gated", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        (self.folder / f"{os.getpid()}-{self.device}").touch()
        wait_for(lambda: (self.folder / "open").exists())
        return SizeRecogniser().read(lines)


def wait_for(condition) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what the test waits for has not come")
        time.sleep(0.01)


def gated(folder: Path) -> EngineFactory:
    return partial(_gated, folder)


def _gated(folder: Path, options: EngineOptions) -> Engines:
    return Engines(GatedRecogniser(folder, options.device), NullDetector())


def without_cuda(folder: Path) -> EngineFactory:
    """Engines that cannot use a GPU, as where onnxruntime has no CUDA."""
    return partial(_without_cuda, folder)


def _without_cuda(folder: Path, options: EngineOptions) -> Engines:
    if options.device == "gpu":
        raise ModelError("--device gpu: this onnxruntime has no CUDA.")
    return _gated(folder, options)


def unlike(options: EngineOptions) -> Engines:
    """Every process has weights of its own."""
    recogniser = SizeRecogniser()
    weights = Weights("PP-OCR", "/weights", f"{os.getpid():064d}", 1, "test")
    recogniser.provenance = Provenance("size", "cpu", (weights,))
    return Engines(recogniser, NullDetector())
