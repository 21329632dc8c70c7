"""Natural order of names: ``2.jpg`` before ``10.jpg``, ``第二页`` before ``第十页``, ``a.jpg`` before ``a (2).jpg``."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_DIGITS = dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)) | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_RUNS = re.compile(r"(\d+|[〇零一二三四五六七八九两十百千]+)")

Key = tuple[tuple[int, int, str], ...]


def natural_key(name: str) -> tuple[Key, str, str]:
    """A sort key for a file or folder name: numbers by value, letters without case, then the suffix, then as is.

    The suffix is left out at first, so that ``scan.jpg`` comes before ``scan (2).jpg``.
    """
    path = PurePath(name)
    stem, suffix = (path.stem, path.suffix) if path.suffix[1:].isalnum() else (name, "")
    return _parts(stem), suffix.casefold(), name


def _parts(text: str) -> Key:
    """Numbers sort before words; both are tagged so that they never meet in a comparison."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    pieces = (p for p in _RUNS.split(folded) if p)
    return tuple((0, _value(p), "") if _RUNS.fullmatch(p) else (1, 0, p) for p in pieces)


def _value(run: str) -> int:
    if run[0] not in _DIGITS and run[0] not in _UNITS:
        return int(run)
    if not any(c in _UNITS for c in run):
        return int("".join(str(_DIGITS[c]) for c in run))  # 二〇二四
    total, digit = 0, None
    for c in run:
        if c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        else:
            digit = _DIGITS[c] or None  # 一百零五: the zero is only a word between
    return total + (digit or 0)
