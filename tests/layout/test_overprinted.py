"""Lines among a table's that its texts run across: folds and what shines through; rules stay, pale ones too."""

from collections.abc import Iterable

import numpy as np
import pytest

from layout.overprinted import without_overprinted
from layout.strokes import Stroke
from layout.tables import Level, Ruled

UNIT = 8.0
YS, XS = [64.0 * k for k in range(7)], [0.0, 200.0, 300.0, 400.0, 600.0]
SUSPECT = 300.0


def table(
    *, strength: float = 60.0, pieces: Iterable[tuple[float, float]] = ((0.0, 384.0),), thickness: float = 2.0
) -> Ruled:
    """Six rows; the line at ``SUSPECT`` has that strength and these pieces, all others 130 and are half as thick."""
    down = [Stroke(x, 0.0, 384.0, 130.0, thickness=thickness) for x in XS if x != SUSPECT]
    down += [Stroke(SUSPECT, first, last, strength, thickness=2 * thickness) for first, last in pieces]
    across = tuple(Stroke(y, 0.0, 600.0, 130.0, thickness=thickness) for y in YS)
    exact = tuple(map(Level.exact, YS)), tuple(map(Level.exact, XS))
    return Ruled(*exact, across, tuple(sorted(down, key=lambda s: s.level)))


def text(rows: Iterable[int], at: tuple[int, int]) -> np.ndarray:
    """A word in some rows: strokes of 4 px, 2 px apart."""
    dark = np.zeros((400, 620), np.uint8)
    for row in rows:
        for x in range(*at, 6):
            dark[64 * row + 20 : 64 * row + 44, x : x + 4] = 200
    return dark


@pytest.mark.parametrize(
    ("rows", "at", "kept"),
    [
        ((1, 3), (250, 360), False),  # words that run across it
        ((1,), (250, 360), True),  # one may by chance, as an overlong one does
        ((0, 1, 2, 3, 4, 5), (308, 360), True),  # they begin beside it
        ((), (250, 360), True),
    ],
)
def test_texts_run_across_what_is_no_rule(rows: tuple[int, ...], at: tuple[int, int], kept: bool) -> None:
    left = without_overprinted(table(), text(rows, at), unit=UNIT)
    assert (SUSPECT in [level.at for level in left.xs]) == kept
    assert any(s.level == SUSPECT for s in left.vertical) == kept
    assert len(left.ys) == len(YS)


def test_a_line_as_sharp_as_the_others_is_a_rule() -> None:
    ruled = table(strength=180.0)
    assert without_overprinted(ruled, text((1, 3), (250, 360)), unit=UNIT) == ruled


def test_a_rule_as_dark_as_the_others_is_none_for_being_thicker() -> None:
    """On a fax of half the rows one is four pixels thick and the next two, for no reason but where they fall."""
    ruled = table(strength=130.0, thickness=2.0)
    assert without_overprinted(ruled, text((1, 3), (250, 360)), unit=UNIT) == ruled


def test_a_fold_as_dark_as_the_rules_is_wider_by_more_than_a_row() -> None:
    left = without_overprinted(table(strength=130.0, thickness=4.0), text((1, 3), (250, 360)), unit=UNIT)
    assert SUSPECT not in [level.at for level in left.xs]


def test_a_pale_rule_has_gaps_where_cells_are_merged() -> None:
    """Texts run across it there alone, where nothing of it is seen."""
    ruled = table(pieces=((0.0, 64.0), (192.0, 384.0)))
    assert without_overprinted(ruled, text((1, 2), (250, 360)), unit=UNIT) == ruled
