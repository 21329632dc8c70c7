"""Mishaps of a pile, put together from what was read, and whether anybody is told."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks.piles import MISHAPS, Fate, fates, main
from forms import Box, Cell, PageContent, Table, TableCell, TextLine
from gouji.spool import NAME, PageKey, Spool, SpooledPage

HEADER = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]


def line(text: str, page: int, top: float) -> TextLine:
    box = Box(300, top, 700, top + 30)
    return TextLine(box, Cell(text, 0.9999, False, box, page, text))


def a_page(number: int, rows: list[list[str]], title: str = "") -> PageContent:
    cells, width = [], 800 / len(HEADER)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            box = Box(100 + c * width, 200 + 40 * r, 100 + (c + 1) * width, 240 + 40 * r)
            cells.append(TableCell(r, c, 1, 1, box, Cell(text, 0.9999, False, box, number, text)))
    table = Table(number, 1, len(rows), len(HEADER), tuple(cells), Box.around([c.place for c in cells]))
    lines = (line(title, number, 100),) if title else ()
    return PageContent(f"{number}.png", number, 1000, 1400, (table,), lines)


def document() -> list[PageContent]:
    rows = [["产出指标", "数量指标", f"第{k}项完成数量", f"{k}7件", f"{k}8件", "15", "15", ""] for k in range(1, 7)]
    total = ["总分", "", "", "", "", "90", "90", ""]
    name = ["项目名称", "乡镇卫生院改造", "主管部门", "卫生健康委员会", "实施单位", "卫生健康局", "", ""]
    return [a_page(1, [name, HEADER, *rows[:3]], "项目支出绩效自评表"), a_page(2, [*rows[3:], total])]


def test_every_mishap_of_a_form_on_two_pages_is_told_or_mended() -> None:
    found = {fate.mishap: fate for fate in fates(document())}
    assert found.keys() == MISHAPS.keys() - {"second and third exchanged"}
    assert not any(fate.altered and not fate.told for fate in found.values())
    assert found["first page missing"].altered and found["last page missing"].altered
    assert not found["second page twice"].altered and found["second page twice"].told


def test_a_pile_that_nobody_is_told_of_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rebuilding = import_module("reconstruct.rebuild")  # the package's name of it is the function
    monkeypatch.setattr(rebuilding, "doubles", lambda pages: {})
    monkeypatch.setattr(rebuilding, "stray", lambda tables, words: "")
    assert Fate("all pages twice", altered=True, told=False) in list(fates(document()))


def test_the_table_counts_the_piles_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    spool = Spool(tmp_path / "a" / NAME, "x")
    for page in document():
        spool.append(SpooledPage(PageKey(page.page, page.file, 1, ""), 1000, 1400, 200.0, 1.0, (), page))
    spool.close()
    assert main([str(tmp_path), "--list"]) == 0
    told = capsys.readouterr()
    assert "| first page missing | 1 | 1 | 0 |" in told.out and "| all | 7 |" in told.out and not told.err
