"""PaddleOCR's PP-OCRv6 recogniser on ONNX Runtime.

The same ``inference.onnx`` that PaddleOCR runs with ``engine="onnxruntime"``; it is called directly because
PaddleOCR hands out one score a line, and a calibrated cell needs the posterior of every character.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import EngineError, LineReading, ModelError, Provenance, Weights

from .beam import n_best
from .ctc import Alphabet, best_path
from .protocol import LineImage

HEIGHT = 48
"""Pixels: the height of a line that the model was trained on."""
MAX_WIDTH = 3200
"""Pixels after scaling; a longer line is squeezed."""
BEAM_BELOW = 0.999
"""A line whose weakest character is surer than this has no other texts worth a search."""


class PPOCRRecogniser:
    """A ``Recogniser``: PP-OCR CTC weights with the character list in the model's own metadata."""

    def __init__(self, weights: Weights, *, device: str = "cpu", threads: int = 1, batch_pixels: int = 150_000) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        providers = providers_for(device, ort.get_available_providers())
        try:
            self._session: Any = ort.InferenceSession(weights.path, options, providers=providers)
        except Exception as error:
            raise ModelError(f"{weights.path} cannot be loaded as an ONNX model: {error}") from error
        self._input = self._session.get_inputs()[0].name
        self._alphabet = Alphabet(_character_list(self._session, weights))
        self._batch_pixels = batch_pixels
        self._weights = weights
        self._device = "gpu" if self._session.get_providers()[0].startswith("CUDA") else "cpu"

    @property
    def provenance(self) -> Provenance:
        return Provenance("ppocr-onnxruntime", self._device, (self._weights,))

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        """Readings in the order given; the lines are batched by width inside, so that little is padding."""
        widths = [scaled_width(line) for line in lines]
        order = sorted(range(len(lines)), key=lambda i: widths[i])
        readings: list[LineReading | None] = [None] * len(lines)
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (end - start + 1) * widths[order[end]] * HEIGHT <= self._batch_pixels:
                end += 1
            batch = order[start:end]
            for i, reading in zip(batch, self._read_batch([lines[i] for i in batch], widths[batch[-1]]), strict=True):
                readings[i] = reading
            start = end
        return [r for r in readings if r is not None]

    def _read_batch(self, lines: list[LineImage], width: int) -> list[LineReading]:
        batch = np.zeros((len(lines), 3, HEIGHT, width), np.float32)
        for i, line in enumerate(lines):
            own = min(width, scaled_width(line))
            batch[i, :, :, :own] = prepared(line, own)
        try:
            frames = self._session.run(None, {self._input: batch})[0]
        except Exception as error:
            raise EngineError(f"PP-OCR failed on {len(lines)} lines of {width} px: {error}") from error
        if frames.ndim != 3 or frames.shape[2] != len(self._alphabet) or not np.isfinite(frames).all():
            raise EngineError(f"PP-OCR answered with shape {frames.shape}, not with finite posteriors per frame.")
        return [self._decoded(frames[i], min(1.0, scaled_width(line) / width)) for i, line in enumerate(lines)]

    def _decoded(self, frames: NDArray[np.float32], share: float) -> LineReading:
        """What the frames say that look at the line (``share`` of all), not at the padding behind it."""
        length = len(frames) * share
        own = frames[: max(1, math.ceil(length + 3))]
        reading = LineReading(best_path(own, self._alphabet, length=length), (), self._weights.name)
        if not reading.characters or reading.confidence >= BEAM_BELOW:
            return reading
        others = tuple(pair for pair in n_best(own, self._alphabet) if pair[0] != reading.text)
        return replace(reading, alternatives=others)


def scaled_width(line: LineImage) -> int:
    """Width in pixels of the line scaled to the model's height, in steps of 8, at least half a character."""
    width: float = line.shape[1] * HEIGHT / max(1, line.shape[0])
    return min(MAX_WIDTH, max(HEIGHT, math.ceil(width / 8) * 8))


def prepared(line: LineImage, width: int) -> NDArray[np.float32]:
    """(3, 48, width) in -1 to 1, as the model was trained (PaddleOCR's RecResizeImg)."""
    three = cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) if line.ndim == 2 else line
    shrinking = line.shape[0] > HEIGHT
    scaled = cv2.resize(three, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    return np.asarray(scaled.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1.0, dtype=np.float32)


def providers_for(device: str, installed: Sequence[str]) -> list[str]:
    """ONNX Runtime's providers for ``cpu``, ``gpu`` or ``auto``; ``ModelError`` when a GPU is asked for in vain."""
    gpu = "CUDAExecutionProvider" in installed
    if device == "gpu" and not gpu:
        raise ModelError(
            "--device gpu: this onnxruntime has no CUDA. Install onnxruntime-gpu instead of onnxruntime, "
            "or run with --device cpu."
        )
    return ["CUDAExecutionProvider", "CPUExecutionProvider"] if gpu and device != "cpu" else ["CPUExecutionProvider"]


def _character_list(session: Any, weights: Weights) -> list[str]:
    text = session.get_modelmeta().custom_metadata_map.get("character", "")
    characters = ["", *text.split("\n"), " "]
    classes = session.get_outputs()[0].shape[-1]
    if not text or (isinstance(classes, int) and classes != len(characters)):
        raise ModelError(f"{weights.path} does not carry the character list it was trained with.")
    return characters
