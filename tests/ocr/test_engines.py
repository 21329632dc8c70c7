from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, EngineError, LineReading, Provenance
from ocr import (
    FaultyRecogniser,
    LineImage,
    NullDetector,
    NullRecogniser,
    RecordedRecogniser,
    Remembering,
    read_checked,
)
from ocr.engines import Deferred, DeferredDetector, line_key


class Widths:
    """Reads every line as its width."""

    provenance = Provenance("widths", "cpu")
    calls = 0

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.calls += 1
        return [LineReading(tuple(Character(c, 0.5, 0.25) for c in str(x.shape[1])), (), "widths") for x in lines]


def line(width: int, value: int = 255) -> LineImage:
    return np.full((10, width), value, np.uint8)


LINES = [line(30), line(41), line(52)]


def test_null_reads_nothing() -> None:
    assert [r.text for r in read_checked(NullRecogniser(), LINES)] == ["", "", ""]
    assert NullDetector().detect(LINES[0]) == []


def test_recorded_replays_what_was_read_also_from_a_file() -> None:
    source = Widths()
    recorder = RecordedRecogniser(source=source)
    first = recorder.read(LINES)
    assert [r.text for r in first] == ["30", "41", "52"]
    assert recorder.read(LINES[::-1]) == first[::-1] and source.calls == 1, "what is recorded is not read again"
    replay = RecordedRecogniser.from_data(json.loads(json.dumps(recorder.as_data())))
    assert [r.characters for r in replay.read(LINES)] == [r.characters for r in first]
    assert (recorder.provenance.engine, replay.provenance.engine) == ("widths", "recorded")


def test_recorded_without_a_source_says_what_it_does_not_know() -> None:
    recorder = RecordedRecogniser(source=Widths())
    recorder.read(LINES[:1])
    with pytest.raises(EngineError, match="2 of 3 lines were never recorded"):
        read_checked(RecordedRecogniser(recorder.readings), LINES)


@given(
    st.lists(
        st.lists(st.tuples(st.text(min_size=1, max_size=1), st.floats(0, 1), st.floats(0, 1)), max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_readings_survive_the_file(characters: list[list[tuple[str, float, float]]]) -> None:
    readings = {str(i): LineReading(tuple(Character(*c) for c in cs)) for i, cs in enumerate(characters)}
    data = json.loads(json.dumps(RecordedRecogniser(readings).as_data()))
    back = RecordedRecogniser.from_data(data).readings
    assert {k: r.characters for k, r in back.items()} == {k: r.characters for k, r in readings.items()}


def test_a_lines_key_is_its_pixels_and_shape() -> None:
    assert line_key(line(30)) == line_key(line(60)[:, ::2])
    assert len({line_key(x) for x in (line(30), line(31), line(30, 254), line(30).reshape(30, 10))}) == 4


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("crash", "RuntimeError"),
        ("garbage", "no text"),
        ("short", "2 readings for 3"),
        ("not a number", "outside 0 to 1"),
    ],
)
def test_faults_become_engine_errors(fault, word: str) -> None:
    engine = FaultyRecogniser(Widths(), fault, after=1)
    assert [r.text for r in read_checked(engine, LINES)] == ["30", "41", "52"], "honest until then"
    with pytest.raises(EngineError, match=word):
        read_checked(engine, LINES)


def test_a_hang_lasts_as_long_as_it_is_told() -> None:
    assert [r.text for r in read_checked(FaultyRecogniser(Widths(), "hang", seconds=0.01), LINES)] == ["30", "41", "52"]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        3,
        ["30", "41", "52"],
        [None] * 3,
        iter([LineReading()] * 3),
        [LineReading((Character(b"30", 0.5),))] * 3,  # type: ignore[arg-type]
        [LineReading((Character("\x07", 0.5),))] * 3,
        [LineReading((Character("\udcff", 0.5),))] * 3,
        [LineReading()] * 4,
    ],
)
def test_whatever_else_an_engine_answers_is_an_engine_error(answer: object) -> None:
    class Odd(Widths):
        def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
            return answer  # type: ignore[return-value]

    with pytest.raises(EngineError):
        read_checked(Odd(), LINES)


def test_no_lines_no_question() -> None:
    assert read_checked(FaultyRecogniser(Widths(), "crash"), []) == []


def test_a_remembering_engine_reads_no_image_twice() -> None:
    class Counting(NullRecogniser):
        seen = 0

        def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
            self.seen += len(lines)
            return [LineReading((Character(str(line.shape[1]), 1.0),)) for line in lines]

    source = Counting()
    engine = Remembering(source)
    a, b, c = line(11), line(12), line(13)
    assert [r.text for r in engine.read([a, b, a])] == ["11", "12", "11"]
    assert [r.text for r in engine.read([c, b])] == ["13", "12"]
    assert source.seen == 3


def test_an_engine_that_is_put_off_is_made_once_and_only_when_there_is_something_to_read() -> None:
    made: list[NullRecogniser] = []

    def make() -> NullRecogniser:
        made.append(NullRecogniser())
        return made[0]

    deferred = Deferred(make)
    assert deferred.read([]) == [] and made == []
    line = np.zeros((9, 9), np.uint8)
    assert len(deferred.read([line])) == len(deferred.read([line])) == 1
    assert deferred.provenance == NullRecogniser.provenance and len(made) == 1


def test_a_detector_that_is_put_off_is_made_once_and_only_when_there_is_a_picture() -> None:
    made: list[NullDetector] = []

    def make() -> NullDetector:
        made.append(NullDetector())
        return made[0]

    deferred = DeferredDetector(make)
    assert made == []
    picture = np.zeros((9, 9), np.uint8)
    assert deferred.detect(picture) == deferred.detect(picture) == [] and len(made) == 1
