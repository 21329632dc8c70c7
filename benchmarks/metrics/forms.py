"""Forms against their truth, cell by cell, as ``score.py`` of the shared scans counts them.

A cell is right when its text is, compared by ``tables.normal``; an empty true cell counts, so that nothing may be
invented there. Indicator rows are paired in order, by the likeness of their words; a row that is not there is a wrong
cell that nobody marked. ``total.reason`` and ``note`` are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from forms import FUNDS_COLUMNS, Form, Indicator, is_number_column

from .distance import levenshtein
from .tables import normal

NAMES = {"l1": "level1", "l2": "level2", "l3": "level3"}
LIKE = 0.35
"""Rows less alike than this are no pair."""
EXTRA = "indicators.extra"
"""The address of a row found that is not there: one wrong outcome, of no cell, so that its confidence says nothing."""


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """One true cell: what it is called, the texts, whether they agree, and what the program said of its own.

    ``missing``: the program's form has no cell in that place; its confidence says nothing then.
    """

    address: str
    true: str
    found: str
    right: bool
    numeric: bool
    review: bool
    confidence: float
    missing: bool = False


@dataclass(frozen=True, slots=True)
class FormCounts:
    """Sums over cells and indicator rows; add them up over forms. ``paths``: rows with all three levels right.

    ``silent``: wrong and not marked for review, as ``score.py`` counts; ``missing`` of these are in no form that was
    found (a form, row or page not seen), the others are wrong texts.
    """

    cells: int = 0
    right: int = 0
    numeric: int = 0
    numeric_right: int = 0
    rows: int = 0
    paths: int = 0
    review: int = 0
    silent: int = 0
    silent_numeric: int = 0
    missing: int = 0

    def __add__(self, other: FormCounts) -> FormCounts:
        return FormCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def cell_share(self) -> float:
        return self.right / self.cells if self.cells else float("nan")

    @property
    def numeric_share(self) -> float:
        return self.numeric_right / self.numeric if self.numeric else float("nan")

    @property
    def path_share(self) -> float:
        return self.paths / self.rows if self.rows else float("nan")

    @property
    def review_share(self) -> float:
        return self.review / self.cells if self.cells else float("nan")


def compare_form(truth: Mapping[str, Any], found: Form | None) -> list[CellOutcome]:
    """Every cell of a true form (the layout of ``truth/<id>.json``) in the form that was read; None: it was not."""
    form = found if found is not None else Form("")
    out = [_outcome(form, address, text, address) for address, text in _texts(truth)]
    pairs = align([_words(row) for row in truth["indicators"]], [_found_words(row) for row in form.indicators])
    for k, row in enumerate(truth["indicators"]):
        for key, text in row.items():
            name = NAMES.get(key, key)
            place = f"indicators.{pairs[k]}.{name}" if k in pairs else ""
            out.append(_outcome(form, f"indicators.{k}.{name}", text, place))
    extra = len(form.indicators) - len(pairs)
    return out + [CellOutcome(EXTRA, "", "a row that is not there", False, False, False, 1.0)] * extra


def count_outcomes(outcomes: Sequence[CellOutcome]) -> FormCounts:
    """The sums over one form's cells."""
    numeric = [c for c in outcomes if c.numeric]
    levels: dict[str, bool] = {}
    for c in outcomes:
        head, _, name = c.address.rpartition(".")
        if name in NAMES.values():
            levels[head] = levels.get(head, True) and c.right
    return FormCounts(
        len(outcomes),
        sum(c.right for c in outcomes),
        len(numeric),
        sum(c.right for c in numeric),
        len(levels),
        sum(levels.values()),
        sum(c.review for c in outcomes),
        sum(not c.right and not c.review for c in outcomes),
        sum(not c.right and not c.review for c in numeric),
        sum(not c.right and not c.review and c.missing for c in outcomes),
    )


def pair_forms(truths: Sequence[Mapping[str, Any]], found: Sequence[Form]) -> list[Form | None]:
    """For every true form the found one whose project is most like its own; each is taken once."""
    left = list(found)
    out: list[Form | None] = []
    for truth in truths:
        want = normal(truth["project"])
        best = max(left, key=lambda f: likeness(want, normal(f.project.text)), default=None)
        out.append(best)
        if best is not None:
            left.remove(best)
    return out


def likeness(a: str, b: str) -> float:
    """From 0 to 1: one less the edit distance over the longer one's length."""
    longer = max(len(a), len(b))
    return 1.0 - levenshtein(a, b) / longer if longer else 1.0


def align(
    truth: Sequence[str],
    found: Sequence[str],
    *,
    alike: Callable[[str, str], float] = likeness,
    least: float = LIKE,
) -> dict[int, int]:
    """Pairs of rows in order with the greatest likeness in all, none below ``least``."""
    like = [[alike(a, b) for b in found] for a in truth]
    n, m = len(truth), len(found)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            paired = best[i + 1][j + 1] + like[i][j] if like[i][j] > least else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = {}, 0, 0
    while i < n and j < m:
        if like[i][j] > least and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _texts(truth: Mapping[str, Any]) -> list[tuple[str, str]]:
    out = [(k, truth[k]) for k in ("title", "year", "project", "department", "unit")]
    for k, row in enumerate(truth["funds"]):
        out.append((f"funds.{k}.label", row["label"]))
        out += [(f"funds.{k}.{c}", text) for c, text in zip(FUNDS_COLUMNS, row["cells"], strict=True)]
    out += [("goals.expected", truth["goal_expected"]), ("goals.actual", truth["goal_actual"])]
    return out + [(f"total.{k}", truth["total"][k]) for k in ("weight", "score")]


def _outcome(form: Form, address: str, true: str, place: str) -> CellOutcome:
    try:
        cell = form.cell(place)
    except KeyError:
        return CellOutcome(address, true, "", not normal(true), is_number_column(address), False, 1.0, True)
    right = normal(true) == normal(cell.text)
    numeric, missing = is_number_column(address), cell.origin == "absent"
    return CellOutcome(address, true, cell.text, right, numeric, cell.needs_review, cell.confidence, missing)


def _words(row: Mapping[str, str]) -> str:
    return normal(row["l3"] + row["target"] + row["actual"])


def _found_words(row: Indicator) -> str:
    return normal(row.level3.text + row.target.text + row.actual.text)
