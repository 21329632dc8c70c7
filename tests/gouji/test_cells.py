"""A cell from its ink and its readings: text, mark or blank, and what the confidence rests on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import Box, Cell, Character, LineReading
from gouji.cells import SPOTTED, Judged, read_cell, read_line
from layout import DIRTY, CellInk, Line
from ocr import PagePrint
from scoring import Evidence

CHARACTER = 30.0
BOX = Box(0, 0, 100, 40)


def line(width: int = 60, height: int = 30) -> Line:
    image = np.full((40, width + 16), 255, np.uint8)
    image[8:32, 8:-8] = 0
    return Line(image, Box(0, 0, width, height))


def reading(text: str, posterior: float = 0.999, agreed: bool | None = None) -> LineReading:
    places = [(i + 0.5) / max(1, len(text)) for i in range(len(text))]
    return LineReading(tuple(Character(c, posterior, p) for c, p in zip(text, places, strict=True)), agreed=agreed)


def text_ink(points: int = 0) -> CellInk:
    return CellInk("text", (line(),), points=points)


def both(one: Judged) -> tuple[Cell, Evidence]:
    return one.cell, one.evidence


def test_a_number_is_weighed_as_one_and_text_as_text() -> None:
    _, number = both(read_cell(text_ink(), [reading("12.5")], BOX, 1, character=CHARACTER))
    _, text = both(read_cell(text_ink(), [reading("产出指标")], BOX, 1, character=CHARACTER))
    assert (number.kind, text.kind) == ("number", "text")


def test_what_may_be_a_point_or_a_speck_is_told_to_the_calibration() -> None:
    _, clean = both(read_cell(text_ink(), [reading("125")], BOX, 1, character=CHARACTER))
    _, doubted = both(read_cell(text_ink(points=2), [reading("125")], BOX, 1, character=CHARACTER, grain=0.07))
    assert (clean.points, clean.grain) == (0, 0.0) and (doubted.points, doubted.grain) == (2, 0.07)


@pytest.mark.parametrize(("width", "text"), [(40, "—"), (9, "-")])
def test_a_short_stroke_is_a_hyphen_a_long_one_a_dash(width: int, text: str) -> None:
    ink = CellInk("dash", (line(width, 3),))
    cell, evidence = both(read_cell(ink, [], BOX, 3, character=CHARACTER))
    assert (cell.text, cell.raw, cell.page, evidence.kind) == (text, text, 3, "mark")


def test_a_blank_cell_has_no_text_and_is_surer_the_less_ink_there_is() -> None:
    clean, _ = both(read_cell(CellInk("blank"), [], BOX, 1, character=CHARACTER))
    faint, _ = both(read_cell(CellInk("blank", doubt=0.5), [], BOX, 1, character=CHARACTER))
    assert clean.text == faint.text == "" and clean.confidence > faint.confidence


def test_ink_that_reads_as_nothing_goes_to_a_person() -> None:
    cell, _ = both(read_cell(text_ink(), [reading("")], BOX, 1, character=CHARACTER))
    assert cell.text == "" and cell.needs_review and "ink" in cell.reasons[0]


def test_what_is_read_of_the_line_and_what_is_made_of_it_are_both_kept() -> None:
    flat = CellInk("text", (line(40, 6),))
    cell, _ = both(read_cell(flat, [reading("一")], BOX, 1, character=CHARACTER))
    assert (cell.text, cell.raw) == ("—", "一")


def test_a_doubted_reading_is_less_sure() -> None:
    sure, _ = both(read_cell(text_ink(), [reading("12.5", 0.9999)], BOX, 1, character=CHARACTER))
    doubted, _ = both(read_cell(text_ink(), [reading("12.5", 0.7)], BOX, 1, character=CHARACTER))
    assert doubted.confidence < sure.confidence


def test_a_dash_that_may_be_none_is_no_surer_than_a_spotted_blank() -> None:
    """A piece of a fold, or of a line that shines through; where a form must have a dash its rules say so."""
    sure, doubtful = (
        read_cell(CellInk("dash", (line(20, 3),), doubt=doubt), [], BOX, 1, character=25.0).cell for doubt in (0.0, 0.5)
    )
    assert sure.confidence > 0.99 and doubtful.confidence == pytest.approx(SPOTTED)
    assert not doubtful.needs_review


def test_a_blank_cell_with_a_spot_that_may_be_a_mark_goes_to_a_person() -> None:
    clean, _ = both(read_cell(CellInk("blank", doubt=0.1), [], BOX, 1, character=CHARACTER))
    spotted, _ = both(read_cell(CellInk("blank", doubt=0.3), [], BOX, 1, character=CHARACTER))
    assert not clean.needs_review and spotted.needs_review and spotted.confidence < clean.confidence


def test_a_line_outside_tables_is_weighed_as_a_cell_of_that_line() -> None:
    text = "项目支出绩效自评表"
    inside, known = both(read_cell(text_ink(), [reading(text)], BOX, 1, character=CHARACTER))
    outside, same = both(read_line(line(), reading(text), BOX, 1, character=CHARACTER))
    assert outside == inside and same == known
    assert outside.confidence != pytest.approx(0.999 ** len(text))  # no mere product of posteriors


def test_a_title_is_measured_by_its_own_height() -> None:
    large = Line(np.full((104, 400), 128, np.uint8), Box(0, 0, 388, 80))
    _, evidence = both(read_line(large, reading("绩效自评表"), BOX, 1, character=CHARACTER))
    assert evidence.size == 80 and evidence.stretch < 0.1


def test_a_traditional_character_on_a_simplified_page_is_a_misreading_and_raw_keeps_it() -> None:
    prints = PagePrint(simplified=True)
    cell, _ = both(read_cell(text_ink(), [reading("項目名称")], BOX, 1, character=CHARACTER, prints=prints))
    title, _ = both(read_line(line(), reading("绩效自評表"), BOX, 1, character=CHARACTER, prints=prints))
    other, _ = both(read_cell(text_ink(), [reading("項目名稱")], BOX, 1, character=CHARACTER))
    assert (cell.text, cell.raw) == ("项目名称", "項目名称")
    assert (title.text, title.raw) == ("绩效自评表", "绩效自評表")
    assert other.text == "項目名稱"


def test_a_speck_read_as_a_mark_goes_where_spots_are_in_doubt_and_the_cell_stays_doubtful() -> None:
    dirty, known = both(read_cell(text_ink(points=1), [reading("10.")], BOX, 1, character=CHARACTER))
    clean, _ = both(read_cell(text_ink(), [reading("10.")], BOX, 1, character=CHARACTER))
    sure, _ = both(read_cell(text_ink(points=1), [reading("10")], BOX, 1, character=CHARACTER))
    assert (dirty.text, dirty.raw, clean.text) == ("10", "10.", "10.")
    assert known.kind == "number" and known.odd == 1 and dirty.confidence < sure.confidence
    assert dirty.alternatives[0][0] == "10."


def test_on_a_dirty_page_every_such_mark_is_a_speck() -> None:
    one, known = both(read_cell(text_ink(), [reading(".项目")], BOX, 1, character=CHARACTER, spots=DIRTY))
    few, _ = both(read_cell(text_ink(), [reading(".项目")], BOX, 1, character=CHARACTER, spots=DIRTY - 1))
    title, _ = both(read_line(line(), reading("自评表."), BOX, 1, character=CHARACTER, spots=DIRTY))
    assert (one.text, few.text, known.spots) == ("项目", ".项目", DIRTY)
    assert (title.text, title.raw) == ("自评表", "自评表.")


def test_a_rival_that_prints_another_comparison_is_told_to_the_calibration() -> None:
    def told(*others: str) -> float:
        read = LineReading(reading("<17万元").characters, tuple((t, 0.3) for t in others))
        return both(read_cell(text_ink(), [read], BOX, 1, character=CHARACTER))[1].signs

    assert told("<=17万元") == pytest.approx(0.3)
    assert told("<=17万元", "≤17万元") == pytest.approx(0.6)
    assert told("<11万元", "＜17万元", "<17 万元") == 0.0


def test_a_letter_that_ink_and_a_rival_speak_for_is_told_to_the_calibration() -> None:
    def told(image: np.ndarray, other: str) -> float:
        read = LineReading(reading("628").characters, ((other, 0.4),))
        one = CellInk("text", (Line(image, Box(0, 0, image.shape[1], image.shape[0])),), 0.0)
        return both(read_cell(one, [read], BOX, 1, character=CHARACTER))[1].added

    whole = text_ink().lines[0].image
    longer = np.hstack([whole, np.full((whole.shape[0], 60), 255, np.uint8)])
    longer[8:-8, -40:-10] = 0
    assert told(np.full_like(whole, 255), "628万") == 0.0
    assert told(longer, "628万") == pytest.approx(0.4)


def leaning_line(share: float) -> Line:
    image = np.full((40, 40), 255, np.uint8)
    cv2.line(image, (14, 34), (14 + round(28 * share), 6), (0.0,), 2, cv2.LINE_AA)
    return Line(image, Box(0, 0, 24, 30))


@pytest.mark.parametrize(("share", "text"), [(0.4, "/"), (0.05, "1")])
def test_a_stroke_that_leans_is_a_slash_whatever_it_was_read_as(share: float, text: str) -> None:
    """On a fax four slashes were read as 1, told nowhere."""
    cell, _ = both(read_cell(CellInk("text", (leaning_line(share),)), [reading("1")], BOX, 1, character=CHARACTER))
    assert cell.text == text and cell.raw == "1"
    assert cell.needs_review == (text == "/")


def test_a_slash_that_was_read_as_one_is_not_asked_about() -> None:
    cell, _ = both(read_cell(CellInk("text", (leaning_line(0.4),)), [reading("/")], BOX, 1, character=CHARACTER))
    assert cell.text == "/" and not cell.needs_review
