"""Overlays: the found cells and readings drawn on the page as delivered, as PNG files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from export.files import write_atomic
from export.overlay import draw_overlay
from forms import OutputError, PageContent
from layout import PageImage


def write_overlay(path: Path, page: PageImage, content: PageContent) -> None:
    """Draw ``content`` on ``page`` and write it as PNG; ``OutputError`` when it cannot be written."""
    pixels = page.pixels if page.is_grey else page.pixels[:, :, ::-1]
    drawn = draw_overlay(np.asarray(pixels), content)
    done, encoded = cv2.imencode(".png", drawn[:, :, ::-1])
    if not done:
        raise OutputError(f"{path} cannot be encoded as PNG.")
    write_atomic(path, encoded.tobytes())
