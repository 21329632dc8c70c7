from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from benchmarks.corruptions import KINDS
from benchmarks.injected import (
    Entry,
    Injection,
    covered,
    generated_forms,
    load_entries,
    printed_forms,
    several,
    singles,
)
from benchmarks.injection import entries_of, outcome, table
from forms import Cell, Form

ENTRIES = load_entries()


@pytest.mark.parametrize(
    ("address", "read", "told"),
    [
        ("indicators.6.weight", "75", True),  # by two sums
        ("indicators.6.weight", "7,5", True),  # no number at all
        ("funds.0.rate", "76.37%", True),  # the rate of two amounts
        ("funds.0.rate", "", False),  # a blank contradicts nothing
        ("funds.3.executed", "1", False),  # nothing printed there
    ],
)
def test_covered_means_that_the_print_itself_tells_the_number(address: str, read: str, told: bool) -> None:
    assert covered(printed_forms()["003-04"], address, read) is told


def test_a_document_that_contradicts_itself_tells_nothing() -> None:
    form = printed_forms()["002-01"]
    assert not covered(form, "indicators.0.score", "99")
    assert covered(form, "indicators.0.weight", "99")


def test_several_misreadings_stand_in_different_cells() -> None:
    forms = dict(list(printed_forms().items())[:3])
    made = list(several(forms, ENTRIES, errors=3, each=2))
    assert len(made) == 6
    assert all(len({address for _, address, _ in i.errors}) == 3 for i in made)
    assert all(i.form.cell(a).raw == read for i in made for _, a, read in i.errors)


def test_no_kind_gives_back_what_it_was_given() -> None:
    for text in ("12.50", "8", "98.66%", "3.44万元"):
        for corrupt in KINDS.values():
            assert corrupt(text, Random(1)) != text


def _injection(form: Form, read: str, cell: Cell) -> Injection:
    address = "indicators.0.score"
    return Injection("x", form, (("confused", address, read),), True, form.with_cells({address: cell}))


def test_outcomes() -> None:
    form = printed_forms()["000-04"]
    printed = form.cell("indicators.0.score").text
    assert outcome(_injection(form, printed, Cell(printed, 0.9, raw=printed))) == "right"
    misread = Cell("1" + printed, 0.3, raw="1" + printed, alternatives=((printed, 0.5),))
    assert outcome(_injection(form, "1" + printed, misread)) == "right"
    alone = Form("2020", indicators=(replace(form.indicators[0], score=Cell("6"), weight=Cell("9")),))
    assert outcome(_injection(alone, "7", Cell("7", 1.0, raw="7", origin="corrected"))) == "silent"
    assert outcome(_injection(alone, "7", Cell("7", 0.5, raw="7"))) == "flagged"


def test_most_single_misreadings_are_repaired_and_none_wrongly() -> None:
    found: Counter[tuple[str, str]] = Counter()
    forms = {**printed_forms(), **generated_forms(6)}
    for injection in singles(forms, ENTRIES, every=149, seed=3):
        if injection.covered:
            found["all", outcome(injection)] += 1
    total = sum(found.values())
    assert total > 40
    assert found["all", "wrong"] == found["all", "silent"] == 0
    assert found["all", "right"] >= 0.85 * total
    assert len(list(table(found))) == 3


def test_entries_are_counted_from_rows() -> None:
    row = {
        "numeric": True, "kind": "number", "read": "125", "printed": "12.5", "right": False, "others": [["12.5", 0.2]],
        "posterior": 0.9, "weakest": 0.9, "rivals": 0.1, "length": 3, "lines": 1, "unexplained": 0.0, "stretch": 0.0,
        "odd": 0, "alone": 0, "doubt": 0.0, "size": 30.0, "darkness": 0.9, "support": 1.0,
    }  # fmt: skip
    found = entries_of([row, {**row, "read": "12.5", "right": True}, {**row, "numeric": False}], "test")
    assert [len(found[name]) for name in ("points", "marks", "lost", "digits")] == [1, 0, 0, 0]
    assert found["points"][0][1] == 0.2
    assert len(found["right"]) == 200
    assert ENTRIES.draw("point_lost", Random(1)) in ENTRIES.points
    assert ENTRIES.all_at(0.7).draw("lost", Random(1)) == Entry(0.7)
