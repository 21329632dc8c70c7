"""The one door for every reading engine, real or not: lines in, readings out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from forms import Box, LineReading, Provenance

LineImage: TypeAlias = NDArray[np.uint8]
"""One line of text, (H, W) grey or (H, W, 3) BGR, dark on light, upright, cut with a small margin."""


class Recogniser(Protocol):
    """Reads line images. ``read`` answers one reading per image, in the order given.

    An implementation raises ``EngineError`` when it cannot read at all; an unreadable line is an empty reading.
    """

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]: ...

    @property
    def provenance(self) -> Provenance: ...


class Detector(Protocol):
    """Finds lines of text in an image (H, W[, 3]); boxes in its pixels, in no particular order."""

    def detect(self, image: NDArray[np.uint8]) -> list[Box]: ...
