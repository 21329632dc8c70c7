"""Funds whose amounts are named beside them, and the sources below these."""

from __future__ import annotations

from drawn_tables import asked, drawn_form

from forms import Form

SICHUAN = """
项目名称|<|病虫害防治|<|<|<
预算单位|<|县林业局|<|<|<
预算执行情况(万元)|<|预算数:|45|执行数:|43.62
^|<|其中-财政拨款:|45|其中-财政拨款:|43.62
^|<|其它资金:|0|其它资金:|0
年度目标完成情况|<|预期目标|<|实际完成目标|<
^|<|全面开展普查，遏制疫情扩散。|<|完成春秋两季普查。|<
绩效指标|一级指标|二级指标|三级指标|预期指标值|实际完成指标值
^|产出指标|数量指标|普查面积|31.5万亩|31.6万亩
^|效益指标|社会效益指标|成灾率|≤3%|2.1%
"""
RECEIVED = """
项目名称|农村公路养护|<|<|<|<|<
主管部门|县交通运输局|<|实施单位|公路站|<|<
预算安排情况（调整后）|<|资金到位情况|<|资金执行情况|<|预算执行进度
预算数：|860.00|到位数：|860.00|执行数：|851.40|99.00%
其中：财政资金|800.00|其中：财政资金|800.00|其中：财政资金|791.40|98.93%
其他|60.00|其他|60.00|其他|60.00|100.00%
一级指标|二级指标|三级指标|<|预期指标值|实际完成值|自评得分
产出指标|数量指标|养护里程|<|≥620公里|628公里|90
"""
IN_TWO_ROWS = """
项目名称|群众文化活动|<|<|<
主管部门|区文化局|实施单位|区文化馆|<
当年预算数（元）（调整后）|3,260,000.00|上年预算数（元）|3,050,000.00|<
预算执行数（元）|3,179,804.00|预算执行率（%）|97.54|<
一级指标|二级指标|三级指标|权重|得分
产出指标|数量指标|活动场次|100|96.9
"""


def amounts(form: Form, *names: str) -> list[list[str]]:
    return [[getattr(row, name).text for name in ("label", *names)] for row in form.funds]


def test_sources_named_before_each_of_their_amounts() -> None:
    form = drawn_form(SICHUAN, "项目绩效目标完成情况表", "（2019年度）")
    assert amounts(form, "initial_budget", "executed") == [
        ["预算数:", "45", "43.62"],
        ["其中-财政拨款:", "45", "43.62"],
        ["其它资金:", "0", "0"],
    ]
    assert not any(a.startswith("funds") for a in asked(form))


def test_amounts_that_no_form_keeps_stand_between_and_a_rate_below_its_name() -> None:
    form = drawn_form(RECEIVED, "项目绩效自评表（2023年度）")
    assert amounts(form, "annual_budget", "executed", "rate") == [
        ["预算数：", "860.00", "851.40", "99.00%"],
        ["其中：财政资金", "800.00", "791.40", "98.93%"],
        ["其他", "60.00", "60.00", "100.00%"],
    ]
    assert not any(a.startswith("funds") for a in asked(form))


def test_a_source_that_is_not_named_alike_is_told() -> None:
    drawing = SICHUAN.replace("其中-财政拨款:|43.62", "备注|43.62")
    form = drawn_form(drawing, "项目绩效目标完成情况表", "（2019年度）")
    assert len(form.funds) < 3 and any(a.startswith("funds") for a in asked(form))


def test_amounts_in_two_rows_of_pairs_are_one_row() -> None:
    form = drawn_form(IN_TWO_ROWS, "项目支出绩效自评表（2020年度）")
    assert amounts(form, "annual_budget", "executed", "rate") == [["", "3,260,000.00", "3,179,804.00", "97.54"]]
    assert form.funds[0].initial_budget.origin == "absent"


def test_an_amount_above_them_with_an_unknown_name_is_told() -> None:
    drawing = IN_TWO_ROWS.replace("当年预算数（元）（调整后）", "财政核定资金（元）")
    form = drawn_form(drawing, "项目支出绩效自评表（2020年度）")
    assert form.funds[0].annual_budget.needs_review
