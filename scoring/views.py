"""A form as the rules are written for it, where it is printed otherwise: its sum last, one budget in place of two."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from forms import Cell, Finding, Form, FundsRow, Suggestion

from .numbers import folded, is_blank

_WHOLE = re.compile(r"(?:资金|预算|金额)?(?:合计|总计|总额|总金额|共计)(?:金额)?[:]?")
_FIRST = re.compile(r"合计|总计|总额|总金额|共计|总投入")
_PRINTED, _WEIGHED = "initial_budget", "annual_budget"

Rows = tuple[FundsRow, ...]


@dataclass(frozen=True, slots=True)
class View:
    """``form`` as the rules are written for it. ``printed``: where a cell of it stands as printed; ``rows``: its funds
    as printed. ``called``: a column's name in the rules and as the form prints it, by key."""

    form: Form
    printed: Callable[[str], str]
    rows: Callable[[Rows], Rows]
    called: tuple[str, str] | None = None

    def as_printed(self, form: Form, term: Callable[[str], str]) -> Form:
        """A form of this view with the rows, and the addresses and columns in its findings, as they were."""
        findings = tuple(self._finding(finding, term) for finding in form.findings)
        return replace(form, funds=self.rows(form.funds), findings=findings)

    def _finding(self, finding: Finding, term: Callable[[str], str]) -> Finding:
        meant, message = finding.suggestion, finding.message
        if self.called:
            message = message.replace(term(self.called[0]), term(self.called[1]))
        return replace(
            finding,
            cells=tuple(map(self.printed, finding.cells)),
            message=message,
            suggestion=None if meant is None else Suggestion(self.printed(meant.cell), meant.text),
        )


def view_of(form: Form) -> View | None:
    """The view in which the rules speak of a form; None where they do as it is printed. A view may have one itself."""
    rows = form.funds
    if stands_last(form):
        return View(replace(form, funds=(rows[-1], *rows[:-1])), _Moved(len(rows) - 1), _sum_last)
    if has_one_budget(form):
        weighed = replace(form, funds=_moved(rows, _PRINTED, _WEIGHED))
        return View(weighed, _printed_budget, _budget_first, (_WEIGHED, _PRINTED))
    return None


def stands_last(form: Form) -> bool:
    """Whether the last row is named as the sum (合计) and the first is not. The department-wide form always prints its
    sum last, and its weight and score in the first row; its rules know that."""
    if form.template == "dept" or len(form.funds) < 2:
        return False
    first, last = (folded(form.funds[k].label.text) for k in (0, -1))
    return _WHOLE.fullmatch(last) is not None and _FIRST.search(first) is None


def has_one_budget(form: Form) -> bool:
    """Whether the form surely prints a single budget (预算数, 预算安排), as the first of the two: its rates are of that
    one."""
    none = all(row.annual_budget.origin == "absent" and not row.annual_budget.needs_review for row in form.funds)
    return none and any(not is_blank(row.initial_budget.text) for row in form.funds)


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where a cell of the form with its sum first stands as printed; ``last`` is the number of its last row."""

    last: int

    def __call__(self, address: str) -> str:
        head, _, rest = address.partition(".")
        row, _, column = rest.partition(".")
        if head != "funds" or not row.isdigit():
            return address
        return f"funds.{(int(row) - 1) % (self.last + 1)}.{column}"


def _sum_last(rows: Rows) -> Rows:
    return (*rows[1:], rows[0])


def _printed_budget(address: str) -> str:
    head, _, column = address.rpartition(".")
    return f"{head}.{_PRINTED}" if head.startswith("funds") and column == _WEIGHED else address


def _budget_first(rows: Rows) -> Rows:
    return _moved(rows, _WEIGHED, _PRINTED)


def _moved(rows: Rows, origin: str, to: str) -> Rows:
    """The rows with one column's cells in another, which they do not print."""
    return tuple(replace(row, **{origin: Cell.absent(), to: getattr(row, origin)}) for row in rows)
