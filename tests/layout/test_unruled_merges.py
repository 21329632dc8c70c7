"""Merged cells of tables whose columns and rows are known."""

from __future__ import annotations

from forms import Box
from layout.unruled_grid import Frame, Rule, Span
from layout.unruled_merges import find_spans

EM = 20.0
WIDTH, HEIGHT = 120.0, 40.0


def text(row: float, col: float, n: float = 3, *, at: str = "middle", lines: int = 1) -> Box:
    """A text of ``n`` characters in the middle (or at the left or right) of a place of a grid of even rows and columns;
    1.5 is the edge between the places 1 and 2."""
    half = n * EM / 2
    middle = {"middle": WIDTH * (col + 0.5), "left": WIDTH * col + 6 + half, "right": WIDTH * (col + 1) - 6 - half}[at]
    y, high = HEIGHT * (row + 0.5), lines * 12.0 - 2
    return Box(middle - half, y - high, middle + half, y + high)


def frame(rows: int, cols: int, across: tuple[Rule, ...] = ()) -> Frame:
    return Frame(tuple(HEIGHT * k for k in range(rows + 1)), tuple(WIDTH * k for k in range(cols + 1)), across, ())


def merged(rows: int, cols: int, texts: list[Box]) -> set[Span]:
    """The cells over more than one place."""
    spans = set(find_spans(frame(rows, cols), texts, EM, unit=4.0))
    return {s for s in spans if (s[2] - s[0]) * (s[3] - s[1]) > 1}


def body(rows: range, cols: range, at: str = "right") -> list[Box]:
    return [text(r, c, 2 + (r + c) % 3, at=at) for r in rows for c in cols]


def test_labels_in_the_middle_of_their_rows_take_up_all_of_them() -> None:
    texts = [text(0, c) for c in range(4)] + body(range(1, 10), range(1, 4))
    labels = [text(1.5, 0), text(4, 0), text(7.5, 0)]  # of two, three and four rows
    assert merged(10, 4, [*texts, *labels]) == {(1, 0, 3, 1), (3, 0, 6, 1), (6, 0, 10, 1)}


def test_a_column_that_is_blank_here_and_there_is_not_merged() -> None:
    texts = [text(0, c) for c in range(4)] + body(range(1, 10), range(3))
    assert merged(10, 4, [*texts, text(2, 3), text(3, 3), text(8, 3)]) == set()


def test_storeys_of_a_header_leave_no_place_over() -> None:
    head = [text(0.5, 0), text(0, 2), text(1, 1), text(1, 2), text(1, 3), text(0.5, 4)]
    assert merged(6, 5, [*head, *body(range(2, 6), range(5))]) == {(0, 0, 2, 1), (0, 1, 1, 4), (0, 4, 2, 5)}


def test_storeys_of_a_header_at_the_top_of_their_cells() -> None:
    head = [text(0, 0), text(0, 1.5, 5), text(1, 1), text(1, 2), text(0, 3)]
    assert merged(6, 4, [*head, *body(range(2, 6), range(4))]) == {(0, 0, 2, 1), (0, 1, 1, 3), (0, 3, 2, 4)}


def test_a_total_in_the_middle_of_two_columns_takes_up_both() -> None:
    texts = [text(0, c) for c in range(4)] + body(range(1, 6), range(4), at="left")
    assert merged(7, 4, [*texts, text(6, 0.55, 2), text(6, 2, at="left"), text(6, 3, at="left")]) == {(6, 0, 7, 2)}


def test_short_texts_take_up_what_long_ones_like_them_do() -> None:
    """Names begin at one place; the long ones lie over an edge that a row below parts."""
    names = [text(1 + k, 0, n, at="left") for k, n in enumerate((8, 3, 9, 4))]
    parted = [text(5, 0, 2), text(5, 1, 3, at="left")]
    texts = [text(0, c) for c in (2, 3)] + [text(0, 0.5, 7)] + body(range(1, 6), range(2, 4)) + names + parted
    assert merged(6, 4, texts) == {(r, 0, r + 1, 2) for r in range(5)}


def test_blanks_of_a_row_for_signatures_are_one_cell() -> None:
    texts = [text(0, c) for c in range(6)] + body(range(1, 6), range(6))
    assert merged(7, 6, [*texts, text(6, 0, 3), text(6, 3, 2)]) == {(6, 1, 7, 3), (6, 4, 7, 6)}


def test_blanks_of_a_row_like_the_others_stay_apart() -> None:
    texts = [text(0, c) for c in range(6)] + body(range(1, 6), range(6))
    assert merged(7, 6, [*texts, text(6, 0, 3, at="right"), text(6, 3, 2, at="right")]) == set()


def test_a_rule_that_ends_parts_no_row_where_few_rows_have_one() -> None:
    """The short line under a header's text does not merge what stands beside it."""
    rule = Rule(HEIGHT, 0.0, WIDTH)
    spans = find_spans(frame(6, 4, (rule,)), [text(r, c) for r in range(6) for c in range(4)], EM, unit=4.0)
    assert all((r1 - r0) * (c1 - c0) == 1 for r0, c0, r1, c1 in spans)
