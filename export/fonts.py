"""A font with Chinese characters, found on the machine it runs on."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import layoutparser

FONT_PACKAGE = "fonts-wqy-microhei"
NO_FONT_NOTE = f"No Chinese font found: overlays show boxes without text. On Debian: apt-get install {FONT_PACKAGE}"


@lru_cache(maxsize=1)
def chinese_font() -> Path | None:
    """The font file to draw Chinese with: a sans one that fontconfig knows, else the serif one in layoutparser's wheel.

    None where there is neither.
    """
    shipped = sorted((Path(layoutparser.__file__).parent / "misc").glob("*CJK*.[ot]tf"))
    return min([*_known_to_fontconfig(), *shipped], key=_liking, default=None)


def _known_to_fontconfig() -> list[Path]:
    """``fc-list`` lists only fonts that cover the language; ``fc-match`` would name any font rather than none."""
    if shutil.which("fc-list") is None:
        return []
    command = ["fc-list", ":lang=zh-cn", "file"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    rows = answer.stdout.decode("utf-8", "surrogateescape").splitlines()
    found = sorted(Path(row.partition(": ")[0].rstrip(": ")) for row in rows if row.strip())
    return [p for p in found if p.suffix.lower() in (".ttf", ".ttc", ".otf") and p.is_file()]


def _liking(path: Path) -> int:
    """Sans fonts are easier to read at a small size than brush and print styles."""
    name = path.name.lower()
    kinds = ("wqy", "sanscjk", "sanssc", "hansans", "sans", "hei", "serifcjk")
    return next((k for k, kind in enumerate(kinds) if kind in name), len(kinds))
