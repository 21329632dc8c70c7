"""Forms as the finance bureaus of other provinces print them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_tables import asked, drawn_form, drawn_page

from forms import Form
from reconstruct import rebuild
from scoring import check

SICHUAN = """
项目名称 | < | 安可替代补助资金项目 | < | < | < | < | < | < | < | <
主管部门 | < | 县司法局部门 | < | < | < | 实施单位 | < | 县司法局 | < | <
项目基本情况 | 1.项目年度目标完成情况 | < | 项目年度目标 | < | < | < | 年度目标完成情况 | < | < | <
^ | ^ | < | 完成采购。 | < | < | < | 完成 | < | < | <
预算执行情况（10分）|年度预算数（万元）|<|年初预算|调整后预算数|预算执行数|预算执行率|<|权重|得分|原因
^ | 总额 | < | 0.00 | 3.36 | 3.14 | 93.45% | < | 10 | 9.3 | 1.预算执行率=预算执行数/调整后预算数
^ | 其中：财政资金 | < | 0.00 | 3.36 | 3.14 | 93.45% | < | / | / | ^
^ | 财政专户管理资金 | < | 0.00 | 0.00 | 0.00 | 0.00% | < | / | / | ^
^ | 单位资金 | < | 0.00 | 0.00 | 0.00 | 0.00% | < | / | / | ^
绩效指标（90分）|一级指标|二级指标|三级指标|指标性质|指标值|度量单位|完成值|权重|得分|未完成原因分析
^ | 产出指标 | 数量指标 | 购置安可电脑 | = | 13 | 台 | 13 | 50 | 50 |
^ | ^ | 时效指标 | 资金支付时限 | ≤ | 12 | 月 | 11 | 10 | 10 |
^ | 效益指标 | 社会效益指标 | 提升信息系统安全性 | 定性 | 好坏 | | 好 | 20 | 18 | 部分人员仍需培训
^ | 满意度指标 | 服务对象满意度指标 | 干警使用满意度 | ≥ | 90 | % | 92 | 10 | 10 |
合计 | < | < | < | < | < | < | < | 100 | 97.3 |
评价结论 | < | 按要求完成了采购。 | < | < | < | < | < | < | < | <
"""
YUNNAN = """
项目名称 | < | 农村公路养护补助资金 | < | < | < | < | < | < | <
主管部门 | < | 市交通运输局 | < | < | 实施单位 | < | 公路管理段 | < | <
项目资金（万元） | < | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 | <
^ | < | 年度资金总额 | 320.00 | 298.50 | 256.71 | 10 | 86.00% | 8.6 | <
^ | < | 其中：当年财政拨款 | 320.00 | 298.50 | 256.71 | — | — | — | <
年度总体目标 | 预期目标 | < | < | < | < | 实际完成情况 | < | < | <
^ | 完成养护。 | < | < | < | < | 完成养护里程412公里。 | < | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | < | < | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | ^ | ^ | 指标性质 | 指标值 | 度量单位 | ^ | ^ | ^ | ^
产出指标 | 数量指标 | 养护里程 | ≥ | 420 | 公里 | 412公里 | 50 | 49.7 | 部分路段改建
^ | 质量指标 | 优良路率 | ≥ | 85 | % | 86% | 30 | 30 |
效益指标 | 社会效益指标 | 群众出行条件 | = | 改善 | | 改善 | 10 | 10 |
其他需要说明的事项 | < | 无 | < | < | < | < | < | < | <
总分 | < | < | < | < | < | < | 100 | 98.3 | （自评等级）优
"""
HUBEI = """
单位名称 | 区河道堤防管理处 | < | < | 填报日期 | 2023年3月15日 | <
项目名称 | 堤防维修养护项目 | < | < | < | < | <
主管部门 | 区水利和湖泊局 | < | < | 项目实施单位 | 堤防管理处 | <
预算执行情况（万元）（20分） | | < | 预算数（A） | 执行数（B） | 执行率（B/A） | 得分（20分×执行率）
^ | 年度财政资金总额 | < | 85.60 | 80.46 | 94% | 18.8
年度绩效目标（80分） | 一级指标 | 二级指标 | 三级指标 | 年初目标值（A） | 实际完成值（B） | 得分
^ | 产出指标 | 数量指标 | 维修堤防长度 | ≥12公里 | 12.6公里 | 40
^ | ^ | 质量指标 | 工程验收合格率 | 100% | 100% | 20
^ | 效益指标 | 社会效益指标 | 保护人口数 | ≥5万人 | 5.2万人 | 18.5
总分 | 97.3 | < | < | < | < | <
偏差大或目标未完成原因分析 | 雨季影响部分清杂工程进度。 | < | < | < | < | <
"""
TRANSFER = """
转移支付（项目）名称 | < | 农业资源及生态保护补助资金 | < | < | < | <
中央主管部门 | < | 农业农村部 | < | < | < | <
地方主管部门 | < | 市农业农村局 | < | 资金使用单位 | 各县农业农村局 | <
资金投入情况（万元） | < | | 全年预算数（A） | 全年执行数（B） | 预算执行率（B/A×100%） | <
^ | < | 年度资金总额： | 1456.00 | 1383.20 | 95.00% | <
^ | < | 其中：中央财政资金 | 1456.00 | 1383.20 | 95.00% | <
总体目标完成情况 | 总体目标 | < | < | 全年实际完成情况 | < | <
^ | 提高秸秆综合利用率。 | < | < | 达到91.2%。 | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 全年实际完成值 | 未完成原因和改进措施
^ | 产出指标 | 数量指标 | 草原禁牧补助面积 | ≥120万亩 | 120万亩 |
^ | 效益指标 | 生态效益指标 | 秸秆综合利用率 | ≥90% | 91.2% |
"""
CHONGQING = """
主管部门 | 宣传部 | < | < | 财政处室 | 行财处 | < | 自评总分（分） | < | 97.6
部门预算执行情况（万元）|年初预算数|<|全年（调整）预算数|<|全年执行数|<|执行率（%）|执行率权重|执行率得分（分）
^ | 3250.00 | < | 2980.50 | < | 2265.18 | < | 76% | 10 | 7.6
当年绩效目标 | 年初绩效目标 | < | < | 全年（调整）绩效目标 | < | < | 全年目标实际完成情况 | < | <
^ | 无 | < | < | 营造良好氛围。 | < | < | 较好地完成了履职任务。 | < | <
指标名称|计量单位|指标性质|年初指标值|调整指标值|全年完成值|得分系数（%）|指标权重（分）|指标得分（分）|是否核心指标
人员控制率 | % | ≤ | 100 | 100 | 92 | 100 | 20 | 20 | 否
培训次数 | 次 | ≥ | 26 | 12 | 12 | 100 | 45 | 45 | 是
管理制度健全性 | | 定性 | 高 | 高 | 高 | 100 | 25 | 25 | 否
"""


def targets(form: Form) -> list[str]:
    return [row.target.text for row in form.indicators]


def test_a_target_in_three_columns_is_one() -> None:
    form = drawn_form(SICHUAN, "部门预算项目支出绩效自评表（2023年度）")
    assert targets(form) == ["=13台", "≤12月", "好坏", "≥90%"]
    first = form.indicators[0].target
    assert first.raw == "=13台" and not asked(form)
    assert first.box.width > 2.9 * form.indicators[0].actual.box.width
    assert form.indicators[2].target.box.width < 1.1 * form.indicators[2].actual.box.width


def test_below_a_header_of_two_storeys_too() -> None:
    form = drawn_form(YUNNAN, "项目支出绩效自评表", "（2023年度）")
    assert targets(form) == ["≥420公里", "≥85%", "=改善"]
    assert not asked(form)


@pytest.mark.parametrize(
    ("sign", "shown"), [("V", "V13台"), ("", "13台"), ("不少于", "不少于13台"), ("正向指标", "13台")]
)
def test_what_stands_for_a_sign(sign: str, shown: str) -> None:
    form = drawn_form(SICHUAN.replace("购置安可电脑 | =", f"购置安可电脑 | {sign}"), "项目支出绩效自评表")
    assert targets(form)[0] == shown
    assert form.indicators[0].target.needs_review == (sign in ("V", ""))  # a number has a sign and a unit


def test_a_sign_without_a_value_is_asked_about_and_a_dash_has_none() -> None:
    blank = drawn_form(SICHUAN.replace("= | 13 | 台", "= | | 台"), "项目支出绩效自评表").indicators[0].target
    assert blank.text == "=台" and blank.needs_review
    dash = drawn_form(SICHUAN.replace("= | 13 | 台", " | — | 台"), "项目支出绩效自评表").indicators[0].target
    assert dash.text == "—" and not dash.needs_review


def test_a_doubted_part_is_doubted_with_the_whole() -> None:
    form = drawn_form(SICHUAN, "项目支出绩效自评表（2023年度）", doubted=("台",))
    assert asked(form) == ["indicators.0.target"]


def test_a_name_of_amounts_over_the_names_of_rows_is_no_column_of_amounts() -> None:
    """年度预算数 stands over 总额, 财政资金, …: these were taken for amounts of the year."""
    form = drawn_form(SICHUAN, "项目支出绩效自评表（2023年度）")
    assert [r.label.text for r in form.funds] == ["总额", "其中：财政资金", "财政专户管理资金", "单位资金"]
    assert [r.annual_budget.text for r in form.funds] == ["3.36", "3.36", "0.00", "0.00"]


def test_goals_of_any_name_beside_what_was_reached() -> None:
    for drawing, wanted, reached in (
        (SICHUAN, "完成采购。", "完成"),
        (TRANSFER, "提高秸秆综合利用率。", "达到91.2%。"),
        (CHONGQING, "无", "较好地完成了履职任务。"),
    ):
        goals = drawn_form(drawing, "项目支出绩效自评表").goals
        assert (goals.expected.text, goals.actual.text) == (wanted, reached)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("部门预算项目支出绩效自评表（2023年度）", "（2023年度）"),
        ("2022年度堤防维修养护项目自评表", "2022年度"),
        ("2022至2023年度项目支出绩效自评表", "2023年度"),
        ("2022年度、2023年度项目支出绩效自评表", ""),
        ("项目支出绩效自评表", ""),
    ],
)
def test_the_year_in_a_title(title: str, year: str) -> None:
    form = drawn_form(SICHUAN, title)
    assert (form.title.text, form.year.text) == (title, year)
    assert form.year.needs_review == (not year)


def test_columns_that_a_form_does_not_print_are_not_asked_about() -> None:
    form = drawn_form(TRANSFER, "转移支付区域（项目）绩效目标自评表", "（2022年度）")
    assert asked(form) == ["department"], "a central one is printed, and a local one"
    assert "市农业农村局" in form.department.reasons[-1]
    alone = "\n".join(line for line in TRANSFER.strip().splitlines() if "中央主管部门" not in line)
    assert not asked(drawn_form(alone, "转移支付区域（项目）绩效目标自评表", "（2022年度）"))
    assert {i.weight.origin for i in form.indicators} | {i.score.origin for i in form.indicators} == {"absent"}
    assert form.project.text == "农业资源及生态保护补助资金"
    hubei = drawn_form(HUBEI, "2022年度堤防维修养护项目自评表")
    assert asked(hubei) == ["goals.expected", "goals.actual"]
    assert hubei.total.score.text == "97.3" and hubei.template != "dept"


ARRIVED = """
项目名称 | < | 农村饮水安全 | < | < | < | 评价年度 | 2023年
主管部门 | < | 市水利局 | < | 实施单位 | < | 供水总站 | <
预算执行情况 | 资金类别 | 预算金额 | 到位金额 | 到位率 | 支出金额 | 支出率 | 备注
^ | 合计 | 120.00 | 120.00 | 100% | 114.00 | 95% |
^ | 财政拨款 | 120.00 | 120.00 | 100% | 114.00 | 95% |
年度总体目标 | 预期目标 | < | < | 实际完成情况 | < | < | <
^ | 新建供水站2处 | < | < | 已建成2处 | < | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析
产出指标 | 数量指标 | 新建供水站 | ≥2处 | 2处 | 60 | 60 |
效益指标 | 社会效益指标 | 受益人口 | ≥1万人 | 1.2万人 | 40 | 40 |
总分 | < | < | < | < | 100 | 100 |
"""


def test_columns_of_what_arrived_and_of_remarks_are_no_amounts_that_were_missed() -> None:
    """到位率 and 备注 were names that nobody knew: each row was asked for what might stand under them."""
    form = drawn_form(ARRIVED, "项目支出绩效自评表")
    assert [row.executed.text for row in form.funds] == ["114.00", "114.00"]
    assert [a for a in asked(form) if a.startswith("funds")] == []


WITHOUT_SIDE = """
项目名称 | 基本公共卫生服务 | < | 主管部门 | 县卫生健康局 | < | <
资金来源 | 年初预算数（元） | 全年预算数（元） | 全年执行数（元） | 执行率 | 分值 | 得分
年度资金总额 | 45,360,000.00 | 46,158,250.00 | 46.158.250.00 | 100.00% | 10 | 10
中央补助 | 45,360,000.00 | 46,158,250.00 | 46.158.250.00 | 100.00% | |
年度目标 | 提供基本公共卫生服务 | < | 完成情况 | 服务全面落实 | < | <
一级指标 | 二级指标 | 三级指标 | 指标值 | 完成值 | 分值 | 得分
产出指标 | 数量指标 | 建档人数 | ≥1万人 | 1.2万人 | 90 | 90
总分 | < | < | < | < | 100 | 100
"""


def test_a_column_that_is_called_so_is_never_taken_for_one_that_is_not_printed() -> None:
    """Points read for the commas of thousands: 全年执行数 stood over no number, and its amounts were lost."""
    form = drawn_form(WITHOUT_SIDE, "项目支出绩效自评表")
    assert [row.executed.text for row in form.funds] == ["46.158.250.00"] * 2
    worse = drawn_form(WITHOUT_SIDE.replace("46.158.250.00", "四六"), "项目支出绩效自评表")
    assert all(row.executed.needs_review for row in worse.funds)


def test_a_year_in_the_head_of_a_form() -> None:
    assert drawn_form(ARRIVED, "项目支出绩效自评表").year.text == "2023年"
    form = drawn_form(ARRIVED.replace("评价年度 | 2023年", "资金年限 | 3年"), "项目支出绩效自评表")
    assert form.year.needs_review and not form.year.text


def test_they_are_where_a_part_of_the_table_may_be_lost() -> None:
    for gone in ("未完成原因和改进措施", "全年实际完成值"):
        form = drawn_form(TRANSFER.replace(gone, ""), "转移支付区域（项目）绩效目标自评表", "（2022年度）")
        assert "indicators.0.weight" in asked(form), gone
    doubted = drawn_form(TRANSFER, "绩效目标自评表", "（2022年度）", doubted=("指标值",))
    assert "indicators.0.weight" in asked(doubted)
    cut = "\n".join(line.rsplit("|", 1)[0] for line in TRANSFER.strip().splitlines())
    assert "indicators.0.weight" not in asked(drawn_form(cut, "绩效目标自评表", "（2022年度）"))
    page = drawn_page(cut, "绩效目标自评表", "（2022年度）")
    (form,) = rebuild([replace(page, width=round(page.tables[0].box.right))]).forms  # the picture ends with the table
    assert "indicators.0.weight" in asked(form)


def test_indicators_without_levels_under_names_that_are_no_levels() -> None:
    form = drawn_form(CHONGQING, "部门整体绩效自评表", "（2021年度）")
    assert targets(form) == ["≤100%", "≥26次", "高"]
    assert [i.level3.text for i in form.indicators] == ["人员控制率", "培训次数", "管理制度健全性"]
    assert not any(a.startswith("indicators") for a in asked(form))
    assert form.total.score.text == "97.6"


def test_what_is_to_be_said_besides_is_no_indicator() -> None:
    form = drawn_form(YUNNAN, "项目支出绩效自评表", "（2023年度）")
    assert len(form.indicators) == 3 and form.total.score.text == "98.3"
    numbers = drawn_form(YUNNAN.replace("| 无 |", "| ≥5 5 10 9.5 |"), "项目支出绩效自评表", "（2023年度）")
    assert len(numbers.indicators) == 4 and numbers.indicators[3].score.needs_review


def test_a_monitoring_form_is_no_self_evaluation() -> None:
    drawing = TRANSFER.replace("全年执行数（B）", "1-7月执行数").replace("全年实际完成值", "全年预计完成情况")
    for title in ("项目支出绩效运行监控表", "2022年项目绩效目标执行监控情况表", "绩效目标申报表（2022年度）"):
        found = rebuild([drawn_page(drawing, title, "（2022年度）")])
        assert (found.forms, found.kinds) == ((), {1: "text"})
    told = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert told.funds[0].executed.needs_review and told.indicators[0].actual.needs_review
    scored = drawn_form(SICHUAN, "项目支出绩效目标申报表", "（2022年度）")
    assert len(scored.indicators) == 4


GANSU = """
部门名称|县文体局|<|<|<|所属单位个数|<|6|<
部门预算执行情况（万元）|资金性质|<|年初预算数|<|调整后预算数|<|决算数|预算执行率
^|部门预算总额|<|7218.45|<|8136.92|<|7966.27|97.90%
^|其中：基本支出|<|3105.20|<|3287.64|<|3287.64|100.00%
^|项目支出|<|4113.25|<|4849.28|<|4678.63|96.48%
年度履职目标|办好博览会。|<|<|<|<|<|<|<
履职目标完成情况|办成了博览会。|<|<|<|<|<|<|<
年度主要任务|任务名称|<|主要内容|<|<|完成情况|<|<
^|文化惠民工程|<|送戏下乡|<|<|已完成，演出216场次|<|<
一级指标|二级指标|三级指标|分值|目标值|实际完成值|得分|评分标准|扣分原因及改进措施
部门管理|资金投入|预算执行率|60|100%|97.90%|60|执行率×分值|
履职效果|社会效益|演出场次|40|≥200场|216场|38.28|每少一场扣一分|场次减少
总分|<|<|100|<|<|98.28|<|
"""
XIZANG = """
转移支付（项目）名称 | < | 卫生服务补助资金 | < | < | < | <
地方主管部门 | < | 卫生健康委员会 | < | 资金使用单位 | 县卫健委 | <
资金投入情况（万元） | < | | 全年预算数（A） | 全年执行数（B） | 预算执行率（B/A×100%） | <
^ | < | 年度资金总额： | 486.73 | 471.55 | 96.88% | <
^ | < | 其中：中央财政资金 | 486.73 | 471.55 | 96.88% | <
资金管理情况 | < | | 情况说明 | < | 存在问题和改进措施 | <
^ | < | 分配科学性 | 按照常住人口测算。 | < | 无 | <
^ | < | 下达及时性 | 收到文件后30日内下达。 | < | 无 | <
总体目标完成情况 | 总体目标 | < | < | 全年实际完成情况 | < | <
^ | 免费提供服务。 | < | < | 为6.8万名居民提供服务。 | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 全年实际完成值 | 未完成原因和改进措施
^ | 产出指标 | 数量指标 | 国家免疫规划 | ≥90% | 94.7% |
^ | 效益指标 | 社会效益指标 | 居民健康水平 | 提高 | 提高 |
说明 | 无 | < | < | < | < | <
"""
GUANGDONG = """
项目名称|实验室平台建设|<|<|<|项目单位|海洋大学|<|<
年度绩效目标|<|<|<|实际完成情况|<|<|<|<
建成平台。|<|<|<|建成。|<|<|<|<
一级指标|二级指标|三级指标|指标解释|分值|预期值|实际值|自评得分|未达标原因
产出指标|数量指标|新购大型仪器|当年到货验收|60|6台(套)|6台(套)|60|
效益指标|社会效益指标|服务企业数量|提供检测|30|≥10家|9家|27|企业搬迁
四、资金使用情况|<|<|<|<|<|<|<|<
资金来源|<|预算数|<|实际支出数|<|支出率|分值|自评得分
资金合计|<|960.00|<|883.20|<|92.00%|10|9.2
其中：省级资金|<|960.00|<|883.20|<|92.00%|-|-
自评总分|<|<|<|<|<|<|100|96.2
存在问题及改进措施|人才引进周期较长。|<|<|<|<|<|<|<
"""


def test_goals_one_below_the_other_with_their_texts_beside_them() -> None:
    """They were rows of funds: the name of each among the names of amounts, its text in every amount."""
    form = drawn_form(GANSU, "部门整体支出绩效自评表", "（2023年度）")
    assert (form.goals.expected.text, form.goals.actual.text) == ("办好博览会。", "办成了博览会。")
    assert [r.label.text for r in form.funds] == ["部门预算总额", "其中：基本支出", "项目支出"]
    assert [r.executed.text for r in form.funds] == ["7966.27", "3287.64", "4678.63"]


def test_a_department_whose_sum_stands_first_is_held_to_the_rules_of_projects() -> None:
    form = drawn_form(GANSU, "部门整体支出绩效自评表", "（2023年度）")
    assert form.template != "dept" and not form.project.needs_review and not check(form)


def test_what_stands_between_funds_and_goals_is_no_row_of_funds() -> None:
    form = drawn_form(XIZANG, "转移支付绩效目标自评表", "（2023年度）")
    assert [r.label.text for r in form.funds] == ["年度资金总额：", "其中：中央财政资金"]
    assert len(form.indicators) == 2 and not asked(form)


def test_amounts_below_the_label_of_funds_are_rows_of_them_still() -> None:
    """A false line cut the label in two."""
    drawing = TRANSFER.replace("^ | < | 其中：中央", "金（万元） | < | 其中：中央").replace(
        "资金投入情况（万元）", "资金投入情况"
    )
    assert len(drawn_form(drawing, "绩效目标自评表", "（2022年度）").funds) == 2


def test_funds_and_the_total_may_stand_last() -> None:
    form = drawn_form(GUANGDONG, "2022年省级教育专项资金绩效自评表")
    assert [r.label.text for r in form.funds] == ["资金合计", "其中：省级资金"]
    assert (form.total.weight.text, form.total.score.text) == ("100", "96.2")
    assert [row.target.text for row in form.indicators] == ["6台(套)", "≥10家"]
    assert not any(a.startswith(("funds", "total", "indicators")) for a in asked(form))


def test_the_numbers_of_a_total_row_by_their_names() -> None:
    """总分值 100 总得分 98.3 beside 总分: the score was taken for the weight, and their sum for an error."""
    row = "总分 | < | < | 总分值 | < | 100 | < | 总得分 | 98.3 | 自评等级：优"
    form = drawn_form(YUNNAN.rsplit("总分", 1)[0] + row, "项目支出绩效自评表", "（2023年度）")
    assert (form.total.weight.text, form.total.score.text) == ("100", "98.3")
    assert not form.total.score.needs_review and not check(form)


def test_remarks_at_the_end_hold_the_reasons_where_no_other_column_does() -> None:
    drawing = GUANGDONG.replace("未达标原因", "备注")
    form = drawn_form(drawing, "2022年省级教育专项资金绩效自评表")
    assert [i.reason.text for i in form.indicators] == ["", "企业搬迁"] and not check(form)
    beside = drawn_form(GUANGDONG.replace("指标解释", "备注"), "2022年省级教育专项资金绩效自评表")
    assert [i.reason.text for i in beside.indicators] == ["", "企业搬迁"]


def test_a_form_without_reasons_lacks_none() -> None:
    assert not any(
        f.rule == "reason-missing" for f in check(drawn_form(HUBEI.replace("| 得分\n", "| 得分\n"), "自评表"))
    )
    drawing = GANSU.replace("|评分标准|扣分原因及改进措施", "|评分标准|计算公式").replace("|场次减少", "|分值×完成率")
    form = drawn_form(drawing, "部门整体支出绩效自评表", "（2023年度）")
    assert {i.reason.origin for i in form.indicators} == {"absent"}
    assert not any(f.rule == "reason-missing" for f in check(form))


@pytest.mark.parametrize("text", ["预算执行率（10分）", "产出指标数量指标巡查次数", "总指"])
def test_one_cell_over_all_levels(text: str) -> None:
    row = f"^ | {text} | < | < | ≥100% | 93% | 人员变动\n"
    drawing = TRANSFER.replace("^ | 产出指标 |", row + "^ | 产出指标 |")
    first = drawn_form(drawing, "绩效目标自评表", "（2022年度）").indicators[0]
    levels = (first.level1, first.level2, first.level3)
    if text.startswith("预算"):
        assert [c.text for c in levels] == [text] * 3 and not any(c.needs_review for c in levels)
    else:
        assert text in [c.text for c in levels] and all(c.needs_review for c in levels)


def test_goals_over_a_misread_header_are_no_part_of_it() -> None:
    """年初设定目标 and 年度实际完成情况 are like names of columns: the goals were lost in a header of three rows."""
    drawing = TRANSFER.replace("全年实际完成值", "实际完日值").replace("总体目标完成情况", "年度目标")
    goals = drawn_form(drawing, "绩效目标自评表", "（2022年度）").goals
    assert (goals.expected.text, goals.actual.text) == ("提高秸秆综合利用率。", "达到91.2%。")


JIANGXI = """
项目名称|农田管护经费|<|<|<|<|<|<
年度资金总额（万元）|年初预算|860.00|调整后预算|913.50|执行数|889.75|<
^|执行率|97.40%|分值|10|得分|9.74|<
年度总体目标|绩效目标|<|<|全年完成情况|<|<|<
^|落实管护。|<|<|完成管护。|<|<|<
一级指标|二级指标|三级指标|绩效目标值|全年实现值|指标分|自评分数|原因及措施
产出指标|数量指标|管护面积|≥26万亩|26.3万亩|50|50|
效益指标|社会效益指标|粮食增产|明显|明显|40|38|沟渠改线
合计|<|<|<|<|100|97.74|
"""
BEIJING = """
项目名称|绿地养护经费|<|<|<|<|<|<|<|<
项目资金(万元)|资金构成|<|预算数|<|执行情况|<|预算执行评分|<|<
^|^|<|年初|全年|执行数|执行率(%)|分值|得分|<
^|年度资金总额|<|2365.80|2290.46|2217.17|96.80|10|9.68|<
^|其中：当年财政拨款|<|2365.80|2290.46|2217.17|96.80|—|—|<
年度目标|预期目标|<|<|<|实际完成|<|<|<|<
^|完成养护。|<|<|<|完成了养护。|<|<|<|<
绩效指标完成情况|<|<|<|<|<|<|<|<|原因及措施
一级指标|二级指标|三级指标|年度指标值|<|<|实际完成值|指标分|自评得分|^
^|^|^|符号|数值|单位|^|^|^|^
产出指标|数量指标|养护绿地面积|=|386.5|万平方米|386.5|50|50|
效益指标|社会效益指标|市民满意度|≥|90|%|89|40|38.5|部分地段施工
总分|<|<|<|<|<|<|100|98.18|
"""
FUJIAN = """
项目名称|<|码头维护|<|<|<|<|<
项目资金(万元)|<||<|合计|中央补助|市级财政资金|其他资金
^|<|年初预算数|<|1176.00|500.00|620.00|56.00
^|<|全年预算数|<|1210.50|500.00|654.50|56.00
^|<|执行数|<|1162.08|500.00|612.64|49.44
^|<|执行率|<|96.00%|100.00%|93.60%|88.29%
总体目标|<|维护码头。|<|总体完成情况|<|维护了码头。|<
一级指标|二级指标|三级指标|权重(%)|自评分数|绩效目标值|全年实现值|原因及措施
产出指标|数量指标|维护码头数量|50|50|18座|18座|
小计|<|<|50|50||<|<
效益指标|社会效益指标|出行便利|50|48.6|提升|提升|台风影响
小计|<|<|50|48.6||<|<
总分|<|<|100|98.6|自评等级|优|<
"""
SHANDONG = """
政策（项目）名称|企业补助|<|<|主管部门|科学技术局|<|<
预算执行情况|资金来源|年初预算|调整后预算|执行数|执行率|分值|得分
^|上级转移支付|260万元|260万元|260万元|100%||
^|市级财政资金|540万元|500万元|460万元|92%||
^|合计|800万元|760万元|720万元|94.74%|10分|9.47分
年度绩效目标|设定目标|<|<|实现情况|<|<|<
^|支持企业。|<|<|支持了企业。|<|<|<
一级指标|二级指标|三级指标|绩效目标值|全年完成结果|赋分|得分情况|未完成原因及改进措施
产出指标（50分）|数量指标|补助企业|≥60家|64家|50分|50分|
效益指标（40分）|经济效益指标|研发投入|≥10%|9.7%|40分|39分|申报较晚
合计|<|<|<|<|100分|98.47分|
"""


def test_amounts_each_behind_its_name() -> None:
    """They were no table of funds, and the weights that they lack an error of the document."""
    form = drawn_form(JIANGXI, "2023年度项目支出绩效自评表")
    (row,) = form.funds
    texts = [c.text for c in (row.label, row.initial_budget, row.annual_budget, row.executed, row.rate, row.weight)]
    assert texts == ["年度资金总额（万元）", "860.00", "913.50", "889.75", "97.40%", "10"] and row.score.text == "9.74"
    assert not check(form)
    inline = JIANGXI.replace("年初预算|860.00|调整后预算|913.50", "年初预算：860.00|<|调整后预算：913.50|<")
    (row,) = drawn_form(inline, "2023年度项目支出绩效自评表").funds
    assert (row.initial_budget.text, row.annual_budget.text) == ("860.00", "913.50")


def test_an_amount_behind_an_unknown_name_makes_the_missing_ones_doubtful() -> None:
    (row,) = drawn_form(JIANGXI.replace("执行数", "国库拨出"), "2023年度项目支出绩效自评表").funds
    assert not row.executed.text and row.executed.needs_review and not row.initial_budget.needs_review


def test_a_lost_amount_of_a_row_of_pairs_is_told() -> None:
    (row,) = drawn_form(JIANGXI.replace("执行数|889.75", "执行数|"), "2023年度项目支出绩效自评表").funds
    assert not row.executed.text and row.executed.needs_review


def test_a_number_where_a_name_should_stand_is_doubted() -> None:
    form = drawn_form(JIANGXI.replace("农田管护经费", "286/271"), "2023年度项目支出绩效自评表")
    assert form.project.text == "286/271" and form.project.needs_review


def test_headers_of_two_and_three_storeys() -> None:
    form = drawn_form(BEIJING, "2022年度项目支出绩效自评表")
    assert targets(form) == ["=386.5万平方米", "≥90%"]
    assert [i.reason.text for i in form.indicators] == ["", "部分地段施工"]
    assert (form.goals.expected.text, form.goals.actual.text) == ("完成养护。", "完成了养护。")
    assert [r.annual_budget.text for r in form.funds] == ["2290.46", "2290.46"] and not check(form)


def test_sources_side_by_side_and_amounts_below_one_another() -> None:
    form = drawn_form(FUJIAN, "2022年度项目支出绩效自评表")
    assert [r.label.text for r in form.funds] == ["合计", "中央补助", "市级财政资金", "其他资金"]
    assert [r.executed.text for r in form.funds] == ["1162.08", "500.00", "612.64", "49.44"]
    assert [r.rate.text for r in form.funds] == ["96.00%", "100.00%", "93.60%", "88.29%"]
    assert (form.goals.expected.text, form.goals.actual.text) == ("维护码头。", "维护了码头。")
    assert not check(form)


def test_a_subtotal_is_no_indicator() -> None:
    form = drawn_form(FUJIAN, "2022年度项目支出绩效自评表")
    assert [i.level3.text for i in form.indicators] == ["维护码头数量", "出行便利"]


def test_a_sum_of_funds_that_stands_last_is_the_sum() -> None:
    form = drawn_form(SHANDONG, "2024年度项目支出绩效自评表")
    assert [r.label.text for r in form.funds][-1] == "合计" and not check(form)
    wrong = drawn_form(
        SHANDONG.replace("|720万元|", "|725万元|").replace("98.47", "98.4"), "2024年度项目支出绩效自评表"
    )
    found = {f.rule: f.cells for f in check(wrong)}
    assert found["fund-parts"] == ("funds.executed",) and found["rate"] == ("funds.2.rate",)
    assert found["total-score"] == ("total.score",)


def test_points_of_levels_are_no_weights() -> None:
    drawing = JIANGXI.replace("二级指标|三级指标", "分值|三级指标").replace("指标分", "分值")
    form = drawn_form(drawing, "2023年度项目支出绩效自评表")
    assert [i.weight.text for i in form.indicators] == ["50", "40"]


def test_a_rule_or_a_code_is_no_office() -> None:
    drawing = JIANGXI.replace(
        "农田管护经费|<|<|<|<|<|<", "农田管护经费|<|<|<|<|<|<\n实施单位|农业站|<|<|所属单位个数|14|<|<"
    )
    form = drawn_form(drawing, "2023年度项目支出绩效自评表")
    assert form.unit.text == "农业站" and form.department.text == ""


def test_the_seal_behind_a_label_is_no_part_of_its_value() -> None:
    drawing = JIANGXI.replace(
        "农田管护经费|<|<|<|<|<|<", "农田管护经费|<|<|<|<|<|<\n填报单位（盖章）：农业站|<|<|<|<|<|<|<"
    )
    assert drawn_form(drawing, "2023年度项目支出绩效自评表").unit.text == "农业站"


def test_fields_below_goals() -> None:
    lines = JIANGXI.strip().splitlines()
    moved = "\n".join([*lines[3:5], lines[0], "主管部门|农业农村局|<|<|实施单位|农业站|<|<", *lines[1:3], *lines[5:]])
    form = drawn_form(moved, "2023年度项目支出绩效自评表")
    assert (form.project.text, form.department.text, form.unit.text) == ("农田管护经费", "农业农村局", "农业站")
    assert form.goals.expected.text == "落实管护。"


HOSPITAL = """
实施单位|中医医院|<|<|主管部门|卫生健康局|<|<|<
项目名称|中医药能力提升|<|<|资金来源|市级财政|<|<|<
预算执行情况|预算批复数（万元）|<|追加后预算数（万元）|<|支出数（万元）|支出率|得分（满分10）|<
^|412.8|<|448.8|<|430.4|95.9%|9.59|<
绩效指标|<|<|指标值|<|完成值|得分|分值|备注
一级|二级|三级|^|^|^|^|^|^
产出|数量|传承工作室|=|3个|3个|50|50|
效益|社会效益|带教机制|定性|健全|健全|39|40|师承协议未签
总分|<|<|<|<|<|98.59|100|含预算执行
"""
SCHOOL = """
项目实施单位|特殊教育学校|<|资金主管部门|教育局|<|<
专项资金名称|校园足球专项|<|<|<|<|<
资金安排(元)|300,000|<|实际支出(元)|282,600|支出率|94.2%
指标类别|指标内容|权重|计划|实际|自评分|备注
资金管理|专款专用|40|是|是|40|
项目产出|训练次数|60|120次|106次|53|疫情停训
总计|<|100||<|93|
"""


def test_a_sign_and_a_value_below_one_header() -> None:
    form = drawn_form(HOSPITAL, "2019年度专项资金绩效自评表")
    assert targets(form) == ["=3个", "健全"]
    assert [i.level3.text for i in form.indicators] == ["传承工作室", "带教机制"]
    assert [i.level1.text for i in form.indicators] == ["产出", "效益"]
    assert not any(a.endswith("target") for a in asked(form))
    assert not check(form)  # the weight of the funds stands in their header alone


def test_levels_by_other_names() -> None:
    form = drawn_form(SCHOOL, "2022年度专项资金绩效自评表")
    assert [(i.level1.text, i.level3.text) for i in form.indicators] == [
        ("资金管理", "专款专用"),
        ("项目产出", "训练次数"),
    ]
    (row,) = form.funds
    assert (row.initial_budget.text, row.executed.text, row.rate.text) == ("300,000", "282,600", "94.2%")
    named = drawn_form(SCHOOL.replace("指标内容", "绩效指标"), "2022年度专项资金绩效自评表")
    assert [i.level3.text for i in named.indicators] == ["专款专用", "训练次数"]


def test_words_are_no_amounts_where_one_column_of_them_is_left() -> None:
    """资金来源 shares two characters with 资金安排: the names of the funds were their budgets."""
    drawing = SHANDONG.replace("|年初预算|", "|全年预算数|").replace("|调整后预算|", "|完成比例|")
    form = drawn_form(drawing, "2024年度项目支出绩效自评表")
    assert [r.label.text for r in form.funds] == ["上级转移支付", "市级财政资金", "合计"]


MARKET = """
项目名称|食品安全监管|<|<|<|<|<|<
一级预算部门|市场监督管理局|<|<|项目实施单位|检验所|<|<
项目资金（万元）|资金来源|年初预算|全年预算|全年执行|执行率|分值|得分
^|年度资金总额|420|420|411.6|98%|10|9.8
年度总体目标|完成抽检3600批次，保障食品安全。|<|<|<|<|<|<
目标完成情况|完成抽检3682批次，没有发生事故。|<|<|<|<|<|<
一级指标|二级指标|三级指标|指标目标值|权重|实际完成值|得分|未完成的原因
总分|<|<||100||99.7|
产出|数量|抽检批次|3600批次|60|3682批次|60|
效益|社会效益|信息公布率|100%|20|100%|20|
满意度|服务对象满意度|公众满意度|≥85%|10|84.15%|9.9|快检较慢
填报人：林秀琴|<|<|联系电话：0591|<|<|<|<
"""
BANNERS = """
项目名称|小区改造|<|<|主管部门|城乡建设局|<|<
二、项目资金情况|<|<|<|<|<|<|<
资金来源|<|预算数|<|实际到位数|实际支出数|预算执行率|<
合计|<|3250|<|3250|3133|96.4%|<
财政拨款|<|2600|<|2600|2600|100%|<
其他资金|<|650|<|650|533|82%|<
三、绩效指标完成情况|<|<|<|<|<|<|<
指标类别|指标名称|<|权重|计划值|实现值|自评得分|未完成原因及改进措施
产出指标（60分）|<|<|<|<|<|<|<
数量指标|改造小区数量|<|30|11个|11个|30|
^|加装电梯数量|<|20|10部|8部|16|管线迁改
质量指标|验收合格率|<|10|100%|100%|10|
预算执行指标（40分）|<|<|<|<|<|<|<
执行指标|预算执行率|<|40|100%|96.4%|38.56|尾款待审计
合计|<|<|100|—|—|94.56|
四、自评结论|<|<|<|<|<|<|<
"""


def test_a_total_that_stands_above_the_indicators_ends_nothing() -> None:
    form = drawn_form(MARKET, "项目支出绩效自评表", "（2022年度）")
    assert [i.level3.text for i in form.indicators] == ["抽检批次", "信息公布率", "公众满意度"]
    assert (form.total.weight.text, form.total.score.text) == ("100", "99.7") and not check(form)
    assert not asked(form) and form.department.text == "市场监督管理局"
    assert (form.goals.expected.text[:4], form.goals.actual.text[-5:]) == ("完成抽检", "发生事故。")
    wrong = drawn_form(MARKET.replace("|99.7|", "|97.9|"), "项目支出绩效自评表", "（2022年度）")
    assert [f.rule for f in check(wrong)] == ["total-score"]


def test_it_may_stand_over_two_pages() -> None:
    lines = MARKET.strip().splitlines()
    first, second = drawn_page("\n".join(lines[:10]), "项目支出绩效自评表"), drawn_page("\n".join(lines[10:]))
    tables = tuple(replace(t, page=2) for t in second.tables)
    (form,) = rebuild([first, replace(second, page=2, tables=tables)]).forms
    assert [i.level3.text for i in form.indicators] == ["抽检批次", "信息公布率", "公众满意度"]


def test_first_levels_over_the_whole_width() -> None:
    form = drawn_form(BANNERS, "项目绩效自评表", "（2022年度）")
    assert [i.level1.text for i in form.indicators] == ["产出指标（60分）"] * 3 + ["预算执行指标（40分）"]
    assert [i.level2.text for i in form.indicators] == ["数量指标", "数量指标", "质量指标", "执行指标"]
    assert [r.label.text for r in form.funds] == ["合计", "财政拨款", "其他资金"]
    assert (form.total.weight.text, form.total.score.text) == ("100", "94.56") and not check(form)
    assert not [a for a in asked(form) if a.startswith(("indicators", "total", "funds"))]
    wrong = drawn_form(BANNERS.replace("产出指标（60分）", "产出指标（50分）"), "项目绩效自评表")
    assert [f.rule for f in check(wrong)] == ["level1-weight"]


def test_a_first_level_that_a_false_line_cuts_is_not_that_of_the_rows_above() -> None:
    cut = "|预算执行指标（40分）|<|<|<|<|<|<"
    form = drawn_form(BANNERS.replace("预算执行指标（40分）|<|<|<|<|<|<|<", cut), "项目绩效自评表")
    assert [i.level1.text for i in form.indicators] == ["产出指标（60分）"] * 3 + ["预算执行指标（40分）"]
    assert [i.level1.needs_review for i in form.indicators] == [False] * 3 + [True]
    unread = drawn_form(
        BANNERS.replace("预算执行指标（40分）|<|<|<|<|<|<|<", cut.replace("预算执行指标", "预")), "自评表"
    )
    assert unread.indicators[-1].level1.needs_review


def test_a_cell_over_the_whole_width_that_is_no_level_ends_them() -> None:
    form = drawn_form(BANNERS.replace("预算执行指标（40分）", "以下由财政部门填写"), "项目绩效自评表")
    assert [i.level3.text for i in form.indicators] == ["改造小区数量", "加装电梯数量", "验收合格率"]
    assert form.indicators[-1].score.needs_review and form.total.score.text == "94.56"


def test_words_between_the_indicators_and_their_total() -> None:
    drawing = MARKET.replace("总分|<|<||100||99.7|\n", "").replace(
        "填报人：林秀琴|<|<|联系电话：0591|<|<|<|<", "其他说明事项|无|<|<|<|<|<|<\n总分|<|<||100||99.7|自评等级：优"
    )
    form = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert (form.total.score.text, form.total.reason.text) == ("99.7", "自评等级：优")
    assert len(form.indicators) == 3 and not asked(form)


def test_a_total_beside_a_dash() -> None:
    drawing = MARKET.replace("总分|<|<||100||99.7|\n", "") + "自评总分|<|/|<|100||99.7|\n"
    form = drawn_form(drawing.replace("填报人：林秀琴|<|<|联系电话：0591|<|<|<|<\n", ""), "项目支出绩效自评表")
    assert form.total.score.text == "99.7" and len(form.indicators) == 3


def test_a_subtotal_that_is_not_the_sum_of_its_rows_is_told() -> None:
    for levels in ("小计|<|<", "产出指标|小计|"):
        drawing = FUJIAN.replace("小计|<|<|50|50|", f"{levels}|50|50|")
        form = drawn_form(drawing, "2022年度项目支出绩效自评表")
        assert len(form.indicators) == 2 and not check(form)
        assert not [a for a in asked(form) if a.startswith("indicators.0")], levels
        wrong = drawn_form(drawing.replace(f"{levels}|50|50|", f"{levels}|50|49|"), "2022年度项目支出绩效自评表")
        assert "indicators.0.score" in asked(wrong) and "indicators.1.score" not in asked(wrong)
        assert "49" in wrong.indicators[0].score.reasons[-1] and "50" in wrong.indicators[0].score.reasons[-1]


def test_of_two_columns_of_results_the_one_with_figures_is_it() -> None:
    drawing = MARKET.replace("实际完成值|得分|未完成的原因", "完成值|完成情况|得分").replace("|得分|完成情况|", "")
    rows = [line.split("|") for line in drawing.strip().splitlines()]
    for row, said in zip(rows[8:11], ["完成", "完成", "部分完成"], strict=True):
        row[5:] = [row[5], said, row[6]]
    rows[7][5:] = ["", "", "99.7"]
    form = drawn_form("\n".join(map("|".join, rows)), "项目支出绩效自评表", "（2022年度）")
    assert [i.actual.text for i in form.indicators] == ["3682批次", "100%", "84.15%"]
    assert not [a for a in asked(form) if a.endswith("actual")]


def test_one_goal_without_what_was_reached() -> None:
    form = drawn_form(MARKET.replace("目标完成情况|完成", "实施内容|完成"), "项目支出绩效自评表", "（2022年度）")
    assert form.goals.expected.text == "完成抽检3600批次，保障食品安全。"
    assert form.goals.actual.origin == "absent" and "goals.actual" in asked(form)


def test_a_score_beside_its_name_between_funds_and_goals() -> None:
    drawing = MARKET.replace("总分|<|<||100||99.7|\n", "").replace(
        "年度总体目标|", "自评得分|99.7|<|<|自评等次|优|<|<\n年度总体目标|"
    )
    form = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert form.total.score.text == "99.7" and not asked(form) and not check(form)


def test_the_score_of_funds_that_stand_one_below_the_other_is_no_total() -> None:
    turned = FUJIAN.replace("项目资金(万元)|<||<|", "资金来源|<|<|<|").replace("^|<|", "")
    for name in ("年初预算数", "全年预算数", "执行数", "执行率"):
        turned = turned.replace(f"\n{name}|<|", f"\n{name}|<|<|<|")
    turned = turned.replace("|88.29%", "|88.29%\n自评得分|<|<|<|9.6|||")
    turned = "\n".join(line for line in turned.splitlines() if not line.startswith(("总分", "小计")))
    form = drawn_form(turned, "2022年度项目支出绩效自评表")
    assert form.total.score.text == "" and [r.score.text for r in form.funds][:1] == ["9.6"]


def test_an_amount_is_no_name_of_the_one_behind_it() -> None:
    line = "当年预算数|1,260.00|上年预算数|1,180.00|预算执行数|1,241.10|预算执行率|98.50%"
    drawing = MARKET.replace(
        "项目资金（万元）|资金来源|年初预算|全年预算|全年执行|执行率|分值|得分\n^|年度资金总额|420|420|411.6|98%|10|9.8",
        line,
    )
    label = drawn_form(drawing, "项目支出绩效自评表").funds[0].label
    assert not any(c.isdigit() for c in label.text)


CULTURE = """
项目名称|乡镇文化活动|<|<|主管部门|文化局|<
资金来源|<|预算安排|实际到位|1-6月执行数|实际支出|支出进度
年度资金总额|<|318.60|318.60|120.00|309.42|97.12%
其中：财政拨款|<|318.60|318.60|120.00|309.42|97.12%
类别|指标|计划完成|实际完成|标准分|自评分|扣分理由
产出|举办文艺演出|12场|12场|60|60|
效益|群众参与人数|8000人|7600人|20|19|天气原因
满意度|群众满意度|≥90%|92%|20|20|
总分|<|||100|99|
"""


def test_one_level_alone_is_known_by_its_names() -> None:
    form = drawn_form(CULTURE, "项目支出绩效自评表", "（2018年度）")
    assert [i.level1.text for i in form.indicators] == ["产出", "效益", "满意度"]
    assert {i.level2.origin for i in form.indicators} == {"absent"} and not check(form)
    assert not [a for a in asked(form) if a.startswith(("indicators", "total"))]
    second = drawn_form(CULTURE.replace("产出|", "数量|").replace("效益|", "质量|"), "项目支出绩效自评表")
    assert "indicators.0.level1" in asked(second), "names of second levels below the header of a first"
    three = drawn_form(CULTURE.replace("类别|指标|", "类别|三级指标|"), "项目支出绩效自评表")
    assert "indicators.0.level2" in asked(three), "three levels are two more"


def test_columns_of_amounts_are_no_weights_and_no_scores() -> None:
    form = drawn_form(CULTURE, "项目支出绩效自评表", "（2018年度）")
    assert [r.initial_budget.text for r in form.funds] == ["318.60", "318.60"]
    assert not [a for a in asked(form) if a.startswith("funds")]
    small = drawn_form(CULTURE.replace("实际到位", "其他投入").replace("|318.60|318.60|", "|318.60|8.60|"), "自评表")
    assert "funds.0.weight" in asked(small)


def test_points_behind_each_level_are_neither_target_nor_weight() -> None:
    rows = [line.split("|") for line in CULTURE.strip().splitlines()]
    for row, points in zip(rows[4:], ["分值", "60", "20", "20", "<"], strict=True):
        row[1:1] = [points]
    for row in rows[:4]:
        row[1:1] = ["<"]
    rows[4][3] = "年度指标数值"
    form = drawn_form("\n".join(map("|".join, rows)).replace("指标|年度指", "三级指标|年度指"), "项目支出绩效自评表")
    assert [i.target.text for i in form.indicators] == ["12场", "8000人", "≥90%"]
    assert [i.weight.text for i in form.indicators] == ["60", "20", "20"]
    assert not [a for a in asked(form) if a.endswith(("target", "weight", "basis"))]


def test_a_reason_for_several_rows_is_that_of_each() -> None:
    drawing = (
        MARKET.replace("|100%|20|\n", "|100%|18|快检较慢\n").replace("|9.9|快检较慢", "|9.9|^").replace("99.7", "97.7")
    )
    form = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert [i.reason.text for i in form.indicators] == ["", "快检较慢", "快检较慢"]
    assert [i.reason.needs_review for i in form.indicators] == [False, True, True] and not check(form)


def test_the_lowest_of_four_levels_is_the_indicator() -> None:
    rows = [line.split("|") for line in MARKET.strip().splitlines()]
    for row, texts in zip(rows[6:11], ["三级指标|权重|四级指标", "<|<|<", "产出数量|60|抽检批次",
                                       "公开情况|20|信息公布率", "满意情况|10|公众满意度"], strict=True):  # fmt: skip
        row[2:3] = texts.split("|")
    for row in (*rows[:6], rows[11]):
        row[2:3] = [row[2], "<", "<"]
    form = drawn_form("\n".join(map("|".join, rows)), "项目支出绩效自评表", "（2022年度）")
    assert [i.level3.text for i in form.indicators] == ["抽检批次", "信息公布率", "公众满意度"]
    assert [i.weight.text for i in form.indicators] == ["60", "20", "10"] and not check(form)


def test_indicators_without_levels_beside_a_reason_under_another_name() -> None:
    form = drawn_form(CHONGQING.replace("是否核心指标", "偏差原因及说明"), "部门整体绩效自评表", "（2021年度）")
    assert not [a for a in asked(form) if a.endswith(("level1", "level2"))]


def test_a_total_whose_row_is_none_for_dirt_is_told() -> None:
    drawing = MARKET.replace("总分|<|<||100||99.7|\n", "").replace(
        "填报人：林秀琴|<|<|联系电话：0591|<|<|<|<\n", "0|总计|<||100||99.7|\n"
    )
    form = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert form.total.score.text == "" and form.indicators[-1].score.needs_review


def test_a_value_that_begins_in_its_labels_cell_is_told() -> None:
    form = drawn_form(
        MARKET.replace("项目实施单位|检验所|<|<", "项目实施单位食品药品|检验所|<|<"), "项目支出绩效自评表"
    )
    assert form.unit.text == "检验所" and form.unit.needs_review


@pytest.mark.parametrize(("row", "score"), [("10|得分|9.74|", "9.74"), ("10得分|9.74||", "")])
def test_an_amount_that_took_the_next_name_with_it_is_told(row: str, score: str) -> None:
    header, _, rest = MARKET.partition("项目资金")
    funds = f"资金总额|年初预算|860.00|全年预算|913.50|执行数|889.75|\n^|执行率|97.40%|分值|{row}\n"
    drawing = f"{header}{funds}{rest[rest.index('年度总体目标') :]}"
    (found,) = drawn_form(drawing, "项目支出绩效自评表").funds
    assert (found.score.text, found.score.needs_review) == (score, not score)


def test_nothing_said_of_deviations_is_no_answer_of_another_column() -> None:
    """未完成原因分析 over 无, 无, 无 was no reason, and asked about row by row."""
    drawing = MARKET.replace("|60|\n", "|60|无\n").replace("|20|\n", "|20|无\n").replace("99.7|", "99.7|无")
    form = drawn_form(drawing.replace("未完成的原因", "未完成原因分析"), "项目支出绩效自评表", "（2022年度）")
    assert [i.reason.text for i in form.indicators] == ["无", "无", "快检较慢"] and not asked(form)
    drawing = drawing.replace("快检较慢", "无")
    assert not asked(drawn_form(drawing, "项目支出绩效自评表", "（2022年度）"))


def test_a_goal_beside_the_amounts_is_no_name_of_theirs() -> None:
    drawing = """
项目名称|垃圾分类|<|主管部门|城市管理局|实施单位|街道办|<
资金（元）|年初预算|全年预算|全年执行|执行率(%)|分值|得分|年度目标
^|1250000|1180000|1132800|96|10|9.6|建成分类屋棚38座，居民知晓率达95%。
一级指标|二级指标|三级指标|指标值|完成值|分值|得分|备注（偏差原因）
产出|数量|建设分类屋棚|38座|38座|50|50|
效益|社会|居民知晓率|≥95%|96%|40|39|拒访
合计|<|<|<|<|100|98.6|
"""
    form = drawn_form(drawing, "2023年度项目支出绩效自评表")
    (row,) = form.funds
    assert (row.label.origin, row.executed.text, row.score.text) == ("absent", "1132800", "9.6")
    assert form.goals.expected.text == "建成分类屋棚38座，居民知晓率达95%。"
    assert [a for a in asked(form) if not a.startswith("goals.actual")] == []
    blank = drawn_form(drawing.replace("建成分类屋棚38座，居民知晓率达95%。", ""), "2023年度项目支出绩效自评表")
    assert blank.goals.expected.needs_review


def test_of_columns_below_one_name_the_one_that_is_called_so_itself() -> None:
    drawing = """
项目名称|视频监控|<|<|<|<|<|<|<|<
主管部门|市公安局|<|<|<|实施单位|科技支队|<|<|<
一级指标|二级指标|三级指标|指标值|实际完成值|分值|得分|偏差原因分析|<|<
^|^|^|^|^|^|^|制度保障|其他|原因说明
产出指标|数量指标|接入点位|1200路|1236路|50|50|||
^|质量指标|场地改造|8个|7个|40|35||√|场地产权变更，改造暂缓
合计|<|<|<|<|90|85|<|<|<
"""
    form = drawn_form(drawing, "项目支出绩效自评表（2023年度）")
    assert [i.reason.text for i in form.indicators] == ["", "场地产权变更，改造暂缓"]
    assert not any("reason" in a for a in asked(form) if a.startswith("indicators"))


def test_fourth_levels_in_a_table_of_funds_are_no_error() -> None:
    """What is called 四级指标 was given a meaning that funds have not."""
    drawing = """
评价指标|<|<|<|评分标准|自评得分
一级指标|<|四级指标|<|^|^
名称|权重|名称|权重|^|^
决策|20|论证充分性|5|各项齐全得满分|5
^|^|目标完整性|15|缺一类扣分|14
"""
    drawn_form("项目名称|公租房|<|<|<|<\n" + drawing.strip(), "项目支出绩效自评表")


@pytest.mark.parametrize(("points", "told"), [("55", False), ("", True)])
def test_a_level_with_points_of_its_own_is_whole_at_a_page_break(points: str, told: bool) -> None:
    """项目管理 and 项目绩效 are no known names, and might be one name in two parts."""
    header = "一级指标|分值|二级指标|三级指标|指标值|完成值|分值|得分\n"
    first = (
        "项目名称|<|贸易补贴|<|主管部门|<|商务厅|<\n"
        + header
        + "项目管理|45|资金管理|支出合规性|合规|合规|20|20\n^|^|组织实施|制度有效性|有效|有效|25|24\n"
    )
    second = header + f"项目绩效|{points}|项目产出|企业数量|20家|21家|30|30\n^|^|项目效益|出口增长|5%|6%|25|25\n"
    pages = [drawn_page(first, "项目支出绩效自评表（2018年度）"), drawn_page(second)]
    below = tuple(
        replace(t, page=2, cells=tuple(replace(c, cell=replace(c.cell, page=2)) for c in t.cells))
        for t in pages[1].tables
    )
    (form,) = rebuild([pages[0], replace(pages[1], page=2, page_in_file=2, tables=below)]).forms
    assert [i.level1.text for i in form.indicators] == ["项目管理"] * 2 + ["项目绩效"] * 2
    assert form.indicators[2].level1.needs_review == told


def test_a_table_of_funds_that_ends_with_what_was_spent_lacks_nothing() -> None:
    """On a page that goes on beside it no rate, weight or score was cut off."""
    drawing = """
项目名称|校舍维修|<|主管部门|教育局|<|实施单位|中学|<
资金来源|<|预算数|<|<|到位数|<|实际支出数|<
区级财政资金|<|280.00|<|<|280.00|<|272.00|<
合计|<|280.00|<|<|280.00|<|272.00|<
一级指标|二级指标|三级指标|<|目标值|实际值|权重|得分|扣分原因
产出|数量|维修面积|<|100间|100间|60|60|
效益|满意度|满意度|<|≥90%|88.6%|40|39.3|通风不足
合计|<|<|<|<|<|100|99.3|
"""
    form = drawn_form(drawing, "2021年度项目支出绩效自评表")
    assert not [a for a in asked(form) if a.startswith("funds")]
    page = drawn_page(drawing, "2021年度项目支出绩效自评表")
    (cut,) = rebuild([replace(page, width=round(page.tables[0].box.right))]).forms
    assert "funds.0.rate" in asked(cut)


@pytest.mark.parametrize("name", ["性质", "类型", ""])
def test_signs_are_a_part_of_the_target_whatever_their_column_is_called(name: str) -> None:
    """性质 below 年度指标值 was none of its names: ≥ was lost of every target, and nothing was told."""
    drawing = YUNNAN.replace("指标性质 | 指标值 | 度量单位", f"{name} | 数值 | 单位")
    form = drawn_form(drawing.replace("路况 | =", "路况 | 定性"), "项目支出绩效自评表", "（2023年度）")
    assert targets(form) == ["≥420公里", "≥85%", "=改善"]


def test_the_points_of_who_looks_through_are_no_targets() -> None:
    drawing = """
项目名称 | 标准厂房 | < | < | 实施单位 | 产业公司 | < | <
资金情况 | 资金渠道 | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | < | <
^ | 财政资金 | 9,000.00 | 9,000.00 | 8,640.00 | 96.00% | < | <
一级指标 | 二级指标 | 三级指标 | 评分标准 | 分值 | 自评分 | 复核分 | 扣分原因
产出 | 产出数量 | 新建标准厂房面积 | 完成率×10分 | 60 | 60 | |
效益 | 经济效益 | 新增工业产值 | ≥6.5亿元得10分 | 40 | 38 | | 付款节点未到
合计 | < | < | < | 100 | 98 | |
"""
    form = drawn_form(drawing, "项目支出绩效自评表", "（2022年度）")
    assert [row.score.text for row in form.indicators] == ["60", "38"]
    assert not [address for address in asked(form) if address.startswith("indicators")]


BESIDE = """
项目名称 | 消防装备 | < | < | 资金（万元） | 年初预算数 | 全年预算数 | 全年执行数 | 执行率
主管部门 | 市应急管理局 | < | < | 年度资金总额 | 1,268.0 | 1,315.5 | 1,289.19 | 98.00%
实施单位 | 市消防救援支队 | < | < | 财政拨款 | 1,268.0 | 1,268.0 | 1,241.69 | 97.93%
项目负责人 | 仇磊 | 联系电话 | 86119 | 其他资金 | 0.0 | 47.5 | 47.50 | 100.00%
年度目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 新建乡镇专职消防站2座。 | < | < | < | 2座消防站建成执勤。 | < | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 完成率 | 分值 | 得分 | 偏差原因分析及改进措施
产出指标 | 数量指标 | 新建消防站 | =2座 | 2座 | 100.00% | 100 | 100 |
"""


def test_the_head_may_stand_beside_the_funds() -> None:
    form = drawn_form(BESIDE, "项目支出绩效自评表", "（2023年度）")
    assert (form.project.text, form.department.text, form.unit.text) == ("消防装备", "市应急管理局", "市消防救援支队")
    assert [row.label.text for row in form.funds] == ["年度资金总额", "财政拨款", "其他资金"]
    assert not [a for a in asked(form) if a in ("project", "department", "unit")]


@pytest.mark.parametrize(("wanted", "reached"), [("预期", "完成"), ("计划", "实际")])
def test_short_labels_of_goals_behind_the_name_of_both(wanted: str, reached: str) -> None:
    goals = f"年度目标 | {wanted} | 新建乡镇专职消防站2座。 | < | < | < | < | < | <\n"
    goals += f"^ | {reached} | 2座消防站建成执勤。 | < | < | < | < | < | <\n"
    before, _, rest = BESIDE.partition("年度目标")
    form = drawn_form(before + goals + rest[rest.index("一级指标") :], "项目支出绩效自评表", "（2023年度）")
    assert (form.goals.expected.text, form.goals.actual.text) == ("新建乡镇专职消防站2座。", "2座消防站建成执勤。")
    assert not [a for a in asked(form) if a.startswith("goals")]


def test_first_levels_over_the_whole_width_where_their_column_has_no_name() -> None:
    drawing = """
项目名称 | 广播电视运行维护 | < | 实施单位 | 县广播电视台 | < | <
二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因及改进措施
（一）产出指标（60分） | < | < | < | < | < | <
数量 | 应急广播终端维护 | ≥1,260组 | 1,274组 | 30 | 30 |
质量 | 终端在线率 | ≥95% | 92.8% | 30 | 29 | 雷击
（二）满意度指标（40分） | < | < | < | < | < | <
服务对象满意度 | 农村群众满意度 | ≥90% | 92% | 40 | 40 |
总分 | < | < | < | 100 | 99 |
"""
    form = drawn_form(drawing, "项目支出绩效自评表", "（2023年度）")
    shown = [(row.level1.text, row.level2.text) for row in form.indicators]
    assert [one[:7] for one, _ in shown] == ["（一）产出指标", "（一）产出指标", "（二）满意度指"]
    assert [two for _, two in shown] == ["数量", "质量", "服务对象满意度"]
    assert not [a for a in asked(form) if "level" in a]


STREET = """
项目名称 | < | 居家养老服务购买 | < | 实施单位 | < | 街道社会事务办 | < | <
资金情况 | < | 资金性质 | 预算数 | 支出数 | 结余数 | 执行率 | 分值 | 得分
^ | < | 区级财政资金 | 1680000 | 1646400 | 33600 | 98.00% | 10 | 9.8
年度目标 | < | 为老年人提供居家上门、助餐、助医等服务。 | < | < | < | < | < | <
完成情况 | < | 上门服务26480人次，助餐86400份。 | < | < | < | < | < | <
类别 | 指标 | 绩效指标（计量单位） | 计划值 | 实际值 | 完成率 | 分值 | 自评分 | 备注
产出 | 数量 | 居家上门服务（人次） | ≥26000 | 26480 | 101.8% | 40 | 40 |
^ | 质量 | 服务投诉办结率（%） | 100 | 100 | 100% | 30 | 30 |
效益 | 社会效益 | 帮扶覆盖率（%） | ≥98 | 98.6 | 100.6% | 20 | 19.4 |
"""


def test_of_two_columns_of_indicators_the_first_is_the_second_level() -> None:
    """指标 was the third level, and the names of the indicators were in no row, told nowhere."""
    form = drawn_form(STREET, "财政支出项目绩效自评表", "2024年度")
    shown = [(row.level1.text, row.level2.text, row.level3.text) for row in form.indicators]
    assert shown[0] == ("产出", "数量", "居家上门服务（人次）")
    assert shown[1:] == [("产出", "质量", "服务投诉办结率（%）"), ("效益", "社会效益", "帮扶覆盖率（%）")]
    assert not [a for a in asked(form) if "level" in a]


@pytest.mark.parametrize("label", ["设定情况", "设定", "年初申报"])
def test_a_goal_of_any_name_behind_the_name_of_both(label: str) -> None:
    """设定情况 was the goal itself, sure to 0.9989."""
    form = drawn_form(BESIDE.replace("年度目标 | 预期目标", f"年度绩效目标 | {label}"), "项目支出绩效自评表")
    assert form.goals.expected.text == "新建乡镇专职消防站2座。"
    assert form.goals.actual.text == "2座消防站建成执勤。"
