"""How pages are loaded: the two settings, and the check that every loader makes before it decodes a page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from forms import PageTooLarge


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """``pdf_dpi``: pixels per inch of PDF pages that are drawn (not a scan at its own resolution), 36 to 2400.

    ``max_pixels``: pages with more pixels than this are refused before they are decoded, which bounds the memory:
    at most about 8 bytes per pixel are held while a page is loaded, 3 afterwards (1 for a grey page). The default
    lets an A3 sheet at 600 dpi pass (70 million pixels). Raises ``ValueError`` on values out of range.
    """

    pdf_dpi: float = 200.0
    max_pixels: int = 100_000_000

    def __post_init__(self) -> None:
        if not (math.isfinite(self.pdf_dpi) and 36 <= self.pdf_dpi <= 2400):
            raise ValueError(f"pdf_dpi must lie between 36 and 2400, not {self.pdf_dpi}")
        if self.max_pixels < 1:
            raise ValueError(f"max_pixels must be at least 1, not {self.max_pixels}")

    def refuse_beyond_limit(self, width: int, height: int, *, file: str, page: int | None) -> None:
        """Raise ``PageTooLarge`` when ``width * height`` (pixels) is more than the limit."""
        if width * height > self.max_pixels:
            raise PageTooLarge(
                f"{width} x {height} pixels are more than the limit of {self.max_pixels}.",
                file=file,
                page=page,
                remedy=f"Scan at a lower resolution, or raise the limit with --max-pixels {width * height}.",
            )
