import pytest

from benchmarks.metrics.html_tables import read_html


def placed(html):
    table = read_html(html)
    return (table.n_rows, table.n_cols), [(c.row, c.col, c.row_span, c.col_span, c.text) for c in table.cells]


def test_cells_stand_in_the_first_column_that_no_span_covers():
    size, cells = placed(
        "<html><body><table><thead><tr><th rowspan='2'>名称</th><th colspan=2>金额</th></tr></thead>"
        "<tbody><tr><td>年初</td><td>期末</td></tr><tr><td>甲</td><td></td><td>1&nbsp;0&lt;</td></tr></tbody></table>"
    )
    assert size == (3, 3)
    assert cells == [
        (0, 0, 2, 1, "名称"), (0, 1, 1, 2, "金额"),
        (1, 1, 1, 1, "年初"), (1, 2, 1, 1, "期末"),
        (2, 0, 1, 1, "甲"), (2, 1, 1, 1, ""), (2, 2, 1, 1, "1\xa00<"),
    ]  # fmt: skip


def test_markup_in_a_cell_leaves_its_text():
    _, cells = placed("<table><tr><td><b>本期</b>出账<br/>金额</td></tr></table>")
    assert cells == [(0, 0, 1, 1, "本期出账 金额")]


def test_ends_left_out_are_no_harm():
    assert placed("<table><tr><td>a<td>b<tr><td>c")[1] == [(0, 0, 1, 1, "a"), (0, 1, 1, 1, "b"), (1, 0, 1, 1, "c")]


def test_spans_that_are_none_count_one_and_those_past_the_end_are_cut():
    _, cells = placed(
        "<table><tr><td rowspan=9 colspan='x'>a</td><td rowspan=0 colspan=-3>b</td></tr><tr></tr></table>"
    )
    assert cells == [(0, 0, 2, 1, "a"), (0, 1, 1, 1, "b")]
    assert read_html("<table><tr><td colspan=99999999>a</td></tr></table>").n_cols == 1000


def test_only_the_first_table_counts_and_one_inside_a_cell_is_text():
    size, cells = placed(
        "<p>x</p><table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table><table><tr><td>d</table>"
    )
    assert (size, cells) == ((1, 2), [(0, 0, 1, 1, "ab"), (0, 1, 1, 1, "c")])


@pytest.mark.parametrize(
    "text", ["", "not a table", "<table></table>", "<table><tr></tr>", "\x00<<td", "</td></table>"]
)
def test_what_is_no_table_has_no_cells(text):
    assert read_html(text).cells == ()
