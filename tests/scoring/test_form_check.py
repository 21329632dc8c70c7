import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_forms import cell, expected_findings, funds_row, indicator, total, truth_forms

from forms import Form, form_from_dict, form_to_dict
from scoring import check, checked, involved
from scoring.numbers import decimal_text, round_half_up

GOOD = Form(
    template="2024",
    funds=(
        funds_row("年度资金总额", "20", "20", "15", "10", "75%", "7.5"),
        funds_row("其中：当年财政拨款", "18", "18", "13", "—", "72.22%", "—"),
        funds_row("上年结转资金", "2", "2", "2", "—", "100%", "—"),
        funds_row("其他资金", "", "/", "—", "—", "", "—"),
    ),
    indicators=(
        indicator("50", "50", level1="产出指标（50分）"),
        indicator("20", "20", level1="效益指标30分"),
        indicator("10", "6", "疫情", level1="效益指标30分"),
        indicator("10", "10", level1="满意度指标【10】"),
    ),
    total=total("100", "93.5"),
)


def found(form: Form) -> list[list[str]]:
    return [[f.rule, *f.cells] for f in check(form)]


def with_texts(form: Form, **texts: str) -> Form:
    return form.with_cells({a.replace("__", "."): cell(t) for a, t in texts.items()})


@pytest.mark.parametrize("name", sorted(expected_findings()))
def test_the_printed_forms_have_these_findings_and_no_others(name: str) -> None:
    assert found(truth_forms()[name]) == expected_findings()[name]


def test_every_expected_form_is_there() -> None:
    assert set(truth_forms()) == set(expected_findings())
    assert len(expected_findings()) == 34


def test_a_good_form_has_none() -> None:
    assert check(GOOD) == ()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"funds__1__rate": "72.23%"}, [["rate", "funds.1.rate"]]),
        ({"funds__1__rate": "0.7222"}, []),
        ({"funds__1__rate": "72.22"}, []),
        ({"funds__1__rate": "0.7223"}, [["rate", "funds.1.rate"]]),
        ({"funds__1__rate": "72.2%"}, []),
        ({"funds__1__rate": "72.3%"}, [["rate", "funds.1.rate"]]),
        ({"funds__1__rate": "—"}, []),
        ({"funds__1__executed": "13万元"}, []),
        ({"funds__1__executed": "130000元"}, []),
        ({"funds__0__score": "3.75", "total__score": "89.75"}, []),  # (75 - 60) / 40 of 10
        ({"funds__0__score": "7.4", "total__score": "93.4"}, [["fund-score", "funds.0.score"]]),
        ({"funds__0__score": "8", "total__score": "94"}, []),  # 7.5 rounded half up
        ({"funds__0__initial_budget": "20.1"}, [["fund-parts", "funds.initial_budget"]]),
        ({"funds__1__initial_budget": "17.6"}, []),  # 19.6 is 20 in whole numbers
        ({"funds__1__initial_budget": "见附表"}, []),
        ({"funds__0__initial_budget": ""}, []),
        ({"funds__1__initial_budget": "", "funds__2__initial_budget": ""}, []),
        ({"total__weight": "99"}, [["weights-total", "total.weight"]]),
        ({"total__weight": "—"}, []),
        ({"indicators__3__level1": "满意度指标(15分)"}, [["level1-weight", "满意度指标(15分)"]]),
        ({"indicators__3__level1": "满意度指标"}, []),
        ({"indicators__3__level1": "满意度指标1"}, []),
        ({"total__score": "93"}, [["total-score", "total.score"]]),
        ({"total__score": "94"}, []),
        ({"total__score": "93.5分"}, []),
        ({"indicators__0__score": "/"}, [["total-score", "total.score"]]),
        ({"indicators__0__score": "优"}, []),
        ({"indicators__2__score": "11", "total__score": "98.5"}, [["score-range", "indicators.2.score"]]),
        ({"indicators__2__score": "-1", "total__score": "86.5"}, [["score-range", "indicators.2.score"]]),
        ({"indicators__2__reason": "/"}, [["reason-missing", "indicators.2.reason"]]),
        ({"indicators__2__reason": "——"}, [["reason-missing", "indicators.2.reason"]]),
        ({"indicators__2__reason": "无"}, []),
    ],
)
def test_one_changed_cell(texts: dict[str, str], expected: list[list[str]]) -> None:
    assert found(with_texts(GOOD, **texts)) == expected


def test_nothing_is_divided_by_zero() -> None:
    zero = with_texts(GOOD, funds__2__annual_budget="0", funds__2__executed="0", funds__2__rate="0%")
    assert [rule for rule, _ in found(zero)] == ["fund-parts", "fund-parts"]


def test_the_department_wide_form_sums_its_last_row_and_knows_no_total() -> None:
    rows = (
        funds_row("中央安排", "10", "30", "30", "10", "96.99%", "9.69"),
        funds_row("其他资金", "5", "8", "7", "-", "-", "-"),
        funds_row("合计", "15", "38", "36", "-", "-", "-"),
    )
    form = Form(template="dept", funds=rows, indicators=(indicator("10", "12"),))
    assert found(form) == [["fund-parts", "funds.executed"], ["score-range", "indicators.0.score"]]


def test_a_level1_weight_over_many_rows_and_a_page_break() -> None:
    split = replace(
        GOOD.indicators[0],
        weight=cell("25"),
        score=cell("25"),
        level1=cell("产出指标(50分)"),
    )
    other = replace(split, level1=cell("产出指标 （50分）"))
    assert found(replace(GOOD, indicators=(split, other, *GOOD.indicators[1:]))) == []


def test_an_empty_form_has_no_findings() -> None:
    assert check(Form(template="2020")) == ()


def test_messages_say_the_arithmetic() -> None:
    finding = check(with_texts(GOOD, total__score="90.5"))[0]
    assert finding.message == "the 5 得分 of the funds and the indicators add up to 93.5, the 总分 says 90.5 as 得分"
    assert (finding.found, finding.expected, finding.severity) == ("90.5", "93.5", "error")


def test_involved_gives_every_cell_of_the_arithmetic() -> None:
    form = with_texts(GOOD, funds__1__rate="72.23%")
    finding = check(form)[0]
    assert involved(form, finding) == ("funds.1.rate", "funds.1.executed", "funds.1.annual_budget")


def test_a_certain_form_speaks_for_the_document_and_a_doubtful_reading_does_not() -> None:
    form = with_texts(GOOD, total__score="90.5")
    assert check(form)[0].verdict == "document"
    doubtful = form.with_cells({"indicators.0.score": cell("50", 0.9)})
    assert check(doubtful)[0].verdict == "unclear"


def test_checked_keeps_every_cell_and_survives_the_file_format() -> None:
    form = checked(with_texts(GOOD, total__score="90.5"))
    assert dict(form.cells()) == dict(with_texts(GOOD, total__score="90.5").cells())
    assert form_from_dict(form_to_dict(form)).findings == form.findings


def test_the_checker_loads_no_image_or_model_library() -> None:
    code = (
        "import sys; from scoring import check; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'numpy', 'cv2', 'PIL', 'paddle', 'paddleocr', 'onnxruntime', 'torch', 'layoutparser', 'pandas'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


hundredths = st.integers(0, 3000)


@given(st.lists(st.tuples(hundredths, hundredths), min_size=1, max_size=8), st.integers(0, 2), st.integers(-200, 200))
def test_a_total_is_found_wrong_exactly_when_it_is(pairs: list[tuple[int, int]], decimals: int, off: int) -> None:
    weights = [Fraction(max(pair), 100) for pair in pairs]
    scores = [Fraction(min(pair), 100) for pair in pairs]
    computed = sum(scores, Fraction(0))
    said = round_half_up(computed, decimals) + Fraction(off, 10**decimals)
    form = Form(
        template="2023",
        indicators=tuple(
            indicator(decimal_text(w), decimal_text(s), "因故") for w, s in zip(weights, scores, strict=True)
        ),
        total=total("—", decimal_text(said, decimals)),
    )
    assert found(form) == ([] if off == 0 else [["total-score", "total.score"]])
