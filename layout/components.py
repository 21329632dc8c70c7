"""Connected components of a mask, the fast way: with labels of 16 bits where no more can be needed.

OpenCV takes half the time with them, but does not look whether they suffice and else writes
out of bounds.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Image

MOST_LABELS = 60_000

Labels = NDArray[np.uint16] | NDArray[np.int32]
Components = tuple[int, Labels, NDArray[np.int32], NDArray[np.float64]]


def components(mask: Image) -> Components:
    """The pieces (8-connected) of a mask (H, W): their number, labels (H, W), statistics and middles.

    As of ``cv2.connectedComponentsWithStats``: label and row 0 are the background, statistics (N, 5) are left, top,
    width, height, area.
    """
    small = most_labels(mask) <= MOST_LABELS
    count, labels, stats, middles = cv2.connectedComponentsWithStatsWithAlgorithm(
        mask, 8, cv2.CV_16U if small else cv2.CV_32S, cv2.CCL_SPAGHETTI if small else cv2.CCL_DEFAULT
    )
    kept = np.asarray(labels, dtype=np.uint16) if small else np.asarray(labels, dtype=np.int32)
    return count, kept, np.asarray(stats, dtype=np.int32), np.asarray(middles, dtype=np.float64)


def pieces_of(mask: Image) -> tuple[int, Labels]:
    """The number of pieces (8-connected) of a mask (H, W), and their labels alone."""
    small = most_labels(mask) <= MOST_LABELS
    count, labels = cv2.connectedComponentsWithAlgorithm(
        mask, 8, cv2.CV_16U if small else cv2.CV_32S, cv2.CCL_SPAGHETTI if small else cv2.CCL_DEFAULT
    )
    return count, np.asarray(labels, dtype=np.uint16) if small else np.asarray(labels, dtype=np.int32)


def inked_part(mask: Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the part of a mask in which anything is set; all 0 where nothing is.

    Left and top are even, so that the pieces of the part are labelled in the same order as those of the whole: the
    algorithm goes by blocks of 2 x 2 px. A page's margins are a third of it and cost as much as what is printed.
    """
    left, top, width, height = cv2.boundingRect(mask)
    return left & ~1, top & ~1, left + width, top + height


def most_labels(mask: Image) -> int:
    """At least as many labels as the block-based algorithm (Bolelli et al. 2019) may hand out on the way.

    It looks at blocks of 2 x 2 px; a block gets a new label only when nothing in it touches the block before it: where
    a run begins in its two rows taken together. A mask of few blocks cannot have more labels than blocks.
    """
    height, width = mask.shape
    blocks: int = (height + 1) // 2 * ((width + 1) // 2) + 1
    if blocks <= MOST_LABELS:
        return blocks
    even, odd = mask[: height // 2 * 2 : 2], mask[1::2]
    rows: Image = np.asarray(cv2.max(even, odd), dtype=np.uint8)
    begun = [rows] if height % 2 == 0 else [rows, mask[-1:]]
    later = sum(int(cv2.countNonZero(cv2.subtract(r[:, 1:], r[:, :-1]))) for r in begun)
    return 1 + later + sum(int(cv2.countNonZero(r[:, 0])) for r in begun)


def places(mask: Image) -> NDArray[np.intp]:
    """Flat indices of what is set in a contiguous mask of 0 and 1."""
    return np.flatnonzero(mask.view(np.bool_))


def longer_side(stats: NDArray[np.int32]) -> NDArray[np.int32]:
    """(N,) width or height of each piece in px, whichever is more. ``stats`` (N, 5) as of ``components``."""
    return np.asarray(np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]), dtype=np.int32)


def where_kept(labels: Labels, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W): where the pieces lie that are to be kept, (N,) by label; the background never is."""
    kept = keep.copy()
    kept[0] = False
    return np.asarray(kept[labels])
