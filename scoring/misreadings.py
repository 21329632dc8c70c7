"""Misreadings undone: from the text that was read to the texts that one misreading could have turned into it.

Each kind of ``error_model.Kinds`` is one generator of (true text, share within its kind). Texts that are neither a
number nor blank are left out, and so are numbers that nobody prints ("05").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache

from .error_model import ErrorModel
from .numbers import is_blank, read_number

Undone = Iterator[tuple[str, float]]

_DIGITS = "0123456789"
_LETTERS = str.maketrans("lI|iOoQDSsBZz", "1111000055822")
_TURN = {"0": "0", "1": "1", "6": "9", "8": "8", "9": "6", ".": "."}
_AS_SLASH = ("1", "7", "l", "I", "|", "J", "丿")
_AS_DASH = ("一", "1", "~", "～", "二", "ー", "7")
_IMPOSSIBLE = re.compile(r"(^|[^0-9.,])0[0-9]|[0-9.] +[0-9.]")
_INNER = re.compile(r"(?:=|≥|≤|>|<)?[0-9][0-9.,]*(?<=[0-9])(?:%|分|[万亿千]?元)?(?![^0-9]*[0-9])")
_GAP = re.compile(r"(?<=[0-9])[ .:·•'`]{1,2}(?=[0-9])")


def misreadings_undone(text: str, model: ErrorModel, *, rate: bool = False, sure: bool = False) -> dict[str, float]:
    """True texts that one misreading could have turned into ``text``, with the share of each among all misreadings
    that gave ``text``, likeliest first. ``rate``: the column holds percentages; ``sure``: the reader was sure. The
    shares add up to 1 - ``model.other``, or to 0 where no kind fits."""
    return {t: share for t, share, _ in undone(text, model, rate, sure)}


@lru_cache(maxsize=8192)
def undone(text: str, model: ErrorModel, rate: bool, sure: bool = False) -> tuple[tuple[str, float, Fraction], ...]:
    """``misreadings_undone`` as (text, share, amount), remembered."""
    shares: dict[str, float] = {}
    kinds = model.sure if sure else model.kinds
    for kind, undo in _KINDS.items():
        if kind == "percent" and not rate:
            continue
        weight = getattr(kinds, kind)
        for true, share in undo(text, model):
            if true != text and printable(true):
                shares[true] = shares.get(true, 0.0) + weight * share
    total = sum(shares.values())
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((t, (1 - model.other) * s / total, _amount(t)) for t, s in ranked)


def printable(text: str) -> bool:
    """Whether a column of numbers may print this: a blank, or a number without idle zeros, points or gaps."""
    if is_blank(text):
        return True
    number = read_number(text)
    return number is not None and _IMPOSSIBLE.search(text) is None and "." not in (text[:1], text[-1:])


def _amount(text: str) -> Fraction:
    number = read_number(text)
    return Fraction(0) if number is None else number.amount


def _digit_places(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c in _DIGITS]


def _confused(text: str, model: ErrorModel) -> Undone:
    places = _digit_places(text)
    for i in places:
        for true in _DIGITS:
            if true != text[i]:
                yield text[:i] + true + text[i + 1 :], model.confusions.share(true, text[i]) / len(places)


def _dropped(text: str, model: ErrorModel) -> Undone:
    places = _digit_places(text)
    if places:
        first = places[0] - text[: places[0]].endswith(".")
        last = places[-1] + 1 + text[places[-1] + 1 :].startswith(".")
        slots = range(first, last + 1)
        for i in slots:
            for true in _DIGITS:
                yield text[:i] + true + text[i:], 1 / (10 * len(slots))
    if text[-1:] == "." and text[-2:-1].isdigit():  # nobody prints a point that nothing follows
        for true in _DIGITS:
            yield text + true, 0.5


def _repeat_dropped(text: str, model: ErrorModel) -> Undone:
    places = _digit_places(text)
    for i in places:
        yield text[:i] + text[i] + text[i:], 1 / len(places)


def _spurious(text: str, model: ErrorModel) -> Undone:
    places = _digit_places(text)
    if len(places) > 1:
        for i in places:
            ink = 2.0 if text[i] in "17" else 1.0
            yield text[:i] + text[i + 1 :], ink / (2 * len(places))


def _doubled(text: str, model: ErrorModel) -> Undone:
    for i in _digit_places(text):
        if text[i] == text[i - 1 : i]:
            yield text[:i] + text[i + 1 :], 1.0


def _point_lost(text: str, model: ErrorModel) -> Undone:
    places = _digit_places(text)
    gaps = list(_GAP.finditer(text))
    if len(gaps) == 1 and gaps[0].group() != ".":  # the point is gone, its place shows
        yield _GAP.sub(".", text), 5.0
        return
    if re.fullmatch("0[0-9]+[^0-9.]*", text):  # nor a zero before a whole number
        yield "0." + text[1:], 5.0
    elif "." not in text and len(places) > 1:
        for i in places[1:]:
            yield text[:i] + "." + text[i:], 1 / (len(places) - 1)


def _point_spurious(text: str, model: ErrorModel) -> Undone:
    if text.count(".") == 1:
        yield text.replace(".", ""), 1.0


def _point_moved(text: str, model: ErrorModel) -> Undone:
    head, point, tail = text.partition(".")
    if point and "." not in tail:
        if head[-1:].isdigit() and head[-2:-1].isdigit():
            yield f"{head[:-1]}.{head[-1]}{tail}", 0.5
        if tail[:1].isdigit() and tail[1:2].isdigit():
            yield f"{head}{tail[0]}.{tail[1:]}", 0.5


def _comma(text: str, model: ErrorModel) -> Undone:
    for i, char in enumerate(text):
        if char in ",，":
            yield text[:i] + "." + text[i + 1 :], 1.0
        elif char == ".":
            yield text[:i] + "," + text[i + 1 :], 1.0
    if ".." in text:
        yield text.replace("..", "."), 1.0


def _percent(text: str, model: ErrorModel) -> Undone:
    if "%" not in text and text[-1:].isdigit():
        yield text + "%", 0.5
        if text[-1] in "960":
            yield text[:-1] + "%", 0.5
        if text[-2:] in ("96", "90", "00", "06"):
            yield text[:-2] + "%", 0.25


def _slash(text: str, model: ErrorModel) -> Undone:
    if text in _AS_SLASH:
        yield "/", 0.7 if text in ("1", "7") else 2.0
    if text in _AS_DASH:
        yield "—", 0.1 if text in ("1", "7") else 2.0
    if text == "/":
        yield "1", 1.0
        yield "7", 0.3


def _invented(text: str, model: ErrorModel) -> Undone:
    words = any("\u4e00" <= c <= "\u9fff" for c in text)  # nobody reads 优 where nothing is printed
    if 1 <= len(text) <= 2 and not words and not is_blank(text):
        yield "", 1.0


def _letters(text: str, model: ErrorModel) -> Undone:
    yield text.translate(_LETTERS), 5.0
    found = _INNER.search(text)  # what stands beside the number is none of it
    if found and found.group() != text:
        yield found.group(), 5.0
        if found.group().endswith("%"):  # nor is it, perhaps
            yield found.group().removesuffix("%"), 5.0


def _turned(text: str, model: ErrorModel) -> Undone:
    bare = text.strip("%")
    if len(bare) > 1 and all(c in _TURN for c in bare):
        yield "".join(_TURN[c] for c in reversed(bare)) + ("%" if "%" in text else ""), 1.0


_KINDS: dict[str, Callable[[str, ErrorModel], Undone]] = {
    "confused": _confused,
    "dropped": _dropped,
    "repeat_dropped": _repeat_dropped,
    "spurious": _spurious,
    "doubled": _doubled,
    "point_lost": _point_lost,
    "point_spurious": _point_spurious,
    "point_moved": _point_moved,
    "comma": _comma,
    "percent": _percent,
    "slash": _slash,
    "invented": _invented,
    "letters": _letters,
    "turned": _turned,
}


def kinds_of(true: str, read: str, model: ErrorModel, *, rate: bool = True) -> tuple[str, ...]:
    """Names of the kinds of misreading that turn ``true`` into ``read``; () when none does alone."""
    if is_blank(read) and read_number(true) is not None and not any(t == true for t, _ in _slash(read, model)):
        return ("lost",)
    return tuple(
        kind
        for kind, undo in _KINDS.items()
        if (rate or kind != "percent") and any(t == true for t, _ in undo(read, model))
    )
