"""Connectionist temporal classification: posteriors per frame to characters with a posterior each.

Graves et al. 2006. Class 0 is the blank. ``best_path`` takes the likeliest class of every frame; a character's
posterior is that of its best frame; between two equal characters a blank must stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forms import Character

BLANK = 0


def best_path(frames: NDArray[np.float32], characters: Sequence[str]) -> tuple[Character, ...]:
    """Characters of one line. ``frames`` (T, classes) are posteriors; ``characters[k]`` is class k's text.

    ``Character.position`` is the middle of the character's frames as a share of the line's width.
    """
    best = frames.argmax(axis=1)
    value = frames[np.arange(len(best)), best]
    found: list[Character] = []
    t = 0
    while t < len(best):
        end = t
        while end < len(best) and best[end] == best[t]:
            end += 1
        if best[t] != BLANK:
            posterior = float(min(1.0, max(0.0, value[t:end].max())))
            found.append(Character(characters[best[t]], posterior, (t + end) / 2 / len(best)))
        t = end
    return tuple(found)
