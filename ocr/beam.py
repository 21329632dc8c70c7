"""Other texts that a line's posteriors leave possible: prefix beam search over CTC frames.

Graves 2012 (Supervised Sequence Labelling, 7.5.2) in the form of Hannun et al. 2014 (arXiv 1408.2873), no language
model: every prefix carries the probability of all its alignments, those that end in a blank apart from the others.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .ctc import BLANK, Alphabet

Beam = dict[int, tuple[float, float]]
"""By prefix: the probability of its alignments that end in a blank, and of those that end in its last character."""
Chances = list[tuple[int, float]]
"""The classes worth following in a frame with their posteriors, the blank first."""
SMALL = 1e-100
"""All prefixes together: less than this is scaled up again, so that a long line does not underflow."""


class _Prefixes:
    """The prefixes as a tree: a number for each, 0 the empty one, with its last class and what goes on from it."""

    def __init__(self) -> None:
        self.last = [BLANK]
        self.parent = [0]
        self.longer: list[dict[int, int]] = [{}]

    def grown(self, prefix: int, k: int) -> int:
        """The prefix with class ``k`` behind it."""
        found = self.longer[prefix].get(k)
        if found is None:
            found = self.longer[prefix][k] = len(self.last)
            self.last.append(k)
            self.parent.append(prefix)
            self.longer.append({})
        return found

    def classes(self, prefix: int) -> list[int]:
        """The classes of a prefix from its first."""
        found = []
        while prefix:
            found.append(self.last[prefix])
            prefix = self.parent[prefix]
        return found[::-1]


def n_best(
    frames: NDArray[np.float32], alphabet: Alphabet, *, size: int = 5, width: int = 10, least: float = 1e-4
) -> tuple[tuple[str, float], ...]:
    """The ``size`` likeliest texts of a line with their probabilities, likeliest first.

    ``frames`` (T, classes) are posteriors. Classes below ``least`` are left out frame by frame and ``width`` prefixes
    go on from each frame, so a probability is a lower bound, exact with ``least`` 0 and room for every prefix. The
    widths of one character (：and :) are one text, in the width that is likelier over the line.
    """
    prefixes = _Prefixes()
    beam: Beam = {0: (1.0, 0.0)}
    scale = 0.0
    blank_before = True
    for chances in _kept(frames, alphabet, least):
        if len(chances) > 1:
            beam = _step(beam, chances, prefixes, width)
        elif not blank_before:
            beam = {prefix: (b + c, 0.0) for prefix, (b, c) in beam.items()}
        blank_before = len(chances) == 1
        total = chances[0][1] if blank_before else sum([b + c for b, c in beam.values()])
        if total <= 0.0:
            return ()
        if blank_before:
            scale += math.log(total)
        elif total < SMALL:
            scale += math.log(total)
            beam = {prefix: (b / total, c / total) for prefix, (b, c) in beam.items()}
    ranked = sorted(beam.items(), key=lambda item: -sum(item[1]))[:size]
    texts = [(prefixes.classes(prefix), sum(chances)) for prefix, chances in ranked]
    shown = _shown({k for classes, _ in texts for k in classes}, frames, alphabet)
    return tuple(("".join(shown[k] for k in classes), min(1.0, p * math.exp(scale))) for classes, p in texts)


def _kept(frames: NDArray[np.float32], alphabet: Alphabet, least: float) -> list[Chances]:
    """Per frame the classes worth following, the widths of one character added up under the first of them."""
    kept: list[Chances] = [[(BLANK, p)] for p in frames[:, BLANK].tolist()]
    for t in np.flatnonzero(frames[:, BLANK] <= 1.0 - 0.5 * least).tolist():  # else nothing can reach ``least``
        frame, chances = frames[t], dict(kept[t])
        classes = (frame >= least).nonzero()[0]
        for k, p in zip(classes.tolist(), frame[classes].tolist(), strict=True):
            if k != BLANK:
                root = alphabet.root.get(k, k)
                chances[root] = chances.get(root, 0.0) + p
        kept[t] = list(chances.items())
    return kept


def _step(beam: Beam, chances: Chances, prefixes: _Prefixes, width: int) -> Beam:
    """The prefixes after one more frame, the ``width`` likeliest of them."""
    last, longer = prefixes.last, prefixes.longer
    (_, silent), *spoken = chances
    blanks = {prefix: (blank + character) * silent for prefix, (blank, character) in beam.items()}
    floor = min(blanks.values()) if len(beam) >= width else 0.0  # what is less has no place beside these
    crowded = False
    characters: dict[int, float] = {}
    for prefix, (blank, character) in beam.items():
        characters.setdefault(prefix, 0.0)
        both, end, known = blank + character, last[prefix], longer[prefix]
        for k, p in spoken:
            if k == end:
                characters[prefix] += character * p
                chance = blank * p
            else:
                chance = both * p
            child = known.get(k)
            if chance < floor and child not in beam:
                crowded = crowded or chance > 0.0
                continue
            if child is None:
                child = prefixes.grown(prefix, k)
            characters[child] = characters.get(child, 0.0) + chance
    alive = [(-blanks.get(prefix, 0.0) - c, prefix, c) for prefix, c in characters.items()]
    alive = [one for one in alive if one[0] < 0.0]
    if crowded or len(alive) > width:
        alive = sorted(alive, key=_rank)[:width]
    return {prefix: (blanks.get(prefix, 0.0), c) for _, prefix, c in alive}


def _rank(one: tuple[float, int, float]) -> float:
    return one[0]


def _shown(roots: set[int], frames: NDArray[np.float32], alphabet: Alphabet) -> dict[int, str]:
    """The text of each class, in the width that has more posterior over the line."""
    shown = {}
    for root in roots:
        kin = alphabet.kin.get(root)
        likelier = root if kin is None else int(kin[int(frames[:, kin].sum(axis=0).argmax())])
        shown[root] = alphabet.texts[likelier]
    return shown
