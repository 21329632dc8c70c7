from dataclasses import dataclass
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.dataset.content import TEMPLATES, make_sample
from benchmarks.dataset.form_layouts import UNSEEN, make_layout
from benchmarks.dataset.form_tables import form_block
from benchmarks.dataset.lines import NO_START, joined, width_of, wrap
from benchmarks.dataset.look import Look
from benchmarks.dataset.plain_tables import PLAIN, plain_block
from benchmarks.dataset.prose import prose_block
from benchmarks.dataset.spec import Block, Rows, text
from benchmarks.dataset.typeset import typeset
from forms.table import check_tiling

SLOW_START = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DPI = 50


def a_form(seed, template):
    rng = Random(seed)
    split = rng.choice(("fit", "test"))
    sample = make_sample("x", rng, template, split)
    return sample, make_layout(template, rng, split, sample.style.basis)


def looks(fonts, layout, rng):
    return Look(
        fonts, dpi=DPI, landscape=layout.landscape, size=14, line=rng.choice((1.0, 4.0)),
        break_style=rng.choice(("open", "closed")), split_rows=rng.random() < 0.5, frame=rng.choice(("same", "double")),
        anchor=rng.choice(("first", "largest")),
    )  # fmt: skip


@SLOW_START
@given(st.integers(0, 10**6), st.sampled_from(TEMPLATES))
def test_every_page_shows_grids_and_together_all_of_the_form(fonts, seed, template):
    sample, layout = a_form(seed, template)
    pages = typeset([("x", form_block(sample, layout))], looks(fonts, layout, Random(seed)))
    shown: dict[str, str] = {}
    for _, page in pages:
        for line in page.lines:
            shown.update(dict.fromkeys(line.addresses, line.text))
        for table in page.tables:
            check_tiling(table.n_rows, table.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in table.cells])
            for cell in table.cells:
                for address in cell.addresses:
                    shown[address] = shown.get(address, "") + cell.text
    for address, cell in sample.form.cells():
        if cell.text:
            assert shown[address].replace("\n", "") == cell.text.replace("\n", ""), address


@pytest.mark.parametrize("layout", UNSEEN, ids=lambda u: u.name)
def test_an_unseen_layout_shows_its_columns_in_its_order(fonts, layout):
    sample = make_sample("x", Random(3), "other")
    table = form_block(sample, layout).table
    header = [c for c in table.cells if c.text in {layout.word(k) for k in layout.columns} and c.row > 3]
    words = [c.text for c in sorted(header, key=lambda c: (c.row, c.left))][-len(layout.columns) :]
    assert words == [layout.word(k) for k in layout.columns]


def test_the_halves_share_no_unseen_layout():
    fit = {make_layout("other", Random(s), "fit").name for s in range(60)}
    test = {make_layout("other", Random(s), "test").name for s in range(60)}
    assert fit
    assert test
    assert not fit & test


@SLOW_START
@given(st.integers(0, 10**6), st.sampled_from(TEMPLATES))
def test_ruling_lines_are_drawn_where_the_truth_says(fonts, seed, template):
    sample, layout = a_form(seed, template)
    for image, page in typeset([("x", form_block(sample, layout))], looks(fonts, layout, Random(seed))):
        for cell in page.tables[0].cells if page.tables else ():
            box = cell.box
            top, left = round(box.top), round(box.left)
            middle = range(left + 1, round(box.right))
            if not cell.open_top and top < image.shape[0]:
                assert (image[top, middle] < 128).all()
            rows = range(top + 1, min(round(box.bottom), image.shape[0]))
            assert (image[rows, left] < 128).all()


def block(n, words="合计"):
    rows = Rows()
    for k in range(n):
        rows.add((0, 0.5, 1), text("层", span=n) if k == 0 else None, words)
    return Block((), rows.table())


def test_a_cell_cut_by_the_page_is_open_on_both_sides_of_the_break(fonts):
    look = Look(fonts, dpi=DPI, size=14)
    pages = typeset([("", block(60))], look)
    first, second = (page.tables[0] for _, page in pages[:2])
    assert [(c.open_top, c.open_bottom) for c in first.cells if c.row_span > 1] == [(False, True)]
    assert second.cells[0].open_top
    assert [first.cells[0].text, second.cells[0].text] == ["层", ""]


@pytest.mark.parametrize(("style", "drawn"), [("open", False), ("closed", True)])
def test_the_break_is_closed_by_a_line_only_in_the_closed_style(fonts, style, drawn):
    look = Look(fonts, dpi=DPI, size=14, break_style=style)
    image, page = typeset([("", block(60))], look)[0]
    cut = next(c for c in page.tables[0].cells if c.open_bottom)
    row = image[round(cut.box.bottom), round(cut.box.left) + 3 : round(cut.box.right) - 3]
    assert bool((row < 128).all()) == drawn


def test_a_row_may_be_cut_between_its_lines(fonts):
    look = Look(fonts, dpi=DPI, size=14, split_rows=True)
    words = "一二三四五六七八九十" * 300
    pages = typeset([("", block(1, words))], look)
    texts = [c.text for _, page in pages for c in page.tables[0].cells if c.col == 1]
    assert len(texts) > 1
    assert all(texts)
    assert "".join(texts) == words


def test_the_header_comes_again_on_the_next_page(fonts):
    rows = Rows()
    rows.add((0, 1), "表头")
    for k in range(60):
        rows.add((0, 1), str(k))
    pages = typeset([("", Block((), rows.table((0, 1))))], Look(fonts, dpi=DPI, size=14))
    assert len(pages) > 1
    assert all(page.tables[0].cells[0].text == "表头" for _, page in pages)
    assert not any(page.tables[0].cells[0].open_top for _, page in pages)


def test_no_header_comes_again_once_its_label_has_ended(fonts):
    rows = Rows()
    rows.add((0, 0.5, 1), text("层", span=3), "表头")
    for k in range(60):
        rows.add((0, 0.5, 1), *((None, str(k)) if k < 2 else (str(k), str(k))))
    pages = typeset([("", Block((), rows.table((0, 1))))], Look(fonts, dpi=DPI, size=14))
    assert [t.cells[0].text for _, page in pages[1:] for t in page.tables] != ["表头"] * (len(pages) - 1)
    for _, page in pages:
        table = page.tables[0]
        check_tiling(table.n_rows, table.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in table.cells])


@pytest.mark.parametrize(
    ("rules", "left", "inside_down", "top", "inside_across"),
    [("all", 1, 1, 1, 1), ("no-frame", 0, 1, 0, 1), ("horizontal", 0, 0, 1, 1), ("vertical", 1, 1, 0, 0),
     ("none", 0, 0, 0, 0)],
)  # fmt: skip
def test_a_table_not_ruled_all_over(fonts, rules, left, inside_down, top, inside_across):
    rows = Rows()
    for _ in range(3):
        rows.add((0, 0.5, 1), "", "")
    image, page = typeset([("", Block((), rows.table()))], Look(fonts, dpi=DPI, rules=rules))[0]
    cell = next(c for c in page.tables[0].cells if (c.row, c.col) == (1, 1)).box
    table = page.tables[0].box
    x, y = round((cell.left + cell.right) / 2), round((cell.top + cell.bottom) / 2)
    seen = (
        image[y, round(table.left)],
        image[y, round(cell.left)],
        image[round(table.top), x],
        image[round(cell.top), x],
    )
    assert [int(v < 128) for v in seen] == [left, inside_down, top, inside_across]
    assert len(page.tables[0].cells) == 6


def test_prose_has_no_table(fonts):
    pages = typeset([("", prose_block(Random(2), "fit"))], Look(fonts, dpi=DPI))
    assert all(not page.tables for _, page in pages)
    assert sum(len(page.lines) for _, page in pages) >= 7


def test_two_forms_share_a_page_where_the_look_lets_them(fonts):
    two = [("a", block(3)), ("b", block(3))]
    assert [len(p.tables) for _, p in typeset(two, Look(fonts, dpi=DPI, flow=True))] == [2]
    assert [len(p.tables) for _, p in typeset(two, Look(fonts, dpi=DPI))] == [1, 1]


@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_plain_tables_are_grids(fonts, kind):
    for seed in range(5):
        for image, page in typeset([("", plain_block(kind, Random(seed), "fit"))], Look(fonts, dpi=DPI)):
            assert image.shape == (page.height, page.width)
            assert np.ptp(image) > 0
            for table in page.tables:
                check_tiling(table.n_rows, table.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in table.cells])


@given(st.text("年度abc1.5%，\n", max_size=40), st.integers(20, 200), st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wrapping_loses_nothing(fonts, content, width, whole):
    look = Look(fonts, dpi=DPI, whole_words=whole)
    assert joined(wrap(content, width, look)).rstrip("\n") == content.rstrip("\n")


def test_a_vertical_label_has_a_character_a_line(fonts):
    assert [x.text for x in wrap("绩效", 500, Look(fonts), vertical=True)] == ["绩", "效"]


@dataclass(frozen=True)
class FullWidth:
    """A font whose characters are one em wide; the ink of a mark is its left half."""

    name: str = "full width"
    px: int = 0

    def face(self, char, px):
        return FullWidth(px=px)

    def getlength(self, text):
        return float(self.px * len(text))

    def getbbox(self, text):
        return (0, 0, self.px // 2 if text in NO_START else self.px, self.px)


@given(
    st.lists(st.sampled_from(("数", "据，", "（a）。", "5%")), min_size=1, max_size=20).map("".join),
    st.integers(5, 12),
    st.booleans(),
)
@settings(deadline=None)
def test_no_line_begins_with_a_mark_and_none_hangs_over_the_rule(words, ems, whole):
    look = Look(FullWidth(), size=10, padding=2.5, whole_words=whole)
    lines = wrap(words, ems * look.em, look)
    assert "".join(line.text for line in lines) == words
    assert all(line.text[0] not in NO_START for line in lines)
    over = [width_of(line.text, look, look.em) - ems * look.em for line in lines]
    assert all(o <= 0 or (o <= look.em and lines[i].text[-1] in NO_START) for i, o in enumerate(over))


def test_a_comma_hangs_where_the_padding_has_room_else_takes_a_character_along():
    narrow, roomy = (Look(FullWidth(), size=10, padding=p, whole_words=True) for p in (0.3, 3.0))
    width = 4 * narrow.em
    assert [line.text for line in wrap("样本偏少，指标", width, roomy)] == ["样本偏少，", "指标"]
    assert [line.text for line in wrap("样本偏少，指标", width, narrow)] == ["样本偏", "少，指标"]
