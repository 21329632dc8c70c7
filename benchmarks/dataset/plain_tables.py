"""Ruled tables that are no evaluation form: invoice, balance sheet, schedule, grouped statistics."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from . import corpus
from .corpus import Split
from .numbers import printed
from .spec import Block, LineSpec, Rows, TableSpec, edges_of, text


def plain_block(kind: str, rng: Random, split: Split) -> Block:
    """A page with one such table; ``kind`` is a key of ``PLAIN``."""
    title, table = PLAIN[kind](rng, split)
    return Block((LineSpec(title, 1.5, bold=True),), table, (LineSpec("制表人：　　　　审核人：", align="left"),))


def _amount(hundredths: int) -> str:
    return printed(Fraction(hundredths, 100), 2, thousands=True)


def invoice(rng: Random, split: Split) -> tuple[str, TableSpec]:
    """Goods with quantity, price and amount that multiply and add up, a head and a foot with spans."""
    rows = Rows()
    edges = edges_of((0.7, 3.0, 1.6, 0.9, 1.2, 1.5, 1.8))
    date = f"{rng.randint(2015, 2025)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    buyer = text(f"购货单位：{rng.choice(corpus.PLACES)}人民政府", align="left")
    rows.add((0, edges[2], edges[4], 1), buyer, f"单号：{rng.randint(10**7, 10**8)}", f"日期：{date}")
    rows.add(edges, "序号", "货物名称", "规格型号", "单位", "数量", "单价", "金额")
    total = 0
    for i in range(rng.randint(4, 22)):
        _, thing, unit, _, _ = rng.choice(rng.choice(corpus.topics(split)).things)
        count, price = rng.randint(1, 400), rng.randint(50, 900_000)
        total += count * price
        series, size = rng.choice("ABCDKMXZ") + rng.choice(("-", "/", "")), rng.randint(10, 999)
        model = f"{series}{size}{rng.choice(('', 'W', 'mm', 'L'))}"
        rows.add(edges, str(i + 1), text(thing, align="left"), model, unit, str(count),
                 text(_amount(price), align="right"), text(_amount(count * price), align="right"))  # fmt: skip
    rows.add((0, edges[6], 1), "合计", text(_amount(total), align="right"))
    rows.add((0, edges[1], 1), "备注", "")
    return rng.choice(("货物销售清单", "采购明细单", "材料结算单")), rows.table()


def balance_sheet(rng: Random, split: Split) -> tuple[str, TableSpec]:
    """Two halves side by side: items, line number, end and beginning of the year; blank where an item has no amount."""
    rows = Rows()
    edges = edges_of((3.0, 0.7, 1.7, 1.7, 3.0, 0.7, 1.7, 1.7))
    rows.add(edges, "资产", "行次", "期末数", "年初数", "负债和所有者权益", "行次", "期末数", "年初数")
    assets = ("货币资金", "应收账款", "预付款项", "其他应收款", "存货", "固定资产原价", "减：累计折旧", "固定资产净值",
              "在建工程", "无形资产", "长期待摊费用", "短期投资", "应收票据", "应收股利", "工程物资")  # fmt: skip
    debts = ("短期借款", "应付账款", "预收款项", "应付职工薪酬", "应交税费", "应付利息", "其他应付款", "长期借款",
             "长期应付款", "实收资本", "资本公积", "盈余公积", "未分配利润", "递延收益", "应付票据")  # fmt: skip
    n = rng.randint(6, 15)
    for i, (a, b) in enumerate(zip(rng.sample(assets, n), rng.sample(debts, n), strict=True)):
        amounts = [_amount(rng.randint(100, 10**9)) if rng.random() < 0.7 else "" for _ in range(4)]
        cells = [text(x, align="right") for x in amounts]
        rows.add(
            edges,
            text(a, align="left"),
            str(i + 1),
            cells[0],
            cells[1],
            text(b, align="left"),
            str(i + 1 + n),
            cells[2],
            cells[3],
        )
    total = text(_amount(rng.randint(10**6, 10**10)), align="right")
    rows.add(edges, "资产总计", str(2 * n + 1), total, total, "权益总计", str(2 * n + 2), total, total)
    return "资产负债表", rows.table()


def schedule(rng: Random, split: Split) -> tuple[str, TableSpec]:
    """A week's plan: days across, half days merged over rows, free places blank."""
    rows = Rows()
    days = ("星期一", "星期二", "星期三", "星期四", "星期五")
    edges = edges_of((0.8, 1.0, *(1.8,) * len(days)))
    rows.add((0, edges[2], *edges[3:]), "时间", *days)
    for half, n in (("上午", rng.randint(2, 4)), ("下午", rng.randint(2, 4))):
        taken: list[set[int]] = [set() for _ in range(n)]
        for k in range(n):
            cells: list[object] = [text(half, span=n, vertical=rng.random() < 0.5) if k == 0 else None, f"第{k + 1}节"]
            for d in range(len(days)):
                if d in taken[k]:
                    cells.append(None)
                    continue
                span = 2 if k + 1 < n and rng.random() < 0.25 else 1
                if span == 2:
                    taken[k + 1].add(d)
                topic = rng.choice(corpus.topics(split))
                cells.append(
                    text(
                        "" if rng.random() < 0.2 else f"{topic.things[rng.randrange(len(topic.things))][1]}", span=span
                    )
                )
            rows.add(edges, *cells)  # type: ignore[arg-type]
    return "培训课程安排表", rows.table()


def statistics(rng: Random, split: Split) -> tuple[str, TableSpec]:
    """Groups merged over rows, a two-storey header with merged columns, subtotals that add up."""
    rows = Rows()
    years = [str(y) for y in range(2020, 2020 + rng.randint(2, 3))]
    leaves = len(years) * 2
    edges = edges_of((1.3, 2.2, *(1.3,) * leaves))
    top = (0, edges[1], edges[2], *(edges[2 + 2 * (k + 1)] for k in range(len(years))))
    rows.add(top, text("类别", span=2), text("项目", span=2), *(f"{y}年" for y in years))
    rows.add(edges, None, None, *("计划", "完成") * len(years))
    for topic in rng.sample(corpus.topics(split), rng.randint(2, 4)):
        things = rng.sample(topic.things, rng.randint(1, 4))
        sums = [0] * leaves
        for k, (_, thing, unit, low, high) in enumerate(things):
            values = [rng.randint(low, high) for _ in range(leaves)]
            sums = [a + b for a, b in zip(sums, values, strict=True)]
            label = text(topic.office, span=len(things) + 1) if k == 0 else None
            rows.add(edges, label, text(f"{thing}（{unit}）", align="left"), *(str(v) for v in values))
        rows.add(edges, None, "小计", *(str(v) for v in sums))
    return "主要工作任务统计表", rows.table()


PLAIN: dict[str, Callable[[Random, Split], tuple[str, TableSpec]]] = {
    "invoice": invoice, "balance-sheet": balance_sheet, "schedule": schedule, "statistics": statistics,
}  # fmt: skip
