"""Columns from words that stand beside one another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from forms import Box
from layout.unruled_columns import find_columns, settled
from layout.unruled_stacks import stack

EM = 20.0


def word(x: float, y: float, n: int) -> Box:
    return Box(x, y - EM / 2, x + n * EM, y + EM / 2)


def columns(words: list[Box]) -> list[float]:
    none = np.zeros((len(words), len(words)), dtype=bool)
    return find_columns(stack(words, none, nearest=35), [], [], EM)


def test_labels_beside_their_rows_are_a_column_though_totals_lie_over_its_edge() -> None:
    """The label stands on the line of the middle one of its rows, so that one pair of words alone parts the columns."""
    items = [w for k in range(3) for w in (word(250 - 20 * k, 100 + 40 * k, 2 + 2 * k), word(500, 100 + 40 * k, 3))]
    totals = [w for k in range(4) for w in (word(150 - 10 * k, 220 + 40 * k, 4 + k), word(500, 220 + 40 * k, 3))]
    assert len(columns([word(40, 140, 4), *items, *totals])) == 4


def test_white_in_the_middle_of_one_text_is_no_edge() -> None:
    rows = [w for k in range(6) for w in (word(0, 100 + 40 * k, 8), word(300, 100 + 40 * k, 3))]
    broken = [word(0, 340, 3), word(90, 340, 3), word(300, 340, 3)]
    assert len(columns([*rows, *broken])) == 3


def test_a_pair_that_the_next_edge_parts_as_well_needs_no_edge_of_its_own() -> None:
    """A line for signatures ends where a column goes on."""
    rows = [w for k in range(8) for w in (word(0, 100 + 40 * k, 9 - k % 3), word(320, 100 + 40 * k, 3))]
    assert len(columns([*rows, word(0, 420, 3), word(120, 420, 3), word(300, 420, 2)])) == 3


def test_centred_headers_tell_the_edges() -> None:
    true = [0.0, 100.0, 260.0, 330.0, 500.0]
    middles = [(a + b) / 2 for a, b in pairwise(true)]
    ranges = [(-20.0, 5.0), (60.0, 130.0), (258.0, 266.0), (300.0, 400.0), (495.0, 520.0)]
    assert settled(ranges, middles, 1.0) == pytest.approx(true, abs=5)


def test_edges_stay_in_their_ranges_where_headers_are_not_centred() -> None:
    ranges = [(0.0, 0.0), (90.0, 130.0), (200.0, 220.0), (400.0, 400.0)]
    edges = settled(ranges, [10.0, None, 390.0], 1.0)
    assert all(a <= x <= b for x, (a, b) in zip(edges, ranges, strict=True))
