"""How printed words are compared: folded, then by edit distance, so that a misread character does no harm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

_BRACKETS = re.compile(r"[(\[{〔【][^()\[\]{}〔〕【】]*[)\]}〕】]")
_POINTS = re.compile(r"[(\[]?\d+(?:\.\d+)?分?[)\]]?$")
_POINTS_WITHIN = re.compile(r"[(\[]?\d+(?:\.\d+)?分[)\]]?")
_SEALED = re.compile(r"^\s*[(（](?:单位)?(?:公章|盖章|签章|章)[)）]")
_SIGNS = frozenset("≥≤><=≧≦⩾⩽≠≈")
_COMPARING = ("大于", "小于", "等于", "高于", "低于", "不", "至少", "至多")
_NUMBER = re.compile(r"[<>=≤≥]*[-+]?\d[\d,]*(?:\.\d+)?[%分]?|[-—–―_/\\一]+")


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """``text`` in NFKC (full-width forms as half-width ones) without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``text`` for comparison: compact, lower case, without punctuation and symbols."""
    return "".join(c for c in compact(text).lower() if unicodedata.category(c)[0] not in "PSC")


@lru_cache(maxsize=8192)
def fold_bare(text: str) -> str:
    """``fold`` of the text without what stands in brackets: 执行率（B/A） and 执行率 are one header."""
    return fold(_BRACKETS.sub("", compact(text)))


@lru_cache(maxsize=8192)
def fold_level(text: str) -> str:
    """``fold`` of a level's name without the points printed after it: 产出指标(50分), 产出指标50分."""
    return fold(_POINTS.sub("", compact(text)))


def is_number(text: str) -> bool:
    """True for a whole cell that is a number, a percentage, a dash or a slash: it cannot be half of a longer text."""
    return _NUMBER.fullmatch(compact(text)) is not None


def is_dash(text: str) -> bool:
    """True for a whole cell that is a dash or a slash: there is no value."""
    return is_number(text) and not any(c.isdigit() for c in text)


def is_sign(text: str) -> bool:
    """Whether a text compares: ≥, <=, 不低于."""
    return is_symbol(text) or compact(text).startswith(_COMPARING)


def is_symbol(text: str) -> bool:
    """Whether a text is a sign of comparison and no words: ≥, <=."""
    plain = compact(text)
    return bool(plain) and all(c in _SIGNS for c in plain)


def plain_number(text: str) -> Decimal | None:
    """The number that a whole cell prints without a sign before it (1,200, 9.5分); None for other texts."""
    digits = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)分?", compact(text))
    return Decimal(digits[1].replace(",", "")) if digits else None


def edit_distance(a: str, b: str) -> int:
    """Levenshtein's distance: insertions, deletions and substitutions of one character."""
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


@lru_cache(maxsize=65536)
def likeness(text: str, phrase: str) -> float:
    """How far two folded words are the same, 0 to 1: the share of characters that need no edit.

    A phrase that stands whole inside a text of at most three times its length counts 0.6 to 0.9.
    """
    if not text or not phrase:
        return 0.0
    if text == phrase:
        return 1.0
    short, long = sorted((len(text), len(phrase)))
    inside = 0.6 + 0.3 * len(phrase) / len(text) if phrase in text and len(text) <= 3 * len(phrase) else 0.0
    if short / long <= max(inside, 0.3) or not set(text) & set(phrase):
        return inside
    return max(inside, 1.0 - edit_distance(text, phrase) / long)


def best_likeness(text: str, phrases: Iterable[str]) -> float:
    """The likeness of ``text`` (as printed) to the nearest of ``phrases`` (as printed), with or without brackets."""
    return _nearest(text, tuple(phrases))


@lru_cache(maxsize=16384)
def _nearest(text: str, phrases: tuple[str, ...]) -> float:
    whole, bare = fold(text), fold_bare(text)
    best = 0.0
    for phrase in phrases:
        folded = fold(phrase)
        best = max(best, likeness(whole, folded), likeness(bare, folded))
        if best == 1.0:
            break
    return best


def named(text: str, groups: Mapping[str, Iterable[str]]) -> str:
    """The name of the group that has the text among its phrases, exactly but for brackets and marks; "" for none."""
    fits = {name: best_likeness(text, phrases) for name, phrases in groups.items()}
    best = max(fits, key=lambda name: fits[name], default="")
    return best if fits.get(best, 0.0) >= 0.99 else ""


def are_two(text: str, names: Iterable[str]) -> bool:
    """True for two names read as one text (数量指标质量指标), which is no name itself."""
    plain, known = fold(_POINTS_WITHIN.sub("", compact(text))), {fold(n) for n in names}
    if plain in known or len(plain) > 30:
        return False

    def is_name(part: str) -> bool:
        near = len(part) >= 4 and any(likeness(part, name) >= 0.8 for name in known if name not in part)
        return part in known or near

    return any(is_name(plain[:i]) and is_name(plain[i:]) for i in range(2, len(plain) - 1))


def has_points(text: str) -> bool:
    """True for a level's name with the points printed after it, which nothing of the name follows: 产出(25分)."""
    return _POINTS.search(compact(text)) is not None


def is_part_of_name(text: str, names: Iterable[str]) -> bool:
    """True for the beginning or the end of a name that is none itself: 服务对象满, 标(50分); not for 产出(25分)."""
    plain, known = fold_level(text), {fold(n) for n in names}
    if not plain or plain in known:
        return False
    return any((n.startswith(plain) and not has_points(text)) or n.endswith(plain) for n in known)


def is_end_of_name(text: str, names: Iterable[str]) -> bool:
    """True for the end of a name that is none itself and begins none: 标, 度指标."""
    plain, known = fold_level(text), {fold(n) for n in names}
    return is_part_of_name(text, names) and not any(n.startswith(plain) for n in known)


def split_label(text: str, phrases: Iterable[str]) -> tuple[float, str]:
    """(likeness, rest): how well ``text`` begins with one of ``phrases`` and what stands after it in the same cell.

    ``rest`` keeps the text as printed, without the colon or space between. One wrong character is allowed in a
    phrase of four or more. The longest phrase that fits wins.
    """
    best, rest, length = 0.0, "", 0
    for phrase in phrases:
        folded = fold(phrase)
        end = _end_of(text, len(folded))
        if end is None:
            continue
        score = 1.0 - edit_distance(fold(text[:end]), folded) / len(folded)
        if score >= (0.75 if len(folded) >= 4 else 1.0) and (score, len(folded)) > (best, length):
            best, rest, length = score, _SEALED.sub("", text[end:]).strip(" \t\n\u3000:：-"), len(folded)
    return best, rest


def _end_of(text: str, count: int) -> int | None:
    """The index after the first ``count`` characters of ``text`` that folding keeps (and brackets they close)."""
    if count == 0:
        return None
    kept = 0
    for i, c in enumerate(text):
        kept += len(fold(c))
        if kept >= count:
            closing = text[i + 1 : i + 2]
            return i + 2 if closing in (")", "）") and closing else i + 1
    return None


def joined(first: str, second: str) -> str:
    """Two halves of one printed text: a space only between two Latin words, none in Chinese or inside a number."""
    if not first or not second:
        return first or second
    latin = first[-1].isascii() and first[-1].isalpha() and second[0].isascii() and second[0].isalpha()
    return f"{first} {second}" if latin else first + second
