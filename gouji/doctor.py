"""``gouji doctor``: what is installed, which devices and weights there are, and whether a self-test reads right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forms import GoujiError
from ocr import KNOWN, EngineOptions, find_weights, make_recogniser

from .summary import versions

TEST_TEXT = "2024-98.66%"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's report."""

    name: str
    good: bool
    detail: str


def examine(options: EngineOptions) -> Iterator[Check]:
    """Every check in turn; none raises."""
    for package, found in versions().items():
        yield Check(package, found != "not installed", found)
    yield _opencv()
    yield _devices()
    yield from weights(options.folders)
    yield _font()
    yield _self_test(options)


def weights(folders: Sequence[Path] = ()) -> Iterator[Check]:
    """Which weights are used for which model, and where they came from."""
    for model in KNOWN:
        try:
            found = find_weights(model.name, folders=folders)
            detail = f"{found.origin}: {found.path} ({found.size / 1e6:.1f} MB, SHA-256 {found.sha256})"
            yield Check(model.name, True, detail)
        except GoujiError as error:
            yield Check(model.name, model.optional, f"{error} {model.missing}".strip())


def _opencv() -> Check:
    from importlib.metadata import distributions

    found = {d.metadata["Name"]: d.version for d in distributions() if (d.metadata["Name"] or "").startswith("opencv-")}
    same = len(set(found.values())) == 1
    detail = ", ".join(f"{name} {version}" for name, version in sorted(found.items()))
    return Check("opencv distributions agree", same, detail if same else f"{detail}: install the same version of all")


def _devices() -> Check:
    try:
        import onnxruntime

        found = onnxruntime.get_available_providers()
    except Exception as error:
        return Check("devices", False, f"onnxruntime cannot be loaded: {error}")
    return Check("devices", True, "cpu, gpu (CUDA)" if "CUDAExecutionProvider" in found else "cpu")


def _font() -> Check:
    from export.fonts import chinese_font

    font = chinese_font()
    return Check("Chinese font for overlays", font is not None, str(font or "none: apt-get install fonts-wqy-microhei"))


def _self_test(options: EngineOptions) -> Check:
    """Draws a short text with OpenCV's own strokes and reads it back."""
    import cv2

    image = np.full((64, 420), 255, np.uint8)
    cv2.putText(image, TEST_TEXT, (12, 46), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0,), 3, cv2.LINE_AA)
    try:
        text = make_recogniser(options).read([image])[0].text
    except Exception as error:  # whatever is wrong with the installation, this is where it is said
        return Check("self-test", False, str(error) or type(error).__name__)
    return Check("self-test", text == TEST_TEXT, f"drew {TEST_TEXT}, read {text}")
