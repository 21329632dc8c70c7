"""One cell: its ink and the readings of its lines to a text, and what is known of that reading."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from forms import Box, Cell, LineReading
from layout import DIRTY, CellInk, Line
from layout.ink import percentile
from ocr import (
    DASH,
    SLASH,
    UNKNOWN_PRINT,
    UPRIGHT,
    LineImage,
    PagePrint,
    comparisons,
    is_slash,
    join_lines,
    leans,
    prove,
    text_alternatives,
    text_confidence,
    unpaired,
    unread_letters,
    unread_marks,
    widest_gap,
    without_specks,
)
from scoring import Evidence, probability, read_number

MARKS = {"dash": DASH, "slash": SLASH}
HYPHEN = "-"
DASH_LOOKALIKES = frozenset("一-_–—―ー－~")
ODD_AT_AN_END = frozenset("_|!'`~^\"\\·-.,，、;；:：丨丿")
SPOT, SPOTTED = 0.3, 0.98
"""Doubt from which a blank cell may hold a mark: 2 of 56 such did where rows of specks looked like hyphens."""
LEANING = 0.9
"""How sure a slash is at most that was read as something else."""
MARKED = 0.5
"""How sure a text is at most beside which a mark stands that was not read."""
UNREAD = 0.3
"""The probability that a cell with ink that reads as nothing is blank."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell with the probability that it is right and what that rests on; of a text also its line images, and the
    readings of these that became the text."""

    cell: Cell
    evidence: Evidence
    images: tuple[LineImage, ...] = ()
    readings: tuple[LineReading, ...] = ()


def read_cell(
    ink: CellInk,
    readings: Sequence[LineReading],
    box: Box,
    page: int,
    *,
    character: float,
    support: float = 1.0,
    grain: float = 0.0,
    prints: PagePrint = UNKNOWN_PRINT,
    spots: int = 0,
) -> Judged:
    """The cell, judged by itself.

    ``readings``: one for each line of ``ink`` that is text; ``box``: on the page as delivered; ``character``: the
    height of a character in px; ``support``: the share of the cell's outline that was seen; ``grain``: of the paper, as
    a share of the print's darkness; ``prints``: what the rest of the page prints; ``spots``: how many specks as heavy
    as points lie about on it.
    """
    if ink.kind == "blank":
        evidence = Evidence(
            "blank", doubt=ink.doubt, size=character, support=support, points=ink.points, grain=grain, spots=spots
        )
        cell = Cell("", probability(evidence), box=box, page=page)
        if ink.doubt >= SPOT:
            cell = replace(cell, confidence=min(cell.confidence, SPOTTED)).with_review(
                "A spot in this cell is neither clearly print nor clearly dirt."
            )
        return Judged(cell, evidence)
    if ink.kind in MARKS:
        return _mark(ink, box, page, character, support, grain, spots)
    raw = join_lines(readings)
    images = [line.image for line in ink.lines]
    proven = prove(images, readings, prints=prints)
    others = text_alternatives(proven)
    evidence = _evidence(ink.lines, proven, others, character, support)
    evidence = replace(evidence, points=ink.points, grain=grain, spots=spots)
    if ink.points or spots >= DIRTY:  # the evidence is of what was read: a mark too many is a reason to doubt
        proven = without_specks(proven)
        others = text_alternatives(proven)
        evidence = replace(evidence, kind=_kind(join_lines(proven)))
    text = join_lines(proven)
    if not text:
        cell = Cell("", UNREAD, box=box, page=page)
        return Judged(cell.with_review("There is ink in this cell, but nothing could be read."), evidence)
    if text in DASH_LOOKALIKES and len(ink.lines) == 1 and ink.lines[0].box.height < 0.4 * character:
        text = DASH
    leaning = len(text) == len(ink.lines) == 1 and text != SLASH and leans(ink.lines[0].image)
    known = probability(evidence)
    if leaning and is_slash(ink.lines[0].image):
        text, known = SLASH, min(known, LEANING)
    lost = unread_marks(images, proven)
    known = min(known, MARKED) if lost else known
    others = tuple((t, p) for t, p in others if t != text)
    cell = Cell(text, known, box=box, page=page, raw=raw, alternatives=others)
    if lost and read_number(text) is None:  # a number is for its sums to tell
        cell = cell.with_review("Ink stands beside or between the characters here where none was read.")
    if leaning and text in UPRIGHT | {SLASH}:
        cell = cell.with_review(f"This stroke leans as a {SLASH} does; it was read as {raw}.")
    return Judged(cell, evidence, tuple(images), tuple(proven))


def read_line(
    line: Line,
    reading: LineReading,
    box: Box,
    page: int,
    *,
    character: float,
    prints: PagePrint = UNKNOWN_PRINT,
    spots: int = 0,
) -> Judged:
    """A line of text outside tables, weighed like a cell's only line; a title's characters are higher than
    ``character``, those of the page."""
    read = prints.applied([reading])
    others = text_alternatives(read)
    evidence = replace(_evidence([line], read, others, max(character, line.box.height), 1.0), spots=spots)
    read = without_specks(read) if spots >= DIRTY else read
    cell = Cell(join_lines(read), probability(evidence), box=box, page=page, raw=join_lines([reading]))
    return Judged(cell, evidence, (line.image,), tuple(read))


def _mark(ink: CellInk, box: Box, page: int, character: float, support: float, grain: float, spots: int) -> Judged:
    """A dash or a slash, by its stroke alone: a short one is a hyphen."""
    stroke = ink.lines[0].box
    mark = HYPHEN if ink.kind == "dash" and stroke.width < 0.45 * character else MARKS[ink.kind]
    evidence = Evidence(
        "mark", length=1, lines=1, doubt=ink.doubt, size=character, support=support,
        stretch=math.log(max(1.0, stroke.width if ink.kind == "dash" else stroke.height) / character),
        darkness=_darkness(ink.lines), grain=grain, spots=spots,
    )  # fmt: skip
    known = min(probability(evidence), SPOTTED if ink.doubt >= SPOT else 1.0)
    return Judged(Cell(mark, known, box=box, page=page, raw=mark), evidence)


def _evidence(
    lines: Sequence[Line],
    readings: Sequence[LineReading],
    others: Sequence[tuple[str, float]],
    character: float,
    support: float,
) -> Evidence:
    """What is known of a cell's text. ``others``: its alternatives; readings for which none were looked for have no
    rivals."""
    text = join_lines(readings)
    ends = [c for r in readings if r.text for c in {0: r.text[0], 1: r.text[-1]}.values()]
    return Evidence(
        _kind(text),
        posterior=text_confidence(readings),
        weakest=min((r.confidence for r in readings), default=0.0),
        rivals=min(1.0, sum(p for _, p in others)),
        signs=min(1.0, sum(p for t, p in others if comparisons(t) != comparisons(text))),
        added=unread_letters([line.image for line in lines], readings),
        length=len(text),
        lines=len(lines),
        unexplained=sum(_unexplained(line, r, character) for line, r in zip(lines, readings, strict=True)),
        stretch=max((_stretch(line, r, character) for line, r in zip(lines, readings, strict=True)), key=abs),
        odd=sum(c in ODD_AT_AN_END for c in ends[:1] + ends[-1:]) + sum(c in "_|丨" for c in ends[1:-1]),
        alone=unpaired(text),
        size=character,
        darkness=_darkness(lines),
        support=support,
        single=sum(r.agreed is None for r in readings) / max(1, len(readings)),
        differ=sum(r.agreed is False for r in readings),
        gap=max(
            (widest_gap(r, line.image.shape[1], character) for line, r in zip(lines, readings, strict=True)),
            default=0.0,
        ),
    )


def _kind(text: str) -> Literal["number", "text"]:
    return "number" if read_number(text) is not None else "text"


def _unexplained(line: Line, reading: LineReading, character: float) -> float:
    """Columns of ink further than 0.65 characters from any character read, in characters."""
    grey = line.image if line.image.ndim == 2 else line.image.min(axis=2)
    inked = np.flatnonzero((grey < 128).any(axis=0)).astype(np.float64)
    if not reading.characters or not inked.size:
        return float(inked.size) / character
    places = np.array([c.position for c in reading.characters]) * grey.shape[1]
    away = np.abs(inked[:, None] - places[None, :]).min(axis=1)
    return float((away > 0.65 * character).sum()) / character


def _stretch(line: Line, reading: LineReading, character: float) -> float:
    """Log of the line's width over the width that its text takes in print: half a character for a Latin one."""
    units = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for r in reading.characters for c in r.text)
    width = line.image.shape[1] - 0.5 * character  # without the margins; characters side by side have no box
    return math.log(max(1.0, width) / (character * max(0.5, units)))


def _darkness(lines: Sequence[Line]) -> float:
    """Of the darkest tenth of the ink, 0 paper to 1 black; 0 where there is no ink."""
    counts = sum((np.bincount(line.image[line.image < 160], minlength=256) for line in lines), np.zeros(256, np.int64))
    return float(1.0 - percentile(counts, 10.0) / 255.0) if counts.any() else 0.0
