"""A page of the input as delivered: its pixels and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as a viewer shows it (EXIF and PDF rotation applied, a negative turned round), before anything is
    straightened.

    ``pixels``: uint8, grey ``(H, W)`` or BGR ``(H, W, 3)``, C-contiguous, 0 is black; read-only, so that no stage
    writes onto a shared page. Origin at the top left; every box of the project that is "on the page as delivered"
    is in these pixels. ``dpi``: pixels per inch along the shown page's width, ``None`` where the file does not say.
    ``file``: the document's page file relative to the document's folder, posix style. ``page_in_file`` counts
    from 1. Raises ``ValueError`` on an array that is no such picture.
    """

    pixels: NDArray[np.uint8]
    dpi: float | None
    file: str
    page_in_file: int

    def __post_init__(self) -> None:
        shape = self.pixels.shape
        if self.pixels.dtype != np.uint8 or len(shape) not in (2, 3) or 0 in shape or shape[2:] not in ((), (3,)):
            raise ValueError(f"a page is uint8 of shape (H, W) or (H, W, 3), not {self.pixels.dtype} of {shape}")
        if self.page_in_file < 1:
            raise ValueError(f"pages of a file count from 1, not {self.page_in_file}")
        view = np.ascontiguousarray(self.pixels).view()
        view.flags.writeable = False
        object.__setattr__(self, "pixels", view)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def is_grey(self) -> bool:
        return self.pixels.ndim == 2
