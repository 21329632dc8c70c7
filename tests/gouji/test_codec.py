"""What is kept of a page comes back exactly as it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box, Cell, PageContent, Table, TableCell, TextLine, Transform, Warp
from gouji.codec import dump, load, signature

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64)
SIDES = st.tuples(*[st.floats(-1e6, 1e6)] * 4).map(
    lambda s: Box(min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3]))
)
CELLS = st.builds(
    Cell,
    st.text(),
    st.floats(0, 1),
    st.booleans(),
    SIDES,
    st.integers(0, 9),
    st.text(),
    st.sampled_from(["read", "absent"]),
    st.lists(st.tuples(st.text(), st.floats(0, 1))).map(tuple),
    st.lists(st.text()).map(tuple),
)
WARPS = st.builds(Warp, FLOATS, FLOATS, FLOATS, *[st.lists(st.lists(FLOATS).map(tuple)).map(tuple)] * 2)
TRANSFORMS = st.builds(Transform, warp=st.none() | WARPS, rotation=st.sampled_from([0, 90]), skew=FLOATS)
TABLES = st.builds(
    lambda cells: Table(
        1, 1, len(cells), 1, tuple(TableCell(k, 0, 1, 1, c.box, c) for k, c in enumerate(cells)), Box(0, 0, 1, 1)
    ),
    st.lists(CELLS, min_size=1, max_size=3),
)
CONTENTS = st.builds(
    PageContent,
    st.text(),
    st.integers(1, 9),
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.lists(TABLES, max_size=2).map(tuple),
    st.lists(st.builds(TextLine, SIDES, CELLS), max_size=2).map(tuple),
    st.integers(1, 9),
    TRANSFORMS,
)


@given(CONTENTS)
def test_there_and_back(content: PageContent) -> None:
    back = load(PageContent, dump(content))
    assert back == content and repr(back) == repr(content)


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1, 2]", "null", '["a", 1, 1, 1, [[]], [], 1, 3]'])
def test_what_is_no_page_says_so(text: str) -> None:
    with pytest.raises(ValueError):
        load(PageContent, text)


def test_numbers_of_numpy_become_plain_ones() -> None:
    box = load(Box, dump(Box(np.float32(1.5), np.int64(2), np.float64(3), 4)))  # type: ignore[arg-type]
    assert box == Box(1.5, 2, 3, 4) and type(box.left) is float and type(box.top) is int


def test_the_signature_changes_with_any_field() -> None:
    @dataclass(frozen=True)
    class One:
        a: int

    @dataclass(frozen=True)
    class Other:
        b: int

    One.__qualname__ = Other.__qualname__ = "Same"
    assert signature(One) != signature(Other) and signature(PageContent) == signature(PageContent)


def test_a_kind_that_cannot_be_kept_is_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Odd:
        a: set[int]

    Odd.__annotations__["a"] = set[int]
    with pytest.raises(TypeError, match="no kind of value"):
        dump(Odd({1}))
