"""Pictures of lines as every look at their ink needs them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .protocol import LineImage


def grey(line: LineImage) -> LineImage:
    """(H, W) grey values of a line image."""
    return line if line.ndim == 2 else np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), np.uint8)


def stretches(on: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the runs of what is set in a row (N,) start and end, the latter not included."""
    filled = np.concatenate([[False], on, [False]])
    return np.flatnonzero(~filled[:-1] & filled[1:]), np.flatnonzero(filled[:-1] & ~filled[1:])
