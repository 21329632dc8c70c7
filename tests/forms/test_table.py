import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box, Cell, GeometryError, Grid, GridCell, Table, TableCell
from forms.table import check_tiling

Span = tuple[int, int, int, int]
BOX = Box(0, 0, 1, 1)


@st.composite
def tilings(draw: st.DrawFn) -> tuple[int, int, list[Span]]:
    """A grid cut in two again and again: always a tiling."""
    n_rows, n_cols = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    waiting, done = [(0, 0, n_rows, n_cols)], []
    while waiting:
        row, col, height, width = waiting.pop()
        cut = draw(st.sampled_from(["none", "across", "down"]))
        if cut == "across" and height > 1:
            at = draw(st.integers(1, height - 1))
            waiting += [(row, col, at, width), (row + at, col, height - at, width)]
        elif cut == "down" and width > 1:
            at = draw(st.integers(1, width - 1))
            waiting += [(row, col, height, at), (row, col + at, height, width - at)]
        else:
            done.append((row, col, height, width))
    return n_rows, n_cols, done


@given(tilings())
def test_a_tiling_is_accepted(tiling: tuple[int, int, list[Span]]) -> None:
    check_tiling(*tiling)


@given(tilings(), st.data())
def test_a_missing_or_doubled_cell_is_not(tiling: tuple[int, int, list[Span]], data: st.DataObject) -> None:
    n_rows, n_cols, spans = tiling
    chosen = data.draw(st.sampled_from(spans))
    with pytest.raises(GeometryError, match="belong to no cell"):
        check_tiling(n_rows, n_cols, [s for s in spans if s != chosen])
    with pytest.raises(GeometryError, match="overlaps"):
        check_tiling(n_rows, n_cols, [*spans, chosen])


@given(tilings(), st.data())
def test_a_cell_that_is_larger_by_one_is_not(tiling: tuple[int, int, list[Span]], data: st.DataObject) -> None:
    n_rows, n_cols, spans = tiling
    k = data.draw(st.integers(0, len(spans) - 1))
    row, col, height, width = spans[k]
    spans[k] = data.draw(st.sampled_from([(row, col, height + 1, width), (row, col, height, width + 1)]))
    with pytest.raises(GeometryError):
        check_tiling(n_rows, n_cols, spans)


def test_grid_and_table_refuse_what_does_not_tile() -> None:
    with pytest.raises(GeometryError):
        Grid(1, 2, (GridCell(0, 0, 1, 1, BOX),), BOX)
    with pytest.raises(GeometryError):
        Table(1, 1, 1, 1, (), BOX)
    cells = (TableCell(0, 0, 1, 2, BOX, Cell("a")),)
    assert Table(1, 1, 1, 2, cells, BOX).cells == cells


@pytest.mark.parametrize("place", [(-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, 0)])
def test_a_cell_outside_any_grid_cannot_be_built(place: Span) -> None:
    with pytest.raises(GeometryError):
        GridCell(*place, BOX)
