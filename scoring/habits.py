"""How forms print their numbers, whatever the arithmetic says: decimals by column, % on rates, usual figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .error_model import Priors
from .funds_rows import COLUMNS
from .numbers import Number, read_number
from .variables import Variable

UNSEEN = 0.1  # added to the counts of printed decimals in a column
IDLE_ZERO = 0.05  # of a number that ends in a decimal zero where no other number of its column does

Style = tuple[int, bool]  # printed decimals, whether the last of them is a zero


def with_habits(every: Mapping[str, Variable], priors: Priors, printed: frozenset[str]) -> dict[str, Variable]:
    """The variables with their chances told by the other cells of their column and by what nearly every form prints.

    ``printed`` are the totals that a rule speaks of: a form without a total row has no usual total.
    """
    columns: dict[str, Counter[Style]] = defaultdict(Counter)
    for address, variable in every.items():
        if variable.read is not None and (number := variable.numbers[variable.read]) is not None:
            columns[_column(address)][_style(number)] += 1
    told = {a: _in_column(v, columns[_column(a)], priors) for a, v in every.items()}
    return {a: v if a.startswith("total.") and a not in printed else _usual(v, priors) for a, v in told.items()}


def _column(address: str) -> str:
    """Cells that print their decimals alike: the amounts of the funds rows, their rates, the indicators' scores, …"""
    head, _, column = address.rpartition(".")
    return f"{head.partition('.')[0]}.{'amounts' if column in COLUMNS else column}"


def _style(number: Number) -> Style:
    return number.decimals, number.decimals > 0 and (number.value * 10 ** (number.decimals - 1)).denominator == 1


def _in_column(variable: Variable, styles: Counter[Style], priors: Priors) -> Variable:
    """The variable told how the other cells of its column print their decimals, and that a rate is a percentage."""
    own = None if variable.read is None else variable.numbers[variable.read]
    decimals: Counter[int] = Counter()
    idle_zeros = 0
    for (places, idle), count in styles.items():
        others = count - (own is not None and _style(own) == (places, idle))
        decimals[places] += others
        idle_zeros += others * idle
    most = max(decimals.values(), default=0) + UNSEEN

    def fits(number: Number | None) -> float:
        if number is None:
            return 1.0
        odd = 1.0
        unseen = not idle_zeros or not decimals[number.decimals]
        if decimals.total() > 1 and unseen and _style(number)[1]:
            odd = IDLE_ZERO
        if variable.address.endswith(".rate") and not number.is_percent:
            odd *= 1.0 - priors.percent.probability
        return (decimals[number.decimals] + UNSEEN) / most * odd

    return _times(variable, [*map(fits, variable.numbers), 1.0])


def _usual(variable: Variable, priors: Priors) -> Variable:
    """The variable told what nearly every form prints there."""
    head, _, column = variable.address.rpartition(".")
    part = head.startswith("funds.") and head != "funds.0"
    usual = priors.usual.get(f"funds.part.{column}" if part else variable.address)
    if usual is None:
        return variable
    share, printed = (usual.held + 1) / (usual.of + 2), read_number(usual.value)
    value = None if printed is None else printed.value
    matches = [(None if n is None else n.value) == value for n in variable.numbers]
    return _times(variable, [*(share if m else (1.0 - share) / 100 for m in matches), 1.0 - share])


def _times(variable: Variable, factors: Iterable[float]) -> Variable:
    chances = [c * f for c, f in zip(variable.chances, factors, strict=True)]
    total = sum(chances)
    return replace(variable, chances=tuple(c / total for c in chances)) if total > 0 else variable
