"""Rules that shine through and folds are none of a page's own rules; pale rules of its own are."""

from dataclasses import replace

import numpy as np

from layout.ghosts import without_ghosts
from layout.rulings import find_segments, find_vertical_segments
from layout.strokes import Stroke
from layout.tables import PageLines, find_tables

UNIT = 8.0
YS, XS = [100, 180, 260, 340, 420, 500], [100, 300, 500, 700, 900, 1100]


def ruled(ink: int = 220) -> np.ndarray:
    dark = np.zeros((1600, 1200), np.uint8)
    for y in YS:
        dark[y : y + 2, XS[0] : XS[-1] + 2] = ink
    for x in XS:
        dark[YS[0] : YS[-1] + 2, x : x + 2] = ink
    return dark


def lines(dark: np.ndarray) -> PageLines:
    return find_tables(find_segments(dark, unit=UNIT), find_vertical_segments(dark, unit=UNIT), unit=UNIT)


def size(found: PageLines) -> tuple[int, int]:
    (table,) = found.tables
    return len(table.ys) - 1, len(table.xs) - 1


def test_rules_at_half_the_darkness_that_lie_askew_to_the_table_shine_through() -> None:
    dark = ruled(ink=0)
    for y in (138, 296, 456):
        for x in range(130, 1180, 150):
            dark[y : y + 2, x : x + 100] = 100
    np.maximum(dark, ruled(), out=dark)
    assert size(lines(dark)) == (5, 5)


def test_a_pale_line_from_rule_to_rule_is_a_rule() -> None:
    dark = ruled(ink=0)
    dark[300:302, 100:1100] = 100
    np.maximum(dark, ruled(), out=dark)
    assert size(lines(dark)) == (6, 5)


def test_two_folds_down_a_sheet_are_no_columns() -> None:
    dark = ruled(ink=0)
    for x in (600, 800):
        dark[20:1580, x : x + 4] = 90
    np.maximum(dark, ruled(), out=dark)
    found = lines(dark)
    assert size(found) == (5, 5)
    assert len(found.folds_down) == 2


def test_a_fold_that_begins_between_the_last_two_lines_is_no_column() -> None:
    """It meets the last line, and the one before over no more than a worn line may be gone at its end; as dark as the
    rules it goes on far beyond them."""
    dark = ruled()
    dark[460:1200, 600:605] = 200
    assert size(lines(dark)) == (5, 5)


def test_a_fold_is_one_fold_though_parts_of_it_are_darker() -> None:
    level, dark = 300.0, Stroke(300.0, 100.0, 1100.0, 220.0, thickness=2.0)
    rules = [Stroke(y, 100.0, 1100.0, 220.0, thickness=2.0) for y in map(float, YS)]
    downs = [Stroke(x, 100.0, 500.0, 220.0, thickness=2.0) for x in map(float, XS)]
    parts = [(20.0, 420.0, 70.0), (440.0, 600.0, 190.0), (620.0, 1180.0, 70.0)]
    fold = [Stroke(level, a, b, ink, thickness=4.0) for a, b, ink in parts]
    across, _, folds, _ = without_ghosts([*rules, *fold], downs, UNIT)
    assert across == rules
    assert [(f.start, f.end) for f in folds] == [(20.0, 1180.0)]
    assert dark.sharpness > fold[1].sharpness > fold[0].sharpness


def test_a_stray_dash_beyond_the_frame_makes_no_fold_of_a_rule() -> None:
    dark = np.zeros((1600, 1600), np.uint8)
    dark[:, :1200] = ruled()
    dark[260:262, 1350:1400] = 220
    dark[260:262, 10:60] = 220
    found = lines(dark)
    assert found.folds_across == ()
    assert size(found) == (5, 5)


def test_rules_as_sharp_as_the_others_are_no_folds_where_the_frame_is_lost() -> None:
    """Above and below, the frame is gone where two rules go on to it."""
    dark = ruled()
    dark[20:1000, 500:502] = dark[20:1000, 700:702] = 220
    found = lines(dark)
    assert found.folds_down == ()
    assert size(found)[1] == 5


def test_pale_lines_are_taken_out_of_what_is_read() -> None:
    rules = [Stroke(float(y), 100.0, 1100.0, 220.0, ()) for y in YS]
    pale, dash = Stroke(220.0, 400.0, 480.0, 50.0, ()), Stroke(300.0, 400.0, 420.0, 50.0, ())
    kept, _, across, _ = without_ghosts([*rules, pale, dash], [], UNIT)
    assert kept == rules
    assert across == [pale]


def test_a_crease_down_is_told_by_the_lines_down_though_much_shines_through_across() -> None:
    """What shines through makes the step from soft to sharp no clear one among all lines; it is clear among those down.
    The crease runs askew, so that no piece of it leaves the frame of the table far."""
    hs = [Stroke(float(y), 100.0, 1100.0, 200.0, thickness=2.0) for y in YS]
    hs += [Stroke(140.0 + 80 * k, 150.0, 450.0, strength, thickness=2.0) for k, strength in enumerate((110, 130, 145))]
    vs = [Stroke(float(x), 100.0, 500.0, 200.0, thickness=2.0) for x in XS]
    crease = [Stroke(610.0, 90.0, 190.0, 90.0, thickness=4.0), Stroke(598.0, 300.0, 410.0, 90.0, thickness=4.0)]
    _, kept, _, _ = without_ghosts(hs, [*vs, *crease], UNIT)
    assert kept == vs


def test_lines_down_a_pixel_wider_than_those_across_are_not_soft() -> None:
    """One of them is worn away at its end, so that it does not run from rule to rule."""
    hs = [Stroke(100.0 + 40 * k, 100.0, 1100.0, 180.0, thickness=1.0) for k in range(6)]
    vs = [Stroke(float(x), 100.0, 300.0 if x != 700 else 280.0, 158.0, thickness=2.0) for x in XS]
    assert without_ghosts(hs, vs, UNIT)[1] == vs


def test_a_soft_line_from_rule_to_rule_is_a_rule_where_these_are_soft_as_well() -> None:
    """At low resolution a thin line falls on one pixel or on two; many of those across do, one of those down."""
    thin, pale = Stroke(0.0, 100.0, 1100.0, 80.0, thickness=1.0), Stroke(0.0, 100.0, 1100.0, 45.0, thickness=1.5)
    hs = [replace(pale if y in (180, 300, 420) else thin, level=float(y)) for y in range(100, 580, 40)]
    vs = [Stroke(float(x), 100.0, 500.0, 80.0, thickness=1.0) for x in XS]
    soft = Stroke(600.0, 180.0, 420.0, 45.0, thickness=1.5)
    assert without_ghosts(hs, [*vs, soft], UNIT)[1] == [*vs, soft]


def test_a_thin_rule_between_two_pixels_is_as_sharp_as_one_on_a_pixel() -> None:
    """At a page break it ends at no rule: four columns of an undamaged page were one (2026-11-29). A crease that is as
    dark and wider is none."""
    hs = [Stroke(float(y), 100.0, 1100.0, 255.0, thickness=1.0) for y in YS[1:]]
    vs = [Stroke(float(x), 100.0, 500.0, 180.0, thickness=1.0) for x in XS]
    between = Stroke(600.0, 100.0, 420.0, 127.0, thickness=2.0)
    assert without_ghosts(hs, [*vs, between], UNIT)[1] == [*vs, between]
    assert without_ghosts(hs, [*vs, replace(between, strength=85.0)], UNIT)[1] == vs
    assert without_ghosts(hs, [*vs, replace(between, thickness=4.0)], UNIT)[1] == vs
