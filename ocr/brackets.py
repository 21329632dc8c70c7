"""Brackets come in pairs: 〔2023] was 〔2023〕, whatever the recogniser says of the second one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms import Character, LineReading

PAIRS = {
    "(": ")",
    "（": "）",
    "[": "]",
    "［": "］",
    "〔": "〕",
    "【": "】",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "{": "}",
}
OPENERS = {closer: opener for opener, closer in PAIRS.items()}
WIDTHS = ({"(", "（"}, {"[", "［"})
DOUBTED = 0.95
"""A bracket whose posterior is below this gives way to its partner."""


def match_brackets(readings: Sequence[LineReading]) -> list[LineReading]:
    """The lines of one cell with mismatched pairs made to match, where one of the two is in doubt.

    The surer bracket of a pair stays. Its partner's posterior becomes the surer one's, at most 0.97.
    """
    characters = [list(r.characters) for r in readings]
    stack: list[tuple[int, int]] = []
    for i, line in enumerate(characters):
        for j, c in enumerate(line):
            if c.text in PAIRS:
                stack.append((i, j))
            elif c.text in OPENERS and stack:
                k, m = stack.pop()
                characters[k][m], line[j] = _matched(characters[k][m], c)
    return [replace(r, characters=tuple(cs)) for r, cs in zip(readings, characters, strict=True)]


def _matched(opener: Character, closer: Character) -> tuple[Character, Character]:
    want = PAIRS[opener.text]
    if closer.text == want or any({opener.text, OPENERS[closer.text]} <= same for same in WIDTHS):
        return opener, closer
    if closer.posterior < DOUBTED and closer.posterior <= opener.posterior:
        return opener, replace(closer, text=want, posterior=min(0.97, opener.posterior))
    if opener.posterior < DOUBTED:
        return replace(opener, text=OPENERS[closer.text], posterior=min(0.97, closer.posterior)), closer
    return opener, closer
