from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forms import ModelError
from ocr import (
    EngineOptions,
    NullDetector,
    NullRecogniser,
    make_detector,
    make_recogniser,
    make_witness,
    registry,
    weights,
)
from ocr.ppocr import providers_for


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ModelError, match="ppocr is registered already"):
        registry.register("ppocr", lambda o: NullRecogniser(), lambda o: NullDetector())


def test_a_new_engine_is_made_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))
    seen: list[EngineOptions] = []

    def recogniser(options: EngineOptions) -> NullRecogniser:
        seen.append(options)
        return NullRecogniser()

    registry.register("mine", recogniser, lambda o: NullDetector())
    options = EngineOptions(engine="mine", threads=3)
    assert isinstance(make_recogniser(options), NullRecogniser) and isinstance(make_detector(options), NullDetector)
    assert seen == [options]


def test_an_unknown_engine_is_told_the_known_ones() -> None:
    for make in (make_recogniser, make_detector):
        with pytest.raises(ModelError, match=r"No engine is called abacus\. There are: null, paddle, ppocr"):
            make(EngineOptions(engine="abacus"))


def test_the_null_engine() -> None:
    options = EngineOptions(engine="null")
    assert make_recogniser(options).read([np.zeros((9, 9), np.uint8)])[0].text == ""
    assert make_detector(options).detect(np.zeros((9, 9), np.uint8)) == []


def test_devices() -> None:
    with pytest.raises(ModelError, match="--device is one of cpu, gpu, auto, not abacus"):
        EngineOptions(device="abacus")  # type: ignore[arg-type]
    both = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert providers_for("cpu", both) == ["CPUExecutionProvider"]
    assert providers_for("gpu", both) == providers_for("auto", both) == both
    assert providers_for("auto", ["CPUExecutionProvider"]) == ["CPUExecutionProvider"]
    with pytest.raises(ModelError, match=r"no CUDA.*onnxruntime-gpu.*--device cpu"):
        providers_for("gpu", ["CPUExecutionProvider"])


def test_weights_that_are_no_model(tmp_path: Path) -> None:
    (tmp_path / "PP-OCRv6_small_rec.onnx").write_bytes(b"no onnx")
    with pytest.raises(ModelError, match=r"PP-OCRv6_small_rec\.onnx cannot be loaded as an ONNX model"):
        make_recogniser(EngineOptions(folders=(tmp_path,)))


def test_a_witness_is_there_where_readers_are_left_to_the_program_and_its_weights_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weights, "is_available", lambda name, folders=(): True)
    assert make_witness(EngineOptions()) is not None and make_witness(EngineOptions(reader="cascade")) is not None
    assert make_witness(EngineOptions(reader="small")) is None and make_witness(EngineOptions(engine="null")) is None
    monkeypatch.setattr(weights, "is_available", lambda name, folders=(): False)
    assert make_witness(EngineOptions()) is None
