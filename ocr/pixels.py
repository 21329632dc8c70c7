"""Pictures of lines as every look at their ink needs them."""

from __future__ import annotations

import cv2
import numpy as np

from .protocol import LineImage


def grey(line: LineImage) -> LineImage:
    """(H, W) grey values of a line image."""
    return line if line.ndim == 2 else np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), np.uint8)
