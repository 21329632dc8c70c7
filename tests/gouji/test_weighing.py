"""What the page and a witness tell of cells that were judged by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from forms import Cell, Character, EngineError, LineReading, Provenance
from gouji.cells import Judged
from gouji.weighing import heard, weighed
from ocr import FaultyRecogniser, LineImage
from scoring import Evidence, probability


@dataclass
class Witness:
    """Answers these texts, in turn; notes how often it was called."""

    texts: list[str]
    calls: list[int] = field(default_factory=list)
    provenance = Provenance("witness", "cpu")

    def read(self, lines: list[LineImage]) -> list[LineReading]:
        self.calls.append(len(lines))
        return [reading(self.texts.pop(0)) for _ in lines]


def reading(text: str, posterior: float = 0.9) -> LineReading:
    return LineReading(tuple(Character(c, posterior) for c in text))


def judged(text: str, posterior: float = 0.9, lines: int = 1, kind: str = "text") -> Judged:
    evidence = Evidence(kind, posterior=posterior, weakest=posterior, length=len(text), lines=lines)  # type: ignore[arg-type]
    cell = Cell(text, probability(evidence), raw=text)
    return Judged(cell, evidence, (np.zeros((8, 8), np.uint8),) * lines, (reading(text, posterior),) * lines)


def test_a_text_that_stands_twice_on_a_page_is_surer() -> None:
    once, again, other = weighed([judged("实施方案编制"), judged("实施方案编制"), judged("抽检批次覆盖")])
    assert once.cell.confidence == again.cell.confidence > other.cell.confidence


def test_where_readers_differ_often_every_text_is_less_sure() -> None:
    quarrel = replace(judged("调研"), evidence=replace(judged("调研").evidence, differ=1))
    calm = weighed([judged("抽检批次覆盖"), judged("调研")])[0]
    assert weighed([judged("抽检批次覆盖"), quarrel])[0].cell.confidence < calm.cell.confidence


def test_the_witness_is_asked_once_about_all_that_is_wanted_and_nothing_else() -> None:
    witness = Witness(["抽检", "覆盖率"])
    cells = [judged("抽检"), judged("98", kind="number"), Judged(Cell("", 0.9), Evidence("blank")), judged("覆盖率")]
    found = heard(cells, witness, lambda e: e.kind == "text")
    assert witness.calls == [2]
    assert [one.evidence.heard for one in found] == [True, False, False, True]
    assert found[1] is cells[1] and found[2] is cells[2]


def test_what_it_reads_instead_is_told_and_changes_no_text() -> None:
    (one,) = heard([judged("白治州")], Witness(["自治州"]), lambda _: True)
    assert (one.cell.text, one.cell.raw) == ("白治州", "白治州")
    assert one.cell.alternatives[0] == ("自治州", pytest.approx((1.0 - one.cell.confidence) / 2))
    assert one.evidence.dissent == pytest.approx(0.9) and one.evidence.left == pytest.approx(0.9)
    assert one.cell.confidence == probability(one.evidence)


def test_one_that_agrees_adds_no_other_text() -> None:
    (one,) = heard([judged("自治州")], Witness(["自治州"]), lambda _: True)
    assert one.cell.alternatives == () and one.evidence.dissent == 0.0 and one.evidence.left == 1.0


def test_agreement_is_never_worth_less_than_dissent() -> None:
    cell = judged("自治州", 0.97)
    (same,) = heard([cell], Witness(["自治州"]), lambda _: True)
    (other,) = heard([cell], Witness(["白治州"]), lambda _: True)
    assert same.cell.confidence > other.cell.confidence


def test_a_witness_that_fails_is_an_engine_that_fails() -> None:
    with pytest.raises(EngineError, match="crashed on purpose"):
        heard([judged("自治州")], FaultyRecogniser(Witness([]), "crash"), lambda _: True)


def test_without_anything_in_doubt_it_has_nothing_to_read() -> None:
    witness = Witness([])
    cells = [judged("自治州")]
    assert heard(cells, witness, lambda _: False) == cells and witness.calls == []


def test_it_is_shown_the_doubtful_lines_of_a_cell_and_taken_to_confirm_the_others() -> None:
    two = judged("抽检批次覆盖率", lines=2)
    two = replace(two, readings=(reading("抽检批次", 0.9999), reading("覆盖率", 0.6)))
    witness = Witness(["覆益率"])
    (one,) = heard([two], witness, lambda _: True)
    assert witness.calls == [1]
    assert one.cell.alternatives[0][0] == "抽检批次覆益率" and one.evidence.left == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("posteriors", "lines"),
    [
        ((0.6, 0.997), 1),  # what is a little in doubt is not shown beside what is more so
        ((0.997, 0.998), 2),  # but where nothing is more so
        ((0.9999, 0.998), 1),
    ],
)
def test_it_is_shown_what_makes_most_of_a_cells_doubt(posteriors: tuple[float, float], lines: int) -> None:
    two = replace(
        judged("抽检覆盖", lines=2), readings=(reading("抽检", posteriors[0]), reading("覆盖", posteriors[1]))
    )
    witness = Witness(["抽检", "覆盖"])
    heard([two], witness, lambda _: True)
    assert witness.calls == [lines]


def test_of_a_texts_marks_it_is_not_asked() -> None:
    line = LineReading((*reading("抽检", 0.9999).characters, Character(";", 0.6)))
    witness = Witness([])
    cell = replace(judged("抽检;"), readings=(line,))
    assert heard([cell], witness, lambda _: True) == [cell], "as doubtful as it was"
    assert witness.calls == []


def test_a_number_whose_point_is_in_doubt_is_read_again() -> None:
    line = LineReading((Character("9", 0.9999), Character(".", 0.6), Character("5", 0.9999)))
    witness = Witness(["9.5"])
    (one,) = heard([replace(judged("9.5", kind="number"), readings=(line,))], witness, lambda _: True)
    assert witness.calls == [1] and one.evidence.heard and one.evidence.left == 1.0


def test_of_a_long_line_it_is_shown_the_doubtful_places_alone() -> None:
    text = "加强全州食品药品市场监管促进产业健康发展有序"
    image = np.full((32, 30 * len(text)), 255, np.uint8)
    for k in range(len(text)):
        image[6:26, 30 * k + 3 : 30 * k + 27] = 0
    characters = tuple(Character(c, 0.6 if k == 9 else 0.9999, (k + 0.5) / len(text)) for k, c in enumerate(text))
    one = replace(judged(text), images=(image,), readings=(LineReading(characters),))
    seen: list[int] = []

    class Narrow(Witness):
        def read(self, lines: list[LineImage]) -> list[LineReading]:
            seen.extend(line.shape[1] for line in lines)
            places = [(k + 0.5) / 5 for k in range(5)]
            return [LineReading(tuple(Character(c, 0.9, p) for c, p in zip(text[7:12], places, strict=True)))]

    (found,) = heard([one], Narrow([]), lambda _: True)
    assert len(seen) == 1 and 120 <= seen[0] <= 180, "five characters of 30 px"
    assert found.evidence.dissent == 0.0 and found.evidence.left == 1.0


def test_where_the_doubt_is_not_of_a_character_it_is_shown_all_lines() -> None:
    witness = Witness(["抽检", "抽检"])
    heard([judged("抽检抽检", posterior=0.9999, lines=2)], witness, lambda _: True)
    assert witness.calls == [2]


def test_nodes_with_and_without_a_witness_are_not_alike() -> None:
    pytest.importorskip("ray")
    from forms import Weights
    from gouji.page import Engines
    from gouji.ray_actor import versions
    from ocr import NullDetector, NullRecogniser

    witness = Witness([])
    witness.provenance = Provenance("witness", "cpu", (Weights("third", "third.onnx", "ab" * 32, 1, "here"),))
    alone, both = (versions(Engines(NullRecogniser(), NullDetector(), w)) for w in (None, witness))
    assert set(both) - set(alone) == {("third", "ab" * 32)}
