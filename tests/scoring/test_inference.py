from dataclasses import replace

import pytest
from scoring_forms import cell, expected_findings, funds_row, read_form, total, truth_forms

from forms import INDICATOR_COLUMNS, Cell, Form, GeometryError, Indicator, is_number_column
from scoring import InferenceSettings, check, infer, is_blank


def misread(name: str, address: str, text: str, confidence: float = 0.9) -> Form:
    return read_form(truth_forms()[name], 0.999).with_cells({address: Cell(text, confidence, raw=text)})


@pytest.mark.parametrize("name", sorted(truth_forms()))
def test_what_the_document_got_wrong_is_reported_and_never_repaired(name: str) -> None:
    form = infer(read_form(truth_forms()[name], 0.9999))
    assert [[f.rule, *f.cells] for f in form.findings] == expected_findings()[name]
    assert {f.verdict for f in form.findings} <= {"document"}
    assert all(c.origin != "repaired" and c.text == truth_forms()[name].cell(a).text for a, c in form.cells())


@pytest.mark.parametrize(
    ("name", "address", "read"),
    [
        ("000-01", "indicators.5.score", "1"),
        ("000-02", "indicators.9.weight", "6"),
        ("003-04", "indicators.6.weight", "75"),
        ("003-07", "indicators.3.weight", "625"),
        ("000-07", "total.weight", "10"),
        ("003-04", "funds.0.rate", "76.359"),
        ("000-12", "indicators.0.score", "B"),
    ],
)
def test_a_misreading_that_the_arithmetic_tells_is_repaired(name: str, address: str, read: str) -> None:
    true = truth_forms()[name].cell(address).text
    form = infer(misread(name, address, read))
    mended = form.cell(address)
    assert (mended.text, mended.origin, mended.raw) == (true, "repaired", read)
    assert mended.confidence >= 0.95
    assert f"read as {read}" in mended.reasons[-1]
    assert read in dict(mended.alternatives)
    assert [[f.rule, *f.cells] for f in check(form)] == expected_findings()[name]


def test_a_nought_that_no_sum_asks_for_is_as_doubtful_as_it_was_read() -> None:
    form = read_form(truth_forms()["000-01"], 0.9998)
    spot = replace(form.indicators[0], **{c: Cell("") for c in ("target", "actual", "score", "reason")})
    spot = replace(spot, weight=Cell("0", 0.9, alternatives=(("O", 0.1), ("1", 0.1))))
    weight = infer(replace(form, indicators=(*form.indicators, spot))).indicators[-1].weight
    assert weight.text == "0" and weight.confidence < 0.98


def _funds(*rows: tuple[str, ...], confidence: float = 0.9999) -> Form:
    return read_form(replace(truth_forms()["000-01"], funds=tuple(funds_row(*r) for r in rows)), confidence)


WHOLE = ("年度资金总额", "120.00", "180.00", "171.00", "10", "95.00%", "9.5")
MAIN = ("其中：当年财政拨款", "120.00", "120.00", "111.00", "-", "92.50%", "-")
CARRIED = ("上年结转资金", "0.00", "60.00", "60.00", "-", "100.00%", "-")


@pytest.mark.parametrize("rate", ["0.00%", "-", ""])
def test_beside_a_budget_of_nought_a_rate_may_be_nought_or_blank(rate: str) -> None:
    """0.00% was asked about beside three amounts of 0.00: any number there was as unlikely as another."""
    form = infer(_funds(WHOLE, MAIN, CARRIED, ("其他资金", "0.00", "0.00", "0.00", "-", rate, "-")))
    assert form.funds[3].rate.text == rate and form.funds[3].rate.confidence > 0.999


@pytest.mark.parametrize("first", [False, True])
def test_where_the_sum_of_the_funds_stands_last_it_or_the_first_row_has_the_points(first: bool) -> None:
    """合计 of a department's form had the only weight and score of the funds, as no part has: both were asked about."""
    points, none = ("10", "95.00%", "9.5"), ("-", "-", "-")
    rows = (("财政拨款", "120.00", "120.00", "111.00"), CARRIED, ("合计", "120.00", "180.00", "171.00"))
    form = _funds((*rows[0], *(points if first else none)), rows[1], (*rows[2], *(none if first else points)))
    found = infer(replace(form, template="dept"))
    assert min(c.confidence for i in (0, 2) for c in (found.funds[i].weight, found.funds[i].score)) > 0.999


def test_a_budget_of_nought_beside_an_adjusted_one_is_usual() -> None:
    form = infer(_funds(WHOLE, MAIN, CARRIED))
    assert form.funds[2].initial_budget.text == "0.00" and form.funds[2].initial_budget.confidence > 0.9995


def test_a_row_of_noughts_hangs_together_and_a_spot_in_a_blank_row_does_not() -> None:
    blank = _funds(WHOLE, MAIN, CARRIED, ("其他资金", "", "", "0", "-", "", "-"))
    spot = blank.with_cells({"funds.3.executed": Cell("0", 0.9, raw="0")})
    noughts = _funds(WHOLE, MAIN, CARRIED, ("其他资金", "0", "0", "0", "-", "", "-"))
    noughts = noughts.with_cells({"funds.3.executed": Cell("0", 0.9, raw="0")})
    assert infer(noughts).funds[3].executed.confidence > 0.999
    assert infer(spot).funds[3].executed.confidence < 0.5


@pytest.mark.parametrize("name", ["指标2：", "……", ""])
def test_a_row_left_from_the_empty_form_is_blank_throughout(name: str) -> None:
    form = read_form(truth_forms()["000-01"], 0.9998)
    left = Indicator(**{c: Cell("", 0.9992) for c in INDICATOR_COLUMNS if c != "basis"})
    left = replace(left, level3=Cell(name, 0.9992))
    row = len(form.indicators)
    form = replace(form, indicators=(*form.indicators, left))
    sure = [infer(form).cell(f"indicators.{row}.{c}").confidence for c in ("weight", "score")]
    used = form.with_cells({f"indicators.{row}.target": Cell("12个", 0.9998)})
    doubtful = [infer(used).cell(f"indicators.{row}.{c}").confidence for c in ("weight", "score")]
    assert min(sure) > 0.9999 and max(doubtful) < 0.9999


@pytest.mark.parametrize(("name", "row"), [("002-02", 7), ("003-02", 25)])
def test_the_weight_of_a_row_of_which_nothing_was_done_is_as_blank_as_the_rest(name: str, row: int) -> None:
    """Such rows print a 0 or no weight; beside a value that was reached, a blank weight is one that was lost."""
    form = read_form(truth_forms()[name], 0.9998)
    address = f"indicators.{row}.weight"
    assert is_blank(form.cell(address).text) and is_blank(form.cell(f"indicators.{row}.actual").text)
    weight = infer(form).cell(address)
    assert weight.confidence > 0.998 and not weight.needs_review
    reached = form.with_cells({f"indicators.{row}.actual": cell("100%")})
    assert infer(reached).cell(address).confidence < 0.992


def test_a_percent_sign_among_rubbish_is_rubbish_where_the_column_prints_none() -> None:
    """7%著 beside shine-through became 7%, sure to 1.0, among nine weights without a % (2026-11-29)."""
    weight = truth_forms()["000-02"].cell("indicators.3.weight").text
    found = infer(misread("000-02", "indicators.3.weight", f"{weight}%著", 0.3))
    assert found.cell("indicators.3.weight").text == weight
    rate = truth_forms()["003-04"].cell("funds.0.rate").text
    assert rate.endswith("%")
    assert infer(misread("003-04", "funds.0.rate", f"{rate}著", 0.3)).cell("funds.0.rate").text == rate


def test_what_is_no_number_is_not_repaired_to_nothing() -> None:
    """The sums hold with nothing as with a 0, and 0 was printed where "。」" was read (2026-11-28)."""
    found = infer(misread("000-01", "funds.2.initial_budget", "。」", 0.3)).cell("funds.2.initial_budget")
    assert (found.text, found.origin, found.needs_review) == ("。」", "read", True)
    assert "but nothing is more likely" in found.reasons[0]


def test_what_two_cells_explain_equally_is_left_to_a_person() -> None:
    form = read_form(truth_forms()["003-04"], 0.999)
    doubtful = {a: Cell("8", 0.7, raw="8") for a in ("indicators.0.score", "indicators.1.score")}
    swapped = form.with_cells({**doubtful, "total.score": Cell("95.64", 0.999, raw="95.64")})
    given = swapped.with_cells({f"indicators.{i}.reason": cell("因故") for i in (0, 1)})
    found = infer(given)
    assert all(found.cell(a).origin == "read" for a in doubtful)
    assert all(found.cell(a).needs_review for a in doubtful)
    assert [f.verdict for f in found.findings] != ["document"]


def test_a_correction_by_a_person_is_taken_as_it_is() -> None:
    form = misread("000-01", "indicators.5.score", "1").with_cells(
        {"indicators.5.score": Cell("1", 1.0, raw="4", origin="corrected")}
    )
    found = infer(form)
    assert found.cell("indicators.5.score") == form.cell("indicators.5.score")
    assert "total-score" in [f.rule for f in found.findings]


@pytest.mark.parametrize(("text", "asked"), [("97.64", False), ("97.6", True)])
def test_a_total_that_holds_only_rounded_is_asked(text: str, asked: bool) -> None:
    """Of 99.3 over 1 the 1 was lost: the parts' sum, rounded, agrees with what is left."""
    found = infer(misread("003-04", "total.score", text, 0.9997))
    assert found.cell("total.score").needs_review is asked
    assert "total-score" not in [f.rule for f in found.findings]


def test_text_cells_are_not_touched() -> None:
    form = misread("000-01", "indicators.5.score", "1")
    found = infer(form)
    assert all(found.cell(a) == c for a, c in form.cells() if not is_number_column(a))


def test_agreement_raises_a_doubtful_readings_confidence() -> None:
    form = infer(misread("000-01", "indicators.5.score", "4", 0.7))
    assert form.cell("indicators.5.score").confidence > 0.999


def test_an_unclear_finding_suggests_the_likeliest_reading() -> None:
    form = infer(misread("000-10", "funds.1.rate", "87.68%", 0.9))
    finding = next(f for f in form.findings if f.rule == "rate")
    assert finding.verdict == "unclear"
    assert finding.suggestion is not None
    assert (finding.suggestion.cell, finding.suggestion.text) == ("funds.1.rate", "87.67%")
    assert form.cell("funds.1.rate").needs_review


@pytest.mark.parametrize(("confidence", "also_sound"), [(0.9999, True), (0.97, False)])
def test_weights_and_scores_that_lost_their_points_alike_are_not_the_documents_error(
    confidence: float, also_sound: bool
) -> None:
    form = read_form(truth_forms()["000-05"], 0.9999)
    torn = [f"indicators.{i}.{column}" for i in range(5) for column in ("weight", "score")]
    tenfold = {a: f"{form.cell(a).text}0" for a in torn}
    found = infer(form.with_cells({a: Cell(t, confidence, raw=t) for a, t in tenfold.items()}))
    assert {f.rule for f in found.findings} >= {"weights-total", "total-score"}
    assert not any(f.verdict == "document" for f in found.findings if f.rule in ("weights-total", "total-score"))
    assert all(found.cell(a).needs_review for a in torn)
    assert found.cell("indicators.5.weight").needs_review == also_sound


def test_an_empty_form_and_one_without_funds() -> None:
    assert infer(Form("2020")).findings == ()
    bare = replace(read_form(truth_forms()["003-04"], 0.9), funds=())
    assert infer(bare).indicators[0].weight.text == "10"


def test_settings_are_probabilities() -> None:
    with pytest.raises(GeometryError, match="repair_at"):
        InferenceSettings(repair_at=1.5)


def test_one_misprinted_cell_that_breaks_two_rules_stays_as_printed() -> None:
    form = truth_forms()["003-04"].with_cells({"funds.0.rate": cell("78.35%")})
    assert {f.rule for f in check(form)} == {"rate", "fund-score"}
    found = infer(read_form(form, 0.9998))
    assert found.cell("funds.0.rate").text == "78.35%"
    assert [f.verdict for f in found.findings] == ["document", "document"]
    assert all(c.origin != "repaired" for _, c in found.cells())


def test_reasons_can_be_checked_on_the_page() -> None:
    score = infer(misread("000-01", "indicators.5.score", "1")).cell("indicators.5.score")
    assert score.reasons[-1].startswith("the 18 得分 of the funds and the indicators add up to 97.2 only if this is 4")
    rate = infer(misread("003-04", "funds.0.rate", "78.35%", 0.7)).cell("funds.0.rate")
    assert "全年执行数 69.67 of 全年预算数 91.25 is a 执行率 of 76.35% only if this is 76.35%" in rate.reasons[-1]


def test_the_same_cell_badly_read_is_repaired() -> None:
    form = infer(misread("003-04", "funds.0.rate", "78.35%", 0.7))
    assert (form.cell("funds.0.rate").text, form.findings) == ("76.35%", ())


def test_a_number_lost_whole_is_not_made_up_beside_one_in_doubt() -> None:
    form = misread("000-12", "indicators.5.weight", "", 0.05)
    form = form.with_cells({"indicators.6.weight": Cell("7", 0.75, raw="7", alternatives=(("2", 0.1),))})
    assert infer(form).cell("indicators.5.weight").origin != "repaired"


def test_a_part_lost_from_a_form_without_rates_is_what_its_column_lacks() -> None:
    form = infer(misread("001-00", "funds.1.executed", "", 0.9))
    assert form.cell("funds.1.executed").text == truth_forms()["001-00"].cell("funds.1.executed").text
    assert form.findings == ()


def test_decimals_follow_the_column() -> None:
    form = infer(misread("001-04", "funds.0.score", "4.68", 0.9))
    assert form.cell("funds.0.score").text == "4.60"


def test_dashes_of_all_lengths_are_one_mark() -> None:
    """A stroke of half a character comes out as - here and as — there; neither is the less sure for that."""
    rows = [funds_row(f"资金{k}", "10.00", "10.00", "10.00", "-", rate, "-") for k, rate in enumerate("-—-—-")]
    whole = funds_row("合计", "50.00", "50.00", "50.00", "10", "100%", "10")
    form = read_form(replace(truth_forms()["003-01"], funds=(whole, *rows), indicators=(), total=total("", "")), 0.9997)
    found = dict(infer(form).cells())
    sure = {found[f"funds.{k}.rate"].confidence for k in range(1, 6)}
    assert min(sure) > 0.9995 and max(sure) - min(sure) < 1e-6
    odd = replace(rows[1], rate=cell("/", 0.9997))
    mixed = dict(infer(replace(form, funds=(form.funds[0], odd, *form.funds[2:]))).cells())
    assert mixed["funds.1.rate"].confidence < min(sure), "a slash among dashes is another mark"


def test_of_nothing_there_is_no_rate_whatever_the_form() -> None:
    """No rule of a department's form speaks of the parts' rates; a dash beside a budget of 0.00 needs nobody."""
    rows = [funds_row(f"资金{k}", "0.00", "0.00", "0.00", "-", "-", "-") for k in range(3)]
    whole = funds_row("合计", "50.00", "50.00", "45.14", "10", "90.28%", "9.03")
    form = read_form(replace(truth_forms()["001-00"], funds=(whole, *rows), indicators=(), total=total("", "")), 0.9988)
    found = dict(infer(form).cells())
    assert min(found[f"funds.{k}.rate"].confidence for k in range(1, 4)) > 0.9999
    some = replace(form.funds[1], annual_budget=cell("50.00", 0.9988))
    given = dict(infer(replace(form, funds=(form.funds[0], some, *form.funds[2:]))).cells())
    assert given["funds.1.rate"].confidence < 0.9999, "beside a budget it may be a number lost"


def test_a_name_that_lost_a_digit_of_its_weight_is_for_a_person() -> None:
    every = sorted(truth_forms().items())
    name, form = next((n, f) for n, f in every if f.template == "2020" and "30分" in f.indicators[-3].level1.text)
    rows = [i for i, x in enumerate(form.indicators) if "30分" in x.level1.text]
    whole, short = form.indicators[rows[0]].level1.text, form.indicators[rows[0]].level1.text.replace("30分", "3分")
    read = read_form(form, 0.9999).with_cells({f"indicators.{i}.level1": Cell(short, 0.9999, raw=short) for i in rows})
    found = infer(read)
    assert "level1-weight" in {f.rule for f in found.findings}, name
    for i in rows:
        label = found.cell(f"indicators.{i}.level1")
        assert label.needs_review and label.text == short and label.confidence < 0.9999
        assert whole not in label.reasons[-1] and "level1-weight" in label.reasons[-1]
    assert not any(infer(read_form(form, 0.9999)).cell(f"indicators.{i}.level1").needs_review for i in rows)


def test_a_name_that_the_document_itself_printed_wrong_needs_nobody() -> None:
    wrong = {n for n, found in expected_findings().items() if any(f[0] == "level1-weight" for f in found)}
    assert wrong
    for name in wrong:
        found = infer(read_form(truth_forms()[name], 0.99999))
        assert not any(i.level1.needs_review for i in found.indicators)


def test_a_name_that_a_person_corrected_is_not_doubted() -> None:
    form = truth_forms()["003-04"]
    told = form.with_cells(
        {f"indicators.{i}.level1": Cell("产出指标3分", 1.0, raw="产出指标30分", origin="corrected") for i in (0, 1)}
    )
    assert not infer(told).cell("indicators.0.level1").needs_review
