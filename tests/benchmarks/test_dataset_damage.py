from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.dataset.damage import COMPOUND, KINDS, apply, draw, label, ordered, pairs, parse
from forms import Box

H, W = 420, 300


@pytest.fixture(scope="module")
def page():
    image = np.full((H, W), 255, np.uint8)
    for y in range(40, 400, 60):
        cv2.line(image, (30, y), (270, y), 0, 2)
    for x in range(30, 300, 80):
        cv2.line(image, (x, 40), (x, 340), 0, 2)
    cv2.putText(image, "12.50", (40, 80), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1)
    return image


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", KINDS)
def test_a_damage_is_a_pure_function(page, name):
    before = page.copy()
    kind = KINDS[name]
    first, _ = kind.apply(page, kind.amount(0.7), rng(), 50)
    second, _ = kind.apply(page, kind.amount(0.7), rng(), 50)
    assert (page == before).all()
    assert first.dtype == np.uint8
    assert first.shape == second.shape
    assert (first == second).all()


@pytest.mark.parametrize("name", KINDS)
def test_a_damage_takes_colour(page, name):
    kind = KINDS[name]
    out, _ = kind.apply(np.repeat(page[:, :, None], 3, axis=2), kind.amount(0.5), rng(), 50)
    assert out.ndim in (2, 3)


MOVING = [k for k in KINDS if KINDS[k].stage == "place" and k != "shadow"] + ["wave", "dpi", "border", "fax"]


@pytest.mark.parametrize("severity", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("name", MOVING)
def test_the_mapping_says_where_the_ink_went(name, severity):
    kind = KINDS[name]
    for x, y in ((60, 90), (240, 330), (150, 210)):
        image = np.full((H, W), 255, np.uint8)
        cv2.circle(image, (x, y), 9, 0, -1)
        out, mapping = kind.apply(image, kind.amount(severity), rng(4), 100)
        assert mapping is not None
        tx, ty = mapping.points(np.array([[x, y]], dtype=np.float64))[0]
        window = out[round(ty) - 5 : round(ty) + 6, round(tx) - 5 : round(tx) + 6]
        assert window.mean() < 100, (x, y, tx, ty)
        near = out[max(0, round(ty) - 20) : round(ty) + 21, max(0, round(tx) - 20) : round(tx) + 21].astype(float)
        ys, xs = np.nonzero(near < 100)
        assert abs(xs.mean() - min(20, round(tx))) < 2.5
        assert abs(ys.mean() - min(20, round(ty))) < 2.5


def test_a_mapped_box_holds_what_was_in_it():
    image = np.full((H, W), 255, np.uint8)
    cv2.rectangle(image, (100, 100), (180, 140), 0, -1)
    done = apply(image, parse("skew:0.6+perspective:0.4"), rng(2), 100)
    box = done.mapping.box(Box(99, 99, 182, 142))
    inked = np.argwhere(done.image[30:-30, 30:-30] < 40) + 30
    dark = [(y, x) for y, x in inked if box.contains(x, y)]
    assert len(dark) > 0.95 * 81 * 41 * 0.6


GROWING = [
    "fading",
    "gaps",
    "thin-lines",
    "shine",
    "dust",
    "uneven",
    "blur",
    "noise",
    "salt",
    "seal-grey",
    "seal-scan",
    "shadow",
    "fold",
]


@pytest.mark.parametrize("name", GROWING)
def test_more_severe_is_further_from_the_clean_page(page, name):
    kind = KINDS[name]
    away = [
        np.mean([
            np.abs(kind.apply(page, kind.amount(s), rng(seed), 50)[0].astype(float) - page).mean() for seed in range(3)
        ])
        for s in (0.0, 0.5, 1.0)
    ]  # fmt: skip
    assert away[0] < away[1] < away[2]


def test_gaps_take_the_share_they_are_asked_for():
    image = np.full((200, 1500), 255, np.uint8)
    image[100:103, 50:1450] = 0
    for share in (0.1, 0.3):
        out, _ = KINDS["gaps"].apply(image, share, rng(), 200)
        left = (out[101, 50:1450] < 128).mean()
        assert 1 - left == pytest.approx(share, abs=0.08)


def test_gaps_leave_the_text_alone(page):
    out, _ = KINDS["gaps"].apply(page, 0.4, rng(), 200)
    assert (out[60:85, 40:100] == page[60:85, 40:100]).all()


def test_streaks_without_toner_take_print_and_are_as_wide_as_they_are_asked_for():
    black = np.zeros((20, 1600), np.uint8)
    out, _ = KINDS["toner"].apply(black, 0.5, rng(3), 200)
    gone = np.flatnonzero(out[10])
    assert (out[:, gone] > 160).all() and len(gone) % 4 == 0 and 4 <= len(gone) <= 12
    white = np.full((20, 1600), 255, np.uint8)
    assert (KINDS["toner"].apply(white, 0.5, rng(3), 200)[0] == white).all()


def test_noise_has_the_spread_of_its_unit():
    flat = np.full((200, 200), 128, np.uint8)
    out, _ = KINDS["noise"].apply(flat, 10, rng(), 200)
    assert out.astype(float).std() == pytest.approx(10, rel=0.05)


def test_resolution_is_the_one_asked_for(page):
    done = apply(page, (("dpi", 1.0),), rng(), 200)
    assert done.dpi == 100
    assert done.image.shape == (H // 2, W // 2)


def test_a_copy_of_a_copy_keeps_thin_grey_lines_and_grows_them():
    image = np.full((100, 300), 255, np.uint8)
    image[50, 20:280] = 110
    thickness = [(KINDS["bleed"].apply(image, px, rng(), 200)[0][:, 30:270] < 128).sum(axis=0) for px in (0, 1, 2)]
    assert all((t > 0).mean() > 0.9 for t in thickness)
    assert [round(t.mean()) for t in thickness[1:]] == [3, 5]


def test_fax_is_black_and_white(page):
    assert set(np.unique(apply(page, (("fax", 0.6),), rng(), 100).image)) <= {0, 255}


def test_a_red_seal_is_red(page):
    out, _ = KINDS["seal-red"].apply(page, 1.0, rng(), 60)
    changed = (out != page[:, :, None]).any(axis=2) & (page > 250)
    assert changed.any()
    assert out[changed][:, 0].mean() > out[changed][:, 1].mean() + 40


def test_a_scanned_seal_takes_light_and_covers_nothing():
    image = np.full((800, 800), 255, np.uint8)
    image[:, ::40] = 60
    out, _ = KINDS["seal-scan"].apply(image, 0.6, rng(), 200)
    assert out.ndim == 2 and (out <= image).all()
    inked = out[:, 20::40] < 140  # on paper
    assert 0.01 < inked.mean() < 0.3
    assert (out[:, ::40] <= 60).all() and out[:, ::40].min() < 40


def test_sets_drawn_at_random_know_no_scanned_seal():
    assert all(name != "seal-scan" for k in range(200) for name, _ in draw(rng(k), "fit"))


def test_damages_come_in_the_order_of_a_pages_life():
    assert [name for name, _ in parse("jpeg:0.2+skew:0.3+fold+gaps:0.1")] == ["gaps", "fold", "skew", "jpeg"]
    assert label(parse("noise:0.2+skew:0.333")) == "skew0.33+noise0.20"
    assert parse("clean") == ()
    assert label(()) == "clean"
    assert {name for name, _ in parse("phone:0.3")} == set(COMPOUND["phone"])


@pytest.mark.parametrize("bad", ["smudge:0.2", "skew:1.5", "skew:-0.1", "skew:much"])
def test_what_is_no_damage_is_said_so(bad):
    with pytest.raises(ValueError):
        parse(bad)


def test_the_halves_draw_different_kinds():
    drawn = {split: {n for s in range(60) for n, _ in draw(rng(s), split)} for split in ("fit", "test")}
    assert not drawn["fit"] & drawn["test"]
    assert drawn["fit"] | drawn["test"] == {name for name, kind in KINDS.items() if kind.drawn}
    assert ordered(draw(rng(3), "fit")) == draw(rng(3), "fit")


def test_every_kind_is_documented_with_its_scale():
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")
    for kind in KINDS.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{kind.name}` |"))
        assert [c.strip() for c in row.split("|")[3:7]] == [kind.unit, f"{kind.mild:g}", f"{kind.harsh:g}", kind.split]
    for name, parts in COMPOUND.items():
        assert f"| `{name}` | {', '.join(f'`{p}`' for p in parts)} |" in text


def test_pairs_are_of_both_halves_and_the_same_for_one_seed():
    found = pairs(40, 3031)
    assert found == pairs(40, 3031) and found[:8] == pairs(8, 3031) and found != pairs(40, 3032)
    assert {KINDS[name].split for pair in found for name, _ in pair} == {"fit", "test"}
    for pair in found:
        assert len({name for name, _ in pair}) == 2 and any(KINDS[name].stage != "machine" for name, _ in pair)
        assert all(0.2 <= severity <= 0.6 for _, severity in pair)
