"""Fonts from Debian packages, dealt out to the two halves of the benchmark.

``python -m benchmarks.dataset.fonts --install`` installs what is missing (needs root and apt-get).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from PIL import ImageFont

from .corpus import Split

ROOT = Path("/usr/share/fonts")
PACKAGES = (
    "fonts-noto-cjk", "fonts-wqy-microhei", "fonts-wqy-zenhei", "fonts-arphic-uming", "fonts-arphic-ukai",
    "fonts-arphic-gbsn00lp", "fonts-arphic-gkai00mp", "fonts-lxgw-wenkai", "fonts-liberation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FontFile:
    """A face of a font file; ``thin`` faces need a larger size to be as black as others."""

    name: str
    path: str
    index: int = 0


FIT = (
    FontFile("noto-sans", "opentype/noto/NotoSansCJK-Regular.ttc", 2),
    FontFile("uming", "truetype/arphic/uming.ttc"),
    FontFile("ukai", "truetype/arphic/ukai.ttc"),
    FontFile("wqy-microhei", "truetype/wqy/wqy-microhei.ttc"),
)
TEST = (
    FontFile("noto-serif", "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    FontFile("wqy-zenhei", "truetype/wqy/wqy-zenhei.ttc"),
    FontFile("gbsn", "truetype/arphic-gbsn00lp/gbsn00lp.ttf"),
    FontFile("gkai", "truetype/arphic-gkai00mp/gkai00mp.ttf"),
    FontFile("wenkai", "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"),
)
LATIN: dict[Split, FontFile] = {
    "fit": FontFile("liberation-sans", "truetype/liberation/LiberationSans-Regular.ttf"),
    "test": FontFile("liberation-serif", "truetype/liberation/LiberationSerif-Regular.ttf"),
}
FALLBACK: dict[Split, FontFile] = {"fit": FIT[0], "test": TEST[0]}


@dataclass(frozen=True, slots=True)
class FontSet:
    """A face, another for ASCII where the print mixes them, and one for what the first lacks."""

    main: FontFile
    latin: FontFile | None
    fallback: FontFile

    @property
    def name(self) -> str:
        return self.main.name + (f"+{self.latin.name}" if self.latin else "")

    def face(self, char: str, px: int) -> ImageFont.FreeTypeFont:
        """The face that prints ``char`` at ``px`` pixels an em."""
        return _face(self, char, px)


def pick_fonts(rng: Random, split: Split) -> FontSet:
    """Fonts of that half of the benchmark. Raises ``FileNotFoundError`` when none of them is installed."""
    there = [f for f in (FIT if split == "fit" else TEST) if (ROOT / f.path).is_file()]
    if not there or not (ROOT / FALLBACK[split].path).is_file():
        raise FileNotFoundError("fonts are missing; run: python -m benchmarks.dataset.fonts --install")
    latin = LATIN[split] if rng.random() < 0.4 and (ROOT / LATIN[split].path).is_file() else None
    return FontSet(rng.choice(there), latin, FALLBACK[split])


def font_set(split: Split, main: Path, latin: Path | None = None) -> FontSet:
    """Fonts of these files; what the first lacks is printed in the half's fallback. Raises ``ValueError`` where one is
    not there."""
    paths = [main, latin] if latin else [main]
    if missing := [path for path in paths if not path.is_file()]:
        raise ValueError(f"{missing[0]} is no font file")
    own, *other = (FontFile(path.stem, str(path.absolute())) for path in paths)
    return FontSet(own, other[0] if other else None, FALLBACK[split])


@lru_cache(maxsize=256)
def load(font: FontFile, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(ROOT / font.path), px, index=font.index, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def _face(fonts: FontSet, char: str, px: int) -> ImageFont.FreeTypeFont:
    if fonts.latin is not None and char.isascii():
        return load(fonts.latin, px)
    return load(fonts.main if _has(fonts.main, char) else fonts.fallback, px)


@lru_cache(maxsize=65536)
def _has(font: FontFile, char: str) -> bool:
    """Whether the font has a glyph of its own for ``char``: not the box it draws for what it lacks."""
    if char.isspace():
        return True
    face = load(font, 24)
    return bytes(face.getmask(char)) not in (bytes(face.getmask("\U000f1234")), b"")


def install() -> None:
    """Install the packages with apt-get unless every file is there. Raises ``SystemExit`` where that cannot be done."""
    missing = [f for f in (*FIT, *TEST, *LATIN.values()) if not (ROOT / f.path).is_file()]
    if not missing:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SystemExit(f"missing fonts {[f.name for f in missing]}: install {' '.join(PACKAGES)}")
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES], check=True)


if __name__ == "__main__":
    if sys.argv[1:] != ["--install"]:
        raise SystemExit("usage: python -m benchmarks.dataset.fonts --install")
    install()
