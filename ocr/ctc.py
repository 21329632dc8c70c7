"""Connectionist temporal classification: posteriors per frame to characters with a posterior each.

Graves et al. 2006. Class 0 is the blank. ``best_path`` takes the likeliest class of every frame; a character's
posterior is that of its best frame; between two equal characters a blank must stand. What a doubtful character may be
else is kept beside it (``Character.others``); whole other texts are found in ``beam``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forms import Character

from .folding import folded

BLANK = 0
SURE = 0.9995
"""A character with this posterior has no other readings worth looking for."""
SEEN, OTHERS = 5e-5, 6
"""Other readings of a character: their least posterior, and how many are kept."""


class Alphabet:
    """The characters of a CTC model, class 0 being the blank.

    ``texts[k]`` is class k's text. Classes that Unicode holds to be one character in two widths (：and :, （and (,
    full-width digits; NFKC) are one in meaning, and so are two designs of one mark (≤ and ≦): a model that wavers
    between them is not in doubt about the text, so a character's posterior is the sum over its ``kin``; ``root`` is
    the first of them. A space is no character of a text either: one that may be the blank is not in doubt.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        groups: dict[str, list[int]] = {}
        for k, text in enumerate(self.texts):
            if k != BLANK and text.strip():
                groups.setdefault(folded(text), []).append(k)
        self.kin = {k: np.array(g) for g in groups.values() if len(g) > 1 for k in g}
        self.root = {k: g[0] for g in groups.values() if len(g) > 1 for k in g}
        # Each class's kin in a row, as many columns as the greatest of them has (a space two, with the blank); where it
        # has fewer, the class itself.
        self._kin = np.tile(np.arange(len(self.texts))[:, None], max(map(len, self.kin.values()), default=2))
        self._own = np.zeros(self._kin.shape, bool)
        self._own[:, 0] = True
        for k, kin in self.kin.items():
            self._kin[k, : len(kin)], self._own[k, : len(kin)] = kin, True
        for k, text in enumerate(self.texts):
            if k != BLANK and text.isspace():
                self._kin[k, 1], self._own[k, 1] = BLANK, True

    def __len__(self) -> int:
        return len(self.texts)

    def together(self, frames: NDArray[np.float32], classes: NDArray[np.intp]) -> NDArray[np.float32]:
        """(T,) posteriors: in each frame of a class with its kin."""
        seen = np.where(self._own[classes], frames[np.arange(len(classes))[:, None], self._kin[classes]], 0.0)
        total = seen[:, 0]
        for column in seen.T[1:]:  # one after the other, whatever the number of columns
            total = total + column
        return total


def best_path(
    frames: NDArray[np.float32], alphabet: Alphabet, *, length: float = 0.0, best: NDArray[np.intp] | None = None
) -> tuple[Character, ...]:
    """Characters of one line. ``frames`` (T, classes) are posteriors; ``length``: how many of them the line fills;
    ``best`` (T,): the likeliest class of each, where it is known.

    ``Character.position`` is the middle of the character's frames as a share of the line's width.
    """
    filled = length or float(len(frames))
    if best is None:
        best = frames.argmax(axis=1)
    posteriors = alphabet.together(frames, best).tolist()
    cuts = [0, *(np.flatnonzero(best[1:] != best[:-1]) + 1).tolist(), len(best)]
    found: list[Character] = []
    classes = best.tolist()
    for t, end in pairwise(cuts):
        k = classes[t] if t < end else BLANK
        if k != BLANK:
            posterior = min(1.0, max(0.0, *posteriors[t:end]))
            others = () if posterior >= SURE else _others(frames[t:end], k, alphabet)
            found.append(Character(alphabet.texts[k], posterior, min(1.0, (t + end) / 2 / filled), others))
    return tuple(found)


def _others(run: NDArray[np.float32], k: int, alphabet: Alphabet) -> tuple[tuple[str, float], ...]:
    """The other classes in the frames of a character, each with its greatest posterior there, greatest first."""
    best = run.max(axis=0)
    own = {BLANK, k, *(int(same) for same in alphabet.kin.get(k, ()))}
    seen = [
        (alphabet.texts[int(i)], float(min(1.0, best[i]))) for i in np.flatnonzero(best >= SEEN) if int(i) not in own
    ]
    return tuple(sorted(seen, key=lambda other: -other[1])[:OTHERS])
