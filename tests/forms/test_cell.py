import pytest

from forms import Cell, Character, EngineError, GeometryError, LineReading


@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(GeometryError, match="probability"):
        Cell("a", confidence)
    with pytest.raises(EngineError, match="broken-engine"):
        LineReading((Character("a", confidence),), engine="broken-engine")


def test_what_was_read_stays_when_a_cell_is_repaired_or_sent_to_review() -> None:
    read = Cell("9l.5", 0.4, raw="9l.5", page=2)
    repaired = read.repaired("91.5", 0.97, "the sum of the scores")
    assert (repaired.text, repaired.raw, repaired.origin, repaired.confidence) == ("91.5", "9l.5", "repaired", 0.97)
    doubted = repaired.with_review("two rules disagree")
    assert doubted.needs_review and doubted.reasons == ("the sum of the scores", "two rules disagree")
    assert read == Cell("9l.5", 0.4, raw="9l.5", page=2)


def test_a_field_that_is_not_printed_is_absent_and_certain() -> None:
    assert Cell.absent() == Cell("", 1.0, origin="absent")


def test_a_line_is_as_sure_as_its_weakest_character() -> None:
    reading = LineReading((Character("9", 0.99), Character("8", 0.7), Character("%", 0.9)))
    assert (reading.text, reading.confidence) == ("98%", 0.7)
    assert (LineReading().text, LineReading().confidence) == ("", 1.0)
