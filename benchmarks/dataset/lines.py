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
    tokens = _WORD.findall(text) if look.whole_words else list(text)
    lines, current, used = [], "", 0.0
    for token in tokens:
        w = width_of(token, look, look.em)
        broken = token if w > width else [token]
        pieces = [(c, width_of(c, look, look.em)) for c in broken]
        for piece, size in pieces:
            over = used + size > width
            hang = look.whole_words and piece[0] in NO_START and used + size <= width + look.em
            if current and over and not hang:
                lines.append(Line(current))
                current, used = "", 0.0
            current, used = current + piece, used + size
    return [*lines, Line(current)]
