"""What only the whole page tells of its cells, and what a witness says of those that stay in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from forms import Cell, LineReading
from ocr import Recogniser, join_lines, read_checked, remaining_doubt
from scoring import Evidence, probability, wants_witness

from .cells import Judged
from .familiar import unfamiliar

SURE_LINE = 0.999
"""A line whose weakest character is surer than this adds nothing to its cell's doubt."""


def weighed(cells: Sequence[Judged]) -> list[Judged]:
    """A page's cells and lines with the probability that the page gives them: which texts stand elsewhere too, and how
    often the two readers differ."""
    new = unfamiliar([one.cell.text for one in cells])
    texts = [one.evidence for one in cells if one.evidence.kind == "text"]
    differ = sum(evidence.differ > 0 for evidence in texts) / max(1, len(texts))
    return [_known(one, n, differ) for one, n in zip(cells, new, strict=True)]


def heard(
    cells: Sequence[Judged], witness: Recogniser, wanted: Callable[[Evidence], bool] = wants_witness
) -> list[Judged]:
    """The cells, those for which a witness is ``wanted`` with what it says of them; it reads their doubtful lines in
    one call. Raises ``EngineError`` when it fails."""
    asked = [
        (k, i)
        for k, one in enumerate(cells)
        if one.images and one.cell.text and wanted(one.evidence)
        for i in _doubtful(one)
    ]
    answers = read_checked(witness, [cells[k].images[i] for k, i in asked])
    said: dict[int, dict[int, LineReading]] = {}
    for (k, i), answer in zip(asked, answers, strict=True):
        said.setdefault(k, {})[i] = answer
    return [_heard(one, said[k]) if k in said else one for k, one in enumerate(cells)]


def _doubtful(one: Judged) -> list[int]:
    """The lines that the witness is shown: those with a doubtful character, all where the doubt is of another kind."""
    lines = range(len(one.readings))
    return [i for i in lines if one.readings[i].confidence < SURE_LINE] or list(lines)


def _heard(one: Judged, said: Mapping[int, LineReading]) -> Judged:
    """The cell with what the witness said of some of its lines; it is taken to confirm the others."""
    lines = [said.get(i, reading) for i, reading in enumerate(one.readings)]
    left = remaining_doubt(one.readings, lines)
    evidence = replace(one.evidence, heard=True, left=left.posterior, left_weakest=left.weakest, dissent=left.dissent)
    cell = replace(one.cell, confidence=probability(evidence))
    return replace(one, cell=_with_other(cell, join_lines(lines)) if left.dissent else cell, evidence=evidence)


def _known(one: Judged, unknown: bool, differing: float) -> Judged:
    """A text with the probability that the page gives it; a number, mark or blank as it is."""
    if one.evidence.kind != "text" or not one.cell.text:
        return one
    evidence = replace(one.evidence, unfamiliar=unknown, differing=differing)
    return replace(one, cell=replace(one.cell, confidence=probability(evidence)), evidence=evidence)


def _with_other(cell: Cell, text: str) -> Cell:
    """The cell with what the witness read instead among its alternatives: half of the doubt is for that."""
    if not text or text == cell.text:
        return cell
    known = dict(cell.alternatives)
    known[text] = max(known.get(text, 0.0), (1.0 - cell.confidence) / 2)
    return replace(cell, alternatives=tuple(sorted(known.items(), key=lambda pair: -pair[1])))
