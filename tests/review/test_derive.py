from __future__ import annotations

from dataclasses import replace

import pytest
from review_runs import small_form

from forms import Cell, Form, Suggestion
from review import Entry
from review.costs import cost_of, kind_of
from review.derive import Derived, canonical, derive
from review.log import fold
from review.rows import label
from scoring import checked


def read_as(form: Form, address: str, text: str, *others: tuple[str, float], confidence: float = 0.6) -> Form:
    cell = replace(
        form.cell(address), text=text, raw=text, confidence=confidence, needs_review=True, alternatives=others
    )
    return checked(form.with_cells({address: cell}))


def decided(form: Form, **texts: str) -> Derived:
    entries = []
    for number, (name, text) in enumerate(texts.items(), 1):
        address = name.replace("__", ".")
        cell = form.cell(address)
        box = (cell.box.left, cell.box.top, cell.box.right, cell.box.bottom)
        entries.append(
            Entry(number, 0.0, "u", "f", address, "corrected", cell.text, text, page=cell.page, box=box, raw=cell.raw)
        )
    return derive(form, fold(entries))


def suggested(derived: Derived) -> list[Suggestion | None]:
    return [f.suggestion for f in derived.findings]


def test_a_reading_without_log_is_itself() -> None:
    form = read_as(small_form(), "total.score", "90.00")
    derived = derive(form, fold([]))
    assert derived.form == form
    assert {a for a, state in derived.states.items() if state == "open"} == {"total.score"}


def test_what_mends_the_rule_is_suggested() -> None:
    form = read_as(small_form(), "indicators.1.score", "80", ("8", 0.3), ("30", 0.1))
    derived = derive(form, fold([]))
    assert set(suggested(derived)) == {Suggestion("indicators.1.score", "30")}
    reasons = [s.suggestion.reason for s in derived.standing if s.suggestion is not None]
    assert all("30" in r and "0.1" in r for r in reasons)


def test_what_breaks_another_rule_is_not_suggested() -> None:
    # The total's weight may be read as 110; the sum of the weights is 100 and so says its rule.
    form = read_as(small_form(), "indicators.1.weight", "40", ("30", 0.2))
    total = replace(form.total.weight, alternatives=(("110", 0.3),), confidence=0.6, needs_review=True)
    form = checked(form.with_cells({"total.weight": total}))
    assert {f.rule for f in form.findings} == {"weights-total", "level1-weight", "reason-missing"}
    found = dict(zip([f.rule for f in form.findings], suggested(derive(form, fold([]))), strict=True))
    assert found["weights-total"] == Suggestion("total.weight", "110")  # it mends this rule and breaks none
    score = replace(form.indicators[1].score, text="35", alternatives=(("30", 0.2),), confidence=0.6)
    form = checked(form.with_cells({"indicators.1.score": score, "total.score": Cell("96.00", 0.6)}))
    found = {f.rule: f.suggestion for f in derive(form, fold([])).findings}
    assert found["total-score"] == Suggestion("indicators.1.score", "30")
    score = replace(score, alternatives=(("45", 0.3), ("30", 0.2)))
    form = checked(form.with_cells({"indicators.1.score": score, "total.score": Cell("111.00", 0.6)}))
    found = {f.rule: f.suggestion for f in derive(form, fold([])).findings}
    assert found["total-score"] is None  # 45 would mend the sum, and be more than its weight of 40


def test_decided_cells_and_unlikely_texts_are_not_suggested() -> None:
    form = read_as(small_form(), "indicators.1.score", "80", ("30", 0.009))
    assert set(suggested(derive(form, fold([])))) == {None}
    form = read_as(small_form(), "indicators.1.score", "80", ("30", 0.2))
    assert set(suggested(decided(form, indicators__1__score="81"))) == {None}


def test_what_was_read_before_a_repair_is_suggested_when_a_correction_breaks_its_rule() -> None:
    form = small_form()
    repaired = replace(form.cell("indicators.0.score"), raw="17", origin="repaired", confidence=0.97)
    derived = decided(checked(form.with_cells({"indicators.0.score": repaired})), total__score="95.00")
    assert suggested(derived) == [Suggestion("indicators.0.score", "17")]
    assert derived.states["indicators.0.score"] == "open"
    assert derived.form.cell("indicators.0.score").text == "18"  # and it is not changed by anybody but a person


def test_the_joint_inferences_own_finding_stays_while_nothing_of_it_is_decided() -> None:
    form = read_as(small_form(), "total.score", "90.00")
    own = replace(form.findings[0], verdict="reading", suggestion=Suggestion("total.score", "96.00"))
    form = replace(form, findings=(own,))
    (finding,) = decided(form, unit="x").findings
    assert finding == own
    (finding,) = decided(form, indicators__0__score="18").findings
    assert finding.verdict == "unclear"


def test_no_other_text_or_confidence_changes() -> None:
    form = read_as(small_form(), "total.score", "90.00", ("96.00", 0.4))
    derived = decided(form, indicators__0__score="17", unit="x")
    for address, cell in form.cells():
        now = derived.form.cell(address)
        if address not in ("indicators.0.score", "unit"):
            assert (now.text, now.confidence, now.origin, now.raw) == (
                cell.text,
                cell.confidence,
                cell.origin,
                cell.raw,
            )
            assert now.needs_review or not cell.needs_review


def test_reasons_go_when_a_person_has_decided() -> None:
    form = small_form()
    doubted = replace(form.unit, reasons=("80 % sure",), needs_review=True, confidence=0.8)
    repaired = replace(form.total.score, reasons=("read as 98",), origin="repaired", raw="98")
    form = form.with_cells({"unit": doubted, "total.score": repaired})
    now = decided(form, unit="x", total__score="96.00").form
    assert (now.unit.reasons, now.total.score.reasons, now.total.score.origin) == ((), ("read as 98",), "repaired")
    assert decided(form, total__score="98").form.total.score.reasons == ()


def test_labels_are_one_cell_only_where_they_are_one_on_paper() -> None:
    form = small_form()
    stands_for = canonical(form)
    assert stands_for["indicators.1.level1"] == "indicators.0.level1"
    assert stands_for["indicators.2.level1"] == "indicators.2.level1"
    other = replace(form.indicators[1].level1, page=2)
    assert canonical(form.with_cells({"indicators.1.level1": other}))["indicators.1.level1"] == "indicators.1.level1"


@pytest.mark.parametrize(
    ("address", "text", "kind"),
    [("funds.0.rate", "80%", "number"), ("funds.0.rate", "—", "mark"), ("note", "/", "mark"), ("note", "", "text"),
     ("total.score", "", "number"), ("indicators.0.target", "80", "text")],
)  # fmt: skip
def test_kinds(address: str, text: str, kind: str) -> None:
    assert kind_of(address, Cell(text)) == kind


def test_costs() -> None:
    cell = Cell("1", 0.9)
    assert cost_of("total.score", cell, in_rule=True) == pytest.approx(1.0)
    assert cost_of("funds.1.weight", cell, in_rule=False) == pytest.approx(0.5)
    assert cost_of("indicators.0.level1", cell, in_rule=True) == pytest.approx(0.1)
    assert cost_of("note", cell, in_rule=False, odd=True) == pytest.approx(0.5)


def test_labels_for_people() -> None:
    form = small_form()
    assert label(form, "funds.0.rate") == "年度资金总额 · 执行率"
    assert label(form, "indicators.2.level2") == "效益指标(40分) › 满意度 · 二级指标"
    assert label(form, "indicators.2.level1") == "满意度 · 一级指标"
    assert label(form, "total.score") == "总分 得分"
