"""One script a page: 項目 read on a page in simplified characters was printed 项目.

Blur makes 项 and 項 the same picture, and a reader that knows both scripts takes either. No page prints a few
traditional characters among hundreds of simplified ones, so that what most of the page is written in decides. Which
character stands for which is OpenCC's; what either script writes (干, 著, 台) or what stands for several stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from opencc import OpenCC

from forms import Character, LineReading

ENOUGH = 20
"""Characters of one script only, from which a page can be said to be written in it."""
STRAY = 0.35
"""Their greatest share that may be of the other script: readers take 1 in 200 for one on blurred pages, and 1 in 3
where strokes have run together (0.32 on the generator's worst page of 250; none other above 0.15)."""


def is_simplified(texts: Iterable[str]) -> bool:
    """Whether a page with these texts is written in simplified characters."""
    simplified = traditional = 0
    for text in texts:
        for character in text:
            simplified += _only_simplified(character)
            traditional += simplified_form(character) is not None
    both = simplified + traditional
    return both >= ENOUGH and traditional <= STRAY * both


def to_simplified(readings: Sequence[LineReading]) -> list[LineReading]:
    """The readings with every character that only traditional texts have replaced by the one that stands for it.

    The posterior of the two together is that of the one: they are one character in two scripts.
    """
    return [_line(r) if any(_is_stray(t) for t in _read(r)) else r for r in readings]


def _read(reading: LineReading) -> Iterator[str]:
    yield reading.text
    yield from (text for text, _ in reading.alternatives)
    yield from (text for character in reading.characters for text, _ in character.others)


def _is_stray(text: str) -> bool:
    return not text.isascii() and any(map(simplified_form, text))


def _line(reading: LineReading) -> LineReading:
    characters = tuple(_character(c) for c in reading.characters)
    text = "".join(c.text for c in characters)
    chances: dict[str, float] = {}
    for other, chance in reading.alternatives:
        other = in_one_script(other)
        if other != text:
            chances[other] = max(chance, chances.get(other, 0.0))
    return replace(reading, characters=characters, alternatives=tuple(sorted(chances.items(), key=lambda o: -o[1])))


def _character(character: Character) -> Character:
    form = simplified_form(character.text) or character.text
    same = [o for o in character.others if (simplified_form(o[0]) or o[0]) == form]
    if form == character.text and not same:
        return character
    others = tuple(o for o in character.others if o not in same)
    posterior = min(1.0, character.posterior + sum(p for _, p in same))
    return replace(character, text=form, posterior=posterior, others=others)


def in_one_script(text: str) -> str:
    """The text with the simplified form of each character that only traditional texts have: 農戶 and 农户 say the
    same."""
    return text if text.isascii() else "".join(simplified_form(c) or c for c in text)


@lru_cache(maxsize=30_000)
def simplified_form(character: str) -> str | None:
    """The simplified form of a character that only traditional texts have; None for every other text."""
    if len(character) != 1 or ord(character) < 0x3400 or _in_gb2312(character):
        return None
    form = _converter("t2s").convert(character)
    certain = form != character and len(form) == 1 and _in_gb2312(form) and _converter("s2t").convert(form) == character
    return form if certain else None


@lru_cache(maxsize=30_000)
def _only_simplified(character: str) -> bool:
    return ord(character) >= 0x3400 and _converter("s2t").convert(character) != character


def _in_gb2312(character: str) -> bool:
    """Whether the character set of simplified Chinese (GB/T 2312-1980) has it."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=2)
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
