"""A red seal as a scanner without colour sees it: printed over the page, its ink thinner and softer than print."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageDraw

from .damage_print import place_on_print
from .fonts import FIT, ROOT, load
from .raster import Image, Result, Rng, clipped, grey, mm, soft_field

NAMES = ("清河县财政局", "临江市教育局财务专用章", "青山区人民政府办公室", "东湖镇卫生院", "某某省水利厅机关服务中心")
FACES = tuple(face for face in FIT if face.name in ("noto-sans", "uming"))


def seal_scan(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """A round seal (one in six oval, 45 by 30 mm) whose ink takes ``share`` of the light, print under it the rest.

    As State Council document 国发〔1999〕25号 describes seals: 38 to 45 mm wide, a ring of 0.8 to 1.3 mm, some with a
    thin second ring, a star a third as wide, the unit's name around it. The ink is uneven, softens at its edges by 0.1
    mm, and takes light from what is under it: it covers nothing.
    """
    mask = _mask(image, rng, dpi)
    soft = cv2.GaussianBlur(mask, (0, 0), mm(rng.uniform(0.05, 0.13), dpi))
    uneven = np.clip(0.9 + 0.35 * soft_field(mask.shape, 40, rng), 0.1, 1)
    return clipped(grey(image).astype(np.float32) * (1 - share * soft * uneven)), None


def _mask(image: Image, rng: Rng, dpi: float) -> npt.NDArray[np.float32]:
    """Where the seal's ink lies, (H, W), 0 to 1, somewhere over print."""
    h, w = image.shape[:2]
    oval = rng.random() < 1 / 6
    across = mm(22.5 if oval else rng.uniform(19, 22.5), dpi)
    down = mm(15, dpi) if oval else across
    x, y = place_on_print(image, across, down, rng)
    fine = 2  # drawn at twice the size: a ring of 0.8 mm is 6 px at 200 dpi
    size = int(2 * fine * (across + mm(2, dpi)))
    part = np.zeros((size, size), np.uint8)
    middle = (size // 2, size // 2)
    ring = mm(rng.uniform(0.8, 1.3), dpi) * fine
    axes = (round(fine * across - ring / 2), round(fine * down - ring / 2))
    cv2.ellipse(part, middle, axes, 0, 0, 360, 255.0, max(1, round(ring)), cv2.LINE_AA)
    if rng.random() < 0.3:
        inner = tuple(round(a - fine * mm(1.6, dpi)) for a in axes)
        cv2.ellipse(part, middle, inner, 0, 0, 360, 255.0, max(1, round(fine * mm(0.2, dpi))), cv2.LINE_AA)
    if not oval and rng.random() < 0.8:
        _star(part, middle, fine * across / 3)
    _name(part, middle, (fine * across, fine * down), fine * mm(5.5 if not oval else 4, dpi), rng)
    turned = cv2.warpAffine(part, cv2.getRotationMatrix2D(middle, float(rng.uniform(-12, 12)), 1 / fine), (size, size))
    mask = np.zeros((h, w), np.float32)
    half = size // (2 * fine)
    seal = turned[middle[1] - half : middle[1] + half, middle[0] - half : middle[0] + half]
    top, left = y - half, x - half
    y0, x0, y1, x1 = max(0, top), max(0, left), min(h, top + 2 * half), min(w, left + 2 * half)
    mask[y0:y1, x0:x1] = seal[y0 - top : y1 - top, x0 - left : x1 - left] / 255.0
    return mask


def _star(part: Image, middle: tuple[int, int], radius: float) -> None:
    """A five-pointed star, a point up."""
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, radius, 0.382 * radius)
    points = np.stack([middle[0] + reach * np.cos(angles), middle[1] + reach * np.sin(angles)], 1)
    cv2.fillPoly(part, [np.rint(points).astype(np.int32)], (255.0,), cv2.LINE_AA)


def _name(part: Image, middle: tuple[int, int], axes: tuple[float, float], height: float, rng: Rng) -> None:
    """The name of a unit along the ring, each character's foot towards the middle."""
    name = NAMES[int(rng.integers(len(NAMES)))]
    there = [face for face in FACES if (ROOT / face.path).is_file()]
    face = load(there[int(rng.integers(len(there)))], round(height)) if there else None
    for k, character in enumerate(name):
        angle = np.pi * (0.85 + 1.3 * k / (len(name) - 1))  # from the left over the top to the right
        tile = Pictures.new("L", (round(1.4 * height),) * 2)
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), character, 255, font=face, anchor="mm")
        narrow = tile.resize((round(0.75 * tile.width), tile.height)).rotate(-np.degrees(angle) - 90, expand=True)
        room = 0.5 * height + 0.1 * axes[1]
        x, y = middle[0] + (axes[0] - room) * np.cos(angle), middle[1] + (axes[1] - room) * np.sin(angle)
        left, top = round(x - narrow.width / 2), round(y - narrow.height / 2)
        at = np.s_[top : top + narrow.height, left : left + narrow.width]
        part[at] = np.maximum(part[at], np.asarray(narrow))
