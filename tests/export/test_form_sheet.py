from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from export.form_sheet import cells_to_review, lay_out, level_runs, name_of
from forms import Cell, Form, Indicator

LEVELS = st.sampled_from(["", "产出", "效益"])


@st.composite
def forms_of_any_shape(draw: st.DrawFn) -> Form:
    levels = draw(st.lists(st.tuples(LEVELS, LEVELS), max_size=8))
    basis = Cell("依据") if draw(st.booleans()) else None
    rows = tuple(Indicator(level1=Cell(a), level2=Cell(b), level3=Cell("三"), basis=basis) for a, b in levels)
    printed = Cell("名") if draw(st.booleans()) else Cell.absent()
    note = Cell("注") if draw(st.booleans()) else None
    return Form("any", project=printed, department=printed, unit=Cell("局"), indicators=rows, note=note)


@given(forms_of_any_shape())
def test_nothing_overlaps_or_leaves_the_sheet(form: Form) -> None:
    sheet = lay_out(form)
    seen = set()
    for p in sheet.placed:
        for place in ((r, c) for r in range(p.row, p.row + p.row_span) for c in range(p.col, p.col + p.col_span)):
            assert place not in seen
            assert 0 <= place[0] < sheet.n_rows and 0 <= place[1] < sheet.n_cols
            seen.add(place)


@given(forms_of_any_shape())
def test_every_cell_with_a_text_stands_in_one_place_that_shows_it(form: Form) -> None:
    shown = {a: p.text for p in lay_out(form).placed for a in p.addresses}
    assert sum(len(p.addresses) for p in lay_out(form).placed) == len(shown)
    for address, cell in form.cells():
        if cell.text:
            assert shown[address] == cell.text


@given(st.lists(st.tuples(LEVELS, LEVELS), max_size=10))
def test_level_runs_cover_the_rows_and_hold_one_text(levels: list[tuple[str, str]]) -> None:
    rows = [Indicator(level1=Cell(a), level2=Cell(b)) for a, b in levels]
    first = level_runs(rows, "level1", [(0, len(rows))] if rows else [])
    second = level_runs(rows, "level2", first)
    for runs, k in ((first, 0), (second, 1)):
        assert [i for start, end in runs for i in range(start, end)] == list(range(len(rows)))
        assert all(len({levels[i][k] for i in range(*run)}) == 1 for run in runs)
        assert all(end - start == 1 for start, end in runs if not levels[start][k])
    borders = {start for start, _ in first}
    assert borders <= {start for start, _ in second}


def test_levels_are_merged_as_on_paper(form: Form) -> None:
    spans = {p.text: (p.row_span, p.addresses) for p in lay_out(form).placed if p.addresses}
    assert spans["产出指标50分"] == (3, tuple(f"indicators.{i}.level1" for i in range(3)))
    assert spans["数量指标"] == (2, ("indicators.0.level2", "indicators.1.level2"))
    assert spans["质量指标"][0] == 1


def test_department_wide_form_has_neither_project_nor_total(form: Form) -> None:
    none = Cell.absent()
    other = replace(
        form, project=none, department=none, total=replace(form.total, weight=none, score=none, reason=none)
    )
    texts = [p.text for p in lay_out(other).placed]
    assert "单位名称" in texts and "昌吉回族自治州市场监督管理局" in texts
    assert not {"项目名称", "主管部门", "总分"} & set(texts)


def test_names_for_people(form: Form) -> None:
    assert name_of(form, "funds.0.rate") == "年度资金总额 · 执行率"
    assert name_of(form, "indicators.1.actual") == "培训 · 实际完成值"
    assert name_of(form, "total.score") == "总分 得分"
    assert name_of(form, "funds.executed") == "funds.executed"
    assert name_of(form, "funds.9.rate") == "资金 10 · 执行率"


def test_a_merged_level_is_reviewed_once(form: Form) -> None:
    level = form.indicators[0].level1.with_review("faint")
    changed = form.with_cells({f"indicators.{i}.level1": level for i in range(3)})
    assert [address for address, _ in cells_to_review(changed)] == ["indicators.0.level1", "indicators.1.actual"]
