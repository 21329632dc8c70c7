"""Breaking a cell's text into lines, and the widths that takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .look import Look

_WORD = re.compile(r"[!-~]+|.", re.DOTALL)
NO_START = set("，。、；：！？）》〉」』】〕”’%,.;:!?)]}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``hard`` when the text itself has a line break after it."""

    text: str
    hard: bool = False


def width_of(text: str, look: Look, em: int) -> float:
    """Width of ``text`` in pixels."""
    return sum(look.fonts.face(c, em).getlength(c) for c in text)


def wrap(text: str, width: float, look: Look, *, vertical: bool = False) -> list[Line]:
    """The lines of ``text`` in a column of ``width`` pixels; a vertical text has one character a line."""
    if not text:
        return []
    if vertical:
        return [Line(c) for c in text if c != "\n"]
    out: list[Line] = []
    for paragraph in text.split("\n"):
        out.extend(_paragraph(paragraph, width, look))
        out[-1] = Line(out[-1].text, hard=True)
    out[-1] = Line(out[-1].text)
    return out


def joined(lines: list[Line]) -> str:
    """The text that these lines are the print of."""
    return "".join(line.text + ("\n" if line.hard else "") for line in lines).rstrip("\n")


def _paragraph(text: str, width: float, look: Look) -> list[Line]:
    """Lines as a word processor breaks them: a mark that begins no line hangs into the cell's padding where its ink has
    room there, else it takes the character before it along."""
    tokens = _WORD.findall(text) if look.whole_words else list(text)
    lines, current, used = [], "", 0.0
    for token in tokens:
        w = width_of(token, look, look.em)
        broken = token if w > width else [token]
        pieces = [(c, width_of(c, look, look.em)) for c in broken]
        for piece, size in pieces:
            stays = piece[0] in NO_START
            hangs = stays and used + _ink(piece, look) <= width + 0.8 * look.px(look.padding)
            if current and used + size > width and not hangs:
                kept = _before_mark(current) if stays else len(current)
                lines.append(Line(current[:kept]))
                current = current[kept:]
                used = width_of(current, look, look.em)
            current, used = current + piece, used + size
    return [*lines, Line(current)]


def _before_mark(line: str) -> int:
    """Characters that stay on a line when a mark that begins none goes to the next: all but the last that is no mark
    and what follows it."""
    kept = len(line) - 1
    while kept > 0 and line[kept] in NO_START:
        kept -= 1
    return kept or len(line)


def _ink(text: str, look: Look) -> float:
    """Pixels from where ``text`` begins to the end of its ink: a full-width comma is blank in its right half."""
    before = width_of(text[:-1], look, look.em)
    return before + float(look.fonts.face(text[-1], look.em).getbbox(text[-1])[2])
