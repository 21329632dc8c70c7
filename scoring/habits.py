"""How forms print their numbers, whatever the arithmetic says: decimals by column, % on rates, usual figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from .error_model import Priors
from .funds_rows import COLUMNS
from .numbers import Number, is_dash, read_number
from .variables import Variable, times

UNSEEN = 0.1  # added to the counts of printed decimals in a column
IDLE_ZERO = 0.2  # numbers of a column that end in a decimal zero, added to those seen where there are none
SCORE_ZERO = 0.3  # the same of the first 得分, a product of two numbers: 2 of 10 that might have (9.30, 10.00)
FOLLOWING = ("funds.0.score", "total.score")  # print as many decimals as their sum or quotient has
FOLLOWS = 2.0  # in UNSEEN's place for these
DASH = "-"
RELATED = 0.25  # what a printed number of another part's same column counts: the total's score beside the indicators'

Style = tuple[int, bool]  # printed decimals, whether the last of them is a zero
Styles = dict[Style, float]


def with_habits(
    every: Mapping[str, Variable], priors: Priors, printed: frozenset[str], whole: str = "funds.0"
) -> dict[str, Variable]:
    """The variables with their chances told by the other cells of their column and by what nearly every form prints.

    ``printed`` are the totals that a rule speaks of: a form without a total row has no usual total. ``whole``: the row
    of funds that adds up the others; where it is the last (department-wide forms) either it or the first has the points
    of the funds, and nothing is usual in both.
    """
    columns: dict[str, Styles] = defaultdict(dict)
    marks: dict[str, Counter[str]] = defaultdict(Counter)
    percents: dict[str, Counter[bool]] = defaultdict(Counter)
    for address, variable in every.items():
        if variable.read is None:
            continue
        if (number := variable.numbers[variable.read]) is None:
            marks[_column(address)][_mark(variable.texts[variable.read])] += 1
        else:
            percents[_column(address)][number.is_percent] += 1
            for place, count in ((_column(address), 1.0), (_kind(address), RELATED)):
                if place:
                    columns[place][_style(number)] = columns[place].get(_style(number), 0.0) + count
    told: dict[str, Variable] = {}
    for address, variable in every.items():
        place = _column(address)
        told[address] = _in_column(
            _like_percents(variable, percents[place]), columns[place], columns[_kind(address)], marks[place], priors
        )
    return {a: v if a.startswith("total.") and a not in printed else _usual(v, priors, whole) for a, v in told.items()}


def _column(address: str) -> str:
    """Cells that print their decimals alike: the amounts of the funds rows, their rates, the indicators' scores, …"""
    head, _, column = address.rpartition(".")
    return f"{head.partition('.')[0]}.{'amounts' if column in COLUMNS else column}"


def _kind(address: str) -> str:
    """Weights and scores of all parts of the form; amounts and rates stand in one part alone."""
    column = address.rpartition(".")[2]
    return f"*.{column}" if column in ("weight", "score") else ""


def _mark(text: str) -> str:
    """What stands in the place of a number; dashes of all lengths are one: how long a stroke came out says nothing."""
    return DASH if is_dash(text) else text


def _style(number: Number) -> Style:
    return number.decimals, number.decimals > 0 and (number.value * 10 ** (number.decimals - 1)).denominator == 1


def _in_column(variable: Variable, column: Styles, kind: Styles, marks: Counter[str], priors: Priors) -> Variable:
    """The variable told how the other cells of its column print their decimals, and that a rate is a percentage.

    A misprint is printed as it was read, whatever was meant."""
    own = None if variable.read is None else variable.numbers[variable.read]
    decimals: dict[int, float] = defaultdict(float)
    idle_zeros = 0.0
    for styles, count in ((column, 1.0), (kind, RELATED)):
        for (places, idle), seen in styles.items():
            others = seen - count * (own is not None and _style(own) == (places, idle))
            decimals[places] += others
            idle_zeros += others * idle
    unseen = FOLLOWS if variable.address in FOLLOWING else UNSEEN
    blanks = Counter(marks)
    if variable.read is not None and own is None:
        blanks[_mark(variable.texts[variable.read])] -= 1
    most = max(decimals.values(), default=0.0) + unseen
    total = sum(decimals.values())

    def fits(number: Number | None, text: str) -> float:
        if number is None:
            return (blanks[_mark(text)] + UNSEEN) / (sum(blanks.values()) + 3 * UNSEEN)
        odd = 1.0
        unusual = idle_zeros < UNSEEN or decimals[number.decimals] < UNSEEN
        if total > 1 and unusual and _style(number)[1]:
            odd = SCORE_ZERO if variable.address == "funds.0.score" else IDLE_ZERO / (1.0 + total)
        if variable.address.endswith(".rate") and not number.is_percent:
            odd *= 1.0 - priors.percent.probability
        return (decimals[number.decimals] + unseen) / most * odd

    shown = [
        own if i and variable.read is not None and text == variable.texts[variable.read] else number
        for i, (text, number) in enumerate(zip(variable.texts, variable.numbers, strict=True))
    ]
    return times(variable, [*map(fits, shown, variable.texts), 1.0])


def _like_percents(variable: Variable, column: Counter[bool]) -> Variable:
    """The variable told whether the other numbers of its column are percentages; rates are told so by themselves."""
    if variable.address.endswith(".rate"):
        return variable
    own = None if variable.read is None else variable.numbers[variable.read]
    others = column - Counter([own.is_percent] if own else [])
    if others.total() < 2:
        return variable
    share = {percent: (others[percent] + UNSEEN) / (others.total() + 2 * UNSEEN) for percent in (False, True)}
    return times(variable, [*(1.0 if n is None else share[n.is_percent] for n in variable.numbers), 1.0])


def _usual(variable: Variable, priors: Priors, whole: str) -> Variable:
    """The variable told what nearly every form prints there."""
    head, _, column = variable.address.rpartition(".")
    if whole != "funds.0" and head in ("funds.0", whole):
        return variable
    part = head.startswith("funds.") and head != "funds.0"
    usual = priors.usual.get(f"funds.part.{column}" if part else variable.address)
    if usual is None:
        return variable
    share, printed = (usual.held + 1) / (usual.of + 2), read_number(usual.value)
    value = None if printed is None else printed.value
    matches = [(None if n is None else n.value) == value for n in variable.numbers]
    return times(variable, [*(share if m else (1.0 - share) / 100 for m in matches), 1.0 - share])
