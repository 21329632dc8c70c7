"""A font with Chinese characters, found on the machine it runs on."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

FONT_PACKAGE = "fonts-wqy-microhei"
NO_FONT_NOTE = (
    f"No Chinese font was found, so overlays show boxes without text. On Debian: apt-get install {FONT_PACKAGE}"
)

_FOLDERS = (
    "/usr/share/fonts/truetype/wqy",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/arphic",
    "/usr/share/fonts/truetype/arphic-gbsn00lp",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_NAMES = ("wqy-*.ttc", "wqy-*.ttf", "NotoSansCJK-Regular.ttc", "NotoSansSC*.[ot]tf", "SourceHanSans*.[ot]t[fc]",
          "uming.ttc", "gbsn00lp.ttf", "PingFang.ttc", "msyh.ttc", "simsun.ttc")  # fmt: skip


@lru_cache(maxsize=1)
def chinese_font() -> Path | None:
    """The font file to draw Chinese with: what fontconfig names first, else known places; None where there is none."""
    return _asked_of_fontconfig() or _found_in_folders()


def _asked_of_fontconfig() -> Path | None:
    """``fc-list`` lists only fonts that cover the language; ``fc-match`` would name any font rather than none."""
    if shutil.which("fc-list") is None:
        return None
    try:
        answer = subprocess.run(
            ["fc-list", ":lang=zh-cn", "file"],
            capture_output=True,
            timeout=10,
            check=True,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = [Path(line.split(": ")[0].rstrip(": ")) for line in answer.stdout.splitlines() if line.strip()]
    found = sorted(p for p in found if p.suffix.lower() in (".ttf", ".ttc", ".otf") and p.is_file())
    return min(found, key=_liking, default=None)


def _liking(path: Path) -> int:
    """Sans fonts are easier to read at a small size than the brush and print styles."""
    name = path.name.lower()
    kinds = ("wqy", "sanscjk", "sanssc", "hansans", "sans", "hei")
    return next((k for k, kind in enumerate(kinds) if kind in name), len(kinds))


def _found_in_folders() -> Path | None:
    for folder in map(Path, _FOLDERS):
        for name in _NAMES:
            for path in sorted(folder.glob(name)):
                if path.is_file():
                    return path
    return None
