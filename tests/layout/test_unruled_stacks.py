"""Pairs of words between which an edge must run, and the fewest edges."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forms import Box
from layout.unruled_stacks import Stacks, Stretch, middle_of, pierce, pitch_of, stack

EM = 20.0
PITCH = 40.0


def word(x: float, y: float, n: int = 3) -> Box:
    """``n`` characters whose middle is at height ``y``."""
    return Box(x, y - EM / 2, x + n * EM, y + EM / 2)


def stacked(words: list[Box]) -> Stacks:
    return stack(words, np.zeros((len(words), len(words)), dtype=bool), nearest=0.87 * PITCH)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 40)), min_size=1, max_size=30))
def test_every_stretch_is_pierced(drawn: list[tuple[int, int]]) -> None:
    stretches = [Stretch(a, a + n, k, k) for k, (a, n) in enumerate(drawn)]
    edges = pierce(stretches)
    assert all(any(s.low <= e.low and e.high <= s.high for e in edges) for s in stretches)
    assert sum(len(e.stretches) for e in edges) == len(stretches)
    assert all(a.high < b.high for a, b in pairwise(edges))


def test_lines_closer_than_rows_stand_are_one_block() -> None:
    found = stacked([word(0, 100, 5), word(0, 126, 2), word(0, 166), word(200, 113)])
    assert len(found.blocks) == 3
    assert found.block[0] == found.block[1]


def test_a_label_between_two_rows_is_beside_both_and_parts_none() -> None:
    """It has a column of its own, and the one edge between the rows runs through it."""
    found = stacked([word(0, 120), word(200, 100), word(200, 140), word(400, 100), word(400, 140)])
    assert len(pierce(found.beside(EM))) == 2
    (edge,) = pierce(found.above())
    assert 110 < middle_of(edge) < 130


def test_a_text_in_the_middle_of_two_columns_adds_none() -> None:
    rows = [w for y in (100, 140, 180) for w in (word(0, y), word(200, y), word(400, y))]
    found = stacked([*rows, word(100, 220, 5), word(400, 220)])
    assert len(pierce(found.beside(EM))) == 2
    assert len(pierce(found.above())) == 3


def test_rows_stand_as_far_apart_as_full_lines_do() -> None:
    lines = [tuple(word(100 * c, y) for c in range(n)) for y, n in ((100, 5), (120, 1), (140, 5), (180, 4), (200, 2))]
    assert pitch_of(lines, EM) == 40
    assert pitch_of(lines[:1], EM) == 0
    assert pitch_of([], EM) == 0


def test_lines_beside_the_two_of_a_cell_are_no_rows() -> None:
    """Three columns of two lines with three of one line in the middle of them."""
    lines = [tuple(word(100 * c, 90 * row + y) for c in range(3)) for row in range(5) for y in (0, 15, 30)]
    assert pitch_of(lines, EM) == 60
