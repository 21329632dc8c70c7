"""The columns of a header as stacks of cells, and how well their texts fit the meanings that a column may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .contents import POINTS, are_signs, contradicted, share_with_digits
from .longtable import LongTable, Piece
from .templates import Vocabulary
from .wording import best_likeness, fold, fold_bare

FUNDS, INDICATORS = "funds", "indicators"
TARGET_PARTS = ("target_sign", "target_unit")
"""Columns that hold a part of the target: 指标性质 (≥) and 度量单位 (个) beside 指标值, as 预算管理一体化 has them."""
LONGEST = 30
"""Characters of a header at most."""
WEAK, GOOD = 0.5, 0.75
_CLEARLY = 0.25
_THIRD = ("绩效指标", "指标")

Kind = str
Stack = tuple[float, float, list[str]]
"""(left, right, texts): the whole text of a column's cells first, then runs of it from below upwards, its own last."""
Scores = list[dict[str, float]]
"""The likeness of every stack to the meanings that it may have."""
Never = list[frozenset[str]]
"""The meanings that a stack cannot have, for what stands below it or beside it."""


def scored(
    table: LongTable, row: int, height: int, kind: Kind, vocabulary: Vocabulary, body: Sequence[Piece]
) -> tuple[list[Stack], Scores, Never]:
    """The stacks of a header in the rows from ``row`` on, but for labels of sections, and what they may mean.
    ``body``: what stands in the first rows below."""
    meanings = vocabulary.group(f"{kind}.columns")
    stacks = _without_labels(_stacks(table, row, row + height), kind, vocabulary)
    strict = {m: GOOD if m == "basis" or m in TARGET_PARTS else WEAK for m in meanings}
    others = vocabulary.phrases(f"{kind}.others")
    against = [
        frozenset(meanings) if best_of(texts, others) >= 0.99 else contradicted(body, left, right)
        for left, right, texts in stacks
    ]
    scores = [
        {
            m: s
            for m, phrases in meanings.items()
            if m not in never and (s := best_of(texts, phrases)) >= strict[m] and (s > WEAK or len(fold(texts[0])) < 4)
        }
        for (_, _, texts), never in zip(stacks, against, strict=True)
    ]
    for i in _levels_above_a_fourth(stacks, scores) if kind == INDICATORS else ():
        scores[i], against[i] = {}, frozenset(meanings)
    for i in _points_of_levels(scores):
        scores[i], against[i] = {}, frozenset(meanings)
    if kind == INDICATORS and not any("target_sign" in s for s in scores):
        for i in (i for i, (left, right, _) in enumerate(stacks) if are_signs(body, left, right)):
            scores[i] = {"target_sign": 1.0}
    for above in (p for p in table.pieces if row <= p.top and p.bottom < row + height):
        under = [
            i for i, (left, right, _) in enumerate(stacks) if above.covers(left, right) and above.width > right - left
        ]
        _drop_by_own_names(under, stacks, scores, meanings)
    _drop_actual_in_words(scores, [share_with_digits(body, left, right) for left, right, _ in stacks])
    return stacks, scores, against


def _without_labels(stacks: Sequence[Stack], kind: Kind, vocabulary: Vocabulary) -> list[Stack]:
    """The stacks but for the names of sections; 绩效指标 is one, and the third level where none other is. Of two called
    so (类别 | 指标 | 绩效指标) the first is the second level."""
    meanings = vocabulary.group(f"{kind}.columns")
    ignored = (*vocabulary.phrases(f"{kind}.section"), *vocabulary.phrases("goals.section"))
    labels = [_is_label(s[2], ignored, meanings) for s in stacks]
    found = [s for s, is_label in zip(stacks, labels, strict=True) if not is_label]
    if kind == INDICATORS and max((best_of(s[2], meanings["level3"]) for s in found), default=0.0) < 0.9:
        either = zip(stacks, labels, strict=True)
        found = [s for s, is_label in either if not is_label or _may_be_third(s)]
        thirds = [i for i, s in enumerate(found) if _may_be_third(s)]
        for i, name in zip(reversed(thirds), ("三级指标", "二级指标"), strict=False):
            left, right, texts = found[i]
            found[i] = (left, right, [texts[0], name])
    return found


def _stacks(table: LongTable, top: int, bottom: int) -> list[Stack]:
    """(left, right, texts) of each column of a header: the whole text first, then its runs from below upwards."""
    inside = [p for p in table.pieces if p.top >= top and p.bottom <= bottom]
    stacks = []
    for piece in sorted((p for p in inside if p.bottom == bottom), key=lambda p: p.left):
        over = [p for p in inside if p is piece or (p.bottom <= piece.top and p.covers(piece.left, piece.right))]
        parts = [p.text for p in sorted(over, key=lambda p: (p.top, p.left))]
        runs = ["".join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)]
        stacks.append((piece.left, piece.right, runs or [""]))
    return stacks


def _may_be_third(stack: Stack) -> bool:
    """Whether a column is called 绩效指标 or 指标 by its own cell: that of the third level, where none is called so."""
    return fold_bare(stack[2][-1]) in _THIRD


def _is_label(texts: Sequence[str], ignored: Sequence[str], meanings: Mapping[str, Sequence[str]]) -> bool:
    label = best_likeness(texts[0], ignored)
    return label >= GOOD and label > max((best_of(texts, p) for p in meanings.values()), default=0.0)


def _levels_above_a_fourth(stacks: Sequence[Stack], scores: Scores) -> list[int]:
    """The columns of third levels beside one of fourth levels (四级指标), which then are the indicators."""
    short = (i for i, (_, _, texts) in enumerate(stacks) if len(fold(texts[0])) <= 12)
    last = [i for i in short if any("四级" in text for text in stacks[i][2]) and not POINTS & scores[i].keys()]
    if len(last) != 1:
        return []
    scores[last[0]] = {"level3": 1.0}
    return [i for i, s in enumerate(scores) if i != last[0] and s.get("level3", 0.0) >= 0.9]


def _points_of_levels(scores: Sequence[Mapping[str, float]]) -> list[int]:
    """The columns before that of the third level that are called weights where one after it is, too: the points of the
    levels, 一级指标 | 分值 | 二级指标 | 分值 | 三级指标 | … | 分值."""
    third = next((i for i, s in enumerate(scores) if s.get("level3", 0.0) >= 0.9), None)
    if third is None or not any("weight" in s for s in scores[third + 1 :]):
        return []
    return [i for i, s in enumerate(scores[:third]) if s.get("weight", 0.0) >= 0.99]


def _drop_by_own_names(
    group: Sequence[int],
    stacks: Sequence[Stack],
    scores: Sequence[dict[str, float]],
    meanings: Mapping[str, Sequence[str]],
) -> None:
    """Of the columns below one name (偏差原因分析 over 制度保障 | 人员保障 | 其他 | 原因说明) the one that is called so
    by its own cell too has that meaning."""
    for meaning in {m for i in group for m, s in scores[i].items() if s >= 0.99}:
        own = {i: best_likeness(stacks[i][2][-1], meanings[meaning]) for i in group if meaning in scores[i]}
        named = max(own, key=lambda i: own[i])
        others = [i for i in own if i != named]
        if own[named] >= WEAK and all(own[i] < own[named] - _CLEARLY for i in others):
            for i in others:
                del scores[i][meaning]


def _drop_actual_in_words(scores: Scores, digits: Sequence[float]) -> None:
    """Of two columns, 完成值 and 完成情况, the one without figures says whether the target was reached (完成)."""
    rivals = [i for i, s in enumerate(scores) if s.get("actual", 0.0) >= 0.99]
    if len(rivals) == 2:
        one, two = sorted(rivals, key=lambda i: digits[i])
        if digits[one] == 0.0 and digits[two] >= 0.5:
            del scores[one]["actual"]


def assigned(scores: Sequence[Mapping[str, float]]) -> dict[int, str]:
    """The one-to-one choice of meanings with the largest sum of squared likenesses (one exact beats two poor ones)."""
    states: dict[frozenset[str], tuple[float, dict[int, str]]] = {frozenset(): (0.0, {})}
    for i, options in enumerate(scores):
        grown = dict(states)
        for used, (total, chosen) in states.items():
            for meaning, score in options.items():
                if meaning in used:
                    continue
                key, value = used | {meaning}, total + score * score
                if key not in grown or value > grown[key][0] + 1e-9:
                    grown[key] = (value, {**chosen, i: meaning})
        states = grown
    return max(states.values(), key=lambda s: s[0])[1]


def best_of(texts: Sequence[str], phrases: Sequence[str]) -> float:
    """How well any of a header's texts fits a meaning."""
    return max((best_likeness(t, phrases) for t in texts if len(fold(t)) <= LONGEST), default=0.0)
