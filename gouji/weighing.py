"""What only the whole page tells of its cells, and what a witness says of those that stay in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from forms import Cell, LineReading
from ocr import (
    LineImage,
    Recogniser,
    Window,
    is_word,
    join_lines,
    patched,
    read_checked,
    remaining_doubt,
    windows,
    with_alternative,
)
from scoring import Evidence, probability, wants_witness

from .cells import Judged
from .familiar import unfamiliar

SURE = 0.995
"""A letter or digit that is surer than this is not shown to a witness where another of its cell is less so: on 160
pages of the generator's test half the log loss with its word on all below 0.999 is 203, with this 205, and the cells
that must be seen for one silent error in a thousand are 7.5 and 7.4 % of the texts (2026-11-29)."""
SUREST = 0.999
"""A character that is surer than this adds nothing to its cell's doubt."""


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
    """The cells, those for which a witness is ``wanted`` with what it says of them; it is shown their doubtful places
    in one call. Raises ``EngineError`` when it fails."""
    asked = (k for k, one in enumerate(cells) if one.images and one.cell.text and wanted(one.evidence))
    shown = {k: places for k in asked if (places := _shown(cells[k]))}
    answers = iter(read_checked(witness, [image for places in shown.values() for p in places for image in p.images]))
    found = list(cells)
    for k, places in shown.items():
        said = {p.line: p.reading(cells[k], [next(answers) for _ in p.images]) for p in places}
        found[k] = _heard(cells[k], said)
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a witness is shown of a cell's line: ``parts`` of it, or all where there are none."""

    line: int
    whole: LineImage
    parts: tuple[Window, ...]

    @property
    def images(self) -> tuple[LineImage, ...]:
        return tuple(part.image for part in self.parts) or (self.whole,)

    def reading(self, cell: Judged, said: Sequence[LineReading]) -> LineReading:
        """The line by the witness's word on what it was shown."""
        if not self.parts:
            return said[0]
        return patched(self.whole, cell.readings[self.line], list(zip(self.parts, said, strict=True)))


def _shown(one: Judged) -> list[_Shown]:
    """The places of a number's doubtful characters and of a text's doubtful letters and digits; all lines where the
    doubt is of another kind. Nothing of a text whose marks alone are in doubt: it is no witness of these, and what it
    would say of the others, which are sure, is worth nothing. (Of such numbers 2 in 542 were wrong, of such texts 27 in
    380.)"""
    places: list[_Shown] = []
    number = one.evidence.kind == "number"
    for sure in (SURE, SUREST):
        for i, (image, reading) in enumerate(zip(one.images, one.readings, strict=True)):
            below = [k for k, c in enumerate(reading.characters) if c.posterior < sure and (number or is_word(c.text))]
            places += [_Shown(i, image, windows(image, reading, below))] if below else []
        if places:
            return places
    if any(c.posterior < SUREST for reading in one.readings for c in reading.characters):
        return []
    return [_Shown(i, image, ()) for i, image in enumerate(one.images)]


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
    if text == cell.text:
        return cell
    return replace(cell, alternatives=with_alternative(cell.alternatives, text, (1.0 - cell.confidence) / 2))
