"""Ruled tables, drawn: black on white."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import layoutparser
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Chinese, from an installed package."""
    (file,) = (Path(layoutparser.__file__).parent / "misc").glob("*CJK*.[ot]tf")
    return ImageFont.truetype(str(file), size)


def ruled_table(
    rows: Sequence[Sequence[str]],
    *,
    page: tuple[int, int],
    columns: Sequence[int],
    top: int,
    pitch: int,
    text: tuple[int, int],
    size: int,
    ink: int = 0,
) -> NDArray[np.uint8]:
    """(H, W) a ``page`` of width and height with a table of these texts: lines down at ``columns``, lines across every
    ``pitch`` px from ``top``; ``text``: right and down from a cell's corner, of so many px, as dark as ``ink``."""
    image = Image.new("L", page, 255)
    draw = ImageDraw.Draw(image)
    bottom = top + pitch * len(rows)
    for y in range(top, bottom + 1, pitch):
        draw.line((columns[0], y, columns[-1], y), fill=0, width=2)
    for x in columns:
        draw.line((x, top, x, bottom), fill=0, width=2)
    for r, row in enumerate(rows):
        for x, words in zip(columns, row, strict=False):
            draw.text((x + text[0], top + pitch * r + text[1]), words, font=font(size), fill=ink)
    return np.asarray(image).copy()


def a4_table(rows: Sequence[Sequence[str]]) -> NDArray[np.uint8]:
    """(2339, 1654) a sheet of A4 at 200 dots an inch with a table of three columns in its upper half."""
    return ruled_table(
        rows, page=(1654, 2339), columns=(150, 450, 800, 1200), top=200, pitch=70, text=(20, 18), size=28
    )
