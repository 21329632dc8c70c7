"""The face that line images of these tests are drawn in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import layoutparser
from PIL import ImageFont


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The serif font with Chinese characters that layoutparser's wheel ships."""
    (file,) = (Path(layoutparser.__file__).parent / "misc").glob("*CJK*.[ot]tf")
    return ImageFont.truetype(str(file), size)
