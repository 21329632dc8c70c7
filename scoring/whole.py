"""Which row of funds adds up the others: the first, as forms of projects print it, or the last where it says so."""

from __future__ import annotations

import re
from dataclasses import replace

from forms import Finding, Form, Suggestion

from .numbers import folded

_WHOLE = re.compile(r"(?:资金|预算|金额)?(?:合计|总计|总额|总金额|共计)(?:金额)?[:]?")
_FIRST = re.compile(r"合计|总计|总额|总金额|共计|总投入")


def stands_last(form: Form) -> bool:
    """Whether the last row is named as the sum (合计) and the first is not. The department-wide form always prints its
    sum last, and its weight and score in the first row; its rules know that."""
    if form.template == "dept" or len(form.funds) < 2:
        return False
    first, last = (folded(form.funds[k].label.text) for k in (0, -1))
    return _WHOLE.fullmatch(last) is not None and _FIRST.search(first) is None


def with_sum_first(form: Form) -> Form:
    """The form with its last row of funds before the others."""
    return replace(form, funds=(form.funds[-1], *form.funds[:-1]))


def as_printed(form: Form) -> Form:
    """A form of ``with_sum_first`` with the rows, and the addresses in its findings, as they were."""
    last = len(form.funds) - 1
    findings = tuple(_moved(finding, last) for finding in form.findings)
    return replace(form, funds=(*form.funds[1:], form.funds[0]), findings=findings)


def printed_address(address: str, last: int) -> str:
    """Where a cell of the form with its sum first stands as printed; ``last`` is the number of its last row."""
    head, _, rest = address.partition(".")
    row, _, column = rest.partition(".")
    if head != "funds" or not row.isdigit():
        return address
    return f"funds.{(int(row) - 1) % (last + 1)}.{column}"


def _moved(finding: Finding, last: int) -> Finding:
    cells = tuple(printed_address(cell, last) for cell in finding.cells)
    meant = finding.suggestion
    suggestion = None if meant is None else Suggestion(printed_address(meant.cell, last), meant.text)
    return replace(finding, cells=cells, suggestion=suggestion)
