"""Where the scans come from: a Protocol, so that the station needs no loader of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forms import GoujiError

Pixels = NDArray[np.uint8]
"""A page as delivered: grey (H, W) or BGR (H, W, 3), 0 is black."""


class ScanMissing(GoujiError):
    """A page's file is not where it was, has changed, or cannot be read; the message says which and what to do."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page without its pixels.

    ``width``, ``height``: pixels as delivered. ``turn``: degrees clockwise that the page was delivered turned by
    (quarter turn and skew together), so that crops can be shown upright. ``version`` changes when the file does.
    """

    page: int
    width: int
    height: int
    turn: float
    file: str
    version: str
    kind: str = "form"


class PageImages(Protocol):
    """The scans of a run. Both calls may be made from several threads at once."""

    def pages(self, document: str) -> tuple[PageInfo, ...]:
        """The pages of a document in order; raises ``ScanMissing`` for a document that is not of the run."""
        ...

    def pixels(self, document: str, page: int) -> Pixels:
        """The page as delivered; raises ``ScanMissing``. May take seconds: callers cache."""
        ...
