"""A decimal point that was read as a comma: 20,00 is no number that print sets, and 1,234 is one.

A comma parts thousands: three digits follow each. In a value on a line of its own, one that fewer follow is a point.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from forms import Character, LineReading

from .folding import is_han

VALUE = re.compile(r"[^\d,.、;]*\d+(?P<mark>[,.])\d{1,2}(?![\d,.])[^\d,.、;]*$")
HAN = 2
"""The most Chinese characters of a value's unit: 万元."""
SEEN = 0.01
"""The least posterior of a point beside a comma that was read: the reader must have seen one."""
SURE = 0.97


def verify_commas(reading: LineReading) -> LineReading:
    """A line that is a value with a comma where only a point can stand: the point, where the reader saw one too. A
    point that the reader took for such a comma now and then is surer by that."""
    text = "".join(unicodedata.normalize("NFKC", c.text) for c in reading.characters)
    found = VALUE.match(text)
    if found is None or len(text) != len(reading.characters) or sum(is_han(c) for c in text) > HAN:
        return reading
    k = found.start("mark")
    settled = _settled(reading.characters[k])
    if settled is reading.characters[k]:
        return reading
    characters = (*reading.characters[:k], settled, *reading.characters[k + 1 :])
    whole = "".join(c.text for c in characters)
    others = {t: p for t, p in reading.alternatives if t != whole and t != _with(reading, k, ",") and t != reading.text}
    if settled.text != reading.characters[k].text:
        others[reading.text] = 1.0 - settled.posterior
    return replace(reading, characters=characters, alternatives=tuple(sorted(others.items(), key=lambda o: -o[1])))


def _settled(mark: Character) -> Character:
    """The point that the mark is; the mark itself where nothing speaks for one."""
    other = "," if _is_point(mark.text) else "."
    chance = sum(p for t, p in mark.others if unicodedata.normalize("NFKC", t) == other)
    rest = tuple(o for o in mark.others if unicodedata.normalize("NFKC", o[0]) != other)
    if other == ",":
        return replace(mark, posterior=min(1.0, mark.posterior + chance), others=rest) if chance else mark
    if chance < SEEN:
        return mark
    return Character(".", min(SURE, mark.posterior + chance), mark.position, ((mark.text, 1.0 - SURE), *rest))


def _is_point(text: str) -> bool:
    return unicodedata.normalize("NFKC", text) == "."


def _with(reading: LineReading, k: int, mark: str) -> str:
    texts = [c.text for c in reading.characters]
    return "".join([*texts[:k], mark, *texts[k + 1 :]])
