"""Tables of other documents: settlement sheet, budget, roster, tax invoice, balance sheet with sections.

Beside ``plain_tables``: headers of two and three storeys, labels merged over rows, rows merged over columns, rows of
formula letters, blanks. All contents are made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from . import corpus
from .corpus import Split
from .numbers import printed
from .spec import Rows, SpecCell, TableSpec, edges_of, text

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡"
GIVEN = ("建国", "丽华", "志强", "晓梅", "海涛", "文静", "国栋", "秀英", "立新", "雪", "磊", "敏")


@dataclass(frozen=True, slots=True)
class Other:
    """A table with its title, the line beside it, and the number of its header rows."""

    title: str
    note: str
    table: TableSpec
    header: int


def _amount(hundredths: int) -> SpecCell:
    return text(printed(Fraction(hundredths, 100), 2, thousands=True), align="right")


def _maybe(rng: Random, most: int, share: float = 0.75) -> SpecCell:
    return _amount(rng.randint(100, most)) if rng.random() < share else text("")


def settlement(rng: Random, split: Split) -> Other:
    """Three storeys of header, a row of formula letters, a label over its kinds, totals, a place to sign."""
    rows = Rows()
    edges = edges_of((1.2, 1.2, 0.9, 0.9, 1.6, 1.6, 1.6, 1.6, 1.6))
    head = "确认结算金额（不含税）"
    rows.add((0, edges[2], edges[3], edges[4], 1), text("服务名称", span=3), text("数量", span=3), text("税率", span=3),
             "月度服务费")  # fmt: skip
    rows.add((*edges[4:6], edges[7], *edges[8:]), text("出账金额", span=2), head, text("税额", span=2),
             text("结算合计", span=2))  # fmt: skip
    rows.add(edges[5:8], "本期列账", "前期追溯")
    rows.add((0, *edges[3:]), "", "A", "B", "C", "D", "E=A*C", "F=C+D+E")
    things = rng.sample([t for topic in corpus.topics(split) for t in topic.things], rng.randint(3, 7))
    for k, (_, thing, *_) in enumerate(things):
        label = text("服务费明细", span=len(things)) if k == 0 else None
        blank = rng.random() < 0.25
        numbers = [text("") if blank else _maybe(rng, 10**8, 0.9) for _ in range(5)]
        rows.add(
            edges, label, thing, "" if blank else str(rng.randint(1, 9000)), f"{rng.choice((6, 9, 13))}%", *numbers
        )
    for name in ("维护费", "场地租赁费", "合计"):
        rows.add((0, *edges[2:]), name, "---", f"{rng.choice((6, 9))}%", *(_maybe(rng, 10**8, 0.6) for _ in range(5)))
    for name in ("经办人：", "日期："):
        rows.add((0, edges[2], edges[5], edges[6], 1), name, "", name, "")
    return Other("月度产品服务费结算单", "单位：人民币元", rows.table(), 4)


def budget(rng: Random, split: Split) -> Other:
    """Codes, names by level, and amounts under a header of two storeys."""
    rows = Rows()
    edges = edges_of((1.2, 2.6, 1.5, 1.5, 1.5, 1.5, 1.5))
    rows.add((0, *edges[1:3], *edges[3:4], edges[6], 1), text("科目编码", span=2), text("科目名称", span=2),
             text("合计", span=2), "其中", text("上年结转", span=2))  # fmt: skip
    rows.add(edges[3:7], "基本支出", "项目支出", "其他")
    for topic in corpus.topics(split)[: rng.randint(2, 4)]:
        code = str(rng.randint(201, 229))
        rows.add(
            edges, text(code, align="left"), text(topic.office, align="left"), *(_maybe(rng, 10**9) for _ in range(5))
        )
        for k in range(rng.randint(1, 4)):
            name = text("　" + rng.choice(topic.things)[1], align="left")
            rows.add(
                edges, text(f"{code}{k + 1:02d}", align="left"), name, *(_maybe(rng, 10**8, 0.6) for _ in range(5))
            )
    rows.add((0, edges[2], *edges[3:]), "合计", *(_maybe(rng, 10**10, 0.95) for _ in range(5)))
    return Other("部门支出预算总表", "单位：万元", rows.table(), 2)


def roster(rng: Random, split: Split) -> Other:
    """A list of people: short centred cells, one column merged by office, a column nearly empty."""
    rows = Rows()
    edges = edges_of((0.7, 1.6, 1.1, 0.7, 1.6, 1.8, 1.0))
    rows.add(edges, "序号", "单位", "姓名", "性别", "职务", "联系电话", "备注")
    number = 0
    for topic in rng.sample(corpus.topics(split), min(4, len(corpus.topics(split)))):
        n = rng.randint(2, 6)
        for k in range(n):
            number += 1
            name = rng.choice(SURNAMES) + rng.choice(GIVEN)
            office = text(topic.office, span=n) if k == 0 else None
            phone = f"1{rng.randint(30, 99)}{rng.randint(10**7, 10**8 - 1)}"
            job = rng.choice(("科长", "副科长", "主任科员", "科员", "办事员"))
            note = "借调" if rng.random() < 0.15 else ""
            rows.add(edges, str(number), office, name, rng.choice("男女"), job, phone, note)
    return Other("工作人员花名册", f"{rng.randint(2019, 2025)}年{rng.randint(1, 12)}月", rows.table(), 1)


def tax_invoice(rng: Random, split: Split) -> Other:
    """Upright labels of parties, lines of goods, the sum in words, the seller with its lines in one cell."""
    rows = Rows()
    edges = edges_of((0.5, 2.6, 1.3, 0.8, 1.0, 1.2, 1.6, 0.8, 1.4))
    place = rng.choice(corpus.PLACES)
    party = f"名　　称：{place}人民政府\n税　　号：{rng.randint(10**14, 10**15)}\n开户行：农村商业银行"
    rows.add((0, *edges[1:2], edges[4], edges[5], 1), text("购买方", vertical=True), text(party, align="left"),
             text("密码区", vertical=True), "".join(rng.choice("0123456789<>*+-/") for _ in range(48)))  # fmt: skip
    rows.add((0, *edges[2:]), "货物或应税劳务名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
    total = 0
    for _ in range(rng.randint(2, 8)):
        _, thing, unit, *_ = rng.choice(rng.choice(corpus.topics(split)).things)
        count, price = rng.randint(1, 90), rng.randint(500, 90_000)
        total += count * price
        rows.add((0, *edges[2:]), text(thing, align="left"), f"{rng.choice('ABKX')}-{rng.randint(10, 99)}", unit,
                 str(count), _amount(price), _amount(count * price), "13%",
                 _amount(count * price * 13 // 100))  # fmt: skip
    rows.add((0, *edges[2:]), "合　计", "", "", "", "", _amount(total), "", _amount(total * 13 // 100))
    rows.add((0, edges[2], 1), "价税合计（大写）", text("壹拾贰万叁仟肆佰伍拾陆元整", align="left"))
    rows.add((0, *edges[1:2], edges[5], edges[6], 1), text("销售方", vertical=True), text(party, align="left"),
             text("备注", vertical=True), "")  # fmt: skip
    return Other("增值税普通发票", f"No {rng.randint(10**7, 10**8)}", rows.table(), 2)


def sectioned_balance(rng: Random, split: Split) -> Other:
    """A balance sheet of two halves with rows that name a section, most amounts blank."""
    del split
    rows = Rows()
    edges = edges_of((2.7, 0.6, 1.7, 1.7, 2.7, 0.6, 1.7, 1.7))
    rows.add(edges, "资产", "行次", "期末余额", "年初余额", "负债和净资产", "行次", "期末余额", "年初余额")
    left = (
        "流动资产：", "货币资金", "短期投资", "应收账款", "预付账款", "存货", "流动资产合计", "非流动资产：",
        "固定资产", "在建工程", "无形资产", "非流动资产合计",
    )  # fmt: skip
    right = (
        "流动负债：", "短期借款", "应付账款", "应交税费", "应付职工薪酬", "流动负债合计", "非流动负债：",
        "长期借款", "负债合计", "净资产：", "累计盈余", "净资产合计",
    )  # fmt: skip
    numbers = {True: 0, False: len(left)}

    def half(name: str, first: bool) -> list[SpecCell]:
        if name.endswith("："):
            return [text(name, align="left"), text(""), text(""), text("")]
        numbers[first] += 1
        return [text(name, align="left"), text(str(numbers[first])), _maybe(rng, 10**9, 0.6), _maybe(rng, 10**9, 0.6)]

    for a, b in zip(left, right, strict=True):
        rows.add(edges, *half(a, True), *half(b, False))
    rows.add(edges, *half("资产总计", True), *half("负债和净资产总计", False))
    return Other("资产负债表", "单位：元", rows.table(), 1)


OTHERS: dict[str, Callable[[Random, Split], Other]] = {
    "settlement": settlement, "budget": budget, "roster": roster, "tax-invoice": tax_invoice,
    "sectioned-balance": sectioned_balance,
}  # fmt: skip
