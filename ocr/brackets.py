"""Brackets come in pairs: 〔2023] was 〔2023〕, whatever the recogniser says of the second one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from forms import Character, LineReading

PAIRS = {
    "(": ")",
    "（": "）",
    "[": "]",
    "［": "］",
    "〔": "〕",
    "【": "】",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "{": "}",
}
OPENERS = {closer: opener for opener, closer in PAIRS.items()}
BRACKETS = frozenset(PAIRS) | frozenset(OPENERS)
WIDTHS = ({"(", "（"}, {"[", "［"})
DOUBTED = 0.95
"""A bracket whose posterior is below this gives way to its partner."""
TORTOISE = {"〔", "〕"}
"""Read in 2 of 330 lines with square or lenticular brackets, both times for the wide square one; where they are
printed, one of the two was read as a commoner bracket in 14 of 110 lines (the fonts of the benchmarks, blurred)."""
MISMATCHED = 0.01
"""Share of brackets printed beside one of another kind or alone: none and 2 of 146 pairs on printed forms."""
COMMON = frozenset().union(*WIDTHS)
TRACE = 0.01
"""How likely a bracket is a rarer one, at least, for a round or square pair not to vouch for itself: a reader takes
both of a rare pair for commoner ones where it takes one (〔2023〕 of one face for [2023], both by 0.96, whatever the
paper)."""
SEVERAL, SURELY = 2, 0.9
"""So many tortoise brackets, surely read, and a page prints these around the years of documents (GB/T 9704-2012)."""
BOTH = 0.02
"""How likely a square bracket is printed on such a page all the same; of 34 forms two print 〔〕 and none both."""
SQUARE = {"[": "〔", "［": "〔", "]": "〕", "］": "〕"}
LOST = 0.02
"""The least probability of an alternative from which a lost bracket is put back."""


def prints_tortoise(readings: Sequence[LineReading]) -> bool:
    """Whether a page with these lines prints 〔〕."""
    return sum(c.text in TORTOISE and c.posterior >= SURELY for r in readings for c in r.characters) >= SEVERAL


def to_tortoise(readings: Sequence[LineReading]) -> list[LineReading]:
    """Lines of a page that prints 〔〕: what may be one of these or a square one is told by the odds of both (Bayes).

    What the reader holds to be no tortoise bracket at all stays as it is.
    """
    found = []
    for reading in readings:
        if SQUARE.keys().isdisjoint(reading.text):
            found.append(reading)
            continue
        characters = tuple(_on_tortoise_page(c) if c.text in SQUARE else c for c in reading.characters)
        told = replace(reading, characters=characters)
        others = tuple(pair for pair in reading.alternatives if pair[0] != told.text)
        found.append(replace(told, alternatives=others))
    return found


def _on_tortoise_page(square: Character) -> Character:
    other = SQUARE[square.text]
    rival = dict(square.others).get(other, 0.0)
    stays = square.posterior * BOTH / max(1e-9, square.posterior * BOTH + rival)
    if stays >= 0.5:
        return replace(square, posterior=min(square.posterior, stays))
    rest = tuple(pair for pair in square.others if pair[0] != other)
    return replace(square, text=other, posterior=1.0 - stays, others=((square.text, stays), *rest))


def match_brackets(readings: Sequence[LineReading]) -> list[LineReading]:
    """The lines of one cell with mismatched pairs made to match, where one of the two is in doubt.

    The surer bracket of a pair stays, but a 〔 or 〕 stays in any case when it is likelier than not: recognisers read a
    rare bracket as a common one, seldom the other way. Its partner's posterior becomes its own, at most 0.97.
    """
    if BRACKETS.isdisjoint("".join(r.text for r in readings)):
        return list(readings)
    return _with_pairs(readings, _matched)


def complete_brackets(readings: Sequence[LineReading]) -> list[LineReading]:
    """The lines of one cell with a lost bracket put back where the beam has it and its partner stands in the cell.

    A line becomes the likeliest of its alternatives that differ by one more bracket and leave fewer brackets alone. An
    alternative of less than ``LOST`` is no evidence. The bracket's posterior is the alternative's, at most 0.9.
    """
    found = list(readings)
    for i, reading in enumerate(readings):
        alone = unpaired("".join(r.text for r in found))
        for text, chance in reading.alternatives if alone else ():
            place = _one_more(reading.text, text)
            if place is None or chance < LOST or text[place] not in OPENERS.keys() | PAIRS.keys():
                continue
            completed = replace(reading, characters=_inserted(reading, place, text[place], min(0.9, chance)))
            whole = "".join(r.text for r in [*found[:i], completed, *found[i + 1 :]])
            if unpaired(whole) < alone:
                found[i] = completed
                break
    return found


def weigh_pairs(readings: Sequence[LineReading]) -> list[LineReading]:
    """The lines of one cell, whose matching brackets vouch for one another.

    A reader says of each what it is without a look at the other, but a form prints them alike: 〔 at 0.75, perhaps （,
    and 〕 at 0.84, perhaps ）, are 〔 and 〕 at 0.98 (Bayes, prior ``MISMATCHED``). An alternative that leaves one of
    them alone is less likely by as much.
    """
    if not any(_has_bracket(text) for r in readings for text in (r.text, *(other for other, _ in r.alternatives))):
        return list(readings)
    found = _with_pairs(readings, _vouched)
    texts = [r.text for r in found]
    alone = unpaired("".join(texts))
    for i, reading in enumerate(found):
        if any(_has_bracket(text) for text, _ in reading.alternatives):
            before, after = "".join(texts[:i]), "".join(texts[i + 1 :])
            chances = [
                (text, chance * (MISMATCHED if unpaired(before + text + after) > alone else 1.0))
                for text, chance in reading.alternatives
            ]
            found[i] = replace(reading, alternatives=tuple(sorted(chances, key=lambda pair: -pair[1])))
    return found


def _with_pairs(
    readings: Sequence[LineReading], paired: Callable[[Character, Character], tuple[Character, Character]]
) -> list[LineReading]:
    """The lines of one cell with the opener and the closer of each pair as ``paired`` leaves them."""
    characters = [list(r.characters) for r in readings]
    for (i, j), (k, m) in _pairs([[c.text for c in line] for line in characters]):
        characters[i][j], characters[k][m] = paired(characters[i][j], characters[k][m])
    return [replace(r, characters=tuple(cs)) for r, cs in zip(readings, characters, strict=True)]


def _pairs(lines: Sequence[Sequence[str]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Which opener and which closer are a pair, whatever their kinds: line and place of each, inner pairs first."""
    stack: list[tuple[int, int]] = []
    closers = sum(text in OPENERS for line in lines for text in line)
    for i, line in enumerate(lines):
        for j, text in enumerate(line):
            if text in PAIRS:
                stack.append((i, j))
            elif text in OPENERS:
                while closers < len(stack) and _closed_further_out(text, [lines[k][m] for k, m in stack]):
                    stack.pop()  # its own closer was lost: （财〔2023 7号）
                if stack:
                    yield stack.pop(), (i, j)
                closers -= 1


def _vouched(opener: Character, closer: Character) -> tuple[Character, Character]:
    """Two brackets, where they match each with the probability that it has beside the other."""
    if not _fits(opener.text, closer.text):
        return opener, closer
    left, right = _kinds(opener), _kinds(closer)
    common = ("(", _narrow(opener.text))
    rarer = max((chance for own in (left, right) for kind, chance in own.items() if kind not in common), default=0.0)
    if opener.text in COMMON and rarer >= TRACE:
        return opener, closer
    both = opener.posterior * closer.posterior
    alike = sum(chance * right.get(kind, 0.0) for kind, chance in left.items())
    known = (1.0 - MISMATCHED) * both / ((1.0 - MISMATCHED) * alike + MISMATCHED * max(0.0, 1.0 - alike))
    first, second = (max(c.posterior, known**0.5) for c in (opener, closer))
    return replace(opener, posterior=first), replace(closer, posterior=second)


def _narrow(opener: str) -> str:
    """An opener in its narrow width, where it has two."""
    return next((min(same) for same in WIDTHS if opener in same), opener)


def _kinds(bracket: Character) -> dict[str, float]:
    """The probabilities of the kinds of bracket it may be, by their narrow openers."""
    kinds: dict[str, float] = {}
    for text, chance in ((bracket.text, bracket.posterior), *bracket.others):
        if (opener := OPENERS.get(text, text)) in PAIRS:
            kind = _narrow(opener)
            kinds[kind] = kinds.get(kind, 0.0) + chance
    return kinds


def _has_bracket(text: str) -> bool:
    return not BRACKETS.isdisjoint(text)


def unpaired(text: str) -> int:
    """How many brackets stand without a partner of their kind; the two widths are one kind."""
    if not _has_bracket(text):
        return 0
    count = 0
    for openers, closers in (("(（", ")）"), ("[［", "]］"), *((o, c) for o, c in PAIRS.items() if o not in "(（[［")):
        depth = 0
        for c in text:
            if c in openers:
                depth += 1
            elif c in closers:
                count += depth == 0
                depth = max(0, depth - 1)
        count += depth
    return count


def _one_more(text: str, longer: str) -> int | None:
    """Where ``longer`` has one character more than ``text``; None when that is not all that differs."""
    if len(longer) != len(text) + 1:
        return None
    place = next((k for k, c in enumerate(text) if c != longer[k]), len(text))
    return place if longer[place + 1 :] == text[place:] else None


def _inserted(reading: LineReading, place: int, text: str, posterior: float) -> tuple[Character, ...]:
    """The line's characters (one of text each) with one more between its neighbours."""
    cs = reading.characters
    before = cs[place - 1].position if place else 0.0
    after = cs[place].position if place < len(cs) else 1.0
    return (*cs[:place], Character(text, posterior, (before + after) / 2), *cs[place:])


def _closed_further_out(closer: str, openers: Sequence[str]) -> bool:
    """Whether ``closer`` does not fit the last opener but one before it."""
    return not _fits(openers[-1], closer) and any(_fits(o, closer) for o in openers[:-1])


def _fits(opener: str, closer: str) -> bool:
    return PAIRS[opener] == closer or any({opener, OPENERS[closer]} <= same for same in WIDTHS)


def _matched(opener: Character, closer: Character) -> tuple[Character, Character]:
    want = PAIRS[opener.text]
    if _fits(opener.text, closer.text):
        return opener, closer
    if min(opener.posterior, closer.posterior) < DOUBTED:
        if opener.text in TORTOISE and opener.posterior >= 0.5:
            return opener, replace(closer, text=want, posterior=min(0.97, opener.posterior))
        if closer.text in TORTOISE and closer.posterior >= 0.5:
            return replace(opener, text=OPENERS[closer.text], posterior=min(0.97, closer.posterior)), closer
    if closer.posterior < DOUBTED and closer.posterior <= opener.posterior:
        return opener, replace(closer, text=want, posterior=min(0.97, opener.posterior))
    if opener.posterior < DOUBTED:
        return replace(opener, text=OPENERS[closer.text], posterior=min(0.97, closer.posterior)), closer
    return opener, closer
