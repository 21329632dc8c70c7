"""What the damages share: image type, point mappings, soft random fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms import Box

Image = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where a point of the image before lies in the image after: (n, 2) x, y pixels to (n, 2)."""

    points: Callable[[Points], Points]

    def box(self, box: Box) -> Box:
        """The smallest upright rectangle around the image of the box's outline."""
        t = np.linspace(0, 1, 9)
        xs, ys = box.left + t * box.width, box.top + t * box.height
        outline = np.concatenate([
            np.stack([xs, np.full(9, box.top)], 1), np.stack([xs, np.full(9, box.bottom)], 1),
            np.stack([np.full(9, box.left), ys], 1), np.stack([np.full(9, box.right), ys], 1),
        ])  # fmt: skip
        moved = self.points(outline)
        (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
        return Box(float(left), float(top), float(right), float(bottom))

    def then(self, other: Mapping) -> Mapping:
        """First this mapping, then the other."""
        return Mapping(lambda p: other.points(self.points(p)))


Result = tuple[Image, Mapping | None]


def homography(matrix: npt.NDArray[np.float64]) -> Mapping:
    def to(points: Points) -> Points:
        h = np.concatenate([points, np.ones((len(points), 1))], 1) @ matrix.T
        return np.asarray(h[:, :2] / h[:, 2:], dtype=np.float64)

    return Mapping(to)


def clipped(values: npt.NDArray[np.floating]) -> Image:
    return np.asarray(np.clip(np.rint(values), 0, 255), dtype=np.uint8)


def rgb(image: Image) -> Image:
    """Three channels, red first."""
    return image if image.ndim == 3 else np.asarray(np.repeat(image[:, :, None], 3, axis=2), dtype=np.uint8)


def grey(image: Image) -> Image:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def per_pixel(image: Image, plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The (height, width) plane shaped so that it broadcasts over the image's channels."""
    return plane[:, :, None] if image.ndim == 3 else plane


def soft_field(shape: tuple[int, int], cells: int, rng: Rng) -> npt.NDArray[np.float32]:
    """A smooth random field from -1 to 1 over (height, width), about ``cells`` bumps a side."""
    small = rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
    field = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(field, -1, 1).astype(np.float32)


def mm(value: float, dpi: float) -> float:
    """Millimetres in pixels."""
    return value * dpi / 25.4
