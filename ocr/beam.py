"""Other texts that a line's posteriors leave possible: prefix beam search over CTC frames.

Graves 2012 (Supervised Sequence Labelling, 7.5.2) in the form of Hannun et al. 2014 (arXiv 1408.2873), no language
model: every prefix carries the probability of all its alignments, those that end in a blank apart from the others.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .ctc import BLANK, Alphabet

Prefix = tuple[int, ...]
Beam = dict[Prefix, tuple[float, float]]
"""By prefix: the probability of its alignments that end in a blank, and of those that end in its last character."""


def n_best(
    frames: NDArray[np.float32], alphabet: Alphabet, *, size: int = 5, width: int = 10, least: float = 1e-4
) -> tuple[tuple[str, float], ...]:
    """The ``size`` likeliest texts of a line with their probabilities, likeliest first.

    ``frames`` (T, classes) are posteriors. Classes below ``least`` are left out frame by frame and ``width`` prefixes
    go on from each frame, so a probability is a lower bound, exact with ``least`` 0 and room for every prefix. The
    widths of one character (：and :) are one text, in the width that is likelier over the line.
    """
    beam: Beam = {(): (1.0, 0.0)}
    scale = 0.0
    for chances in _kept(frames, alphabet, least):
        beam = _step(beam, chances, width)
        total = sum(b + c for b, c in beam.values())
        if total <= 0.0:
            return ()
        scale += math.log(total)
        beam = {prefix: (b / total, c / total) for prefix, (b, c) in beam.items()}
    ranked = sorted(beam.items(), key=lambda item: -sum(item[1]))[:size]
    shown = _shown({k for prefix, _ in ranked for k in prefix}, frames, alphabet)
    return tuple(
        ("".join(shown[k] for k in prefix), min(1.0, sum(chances) * math.exp(scale))) for prefix, chances in ranked
    )


def _kept(frames: NDArray[np.float32], alphabet: Alphabet, least: float) -> list[dict[int, float]]:
    """Per frame the classes worth following, the widths of one character added up under the first of them."""
    classes = frames.shape[1]
    kept: list[dict[int, float]] = [{BLANK: float(p)} for p in frames[:, BLANK]]
    for place in np.flatnonzero(frames.ravel() >= least) if least > 0 else range(frames.size):
        t, k = divmod(int(place), classes)
        if k != BLANK:
            root = int(alphabet.kin[k][0]) if k in alphabet.kin else k
            kept[t][root] = kept[t].get(root, 0.0) + float(frames[t, k])
    return kept


def _step(beam: Beam, chances: dict[int, float], width: int) -> Beam:
    """The prefixes after one more frame, the ``width`` likeliest of them."""
    if len(chances) == 1:
        p = chances[BLANK]
        return {prefix: ((b + c) * p, 0.0) for prefix, (b, c) in beam.items()}
    grown: Beam = {}

    def add(prefix: Prefix, blank: float, character: float) -> None:
        b, c = grown.get(prefix, (0.0, 0.0))
        grown[prefix] = (b + blank, c + character)

    for prefix, (blank, character) in beam.items():
        both = blank + character
        for k, p in chances.items():
            if k == BLANK:
                add(prefix, both * p, 0.0)
            elif prefix and prefix[-1] == k:
                add(prefix, 0.0, character * p)
                add((*prefix, k), 0.0, blank * p)
            else:
                add((*prefix, k), 0.0, both * p)
    alive = [(p, chance) for p, chance in grown.items() if chance[0] + chance[1] > 0.0]
    if len(alive) > width:
        alive = sorted(alive, key=lambda item: -item[1][0] - item[1][1])[:width]
    return dict(alive)


def _shown(roots: set[int], frames: NDArray[np.float32], alphabet: Alphabet) -> dict[int, str]:
    """The text of each class, in the width that has more posterior over the line."""
    shown = {}
    for root in roots:
        kin = alphabet.kin.get(root, np.array([root]))
        shown[root] = alphabet.texts[int(kin[int(frames[:, kin].sum(axis=0).argmax())])]
    return shown
