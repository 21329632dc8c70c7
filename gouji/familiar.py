"""Which texts of a page are known from elsewhere: from the words that forms print, or from another cell of the page.

A misreading seldom makes a known word of another, and seldom happens twice alike; so what is known may be trusted more.
How much more is fitted with the rest of the evidence (lexicon evidence, as in Kukich 1992, section 3).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from reconstruct import builtin_templates

SHORTEST = 3
"""Characters that a text must have to be known by being there twice: shorter ones are read wrongly alike."""
WEIGHT = re.compile(r"[(（]?[0-9]+(\.[0-9]+)?分[)）]?$")


@lru_cache(maxsize=1)
def printed_words() -> frozenset[str]:
    """Titles, headers and labels of the families of forms that come with the program, folded."""
    return frozenset(_folded(word) for t in builtin_templates() for words in t.words.values() for word in words)


def unfamiliar(texts: Sequence[str]) -> list[bool]:
    """For every text of a page whether it stands nowhere else: not among the words of the families of forms (a printed
    weight "50分" aside), nor in another cell of the page."""
    folded = [_folded(text) for text in texts]
    times = Counter(folded)
    return [
        WEIGHT.sub("", text) not in printed_words() and (times[text] < 2 or len(text) < SHORTEST) for text in folded
    ]


def _folded(text: str) -> str:
    """Without spaces, widths, and the colon that ends a label."""
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip(":")
