"""PaddleOCR's PP-OCRv6 recogniser on ONNX Runtime.

The same ``inference.onnx`` that PaddleOCR runs with ``engine="onnxruntime"``; it is called directly because
PaddleOCR hands out one score a line, and a calibrated cell needs the posterior of every character.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import EngineError, LineReading, ModelError, Provenance, Weights

from .beam import n_best
from .ctc import Alphabet, best_path
from .graphs import for_any_height
from .protocol import LineImage

HEIGHT = 48
"""Pixels: the height of a line that the published models take."""
MAX_WIDTH = 3200
"""Pixels after scaling; a longer line is squeezed."""
LEVELS = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1.0)
"""What the model is shown for each grey value, -1 to 1."""
BEAM_BELOW = 0.999
"""A line whose weakest character is surer than this has no other texts worth a search."""
BATCH_PIXELS = {"cpu": 30_000, "gpu": 600_000}
"""Pixels of a batch: on a CPU what stays in its caches (30,000 against 150,000: an eighth of the time less)."""
SPREAD = {"cpu": 0.0, "gpu": 0.25}
"""How much wider than the first line of a batch the others may be, as a share. Padding costs time and lowers
posteriors: a CPU gains nothing from great batches and reads lines of one width together, each as if it were alone."""


@dataclass(frozen=True, slots=True)
class View:
    """How lines are shown to a network: their height in px, their width as a share of what it is at ``HEIGHT``, and
    how much of a line image is cut off above, and as much below, as a share of its height."""

    height: int = HEIGHT
    width: float = 1.0
    cut: float = 0.0


WHOLE = View()
LOW = View(32, 0.9, 0.1)
"""Three fifths of the work of 48 px. Print of 10 points is 28 px high at 200 dpi, so that little of it is lost, but
marks are: ： and ；, . and , look alike. Of 22,912 letters and digits of doubtful lines PP-OCRv5 reads 104 otherwise
than the two others in this view and 170 in ``WHOLE``; PP-OCRv6 small reads marks worse, tiny is in doubt more often."""


class PPOCRRecogniser:
    """A ``Recogniser``: PP-OCR CTC weights with the character list in the model's metadata or in ``inference.yml``.

    ``beam_above``: a line less sure than this gets no alternatives (another reader will be asked for it). ``view``:
    how it is shown lines; as the weights were published where they cannot be made to read lines of that height.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        device: str = "cpu",
        threads: int = 1,
        batch_pixels: int | None = None,
        beam_above: float = 0.0,
        view: View = WHOLE,
    ) -> None:
        model = None if view.height == HEIGHT else any_height(weights.path)
        self._view = view if model or view.height == HEIGHT else WHOLE
        self._session = session(weights, device=device, threads=threads, model=model)
        self._input = self._session.get_inputs()[0].name
        self._alphabet = Alphabet(_character_list(self._session, weights))
        self._weights = weights
        self._device = "gpu" if self._session.get_providers()[0].startswith("CUDA") else "cpu"
        self._batch_pixels = batch_pixels or BATCH_PIXELS[self._device]
        self._beam_above = beam_above

    @property
    def provenance(self) -> Provenance:
        return Provenance("ppocr-onnxruntime", self._device, (self._weights,))

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        """Readings in the order given; the lines are batched by width inside."""
        view = self._view
        widths = [scaled_width(line, view) for line in lines]
        readings: list[LineReading | None] = [None] * len(lines)
        pixels = self._batch_pixels * HEIGHT // view.height
        for batch in batches(widths, pixels=pixels, spread=SPREAD[self._device]):
            read = self._read_batch([cropped(lines[i], view) for i in batch], [widths[i] for i in batch])
            for i, reading in zip(batch, read, strict=True):
                readings[i] = reading
        return [r for r in readings if r is not None]

    def _read_batch(self, lines: list[LineImage], widths: list[int]) -> list[LineReading]:
        width = max(widths)
        batch = np.zeros((len(lines), 3, self._view.height, width), np.float32)
        for i, (line, own) in enumerate(zip(lines, widths, strict=True)):
            batch[i, :, :, :own] = prepared(line, own, self._view.height)
        try:
            frames = self._session.run(None, {self._input: batch})[0]
        except Exception as error:
            raise EngineError(f"PP-OCR failed on {len(lines)} lines of {width} px: {error}") from error
        best = frames.argmax(axis=-1)
        peaks = np.take_along_axis(frames, best[..., None], axis=-1)  # what is not a number is the greatest of all
        if frames.ndim != 3 or frames.shape[2] != len(self._alphabet) or not np.isfinite(peaks).all():
            raise EngineError(f"PP-OCR answered with shape {frames.shape}, not with finite posteriors per frame.")
        return [self._decoded(*one) for one in zip(frames, best, (own / width for own in widths), strict=True)]

    def _decoded(self, frames: NDArray[np.float32], best: NDArray[np.intp], share: float) -> LineReading:
        """What the frames say that look at the line (``share`` of all), not at the padding behind it."""
        length = len(frames) * share
        own = frames[: max(1, math.ceil(length + 3))]
        path = best_path(own, self._alphabet, length=length, best=best[: len(own)])
        reading = LineReading(path, (), self._weights.name)
        if not reading.characters or not self._beam_above <= reading.confidence < BEAM_BELOW:
            return reading
        others = tuple(pair for pair in n_best(own, self._alphabet) if pair[0] != reading.text)
        return replace(reading, alternatives=others)


def session(weights: Weights, *, device: str, threads: int, model: bytes | None = None) -> Any:
    """The weights, or ``model`` that was made of them, loaded into ONNX Runtime.

    Raises ``ModelError`` for what is no model, or no such device.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Blocks are used again: fetched anew from the system for every batch they cost half of the time. In batches
    # this small the arena stays below 100 MB.
    options.enable_cpu_mem_arena = True
    providers = providers_for(device, ort.get_available_providers())
    try:
        # Transposing inside the product with all characters' weights keeps these from being packed: 2 % of the time.
        return ort.InferenceSession(
            model or weights.path, options, providers=providers, disabled_optimizers=["MatmulTransposeFusion"]
        )
    except Exception as error:
        raise ModelError(f"{weights.path} cannot be loaded as an ONNX model: {error}") from error


def batches(widths: Sequence[int], *, pixels: int, spread: float) -> Iterator[list[int]]:
    """The lines' places in groups to read together, narrow ones first; see ``BATCH_PIXELS`` and ``SPREAD``."""
    batch: list[int] = []
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        full = (len(batch) + 1) * widths[i] * HEIGHT > pixels
        if batch and (full or widths[i] > widths[batch[0]] * (1.0 + spread)):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def any_height(path: str) -> bytes | None:
    """The model of a file made to read lines of any height; None where it cannot be."""
    try:
        onnx: Any = import_module("onnx")
        model = onnx.load(path)
        return bytes(model.SerializeToString()) if for_any_height(model) else None
    except Exception:  # no such package, or no model: loading it as it is tells what is wrong
        return None


def scaled_width(line: LineImage, view: View = WHOLE) -> int:
    """Width in pixels of the line as it is shown, in steps of 8, at least half a character."""
    width: float = view.width * line.shape[1] * HEIGHT / max(1, line.shape[0])
    return min(MAX_WIDTH, max(view.height, math.ceil(width / 8) * 8))


def cropped(line: LineImage, view: View) -> LineImage:
    """The line image without what the view cuts off above and below."""
    rows = round(view.cut * line.shape[0])
    return line[rows : line.shape[0] - rows]


def prepared(line: LineImage, width: int, height: int = HEIGHT) -> NDArray[np.float32]:
    """(3, height, width) in -1 to 1, as the model was trained (PaddleOCR's RecResizeImg)."""
    three = cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) if line.ndim == 2 else line
    shrinking = line.shape[0] > height
    scaled = cv2.resize(three, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    if line.ndim == 2:
        return np.broadcast_to(LEVELS[scaled[..., 0]], (3, height, width))
    return np.asarray(LEVELS[scaled].transpose(2, 0, 1))


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
    """Class 0 is the blank, the last one a space."""
    text = session.get_modelmeta().custom_metadata_map.get("character", "")
    listed = text.split("\n") if text else _beside(Path(weights.path))
    characters = ["", *listed, " "]
    classes = session.get_outputs()[0].shape[-1]
    if not listed or (isinstance(classes, int) and classes != len(characters)):
        raise ModelError(
            f"{weights.path} does not carry the character list it was trained with, nor does inference.yml beside it."
        )
    return characters


def _beside(model: Path) -> list[str]:
    """The characters in the ``inference.yml`` that PaddleOCR publishes with a model; [] where there is none."""
    yaml: Any = import_module("yaml")
    try:
        text = (model.parent / "inference.yml").read_text("utf-8")
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return [str(c) for c in data["PostProcess"]["character_dict"]]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        return []
