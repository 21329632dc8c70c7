"""Forms of other provinces held against their truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.regional import FUNDS, HEAD, INDICATORS, SETS, compared, folded, form_of, pairs, scored


def cell(text: str, *, asked: bool = False) -> dict[str, Any]:
    return {"text": text, "needs_review": asked, "confidence": 0.99}


def form(**changes: Any) -> dict[str, Any]:
    row = {c: cell(c) for c in INDICATORS}
    made = {name: cell(name) for name in HEAD}
    made["goals"] = {"expected": cell("a"), "actual": cell("b")}  # type: ignore[assignment]
    made["total"] = {"weight": cell("100"), "score": cell("9.5"), "reason": cell("")}  # type: ignore[assignment]
    made["funds"] = [{c: cell(c) for c in FUNDS}]  # type: ignore[assignment]
    made["indicators"] = [row]  # type: ignore[assignment]
    return {**made, **changes}


def truth(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {name: name for name in HEAD}
    made["goals"] = {"expected": "a", "actual": "b"}
    made["total"] = {"weight": "100", "score": "9.5", "reason": None}
    made["funds"] = [{c: c for c in FUNDS}]
    made["indicators"] = [{c: c for c in INDICATORS}]
    return {**made, **changes}


def test_what_is_printed_and_read_is_right() -> None:
    score = compared(truth(), form())
    assert (score.cells, score.right, score.asked, score.silent) == (25, 25, 0, 0)


def test_a_wrong_cell_is_told_or_not() -> None:
    row = {c: cell(c) for c in INDICATORS}
    told = compared(truth(), form(indicators=[{**row, "score": cell("9", asked=True)}]))
    assert (told.right, told.asked, told.silent) == (24, 1, 0)
    silent = compared(truth(), form(indicators=[{**row, "score": cell("9")}], title=cell("words")))
    assert (silent.right, silent.silent, silent.numbers) == (23, 2, 1) and "'score'" in silent.wrong[1]


def test_a_row_that_was_not_found_and_one_that_is_none() -> None:
    assert compared(truth(), form(indicators=[])).missing == len(INDICATORS)
    more = compared(truth(funds=[]), form())
    assert more.cells == 25 and more.silent == len(FUNDS)
    assert compared(truth(goals=None, total=None), form()).silent == 4


@pytest.mark.parametrize(
    ("printed", "found", "expected"),
    [
        (["甲项目", "乙工程"], ["甲项目", "乙工程"], [(0, 0), (1, 1)]),
        (["甲项目", "乙工程"], ["乙工程"], [(0, None), (1, 0)]),
        (["乙工程"], ["甲项目", "乙工程"], [(None, 0), (0, 1)]),
        (["", None], [""], [(0, 0), (1, None)]),
    ],
)
def test_rows_are_known_by_their_names(
    printed: list[str | None], found: list[str], expected: list[tuple[int | None, int | None]]
) -> None:
    assert pairs(printed, found) == expected


def test_widths_and_dashes_are_no_difference() -> None:
    assert folded("（９５％）") == folded("(95 %)") and folded("——") == folded("-") and folded("一级") != "—级"


def test_a_document_may_hold_any_number_of_forms() -> None:
    names = ("04-street.json", "04-street.2.json", "04-street.3.json", "04-street.12.json")
    assert [form_of(Path(name)) for name in names] == [("04-street", n) for n in (1, 2, 3, 12)]


def test_every_form_has_a_page_and_a_truth(tmp_path: Path) -> None:
    for folder in SETS.iterdir():
        pages = {p.stem for p in folder.glob("*.html")}
        truths = {form_of(p)[0] for p in folder.glob("*.json")}
        assert pages == truths and len(pages) >= 14
        for path in folder.glob("*.json"):
            one = json.loads(path.read_text("utf-8"))
            assert {*HEAD, "funds", "goals", "indicators", "total"} <= one.keys()
        missing = list(scored(folder, tmp_path))
        assert all(score.missing == score.cells > 0 for _, score in missing)
