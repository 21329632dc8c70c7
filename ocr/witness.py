"""What a third reader says of a text that two have read: which characters it confirms, which it reads otherwise.

The first two readers are of one family and fail alike; the third is of another generation (PP-OCRv5), with other
training and other characters. It corrects nothing. Its word is evidence: what stays in doubt of a text is what it does
not confirm (independent second readings as in double keying; Barchard and Pace 2011). That holds of letters and digits.
A speck is a full stop to every reader, and a lost comma to none: of marks it is no witness.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from forms import LineReading

from .folding import folded
from .script import in_one_script

LIKE = str.maketrans("—–―“”‘’", "---\"\"''")
"""Marks that differ by a reader's habit, not by what is printed."""
UNKNOWN = 0.7
"""How sure the witness is counted of having read nothing where a character stands."""
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the witness leaves of a cell's doubt.

    ``posterior``: the product of the posteriors of the letters and digits that it does not confirm (1 where it confirms
    all), ``weakest``: the least of them, ``dissent``: for how many of them it reads something else, each counted as
    sure as it is of that.
    """

    posterior: float = 1.0
    weakest: float = 1.0
    dissent: float = 0.0


def remaining_doubt(readings: Sequence[LineReading], heard: Sequence[LineReading]) -> Remainder:
    """A cell's readings, a line each, held against what the witness has ``heard`` of the same line images."""
    logs, weakest, dissent = 0.0, 1.0, 0.0
    for read, other in zip(readings, heard, strict=True):
        own, theirs = _folded(read), _folded(other)
        if [t for t, _ in own] == [t for t, _ in theirs]:
            continue
        matcher = SequenceMatcher(None, [t for t, _ in own], [t for t, _ in theirs], autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag == "equal":
                continue
            doubted, said = ([p for t, p in part if is_word(t)] for part in (own[a:b], theirs[c:d]))
            logs += sum(math.log(max(LEAST, p)) for p in doubted)
            weakest = min([weakest, *doubted])
            dissent += max(len(doubted), len(said)) * (sum(said) / len(said) if said else UNKNOWN)
    return Remainder(math.exp(logs), weakest, dissent)


def is_word(text: str) -> bool:
    """Whether a witness has a say in a character: a letter or a digit, no mark."""
    return bool(text) and unicodedata.category(text[0])[0] in "LN"


def _folded(reading: LineReading) -> list[tuple[str, float]]:
    """The characters without spaces, widths and scripts, each with its posterior."""
    texts = ((in_one_script(folded(c.text.translate(LIKE))), c.posterior) for c in reading.characters)
    return [(text, posterior) for text, posterior in texts if text]
