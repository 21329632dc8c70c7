"""Which stretches are walls and which places one cell: whole walls change nothing, holes in them are closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layout.places import VERY_WORN, WORN, Ink, components, rectangles, standing, wear

Bools = np.ndarray


@st.composite
def tilings(draw: st.DrawFn) -> Bools:
    """(rows, cols) labels of rectangles that cover a grid: cells of one place, some merged."""
    rows, cols = draw(st.integers(2, 7)), draw(st.integers(2, 7))
    owner = np.arange(rows * cols).reshape(rows, cols)
    taken = np.zeros((rows, cols), bool)
    for _ in range(draw(st.integers(0, 5))):
        r, c = draw(st.integers(0, rows - 1)), draw(st.integers(0, cols - 1))
        part = np.s_[r : r + draw(st.integers(1, 3)), c : c + draw(st.integers(1, 3))]
        if not taken[part].any():
            taken[part] = True
            owner[part] = owner[r, c]
    return owner


def walls_of(owner: Bools) -> tuple[Bools, Bools]:
    """Where the walls of a tiling stand: (rows + 1, cols) horizontal and (rows, cols + 1) vertical ones."""
    rows, cols = owner.shape
    horizontal, vertical = np.ones((rows + 1, cols), bool), np.ones((rows, cols + 1), bool)
    horizontal[1:-1] = owner[1:] != owner[:-1]
    vertical[:, 1:-1] = owner[:, 1:] != owner[:, :-1]
    return horizontal, vertical


def found(across: np.ndarray, down: np.ndarray, clear: float = 1.0) -> Bools:
    """The labels that the places get from what was seen of the walls, their frame always standing."""
    worn = wear(across, down)
    horizontal = standing(across, np.full(across.shape, clear), np.ones(across.shape, bool), worn=worn)
    vertical = standing(down.T, np.full(down.T.shape, clear), np.ones(down.T.shape, bool), worn=worn).T
    horizontal[0] = horizontal[-1] = True
    vertical[:, 0] = vertical[:, -1] = True
    lengths = np.ones(across.shape[1]), np.ones(down.shape[0])
    return rectangles(
        components(horizontal, vertical), Ink(across, horizontal, lengths[0]), Ink(down.T, vertical.T, lengths[1]),
        worn=worn,
    )  # fmt: skip


def same(a: Bools, b: Bools) -> bool:
    """Whether two labellings part the places alike, whatever the labels are."""
    return bool(((a.ravel()[:, None] == a.ravel()) == (b.ravel()[:, None] == b.ravel())).all())


@settings(deadline=None)
@given(tilings())
def test_walls_that_are_all_seen_stay_as_they_are(owner: Bools) -> None:
    horizontal, vertical = walls_of(owner)
    assert same(found(horizontal.astype(float), vertical.astype(float)), owner)


@settings(deadline=None)
@given(tilings(), st.integers(0, 2**32 - 1))
def test_walls_of_which_a_little_is_gone_stay_too(owner: Bools, seed: int) -> None:
    """No stretch has lost more than a third, and the empty ones hold no more than grain."""
    rng = np.random.default_rng(seed)
    shares = [np.where(w, rng.uniform(0.67, 1.0, w.shape), rng.uniform(0.0, 0.08, w.shape)) for w in walls_of(owner)]
    assert same(found(shares[0], shares[1]), owner)


@settings(deadline=None)
@given(st.integers(3, 8), st.integers(3, 8), st.data())
def test_a_hole_in_a_grid_is_closed(rows: int, cols: int, data: st.DataObject) -> None:
    """One inner stretch of a full grid is gone to the last dot of ink: no text runs across, the line goes on."""
    across, down = np.ones((rows + 1, cols)), np.ones((rows, cols + 1))
    if data.draw(st.booleans()):
        across[data.draw(st.integers(1, rows - 1)), data.draw(st.integers(1, cols - 2))] = 0.16
    else:
        down[data.draw(st.integers(1, rows - 2)), data.draw(st.integers(1, cols - 1))] = 0.16
    assert len(np.unique(found(across, down))) == rows * cols


def test_where_text_runs_across_a_hole_more_must_be_seen() -> None:
    across = np.array([[1.0, 0.16, 1.0]])
    open_ = np.ones((1, 3), bool)
    assert standing(across, np.ones((1, 3)), open_, worn=0.0).all()
    assert standing(across, np.zeros((1, 3)), open_, worn=0.0).tolist() == [[True, False, True]]


@pytest.mark.parametrize(
    ("seen", "clear", "open_", "worn", "stands"),
    [
        (0.2, 0.6, True, 0.2, True),
        (0.2, 0.6, False, 0.2, False),  # it may be text
        (0.2, 0.2, True, 0.2, False),  # text close by nearly all along
        (0.3, 0.2, True, 0.2, True),
        (0.2, 0.6, True, 0.07, False),  # less is gone: of a wall more would be left
        (0.2, 0.6, True, 0.02, False),
    ],
)
def test_a_little_of_a_very_worn_wall_tells_at_the_end_of_a_line(
    seen: float, clear: float, open_: bool, worn: float, stands: bool
) -> None:
    votes = np.array([[0.9, seen, 0.0]])
    assert standing(votes, np.full((1, 3), clear), np.full((1, 3), open_), worn=worn).tolist() == [
        [True, stands, False]
    ]


def test_a_very_worn_wall_may_stand_alone_where_no_text_is_near() -> None:
    votes, open_ = np.array([[0.0, 0.45, 0.0]]), np.ones((1, 3), bool)
    assert standing(votes, np.ones((1, 3)), open_, worn=0.2)[0, 1]
    assert not standing(votes, np.ones((1, 3)), open_, worn=0.02)[0, 1]


def test_a_corner_cut_off_is_cut_along_the_wall_that_was_seen() -> None:
    """Three of four places hang together where a wall is gone; the line that goes on has more ink."""
    across = np.array([[1.0, 1.0], [1.0, 0.4], [1.0, 1.0]])
    down = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    owner = found(across, down)
    assert same(owner, np.array([[0, 0], [1, 2]]))


def test_a_corner_of_which_nothing_was_seen_is_cut_along_the_shorter_wall() -> None:
    """A cell over three rows and one beside it hang together: of a wall as wide as a column something would be left."""
    stand = np.array([[1, 1], [0, 1], [0, 1], [1, 1]], bool), np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool)
    owner = components(*stand)
    shares = [np.where(s, 0.7, 0.0) for s in stand]
    across = Ink(shares[0], stand[0], np.array([300.0, 300.0]))
    down = Ink(shares[1].T, stand[1].T, np.array([60.0, 60.0, 60.0]))
    assert same(rectangles(owner, across, down, worn=0.3), np.array([[0, 1], [0, 2], [0, 3]]))


def test_a_cut_costs_nothing_between_two_walls_of_one_line() -> None:
    """Of a row over all columns and a cell below it, the line between is gone: it stands on both sides."""
    stand = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool), np.array([[1, 0, 0, 1], [1, 1, 1, 1]], bool)
    shares = [np.where(s, 0.7, 0.0) for s in stand]
    across = Ink(shares[0], stand[0], np.array([90.0, 200.0, 90.0]))
    down = Ink(shares[1].T, stand[1].T, np.array([40.0, 60.0]))
    owner = rectangles(components(*stand), across, down, worn=0.3)
    assert same(owner, np.array([[0, 0, 0], [1, 2, 3]]))


@pytest.mark.parametrize(("seen", "cells"), [(0.45, 4), (0.02, 2)])
def test_a_wall_of_worn_print_goes_on_where_a_part_of_it_is_seen(seen: float, cells: int) -> None:
    across = np.array([[0.9, 0.9], [0.9, 0.9], [0.9, 0.9]])
    down = np.array([[0.9, seen, 0.9], [0.9, seen, 0.9]])
    assert wear(across, down) >= VERY_WORN >= WORN
    down[0, 1] = max(seen, 0.9 if cells == 4 else seen)
    assert len(np.unique(found(across, down))) == cells


def test_clean_print_is_not_worn() -> None:
    assert wear(np.ones((3, 2)), np.zeros((2, 3))) == 0.0
    assert wear(np.zeros((3, 2))) == 0.0
    assert wear(np.array([1.0, 0.8, 0.0])) == pytest.approx(0.1)
