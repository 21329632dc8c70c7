from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.graphs import for_any_height
from ocr.ppocr import HEIGHT, LOW, View, any_height, cropped, prepared, scaled_width
from ocr.weights import find_weights, is_available

onnx: Any = import_module("onnx")
WITNESS = "PP-OCRv5_mobile_rec"


def network(windows: int = 1, *, strides: tuple[int, int] = (3, 2)) -> Any:
    """Features of every 16th row (H / 16, W), averaged in windows of (3, 2) to one row."""
    make = onnx.helper
    floats = onnx.TensorProto.FLOAT
    nodes = [make.make_node("MaxPool", ["x"], ["f0"], kernel_shape=[16, 1], strides=[16, 1])]
    for k in range(windows):
        nodes.append(make.make_node("AveragePool", [f"f{k}"], [f"f{k + 1}"], kernel_shape=[3, 2], strides=strides))
    graph = make.make_graph(
        nodes,
        "line",
        [make.make_tensor_value_info("x", floats, ["n", 3, HEIGHT, "w"])],
        [make.make_tensor_value_info(f"f{windows}", floats, None)],
    )
    return make.make_model(graph, opset_imports=[make.make_opsetid("", 11)], ir_version=8)


def answer(model: Any, lines: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": lines.astype(np.float32)})[0])


@given(st.integers(1, 3), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_what_is_averaged_stays_and_any_height_is_read(count: int, wide: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = random.random((count, 3, HEIGHT, 2 * wide))
    model = network()
    before = answer(model, lines)
    assert for_any_height(model)
    assert np.allclose(answer(model, lines), before, atol=1e-6)
    for rows in (1, 2, 4):
        other = random.random((count, 3, 16 * rows, 2 * wide)).astype(np.float32)
        peaks = other.reshape(count, 3, rows, 16, wide, 2).max(axis=3)
        assert np.allclose(answer(model, other)[:, :, 0], peaks.mean(axis=(2, 4)), atol=1e-6)


@pytest.mark.parametrize("model", [network(0), network(1, strides=(1, 2))], ids=["no window", "windows that overlap"])
def test_another_network_stays_as_it_is(model: Any) -> None:
    before = model.SerializeToString()
    assert not for_any_height(model)
    assert model.SerializeToString() == before


def test_what_is_no_model_has_no_height(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    assert any_height(str(tmp_path / "model.onnx")) is None
    assert any_height(str(tmp_path / "nowhere.onnx")) is None


@given(st.integers(1, 200), st.integers(1, 2000))
def test_a_low_view_is_a_lines_middle_in_32_rows(height: int, width: int) -> None:
    line = np.full((height, width), 255, np.uint8)
    part = cropped(line, LOW)
    assert part.shape[1] == width and abs(part.shape[0] - (1 - 2 * LOW.cut) * height) <= 1.0
    assert cropped(line, View()).shape == line.shape
    wide = scaled_width(line, LOW)
    assert wide % 8 == 0 and LOW.height <= wide <= max(LOW.height, scaled_width(line))
    assert prepared(part, wide, LOW.height).shape == (3, LOW.height, wide)


@pytest.mark.model
def test_the_witness_answers_as_published_to_lines_of_48_rows() -> None:
    if not is_available(WITNESS, ()):
        pytest.skip(f"the weights of {WITNESS} are not installed")
    path = find_weights(WITNESS).path
    lines = np.random.default_rng(1).random((2, 3, HEIGHT, 96)) * 2 - 1
    model = onnx.load(path)
    before = answer(model, lines)
    assert for_any_height(model)
    assert np.allclose(answer(model, lines), before, atol=1e-5)
    assert answer(model, lines[:, :, :32]).shape == before.shape
