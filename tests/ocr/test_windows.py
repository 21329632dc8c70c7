"""A thorough reader is shown a line's doubtful places: what it says there confirms the line or asks for all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Character, LineReading, Provenance
from ocr import LineImage
from ocr.cascade import Cascade
from ocr.windows import windows

SURE, DOUBTED = 0.999, 0.6
PITCH, SIDE = 40, 10
TEXT = "市场监督管理局年度预算执行情况"

Changed = Callable[[LineReading, LineImage], LineReading]


def printed(text: str) -> LineImage:
    """A line of solid characters at one pitch; the grey value of each tells ``Faithful`` which it is."""
    line = np.full((52, 2 * SIDE + PITCH * len(text)), 255, np.uint8)
    for k in range(len(text)):
        line[8:44, SIDE + PITCH * k + 4 : SIDE + PITCH * k + 36] = 3 * k
    return line


def quick_reading(text: str, doubted: Sequence[int]) -> LineReading:
    width = 2 * SIDE + PITCH * len(text)
    return LineReading(
        tuple(
            Character(c, DOUBTED if k in doubted else SURE, (SIDE + PITCH * (k + 0.5)) / width)
            for k, c in enumerate(text)
        ),
        (),
        "quick",
    )


@dataclass
class Scripted:
    reading: LineReading
    provenance = Provenance("quick", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        return [self.reading for _ in lines]


@dataclass
class Faithful:
    """Reads what an image of a ``printed`` line shows, wherever it was cut; ``changed`` makes it err."""

    text: str
    changed: Changed = lambda reading, image: reading
    shown: list[LineImage] = field(default_factory=list)
    provenance = Provenance("thorough", "cpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.shown += lines
        return [self.changed(self._seen(line), line) for line in lines]

    def _seen(self, line: LineImage) -> LineReading:
        row = line[26]
        found = []
        for value in sorted({int(v) for v in row} - {255}):
            columns = np.flatnonzero(row == value)
            found.append(Character(self.text[value // 3], 0.99, float(columns.mean() + 0.5) / len(row)))
        return LineReading(tuple(found), (), "thorough")


def read_with(thorough: Faithful, doubted: Sequence[int], text: str = TEXT) -> LineReading:
    (found,) = Cascade(Scripted(quick_reading(text, doubted)), thorough).read([printed(text)])
    return found


def test_one_doubtful_character_of_a_line_is_confirmed_by_its_surroundings() -> None:
    thorough = Faithful(TEXT)
    found = read_with(thorough, [5])
    (image,) = thorough.shown
    assert image.shape[1] < printed(TEXT).shape[1] / 2
    assert found.text == TEXT
    assert found.agreed is True
    assert found.engine == "thorough"
    posteriors = [c.posterior for c in found.characters]
    assert posteriors[5] == 0.99, "the thorough reader's word on what it was asked"
    assert posteriors[:4] == [SURE] * 4
    assert posteriors[7:] == [SURE] * 8, "the rest is as it was"
    want = [c.position for c in quick_reading(TEXT, []).characters]
    assert [c.position for c in found.characters] == pytest.approx(want, abs=0.005)


def test_characters_in_doubt_far_apart_are_two_windows_and_close_ones_are_one() -> None:
    thorough = Faithful(TEXT)
    assert read_with(thorough, [0, 14]).text == TEXT
    assert len(thorough.shown) == 2
    thorough = Faithful(TEXT)
    assert read_with(thorough, [5, 7]).text == TEXT
    assert len(thorough.shown) == 1


def test_another_text_in_the_window_is_no_proof_and_the_whole_line_is_read() -> None:
    def wrong(reading: LineReading, image: LineImage) -> LineReading:
        characters = tuple(replace(c, text="埋") if c.text == "理" else c for c in reading.characters)
        return replace(reading, characters=characters)

    thorough = Faithful(TEXT, wrong)
    found = read_with(thorough, [5])
    assert [image.shape[1] == printed(TEXT).shape[1] for image in thorough.shown] == [False, True]
    assert found.text == TEXT.replace("理", "埋")
    assert found.agreed is False
    assert TEXT in dict(found.alternatives)


def test_a_neighbour_that_the_window_does_not_show_is_missed() -> None:
    def lost(reading: LineReading, image: LineImage) -> LineReading:
        return replace(reading, characters=tuple(c for c in reading.characters if c.text != "管"))

    thorough = Faithful(TEXT, lost)
    read_with(thorough, [5])
    assert len(thorough.shown) == 2, "管 stands beside 理 and was read before"


def test_a_window_that_is_itself_in_doubt_confirms_nothing() -> None:
    def unsure(reading: LineReading, image: LineImage) -> LineReading:
        return replace(reading, characters=tuple(replace(c, posterior=0.8) for c in reading.characters))

    thorough = Faithful(TEXT, unsure)
    read_with(thorough, [5])
    assert len(thorough.shown) == 2


def test_what_else_the_window_may_say_is_an_alternative_of_the_line() -> None:
    def with_other(reading: LineReading, image: LineImage) -> LineReading:
        seen = reading.text
        return replace(reading, alternatives=((seen.replace("理", "埋"), 0.01), (seen[1:], 0.02)))

    found = read_with(Faithful(TEXT, with_other), [5])
    assert found.agreed is True
    others = dict(found.alternatives)
    assert list(others) == [TEXT.replace("理", "埋")], "what differs at the cut edge is none of the line's"
    assert others[TEXT.replace("理", "埋")] == pytest.approx(0.01, rel=0.05)


def test_a_number_in_a_line_is_shown_whole() -> None:
    text = "全年预算数为12345.67万元执行率达到要求"
    line = printed(text)
    (window,) = windows(line, quick_reading(text, [8]), [8])
    seen = Faithful(text).read([window.image])[0].text
    assert "12345.67" in seen
    assert seen != text


@pytest.mark.parametrize("doubted", [[1, 4, 7, 10, 13], list(range(15))])
def test_many_doubts_are_worth_no_windows(doubted: list[int]) -> None:
    assert windows(printed(TEXT), quick_reading(TEXT, doubted), doubted) == ()


@given(st.text("市场监督12.%a", min_size=1, max_size=40), st.data())
def test_windows_show_every_doubtful_character_with_its_neighbours(text: str, data: st.DataObject) -> None:
    doubted = sorted(data.draw(st.sets(st.integers(0, len(text) - 1), max_size=4)))
    line = printed(text)
    found = windows(line, quick_reading(text, doubted), doubted)
    for window in found:
        columns = {int(v) // 3 for v in window.image[26]} - {85}
        asked = range(window.start, window.end)
        assert columns >= set(asked)
        assert any(k in asked for k in doubted)
    if found:
        shown = [k for window in found for k in range(window.start, window.end)]
        assert set(doubted) <= set(shown)
        assert shown == sorted(set(shown)), "no character is in two windows"
